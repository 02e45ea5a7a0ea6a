// Entries of this phone as a list, with what became of each.

import { send, show, told } from "./app.js";
import { ask, badge, button, card, h } from "./dom.js";
import { again, choose } from "./outbox.js";
import { moment, t } from "./words.js";

const TONES = { new: "amber", kept: "amber", sent: "blue", done: "green", refused: "red", clash: "red", given_up: "grey" };
const SYMBOLS = { new: "clock", kept: "clock", sent: "upload", done: "circle-check", refused: "alert-triangle", clash: "arrows-split-2", given_up: "ban" };

export function rows(entries) {
  if (!entries.length) return null;
  return card(t("mine"), h("ol", { class: "written" }, entries.toReversed().map(row)));
}

function row(one) {
  const words = one.told.body.text || one.told.body.step || one.told.body.result || one.told.body.item || "";
  return h("li", {}, h("p", { class: "slip-head" }, h("strong", {}, t(`kind_${one.told.kind}`)), h("time", {}, moment(one.told.at))),
    h("p", {}, one.title), words && h("p", { class: "summary" }, words),
    one.told.files.length > 0 && h("p", {}, `${t("photos")}: ${one.told.files.length}`),
    h("p", {}, badge(t(`state_${one.state}`, { page: one.page ?? "" }), TONES[one.state], SYMBOLS[one.state])),
    one.sentence && h("p", { class: "tone-red ink" }, one.sentence),
    (one.flags ?? []).map((flag) => h("p", { class: "small" }, t(`flag_${flag}`))),
    one.state === "clash" && h("a", { class: "btn btn-primary", href: `#/clash/${one.id}` }, t("two_versions")),
    one.state === "refused" && h("div", { class: "actions" }, button(t("again"), "refresh", () => once(one)), !one.page && button(t("give_up"), "ban", () => giveUp(one))));
}

async function once(one) { await again(one); await told(); await send(false); await show(); }

async function giveUp(one) {
  if (!await ask(t("give_up_ask"), t("give_up"), t("back"))) return;
  await choose(one, false);
  await send(false);
  await show();
}
