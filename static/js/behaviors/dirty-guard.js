/**
 * Warns before text that was typed but not sent is lost.
 *
 * @param {HTMLFormElement} form
 */
export default function (form) {
  const content = () =>
    JSON.stringify([...new FormData(form)].filter(([name, value]) => name !== "csrf_token" && typeof value === "string"));
  let before = content();
  const guard = (/** @type {BeforeUnloadEvent} */ event) => {
    if (form.isConnected && content() !== before) event.preventDefault();
  };
  const settle = () => (before = content());
  const sent = (/** @type {Event} */ event) => {
    const ctx = /** @type {CustomEvent} */ (event).detail?.ctx;
    if (event.target === form && (ctx?.response?.status ?? 500) < 400) settle();
  };
  form.addEventListener("submit", () => {
    // A plain submit leaves the page on purpose; htmx reports its own end below.
    if (!form.matches("[hx-post], [hx-put], [hx-patch]")) settle();
  });
  form.addEventListener("htmx:after:request", sent);
  addEventListener("beforeunload", guard);
  return () => removeEventListener("beforeunload", guard);
}
