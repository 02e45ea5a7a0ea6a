// Timers count on from what the server wrote: `data-due` down (and on into "late"), `data-since` up.

import { spell, word } from "./words.js";

const SOON = 15 * 60 * 1000;

function tick() {
  const now = Date.now();
  for (const element of document.querySelectorAll("time[data-due]")) show(element, Date.parse(element.dateTime) - now);
  for (const element of document.querySelectorAll("time[data-since]")) say(element, spell(now - Date.parse(element.dateTime)));
}

function show(element, left) {
  element.classList.toggle("tone-red", left < 0);
  element.classList.toggle("tone-amber", left >= 0 && left < SOON);
  say(element, word(left < 0 ? "late" : "left", spell(left)));
}

function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export function start() {
  if (document.querySelector("time[data-due], time[data-since], [data-desk]")) {
    tick();
    setInterval(tick, 1000);
  }
}
