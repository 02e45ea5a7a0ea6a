// The frame: which screen, what the network does, and when things are sent.

import { button, h, icon, notice, say } from "./dom.js";
import { Gone, Locked, Offline } from "./net.js";
import { unsent } from "./outbox.js";
import { current, load, remaining, takeOut } from "./shift.js";
import { can, noted } from "./store.js";
import { sync } from "./sync.js";
import { mark, otherLanguage, switchLanguage, t } from "./words.js";

const TABS = [["today", "list-check"], ["map", "map"], ["check", "qrcode"], ["shift", "user"]];
const SCREENS = ["today", "task", "log", "form", "map", "check", "shift", "sos", "clash"];
const EVERY = 30_000;
const app = document.getElementById("app"), home = document.body.dataset;
let isLocked = false, isSending = false, leave = null;

export const state = { shift: null };

/** Draw the screen that the address names: #/task/<id>. An address never holds more than an id of ours. */
export async function show() {
  leave?.();
  leave = null;
  mark();
  if (!can()) return frame(null, notice("red", "alert-triangle", t("old_browser")));
  state.shift = await current();
  const [name = "today", id = ""] = location.hash.replace(/^#\/?/, "").split("/");
  if (!state.shift) return welcome();
  const screen = SCREENS.includes(name) ? name : "today";
  try {
    const module = await import(`./screens/${screen === "clash" ? "versions" : screen}.js`);
    const [title, content, away] = await module.draw(state.shift, decodeURIComponent(id));
    leave = away ?? null;
    await frame(screen, content, title);
  } catch (problem) {
    console.error(problem);
    await frame(screen, notice("red", "alert-triangle", t("broke")));
  }
}

async function frame(screen, content, title = t("app")) {
  const isTab = TABS.some(([name]) => name === screen);
  const main = h("main", { id: "main", tabindex: "-1", class: screen === "map" ? "is-map" : "" }, content);
  const bar = h("header", { class: "bar" },
    screen && !isTab && h("a", { class: "btn btn-bar", href: "#/today", "aria-label": t("back"), onclick: back }, icon("arrow-left")),
    h("h1", {}, title), h("span", { class: "bar-end" },
      (!screen || screen === "shift") && h("button", { type: "button", class: "btn btn-bar", lang: otherLanguage() === "English" ? "en" : "zh-Hans", onclick: turn }, otherLanguage()),
      state.shift && screen !== "sos" && h("a", { class: "btn btn-sos", href: "#/sos" }, t("sos_short"))));
  const line = h("p", { class: "line", id: "line" });
  const tabs = state.shift && h("nav", { class: "tabs", "aria-label": t("app") }, TABS.map(([name, symbol]) =>
    h("a", { href: `#/${name}`, "aria-current": name === screen ? "page" : null }, icon(symbol), t(name === "shift" ? "my_shift" : name))));
  app.replaceChildren(...[bar, line, main, tabs].filter(Boolean));
  document.title = title === t("app") ? title : `${title} · ${t("app")}`;
  await told();
}

function back(event) {
  if (history.length > 1) { event.preventDefault(); history.back(); }
}

function turn() { switchLanguage(); show(); }

/** The line under the bar: no network, locked, how much waits. Said in words, always there. */
export async function told() {
  const line = document.getElementById("line");
  if (!line) return;
  const left = (await unsent()).length;
  const words = [];
  if (isLocked) words.push(h("span", {}, icon("lock"), t("locked"), " ", h("a", { class: "btn btn-small", href: `${home.lock}?next=${home.home}` }, t("unlock"))));
  else if (!navigator.onLine) words.push(h("span", {}, icon("wifi-off"), t("offline")));
  if (isSending) words.push(h("span", {}, icon("upload"), t("sending")));
  else if (left) words.push(h("a", { href: "#/shift" }, icon("clock"), t("unsent", { n: left })));
  line.className = `line ${isLocked || !navigator.onLine ? "tone-amber" : ""}`;
  line.replaceChildren(...words);
  line.hidden = !words.length;
}

/** Send what waits. Quiet: an answer of a person's own press says more. */
export async function send(quiet = true) {
  if (isSending) return;
  isSending = true;
  await told();
  try {
    await sync(() => told());
    isLocked = false;
    if (!quiet) say(t("all_sent"), "green");
  } catch (problem) {
    await trouble(problem, quiet);
  } finally {
    isSending = false;
    await told();
    document.dispatchEvent(new CustomEvent("koban:sent"));
  }
}

/** What went wrong, as a state of the app. */
export async function trouble(problem, quiet = false) {
  if (problem instanceof Gone) {
    say(t(problem.message === "shift" ? "shift_over" : "wiped_lost"), "red");
    return show();
  }
  if (problem instanceof Locked) isLocked = true;
  else if (problem instanceof Offline) await later();
  else console.error(problem);
  if (!quiet) say(t(isLocked ? "locked" : problem instanceof Offline ? "offline" : "broke"), "amber");
}

/* Where the browser can, it wakes the service worker when the network is back, also with the app closed. */
async function later() {
  const worker = await navigator.serviceWorker?.ready;
  await worker?.sync?.register("koban-outbox").catch(() => {});
}

/** Something was written: it is on the phone now, and is sent if that goes. */
export async function written(words = t("kept")) {
  say(words, "green");
  await told();
  await later();
  if (navigator.onLine) send();
}

async function welcome() {
  const left = await unsent().catch(() => []);
  const hours = (await noted()).late ?? 48;
  await frame(null, [
    left.length > 0 && notice("amber", "clock-exclamation", h("p", {}, t("still_unsent", { n: left.length, hours })), button(t("send_now"), "upload", () => send(false), "btn-primary")),
    h("section", { class: "card welcome" }, h("h2", {}, t("welcome")), h("p", {}, t("welcome_text")),
      button(t("take_out"), "device-mobile", begin, "btn-primary btn-big"), h("div", { id: "way" })),
  ]);
}

async function begin(event) {
  const press = event.currentTarget, way = document.getElementById("way");
  press.disabled = true;
  press.lastChild.textContent = t("loading");
  try {
    state.shift = (await noted()).device && (await remaining()) > 0 ? await load() : await takeOut();
    navigator.serviceWorker?.ready.then((worker) => worker.active.postMessage("later"));
    if (state.shift.map?.url) fetch(state.shift.map.url).catch(() => {});
    location.hash = "#/today";
    await show();
  } catch (problem) {
    way.replaceChildren(problem instanceof Locked
      ? notice("amber", "login", h("p", {}, t("sign_in_text")), h("a", { class: "btn btn-primary", href: `${home.login}?next=${home.home}` }, t("sign_in")))
      : notice("amber", "wifi-off", problem instanceof Offline ? t("no_network_first") : problem.message || t("broke")));
    press.disabled = false;
    press.lastChild.textContent = t("take_out");
  }
}

async function guard() {
  if (state.shift && (await remaining()) <= 0) { say(t("shift_over"), "amber"); await show(); }
  if (navigator.onLine && (await unsent()).length) await send();
}

function start() {
  addEventListener("hashchange", show);
  addEventListener("online", () => { told(); send(); });
  addEventListener("offline", told);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) guard(); });
  setInterval(guard, EVERY);
  navigator.storage?.persist?.();
  if (navigator.serviceWorker) {
    const register = () => navigator.serviceWorker.register(home.worker, { scope: home.home, type: "module" }).catch(console.error);
    if (document.readyState === "complete") register(); else addEventListener("load", register);
  }
  show().then(guard);
}

start();
