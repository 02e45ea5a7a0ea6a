// The day's round: numbers and line on the map, and stops that can be dragged. The buttons beside each stop do the same
// without this script and from the keyboard; Alt with an arrow key moves the stop that has the focus.

const LINE = "round-line";

function number(pin, text) {
  const mark = Object.assign(document.createElement("span"), { className: "pin-number", textContent: text });
  pin.querySelector(".pin-shape").replaceChildren(mark);
}

function numbers(town) {
  for (const [id, feature] of town.features) {
    const at = /^\d+(?=\.)/.exec(feature.properties.title)?.[0];
    const pin = town.markers.get(id)?.getElement();
    if (at && pin) number(pin, at);
  }
}

function show(map, feature) {
  if (!map.getStyle()) return;
  const source = map.getSource(LINE);
  if (source) source.setData(feature);
  else map.addSource(LINE, { type: "geojson", data: feature });
  if (map.getLayer(LINE)) map.removeLayer(LINE);
  const color = getComputedStyle(document.documentElement).getPropertyValue("--brand").trim() || "#1c6dd0";
  const paint = { "line-color": color, "line-width": 4, "line-opacity": 0.85, ...(feature.properties.drawn ? {} : { "line-dasharray": [1.5, 1.5] }) };
  map.addLayer({ id: LINE, type: "line", source: LINE, layout: { "line-join": "round", "line-cap": "round" }, paint });
}

function fit(map, corners) {
  const lons = corners.map(([lon]) => lon), lats = corners.map(([, lat]) => lat);
  const box = [[Math.min(...lons), Math.min(...lats)], [Math.max(...lons), Math.max(...lats)]];
  map.fitBounds(box, { padding: 48, maxZoom: 17, animate: false });
}

async function line(address) {
  return (await fetch(address, { headers: { Accept: "application/geo+json" } })).json();
}

async function draw(frame) {
  const town = frame.querySelector("[data-map]").koban;
  const map = await town.library;
  let feature = await line(frame.dataset.roundMap);
  show(map, feature);
  fit(map, feature.geometry.coordinates);
  numbers(town);
  for (const wait of [300, 1000, 2500]) setTimeout(() => numbers(town), wait);
  map.on("style.load", () => show(map, feature));
  // An order that was just changed gets its line a moment later.
  for (let turn = 0; turn < 15 && !feature.properties.drawn && frame.isConnected; turn += 1) {
    await new Promise((done) => setTimeout(done, 2000));
    feature = await line(frame.dataset.roundMap);
    show(map, feature);
  }
}

function send(list) {
  const form = list.parentElement.querySelector("[data-round]");
  form.elements.namedItem("order").value = [...list.querySelectorAll("[data-stop]")].map((stop) => stop.dataset.stop).join(",");
  form.requestSubmit();
}

function over(list, y) {
  return [...list.querySelectorAll("[data-stop]:not(.is-dragged)")].find((stop) => {
    const box = stop.getBoundingClientRect();
    return y < box.top + box.height / 2;
  });
}

function drags(list) {
  let dragged = null, before = "";
  const order = () => [...list.children].map((stop) => stop.dataset.stop).join();
  list.addEventListener("dragstart", (event) => {
    dragged = event.target.closest("[data-stop]");
    if (!dragged) return;
    before = order();
    dragged.classList.add("is-dragged");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.dataset.stop);
  });
  list.addEventListener("dragover", (event) => {
    if (!dragged) return;
    event.preventDefault();
    const next = over(list, event.clientY);
    if (next) next.before(dragged);
    else list.append(dragged);
  });
  list.addEventListener("dragend", () => {
    dragged?.classList.remove("is-dragged");
    dragged = null;
    if (order() !== before) send(list);
  });
  list.addEventListener("keydown", (event) => {
    const way = { ArrowUp: "up", ArrowDown: "down" }[event.key];
    if (!event.altKey || !way) return;
    event.preventDefault();
    event.target.closest("[data-stop]")?.querySelector(`button[value="${way}"]`)?.click();
  });
}

async function start(root) {
  for (const list of root.querySelectorAll("[data-round-stops]")) drags(list);
  const frames = [...root.querySelectorAll("[data-round-map]")];
  if (frames.some((frame) => !frame.querySelector("[data-map]").koban)) {
    const maps = await import(new URL("../koban/js/map.js", import.meta.url));
    maps.start();
  }
  for (const frame of frames) draw(frame);
}

document.querySelector("[data-print]")?.addEventListener("click", () => print());
document.body.addEventListener("htmx:afterSwap", (event) => {
  const fresh = document.getElementById(event.detail.target.id);
  if (fresh?.matches(".round")) start(fresh);
});
document.documentElement.classList.contains("ready") ? start(document) : addEventListener("load", () => start(document));
