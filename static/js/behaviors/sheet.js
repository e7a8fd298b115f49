/**
 * A dialog that came as an answer: opens itself over the page, and leaves the page when closed.
 *
 * @param {HTMLDialogElement} dialog with [data-dialog-close] on what closes it
 */
export default function (dialog) {
  dialog.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    // A click on the backdrop has the dialog itself as its target.
    if (target !== dialog && !target.closest("[data-dialog-close]")) return;
    event.preventDefault();
    dialog.close();
  });
  dialog.addEventListener("close", () => dialog.remove());
  dialog.showModal();
}
