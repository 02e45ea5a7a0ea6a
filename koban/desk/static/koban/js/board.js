// The live board: puts drawn slips in their places without moving what one reads, filters, counts, rings.

import { Alarm } from "./alarm.js";
import { listen } from "./live.js";

const board = document.querySelector("[data-board]"), scroll = document.querySelector("[data-scroll]");
const words = JSON.parse(document.getElementById("board-words").textContent);
const town = () => document.getElementById("board-map")?.koban;
const slips = () => [...board.querySelectorAll("[data-slip]")];
const FILTERS = ["lane", "priority", "group", "beat", "mine"];

const alarm = new Alarm({
  every: Number(board.dataset.again), words, line: document.querySelector("[data-alarm]"),
  sentence: document.querySelector("[data-alarm-words]"), button: document.querySelector("[data-seen]"), sound: document.querySelector("[data-sound]"),
});

/* Filters: the same as on the server, over what is already here. */

function fits(slip) {
  const { lane, priority, group, beat, mine, post } = board.dataset, told = slip.dataset;
  return (!lane || told.lane === lane) && (!priority || told.priority === priority) && (!group || told.group === group)
    && (!beat || told.beat === beat) && (!mine || told.posts.split(" ").includes(post));
}

function filter(values) {
  for (const name of FILTERS) if (name in values) board.dataset[name] = values[name];
  const query = new URLSearchParams(FILTERS.map((name) => [name, board.dataset[name]]).filter(([, value]) => value));
  history.replaceState(null, "", query.size ? `?${query}` : location.pathname);
  for (const link of document.querySelectorAll("[data-set-lane]"))
    if (link.dataset.setLane === board.dataset.lane) link.setAttribute("aria-current", "true"); else link.removeAttribute("aria-current");
  const hidden = document.querySelector("[data-board-filters] [name=lane]");
  if (hidden) hidden.value = board.dataset.lane;
  tidy();
}

/* Counts, empty lanes, what is hidden */

function tidy() {
  const all = slips(), late = all.filter((slip) => slip.querySelector(".slip-timer .tone-red"));
  for (const slip of all) { const hide = !fits(slip); if (slip.hidden !== hide) slip.hidden = hide; }
  for (const lane of board.querySelectorAll("[data-of]")) {
    const inside = [...lane.querySelectorAll("[data-slip]")], shown = inside.filter((slip) => !slip.hidden);
    say(lane.querySelector("[data-count]"), shown.length);
    lane.querySelector("[data-none]").hidden = shown.length > 0;
    lane.hidden = !all.length || Boolean(board.dataset.lane && board.dataset.lane !== lane.dataset.of);
    say(document.querySelector(`[data-tab-count="${lane.dataset.of}"]`), inside.length);
  }
  say(document.querySelector("[data-all]"), all.length);
  say(document.querySelector("[data-late-count]"), late.length);
  document.querySelector("[data-late]").hidden = !late.length;
  const nothing = board.querySelector("[data-nothing]");
  if (nothing) nothing.hidden = all.length > 0;
}

function say(element, text) {
  if (element && element.textContent !== String(text)) element.textContent = text;
}

/* Putting a slip in its place */

function place(page) {
  const old = document.getElementById(`m-${page.matter}`);
  const anchor = reading(old);
  const before = anchor?.getBoundingClientRect().top;
  const focused = old?.contains(document.activeElement), here = old?.classList.contains("is-here");
  old?.remove();
  if (page.html) {
    const slip = drawn(page.html);
    if (page.new) slip.classList.add("is-new");
    if (here) slip.classList.add("is-here");
    insert(slip);
    if (focused) slip.querySelector("a").focus({ preventScroll: true });
  }
  tidy();
  // What is read stays where it is, whatever came or went above it.
  if (anchor?.isConnected) scroll.scrollTop += anchor.getBoundingClientRect().top - before;
  if (page.feature) town()?.upsert(page.feature); else town()?.remove(page.matter);
}

function drawn(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html.trim();
  return holder.content.querySelector("[data-slip]");
}

function insert(slip) {
  const list = board.querySelector(`[data-of="${slip.dataset.lane}"] [data-list]`);
  const next = [...list.children].find((other) => comesBefore(slip, other));
  list.insertBefore(slip, next ?? null);
}

