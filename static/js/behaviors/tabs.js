/**
 * Tabs inside a page: role="tab" elements with aria-controls; arrows, Home and End move.
 *
 * @param {HTMLElement} list with role="tablist"
 */
export default function (list) {
  const tabs = () => [.../** @type {NodeListOf<HTMLElement>} */ (list.querySelectorAll('[role="tab"]'))];
  const choose = (/** @type {HTMLElement} */ tab) => {
    for (const each of tabs()) {
      const chosen = each === tab;
      each.setAttribute("aria-selected", String(chosen));
      each.tabIndex = chosen ? 0 : -1;
      const panel = document.getElementById(each.getAttribute("aria-controls") ?? "");
      if (panel) panel.hidden = !chosen;
    }
  };
  list.addEventListener("click", (event) => {
    const tab = /** @type {Element} */ (event.target).closest('[role="tab"]');
    if (tab) choose(/** @type {HTMLElement} */ (tab));
  });
  list.addEventListener("keydown", (event) => {
    const all = tabs();
    const now = all.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const forward = document.dir === "rtl" ? -1 : 1;
    const next = { ArrowRight: now + forward, ArrowLeft: now - forward, Home: 0, End: -1 }[event.key];
    if (next === undefined || now < 0) return;
    event.preventDefault();
    const tab = all.at(next % all.length);
    tab?.focus();
    if (tab) choose(tab);
  });
  const selected = tabs().find((tab) => tab.getAttribute("aria-selected") === "true") ?? tabs()[0];
  if (selected) choose(selected);
}
