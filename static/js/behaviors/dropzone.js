/**
 * Files by drag, paste or pick around one <input type="file" multiple>; each can be taken out again.
 * The input itself always holds the files, so the form is sent like any other. It raises
 * "files-changed" on the form, and lets go of the files in the detail of "files-kept".
 *
 * @param {HTMLElement} zone with data-max-bytes and the words data-too-large, data-remove
 */
export default function (zone) {
  const input = /** @type {HTMLInputElement} */ (zone.querySelector('input[type="file"]'));
  const list = /** @type {HTMLElement} */ (zone.querySelector(".dropzone__list"));
  const limit = Number(zone.dataset.maxBytes) || Infinity;
  /** @type {File[]} */
  let files = [];
  const form = zone.closest("form") ?? zone;
  zone.classList.add("is-enhanced");

  const size = (/** @type {number} */ bytes) => {
    const [amount, unit] = bytes < 1048576 ? [Math.ceil(bytes / 1024), "kilobyte"] : [bytes / 1048576, "megabyte"];
    const language = `${document.documentElement.lang || "en"}-u-nu-latn`;
    return new Intl.NumberFormat(language, { style: "unit", unit, maximumFractionDigits: 1 }).format(amount);
  };
  const show = () => {
    const transfer = new DataTransfer();
    for (const file of files) transfer.items.add(file);
    input.files = transfer.files;
    list.replaceChildren(...files.map(item));
    form.dispatchEvent(new CustomEvent("files-changed"));
  };
  const item = (/** @type {File} */ file) => {
    const row = document.createElement("li");
    row.className = "attachment";
    const name = Object.assign(document.createElement("span"), { className: "attachment__name", textContent: file.name });
    const weight = Object.assign(document.createElement("span"), { className: "attachment__size", textContent: size(file.size) });
    const remove = Object.assign(document.createElement("button"), { className: "attachment__remove", type: "button", textContent: "×" });
    remove.setAttribute("aria-label", `${zone.dataset.remove ?? "Remove"} ${file.name}`);
    remove.addEventListener("click", () => {
      files = files.filter((each) => each !== file);
      show();
      input.focus();
    });
    row.append(name, weight, remove);
    return row;
  };
  const add = (/** @type {Iterable<File>} */ more) => {
    const tooLarge = [];
    for (const file of more) {
      if (file.size > limit) tooLarge.push(file);
      else files.push(file);
    }
    show();
    for (const file of tooLarge) {
      const row = document.createElement("li");
      row.className = "attachment attachment--error";
      row.textContent = `${file.name}: ${zone.dataset.tooLarge ?? ""}`;
      list.append(row);
    }
  };

  input.addEventListener("change", () => add([...(input.files ?? [])]));
  zone.addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.classList.add("is-over");
  });
  zone.addEventListener("dragleave", () => zone.classList.remove("is-over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("is-over");
    add(event.dataTransfer?.files ?? []);
  });
  const onPaste = (/** @type {Event} */ event) => {
    const pasted = [...(/** @type {ClipboardEvent} */ (event).clipboardData?.files ?? [])];
    if (!pasted.length) return;
    event.preventDefault();
    const stamp = new Date().toISOString().slice(11, 19).replaceAll(":", "-");
    add(pasted.map((file) => (file.name === "image.png" ? new File([file], `screenshot-${stamp}.png`, { type: file.type }) : file)));
  };
  const onReset = () => {
    files = [];
    show();
  };
  const same = (/** @type {File} */ one, /** @type {File} */ other) =>
    one.name === other.name && one.size === other.size && one.lastModified === other.lastModified;
  const onKept = (/** @type {Event} */ event) => {
    const kept = /** @type {CustomEvent<File[]>} */ (event).detail;
    files = files.filter((file) => !kept.some((each) => same(each, file)));
    show();
  };
  form.addEventListener("paste", onPaste);
  form.addEventListener("reset", onReset);
  form.addEventListener("files-kept", onKept);
  return () => {
    form.removeEventListener("files-kept", onKept);
    form.removeEventListener("paste", onPaste);
    form.removeEventListener("reset", onReset);
  };
}
