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
  await pins(town);
  const map = await town.library;
  if (!town.round) map.on("style.load", () => show(map, town.round));
  town.round = await line(frame.dataset.roundMap);
  show(map, town.round);
  fit(map, town.round.geometry.coordinates);
  numbers(town);
  // An order that was just changed gets its line a moment later.
  for (let turn = 0; turn < 15 && !town.round.properties.drawn && frame.isConnected; turn += 1) {
    await pause(2000);
    town.round = await line(frame.dataset.roundMap);
    show(map, town.round);
  }
}

async function pins(town) {
  const found = await line(town.element.dataset.source);
  const kept = new Set(found.features.map((feature) => String(feature.properties.id)));
  for (const id of [...town.features.keys()]) if (!kept.has(id)) town.remove(id);
  town.load(found);
  numbers(town);
}

function pause(milliseconds) {
  return new Promise((done) => setTimeout(done, milliseconds));
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

// The map that is open stays open when the list beside it is drawn anew.
const maps = new Map();

function keep(frame) {
  const fresh = frame.querySelector("[data-map]"), open = maps.get(fresh.id);
  if (open && open !== fresh) fresh.replaceWith(open);
  else maps.set(fresh.id, fresh);
}

function start() {
  for (const round of document.querySelectorAll(".round:not([data-started])")) {
    round.dataset.started = "";
    for (const list of round.querySelectorAll("[data-round-stops]")) drags(list);
    for (const frame of round.querySelectorAll("[data-round-map]")) { keep(frame); draw(frame); }
  }
}

document.querySelector("[data-print]")?.addEventListener("click", () => print());
document.addEventListener("htmx:after:swap", start);
while (!document.documentElement.classList.contains("ready")) await pause(50); // the maps of the house are there from then on
start();
