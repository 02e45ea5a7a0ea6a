"""The pages of mediation: at the desk, by receipt, among a resident's own; and how many questions they ask."""

from collections.abc import Callable
from html import unescape
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from koban.duties.mediation import actions, protecting, taking
from koban.duties.mediation.certificates import AGREEMENT
from koban.duties.mediation.models import Agreement, Mediation, Side
from koban.duties.mediation.steps import STEPS
from koban.duties.mediation.taking import Facts, SideTold
from koban.duties.mediation.tests.conftest import FACTS, fresh, side
from koban.kernel import stations
from koban.kernel.access.testing import sign_in
from koban.kernel.ledger import Actor, reading
from koban.kernel.stations.models import Station
from koban.matters.documents.models import Certificate
from koban.registers.premises.models import Address, Street

pytestmark = pytest.mark.django_db
Take = Callable[..., Mediation]
NOW = timezone.now


def one(mediation: Mediation) -> list[int]:
    return [mediation.matter.year, mediation.matter.number]


def press(client: Client, name: str, args: list[Any], **told: Any) -> Any:
    return client.post(reverse(f"mediation:{name}", args=args), {"key": uuid4().hex, **told})


def page(client: Client, mediation: Mediation) -> str:
    answer = client.get(reverse("mediation:detail", args=one(mediation)))
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_a_dispute_is_taken_at_the_desk_and_the_page_says_what_the_table_says(
    desk: Client, office: Station
) -> None:
    told = {"kind": "noise", "summary": "Drums at night", "offence": "disturbing", "is_civil": "on", "is_minor": "on",
            "relation": "neighbours", "over_trifles": "on", "a-name": "Sun", "b-acted": "on"}  # fmt: skip
    answer = press(desk, "new", [], **told)
    assert answer.status_code == 302
    shown = desk.get(answer["Location"]).content.decode()
    assert "May be mediated" in shown
    assert "Drums at night" in shown
    assert "Sun" not in shown


def test_the_page_names_the_clause_that_refuses(desk: Client, taken: Take) -> None:
    shown = page(desk, taken(Facts("beating", bars="gang")))
    assert "gang fight" in shown.lower()
    assert "What may never be mediated" in shown


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.key)
def test_every_step_has_a_page(desk: Client, taken: Take, step: Any) -> None:
    answer = desk.get(reverse(f"mediation:{step.key}", args=one(taken())))
    assert answer.status_code == 200
    assert str(step.label) in unescape(answer.content.decode())


@pytest.mark.parametrize("key", ["who", "guardian", "delegate"])
def test_every_step_of_a_side_has_a_page(desk: Client, taken: Take, key: str) -> None:
    assert desk.get(reverse("mediation:side", args=[*one(taken()), "a", key])).status_code == 200


def test_from_yes_to_an_agreement_by_the_pages_alone(desk: Client, office: Station) -> None:
    dispute = {"kind": "noise", "summary": "Shoes", "offence": "beating", "is_civil": "on", "is_minor": "on", "b-name": "Zhu",
               "relation": "neighbours", "over_trifles": "on", "a-name": "Sun", "b-acted": "on"}  # fmt: skip
    taken = press(desk, "new", [], **dispute)
    mediation = Mediation.objects.select_related("matter").get()
    args = one(mediation)
    assert taken.status_code == 302
    sat = {
        "relation": "none",
        "officers": "1",
        "is_recorded": "on",
        "a_there": "on",
        "b_there": "on",
        "minutes": "Said",
    }
    for name, told in (
        ("evidence", {"kind": "statement", "words": "Both asked"}), ("decide", {}), ("side a yes", {}), ("side b yes", {}),
        ("begin", {}), ("session", sat), ("propose", {"by_whom": "lead", "en": "Half each", "zh": "各一半"}),
    ):  # fmt: skip
        key, *rest = name.split()
        answer = press(desk, key, [*args, *rest], **told)
        assert answer.status_code == 302, (name, answer.content.decode()[:3000])
    words = dict.fromkeys(
        (
            "body",
            "mediator",
            "others",
            "happened",
            "place",
            "people",
            "cause",
            "course",
            "circumstances",
            "result",
            "terms",
        ),
        "x",
    )
    told = {
        **words,
        "signed_a": "on",
        "signed_b": "on",
        "what_1": "half",
        "amount_1": "150.50",
        "manner_1": "cash",
    }
    refused = press(desk, "agree", args, **told)
    assert refused.status_code == 422
    assert "deadline" in refused.content.decode()
    agreed = press(desk, "agree", args, **told, due_on_1="2099-03-20")
    assert agreed.status_code == 302, agreed.content.decode()[:3000]
    assert fresh(mediation).matter.state == "performing"
    assert Agreement.objects.get().performances.get().amount_fen == 15_050


