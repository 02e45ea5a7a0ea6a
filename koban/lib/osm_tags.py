"""The table of `osm_tags.toml`, turned round: from a tag to what it means here."""

import tomllib
from pathlib import Path

_TAGS = tomllib.loads(Path(__file__).with_name("osm_tags.toml").read_text(encoding="utf-8"))


def _meaning(table: str) -> dict[str, str]:
    return {value: kind for kind, values in _TAGS[table].items() for value in values}


KEPT = frozenset(_TAGS["kept"])
STREET_KINDS, AREA_LAYERS = _meaning("streets"), _meaning("areas")
PLACE_KINDS, ASSET_KINDS = _meaning("places"), _meaning("assets")
PLACE_KEYS = ("amenity", "shop", "tourism", "leisure", "office", "railway", "public_transport")
PLACE_ELSE: dict[str, str] = {key: _TAGS["places_else"][key] for key in ("shop", "office")}
IGNORED = frozenset(_TAGS["places_else"]["ignored"])
AREA_KEYS = ("natural", "landuse", "leisure", "waterway")
