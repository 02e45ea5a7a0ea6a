// The one entry: starts what the page has. `window.koban` is for the few page scripts that need it.

import * as dialogs from "./dialogs.js";
import * as forms from "./forms.js";
import * as theme from "./theme.js";
import * as timers from "./timers.js";
import { word } from "./words.js";

window.koban = { toast: dialogs.toast, ask: dialogs.ask, word };
document.documentElement.classList.add("scripted");

for (const part of [theme, dialogs, forms, timers]) part.start();

if (document.querySelector("[data-desk]")) {
  const parts = await Promise.all([import("./command.js"), import("./shortcuts.js"), import("./desk.js")]);
  for (const part of parts) part.start();
}
if (document.querySelector("[data-map]")) (await import("./map.js")).start();
for (const back of document.querySelectorAll("[data-back]"))
  back.addEventListener("click", (event) => { if (history.length > 1) { event.preventDefault(); history.back(); } });
document.documentElement.classList.add("ready"); // keys and buttons answer from now on
