// Single keys for the desk. They rest while somebody types or a window is open, and can be turned off (WCAG 2.1.4).

const OFF = "koban-shortcuts-off";
const PLACES = { t: "/desk/", b: "/desk/board/", r: "/desk/roster/" };
let before = "", timer = 0;

const KEYS = {
  "?": () => document.getElementById("shortcuts")?.showModal(),
  n: () => go("/desk/incidents/new/"),
  l: () => document.querySelector("[data-lock]")?.click(),
  "/": () => (document.querySelector("main input[type=search], .filters input") ?? document.querySelector("[data-command-open]"))?.focus(),
  j: () => step(1),
  k: () => step(-1),
};

function go(address) {
  const item = document.querySelector(`.menu a[href="${address}"]`);
  location.assign(item?.href ?? address);
}

function step(by) {
  const links = [...document.querySelectorAll(".board-list .slip-title a, .table tbody tr td:first-child a, .table tbody tr a")];
  const rows = [...new Map(links.map((link) => [link.closest("tr, .slip"), link])).values()];
  const at = rows.findIndex((link) => link.closest("tr, .slip").classList.contains("is-here"));
  const next = rows[Math.min(rows.length - 1, Math.max(0, at + by))];
  document.querySelector(".is-here")?.classList.remove("is-here");
  next?.closest("tr, .slip").classList.add("is-here");
  next?.focus();
}

function press(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || localStorage.getItem(OFF)) return;
  if (event.target.closest("input, textarea, select, [contenteditable]") || document.querySelector("dialog[open]")) return;
  const act = before === "g" ? PLACES[event.key] && (() => go(PLACES[event.key])) : KEYS[event.key];
  clearTimeout(timer);
  before = before ? "" : event.key;
  timer = setTimeout(() => { before = ""; }, 900);
  if (act) { event.preventDefault(); before = ""; act(); }
}

export function start() {
  addEventListener("keydown", press);
  const box = document.querySelector("[data-shortcuts-on]");
  if (!box) return;
  box.checked = !localStorage.getItem(OFF);
  box.addEventListener("change", () => (box.checked ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "1")));
}
