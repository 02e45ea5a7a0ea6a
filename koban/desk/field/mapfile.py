"""The base map of one office as one file, so that a phone takes it along: an excerpt of the map of the house."""

import secrets
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from pmtiles.tile import zxy_to_tileid
from pmtiles.writer import Writer

from koban.lib.osm import Box
from koban.lib.tiles import MAX_ZOOM, MIN_ZOOM, Tiles, tile_at

MOST_TILES = 4_000
WHOLE = 6_000_000  # bytes: a map that is so small goes out as it is
FINEST = (MAX_ZOOM, MAX_ZOOM - 1, MAX_ZOOM - 2)


def excerpt(code: str, box: Box) -> Path | None:
    """The file of an office, made once for a map and a box. None where this house has no map."""
    whole = Path(settings.KOBAN_TILES)
    try:
        stat = whole.stat()
    except FileNotFoundError:
        return None
    if stat.st_size <= WHOLE:
        return whole
    return _excerpt(whole, stat.st_mtime_ns, code, box)


@lru_cache(maxsize=64)
def _excerpt(whole: Path, built_at: int, code: str, box: Box) -> Path:
    name = f"map-{code}-{built_at}-{abs(hash(box)) % 10**8}.pmtiles"
    path = Path(settings.KOBAN_FIELD_SPOOL) / name
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f".{secrets.token_hex(6)}")
        cut(Tiles(whole), draft, box)
        draft.replace(path)
    return path


def cut(source: Tiles, path: Path, box: Box) -> int:
    """Write the tiles of `source` that lie on `box`; returns how many. Finest levels are left out where they are too many."""
    finest = next((zoom for zoom in FINEST if len(tiles_on(box, zoom)) <= MOST_TILES), MIN_ZOOM)
    count = 0
    with path.open("wb") as file:
        writer: Any = Writer(file)  # type: ignore[no-untyped-call]
        for zoom, x, y in tiles_on(box, finest):
            if tile := source.get(zoom, x, y):
                writer.write_tile(zxy_to_tileid(zoom, x, y), tile)
                count += 1
        writer.finalize(
            _header(source, box), {"attribution": "© OpenStreetMap contributors", "format": "pbf"}
        )
    return count


def tiles_on(box: Box, finest: int) -> list[tuple[int, int, int]]:
    """(zoom, x, y) of the tiles on a box, in the order of the file's index."""
    found = []
    for zoom in range(MIN_ZOOM, finest + 1):
        (left, top), (right, bottom) = tile_at(zoom, box[0], box[3]), tile_at(zoom, box[2], box[1])
        found += [(zoom, x, y) for x in range(left, right + 1) for y in range(top, bottom + 1)]
    return sorted(found, key=lambda tile: zxy_to_tileid(*tile))


def _header(source: Tiles, box: Box) -> dict[str, Any]:
    sides = dict(zip(("min_lon", "min_lat", "max_lon", "max_lat"), box, strict=True))
    kept = {key: source.header[key] for key in ("tile_type", "tile_compression", "center_zoom")}
    return {**kept, **{f"{name}_e7": round(side * 1e7) for name, side in sides.items()},
            "center_lon_e7": round((box[0] + box[2]) * 5e6), "center_lat_e7": round((box[1] + box[3]) * 5e6)}  # fmt: skip
