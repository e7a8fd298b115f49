/**
 * Moving between screens. A screen that is left stays in memory with its scroll and its words, so
 * that "back" is instant and loses nothing.
 */
import { Refused, fragment } from "./api.js";
import { data, element, find, say, view, word } from "./page.js";

const home = find(".home");
const back = find("[data-act=back]");
const title = find(".bar__title");
const stack = [home];
const leaving = new WeakMap();
let turn = 0;

/** Return the screen that is shown. */
export const current = () => stack.at(-1);

/** Run something when a screen is left for good or for another. */
export const onLeave = (screen, action) => leaving.set(screen, action);

const draw = (screen, focus) => {
  const heading = find("h1", screen);
  view.replaceChildren(screen);
  view.scrollTop = screen.scrolled || 0;
  data.screen = screen.dataset.screen;
  back.hidden = stack.length < 2;
  title.textContent = screen.dataset.title || heading.textContent;
  if (focus) heading.focus({ preventScroll: true });
};

// A screen's own heading says where one is; the bar repeats it once that is out of sight.
view.addEventListener("scroll", () => {
  document.body.classList.toggle("is-scrolled", view.scrollTop > 56);
}, { passive: true });

const leave = () => {
  const screen = current();
  screen.scrolled = view.scrollTop;
  leaving.get(screen)?.();
};

/** Show a screen above the present one. */
export const push = (screen, { replace = false } = {}) => {
  leave();
  turn += 1;
  if (replace && stack.length > 1) stack.pop();
  stack.push(screen);
  draw(screen, true);
};

/** Go back one screen; `false` on the first. */
export const pop = () => {
  if (stack.length < 2) return false;
  leave();
  turn += 1;
  stack.pop();
  draw(current(), true);
  return true;
};

/** Go to the first screen. */
export const goHome = () => {
  if (stack.length < 2) return;
  leave();
  turn += 1;
  stack.length = 1;
  draw(home, true);
};

/** Return why something did not work, in words for the person. */
export const why = (error) => {
  const known = { 0: "offline", 413: "tooLarge", 429: "busy" }[error.status];
  return known ? word(known) : (error.status < 500 && error.message) || word("failed");
};

/** Tell the person why something did not work. */
export const sayWhy = (error) => {
  say(why(error));
  if (!(error instanceof Refused)) throw error;
};

/**
 * Fetch a screen and show it, unless the person has gone elsewhere meanwhile.
 * @returns {Promise<Element|null>} the screen, or null if it could not be shown
 */
export const visit = async (path, options) => {
  const mine = (turn += 1);
  view.ariaBusy = "true";
  try {
    const screen = element(await fragment(path));
    if (mine !== turn) return null;
    // The same again: a press that has begun on it must not lose its place.
    if (options?.replace && screen.isEqualNode(current())) return current();
    push(screen, options);
    return screen;
  } catch (error) {
    if (mine === turn) sayWhy(error.status === 404 ? new Refused(404, { message: word("gone") }) : error);
    return null;
  } finally {
    view.ariaBusy = "false";
  }
};
