/**
 * What the person does before they write to us, reported in small batches.
 *
 * A help session has a random key in memory. Nothing about the person is in an event; searches
 * are scrubbed on the server.
 */
import { call } from "./api.js";
import { keep, kept } from "./keep.js";
import { randomId } from "./page.js";

const FLUSH_MS = 1500;
const SEEN_MS = 1000;
const ACTIVE_MS = 30000;
const IDLE_MS = 1800000;

let key = randomId();
const seen = new Set();
let queue = [];
let timer;
let hadInput = false;
let lastInput = 0;
let reading = null;

for (const kind of ["pointerdown", "keydown", "wheel", "touchmove"]) {
  addEventListener(
    kind,
    () => {
      hadInput = true;
      lastInput = Date.now();
    },
    { capture: true, passive: true },
  );
}

/** Go on with the help session of the host's page before, if the person agreed to storage. */
export const resume = () => {
  const { at = 0, id } = kept("session") || {};
  if (Date.now() - at < IDLE_MS) key = id;
};

/** Begin another help session: somebody else is there now. */
export const beginAnew = () => {
  stopReading();
  flush();
  key = randomId();
  seen.clear();
};

/** Return the key of this help session, which tickets and votes carry along. */
export const sessionKey = () => key;

/** Send what has gathered; on the way out with a request that outlives the page. */
export const flush = async (leaving = false) => {
  clearTimeout(timer);
  const events = queue.splice(0, 50);
  if (!events.length) return;
  if (kept("consent")) keep("session", { id: key, at: Date.now() });
  const batch = { v: 1, session: key, input: hadInput, locale: document.documentElement.lang, events };
  try {
    await call("events", { body: batch, keepalive: leaving });
  } catch (error) {
    // Offline: they wait, with their ids, so that nothing counts twice.
    if (error.status === 0 && queue.length < 200) queue = [...events, ...queue];
  }
};

/** Note an act. */
export const note = (kind, fields = {}) => {
  queue.push({ id: randomId(), kind, t: Math.round(performance.now()), ...fields });
  clearTimeout(timer);
  timer = setTimeout(flush, FLUSH_MS);
};

const watcher = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      clearTimeout(target.seenTimer);
      if (isIntersecting) target.seenTimer = setTimeout(() => impression(target), SEEN_MS);
    }
  },
  { threshold: 0.5 },
);

const impression = (link) => {
  const { article, rank, search } = link.dataset;
  const once = `${article} ${search}`;
  watcher.unobserve(link);
  if (!link.isConnected || seen.has(once)) return;
  seen.add(once);
  note("impression", { article_id: +article, rank: +rank, ...(search && { search_id: search }) });
};

/** Note each of these results once it has been half visible for a second. */
export const watchHits = (container, searchId = "") => {
  for (const link of container.querySelectorAll("[data-article]")) {
    if (searchId) link.dataset.search = searchId;
    watcher.observe(link);
  }
};

/** Begin to count active reading of an article: tab visible, and input within half a minute. */
export const startReading = (section) => {
  stopReading();
  lastInput = Date.now();
  const { article, revision } = section.dataset;
  reading = { article_id: +article, revision_id: +revision, seconds: 0, depth: 0, section };
  reading.clock = setInterval(() => {
    if (!reading || document.hidden || Date.now() - lastInput > ACTIVE_MS) return;
    reading.seconds += 1;
    const { bottom, height } = section.firstElementChild.getBoundingClientRect();
    const share = 100 - (100 * Math.max(0, bottom - innerHeight)) / Math.max(1, height);
    reading.depth = Math.max(reading.depth, Math.round(Math.max(0, Math.min(100, share))));
  }, 1000);
};

/** Report the reading since the last report. */
export const reportReading = () => {
  if (!reading || !reading.seconds) return;
  const { article_id, revision_id, depth } = reading;
  const seconds = Math.min(600, reading.seconds);
  reading.seconds = 0;
  note("read", { article_id, revision_id, seconds, depth });
};

/** End the reading. */
export const stopReading = () => {
  if (!reading) return;
  reportReading();
  clearInterval(reading.clock);
  reading = null;
};

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) return;
  reportReading();
  flush(true);
});
addEventListener("pagehide", () => {
  reportReading();
  flush(true);
});
