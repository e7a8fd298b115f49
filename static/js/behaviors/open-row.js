/**
 * Marks the row of the ticket that is open: only the ticket is fetched when it is opened, the list
 * stays as it is. Opens the next one, or the list, when a ticket is dealt with. The focus is never
 * lost: when an answer takes away what had it, it goes to the row where it last was, or to the one
 * that has taken its place.
 *
 * @param {HTMLElement} panes holds the list and, in an input with the id ticket-open, the number;
 *   hears "ticket-dealt-with"
 */
export default function (panes) {
  let place = 0;
  let id = "";
  let wish = "";
  let focused = false;

  const rows = () => [.../** @type {NodeListOf<HTMLElement>} */ (panes.querySelectorAll("#ticket-list .row"))];
  const link = (/** @type {Element | null | undefined} */ row) =>
    /** @type {HTMLElement | null | undefined} */ (row?.querySelector(".row__link"));
  const isNowhere = () => !document.activeElement || document.activeElement === document.body;
  // What is in a menu that has closed has the focus still, and nobody sees it.
  const isLost = () => isNowhere() || !document.activeElement?.checkVisibility();

  const mark = () => {
    const open = /** @type {HTMLInputElement | null} */ (panes.querySelector("#ticket-open"));
    const row = open && panes.querySelector(`#ticket-row-${open.value}`);
    for (const other of panes.querySelectorAll(".row[aria-current]")) {
      if (other !== row) other.removeAttribute("aria-current");
    }
    row?.setAttribute("aria-current", "true");
  };
  const find = () => {
    const all = rows();
    const there = all.find((row) => row.id === id) ?? all[Math.min(place, all.length - 1)];
    const list = /** @type {HTMLElement | null} */ (panes.querySelector("#ticket-list"));
    (link(there) ?? list)?.focus({ preventScroll: true });
  };
  const onFocus = (/** @type {Event} */ event) => {
    const row = /** @type {Element} */ (event.target).closest("#ticket-list .row");
    if (!row) return;
    id = row.id;
    place = rows().indexOf(/** @type {HTMLElement} */ (row));
  };
  const before = () => (focused ||= !isNowhere());
  const after = () => {
    mark();
    const aim = link(rows().find((row) => row.id === wish));
    wish = "";
    if (aim) aim.focus();
    else if (focused && isLost()) find();
    focused = false;
  };
  const onDealtWith = (/** @type {Event} */ event) => {
    const all = rows();
    const now = all.findIndex((row) => row.hasAttribute("aria-current"));
    const free = (/** @type {HTMLElement} */ row) => !row.querySelector("input:checked");
    const next = all.slice(now + 1).find(free) ?? all.slice(0, Math.max(now, 0)).reverse().find(free);
    const back = /** @type {HTMLElement | null} */ (panes.querySelector(".pane__back"));
    if (now < 0) return;
    const wanted = /** @type {CustomEvent} */ (event).detail.then === "next" ? link(next) : null;
    if (next) {
      link(next)?.focus();
      // As long as a dialog is open nothing behind it takes the focus.
      if (document.activeElement !== link(next)) wish = next.id;
    }
    (wanted ?? back)?.click();
  };

  document.addEventListener("focusin", onFocus);
  document.addEventListener("htmx:before:swap", before);
  document.addEventListener("htmx:after:swap", after);
  document.addEventListener("ticket-dealt-with", onDealtWith);
  return () => {
    document.removeEventListener("focusin", onFocus);
    document.removeEventListener("htmx:before:swap", before);
    document.removeEventListener("htmx:after:swap", after);
    document.removeEventListener("ticket-dealt-with", onDealtWith);
  };
}
