// Checking a paper at the door: camera, photo, chip or typed code; answered on the phone.

import { badge, button, card, h, icon, say } from "../dom.js";
import { check } from "../credential.js";
import { moment, said, t } from "../words.js";

const TONES = { valid: "green", not_yet: "amber", expired: "red", suspended: "amber", revoked: "red", not_ours: "red", broken: "red" };
const STATIC = document.body.dataset.static;

export async function draw(shift) {
  const told = h("div", { id: "verdict", "aria-live": "polite" }), typed = h("textarea", { id: "code", rows: "3", autocomplete: "off", spellcheck: "false" });
  const answer = async (code) => told.replaceChildren(verdict(await check(code, shift.papers, Date.now() + shift.skew, STATIC), shift));
  const camera = scanner(answer), file = h("input", { type: "file", accept: "image/*", class: "hidden", "aria-label": t("from_photo"), onchange: async () => {
    const code = await fromPicture(file.files[0]);
    file.value = "";
    if (code) await answer(code); else say(t("no_code"), "amber");
  } });
  const press = (event) => { event.preventDefault(); if (typed.value.trim()) answer(typed.value); };
  return [t("check_title"), [h("p", {}, t("check_text")),
    card("", camera.element, h("div", { class: "presses" }, button(t("from_photo"), "photo", () => file.click(), "btn-big"), file,
      "NDEFReader" in globalThis && button(t("nfc"), "device-mobile", () => chip(answer), "btn-big"))),
    h("form", { class: "card", onsubmit: press }, h("label", { for: "code" }, t("code")), typed, h("button", { class: "btn btn-primary btn-big" }, icon("check"), t("check"))),
    told,
  ], camera.stop];
}

function verdict({ state, credential, statusKnown }, shift) {
  const kind = credential && shift.papers.kinds[credential.type.find((one) => one !== "VerifiableCredential")];
  const line = (label, value) => [h("dt", {}, label), h("dd", {}, value)];
  return h("section", { class: `card verdict tone-${TONES[state]}` },
    h("h2", {}, badge(t(state), TONES[state], state === "valid" ? "circle-check" : "alert-triangle")),
    kind && h("p", {}, h("strong", {}, said(kind.title))), kind && state === "valid" && h("p", {}, said(kind.says)),
    credential && h("dl", { class: "facts" }, Object.entries(credential.credentialSubject).map(([key, value]) => line(said(kind?.claims[key]) || key, value)),
      line(t("issuer"), credential.issuer.name), line(t("valid_from"), moment(credential.validFrom)), line(t("valid_until"), credential.validUntil ? moment(credential.validUntil) : t("without_end"))),
    credential && h("p", { class: "small" }, statusKnown ? t("checked_offline", { when: moment(shift.loaded) }) : t("status_unknown")), credential && h("p", { class: "small" }, t("not_proof")));
}

/* The camera, read by the browser where it can and by our own reader where it cannot. */
function scanner(found) {
  const film = h("video", { class: "film", playsinline: true, muted: true, hidden: true });
  let stream = null, timer = 0;
  const press = button(t("scan"), "camera", () => stream ? stop() : begin(), "btn-primary btn-big");
  const stop = () => {
    clearInterval(timer);
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
    film.hidden = true;
    press.lastChild.textContent = t("scan");
  };
  async function begin() {
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    } catch { say(t("no_camera"), "amber"); return; }
    film.srcObject = stream;
    film.hidden = false;
    press.lastChild.textContent = t("stop_scan");
    await film.play();
    timer = setInterval(async () => {
      const code = await decode(film).catch(() => "");
      if (code && stream) { stop(); await found(code); }
    }, 300);
  }
  return { element: h("div", {}, film, press), stop };
}

async function fromPicture(file) {
  const picture = file && await createImageBitmap(file).catch(() => null);
  return picture ? decode(picture).catch(() => "") : "";
}

async function decode(source) {
  if ("BarcodeDetector" in globalThis) {
    const [found] = await new BarcodeDetector({ formats: ["qr_code"] }).detect(source);
    return found?.rawValue ?? "";
  }
  const width = source.videoWidth || source.width, height = source.videoHeight || source.height;
  if (!width) return "";
  const scale = Math.min(1, 1200 / Math.max(width, height));
  const canvas = new OffscreenCanvas(Math.round(width * scale), Math.round(height * scale)), pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.drawImage(source, 0, 0, canvas.width, canvas.height);
  const { decodeQR } = await import(`${STATIC}vendor/qr/decode.js`);
  return decodeQR(pen.getImageData(0, 0, canvas.width, canvas.height));
}

async function chip(found) {
  const reader = new NDEFReader();
  try {
    await reader.scan();
  } catch { say(t("no_scanner"), "amber"); return; }
  say(t("nfc_hold"));
  reader.onreading = async ({ message }) => {
    const words = message.records.map((record) => new TextDecoder().decode(record.data)).join(" ");
    if (words.trim()) await found(words); else say(t("nfc_empty"), "amber");
  };
}
