/**
 * Ctrl-Enter (or Cmd-Enter) sends the form as its primary button would; in a dialog that asks for
 * one thing, Enter does so on a list of choices too.
 *
 * @param {HTMLFormElement} form
 */
export default function (form) {
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    const chosen = /** @type {Element} */ (event.target).matches("dialog select");
    if (!event.ctrlKey && !event.metaKey && !chosen) return;
    event.preventDefault();
    form.requestSubmit(form.querySelector('.button--primary[type="submit"]'));
  });
}
