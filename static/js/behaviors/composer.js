/**
 * The reply box: each mode has its text, r and n put the caret into it, and a chosen article
 * becomes a link at the caret.
 *
 * @param {HTMLFormElement} form
 */
export default function (form) {
  const text = /** @type {HTMLTextAreaElement} */ (form.querySelector(".composer__input"));
  const other = /** @type {HTMLTextAreaElement} */ (form.elements.namedItem("other"));
  const otherKind = /** @type {HTMLInputElement} */ (form.elements.namedItem("other_kind"));
  const noticed = () => text.dispatchEvent(new Event("input", { bubbles: true }));
  const swap = () => {
    [text.value, other.value] = [other.value, text.value];
    form.toggleAttribute("data-begun", Boolean(other.value.trim()));
    noticed();
  };

  form.addEventListener("change", (event) => {
    const mode = /** @type {HTMLInputElement} */ (event.target);
    if (mode.name !== "kind") return;
    otherKind.value = mode.value === "note" ? "reply" : "note";
    swap();
    text.focus();
  });
  form.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    const mode = target.closest(".composer__modes label")?.querySelector("input");
    if (mode && target !== mode) {
      // Left to the browser, the focus would come after the next letter, which would be lost.
      event.preventDefault();
      if (!mode.checked) {
        mode.checked = true;
        mode.dispatchEvent(new Event("change", { bubbles: true }));
      }
      // The mode that is chosen already changes nothing, and still means "let me write".
      text.focus();
    }
    // Begun in the wrong mode: the text comes along.
    if (target.closest("[data-bring]")) {
      swap();
      text.focus();
    }
    const link = /** @type {HTMLElement | null} */ (target.closest("[data-insert]"));
    if (!link) return;
    articles?.removeAttribute("open");
    text.focus();
    text.setRangeText(link.dataset.insert ?? "", text.selectionStart, text.selectionEnd, "end");
    noticed();
  });
  const articles = /** @type {HTMLDetailsElement | null} */ (form.querySelector(".composer__articles"));
  // Without this the next letters would be typed nowhere, or taken as single keys.
  const aim = () => {
    if (articles?.open) /** @type {HTMLElement} */ (articles.querySelector(".search__input")).focus();
  };
  articles?.addEventListener("toggle", aim);
  articles?.querySelector("summary")?.addEventListener("click", (event) => {
    // The browser would open it after the next letter may have come.
    event.preventDefault();
    articles.open = !articles.open;
    aim();
  });
  // It may have been opened before this ran.
  aim();
  // Enter in the article search must not send the answer.
  form.addEventListener("keydown", (event) => {
    const inSearch = /** @type {Element} */ (event.target).matches(".search__input");
    if (event.key === "Enter" && inSearch) event.preventDefault();
  });
}
