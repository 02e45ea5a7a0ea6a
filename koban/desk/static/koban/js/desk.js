// What only staff pages do: the small menu, the line that says the connection is gone, htmx's questions.

import { ask, toast } from "./dialogs.js";
import { enhance } from "./forms.js";
import { word } from "./words.js";

function offline(gone) {
  const line = document.querySelector("[data-offline]");
  if (!line) return;
  line.querySelector("span").textContent = word("offline");
  line.hidden = !gone;
}

export function start() {
  const toggle = document.querySelector("[data-rail-toggle]");
  toggle?.addEventListener("click", () => toggle.setAttribute("aria-expanded", String(toggle.getAttribute("aria-expanded") !== "true")));
  addEventListener("offline", () => offline(true));
  addEventListener("online", () => offline(false));
  document.addEventListener("htmx:sse:error", () => offline(true));
  document.addEventListener("htmx:sse:after:connection", () => offline(false));
  document.addEventListener("htmx:error", () => toast(word("failed"), "red"));
  document.addEventListener("htmx:after:swap", (event) => enhance(event.target.querySelectorAll ? event.target : document));
  document.addEventListener("htmx:confirm", async (event) => {
    if (!event.detail.ctx?.confirm) return;
    event.preventDefault();
    if (await ask(event.detail.ctx.confirm)) event.detail.issueRequest(true);
    else event.detail.dropRequest();
  });
}
