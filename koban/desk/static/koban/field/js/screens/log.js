// A line of the scene log: kind, words, photos.

import { written } from "../app.js";
import { card, h, say } from "../dom.js";
import { add } from "../outbox.js";
import { photos } from "../photo.js";
import { said, t } from "../words.js";

const KINDS = ["seen", "first_aid", "cordon", "entered", "received", "handed_over"];

export async function draw(shift, id) {
  const task = shift.tasks.find((one) => one.id === id), title = task ? said(task.title) : t("log");
  const words = h("textarea", { id: "words", rows: "6", maxlength: "4000", placeholder: t("write_hint") });
  const kind = h("select", { id: "kind" }, KINDS.map((key) => h("option", { value: key }, t(key))));
  const pictures = photos();
  const keep = async (event) => {
    event.preventDefault();
    if (!words.value.trim() && !pictures.taken.length) { say(t("nothing_written"), "red"); words.focus(); return; }
    await add("log", { matter: id, body: { entry: kind.value, text: words.value }, files: pictures.taken, title });
    await written();
    location.hash = `#/task/${id}`;
  };
  return [t("log"), h("form", { onsubmit: keep }, card(title,
    task?.checklist.length > 0 && [h("label", { for: "kind" }, t("entry_kind")), kind], h("label", { for: "words" }, t("write")), words, pictures.element,
    h("button", { class: "btn btn-primary btn-big" }, t("save"))))];
}
