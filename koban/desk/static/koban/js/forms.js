// What a form gains from a script: one sending, drafts that survive a lost page (staff only), counts, previews.

import { word } from "./words.js";

const DRAFT = "koban-draft:";
const PRIVATE = "[type=password], [type=hidden], [type=file], [data-no-draft]";

/* One sending. The button stays focusable and the fields are sent as they are; coming back re-opens the form. */

function guard(event) {
  const form = event.target;
  if (!form.matches("[data-guard]")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  form.dataset.sent = "1";
  const button = event.submitter ?? form.querySelector("button:not([type=button])");
  if (button) hold(button);
  markSent(form);
  // A line that hangs must not lock the form for ever: the key in it makes a second sending harmless.
  setTimeout(() => release(form), 20000);
}

function hold(button) {
  button.dataset.words = button.innerHTML;
  button.setAttribute("aria-disabled", "true");
  button.textContent = word("sending");
}

export function release(form) {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll("[data-words]")) {
    button.innerHTML = button.dataset.words;
    button.removeAttribute("aria-disabled");
    delete button.dataset.words;
  }
}

/* Drafts: in this tab only, gone after the form was taken, never for passwords. */

function keep(form) {
  const values = {};
  for (const field of form.elements) {
    if (!field.name || field.matches(PRIVATE)) continue;
    if (field.type === "checkbox" || field.type === "radio") (values[field.name] ??= []).push(...(field.checked ? [field.value] : []));
    else values[field.name] = [field.value];
  }
  sessionStorage.setItem(DRAFT + form.dataset.draft, JSON.stringify({ values, sent: false }));
}

function markSent(form) {
  const key = DRAFT + form.dataset.draft;
  const draft = form.dataset.draft && JSON.parse(sessionStorage.getItem(key) ?? "null");
  if (draft) sessionStorage.setItem(key, JSON.stringify({ ...draft, sent: true }));
}

function restore(form) {
  const draft = JSON.parse(sessionStorage.getItem(DRAFT + form.dataset.draft) ?? "null");
  if (!draft || form.querySelector("[data-error-summary]")) return;
  const changed = [...form.elements].filter((field) => fill(field, draft.values[field.name]));
  if (changed.length) form.prepend(announce(form));
}

function fill(field, values) {
  if (!values || field.matches(PRIVATE)) return false;
  if (field.type === "checkbox" || field.type === "radio") {
    const was = field.checked;
    field.checked = values.includes(field.value);
    return was !== field.checked;
  }
  if (field.value === values[0]) return false;
  field.value = values[0];
  return true;
}

function announce(form) {
  const line = document.createElement("div"), button = document.createElement("button");
  line.className = "draft-back";
  line.setAttribute("role", "status");
  button.type = "button";
  button.className = "btn btn-quiet btn-small";
  button.textContent = word("discard");
  button.addEventListener("click", () => { sessionStorage.removeItem(DRAFT + form.dataset.draft); form.reset(); line.remove(); });
  line.append(word("restored"), button);
  return line;
}

function startDrafts() {
  const here = new Set([...document.querySelectorAll("form[data-draft]")].map((form) => DRAFT + form.dataset.draft));
  const clear = document.querySelector("[data-clear-drafts]");
  for (const key of Object.keys(sessionStorage).filter((name) => name.startsWith(DRAFT))) {
    const taken = JSON.parse(sessionStorage.getItem(key)).sent && !here.has(key);
    if (taken || clear) sessionStorage.removeItem(key);
  }
  for (const form of document.querySelectorAll("form[data-draft]")) {
    restore(form);
    form.addEventListener("input", () => keep(form));
  }
}

/* Counts: how many characters are left, said only near the end. */

function count(area) {
  const line = document.createElement("p"), most = Number(area.dataset.count || area.maxLength);
  line.className = "character-count";
  area.after(line);
  const show = () => {
    const left = most - [...area.value].length;
    line.hidden = left > most / 4;
    line.classList.toggle("is-over", left < 0);
    line.textContent = word(left < 0 ? "over_characters" : "left_characters", Math.abs(left));
  };
  area.addEventListener("input", show);
  show();
}

/* Photos: small previews drawn on a canvas (the policy allows no blob: pictures), each removable. */

function photos(drop) {
  const input = drop.querySelector("input[type=file]"), list = drop.querySelector(".photos");
  if (!input || !list) return;
  const show = () => {
    list.replaceChildren(...[...input.files].map((file) => preview(file, () => without(input, file, show))));
    list.hidden = !input.files.length;
  };
  input.addEventListener("change", show);
  for (const [name, over] of [["dragover", true], ["dragleave", false], ["drop", false]])
    drop.addEventListener(name, (event) => { event.preventDefault(); drop.classList.toggle("is-over", over); });
  drop.addEventListener("drop", (event) => { input.files = event.dataTransfer.files; show(); });
}

function without(input, gone, show) {
  const rest = new DataTransfer();
  for (const file of input.files) if (file !== gone) rest.items.add(file);
  input.files = rest.files;
  show();
  input.focus();
}

function preview(file, remove) {
  const item = document.createElement("li"), name = document.createElement("span"), button = document.createElement("button");
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [240, 180];
  canvas.setAttribute("aria-hidden", "true");
  if (file.type.startsWith("image/")) createImageBitmap(file).then((picture) => draw(canvas, picture), () => {});
  name.textContent = file.name;
  button.type = "button";
  button.textContent = word("remove");
  button.setAttribute("aria-label", `${word("remove")} ${file.name}`);
  button.addEventListener("click", remove);
  item.append(canvas, name, button);
  return item;
}

function draw(canvas, picture) {
  const scale = Math.max(canvas.width / picture.width, canvas.height / picture.height);
  const [width, height] = [picture.width * scale, picture.height * scale];
  canvas.getContext("2d").drawImage(picture, (canvas.width - width) / 2, (canvas.height - height) / 2, width, height);
}

export function enhance(root) {
  for (const area of root.querySelectorAll("textarea[maxlength], textarea[data-count]")) if (!area.dataset.counted) { area.dataset.counted = "1"; count(area); }
  for (const drop of root.querySelectorAll("[data-photos]")) if (!drop.dataset.ready) { drop.dataset.ready = "1"; photos(drop); }
}

export function start() {
  addEventListener("submit", guard, true);
  addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));
  document.addEventListener("htmx:finally:request", (event) => { const form = event.target.closest?.("form[data-sent]"); if (form) release(form); });
  document.querySelector("[data-error-summary]")?.focus();
  startDrafts();
  enhance(document);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.target.form?.requestSubmit();
  });
}
