/**
 * A button that opens a modal dialog; the browser keeps focus inside and gives it back.
 *
 * @param {HTMLElement} button with data-dialog="#id"
 */
export default function (button) {
  button.addEventListener("click", (event) => {
    const dialog = document.querySelector(button.dataset.dialog ?? "");
    if (!(dialog instanceof HTMLDialogElement)) return;
    event.preventDefault();
    dialog.showModal();
    if (dialog.dataset.closes) return;
    dialog.dataset.closes = "bound";
    dialog.addEventListener("click", (click) => {
      const target = /** @type {Element} */ (click.target);
      // A click on the backdrop has the dialog itself as its target.
      if (target === dialog || target.closest("[data-dialog-close]")) dialog.close();
    });
  });
}
