// Reads tiles out of a PMTiles file (version 3) that lies whole on the phone.
// https://github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md

export class Tiles {
  constructor(bytes) {
    this.bytes = new Uint8Array(bytes);
    const view = new DataView(bytes), at = (place) => Number(view.getBigUint64(place, true));
    if (new TextDecoder().decode(this.bytes.subarray(0, 7)) !== "PMTiles") throw new Error("no PMTiles");
    [this.rootAt, this.rootSize, this.leavesAt, this.dataAt] = [at(8), at(16), at(40), at(56)];
    this.directories = new Map();
    [this.inside, this.tiles] = [view.getUint8(97), view.getUint8(98)];
    [this.minzoom, this.maxzoom] = [view.getUint8(100), view.getUint8(101)];
  }

  /** The tile, unpacked; null where the map is empty. */
  async get(z, x, y) {
    const id = idOf(z, x, y);
    let [at, size] = [this.rootAt, this.rootSize];
    for (let depth = 0; depth < 4; depth += 1) {
      const found = search(await this.directory(at, size), id);
      if (!found) return null;
      if (found.run > 0) return unpacked(this.slice(this.dataAt + found.offset, found.size), this.tiles);
      [at, size] = [this.leavesAt + found.offset, found.size];
    }
    return null;
  }

  slice(at, size) { return this.bytes.slice(at, at + size); }

  async directory(at, size) {
    if (!this.directories.has(at)) this.directories.set(at, entries(await unpacked(this.slice(at, size), this.inside)));
    return this.directories.get(at);
  }
}

async function unpacked(bytes, how) {
  if (how !== 2) return bytes;
  return new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer());
}

function entries(bytes) {
  let place = 0;
  const number = () => {
    for (let value = 0, weight = 1; ; weight *= 128) {
      const byte = bytes[place++];
      value += (byte & 127) * weight;
      if (byte < 128) return value;
    }
  };
  const found = Array.from({ length: number() }, () => ({}));
  let last = 0;
  for (const entry of found) entry.id = last += number();
  for (const entry of found) entry.run = number();
  for (const entry of found) entry.size = number();
  for (const [n, entry] of found.entries()) {
    const told = number();
    entry.offset = told === 0 && n > 0 ? found[n - 1].offset + found[n - 1].size : told - 1;
  }
  return found;
}

function search(found, id) {
  let [low, high] = [0, found.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (found[middle].id === id) return found[middle];
    if (found[middle].id < id) low = middle + 1; else high = middle - 1;
  }
  const before = found[high];
  return before && (before.run === 0 || id - before.id < before.run) ? before : null;
}

/* The place of a tile on the Hilbert curve, after all tiles of the levels above. */
function idOf(z, x, y) {
  let [id, a, b] = [(4 ** z - 1) / 3, x, y];
  for (let side = 2 ** (z - 1); side >= 1; side /= 2) {
    const [right, low] = [(a & side) > 0 ? 1 : 0, (b & side) > 0 ? 1 : 0];
    id += side * side * ((3 * right) ^ low);
    if (low === 0) {
      if (right === 1) { a = side - 1 - a; b = side - 1 - b; }
      [a, b] = [b, a];
    }
  }
  return id;
}
