"""Where something is: an address of the register, a point, or words."""

from dataclasses import dataclass

from koban.lib.geo import cell
from koban.registers.premises.models import Address


@dataclass(frozen=True, slots=True)
class Place:
    """address: a row of the register. lon, lat: degrees WGS 84, both or neither. words: as it was said."""

    words: str = ""
    address: Address | None = None
    lon: float | None = None
    lat: float | None = None

    @classmethod
    def at(cls, address: Address, words: str = "") -> "Place":
        """The place of an address; its own label where nothing was said."""
        return cls(words or str(address), address, address.lon, address.lat)

    def fields(self) -> dict[str, object]:
        """The columns of Matter that hold a place."""
        return {
            "address": self.address,
            "place": self.words[:200],
            "lon": self.lon,
            "lat": self.lat,
            "cell": "" if self.lon is None or self.lat is None else cell(self.lon, self.lat, 9),
        }


NOWHERE = Place()
