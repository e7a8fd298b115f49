/**
 * A passing message: it can be closed, success leaves by itself, and the same words are shown once.
 *
 * @param {HTMLElement} flash with data-seconds, if it should stay longer than usual
 */
export default function (flash) {
  const text = flash.textContent?.trim();
  for (const other of flash.parentElement?.querySelectorAll(".flash") ?? []) {
    if (other !== flash && other.textContent?.trim() === text) other.remove();
  }
  const close = /** @type {HTMLButtonElement | null} */ (flash.querySelector(".flash__close"));
  if (close) {
    close.hidden = false;
    close.addEventListener("click", () => flash.remove());
  }
  if (!flash.classList.contains("flash--success")) return undefined;
  let timer = setTimeout(() => flash.remove(), Number(flash.dataset.seconds ?? 6) * 1000);
  // Whoever is reading it or about to close it gets all the time they need.
  const stay = () => clearTimeout(timer);
  const leave = () => {
    stay();
    timer = setTimeout(() => flash.remove(), 3000);
  };
  flash.addEventListener("pointerenter", stay);
  flash.addEventListener("pointerleave", leave);
  flash.addEventListener("focusin", stay);
  flash.addEventListener("focusout", leave);
  return stay;
}
