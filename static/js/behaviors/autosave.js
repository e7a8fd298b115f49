/**
 * Saves a form's text after a moment of quiet, keeps trying while the network is away, shows the
 * state in [data-autosave-status], and warns before unsaved text is lost.
 *
 * The status element carries the words: data-dirty, data-saving, data-saved, data-offline, data-error.
 *
 * @param {HTMLFormElement} form with data-autosave-url
 */
export default function (form) {
  const status = /** @type {HTMLElement | null} */ (form.querySelector("[data-autosave-status]"));
  const url = form.dataset.autosaveUrl ?? "";
  const content = () =>
    new URLSearchParams(
      [...new FormData(form)].filter((entry) => typeof entry[1] === "string").map(([name, value]) => [name, String(value)]),
    ).toString();
  let saved = content();
  let timer = 0;
  let busy = false;

  const show = (/** @type {string} */ state) => {
    if (!status) return;
    status.dataset.state = state;
    status.textContent = status.dataset[state] ?? "";
  };
  const later = (/** @type {number} */ wait) => {
    clearTimeout(timer);
    timer = window.setTimeout(save, wait);
  };
  async function save() {
    const body = content();
    if (busy) return later(400);
    if (body === saved || !form.isConnected) return undefined;
    busy = true;
    show("saving");
    try {
      const answer = await fetch(url, {
        method: "POST",
        body,
        headers: { "Content-Type": "application/x-www-form-urlencoded", "HX-Request": "true" },
      });
      if (answer.ok) {
        saved = body;
        show(content() === saved ? "saved" : "dirty");
      } else {
        show("error");
        // A refusal will not change by itself; a server that is down will.
        if (answer.status >= 500) later(10000);
      }
    } catch {
      show("offline");
      later(5000);
    } finally {
      busy = false;
    }
    return undefined;
  }

  form.addEventListener("input", () => {
    if (content() === saved) return;
    show("dirty");
    later(1200);
  });
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    saved = content();
  });
  const guard = (/** @type {BeforeUnloadEvent} */ event) => {
    if (form.isConnected && content() !== saved) event.preventDefault();
  };
  addEventListener("beforeunload", guard);
  addEventListener("online", save);
  return () => {
    clearTimeout(timer);
    removeEventListener("beforeunload", guard);
    removeEventListener("online", save);
  };
}
