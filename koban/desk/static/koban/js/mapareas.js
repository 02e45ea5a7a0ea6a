// Areas on a map: borders of beats, and a border that is being drawn. The corners are lines of a text field, so that the
// same page works without a map: a press adds a corner, dragging moves one, the field stays the truth.

const NONE = { type: "FeatureCollection", features: [] };

export class Areas {
  constructor(town) {
    this.town = town;
    this.field = document.getElementById(town.element.dataset.draw ?? "");
    this.corners = [];
    this.known = NONE;
    town.map.on("style.load", () => this.layers());
    if (town.map.isStyleLoaded()) this.layers();
    if (town.element.dataset.areas) this.fetch(town.element.dataset.areas);
    if (this.field) this.drawing();
  }

  async fetch(address) {
    this.known = await (await fetch(address, { headers: { Accept: "application/geo+json" } })).json();
    this.show();
  }

  layers() {
    const map = this.town.map, ink = getComputedStyle(document.documentElement);
    for (const [name, color] of [["areas", ink.getPropertyValue("--blue") || "#2f6fde"], ["drawn", ink.getPropertyValue("--red") || "#c0392b"]]) {
      if (map.getSource(name)) continue;
      map.addSource(name, { type: "geojson", data: NONE });
      map.addLayer({ id: `${name}-fill`, type: "fill", source: name, paint: { "fill-color": color.trim(), "fill-opacity": 0.08 } });
      map.addLayer({ id: `${name}-line`, type: "line", source: name, paint: { "line-color": color.trim(), "line-width": 2.5 } });
    }
    this.show();
  }

  show() {
    this.town.map.getSource("areas")?.setData(this.known);
    const ring = [...this.corners, this.corners[0]];
    const drawn = { type: "Feature", properties: {}, geometry: { type: "Polygon", coordinates: [ring] } };
    this.town.map.getSource("drawn")?.setData(this.corners.length > 2 ? drawn : NONE);
  }

  drawing() {
    this.town.map.getCanvas().classList.add("is-picking");
    this.town.map.on("click", (event) => this.change([...this.corners, [event.lngLat.lng, event.lngLat.lat]]));
    this.town.element.querySelector("[data-map-undo]")?.addEventListener("click", () => this.change(this.corners.slice(0, -1)));
    this.field.addEventListener("change", () => this.read());
    this.read();
  }

  read() {
    const pairs = this.field.value.split("\n").map((line) => line.split(/[,，\s]+/).map(Number));
    this.corners = pairs.filter(([lon, lat]) => Number.isFinite(lon) && Number.isFinite(lat) && (lon || lat));
    this.pins();
    this.show();
  }

  change(corners) {
    this.corners = corners;
    this.field.value = corners.map(([lon, lat]) => `${lon.toFixed(6)},${lat.toFixed(6)}`).join("\n");
    this.pins();
    this.show();
  }

  pins() {
    for (const marker of this.markers ?? []) marker.remove();
    this.markers = this.corners.map((corner, at) => {
      const element = Object.assign(document.createElement("span"), { className: "map-corner" });
      const marker = new this.town.gl.Marker({ element, draggable: true }).setLngLat(corner).addTo(this.town.map);
      marker.on("dragend", () => {
        const { lng, lat } = marker.getLngLat();
        this.change(this.corners.with(at, [lng, lat]));
      });
      return marker;
    });
  }
}
