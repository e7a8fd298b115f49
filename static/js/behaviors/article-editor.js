/**
 * The article editor: formatting buttons, and images by pick, paste or drag.
 * Without it the textarea, the image page and the preview button do the same.
 *
 * @param {HTMLElement} editor with data-upload and the words data-uploading, data-failed
 */
export default function (editor) {
  const source = /** @type {HTMLTextAreaElement} */ (editor.querySelector(".editor__source"));
  const picker = /** @type {HTMLInputElement} */ (editor.querySelector("[data-image-file]"));
  const form = /** @type {HTMLFormElement} */ (source.form);
  for (const button of editor.querySelectorAll("button[hidden]")) button.removeAttribute("hidden");
  for (const button of editor.querySelectorAll("[data-no-script]")) button.setAttribute("hidden", "");

  /** Puts text in place of a range, so that undo and autosave notice it. */
  const put = (/** @type {string} */ text, start = source.selectionStart, end = source.selectionEnd) => {
    source.focus();
    source.setSelectionRange(start, end);
    // The only way that keeps the browser's undo history.
    if (!document.execCommand("insertText", false, text)) {
      source.setRangeText(text, start, end, "end");
      source.dispatchEvent(new Event("input", { bubbles: true }));
    }
  };
  const around = (/** @type {string} */ mark) => {
    const { selectionStart: start, selectionEnd: end, value } = source;
    put(mark + value.slice(start, end) + mark);
    if (start === end) source.setSelectionRange(start + mark.length, start + mark.length);
  };
  const beforeLines = (/** @type {(place: number) => string} */ mark) => {
    const { selectionEnd: end, value } = source;
    const start = value.lastIndexOf("\n", source.selectionStart - 1) + 1;
    const lines = value.slice(start, end).split("\n");
    put(lines.map((line, place) => mark(place) + line).join("\n"), start, end);
  };
  /** @type {Record<string, () => void>} */
  const insert = {
    heading: () => beforeLines(() => "## "),
    bold: () => around("**"),
    italic: () => around("*"),
    code: () => around("`"),
    list: () => beforeLines(() => "- "),
    steps: () => beforeLines((place) => `${place + 1}. `),
    note: () => put("\n> [!NOTE]\n> "),
    table: () => put("\n|  |  |\n|---|---|\n|  |  |\n"),
    link: () => {
      const { selectionStart: start, selectionEnd: end, value } = source;
      put(`[${value.slice(start, end)}](https://)`);
    },
  };
  editor.addEventListener("click", (event) => {
    const button = /** @type {Element} */ (event.target).closest("button");
    insert[button?.dataset.insert ?? ""]?.();
    if (button?.hasAttribute("data-pick-image")) picker.click();
  });
  source.addEventListener("keydown", (event) => {
    const action = { b: "bold", i: "italic", k: "link" }[event.key];
    if (!action || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    insert[action]();
  });

  const upload = async (/** @type {File} */ file) => {
    const marker = `![${editor.dataset.uploading} ${crypto.randomUUID().slice(0, 8)}]()`;
    put(marker);
    const body = new FormData();
    body.set("image", file);
    body.set("csrf_token", String(new FormData(form).get("csrf_token")));
    let result = "";
    try {
      const answer = await fetch(editor.dataset.upload ?? "", {
        method: "POST",
        body,
        headers: { Accept: "application/json" },
      });
      const content = await answer.json();
      if (answer.ok) result = content.markdown;
      else fail(content.error?.fields?.image?.[0] ?? content.error?.message);
    } catch {
      fail();
    }
    const place = source.value.indexOf(marker);
    if (place >= 0) put(result, place, place + marker.length);
  };
  const fail = (/** @type {string | undefined} */ reason = undefined) => {
    const status = editor.querySelector("[data-autosave-status]");
    if (status instanceof HTMLElement) {
      status.dataset.state = "error";
      status.textContent = reason ?? editor.dataset.failed ?? "";
    }
  };
  const images = (/** @type {FileList | undefined} */ files) =>
    [...(files ?? [])].filter((file) => file.type.startsWith("image/"));
  const take = (/** @type {Event} */ event, /** @type {File[]} */ files) => {
    if (!files.length) return;
    event.preventDefault();
    files.reduce((before, file) => before.then(() => upload(file)), Promise.resolve());
  };
  source.addEventListener("paste", (event) => take(event, images(event.clipboardData?.files)));
  source.addEventListener("drop", (event) => take(event, images(event.dataTransfer?.files)));
  picker.addEventListener("change", (event) => {
    take(event, images(picker.files ?? undefined));
    picker.value = "";
  });
}
