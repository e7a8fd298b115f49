/**
 * The menu that sends an answer and solves: opening it puts the focus on how it was resolved, and
 * Enter there sends. An answer with a link to an article was probably resolved by it.
 *
 * @param {HTMLDetailsElement} menu inside the reply box
 */
export default function (menu) {
  const form = /** @type {HTMLFormElement} */ (menu.closest("form"));
  const radios = /** @type {NodeListOf<HTMLInputElement>} */ (menu.querySelectorAll('[name="resolution"]'));
  let touched = false;
  menu.addEventListener("change", () => (touched = true));
  menu.addEventListener("toggle", () => {
    if (!menu.open) return;
    const text = /** @type {HTMLTextAreaElement} */ (form.querySelector(".composer__input")).value;
    const linked = text.includes("/help/articles/") || document.querySelector('.message--staff a[href*="/help/articles/"]');
    for (const radio of radios) {
      if (!touched && linked && radio.value === "article") radio.checked = true;
      if (radio.checked) radio.focus();
    }
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.target instanceof HTMLInputElement)) return;
    // The first button of the form, which the browser would press, is the preview.
    event.preventDefault();
    form.requestSubmit(menu.querySelector('button[name="next"]'));
  });
}
