const QUIET = 1000;
const RETRY = 5000;

/**
 * Keeps what is in the composer: in this browser at once, on the server after a second of quiet.
 * The browser's copy goes when the server has the text, so it comes back only if that never
 * happened.
 *
 * @param {HTMLFormElement} form with data-draft (a name for the copy) and, once sent, data-sent;
 *   raises and hears "files-changed" and "files-kept" of the dropzone in it
 */
export default function (form) {
  const key = `draft:${form.dataset.draft}`;
  const writer = crypto.randomUUID();
  let seq = 0;
  let timer = 0;
  let changes = 0;
  let saved = 0;
  let busy = false;
  let filesRefused = false;

  const named = (/** @type {string} */ name) => /** @type {HTMLInputElement} */ (form.elements.namedItem(name));
  const picker = () => /** @type {HTMLInputElement} */ (form.querySelector('input[type="file"]'));
  const show = (/** @type {string} */ state) => {
    const status = /** @type {HTMLElement | null} */ (form.querySelector("[data-draft-status]"));
    if (status) status.textContent = status.dataset[state] ?? "";
  };

  const store = () => {
    const copy = { kind: named("kind").value, body: named("body").value, other: named("other").value, version: named("draft_version").value };
    try {
      localStorage.setItem(key, JSON.stringify(copy));
    } catch {
      // Storage may be full or forbidden; the server gets it in a moment.
    }
  };
  const stored = () => {
    try {
      return JSON.parse(localStorage.getItem(key) ?? "null");
    } catch {
      return null;
    }
  };
  const forget = () => {
    try {
      localStorage.removeItem(key);
    } catch {
      // Then nothing was stored either.
    }
  };

  /** What is sent with the form has the next number too, so that no earlier save comes after it. */
  const number = () => {
    named("writer").value = writer;
    named("seq").value = String(seq + 1);
  };
  const content = (/** @type {boolean} */ withFiles) => {
    number();
    seq += 1;
    const data = new FormData(form);
    if (!withFiles) data.delete("files");
    data.set("save", "1");
    number();
    return data;
  };
  const post = (/** @type {FormData} */ data, keepalive = false) =>
    fetch(form.action, { method: "POST", body: data, headers: { "HX-Request": "true" }, keepalive });
  /** Puts each part of an answer in place of the element with its id. */
  const place = (/** @type {string} */ html) => {
    const answer = document.createElement("template");
    // Same origin, rendered and escaped by our own templates.
    answer.innerHTML = html;
    for (const part of [...answer.content.children]) document.getElementById(part.id)?.replaceWith(part);
  };

  const later = (/** @type {number} */ wait) => {
    clearTimeout(timer);
    timer = window.setTimeout(save, wait);
  };
  async function save() {
    if (busy) return later(QUIET / 4);
    if (changes === saved || !form.isConnected) return;
    const started = changes;
    const files = filesRefused ? [] : [...(picker().files ?? [])];
    busy = true;
    show("saving");
    try {
      const answer = await post(content(files.length > 0));
      if (answer.ok && form.isConnected) {
        saved = started;
        place(await answer.text());
        if (files.length) form.dispatchEvent(new CustomEvent("files-kept", { detail: files }));
        if (changes === saved) forget();
        else later(QUIET);
      } else if (files.length) {
        // Too much at once: the text goes alone; the files stay here until it is sent.
        filesRefused = true;
        later(0);
      } else {
        show("error");
        // A refusal will not change by itself; a server that is down will.
        if (answer.status >= 500) later(2 * RETRY);
      }
    } catch {
      show("offline");
      later(RETRY);
    } finally {
      busy = false;
    }
  }

  const changed = () => {
    changes += 1;
    store();
    later(QUIET);
  };
  /** The last words before the page is left; the files stay behind, the browser takes none. */
  const flush = () => {
    clearTimeout(timer);
    if (changes === saved) return;
    saved = changes;
    post(content(false), true).then(
      (answer) => answer.ok && changes === saved && forget(),
      () => {}, // the browser's own copy stays
    );
  };
  const onHide = () => document.visibilityState === "hidden" && flush();
  const onOwn = (/** @type {Event} */ event) => {
    // Search boxes inside belong to other forms.
    if (/** @type {HTMLInputElement} */ (event.target).form === form) changed();
  };
  form.addEventListener("input", onOwn);
  form.addEventListener("change", onOwn);
  form.addEventListener("files-changed", () => {
    filesRefused = false;
    changed();
  });
  form.addEventListener("click", (event) => {
    const remove = /** @type {Element} */ (event.target).closest('[name="drop"]');
    if (!remove) return;
    event.preventDefault();
    remove.closest("li")?.remove();
    changed();
  });
  form.addEventListener("submit", () => {
    number();
    // If it is refused the form stays, and what is in it is saved after all.
    later(3 * QUIET);
  });
  document.addEventListener("visibilitychange", onHide);
  addEventListener("pagehide", flush);
  addEventListener("online", save);

  const typed = named("body").value !== named("body").defaultValue;
  const copy = stored();
  number();
  if (form.hasAttribute("data-sent")) forget();
  else if (copy && (copy.body || copy.other) && (copy.body !== named("body").defaultValue || copy.other !== named("other").value)) {
    named("body").value = typed ? `${copy.body}\n\n${named("body").value}` : copy.body;
    named("other").value = copy.other;
    named("kind").value = copy.kind;
    named("other_kind").value = copy.kind === "note" ? "reply" : "note";
    named("draft_version").value = copy.version;
    show("restored");
    changed();
  } else if (typed) changed();
  return () => {
    flush();
    document.removeEventListener("visibilitychange", onHide);
    removeEventListener("pagehide", flush);
    removeEventListener("online", save);
  };
}
