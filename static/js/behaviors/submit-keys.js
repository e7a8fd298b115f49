/**
 * Ctrl-Enter (or Cmd-Enter) sends the form as its primary button would.
 *
 * @param {HTMLFormElement} form
 */
export default function (form) {
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit(form.querySelector('.button--primary[type="submit"]'));
  });
}
