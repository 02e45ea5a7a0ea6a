// The command bar (Ctrl K): asks the server for what fits, goes there. Keys only: up, down, Enter, Escape.
// The answer is {"items": [{"title", "url", "hint"?, "icon"?}]}.

const dialog = document.getElementById("command");
const input = dialog?.querySelector("input"), list = dialog?.querySelector("ul"), none = dialog?.querySelector(".command-none");
let asked = 0, wait = 0;

export function open() {
  if (!dialog || dialog.open) return;
  dialog.showModal();
  input.select();
  ask();
}

async function ask() {
  const number = ++asked;
  const answer = await fetch(`${dialog.dataset.command}?q=${encodeURIComponent(input.value)}`, { headers: { Accept: "application/json" } });
  if (number !== asked) return;
  show(answer.ok ? (await answer.json()).items : []);
}

function show(items) {
  list.replaceChildren(...items.map(option));
  none.hidden = items.length > 0;
  choose(0);
}

function option(item, index) {
  const line = document.createElement("li"), title = document.createElement("span");
  line.id = `command-${index}`;
  line.setAttribute("role", "option");
  line.dataset.url = item.url;
  title.textContent = item.title;
  line.append(title);
  if (item.hint) line.append(Object.assign(document.createElement("span"), { className: "command-hint", textContent: item.hint }));
  line.addEventListener("click", () => location.assign(item.url));
  return line;
}

function choose(index) {
  const options = [...list.children];
  options.forEach((line, at) => line.setAttribute("aria-selected", String(at === index)));
  input.setAttribute("aria-activedescendant", options[index]?.id ?? "");
  options[index]?.scrollIntoView({ block: "nearest" });
}

function press(event) {
  const options = [...list.children], at = options.findIndex((line) => line.getAttribute("aria-selected") === "true");
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && options.length) { event.preventDefault(); choose((at + step + options.length) % options.length); }
  if (event.key === "Enter" && options[at]) { event.preventDefault(); location.assign(options[at].dataset.url); }
}

export function start() {
  if (!dialog) return;
  addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); open(); }
  });
  for (const button of document.querySelectorAll("[data-command-open]")) button.addEventListener("click", (event) => { event.preventDefault(); open(); });
  input.addEventListener("keydown", press);
  input.addEventListener("input", () => { clearTimeout(wait); wait = setTimeout(ask, 120); });
}
