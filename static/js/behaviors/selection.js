/**
 * The bar below the list: shows itself and how many rows are chosen while there are some.
 * "x" chooses the row in focus, "X" all from the last chosen one to it, Escape none; a click with
 * Shift reaches as far too.
 *
 * @param {HTMLElement} bar with .bulk__count, .bulk__none and #bulk-more, which holds what is
 *   chosen beyond the rows in sight; raised by the single keys: "hotkey-choose" on document
 */
export default function (bar) {
  const count = /** @type {HTMLElement} */ (bar.querySelector(".bulk__count"));
  const more = () => /** @type {HTMLElement} */ (bar.querySelector("#bulk-more"));
  const boxes = () => [
    .../** @type {NodeListOf<HTMLInputElement>} */ (
      document.querySelectorAll('#ticket-list input[name="ticket"]')
    ),
  ];
  let anchor = "";

  const show = () => {
    const chosen = boxes().filter((box) => box.checked).length;
    const { total, words } = more().dataset;
    bar.toggleAttribute("data-idle", !total && !chosen);
    const said = words ?? (chosen ? (count.dataset.words ?? "").replace("#", String(chosen)) : "");
    // Said again only when it has changed, or a screen reader repeats it at every look at the list.
    if (count.textContent !== said) count.textContent = said;
  };
  const onlySeen = () => {
    delete more().dataset.total;
    delete more().dataset.words;
    more().replaceChildren();
  };
  const none = () => {
    for (const box of boxes()) box.checked = false;
    onlySeen();
    show();
  };
  const rowOf = (/** @type {HTMLElement} */ box) => box.closest(".row")?.id ?? "";
  const choose = (/** @type {HTMLInputElement} */ box, /** @type {boolean} */ far) => {
    const all = boxes();
    const from = all.findIndex((other) => rowOf(other) === anchor);
    const to = all.indexOf(box);
    if (far && from >= 0) {
      for (const other of all.slice(Math.min(from, to), Math.max(from, to) + 1)) other.checked = box.checked;
    }
    if (!box.checked) onlySeen();
    anchor = rowOf(box);
    show();
  };

  const onChoose = (/** @type {Event} */ event) => {
    const row = document.activeElement?.closest(".row") ?? document.querySelector("#ticket-list .row[aria-current]");
    const box = /** @type {HTMLInputElement | null} */ (row?.querySelector('input[name="ticket"]') ?? null);
    if (!box) return;
    const { far } = /** @type {CustomEvent} */ (event).detail;
    box.checked = far || !box.checked;
    choose(box, far);
  };
  const onClick = (/** @type {MouseEvent} */ event) => {
    const box = /** @type {HTMLInputElement} */ (event.target);
    if (box.matches('#ticket-list input[name="ticket"]')) choose(box, event.shiftKey);
  };
  const onKey = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Escape" || event.defaultPrevented || bar.hasAttribute("data-idle")) return;
    if (/** @type {Element} */ (event.target).closest("dialog[open], details[open], textarea, input:not([type=checkbox])")) return;
    none();
  };
  const onSwap = () => {
    if (more().dataset.total) for (const box of boxes()) box.checked = true;
    show();
  };

  bar.querySelector(".bulk__none")?.addEventListener("click", none);
  document.addEventListener("hotkey-choose", onChoose);
  document.addEventListener("click", onClick);
  document.addEventListener("keydown", onKey);
  document.addEventListener("htmx:after:swap", onSwap);
  document.addEventListener("choose-none", none);
  show();
  return () => {
    document.removeEventListener("hotkey-choose", onChoose);
    document.removeEventListener("click", onClick);
    document.removeEventListener("keydown", onKey);
    document.removeEventListener("htmx:after:swap", onSwap);
    document.removeEventListener("choose-none", none);
  };
}
