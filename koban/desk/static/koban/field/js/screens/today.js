// What is in this post's hands, what is due first on top.

import { badge, card, h, icon, notice } from "../dom.js";
import { entries } from "../outbox.js";
import { moment, said, t } from "../words.js";

const TONES = { 1: "red", 2: "amber", 3: "blue", 4: "grey" };

export async function draw(shift) {
  const mine = await entries();
  const list = shift.tasks.map((task) => slip(task, mine.filter((one) => one.told.matter === task.id && one.state !== "given_up").length));
  const none = notice("blue", "circle-check", h("p", {}, h("strong", {}, t("no_tasks"))), h("p", {}, t("no_tasks_hint")));
  const forms = shift.forms.length > 0 && card(t("forms"), h("ul", { class: "rows" }, shift.forms.map((form) =>
    h("li", {}, h("a", { href: `#/form/${form.id}` }, icon("clipboard-list"), h("span", {}, said(form.title)), icon("chevron-right"))))));
  return [said(shift.office.name), [list.length ? h("ol", { class: "slips" }, list) : none, forms]];
}

function slip(task, written) {
  const isLate = task.due && Date.parse(task.due) < Date.now();
  return h("li", { class: `slip tone-${TONES[task.priority]}` }, h("a", { href: `#/task/${task.id}` },
    h("span", { class: "slip-head" }, h("strong", {}, said(task.title)), h("span", { class: "slip-number" }, task.number)),
    task.place && h("span", { class: "slip-place" }, icon("map-pin"), said(task.place)),
    h("span", { class: "slip-foot" }, badge(t(`priority_${task.priority}`), TONES[task.priority]), badge(said(task.state_label), "grey"),
      task.due && h("span", { class: isLate ? "is-late" : "" }, icon("clock"), `${isLate ? t("late") : t("due")} ${moment(task.due)}`),
      written > 0 && badge(String(written), "green", "edit"))));
}
