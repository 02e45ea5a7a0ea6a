// The map of the office and where the tasks are, from the file on the phone.

import { card, h, icon, notice } from "../dom.js";
import { Tiles } from "../pmtiles.js";
import { said, t } from "../words.js";

const STATIC = document.body.dataset.static, TONES = { 1: "red", 2: "amber", 3: "blue", 4: "grey" };
let library = null, tiles = null;

export async function draw(shift, id) {
  const canvas = h("div", { class: "map-canvas" }), line = h("p", { class: "map-said", role: "status" });
  const frame = h("div", { class: "map" }, canvas, line, h("p", { class: "map-credit" }, h("a", { href: "https://www.openstreetmap.org/copyright", rel: "noreferrer" }, t("credit"))));
  let map = null;
  requestAnimationFrame(async () => {
    try { map = await open(canvas, shift, id); } catch (problem) { line.textContent = t(problem.message === "404" ? "no_map" : "map_failed"); }
  });
  const list = card(t("today"), h("ul", { class: "rows" }, shift.tasks.filter((task) => task.lon !== null).map((task) =>
    h("li", {}, h("a", { href: `#/task/${task.id}` }, icon("map-pin"), h("span", {}, `${said(task.title)} · ${said(task.place)}`))))));
  return [t("map"), [frame, shift.tasks.length ? list : notice("blue", "info-circle", t("no_tasks"))], () => map?.remove()];
}

async function open(canvas, shift, id) {
  await sheet();
  library ??= await prepared();
  tiles ??= await kept(shift);
  const [{ style }, { font }] = await Promise.all([import(`${STATIC}koban/js/mapstyle.js`), import(`${STATIC}koban/js/mapfont.js`)]);
  const family = font(), here = shift.tasks.find((task) => task.id === id && task.lon !== null);
  const map = new library.Map({
    container: canvas, center: here ? [here.lon, here.lat] : middle(shift.map.box), zoom: here ? 16 : 14.5, minZoom: 12, maxZoom: 19,
    style: style({ ...family, dark: matchMedia("(prefers-color-scheme: dark)").matches, tiles: "town://{z}/{x}/{y}", chinese: document.documentElement.lang.startsWith("zh"), maxzoom: tiles.maxzoom }),
    attributionControl: false, dragRotate: false, pitchWithRotate: false, touchPitch: false, fadeDuration: 0, localIdeographFontFamily: family.faces ? false : family.font,
  });
  map.touchZoomRotate.disableRotation();
  map.getCanvas().setAttribute("aria-label", t("map"));
  for (const task of shift.tasks) if (task.lon !== null) pin(map, task);
  return map;
}

const middle = ([west, south, east, north]) => [(west + east) / 2, (south + north) / 2];

async function prepared() {
  const found = await import(`${STATIC}vendor/maplibre/maplibre-gl.mjs`);
  found.setWorkerUrl(new URL(`${STATIC}vendor/maplibre/maplibre-gl-worker.mjs`, location.href).href);
  found.addProtocol("town", async ({ url }) => {
    const [z, x, y] = url.match(/\d+/g).map(Number);
    return { data: (await tiles.get(z, x, y)) ?? new Uint8Array() };
  });
  return found;
}

async function kept(shift) {
  const answer = await fetch(shift.map.url);
  if (!answer.ok) throw new Error(String(answer.status));
  return new Tiles(await answer.arrayBuffer());
}

function pin(map, task) {
  const link = h("a", { class: `pin tone-${TONES[task.priority]}`, href: `#/task/${task.id}`, "aria-label": said(task.title), title: said(task.title) }, icon("map-pin"));
  new library.Marker({ element: link }).setLngLat([task.lon, task.lat]).addTo(map);
}

function sheet() {
  const address = `${STATIC}vendor/maplibre/maplibre-gl.css`;
  if (document.querySelector(`link[href="${address}"]`)) return null;
  return new Promise((resolve) => document.head.append(h("link", { rel: "stylesheet", href: address, onload: resolve, onerror: resolve })));
}
