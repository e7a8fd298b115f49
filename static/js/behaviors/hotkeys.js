const SWITCH = "foreword-hotkeys";
/** How long the second key of a pair may take, in milliseconds. */
const PAIR = 1500;

/** Whether this browser's user wants single keys: who dictates or has a tremor may not. */
const wanted = () => {
  try {
    return localStorage.getItem(SWITCH) !== "off";
  } catch {
    return true; // storage is forbidden
  }
};

/**
 * Single keys, never while typing: data-hotkey="e" on a link or button presses it, "g i" after one
 * another too; j and k walk the links of the nearest [data-hotkey-list], x chooses a row
 * (`selection.js`), Escape leaves what is being written, "?" shows the list of keys, where a
 * checkbox [data-hotkeys-switch] turns all of them off and on.
 *
 * @param {HTMLElement} root
 */
export default function (root) {
  let first = "";
  let timer = 0;

  const help = () => {
    const dialog = document.querySelector("#hotkeys-help");
    if (!(dialog instanceof HTMLDialogElement) || dialog.open) return;
    const box = dialog.querySelector("[data-hotkeys-switch]");
    if (box instanceof HTMLInputElement) {
      box.checked = wanted();
      box.onchange = () => {
        try {
          localStorage.setItem(SWITCH, box.checked ? "on" : "off");
        } catch {
          box.checked = wanted();
        }
      };
    }
    dialog.showModal();
    dialog.onclick = (event) => {
      const target = /** @type {Element} */ (event.target);
      if (target === dialog || target.closest("[data-dialog-close]")) dialog.close();
    };
  };
  const walk = (/** @type {number} */ step) => {
    const active = document.activeElement;
    const list = active?.closest("[data-hotkey-list]") ?? document.querySelector("[data-hotkey-list]");
    const links = [
      .../** @type {NodeListOf<HTMLElement>} */ (
        list?.querySelectorAll(".row__link, .table__primary a, [data-hotkey-item]") ?? []
      ),
    ];
    const row = active?.closest("li, tr");
    let now = links.findIndex((link) => link === active || (row && link.closest("li, tr") === row));
    if (now < 0) now = links.findIndex((link) => link.closest("[aria-current]"));
    if (now < 0 && step < 0) return;
    links[Math.min(Math.max(now + step, 0), links.length - 1)]?.focus();
  };
  /** Ends writing: what is typed stays, the keys work again. */
  const leave = (/** @type {HTMLElement} */ box) => {
    box.blur();
    const row = document.querySelector("[data-hotkey-list] [aria-current] :is(.row__link, a)");
    const back = row ?? document.querySelector("[data-hotkey-list] .row__link, #main");
    /** @type {HTMLElement | null} */ (back)?.focus({ preventScroll: true });
  };
  const press = (/** @type {string} */ keys) => {
    const all = [...root.querySelectorAll(`[data-hotkey="${keys}"]`)];
    // What waits for a choice, such as the bar below the list, has no keys yet.
    const found = /** @type {HTMLElement | undefined} */ (all.find((each) => !each.closest("[data-idle]")));
    if (!found) return false;
    if (found.matches("input, textarea, select, summary")) found.focus();
    if (!found.matches("input, textarea, select")) found.click();
    return true;
  };

  const onKey = (/** @type {KeyboardEvent} */ event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!wanted()) return;
    const target = /** @type {HTMLElement} */ (event.target);
    // The focus may rest for a moment in a dialog that has just been closed.
    const isOver = target.closest("dialog:not([open])");
    const isBox = target.matches("textarea, input:not([type=checkbox], [type=radio])");
    if (event.key === "Escape" && isBox && !target.closest("dialog[open], details[open]")) leave(target);
    const typing = target.closest("input:not([type=checkbox]), textarea, select, [contenteditable], dialog[open]");
    if (!isOver && typing) return;
    const before = first;
    first = "";
    clearTimeout(timer);
    if (before) {
      if (/^[a-z0-9]$/i.test(event.key)) press(`${before} ${event.key}`);
    } else if (event.key === "?") help();
    else if (event.key === "j") walk(1);
    else if (event.key === "k") walk(-1);
    else if (event.key === "x" || event.key === "X") {
      document.dispatchEvent(new CustomEvent("hotkey-choose", { detail: { far: event.key === "X" } }));
    } else if (event.key === "g" && root.querySelector('[data-hotkey^="g "]')) {
      first = "g";
      timer = window.setTimeout(() => (first = ""), PAIR);
    } else if (!/^[a-z0-9]$/i.test(event.key) || !press(event.key)) return;
    event.preventDefault();
  };
  const onClick = (/** @type {Event} */ event) => {
    if (/** @type {Element} */ (event.target).closest("[data-hotkeys-help]")) help();
  };
  document.addEventListener("keydown", onKey);
  root.addEventListener("click", onClick);
  return () => {
    clearTimeout(timer);
    document.removeEventListener("keydown", onKey);
    root.removeEventListener("click", onClick);
  };
}
