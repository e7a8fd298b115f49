/**
 * Arrow keys through the results under a search box. Results arrive by htmx; this only moves.
 *
 * @param {HTMLElement} search holding a role="combobox" input and .search__results
 */
export default function (search) {
  const input = /** @type {HTMLInputElement} */ (search.querySelector(".search__input"));
  const results = search.querySelector(".search__results");
  if (!results) return undefined;
  const options = () => [.../** @type {NodeListOf<HTMLElement>} */ (results.querySelectorAll("a.result"))];
  const choose = (/** @type {HTMLElement | undefined} */ chosen) => {
    for (const [place, option] of options().entries()) {
      option.id ||= `${input.id || "search"}-option-${place}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", String(option === chosen));
    }
    if (chosen) input.setAttribute("aria-activedescendant", chosen.id);
    else input.removeAttribute("aria-activedescendant");
    chosen?.scrollIntoView({ block: "nearest" });
  };
  const now = () => options().findIndex((option) => option.getAttribute("aria-selected") === "true");
  const refresh = () => {
    choose(undefined);
    input.setAttribute("aria-expanded", String(options().length > 0));
  };
  input.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const all = options();
    if (step && all.length) {
      event.preventDefault();
      const next = now() + step;
      choose(next < -1 ? all.at(-1) : all[next]);
    } else if (event.key === "Enter" && now() >= 0) {
      event.preventDefault();
      all[now()].click();
    } else if (event.key === "Escape" && all.length) {
      results.replaceChildren();
    }
  });
  const observer = new MutationObserver(refresh);
  observer.observe(results, { childList: true });
  refresh();
  return () => observer.disconnect();
}
