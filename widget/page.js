/** The panel's document: its parts, its words, and what every module needs. */

export const data = document.body.dataset;
export const view = document.getElementById("view");
const words = document.getElementById("words").dataset;

/** Return a translated text that the page brought along. */
export const word = (name) => words[name];

/** Return the first element inside another, the document by default. */
export const find = (selector, inside = document) => inside.querySelector(selector);

/** Return a random id that fits the server's idea of one. */
export const randomId = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");

/** Make an element from a fragment of our own server's HTML. */
export const element = (html) => {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content.firstElementChild;
};

/** Show an icon of the page's sprite. */
export const icon = (name) =>
  element(`<svg class="icon" aria-hidden="true"><use href="#i-${name}"/></svg>`);

let fading;

/** Tell the person something in passing; a screen reader reads it out. */
export const say = (text) => {
  const toast = document.getElementById("toast");
  clearTimeout(fading);
  toast.textContent = text;
  toast.classList.toggle("is-shown", Boolean(text));
  fading = setTimeout(() => toast.classList.remove("is-shown"), 5000);
};

/** Run something once calls have stopped for a while. */
export const debounce = (wait, action) => {
  let timer;
  return (...args) => {
    clearTimeout(timer);
    timer = setTimeout(() => action(...args), wait);
  };
};
