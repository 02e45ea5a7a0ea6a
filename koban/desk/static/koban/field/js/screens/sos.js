// SOS: held for two seconds, sent before anything else. What is not yet known at the office is said loud and plain.

import { h, icon, notice } from "../dom.js";
import { add, entries } from "../outbox.js";
import { send, trouble, told } from "../app.js";
import { place } from "../photo.js";
import { t } from "../words.js";

const HOLD = 2000, AGAIN = 5000;

export async function draw(shift) {
  const words = h("textarea", { id: "words", rows: "2", maxlength: "400" });
  const told_ = h("div", { id: "sos-told" });
  let timer = 0, turn = 0;
  const press = h("button", { type: "button", class: "sos-press" }, icon("sos"), h("span", {}, t("sos_hold")));
  const begin = (event) => {
    event.preventDefault();
    press.classList.add("is-held");
    clearTimeout(timer);
    timer = setTimeout(() => { press.disabled = true; call(words.value).catch(trouble); }, HOLD);
  };
  const end = () => { press.classList.remove("is-held"); clearTimeout(timer); };
  press.addEventListener("pointerdown", begin);
  for (const stop of ["pointerup", "pointerleave", "pointercancel"]) press.addEventListener(stop, end);
  press.addEventListener("keydown", (event) => { if ([" ", "Enter"].includes(event.key) && !event.repeat) begin(event); });
  press.addEventListener("keyup", end);
  press.addEventListener("contextmenu", (event) => event.preventDefault());

  async function call(text) {
    const position = await Promise.race([place(true), new Promise((resolve) => setTimeout(() => resolve(null), 3000))]);
    const entry = await add("sos", { body: { text }, position, title: t("sos") });
    await told();
    press.remove();
    told_.replaceChildren(notReached());
    await reached(entry.id);
    turn = setInterval(() => reached(entry.id), AGAIN);
  }

  async function reached(id) {
    await send();
    const one = (await entries()).find((each) => each.id === id);
    if (one?.state !== "done") return;
    clearInterval(turn);
    told_.replaceChildren(notice("green", "circle-check", h("p", {}, h("strong", {}, t("sos_reached", { page: one.page })))));
  }

  function notReached() {
    const number = shift.office.phone;
    return h("div", { class: "notice tone-red sos-not", role: "alert" }, icon("alert-triangle"), h("div", {}, h("p", {}, h("strong", {}, t("sos_not_reached"))),
      number ? h("a", { class: "btn btn-danger btn-big", href: `tel:${number.replace(/[^+\d]/g, "")}` }, icon("phone-call"), t("call", { number })) : h("p", {}, t("sos_no_phone")),
      h("p", {}, t("sos_again"))));
  }

  return [t("sos_title"), [h("p", {}, t("sos_text")), told_, press, h("label", { for: "words" }, t("sos_words")), words], () => { clearInterval(turn); clearTimeout(timer); }];
}
