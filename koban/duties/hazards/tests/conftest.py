"""A street with a door and a lamp, keys of the office, and photographs that say where they were taken."""

import io
from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import ExifTags, Image

from koban.duties.hazards import actions, rules
from koban.duties.hazards.models import Hazard, Photo
from koban.kernel.access.testing import actor_of
from koban.kernel.files import intake
from koban.kernel.ledger import SYSTEM, Actor
from koban.kernel.stations.models import Station
from koban.matters.places import Place
from koban.registers.premises import actions as premises
from koban.registers.premises import unit_actions
from koban.registers.premises.models import Address, Asset, Street

NOON = datetime(2026, 3, 9, 4, tzinfo=UTC)
LON, LAT = 120.15, 30.25
HERE = rules.Shot(LON, LAT, 90.0, 5.0)
BESIDE = rules.Shot(LON + 0.00005, LAT, 100.0, 8.0)  # five metres east, ten degrees round


@pytest.fixture(autouse=True)
def keys(settings, tmp_path):
    settings.KOBAN_KEYS = tmp_path / "keys"
    settings.KOBAN_FILES = tmp_path / "files"


@pytest.fixture
def house(office: Station) -> Address:
    """One door, with an entrance and a dwelling inside."""
    street = Street(name="灯湖路", name_en="Lake Road")
    spot: dict[str, Any] = {"street": street, "door": "1", "lon": LON, "lat": LAT}
    door = premises.prepared(Address(label="灯湖路1号", label_en="1 Lake Road", **spot))
    home = premises.prepared(
        Address(parent=door, kind="dwelling", room="101", label="灯湖路1号101室", label_en="1-101", **spot)
    )
    premises.enter([street, door, home], by=SYSTEM, at=timezone.now())
    return door


@pytest.fixture
def lamp(office: Station, house: Address) -> Asset:
    asset = Asset(kind="lamp", code="L-7", owner="城管照明所", address=house, lon=LON, lat=LAT)
    return unit_actions.add_asset(unit_actions.placed(asset), by=SYSTEM, at=timezone.now())


@pytest.fixture
def by(people: SimpleNamespace) -> SimpleNamespace:
    return SimpleNamespace(**{name: actor_of(getattr(people, name)) for name in ("li", "aux1", "aux2")})


def picture(
    *, at: tuple[float, float] | None = None, heading: float | None = None, color: str = "red"
) -> bytes:
    """A small JPEG; with the place and the direction of the camera, where it has them."""
    file, exif = io.BytesIO(), Image.Exif()
    if at is not None:
        told: dict[int, Any] = {1: "N", 2: (at[1], 0.0, 0.0), 3: "E", 4: (at[0], 0.0, 0.0)}
        told |= {ExifTags.GPS.GPSImgDirection: heading} if heading is not None else {}
        exif.get_ifd(ExifTags.IFD.GPSInfo).update(told)
    Image.new("RGB", (64, 48), color).save(file, "JPEG", exif=exif)
    return file.getvalue()


def upload(**told: Any) -> SimpleUploadedFile:
    return SimpleUploadedFile("photo.jpg", picture(**told), "image/jpeg")


def taken(**told: Any) -> intake.Taken:
    return intake.take(upload(**told))


@pytest.fixture
def found(office: Station, house: Address, by: SimpleNamespace) -> Callable[..., Hazard]:
    """A hazard with its first photograph. kind, severity, place …: where another is wanted."""

    def find(
        kind: str = "wiring", *, shot: rules.Shot | None = HERE, place: Place | None = None, who: Actor | None = None,
        at: datetime = NOON, **told: Any,
    ) -> Hazard:  # fmt: skip
        photo = (taken(), shot) if shot else None
        about = actions.Found(kind, "Loose cable", **told)
        return actions.open_hazard(
            about, place or Place.at(house), by=who or by.li, at=at, station=office, photo=photo
        )

    return find


@pytest.fixture
def repaired(found: Callable[..., Hazard], office: Station, by: SimpleNamespace) -> Callable[..., Hazard]:
    """Repaired by the first auxiliary, with the second photograph."""

    def repair(**told: Any) -> Hazard:
        hazard = found(**told)
        at = told.get("at", NOON)
        actions.repair(hazard, by=by.aux1, at=at, station=office, photo=(taken(color="green"), BESIDE))
        return actions.fresh_of(hazard)

    return repair


AFTER = Photo.Side.AFTER
