/**
 * The command palette: Ctrl-K or "/" opens it, the server answers the options for what is typed,
 * arrows choose, Enter opens. Focus stays in the input (aria combobox with a listbox).
 *
 * @param {HTMLDialogElement} dialog with data-url
 */
export default function (dialog) {
  const input = /** @type {HTMLInputElement} */ (dialog.querySelector(".palette__input"));
  const list = /** @type {HTMLElement} */ (dialog.querySelector(".palette__list"));
  let asked = new AbortController();
  let timer = 0;

  const options = () => [
    .../** @type {NodeListOf<HTMLElement>} */ (list.querySelectorAll('[role="option"]')),
  ];
  const choose = (/** @type {number} */ index) => {
    const all = options();
    const chosen = all.at(index >= all.length ? 0 : index);
    for (const [place, option] of all.entries()) {
      option.id ||= `palette-option-${place}`;
      option.tabIndex = -1;
      option.setAttribute("aria-selected", String(option === chosen));
    }
    if (chosen) {
      input.setAttribute("aria-activedescendant", chosen.id);
      chosen.scrollIntoView({ block: "nearest" });
    } else input.removeAttribute("aria-activedescendant");
  };
  const current = () => options().findIndex((each) => each.getAttribute("aria-selected") === "true");

  const ask = async () => {
    asked.abort();
    asked = new AbortController();
    const address = new URL(dialog.dataset.url ?? "", location.href);
    address.searchParams.set("q", input.value);
    try {
      const answer = await fetch(address, { signal: asked.signal, headers: { "HX-Request": "true" } });
      if (!answer.ok) return;
      // Same origin, rendered and escaped by our own templates.
      list.innerHTML = await answer.text();
      choose(0);
    } catch {
      // Aborted by the next letter, or offline: what is there stays.
    }
  };
  const open = () => {
    if (dialog.open) return;
    dialog.showModal();
    input.select();
    ask();
  };

  const onKey = (/** @type {KeyboardEvent} */ event) => {
    const typing = /** @type {Element} */ (event.target).closest?.("input, textarea, select, [contenteditable]");
    const control = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k";
    const slash = event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (!control && !slash) return;
    event.preventDefault();
    open();
  };
  const onClick = (/** @type {Event} */ event) => {
    if (!(/** @type {Element} */ (event.target).closest("[data-palette-open]"))) return;
    event.preventDefault();
    open();
  };
  document.addEventListener("keydown", onKey);
  document.addEventListener("click", onClick);

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = window.setTimeout(ask, 90);
  });
  input.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      choose(current() + step);
    } else if (event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      options()[current()]?.click();
    }
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  return () => {
    document.removeEventListener("keydown", onKey);
    document.removeEventListener("click", onClick);
  };
}
