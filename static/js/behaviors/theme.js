/**
 * Chooses the theme: as the system, light or dark. Remembered on this device.
 *
 * @param {HTMLSelectElement} select
 */
export default function (select) {
  const root = document.documentElement;
  select.value = root.dataset.theme ?? "auto";
  select.addEventListener("change", () => {
    const choice = select.value;
    if (choice === "auto") delete root.dataset.theme;
    else root.dataset.theme = choice;
    try {
      if (choice === "auto") localStorage.removeItem("foreword-theme");
      else localStorage.setItem("foreword-theme", choice);
    } catch {
      // The choice then holds for this page.
    }
  });
}
