// Windows over the page, the question before a step that hurts, and toasts.

import { word } from "./words.js";

export function toast(text, tone = "") {
  const box = document.createElement("div");
  box.className = `toast${tone ? ` tone-${tone}` : ""}`;
  const close = document.createElement("button");
  close.type = "button";
  close.textContent = word("close");
  close.addEventListener("click", () => box.remove());
  box.append(text, close);
  document.getElementById("toasts")?.append(box);
  setTimeout(() => box.remove(), 8000);
}

/** Asks in our own window; resolves to true or false. */
export function ask(sentence) {
  const dialog = document.getElementById("confirm");
  dialog.querySelector("#confirm-text").textContent = sentence;
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((resolve) => dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true }));
}

async function confirmFirst(event) {
  const form = event.target;
  const sentence = event.submitter?.dataset.confirm ?? form.dataset.confirm;
  if (!sentence || form.dataset.confirmed) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (!(await ask(sentence))) return;
  form.dataset.confirmed = "1";
  form.requestSubmit(event.submitter ?? undefined);
  delete form.dataset.confirmed;
}

function open(event) {
  const opener = event.target.closest("[data-opens]");
  if (opener) document.getElementById(opener.dataset.opens)?.showModal();
  else if (event.target instanceof HTMLDialogElement) event.target.close();
}

function closeWhy(event) {
  for (const why of document.querySelectorAll("details.why[open]")) if (!why.contains(event.target)) why.open = false;
}

/* Lists and boards clip what hangs out of them, so an open reason is laid over the page instead. */

function place(event) {
  const why = event.target;
  if (!why.matches?.("details.why") || !why.open) return;
  const body = why.querySelector(".why-body"), at = why.getBoundingClientRect();
  body.style.position = "fixed";
  const { width, height } = body.getBoundingClientRect();
  const below = at.bottom + height + 12 < innerHeight;
  body.style.left = `${Math.max(8, Math.min(at.left, innerWidth - width - 16))}px`;
  body.style.top = `${below ? at.bottom + 6 : Math.max(8, at.top - height - 6)}px`;
}

export function start() {
  addEventListener("submit", confirmFirst, true);
  addEventListener("click", open);
  addEventListener("click", closeWhy);
  addEventListener("toggle", place, true);
  addEventListener("scroll", (event) => closeWhy({ target: event.target === document ? document.body : event.target }), true);
  addEventListener("keydown", (event) => event.key === "Escape" && closeWhy({ target: document.body }));
  document.addEventListener("koban:toast", (event) => toast(event.detail.text ?? event.detail.value, event.detail.tone));
  for (const button of document.querySelectorAll("[data-print]")) button.addEventListener("click", () => print());
}
