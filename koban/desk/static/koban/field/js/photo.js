// Photos: hashed the moment they are taken, kept as the camera made them, shown without an address of their own.

import { button, h, icon, say } from "./dom.js";
import { t } from "./words.js";

const THUMB = 160;

export async function hashed(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** {element, taken}: a part of a form that takes photos. taken: what was taken, with bytes, hash, time and perhaps place. */
export function photos() {
  const taken = [], shown = h("ul", { class: "thumbs" });
  const where = h("input", { type: "checkbox", id: `where-${crypto.randomUUID().slice(0, 8)}` });
  const input = h("input", { type: "file", accept: "image/*", capture: "environment", multiple: true, class: "hidden", "aria-label": t("take_photo") });
  input.addEventListener("change", async () => {
    for (const file of input.files) {
      const photo = await read(file, where.checked);
      if (taken.some((one) => one.sha256 === photo.sha256)) continue;
      taken.push(photo);
      shown.append(await thumb(photo, taken));
    }
    input.value = "";
  });
  const element = h("div", { class: "photos" }, button(t("take_photo"), "camera", () => input.click()), input,
    h("p", { class: "tick" }, where, h("label", { for: where.id }, t("with_place"))), shown);
  return { element, taken };
}

export async function read(file, withPlace) {
  const bytes = await file.arrayBuffer();
  const [sha256, position] = [await hashed(bytes), withPlace ? await place() : null];
  const type = file.type || "image/jpeg";
  return { sha256, bytes, size: bytes.byteLength, type, name: `${sha256.slice(0, 12)}.${type.split("/")[1].replace("jpeg", "jpg")}`, at: new Date().toISOString(), position };
}

async function thumb(photo, taken) {
  const canvas = h("canvas", { width: String(THUMB), height: String(THUMB), role: "img", "aria-label": t("photo") });
  const picture = await createImageBitmap(new Blob([photo.bytes], { type: photo.type })).catch(() => null);
  if (picture) {
    const side = Math.min(picture.width, picture.height);
    canvas.getContext("2d").drawImage(picture, (picture.width - side) / 2, (picture.height - side) / 2, side, side, 0, 0, THUMB, THUMB);
    picture.close();
  }
  const line = h("li", {}, canvas, h("button", { type: "button", class: "btn btn-small", "aria-label": t("remove"), onclick: () => {
    taken.splice(taken.indexOf(photo), 1);
    line.remove();
  } }, icon("trash")));
  return line;
}

/** Where the phone is and in which direction it looks, if it knows and its owner lets it say. Asked for each photo, never between. */
export async function place(quiet = false) {
  const [spot, bearing] = await Promise.all([position(), direction()]);
  if (!spot && !quiet) say(t("no_place"), "amber");
  return spot && { lon: spot.longitude, lat: spot.latitude, accuracy: spot.accuracy, bearing };
}

function position() {
  return new Promise((resolve) => {
    if (!navigator.geolocation) { resolve(null); return; }
    navigator.geolocation.getCurrentPosition((found) => resolve(found.coords), () => resolve(null), { enableHighAccuracy: true, timeout: 8000, maximumAge: 5000 });
  });
}

function direction() {
  return new Promise((resolve) => {
    if (!("ondeviceorientationabsolute" in globalThis)) { resolve(null); return; }
    const done = (event) => resolve(event?.alpha === null || event?.alpha === undefined ? null : Math.round(360 - event.alpha) % 360);
    addEventListener("deviceorientationabsolute", done, { once: true });
    setTimeout(() => { removeEventListener("deviceorientationabsolute", done); resolve(null); }, 1000);
  });
}
