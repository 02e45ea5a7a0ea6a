// Two versions side by side: what was written outside, and how it stands at the office. A person chooses.

import { send } from "../app.js";
import { button, card, h, notice } from "../dom.js";
import { choose, entries } from "../outbox.js";
import { moment, said, t } from "../words.js";

export async function draw(shift, id) {
  const one = (await entries()).find((entry) => entry.id === id);
  if (!one?.ours) return [t("two_versions"), notice("green", "circle-check", t("all_sent"))];
  const task = shift.tasks.find((each) => each.id === one.told.matter);
  const step = task?.steps.concat(task.results).find((each) => [one.told.body.step, one.told.body.result].includes(each.key));
  const pick = async (mine) => { await choose(one, mine); await send(false); location.hash = "#/shift"; };
  return [t("two_versions"), [
    h("p", {}, one.sentence),
    h("div", { class: "versions" },
      card(t("yours"), h("p", {}, h("strong", {}, one.title)), h("p", {}, said(step?.label ?? "")), one.told.body.text && h("p", { class: "summary" }, one.told.body.text), h("p", { class: "small" }, moment(one.told.at))),
      card(t("theirs"), h("p", {}, h("strong", {}, one.ours.label ?? "")), one.ours.by && h("p", {}, t("by", { who: one.ours.by })),
        one.ours.since && h("p", { class: "small" }, t("since", { when: moment(one.ours.since) })), one.ours.body && h("p", { class: "summary" }, JSON.parse(one.ours.body).body?.text ?? ""))),
    h("div", { class: "presses" }, button(t("keep_theirs"), "building-community", () => pick(false), "btn-big"),
      one.ours.state && button(t("send_mine"), "send", () => pick(true), "btn-big btn-primary")),
  ]];
}