def test_somebody_without_the_right_is_refused(taken: Take, people: SimpleNamespace) -> None:
    mediation, client = taken(), Client()
    sign_in(client, people.aux1)
    assert press(client, "decide", one(mediation)).status_code == 403
    assert press(client, "evidence", one(mediation), kind="picture", words="door").status_code == 302


def receipt_of(desk: Client, mediation: Mediation, letter: str) -> str:
    answer = press(desk, "side", [*one(mediation), letter, "receipt"])
    assert answer.status_code == 201
    return str(answer.context["secret"])


def entered(door: Client, office: Station, number: str, secret: str) -> Any:
    return door.post(reverse("mediation:door", args=[office.code]), {"number": number, "secret": secret})


def test_each_side_opens_its_own_page_by_its_own_receipt_says_yes_and_leaves(
    desk: Client, door: Client, office: Station, taken: Take, li: Actor
) -> None:
    mediation = taken()
    actions.decide(mediation, by=li, at=NOW(), station=office)
    secret = receipt_of(desk, mediation, "b")
    assert entered(door, office, mediation.matter.printed, "WRONG-WRONG").status_code == 422
    assert entered(door, office, mediation.matter.printed, secret).status_code == 302
    shown = door.get(reverse("mediation:door", args=[office.code])).content.decode()
    assert "Do you want mediation?" in shown
    assert "Sun" not in shown
    assert press(door, "door_act", [office.code, "yes"]).status_code == 302
    assert press(door, "door_act", [office.code, "leave"]).status_code == 302
    with stations.scope(office.pk):
        assert (side(mediation, "b").consent, side(mediation, "a").consent) == ("no", "unasked")
        assert fresh(mediation).matter.state == "case"


def test_a_new_receipt_ends_the_old_one_and_without_any_nothing_opens(
    desk: Client, door: Client, office: Station, taken: Take
) -> None:
    mediation = taken()
    first = receipt_of(desk, mediation, "a")
    second = receipt_of(desk, mediation, "a")
    assert entered(door, office, mediation.matter.printed, first).status_code == 422
    assert entered(door, office, mediation.matter.printed, second).status_code == 302
    assert press(door, "door_act", [office.code, "close"]).status_code == 302
    assert press(door, "door_act", [office.code, "yes"]).status_code == 422


def test_who_is_owed_says_that_it_was_done_and_who_owes_cannot(
    desk: Client, door: Client, office: Station, agreed: Callable[..., Agreement]
) -> None:
    mediation = agreed().mediation
    number = mediation.matter.printed
    entered(door, office, number, receipt_of(desk, mediation, "b"))
    assert press(door, "door_act", [office.code, "got"], number="1").status_code == 404
    entered(door, office, number, receipt_of(desk, mediation, "a"))
    assert press(door, "door_act", [office.code, "got"], number="1").status_code == 302
    with stations.scope(office.pk):
        done = mediation.agreements.get().performances.order_by("number").values_list("done_on", flat=True)
        assert [day is not None for day in done] == [True, False]


