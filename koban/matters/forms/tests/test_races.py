"""The same record at the same moment: it is there once, with each of its files once, and its duty is told once."""

from collections import Counter
from collections.abc import Iterator
from contextlib import nullcontext
from types import SimpleNamespace

import pytest
from django.db import connection

from koban.kernel import stations
from koban.kernel.access.testing import actor_of, make_account
from koban.kernel.ledger.verify import verify
from koban.kernel.stations.models import Station
from koban.matters.forms import actions, receiving
from koban.matters.forms.models import Submission, SubmissionFile
from koban.matters.forms.tests.conftest import NOON
from koban.matters.forms.tests.samples import answered, picture, stairs
from tests.together import shared_sqlite, together


@pytest.fixture
def shared(tmp_path, transactional_db, places) -> Iterator[None]:
    with nullcontext() if connection.vendor == "postgresql" else shared_sqlite(tmp_path):
        yield


@pytest.fixture
def house(shared) -> Iterator[SimpleNamespace]:
    lamp = Station.objects.create(code="lamp", name="灯湖", kind="office", path="lamp/")
    aux = make_account("aux", role="auxiliary", station=lamp, password="")
    with stations.scope(lamp.pk):
        stairs()
        yield SimpleNamespace(lamp=lamp, aux=actor_of(aux))


def sent(house, xml, **files):
    incoming = receiving.read(xml, {f"{name}.jpg": picture(f"{name}.jpg") for name in files})
    return lambda: actions.receive(incoming, by=house.aux, at=NOON)


def test_six_times_the_same_record_at_once_is_one_record(house):
    xml = answered(photo="a.jpg")
    found = together(house.lamp, *[sent(house, xml, a=1) for _turn in range(6)])
    assert Counter(one.is_new for one in found) == {True: 1, False: 5}
    assert {one.submission.pk for one in found} == {Submission.objects.get().pk}
    assert SubmissionFile.objects.count() == 1
    assert verify(house.lamp).ok


def test_two_files_of_one_record_at_once_complete_it_once(house):
    xml = answered(photo="a.jpg", second="b.jpg")
    together(house.lamp, sent(house, xml, a=1), sent(house, xml, b=1), sent(house, xml, a=1, b=1))
    row = Submission.objects.get()
    assert (row.state, row.waits_for, row.files.count()) == (Submission.State.COMPLETE, [], 2)
    assert verify(house.lamp).ok


def test_two_editions_of_one_record_at_once_are_both_kept_and_one_is_flagged(house):
    sent(house, answered(lamp="on"))()
    together(
        house.lamp, *[sent(house, answered(f"uuid:{n}", deprecated="uuid:1", lamp="off")) for n in (2, 3)]
    )
    states = Counter(Submission.objects.values_list("state", flat=True))
    assert states == {"replaced": 1, "complete": 1, "conflict": 1}
    assert verify(house.lamp).ok
