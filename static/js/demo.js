/** What the pretend product does to embed the help widget; a host would do the same. */
window.Foreword ||= (...args) =>
  new Promise((resolve) => (Foreword.q = Foreword.q || []).push([args, resolve]));

Foreword("configure", {
  path: document.body.dataset.path,
  appVersion: "4.2.4",
  fields: { Plan: "Studio", Location: "Lisbon" },
});

if (document.body.dataset.user) {
  Foreword("identify", {
    token: async () => (await fetch("/demo/help-token", { method: "POST" })).text(),
  });
}

document.querySelector("[data-switch]")?.addEventListener("change", async (event) => {
  const { form } = event.target;
  await Foreword("logout");
  form.submit();
});
