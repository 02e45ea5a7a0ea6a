"""One running office with its team for all journeys of a file, and a neighbour who must not see any of it."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.people import Enter, Visitor
from tests.support.office import Office

expect.set_options(timeout=15_000)  # a shared machine; a page that is right is right at once
TEAM = """
import json
from django.test import Client
from django.utils import timezone
from koban.kernel import stations
from koban.kernel.access.testing import actor_of, make_account, sign_in
from koban.kernel.stations.models import Station
from koban.registers.premises import actions as premises
from koban.registers.premises.models import Address, Building, Street
from koban.registers.roster import actions as roster

def office(code, name, name_en, **more):
    path = f"{more['parent'].path if 'parent' in more else ''}{code}/"
    return Station.objects.create(code=code, name=name, name_en=name_en, path=path, **{"kind": "office"} | more)

above = office("above", "湖区派出所", "Lake Police Station", kind="station")
place = {"lon": 24.94, "lat": 60.17, "phone": "000-1000", "parent": above}
lamp, hill = office("lamp", "灯湖", "Lamp Lake", **place), office("hill", "山坡", "Hillside", **place)
office("watch", "督察", "Oversight", kind="oversight", parent=above)
made = {}
team = (("li", "officer", lamp), ("aux1", "auxiliary", lamp), ("aux2", "auxiliary", lamp), ("wang", "officer", hill))
for name, role, station in team:
    account = make_account(name, role=role, station=station, password="")
    with stations.scope(station.pk):
        roster.sign_on(account.posts.get(), by=actor_of(account), at=timezone.now())
    client = Client()
    sign_in(client, account)
    made[name] = client.cookies["koban_session"].value
with stations.scope(lamp.pk):
    street = Street(name="灯湖路", name_en="Lamp Road")
    home = {"label": "灯湖路 12 号", "label_en": "12 Lamp Road", "lon": 24.94, "lat": 60.17}
    home = premises.prepared(Address(street=street, door="12", **home))
    premises.enter([street, home], by=actor_of(account.__class__.objects.get(username="li")), at=timezone.now())
print(json.dumps(made))
"""


@pytest.fixture(scope="module")
def town(
    tmp_path_factory: pytest.TempPathFactory, _migrated: Path
) -> Iterator[tuple[Office, dict[str, str]]]:
    """The running office, and a session for each member: li, aux1, aux2; and of the neighbour: wang."""
    office = Office(shutil.copytree(_migrated, tmp_path_factory.mktemp("town") / "var"))
    sessions = json.loads(office.koban("manage", "shell", "--no-imports", "-c", TEAM).stdout)
    with office:
        yield office, sessions


@pytest.fixture
def enter(town, browser) -> Iterator[Enter]:
    """Opens a window: `enter("li", language="zh-CN", size=PHONE)`; without a name it is a resident's."""
    office, sessions = town
    here: list[Visitor] = []

    def opened(name: str = "", **more) -> Visitor:
        here.append(Visitor(browser, office.url, session=sessions[name] if name else "", **more))
        return here[-1]

    yield opened
    for visitor in here:
        visitor.leaves()
