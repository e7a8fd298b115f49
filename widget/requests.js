/** One's own requests: the list, a conversation, answering, and the mark for new answers. */
import { fragment, json, needSession, person } from "./api.js";
import { tell } from "./bridge.js";
import { data, element, find, randomId, say, word } from "./page.js";
import { bindFiles } from "./uploads.js";
import { current, sayWhy, visit } from "./views.js";

const OPEN_MS = 8000;
const IDLE_MS = 45000;
const unsent = new Map();
let timer;

/** Show the list; anew if the person has become known while it was fetched. */
export const openRequests = async (options) => {
  const asked = person();
  const screen = await visit("requests", options);
  if (screen && person() !== asked) await openRequests({ replace: true });
};

/** Show one request; its row in the list is read from now on. */
export const openRequest = async (number, link) => {
  const screen = await visit(`requests/${number}`);
  if (!screen) return;
  link.classList.remove("is-unread");
  find(".unread", link)?.remove();
  const form = find("[data-act=reply]", screen);
  const messages = find(".messages", screen);
  const files = bindFiles(form, [], () => {});
  let key = randomId();
  form.body.value = unsent.get(number) || "";
  form.oninput = () => unsent.set(number, form.body.value);
  messages.lastElementChild?.scrollIntoView({ block: "nearest" });
  unread(0);

  screen.refresh = async (quiet) => {
    const after = messages.lastElementChild?.dataset.message || 0;
    const html = await fragment(`requests/${number}/messages?after=${after}`);
    if (!html) return;
    const list = document.createElement("ol");
    list.innerHTML = html;
    messages.append(...list.children);
    messages.lastElementChild.scrollIntoView({ block: "nearest" });
    if (!quiet) say(word("newAnswer"));
  };

  form.send = async () => {
    const body = form.body.value;
    if (!body.trim()) return form.body.focus();
    const button = find("[type=submit]", form);
    if (button.disabled) return undefined;
    button.disabled = true;
    try {
      const attachments = await files.finish();
      await json(`requests/${number}/messages`, { body: { body, attachments, key } });
      key = randomId();
      form.body.value = "";
      unsent.delete(number);
      files.clear();
      // What stood there about a solved request does not hold any more.
      find("[data-outcome]", screen).replaceChildren();
      await screen.refresh(true);
    } catch (error) {
      // The words stay in the box, and the key makes sending them again harmless.
      sayWhy(error);
    }
    button.disabled = false;
    return form.body.focus();
  };
  watch();
};

/** Send a small form beside the conversation, and show what has become of it. */
export const tellUs = async (form) => {
  const button = find("[type=submit]", form);
  if (button.disabled) return;
  button.disabled = true;
  const { number } = form.closest("[data-number]").dataset;
  try {
    const body = Object.fromEntries(new FormData(form));
    const { html } = await json(`requests/${number}/${form.dataset.path}`, { body });
    form.closest("[data-outcome]").replaceWith(element(html));
    find("[data-outcome]").focus();
    say([...document.querySelectorAll("[data-outcome] .vote__thanks")].at(-1).textContent);
  } catch (error) {
    sayWhy(error);
  }
  button.disabled = false;
};

/** Say that a known problem is the person's too. */
export const joinIncident = async (form) => {
  const button = find("[type=submit]", form);
  if (button.disabled) return;
  button.disabled = true;
  try {
    await needSession();
    const body = Object.fromEntries(new FormData(form));
    const { html } = await json(`incidents/${form.dataset.incident}/me-too`, { body });
    form.replaceWith(element(html));
  } catch (error) {
    sayWhy(error);
    button.disabled = false;
  }
};

const unread = (count) => {
  for (const mark of document.querySelectorAll("[data-unread]")) mark.hidden = !count;
  tell("unread", { count });
};

const look = async () => {
  if (person() === "none" || document.hidden) return;
  try {
    if (current().refresh) await current().refresh();
    else unread((await json("session")).unread);
  } catch {
    // The next look will do.
  }
};

/** Look for answers from now on: often while a conversation is open, else seldom. */
export const watch = () => {
  clearTimeout(timer);
  const pace = data.screen === "request" ? OPEN_MS : IDLE_MS;
  timer = setTimeout(async () => {
    await look();
    watch();
  }, pace);
};

/** Forget what was written and not sent. */
export const forgetAnswers = () => unsent.clear();

/** Look now, and go on. */
export const lookNow = async () => {
  await look();
  watch();
};

/** Offer a customer the requests they wrote before they signed in. */
export const offerEarlier = (offer, accept) => {
  const place = find("[data-offer]");
  const text = document.createElement("p");
  text.textContent = word("offer");
  const buttons = ["yes", "no"].map((name) => {
    const button = element(`<button class="button button--small" type="button"></button>`);
    button.textContent = word(name);
    button.onclick = async () => {
      place.hidden = true;
      if (name === "yes") await accept(offer.claim).catch(sayWhy);
    };
    return button;
  });
  place.replaceChildren(text, ...buttons);
  place.hidden = false;
};
