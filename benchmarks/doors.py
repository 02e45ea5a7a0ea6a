"""Doors for the office of a benchmark: a town of a given size, without ledger pages and search words, which no map reads."""

import random
from uuid import UUID

from koban.kernel import stations
from koban.kernel.stations.models import Station
from koban.lib import geo
from koban.registers.premises.actions import new_plate
from koban.registers.premises.models import Address, Street

BATCH = 5000
LON, LAT, WIDE, HIGH = 24.94, 60.17, 0.2, 0.1  # middle and half sides: eleven by eleven kilometres
A_STREET = 500  # doors


def enter(station: Station, wanted: int) -> None:
    """Add doors until there are `wanted`."""
    with stations.scope(station.pk):
        there = Address.objects.count()
        while there < wanted:
            count = min(BATCH, wanted - there)
            streets = [
                Street(name=f"测试路 {n}")
                for n in range(there // A_STREET, (there + count - 1) // A_STREET + 1)
            ]
            Street.objects.bulk_create(streets)
            rows = [_door(streets[n // A_STREET].pk, there + n) for n in range(count)]
            Address.objects.bulk_create(rows, batch_size=BATCH)
            there += count


def _door(street: UUID, number: int) -> Address:
    dice = random.Random(number)
    lon, lat = LON + dice.uniform(-WIDE, WIDE), LAT + dice.uniform(-HIGH, HIGH)
    return Address(
        street_id=street, door=str(number), label=f"测试路 {number} 号", label_en=f"{number} Test Road",
        lon=lon, lat=lat, cell=geo.cell(lon, lat), plate=new_plate(),
    )  # fmt: skip