function comesBefore(a, b) {
  const urgency = Number(a.dataset.priority) - Number(b.dataset.priority);
  return urgency ? urgency < 0 : Number(a.dataset.opened) < Number(b.dataset.opened);
}

/** The slip that the eye is on: the one chosen or pointed at; else the first one in view of a list that was scrolled. */
function reading(except) {
  const chosen = scroll.querySelector("[data-slip].is-here, [data-slip]:focus-within, [data-slip]:hover");
  if (chosen && chosen !== except) return chosen;
  if (scroll.scrollTop < 4) return null;
  const top = scroll.getBoundingClientRect().top;
  return slips().find((slip) => slip !== except && !slip.hidden && slip.getBoundingClientRect().top >= top) ?? null;
}

/* What the stream tells */

function told(page) {
  if (page.units) units(page);
  if (!page.matter || !("html" in page)) return;
  place(page);
  if (page.said) say(document.querySelector("[data-said]"), page.said);
  const slip = document.getElementById(`m-${page.matter}`);
  if (slip?.dataset.lane === "waiting" && alarm.rings(page.priority)) alarm.add(page.matter, title(slip));
  else alarm.drop(page.matter);
  document.dispatchEvent(new CustomEvent("koban:page", { detail: page }));
}

function units(page) {
  const list = board.querySelector(`[data-units="${page.station}"]`);
  const holder = document.createElement("template");
  holder.innerHTML = page.units.trim();
  if (list) list.replaceWith(holder.content.firstElementChild);
  say(board.querySelector("[data-free]"), board.querySelectorAll("[data-units] .tone-green.unit").length);
}

function title(slip) {
  return `${slip.querySelector(".slip-title").textContent.trim()}, ${slip.querySelector(".slip-place").textContent.trim()}`;
}

function state(now) {
  const light = document.querySelector("[data-live]");
  light.hidden = false;
  light.classList.toggle("is-lost", now === "lost");
  say(light.querySelector("[data-live-words]"), now === "lost" ? words.lost : words.live);
}

/* Keys: arrows move, a sends; Enter opens because the link has the focus. */

function press(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || localStorage.getItem("koban-shortcuts-off")) return;
  if (event.target.closest("input, textarea, select, summary, .map, [contenteditable]") || document.querySelector("dialog[open]")) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); step(event.key === "ArrowDown" ? 1 : -1); }
  if (event.key === "a") board.querySelector(".slip.is-here [data-send]")?.click();
  if (event.key === "s") alarm.see();
}

function step(by) {
  const shown = slips().filter((slip) => !slip.hidden), at = shown.findIndex((slip) => slip.classList.contains("is-here"));
  const next = shown[Math.min(shown.length - 1, Math.max(0, at + by))];
  if (!next) return;
  choose(next);
  next.querySelector("a").focus();
}

function choose(slip) {
  board.querySelector(".is-here[data-slip]")?.classList.remove("is-here");
  slip.classList.add("is-here");
  town()?.show(slip.dataset.slip);
}

/* Start */

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-set-lane]");
  if (link && !event.ctrlKey && !event.metaKey) { event.preventDefault(); filter({ lane: link.dataset.setLane }); }
});
document.querySelector("[data-board-filters]")?.addEventListener("change", (event) => filter(Object.fromEntries(new FormData(event.currentTarget))));
board.addEventListener("focusin", (event) => { const slip = event.target.closest("[data-slip]"); if (slip) choose(slip); });
document.addEventListener("koban:marker", (event) => {
  const slip = document.getElementById(`m-${event.detail.id}`);
  if (slip) { slip.scrollIntoView({ block: "nearest" }); choose(slip); }
});
addEventListener("keydown", press);
const also = document.querySelector("[data-also-high]");
if (also) {
  also.closest("[data-also]").hidden = false;
  also.checked = alarm.alsoHigh;
  also.addEventListener("change", () => { alarm.alsoHigh = also.checked; });
}
for (const slip of slips()) if (slip.dataset.lane === "waiting" && alarm.rings(Number(slip.dataset.priority))) alarm.add(slip.dataset.slip, title(slip));
setInterval(tidy, 5000);
tidy();
listen({ since: board.dataset.since, language: board.dataset.language, told, state, anew: () => location.reload() });
