// Light or dark: the system's choice until the button is pressed.
(() => {
  "use strict";
  const root = document.documentElement;
  const button = document.getElementById("theme");
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : dark.matches);
  const say = () => { button.textContent = isDark() ? "Light" : "Dark"; };
  const changed = () => { say(); document.dispatchEvent(new Event("themechange")); };
  button.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    changed();
  });
  dark.addEventListener("change", changed);
  button.hidden = false;
  button.setAttribute("aria-description", "Switches the page's colours");
  say();
})();
