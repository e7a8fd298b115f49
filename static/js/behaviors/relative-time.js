/** Units and their seconds, shortest first. */
const steps = /** @type {const} */ ([
  ["minute", 60],
  ["hour", 3600],
  ["day", 86400],
  ["week", 604800],
]);

/**
 * Keeps "5 minutes ago" and "in 5 minutes" true while the page is open, in the language of the page.
 *
 * @param {HTMLTimeElement} time
 */
export default function (time) {
  if (Number.isNaN(Date.parse(time.dateTime))) return undefined;
  // Figures are 0-9 in every language, as the server writes them.
  const language = `${document.documentElement.lang || "en"}-u-nu-latn`;
  // Short in English; a German "vor 5 m" would be taken for metres.
  const style = language.startsWith("en") ? "narrow" : "long";
  const words = new Intl.RelativeTimeFormat(language, { numeric: "auto", style });
  const dates = new Intl.DateTimeFormat(language, { dateStyle: "medium" });
  const show = () => {
    const moment = Date.parse(time.dateTime);
    const seconds = (moment - Date.now()) / 1000;
    const step = steps.findLast(([, length]) => Math.abs(seconds) >= length);
    let text = words.format(0, "second");
    if (Math.abs(seconds) >= 4 * 604800) text = dates.format(moment);
    else if (step) text = words.format(Math.trunc(seconds / step[1]), step[0]);
    if (time.textContent !== text) time.textContent = text;
  };
  if (!time.title) time.title = new Date(time.dateTime).toLocaleString(language);
  show();
  const timer = setInterval(show, 30000);
  // A morphing swap puts the server's words back.
  const observer = new MutationObserver(show);
  observer.observe(time, { childList: true, characterData: true, subtree: true });
  return () => {
    clearInterval(timer);
    observer.disconnect();
  };
}
