/** The first screen: suggestions for the page, and search as you type. */
import { fragment } from "./api.js";
import { emit, host } from "./bridge.js";
import { note, watchHits } from "./events.js";
import { data, debounce, element, find, randomId } from "./page.js";

const TYPING_MS = 120;
const SETTLED_MS = 1000;

const input = find(".find__input");
const results = find("[data-results]");
const suggestions = find("[data-suggestions]");
const found = document.getElementById("found");
let running = new AbortController();
let shown = { query: "", searchId: "", total: 0, degraded: false };
let noted = "";
let suggestedFor = "";
let wanted = null;

const query = () => input.value.trim().replace(/\s+/g, " ");

/** Let the contact button appear where it waits for something to have been tried. */
export const tried = () => {
  data.tried = "yes";
};

/** Show articles for the host's page; `value` is a list of slugs, a text, or nothing. */
export const suggest = async (value) => {
  if (value !== undefined) wanted = value;
  const { path = "", title = "", headings = [] } = host.page;
  const asked = new URLSearchParams({ path, title });
  for (const heading of headings) asked.append("heading", heading);
  if (Array.isArray(wanted)) for (const slug of wanted.slice(0, 5)) asked.append("slug", slug);
  else if (typeof wanted === "string") asked.set("q", wanted);
  if (`${asked}` === suggestedFor) return;
  const mine = `${asked}`;
  suggestedFor = mine;
  try {
    const html = await fragment(`suggestions?${asked}`);
    // What was asked for first may come last.
    if (mine !== suggestedFor) return;
    suggestions.innerHTML = html;
    watchHits(suggestions);
  } catch {
    // The panel is of use without suggestions.
    if (mine === suggestedFor) suggestedFor = "";
  }
};

const settle = (how) => {
  const text = query();
  if (text.length < 3 || text !== shown.query || text === noted) return;
  noted = text;
  tried();
  const { searchId, total, degraded } = shown;
  note("search", { id: searchId, query: text.slice(0, 200), n_results: total, settled: how, degraded });
  watchHits(results, searchId);
  emit("search", { query: text, results: total });
};

const settleLater = debounce(SETTLED_MS, () => settle("idle"));

const clear = () => {
  results.hidden = true;
  results.replaceChildren();
  suggestions.hidden = false;
  found.textContent = "";
  shown = { query: "", searchId: "", total: 0 };
};

/**
 * Search and draw the results; an answer that comes late never replaces a newer one.
 * @returns {Promise<Array<{title: string, slug: string}>>} what was found
 */
export const search = async (text, done = false) => {
  running.abort();
  running = new AbortController();
  const mine = running;
  if (!text) {
    clear();
    return [];
  }
  let answer;
  try {
    const asked = new URLSearchParams({ q: text, ...(done && { done: "1" }) });
    answer = element(await fragment(`search?${asked}`, { signal: mine.signal }));
  } catch (error) {
    if (error.name === "AbortError" || mine !== running) return [];
    // Search may be away; the way to a person never is.
    tried();
    emit("error", { message: "search failed" });
    return [];
  }
  if (mine !== running) return [];
  const { total, count, degraded } = answer.dataset;
  results.replaceChildren(answer);
  results.hidden = false;
  suggestions.hidden = true;
  found.textContent = count;
  shown = { query: text, searchId: randomId(), total: +total, degraded: Boolean(degraded) };
  if (degraded) tried();
  if (done) settle("enter");
  else settleLater();
  return [...results.querySelectorAll(".hit__link")].map((link) => ({
    title: find(".hit__title", link).textContent,
    slug: link.dataset.slug,
  }));
};

const type = debounce(TYPING_MS, () => search(query()));

input.addEventListener("input", () => (query() ? type() : (running.abort(), type(), clear())));

/** Search at once, as Enter does. */
export const searchNow = (text = query()) => {
  input.value = text;
  return search(text, true);
};

/** Return what is in the search box, to start a request with. */
export const typed = () => query();

/** Search for what was typed before anything listened. */
export const catchUp = () => {
  if (query()) type();
};

/** Put the cursor where typing begins; a touch keyboard would only hide the suggestions. */
export const focusSearch = () => {
  const touch = matchMedia("(pointer: coarse)").matches;
  (touch ? find(".hero__title") : input).focus({ preventScroll: true });
};

/** Move between the search box and the list with the arrow keys. */
export const moveInList = (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const home = find(".home");
  if (!step || !home?.isConnected || !home.contains(event.target)) return;
  const links = [...home.querySelectorAll(".hit__link")].filter((link) => link.offsetParent);
  const at = links.indexOf(document.activeElement);
  if (at < 0 && document.activeElement !== input) return;
  const next = at + step;
  event.preventDefault();
  (next < 0 ? input : links[Math.min(next, links.length - 1)])?.focus();
};
