/**
 * A menu on <details>: Escape and a click elsewhere close it, arrows move inside.
 *
 * @param {HTMLDetailsElement} menu
 */
export default function (menu) {
  const summary = /** @type {HTMLElement} */ (menu.querySelector("summary"));
  const items = () => [
    .../** @type {NodeListOf<HTMLElement>} */ (
      menu.querySelectorAll(".menu__list :is(a, button, select):not(:disabled)")
    ),
  ];
  const onOutside = (/** @type {Event} */ event) => {
    if (menu.open && !menu.contains(/** @type {Node} */ (event.target))) menu.open = false;
  };
  menu.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && menu.open) {
      event.stopPropagation();
      menu.open = false;
      summary.focus();
      return;
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const target = /** @type {HTMLElement} */ (event.target);
    if (!step || target.matches("select, input")) return;
    event.preventDefault();
    menu.open = true;
    const all = items();
    const now = all.indexOf(target);
    const next = now < 0 && step < 0 ? -1 : now + step;
    all.at(next >= all.length ? 0 : next)?.focus();
  });
  document.addEventListener("click", onOutside);
  document.addEventListener("focusin", onOutside);
  return () => {
    document.removeEventListener("click", onOutside);
    document.removeEventListener("focusin", onOutside);
  };
}
