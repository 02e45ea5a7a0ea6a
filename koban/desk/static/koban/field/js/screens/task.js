// One task: where, what was said, the steps, what was written on this phone.

import { show, written } from "../app.js";
import { badge, button, card, h, icon, notice, say } from "../dom.js";
import { add, entries } from "../outbox.js";
import { photos } from "../photo.js";
import { rows } from "../written.js";
import { moment, said, t } from "../words.js";

export async function draw(shift, id) {
  const task = shift.tasks.find((one) => one.id === id);
  if (!task) return [t("today"), notice("amber", "info-circle", t("no_tasks"))];
  const mine = (await entries()).filter((one) => one.told.matter === id);
  const title = said(task.title);
  return [title, [
    facts(shift, task),
    task.steps.length > 0 && card(t("steps"), h("div", { class: "presses" }, task.steps.map((step) => press(task, step, mine)))),
    task.results.length > 0 && visit(shift, task),
    task.forms.length > 0 && forms(shift, task),
    task.checklist.length > 0 && card(t("checklist"), h("ul", { class: "ticks" }, task.checklist.map((item) => tick(task, item, mine)))),
    h("a", { class: "btn btn-primary btn-big", href: `#/log/${id}` }, icon("edit"), h("span", {}, t("log"))),
    rows(mine),
  ]];
}

function facts(shift, task) {
  const doors = shift.places.filter((place) => task.address && place.address === task.address);
  return h("section", { class: "card" },
    h("p", { class: "slip-foot" }, badge(said(task.duty), "blue"), badge(said(task.state_label), "grey"), h("span", { class: "slip-number" }, task.number)),
    task.place && h("p", {}, icon("map-pin"), h("a", { href: `#/map/${task.id}` }, said(task.place))),
    task.due && h("p", {}, icon("clock"), `${said(task.term)} · ${moment(task.due)}`),
    task.summary && h("p", { class: "summary" }, task.summary),
    doors.map((place) => h("p", {}, icon("building-store"), `${said(place.name)} · ${said(place.kind_label)} ${place.hours}`)));
}

function press(task, step, mine) {
  const made = mine.find((one) => one.told.kind === "step" && one.told.body.step === step.key && one.state !== "given_up");
  return h("button", { type: "button", class: "btn btn-big", disabled: Boolean(made), onclick: async () => {
    await add("step", { matter: task.id, seen: { state: task.state, version: task.version }, body: { step: step.key }, title: said(task.title) });
    await written();
    await show();
  } }, icon(made ? "circle-check" : "circle"), h("span", {}, said(step.label)));
}

function tick(task, item, mine) {
  const made = mine.some((one) => one.told.body.item === item.key && one.state !== "given_up");
  const box = h("input", { type: "checkbox", id: `tick-${item.key}`, checked: made, disabled: made, onchange: async () => {
    box.disabled = true;
    await add("log", { matter: task.id, body: { entry: "check", item: item.key, text: "" }, title: said(task.title) });
    await written();
  } });
  return h("li", {}, box, h("label", { for: box.id }, said(item.label)));
}

function forms(shift, task) {
  const out = shift.forms.filter((form) => task.forms.includes(form.form_id));
  return out.length > 0 && card(t("forms"), h("ul", { class: "rows" }, out.map((form) =>
    h("li", {}, h("a", { href: `#/form/${form.id}.${task.id}` }, icon("clipboard-list"), h("span", {}, said(form.title)), icon("chevron-right"))))));
}

function visit(shift, task) {
  const words = h("textarea", { id: "words", rows: "4", maxlength: "4000" });
  const needs = shift.needs.map((need) => [need.key, h("input", { type: "checkbox", id: `need-${need.key}` }), need]);
  const pictures = photos();
  const keep = async (result) => {
    if (result === "met" && !words.value.trim()) { say(t("words_needed"), "red"); words.focus(); return; }
    const told = needs.filter(([, box]) => box.checked).map(([key]) => key);
    await add("visit", {
      matter: task.id, seen: { state: task.state, version: task.version }, files: pictures.taken,
      body: { result, text: words.value, needs: told }, title: said(task.title),
    });
    await written();
    location.hash = "#/today";
  };
  return card(t("result"), h("label", { for: "words" }, t("write")), words,
    h("details", {}, h("summary", {}, t("needs")), h("ul", { class: "ticks" }, needs.map(([, box, need]) => h("li", {}, box, h("label", { for: box.id }, said(need.label)))))),
    pictures.element,
    h("div", { class: "presses" }, task.results.map((one) => button(said(one.label), "check", () => keep(one.key), "btn-big"))));
}

