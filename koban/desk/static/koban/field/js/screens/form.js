// A form of the office, drawn by the engine of the forms room, kept in the outbox like everything else.

import { trouble, written } from "../app.js";
import { card, h, icon, notice, say } from "../dom.js";
import { add } from "../outbox.js";
import { hashed } from "../photo.js";
import { SHIFT, read } from "../store.js";
import { language, said, t } from "../words.js";

const STATIC = document.body.dataset.static;

/** id: of the form, and after a dot that of the task that it is filled in for. */
export async function draw(shift, id) {
  const [formId, taskId = ""] = id.split(".");
  const form = shift.forms.find((one) => one.id === formId);
  const told = form && await read(SHIFT, `form-${form.hash}`);
  if (!told) return [t("forms"), notice("amber", "info-circle", t("no_form_engine"))];
  const place = h("div", { class: "xform" });
  const keep = h("button", { type: "button", class: "btn btn-primary btn-big", disabled: true }, icon("check"), h("span", {}, t("save")));
  let drawn = null;
  requestAnimationFrame(async () => {
    try {
      await sheet();
      const { mount } = await import(`${STATIC}xforms/forms.js`);
      drawn = await mount(place, { form: told, language: language() === "en" ? "en" : "zh", submit: (made) => kept(made, form, taskId) });
      keep.disabled = false;
    } catch (problem) {
      console.error(problem);
      place.replaceChildren(notice("red", "alert-triangle", t("no_form_engine")));
    }
  });
  keep.addEventListener("click", async () => {
    keep.disabled = true;
    try {
      if (await drawn.send() === null) say(t("form_incomplete"), "red");
      else location.hash = taskId ? `#/task/${taskId}` : "#/today";
    } catch (problem) { await trouble(problem); } finally { keep.disabled = false; }
  });
  return [said(form.title), [card("", place), keep], () => drawn?.close()];
}

async function kept({ xml, files }, form, taskId) {
  const photos = await Promise.all(files.map(async ({ name, blob }) => {
    const bytes = await blob.arrayBuffer();
    return { sha256: await hashed(bytes), bytes, size: bytes.byteLength, type: blob.type, name, at: new Date().toISOString(), position: null };
  }));
  await add("form", { matter: taskId || null, body: { form_id: form.form_id, version: form.version, xml }, files: photos, title: said(form.title) });
  await written(t("form_kept"));
  return true;
}

function sheet() {
  const address = `${STATIC}xforms/form.css`;
  if (document.querySelector(`link[href="${address}"]`)) return null;
  return new Promise((resolve) => document.head.append(h("link", { rel: "stylesheet", href: address, onload: resolve, onerror: resolve })));
}
