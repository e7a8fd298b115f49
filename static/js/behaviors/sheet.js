/**
 * A dialog that came as an answer: opens itself over the page, and leaves the page when closed. The
 * focus goes back to where it was, also when an answer takes the dialog away.
 *
 * @param {HTMLDialogElement} dialog with [data-dialog-close] on what closes it
 */
export default function (dialog) {
  const before = document.activeElement;
  dialog.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    // A click on the backdrop has the dialog itself as its target.
    if (target !== dialog && !target.closest("[data-dialog-close]")) return;
    event.preventDefault();
    dialog.close();
  });
  dialog.addEventListener("close", () => dialog.remove());
  dialog.showModal();
  return () => {
    const lost = !document.activeElement || document.activeElement === document.body;
    if (lost && before instanceof HTMLElement && before.isConnected) before.focus();
  };
}
