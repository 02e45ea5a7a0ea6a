// Light, dark, or as the machine says. The choice is a cookie, so that the server draws the right one at once.

const root = document.documentElement;
const machine = matchMedia("(prefers-color-scheme: dark)");

function isDark() {
  return root.classList.contains("theme-dark") || (!root.classList.contains("theme-light") && machine.matches);
}

export function toggle() {
  const next = isDark() ? "light" : "dark";
  const follows = (next === "dark") === machine.matches;
  root.classList.remove("theme-dark", "theme-light");
  if (!follows) root.classList.add(`theme-${next}`);
  document.cookie = `koban-theme=${follows ? "" : next};path=/;max-age=${follows ? 0 : 31536000};samesite=lax`;
  document.dispatchEvent(new CustomEvent("koban:theme", { detail: { dark: isDark() } }));
}

export function start() {
  machine.addEventListener("change", () => document.dispatchEvent(new CustomEvent("koban:theme", { detail: { dark: isDark() } })));
  for (const button of document.querySelectorAll("[data-theme-toggle]")) {
    button.hidden = false;
    button.addEventListener("click", toggle);
  }
}

export { isDark };
