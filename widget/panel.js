/** The panel: joins its parts, and answers the person's clicks and the host page's verbs. */
import {
  call, claim, expectIdentity, expectNobody, needSession, renewWith, signIn, signOut,
} from "./api.js";
import { openArticle, play, votes } from "./article.js";
import { ask, askAnew, giveUp, prefill } from "./ask.js";
import { connect, emit, host, on, tell } from "./bridge.js";
import { beginAnew, flush, note, resume, stopReading } from "./events.js";
import { catchUp, focusSearch, moveInList, searchNow, suggest } from "./find.js";
import { forget, keep, kept, open } from "./keep.js";
import { data, find } from "./page.js";
import {
  forgetAnswers, joinIncident, lookNow, offerEarlier, openRequest, openRequests, tellUs,
} from "./requests.js";
import { current, goHome, pop } from "./views.js";

const RENEW_MS = 5000;
let isShown = false;
let renewed = () => {};

const close = () => tell("close");

const destinations = {
  article: (link) => openArticle(link.dataset.slug, link).catch(() => {}),
  ask: () => ask(),
  requests: () => openRequests(),
  request: (link) => openRequest(link.dataset.number, link),
};

const acts = {
  back: pop,
  close,
  home: goHome,
  find: () => searchNow(),
  meant: (button) => searchNow(button.textContent),
  send: (form) => form.send(),
  reply: (form) => form.send(),
  tell: tellUs,
  joining: joinIncident,
  write: () => find("#reply").focus(),
  ...votes,
};

document.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  const target = event.target.closest("[data-go], button[data-act], .media-card[data-embed-src], a");
  if (!target) return;
  if (target.dataset.go) {
    event.preventDefault();
    destinations[target.dataset.go](target);
  } else if (target.dataset.act) {
    acts[target.dataset.act](target);
  } else {
    followLink(event, target.closest(".media-card[data-embed-src]"), target);
  }
});

/** Links between articles stay in the panel; everything else opens beside it. */
const followLink = (event, card, link) => {
  if (card) {
    event.preventDefault();
    play(card);
    return;
  }
  const href = link.getAttribute("href") || "";
  const [, slug] = /^\/help\/articles\/([^/?#]+)/.exec(href) || [];
  if (slug) {
    event.preventDefault();
    openArticle(decodeURIComponent(slug)).catch(() => {});
  } else if (href.startsWith("#")) {
    event.preventDefault();
    document.getElementById(href.slice(1))?.scrollIntoView();
  } else {
    link.target = "_blank";
    link.rel = "noopener";
  }
};

document.addEventListener("submit", (event) => {
  event.preventDefault();
  acts[event.target.dataset.act]?.(event.target);
});

document.addEventListener("keydown", (event) => {
  moveInList(event);
  if (event.key === "Escape") close();
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) current().querySelector("form")?.send?.();
});

const afresh = { ask: askAnew, requests: () => openRequests({ replace: true }) };

/** Another person inherits nothing of what the former one did or wrote here. */
const leaveFormer = () => {
  // Leaving the form keeps its draft, so that is forgotten last.
  goHome();
  searchNow("");
  forget();
  forgetAnswers();
  beginAnew();
};

const identify = async ({ token, claims }) => {
  if (!token) {
    expectNobody();
    renewed(false);
    return claim(claims);
  }
  try {
    const { offer, isOther } = await signIn(token);
    renewed(true);
    if (isOther) leaveFormer();
    // What was opened before is of somebody who was not known yet.
    afresh[current().dataset.screen]?.();
    if (offer) offerEarlier(offer, (value) => call("taking-over", { body: { claim: value } }));
    suggest();
    lookNow();
  } catch (error) {
    // The person stays anonymous, never somebody they were before.
    console.warn(`Foreword: ${error.message || "the identity was refused"}`);
    emit("error", { message: error.message });
  }
  return undefined;
};

/** An ended session: a customer's host is asked to sign anew, a visitor starts another. */
renewWith(async (wasCustomer) => {
  if (!wasCustomer) return needSession().then(() => true);
  tell("token");
  return new Promise((resolve) => {
    renewed = resolve;
    setTimeout(resolve, RENEW_MS, false);
  });
});

on("identify", identify);
on("suggest", ({ value }) => suggest(value));
on("prefill", ({ value }) => prefill(value));
on("search", ({ value, quiet }) => {
  if (!quiet) goHome();
  return searchNow(String(value || "").slice(0, 300));
});
on("article", ({ value }) => openArticle(String(value)));
on("ask", ({ value }) => ask(value));
on("consent", ({ value }) => (value ? keep("consent", 1) : forget()));
on("configure", () => {
  const { locale, theme } = host.config;
  const root = document.documentElement;
  const otherLocale = locale && locale.slice(0, 2) !== root.lang;
  const otherTheme = theme && theme !== root.dataset.theme;
  if (otherLocale || otherTheme) {
    location.search = new URLSearchParams({ locale: locale || root.lang, theme: theme || "" });
  }
});
on("logout", async () => {
  stopReading();
  goHome();
  await flush();
  await signOut();
  forget();
  // Once the host has its answer.
  setTimeout(() => location.reload());
});
on("shown", ({ shown }) => {
  if (shown === isShown) return;
  isShown = shown;
  if (shown) {
    appear();
    return;
  }
  stopReading();
  giveUp();
  if (data.tried === "yes" && !data.sent && !data.solved) emit("gaveup");
  if (data.tried) data.tried = "told";
  flush();
});

const appear = () => {
  note("open");
  suggest();
  lookNow();
  // A frame that was hidden takes no focus before it is drawn again.
  requestAnimationFrame(() => {
    if (current().dataset.screen === "home") focusSearch();
    else find("h1", current()).focus();
  });
};

// From here on presses are heard; the sheet shows what can be pressed.
data.screen = current().dataset.screen;

connect((message) => {
  if (host.config.who) expectIdentity();
  open(message.kept);
  resume();
  catchUp();
  if (message.shown && !isShown) {
    isShown = true;
    appear();
  } else if (kept("contact")) {
    lookNow();
  }
});
