/** Reading an article, and saying whether it helped. */
import { call } from "./api.js";
import { emit } from "./bridge.js";
import { note, reportReading, sessionKey, startReading, stopReading } from "./events.js";
import { tried } from "./find.js";
import { data, find, word } from "./page.js";
import { current, onLeave, sayWhy, visit } from "./views.js";

/**
 * Open an article.
 * @returns {Promise<{slug: string, title: string}>}
 */
export const openArticle = async (slug, link) => {
  const screen = await visit(`articles/${encodeURIComponent(slug)}`);
  if (!screen) throw new Error("There is no such article");
  const { article, revision, title } = screen.dataset;
  const ids = { article_id: +article, revision_id: +revision };
  const { rank, search } = link?.dataset || {};
  const isAnswer = link?.closest("[data-hits=answers]");
  note(isAnswer ? "suggestion_click" : "click", {
    ...ids,
    ...(rank && { rank: +rank }),
    ...(search && { search_id: search }),
  });
  tried();
  emit("article", { slug: screen.dataset.slug, title });
  startReading(screen);
  onLeave(screen, stopReading);
  return { slug: screen.dataset.slug, title };
};

/** Send a vote; `more` has reasons and comment. */
const vote = async (screen, helped, more = {}) => {
  const { article, revision, slug } = screen.dataset;
  const ids = { article_id: +article, revision_id: +revision };
  reportReading();
  note("feedback", { ...ids, helped, ...more });
  emit("feedback", { slug, helped });
  try {
    await call("feedback", { body: { revision_id: +revision, helped, session: sessionKey(), ...more } });
  } catch (error) {
    sayWhy(error);
  }
};

const thank = (screen, text) => {
  const thanks = find(".vote__thanks", screen);
  thanks.textContent = text;
  thanks.hidden = false;
};

const press = (screen, act) => {
  for (const name of ["yes", "no"]) {
    find(`[data-act=${name}]`, screen).ariaPressed = String(name === act);
  }
  find(".vote__why", screen).hidden = act !== "no";
};

/** "Yes", "No" and "This solved it". */
export const votes = {
  yes() {
    const screen = current();
    press(screen, "yes");
    thank(screen, word("thanks"));
    vote(screen, true);
  },
  no() {
    const screen = current();
    press(screen, "no");
    find("[name=reason]", screen).focus();
    vote(screen, false);
  },
  vote(form) {
    const screen = current();
    const reasons = [...form.querySelectorAll("[name=reason]:checked")].map((box) => box.value);
    find(".vote__why", screen).hidden = true;
    thank(screen, word("thanks"));
    vote(screen, false, { reasons, comment: form.comment.value.trim() });
  },
  solved(button) {
    const screen = current();
    const { article, revision, slug } = screen.dataset;
    button.ariaPressed = "true";
    note("resolved_claim", { article_id: +article, revision_id: +revision });
    emit("helped", { slug });
    data.solved = "yes";
    thank(screen, word("solved"));
  },
};

/** Play a recording in place; nothing of it was loaded before. */
export const play = (card) => {
  const frame = document.createElement("iframe");
  frame.className = "media-card__frame";
  frame.src = card.dataset.embedSrc;
  frame.title = card.dataset.embedTitle;
  frame.allow = "autoplay; fullscreen";
  card.replaceChildren(frame);
};
