/**
 * Copies data-copy, or the text of data-copy-from="#id", and says so on the button.
 *
 * @param {HTMLElement} button
 */
export default function (button) {
  const label = button.querySelector("[data-copy-label]") ?? button;
  const before = label.textContent;
  let timer = 0;
  button.addEventListener("click", async () => {
    const source = button.dataset.copyFrom;
    const from = source ? document.querySelector(source) : null;
    const text = button.dataset.copy ?? (from instanceof HTMLInputElement ? from.value : from?.textContent);
    try {
      await navigator.clipboard.writeText(text ?? "");
    } catch {
      // No permission or no secure context: select it, so that Ctrl-C works.
      if (from) getSelection()?.selectAllChildren(from);
      return;
    }
    label.textContent = button.dataset.copied ?? "✓";
    clearTimeout(timer);
    timer = window.setTimeout(() => (label.textContent = before), 2000);
  });
  return () => clearTimeout(timer);
}
