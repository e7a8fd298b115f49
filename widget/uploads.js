/** Files for a request or an answer: picked, dropped or pasted, sent at once, kept with the draft. */
import { json, needSession } from "./api.js";
import { data, find, icon, word } from "./page.js";
import { why } from "./views.js";

const MOST = 5;
const LARGEST_PREVIEW = 2e6;

/**
 * Bind the files area of a form.
 * @param {HTMLFormElement} form
 * @param {Array<{key: string, name: string}>} known files of a draft
 * @param {() => void} changed called when the list changed
 */
export const bindFiles = (form, known, changed) => {
  const area = find("[data-files]", form);
  const list = find(".files__list", area);
  const input = find("input", area);
  const problem = find(".field__error", area);
  const entries = [];

  /** Say at the field what was not taken, and why. */
  const refuse = (name, reason) => {
    const text = document.createElement("p");
    text.textContent = `${name}: ${reason}`;
    problem.append(text);
    problem.hidden = false;
  };

  const forgive = () => {
    problem.replaceChildren();
    problem.hidden = true;
  };

  const draw = (entry) => {
    const remove = document.createElement("button");
    const name = document.createElement("span");
    const state = document.createElement("span");
    const item = document.createElement("li");
    item.className = "file";
    name.textContent = entry.name;
    name.className = "file__name";
    state.className = "muted";
    remove.type = "button";
    remove.className = "file__remove";
    remove.ariaLabel = `${word("remove")}: ${entry.name}`;
    remove.append(icon("x"));
    remove.onclick = () => {
      entries.splice(entries.indexOf(entry), 1);
      item.remove();
      forgive();
      changed();
      input.focus();
    };
    item.append(icon("file-text"), name, state, remove);
    list.append(item);
    entry.state = state;
    entry.item = item;
  };

  const transfer = async (entry) => {
    if (entry.key) return;
    entry.state.textContent = word("uploading");
    try {
      await needSession();
      const body = new FormData();
      body.append("file", entry.file, entry.name);
      entry.key = (await json("uploads", { body })).key;
      entry.state.textContent = "";
      changed();
    } catch (error) {
      if (error.status === 0) {
        entry.state.textContent = word("waiting");
      } else {
        if (entries.includes(entry)) entries.splice(entries.indexOf(entry), 1);
        entry.item.remove();
        refuse(entry.name, why(error));
      }
      throw error;
    }
  };

  /** Send a file once, however often that is asked for. */
  const upload = (entry) => {
    entry.sending ||= transfer(entry).finally(() => {
      entry.sending = null;
    });
    return entry.sending;
  };

  const preview = (entry) => {
    if (!/^image\/(png|jpeg|gif|webp)$/.test(entry.file.type)) return;
    if (entry.file.size > LARGEST_PREVIEW) return;
    const reader = new FileReader();
    reader.onload = () => {
      const image = document.createElement("img");
      image.src = reader.result;
      image.alt = "";
      image.className = "file__thumb";
      find(".icon", entry.item).replaceWith(image);
    };
    reader.readAsDataURL(entry.file);
  };

  const add = (files) => {
    forgive();
    for (const file of files) {
      if (entries.length >= MOST || file.size > +data.maxBytes) {
        refuse(file.name, word(entries.length >= MOST ? "tooMany" : "tooLarge"));
        continue;
      }
      const entry = { name: file.name || "screenshot.png", file };
      entries.push(entry);
      draw(entry);
      preview(entry);
      upload(entry).catch(() => {});
    }
  };

  for (const { key, name } of known) {
    const entry = { key, name };
    entries.push(entry);
    draw(entry);
  }

  input.onchange = () => {
    add(input.files);
    input.value = "";
  };
  form.addEventListener("paste", (event) => {
    if (!event.clipboardData?.files.length) return;
    event.preventDefault();
    add(event.clipboardData.files);
  });
  for (const kind of ["dragover", "dragleave", "drop"]) {
    form.addEventListener(kind, (event) => {
      event.preventDefault();
      area.classList.toggle("is-target", kind === "dragover");
      if (kind === "drop") add(event.dataTransfer.files);
    });
  }

  return {
    /** What a draft keeps of the files. */
    kept: () => entries.filter((entry) => entry.key).map(({ key, name }) => ({ key, name })),
    /**
     * Send what still waits; the keys of everything that arrived.
     * @throws a file did not arrive: nothing should go without it unnoticed
     */
    async finish() {
      for (const entry of [...entries]) await upload(entry);
      return entries.filter((entry) => entry.key).map((entry) => entry.key);
    },
    /** Forget the files. */
    clear() {
      entries.length = 0;
      list.replaceChildren();
      forgive();
    },
  };
};
