/**
 * The reply box: unsent text survives leaving the page (kept in this tab only), r and n put the
 * caret into it, and a chosen article becomes a link at the caret.
 *
 * @param {HTMLFormElement} form with data-draft (a name for the text) and, once sent, data-sent
 */
export default function (form) {
  const text = /** @type {HTMLTextAreaElement} */ (form.querySelector(".composer__input"));
  const status = /** @type {HTMLElement | null} */ (form.querySelector("[data-draft-status]"));
  const key = `draft:${form.dataset.draft}`;
  const keep = () => {
    try {
      if (text.value) sessionStorage.setItem(key, text.value);
      else sessionStorage.removeItem(key);
    } catch {
      // Storage may be full or forbidden; the text is still in the box.
    }
  };
  const kept = () => {
    try {
      return sessionStorage.getItem(key);
    } catch {
      return null;
    }
  };
  if (form.hasAttribute("data-sent")) keep();
  else if (!text.value && kept()) {
    text.value = kept() ?? "";
    if (status) status.textContent = status.dataset.restored ?? "";
  }

  text.addEventListener("input", keep);
  form.addEventListener("change", (event) => {
    if (/** @type {Element} */ (event.target).matches('[name="kind"]')) text.focus();
  });
  form.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    // A click on the mode that is chosen already changes nothing, and still means "let me write".
    if (target.closest(".composer__modes label")) setTimeout(() => text.focus());
    const link = /** @type {HTMLElement | null} */ (target.closest("[data-insert]"));
    if (!link) return;
    articles?.removeAttribute("open");
    text.focus();
    text.setRangeText(link.dataset.insert ?? "", text.selectionStart, text.selectionEnd, "end");
    keep();
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