@pytest.mark.django_db(transaction=True)
def test_three_copies_are_issued_with_names_that_were_looked_up_first(
    desk: Client, office: Station, agreed: Callable[..., Agreement]
) -> None:
    mediation = agreed().mediation
    answer = press(desk, "issue", [*one(mediation), "copies"])
    assert answer.status_code == 302, answer.content.decode()[:3000]
    press(desk, "issue", [*one(mediation), "copies"])
    with stations.scope(office.pk):
        assert Certificate.objects.filter(kind=AGREEMENT.key).count() == 3
        verbs = [page.verb for page in reading.of_matter(mediation.matter_id)]
    assert verbs.count("documents.issue") == 3
    assert verbs.index("matters.look") < verbs.index("documents.issue")


@pytest.mark.django_db(transaction=True)
def test_the_words_of_protection_open_only_with_a_look(
    desk: Client, office: Station, taken: Take, li: Actor
) -> None:
    mediation = taken(Facts("beating", relation="kin", violence_at_home=True), kind="family")
    actions.decide(mediation, by=li, at=NOW(), station=office)
    row = protecting.warn(mediation, "He hit her", identity=True, ban=True, by=li, at=NOW(), station=office)
    assert "He hit her" not in page(desk, mediation)
    opened = desk.post(reverse("mediation:words", args=[*one(mediation), row.pk]))
    assert "He hit her" in opened.content.decode()
    assert opened["Cache-Control"] == "no-store"
    party = side(mediation, "a").party
    assert party is not None
    looked = desk.post(reverse("mediation:look", args=[*one(mediation), party.pk]))
    assert "Sun" in looked.content.decode()
    with stations.scope(office.pk):
        verbs = [one_page.verb for one_page in reading.of_matter(mediation.matter_id)]
    assert {"mediation.look", "matters.look"} <= set(verbs)


def address(label: str) -> Address:
    street, _new = Street.objects.get_or_create(name="Lake Road")
    named = {"street": street, "door": label, "label": label, "label_en": label, "plate": label[-1] * 8}
    found: Address = Address.objects.create(**named, lon=120.15, lat=30.25)
    return found


def test_repeats_are_seen_between_two_addresses(desk: Client, office: Station, taken: Take) -> None:
    here, there, else_ = (address(f"Lake Road {number}") for number in (1, 2, 3))
    for b in (there, there, else_):
        taken(a=SideTold("Sun", address=here), b=SideTold("Zhu", address=b))
    shown = desk.get(reverse("mediation:repeats")).content.decode()
    assert shown.count("/desk/mediation/20") == 2
    assert "Lake Road 3" not in shown
    mediation = Mediation.objects.select_related("matter").order_by("id")[0]
    assert "Between these two addresses" in page(desk, mediation)


@pytest.mark.parametrize("name, most", [("list", 16), ("detail", 34), ("repeats", 16)])
def test_a_page_asks_within_its_budget_and_no_more_when_there_is_more(
    desk: Client, agreed: Callable[..., Agreement], taken: Take, name: str, most: int
) -> None:
    mediation = agreed().mediation

    def asked() -> int:
        args = one(mediation) if name == "detail" else []
        with CaptureQueriesContext(connection) as seen:
            assert desk.get(reverse(f"mediation:{name}", args=args)).status_code == 200
        return len(seen)

    asked()
    few = asked()
    for _ in range(5):
        taken(FACTS)
    assert few <= most, few
    assert asked() <= few


def test_a_side_that_nobody_named_is_named_before_copies_are_made(
    desk: Client, office: Station, agreed: Callable[..., Agreement]
) -> None:
    mediation = agreed().mediation
    Side.objects.filter(mediation=mediation, letter="a").update(party=None)
    assert press(desk, "issue", [*one(mediation), "copies"]).status_code == 422


def test_taking_it_gives_the_right_to_look_and_only_as_long_as_it_is_open(taken: Take) -> None:
    assert taken().matter.holdings.filter(to_at=None).count() == 1
    assert taking.KIND == "mediation"
