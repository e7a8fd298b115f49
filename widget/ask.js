/** Writing a request: the draft, answers meanwhile, sending once even over a bad line. */
import { claims, fragment, isFleeting, json, needSession, person } from "./api.js";
import { emit, host } from "./bridge.js";
import { flush, note, reportReading, sessionKey, watchHits } from "./events.js";
import { typed } from "./find.js";
import { keep, kept } from "./keep.js";
import { data, debounce, element, find, randomId, word } from "./page.js";
import { bindFiles } from "./uploads.js";
import { current, onLeave, push, visit } from "./views.js";

const FIELDS = ["subject", "body", "email", "name"];
let given = {};
let promised = [];

/** Take over what the host page fills in; what the person has typed stays. */
export const prefill = (fields) => {
  given = {};
  for (const name of FIELDS) {
    if (typeof fields?.[name] === "string") given[name] = fields[name].slice(0, 50000);
  }
  const form = find("[data-act=send]", current());
  if (form) fill(form, given);
};

const fill = (form, values) => {
  for (const name of FIELDS) {
    if (form[name] && values[name] && !form[name].value) form[name].value = values[name];
  }
};

/** What would be sent along, in the words in which it is shown. */
const context = () => {
  const { appVersion, fields, path } = host.config;
  const list = [
    [word("page"), path || host.origin + host.page.path],
    [word("title"), host.page.title],
    [word("locale"), document.documentElement.lang],
    [word("browser"), navigator.userAgent],
    [word("screen"), `${screen.width} × ${screen.height}`],
    [word("app"), appVersion],
    ...(fields && typeof fields === "object" ? Object.entries(fields).slice(0, 20) : []),
  ];
  return list
    .filter(([, value]) => value !== undefined && value !== null && value !== "")
    .map(([name, value]) => [String(name).slice(0, 60), String(value).slice(0, 500)]);
};

const drawContext = (form) => {
  const list = find(".context__list", form);
  list.replaceChildren();
  for (const [name, value] of context()) {
    const term = document.createElement("dt");
    const detail = document.createElement("dd");
    term.textContent = name;
    detail.textContent = value;
    list.append(term, detail);
  }
};

const offerAnswers = async (form) => {
  const place = find("[data-answers]", form);
  const text = `${form.subject.value} ${form.body.value}`.trim().slice(0, 300);
  if (text.length < 4) return place.replaceChildren();
  let answer;
  try {
    answer = element(await fragment(`answers?${new URLSearchParams({ q: text })}`));
  } catch {
    return place.replaceChildren();
  }
  const ids = [...answer.querySelectorAll("[data-article]")].map((link) => +link.dataset.article);
  const shown = ids.join();
  if (place.dataset.shown === shown) return undefined;
  place.dataset.shown = shown;
  place.replaceChildren(answer);
  if (!ids.length) return undefined;
  note("suggestion_eligible", { n_results: ids.length });
  note("suggestion_shown", { article_ids: ids });
  return watchHits(place);
};

const showErrors = (form, fields, message) => {
  const summary = find(".form__error", form);
  for (const name of FIELDS) {
    const control = form[name];
    if (!control) continue;
    const [text] = fields[name] || [];
    const error = document.getElementById(`e-${name}`);
    error.textContent = text || "";
    error.hidden = !text;
    control.ariaInvalid = text ? "true" : null;
  }
  summary.textContent = message || "";
  summary.hidden = !message;
  find("[aria-invalid]", form)?.focus();
};

const missing = (form) => {
  const fields = {};
  for (const control of form.querySelectorAll("[required]")) {
    if (!control.value.trim()) fields[control.name] = [word("needed")];
    else if (control.validity.typeMismatch) fields[control.name] = [word("badEmail")];
  }
  return fields;
};

const busy = (form, isBusy) => {
  const button = find("[type=submit]", form);
  button.ariaBusy = String(isBusy);
  button.disabled = isBusy;
};

/**
 * Show the form.
 * @returns {Promise<{number: number}|null>} once sent; null if the panel is closed before
 */
