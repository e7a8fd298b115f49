/** Applies the chosen theme before the first paint. Blocking on purpose, and tiny. */
try {
  const theme = localStorage.getItem("foreword-theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Without storage the theme follows the system.
}
