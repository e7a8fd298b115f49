/**
 * The help centre with JavaScript: suggestions while typing, and how long an article was really
 * read. Everything works without it.
 */

const TYPING_PAUSE_MS = 150;
/** Somebody who has not moved for this long is not reading. */
const STILL_MS = 30_000;
const LONGEST_READ_S = 600;

/**
 * Shows suggestions under a search box. An older answer never replaces a newer one.
 *
 * @param {HTMLFormElement} form with data-suggest
 */
function suggest(form) {
  const input = /** @type {HTMLInputElement} */ (form.querySelector(".search__input"));
  const results = /** @type {HTMLElement} */ (form.querySelector(".search__results"));
  const status = /** @type {HTMLElement} */ (form.querySelector("[data-suggest-status]"));
  let timer = 0;
  /** @type {AbortController | undefined} */
  let asked;

  const clear = () => {
    asked?.abort();
    clearTimeout(timer);
    results.replaceChildren();
    status.textContent = "";
  };
  const say = () => {
    const first = /** @type {HTMLElement | null} */ (results.querySelector("[data-count]"));
    status.textContent = first?.dataset.count ?? status.dataset.none ?? "";
  };
  const ask = async () => {
    asked?.abort();
    asked = new AbortController();
    const address = `${form.dataset.suggest}?${new URLSearchParams({ q: input.value })}`;
    try {
      const answer = await fetch(address, { signal: asked.signal, headers: { "HX-Request": "true" } });
      if (!answer.ok) return;
      results.innerHTML = await answer.text();
      say();
    } catch {
      // Aborted by newer typing, or offline: the form itself still searches.
    }
  };
  input.addEventListener("input", () => {
    clearTimeout(timer);
    if (input.value.trim().length < 2) clear();
    else timer = window.setTimeout(ask, TYPING_PAUSE_MS);
  });
  form.addEventListener("focusout", (event) => {
    if (!form.contains(/** @type {Node | null} */ (event.relatedTarget))) clear();
  });
}

/** @returns {string} a random id for one act */
function actId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Counts seconds in which the page was visible and its reader moved, and reports them on leaving.
 *
 * @param {HTMLElement} article with data-article, data-revision, data-events and data-visit
 */
function measureReading(article) {
  const { article: id, revision, events = "", visit = "" } = article.dataset;
  if (!visit || !navigator.sendBeacon) return;
  let seconds = 0;
  let reported = 0;
  let depth = 0;
  let input = false;
  let movedAt = performance.now();

  const moved = () => {
    movedAt = performance.now();
    input = true;
    const box = article.getBoundingClientRect();
    const seen = ((innerHeight - box.top) / Math.max(box.height, 1)) * 100;
    depth = Math.max(depth, Math.min(100, Math.max(0, Math.round(seen))));
  };
  const report = () => {
    const news = Math.min(seconds, LONGEST_READ_S) - reported;
    if (news < 1) return;
    reported += news;
    const read = {
      id: actId(),
      kind: "read",
      t: Math.round(performance.now()),
      article_id: Number(id),
      revision_id: Number(revision),
      seconds: news,
      depth,
    };
    const batch = { v: 1, session: visit, input, locale: document.documentElement.lang, events: [read] };
    navigator.sendBeacon(events, new Blob([JSON.stringify(batch)], { type: "application/json" }));
  };

  for (const kind of ["pointermove", "pointerdown", "keydown", "scroll", "touchmove"]) {
    addEventListener(kind, moved, { passive: true });
  }
  setInterval(() => {
    if (!document.hidden && performance.now() - movedAt < STILL_MS) seconds += 1;
  }, 1000);
  document.addEventListener("visibilitychange", () => document.hidden && report());
  addEventListener("pagehide", report);
}

for (const form of document.querySelectorAll("form[data-suggest]")) {
  suggest(/** @type {HTMLFormElement} */ (form));
}
for (const article of document.querySelectorAll("[data-reading]")) {
  measureReading(/** @type {HTMLElement} */ (article));
}
