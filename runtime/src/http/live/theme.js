// The scheme somebody chose, before anything is drawn: light, dark, or the system's where nothing was chosen.
"use strict";
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem("observant-theme");
  } catch {
    // A browser that keeps nothing shows the system's.
  }
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
})();
