"""The register of places as a file: whole, streamed, never computed, told in the ledger, and read in again as it is."""

import csv
import io

import pytest
from django.test import Client
from django.urls import reverse

from koban.kernel.access.testing import make_account, sign_in
from koban.kernel.ledger.models import Page
from koban.registers.importing import actions as importing
from koban.registers.importing.models import Import
from koban.registers.premises.models import Address, Street
from koban.registers.premises.tests.conftest import TOLD


def taken(client, language="en"):
    answer = client.get(reverse("premises:export"), headers={"accept-language": language})
    assert answer.status_code == 200, answer.content
    return b"".join(answer.streaming_content)


@pytest.fixture
def desk(office):
    client = Client()
    sign_in(client, make_account("li", role="officer", station=office))
    return client


def rows(content):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def test_the_file_holds_every_standing_address_once(desk, monkeypatch):
    monkeypatch.setattr("koban.registers.premises.exporting.AT_ONCE", 2)
    found = rows(taken(desk))
    standing = Address.objects.current().count()
    assert standing > 2
    assert len(found) == standing + 1
    assert len({tuple(row) for row in found}) == standing + 1


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_another_office_reads_it_in_as_it_is(office, desk, language):
    content = taken(desk, language)
    one = importing.begin("addresses", "places.csv", io.BytesIO(content), **TOLD)
    one = importing.work(importing.set_going(one, Import.State.TRYING, **TOLD), **TOLD)
    assert (one.taken, one.known, one.refused) == (0, Address.objects.current().count(), 0)


def test_a_name_that_is_a_formula_is_none_in_the_file(desk):
    Street.objects.filter(pk=Address.objects.current()[0].street_id).update(
        name="=HYPERLINK(1)", name_en="+1"
    )
    found = rows(taken(desk))[1:]
    assert ("'=HYPERLINK(1)", "'+1") in {(row[0], row[6]) for row in found}
    assert not any(cell.startswith(("=", "+")) for row in found for cell in row)


def test_it_is_in_the_ledger_before_the_first_line_is_handed_out(desk):
    taken(desk)
    page = Page.objects.get(verb="premises.export")
    assert (page.facts["rows"], page.actor) == (Address.objects.current().count(), "li")


def test_questions_do_not_grow_with_the_register(desk, django_assert_max_num_queries):
    with django_assert_max_num_queries(16):
        taken(desk)


@pytest.mark.parametrize(
    "role, status", [("chief", 200), ("officer", 200), ("auxiliary", 403), ("inspector", 403)]
)
def test_who_may_take_it_out(office, role, status):
    client = Client()
    sign_in(client, make_account("somebody", role=role, station=office))
    assert client.get(reverse("premises:export")).status_code == status


def test_the_list_offers_it_only_to_those(office, desk):
    assert reverse("premises:export") in desk.get(reverse("premises:list")).content.decode()
    client = Client()
    sign_in(client, make_account("aux", role="auxiliary", station=office))
    assert reverse("premises:export") not in client.get(reverse("premises:list")).content.decode()
