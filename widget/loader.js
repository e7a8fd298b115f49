/**
 * Foreword's loader: the one script a host page embeds.
 *
 * It draws the launcher, makes the panel's frame when that is first opened, and carries messages
 * between the page and the panel. It has no dependency, sets one global, writes no storage before
 * a draft or request exists, and needs nothing of the page's security policy but `script-src` and
 * `frame-src`. Comments and indentation are removed when it is served; mind the size, a test does.
 *
 * The two sides speak through a MessageChannel whose one end is handed to Foreword's origin only.
 * The page listens to no window message at all, so no other window can reach it through here.
 */
(() => {
  const script = document.currentScript;
  const config = { ...script.dataset };
  const base = script.src.replace(/\/widget\/v1\/.*/, "");
  const keptKey = "foreword:" + config.site;
  const handlers = {};
  const rejections = [];
  const root = document.createElement("foreword-widget");
  const shadow = root.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  let channel = new MessageChannel();
  let connected, failed, frame, identity, opener, timer;
  let shown = false;
  let unread = 0;

  // The text on the launcher is white or black by the ground's luminance (y), as WCAG defines it.
  sheet.replaceSync(`
:host{all:initial;--c:#2f5d50}
button,iframe{position:fixed;z-index:2147483000;bottom:20px;inset-inline-end:20px;border:0}
:host(.start) *{inset-inline:20px auto}
button{display:flex;align-items:center;justify-content:center;gap:8px;min-width:54px;height:54px;padding:0 15px;border-radius:27px;background:var(--c);color:#fff;color:color(from var(--c) xyz clamp(0,(.18 - y)*999,1) clamp(0,(.18 - y)*999,1) clamp(0,(.18 - y)*999,1));font:600 16px system-ui;cursor:pointer;box-shadow:0 4px 20px #0005}
:focus-visible{outline:3px solid;outline-offset:-6px}
svg{width:24px;fill:none;stroke:currentColor;stroke-width:2;stroke-linecap:round}
[hidden]{display:none!important}
b{position:absolute;inset:-5px -5px auto auto!important;padding:2px 7px;border-radius:9px;background:#b3400a;color:#fff;font-size:13px}
iframe{bottom:88px;width:400px;height:min(680px,100dvh - 108px);border-radius:16px;box-shadow:0 8px 50px #0006;animation:i .2s}
@keyframes i{from{opacity:0;translate:0 12px}}
@media(max-width:480px),(max-height:480px){iframe{inset:0!important;width:100%;height:100%;border-radius:0}}
@media(prefers-reduced-motion){*{animation:none!important}}`);
  shadow.adoptedStyleSheets = [sheet];

  const button = document.createElement("button");
  const label = document.createElement("span");
  const badge = document.createElement("b");
  const icon = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  icon.setAttribute("viewBox", "0 0 24 24");
  const path = icon.appendChild(document.createElementNS(icon.namespaceURI, "path"));
  button.append(icon, label, badge);
  shadow.append(button);

  const own = () =>
    "[data-foreword-launcher]" + (config.launcher ? "," + config.launcher : "");

  const draw = () => {
    const locale = config.locale || document.documentElement.lang;
    const name = config.label || { de: "Hilfe", ar: "مساعدة" }[locale.slice(0, 2)] || "Help";
    const others = document.querySelectorAll(own());
    root.style.setProperty("--c", config.color || "");
    root.className = config.position;
    path.setAttribute(
      "d",
      shown ? "M6 9l6 6 6-6" : "M9.5 9.5a2.5 2.5 0 1 1 2.5 3v1m0 3v.1M4 21l1-4a9 9 0 1 1 3 3z",
    );
    label.textContent = config.label;
    label.hidden = !config.label;
    badge.textContent = unread;
    badge.hidden = !unread;
    button.ariaLabel = unread ? `${name} (${unread})` : name;
    button.ariaExpanded = !!shown;
    button.hidden = others.length;
    for (const other of others) other.dataset.unread = unread;
    if (frame) {
      frame.title = name;
      frame.hidden = !shown;
    }
  };

  const emit = (name, detail) => handlers[name]?.forEach((handler) => handler(detail));

  // A message waits in the channel until the panel listens.
  const send = (t, more, ports = []) => channel.port1.postMessage({ v: 1, t, ...more }, ports);

  // What suggestions go by; read on each opening, because applications change it without loading.
  const page = () => ({
    path: config.path || location.pathname,
    title: document.title,
    headings: [...document.querySelectorAll("h1,h2")].slice(0, 5).map((h) => h.textContent.trim()),
  });

  // A page may have no storage to give; then a draft lives as long as the panel.
  const kept = (value) => {
    try {
      if (value == null) return localStorage[keptKey];
      if (value) localStorage[keptKey] = value;
      else delete localStorage[keptKey];
    } catch {}
  };

  const sendIdentity = async () => {
    if (!identity) return;
    let { token, ...claims } = identity;
    try {
      if (token?.call) token = await token();
    } catch (error) {
      token = 0;
      emit("error", error);
    }
    send("identify", { token, claims });
  };

  const fail = () => {
    failed = new Error("Foreword's panel cannot be reached");
    frame.remove();
    frame = 0;
    show(false);
    for (const reject of rejections) reject(failed);
    emit("error", failed);
  };

  /** What the panel may say; everything else is passed over. */
  const receive = {
    ready({ site }) {
      clearTimeout(timer);
      for (const name of ["color", "position", "label"]) config[name] ||= site[name];
      draw();
      emit("ready");
    },
    event: ({ name, detail }) => emit(name, detail),
    close: () => show(false),
    unread({ count }) {
      unread = count & 63;
      draw();
    },
    keep: ({ value }) => kept(value),
    token: sendIdentity,
  };

  const load = () => {
    if (frame || failed) return;
    frame = document.createElement("iframe");
    frame.sandbox =
      "allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox";
    frame.referrerPolicy = "origin";
    const { locale = "", theme = "" } = config;
    frame.src = `${base}/w/${config.site}/?` + new URLSearchParams({ locale, theme });
    frame.onload = () => {
      if (connected) channel = new MessageChannel();
      connected = true;
      channel.port1.onmessage = ({ data }) => {
        if (data?.v == 1 && Object.hasOwn(receive, data.t)) receive[data.t](data);
      };
      frame.contentWindow.postMessage(
        { v: 1, t: "connect", page: page(), config, kept: kept(), shown },
        new URL(base).origin,
        [channel.port2],
      );
      sendIdentity();
    };
    timer = setTimeout(fail, 9e3);
    shadow.append(frame);
  };

  const show = (wanted) => {
    if (failed && wanted) open(base + "/help", "_blank", "noopener");
    if (wanted == shown || (failed && wanted)) return;
    shown = wanted;
    if (wanted) {
      opener = document.activeElement;
      load();
    }
    draw();
    send("shown", { shown, page: page() });
    const back = opener == root || opener == document.body ? button : opener;
    (wanted ? frame : back).focus();
    emit(wanted ? "open" : "close");
  };

  /** Have the panel do something and promise its answer. */
  const ask = (verb, value, quiet) =>
    new Promise((resolve, reject) => {
      const answer = new MessageChannel();
      answer.port1.onmessage = ({ data }) =>
        data.error ? reject(new Error(data.error)) : resolve(data.value);
      rejections.push(reject);
      load();
      if (failed) return reject(failed);
      if (!quiet) show(true);
      return send(verb, { value, quiet }, [answer.port2]);
    });

  const verbs = {
    open: () => show(true),
    close: () => show(false),
    toggle: () => show(!shown),
    identify(who) {
      identity = who;
      config.who = !!who.token;
      if (connected) sendIdentity();
    },
    logout() {
      identity = unread = config.who = 0;
      kept("");
      draw();
      return frame && ask("logout", 0, true);
    },
    configure(changes) {
      Object.assign(config, changes);
      draw();
      send("configure", { config });
    },
    on: (name, handler) => void (handlers[name] ||= new Set()).add(handler),
    off: (name, handler) => void handlers[name]?.delete(handler),
    destroy() {
      document.removeEventListener("click", clicked);
      clearTimeout(timer);
      channel.port1.close();
      root.remove();
      delete window.Foreword;
    },
  };
  for (const verb of ["suggest", "prefill", "consent"]) {
    verbs[verb] = (value) => send(verb, { value, page: page() });
  }
  for (const verb of ["search", "article", "ask"]) {
    verbs[verb] = (value, options) => ask(verb, value, options?.open === false);
  }

  const clicked = (event) => {
    if (failed || !event.target.closest(own())) return;
    event.preventDefault();
    show(!shown);
  };

  const start = () => {
    if (document.querySelector("foreword-widget")) return;
    button.onclick = verbs.toggle;
    root.onkeydown = ({ key }) => void (key == "Escape" && show(false));
    document.addEventListener("click", clicked);
    document.body.append(root);
    draw();
    // The host's own script may have run after this one began to load.
    const early = window.Foreword;
    window.Foreword = (verb, ...args) => verbs[verb]?.(...args);
    for (const [args, resolve] of early?.q || []) resolve(Foreword(...args));
    // Somebody who has written to us before sees that an answer has come.
    if (kept()) load();
  };
  if (document.readyState == "loading") addEventListener("DOMContentLoaded", start);
  else start();
})();
