// Maps. `element.koban` is there at once and works before the map has loaded:
//   upsert(feature) · remove(id) · show(id) · load(collection) · library (promise of the MapLibre map)
// A feature is GeoJSON: a Point with properties id, title, and perhaps tone, icon, url, urgent, who (a person on duty).

import { font } from "./mapfont.js";
import { style } from "./mapstyle.js";
import { Areas } from "./mapareas.js";
import { isDark } from "./theme.js";
import { word } from "./words.js";

const SPRITE = document.querySelector(".icon use")?.getAttribute("href").split("#")[0] ?? "";

function sheet(address) {
  if (document.querySelector(`link[href="${address}"]`)) return;
  document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: address }));
}

class Town {
  constructor(element) {
    this.element = element;
    this.features = new Map();
    this.markers = new Map();
    this.library = new Promise((resolve, reject) => { this.resolve = resolve; this.reject = reject; });
    this.library.catch(() => this.say(word("map_failed")));
  }

  say(text) {
    const line = this.element.querySelector(".map-said");
    line.textContent = text;
    clearTimeout(this.saying);
    if (this.map) this.saying = setTimeout(() => { line.textContent = ""; }, 4000);
  }

  async open() {
    const data = this.element.dataset;
    sheet(data.sheet);
    try {
      this.gl = await import(data.library);
      this.gl.setWorkerUrl(new URL(data.worker, location.href).href);
      this.map = this.build(data);
    } catch (problem) {
      this.reject(problem);
      return;
    }
    this.map.once("style.load", () => this.resolve(this.map));
    for (const feature of this.features.values()) this.draw(feature);
    this.tools();
    if (data.pickLon) this.picker();
    if (data.areas || data.draw) this.areas = new Areas(this);
    if (data.source) this.load(await (await fetch(data.source, { headers: { Accept: "application/geo+json" } })).json());
  }

  build(data) {
    const family = font();
    const drawing = () => style({
      ...family, dark: isDark(), tiles: location.origin + data.tiles, chinese: document.documentElement.lang.startsWith("zh"),
      maxzoom: Number(data.maxzoom ?? 17),
    });
    const map = new this.gl.Map({
      container: this.element.querySelector(".map-canvas"), style: drawing(), center: [Number(data.lon), Number(data.lat)],
      zoom: Number(data.zoom), minZoom: 12, maxZoom: 19, attributionControl: false, dragRotate: false, pitchWithRotate: false,
      touchPitch: false, cooperativeGestures: false, localIdeographFontFamily: family.faces ? false : family.font, fadeDuration: 0,
    });
    map.touchZoomRotate.disableRotation();
    map.getCanvas().setAttribute("aria-label", this.element.querySelector(".map-canvas").dataset.label);
    document.addEventListener("koban:theme", () => map.setStyle(drawing()));
    return map;
  }

  tools() {
    const data = this.element.dataset, tools = this.element.querySelector(".map-tools");
    tools.hidden = false;
    tools.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button?.dataset.mapZoom) this.map.zoomTo(this.map.getZoom() + Number(button.dataset.mapZoom));
      else if (button?.hasAttribute("data-map-home")) this.map.easeTo({ center: [Number(data.lon), Number(data.lat)], zoom: Number(data.zoom) });
      else if (button?.hasAttribute("data-map-pick")) this.pick(this.map.getCenter());
    });
  }

  /* Live places */

  load(collection) {
    for (const feature of collection.features ?? []) this.upsert(feature);
  }

  upsert(feature) {
    this.features.set(String(feature.properties.id), feature);
    if (this.map) this.draw(feature);
  }

  remove(id) {
    this.features.delete(String(id));
    this.markers.get(String(id))?.remove();
    this.markers.delete(String(id));
  }

  show(id) {
    const feature = this.features.get(String(id));
    for (const [key, marker] of this.markers) marker.getElement().classList.toggle("is-here", key === String(id));
    if (feature && this.map) this.map.easeTo({ center: feature.geometry.coordinates, zoom: Math.max(this.map.getZoom(), 16) });
  }

  draw(feature) {
    const id = String(feature.properties.id);
    this.markers.get(id)?.remove();
    const marker = new this.gl.Marker({ element: this.pin(feature.properties) });
    marker.setLngLat(feature.geometry.coordinates).addTo(this.map);
    this.markers.set(id, marker);
  }

  pin({ id, title, tone = "blue", icon = "map-pin", url, urgent, who }) {
    const button = document.createElement(url ? "a" : "button");
    button.className = `pin tone-${tone}${urgent ? " is-urgent" : ""}${who ? " pin-who" : ""}`;
    if (url) button.href = url; else button.type = "button";
    button.title = title;
    button.setAttribute("aria-label", title);
    button.innerHTML = '<span class="pin-shape"><svg class="icon" aria-hidden="true"><use/></svg></span>';
    button.querySelector("use").setAttribute("href", `${SPRITE}#${icon}`);
    button.addEventListener("click", () => this.element.dispatchEvent(new CustomEvent("koban:marker", { bubbles: true, detail: { id } })));
    return button;
  }

  /* Choosing a place: a press on the map, dragging the pin, or the middle of the map. No device is asked where it is. */

  picker() {
    const [lon, lat] = this.inputs();
    this.map.getCanvas().classList.add("is-picking");
    this.map.on("click", (event) => this.pick(event.lngLat));
    if (lon.value && lat.value) this.pick({ lng: Number(lon.value), lat: Number(lat.value) }, false);
    for (const input of [lon, lat]) input.addEventListener("koban:place", () => this.pick({ lng: Number(lon.value), lat: Number(lat.value) }, false));
  }

  inputs() {
    return [this.element.dataset.pickLon, this.element.dataset.pickLat].map((id) => document.getElementById(id));
  }

  pick(place, told = true) {
    const [lon, lat] = this.inputs();
    this.chosen ??= this.choose(place);
    this.chosen.setLngLat(place);
    if (!told) { this.map.jumpTo({ center: place, zoom: Math.max(this.map.getZoom(), 16) }); return; }
    [lon.value, lat.value] = [place.lng.toFixed(6), place.lat.toFixed(6)];
    this.say(word("picked"));
    for (const input of [lon, lat]) input.dispatchEvent(new Event("change", { bubbles: true }));
    this.element.dispatchEvent(new CustomEvent("koban:picked", { bubbles: true, detail: { lon: lon.value, lat: lat.value } }));
  }

  choose(place) {
    const marker = new this.gl.Marker({ element: this.pin({ id: "", title: word("picked"), tone: "red" }), draggable: true });
    marker.on("dragend", () => this.pick(marker.getLngLat()));
    return marker.setLngLat(place).addTo(this.map);
  }
}

export function start() {
  for (const element of document.querySelectorAll("[data-map]")) {
    const town = element.koban = new Town(element);
    const button = element.querySelector("[data-map-start]");
    if (!button) { town.open(); continue; }
    button.hidden = false;
    button.addEventListener("click", () => { button.hidden = true; town.open(); });
  }
  document.addEventListener("koban:place", (event) => {
    if (event.detail?.properties) for (const element of document.querySelectorAll("[data-map]")) element.koban.upsert(event.detail);
  });
}
