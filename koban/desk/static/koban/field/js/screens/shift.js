// My shift: who, until when, what is unsent; load again, send, end.

import { send, show, state, trouble } from "../app.js";
import { ask, button, card, h, icon, notice, say } from "../dom.js";
import { entries, unsent } from "../outbox.js";
import { end, load } from "../shift.js";
import { moment, t } from "../words.js";
import { rows } from "../written.js";

let install = null;
addEventListener("beforeinstallprompt", (event) => { event.preventDefault(); install = event; });

export async function draw(shift) {
  const left = (await unsent()).length, hasMap = await mapKept(shift);
  const redraw = () => { if (location.hash === "#/shift") show(); };
  document.addEventListener("koban:sent", redraw, { once: true });
  return [t("my_shift"), [
    card("", h("dl", { class: "facts" }, h("dt", {}, t("who")), h("dd", {}, shift.badge), h("dt", {}, t("until")), h("dd", {}, moment(Date.parse(shift.until) - shift.skew)),
      h("dt", {}, t("loaded")), h("dd", {}, moment(shift.loaded)), h("dt", {}, t("on_phone")),
      h("dd", {}, `${t("tasks_count", { n: shift.tasks.length })} · ${t("forms_count", { n: shift.forms.length })}`)),
    h("p", {}, icon(hasMap ? "circle-check" : "circle-dashed"), t(hasMap ? "map_kept" : "map_not_kept"))),
    left ? notice("amber", "clock", t("unsent", { n: left })) : notice("green", "circle-check", t("all_sent")),
    h("div", { class: "presses" },
      button(t("send_now"), "upload", () => send(false), left ? "btn-primary btn-big" : "btn-big"),
      button(t("refresh"), "refresh", again, "btn-big"),
      button(t("install"), "download", () => install ? install.prompt() : say(t("install_hint")), "btn-big"),
      button(t("end_shift"), "logout", finish, "btn-big btn-danger")),
    rows(await entries()),
  ], () => document.removeEventListener("koban:sent", redraw)];
}

async function mapKept(shift) {
  const cache = await caches.open("koban-field-maps").catch(() => null);
  return Boolean(await cache?.match(new URL(shift.map.url, location.href).href));
}

async function again() {
  try {
    await send();
    state.shift = await load();
    navigator.serviceWorker?.controller?.postMessage("later");
    await fetch(state.shift.map.url).catch(() => {});
    await show();
  } catch (problem) { await trouble(problem); }
}

async function finish() {
  await send();
  if ((await unsent()).length) { say(t("end_unsent"), "red"); return; }
  if (!await ask(t("end_ask"), t("end_shift"), t("back"))) return;
  try {
    await end();
    say(t("wiped"), "green");
    await show();
  } catch (problem) { await trouble(problem); }
}
