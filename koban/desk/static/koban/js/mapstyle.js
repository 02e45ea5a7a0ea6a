// The map's drawing in two lights. Layer names are the tile server's: water, green, landuse, buildings, streets,
// addresses, pois. There is no glyph server: MapLibre draws every letter from a font of this machine or of ours.

const LIGHT = {
  ground: "#f3f1ec", water: "#bcd5e6", green: "#d9e8d0", land: "#ece8e0", building: "#ddd6ca", buildingLine: "#c8bfb0",
  street: "#ffffff", big: "#fff3d6", casing: "#cfc8bb", path: "#b9ae9c", ink: "#3a3d42", faint: "#6b655b", halo: "#ffffff", waterInk: "#2f5d80",
};
const DARK = {
  ground: "#161c24", water: "#1b3145", green: "#1b2b22", land: "#1a212a", building: "#27313c", buildingLine: "#35414e",
  street: "#3a4654", big: "#4b5868", casing: "#10151b", path: "#414d5a", ink: "#d6dde6", faint: "#a0abb8", halo: "#12171e", waterInk: "#8db8da",
};
const BIG = ["motorway", "trunk", "primary", "secondary"];
const SMALL = ["footway", "path", "cycleway", "steps", "pedestrian", "track", "service", "corridor"];
const kindIn = (kinds) => ["in", ["get", "kind"], ["literal", kinds]];
const grow = (a, b, c) => ["interpolate", ["exponential", 1.5], ["zoom"], 12, a, 16, b, 19, c];
const street = (id, filter, paint) => ({
  id, type: "line", source: "town", "source-layer": "streets", filter, layout: { "line-cap": "round", "line-join": "round" }, paint,
});
const RAILS = ["rail", "tram"];
const middle = ["!", kindIn([...BIG, ...SMALL, ...RAILS])];

function areas(c) {
  const fill = (name, color) => ({ id: name, type: "fill", source: "town", "source-layer": name, paint: { "fill-color": color } });
  return [
    { id: "ground", type: "background", paint: { "background-color": c.ground } },
    fill("landuse", c.land), fill("green", c.green), fill("water", c.water),
    { ...fill("buildings", c.building), minzoom: 13.5, paint: { "fill-color": c.building, "fill-outline-color": c.buildingLine } },
  ];
}

function lines(c) {
  return [
    street("street-paths", kindIn(SMALL), { "line-color": c.path, "line-width": grow(0.3, 1.4, 4), "line-dasharray": [2, 1.5] }),
    street("rails", kindIn(["rail"]), { "line-color": c.faint, "line-opacity": 0.55, "line-width": grow(0.6, 1.5, 3) }),
    street("street-casing", middle, { "line-color": c.casing, "line-width": grow(1, 8, 26) }),
    street("street-big-casing", kindIn(BIG), { "line-color": c.casing, "line-width": grow(2.5, 13, 36) }),
    street("street", middle, { "line-color": c.street, "line-width": grow(0.6, 6.5, 23) }),
    street("street-big", kindIn(BIG), { "line-color": c.big, "line-width": grow(2, 11, 33) }),
    { ...street("trams", kindIn(["tram"]), { "line-color": c.faint, "line-opacity": 0.35, "line-width": 1 }), minzoom: 15.5 },
  ];
}

function labels(c, font, name) {
  const text = (id, layer, minzoom, layout, color = c.ink) => ({
    id, type: "symbol", source: "town", "source-layer": layer, minzoom,
    layout: { "text-font": [font], ...layout },
    paint: { "text-color": color, "text-halo-color": c.halo, "text-halo-width": 1.4 },
  });
  return [
    { id: "poi-dots", type: "circle", source: "town", "source-layer": "pois", minzoom: 16.5, filter: ["has", "name"],
      paint: { "circle-radius": 2.5, "circle-color": c.faint, "circle-stroke-color": c.halo, "circle-stroke-width": 1 } },
    text("address-numbers", "addresses", 17, { "text-field": ["get", "number"], "text-size": 11 }, c.faint),
    text("poi-names", "pois", 16.5, { "text-field": ["get", "name"], "text-size": 11.5, "text-max-width": 8, "text-anchor": "top", "text-offset": [0, 0.45] }, c.faint),
    text("street-names", "streets", 14, { "text-field": name, "text-size": grow(10, 12.5, 15), "symbol-placement": "line", "symbol-spacing": 320 }),
  ];
}

/** dark: which light; font: a CSS family; faces: our font files for MapLibre, or null when this machine has one. */
export function style({ dark, tiles, font, faces, chinese, maxzoom }) {
  const c = dark ? DARK : LIGHT;
  const name = chinese ? ["get", "name"] : ["coalesce", ["get", "name_en"], ["get", "name"]];
  return {
    version: 8,
    ...(faces && { "font-faces": { [font]: faces } }),
    sources: { town: { type: "vector", tiles: [tiles], minzoom: 12, maxzoom } },
    layers: [...areas(c), ...lines(c), ...labels(c, font, name)],
  };
}