export const ask = async (fields, options) => {
  if (fields) prefill(fields);
  const result = new Promise((resolve) => promised.push(resolve));
  if (!options && current().dataset.screen === "ask") return result;
  const writer = person();
  const field = document.activeElement?.name;
  const screen = await visit("ask", options);
  if (!screen) return null;
  const form = find("form", screen);
  const draft = kept("draft") || {};
  const files = bindFiles(form, draft.files || [], () => save());
  fill(form, draft);
  fill(form, given);
  fill(form, claims());
  if (!form.subject.value) form.subject.value = typed();
  if (draft.context === false) form.context.checked = false;
  drawContext(form);
  if (!options) note("form_opened");
  else form[field]?.focus();
  if (form.subject.value) offerAnswers(form);

  const save = () => {
    const value = { files: files.kept(), key: (kept("draft") || {}).key || randomId() };
    for (const name of FIELDS) if (form[name]?.value) value[name] = form[name].value;
    if (!form.context.checked) value.context = false;
    keep("draft", value.subject || value.body || value.files.length ? value : undefined);
  };
  // Leaving saves at once; what comes later could bring back a draft that was to be forgotten.
  const saveSoon = debounce(200, () => form.isConnected && save());
  const answerSoon = debounce(500, () => offerAnswers(form));

  const state = () => {
    find("[data-offline]", screen).hidden = navigator.onLine;
    if (navigator.onLine && form.waiting) send(form, files, save);
  };
  addEventListener("online", state);
  addEventListener("offline", state);
  state();
  form.addEventListener("input", () => {
    saveSoon();
    answerSoon();
  });
  form.send = () => send(form, files, save);
  form.save = save;
  onLeave(screen, save);
  if (person() !== writer) askAnew();
  return result;
};

/** Draw the form again for somebody who has become known; leaving the former one keeps its words. */
export const askAnew = () => ask(undefined, { replace: true });

/** Send the form; without a connection it goes by itself once there is one. */
const send = async (form, files, save) => {
  if (find("[type=submit]", form).disabled) return undefined;
  const fields = missing(form);
  if (Object.keys(fields).length) return showErrors(form, fields, "");
  save();
  showErrors(form, {}, "");
  busy(form, true);
  form.waiting = false;
  reportReading();
  try {
    await flush();
    await needSession();
    const attachments = await files.finish();
    const { key } = kept("draft");
    const values = Object.fromEntries(FIELDS.map((name) => [name, form[name]?.value || ""]));
    const answer = await json("tickets", {
      body: {
        ...values,
        key,
        attachments,
        context: form.context.checked ? Object.fromEntries(context()) : null,
        session: sessionKey(),
        website: form.website.value,
        rendered: form.rendered.value,
      },
    });
    sent(form, files, answer);
  } catch (error) {
    if (error.status === 0) {
      form.waiting = true;
      find("[data-offline]", form.parentElement).hidden = false;
    } else if (error.status === 422 && error.fields) {
      const [rendered] = error.fields.rendered || [];
      if (rendered) form.rendered.value = rendered;
      showErrors(form, error.fields, error.message);
    } else {
      showErrors(form, {}, error.status === 429 ? word("busy") : error.message || word("failed"));
    }
  }
  return busy(form, false);
};

const sent = (form, files, { number, html }) => {
  files.clear();
  form.reset();
  given = {};
  onLeave(form.parentElement, () => {});
  keep("draft", undefined);
  keep("contact", 1);
  emit("ticket", { number });
  for (const resolve of promised.splice(0)) resolve({ number });
  const screen = element(html);
  if (isFleeting()) {
    const notice = find("[data-reload]", screen);
    notice.textContent = word("reload");
    notice.hidden = false;
  }
  push(screen, { replace: true });
  data.sent = "yes";
};

/** The panel was closed: the draft is kept, and whoever waits for a request learns of none. */
export const giveUp = () => {
  find("[data-act=send]", current())?.save();
  for (const resolve of promised.splice(0)) resolve(null);
};

