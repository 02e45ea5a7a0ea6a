"""People from a table: good rows are taken, doubles are linked with their reason, and all can be taken out again."""

import io
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from koban.kernel import stations
from koban.kernel.access.testing import actor_of, make_account
from koban.kernel.ledger import SYSTEM
from koban.kernel.ledger.models import Page
from koban.kernel.ledger.verify import verify
from koban.kernel.stations.models import Station
from koban.registers.importing import actions as importing
from koban.registers.importing.models import Import
from koban.registers.importing.views import sentences
from koban.registers.premises import actions as premises
from koban.registers.premises.models import Address, Street
from koban.registers.residents import actions, queries
from koban.registers.residents.models import Household, NameToken, Person, Residence

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 5, 4, 4, tzinfo=UTC)
HEAD = "姓名,性别,出生日期,身份证号,联系电话,现住址,户号"
ZHANG = "张伟民,男,,34052419800101001X,000-1001,灯湖路1号,h1"


@pytest.fixture
def office():
    station = Station.objects.create(code="here", name="本所", kind="office", path="here/")
    with stations.scope(station.pk):
        street = Street(name="灯湖路")
        door = premises.prepared(Address(street=street, door="1", label="灯湖路1号", lon=120.0, lat=30.0))
        premises.enter([street, door], by=SYSTEM, at=NOON)
        yield station


@pytest.fixture
def told(office):
    return {"by": actor_of(make_account("li", role="officer", station=office)), "at": NOON}


def run(told, text, state="running", encoding="utf-8"):
    one = importing.begin("people", "people.csv", io.BytesIO(text.encode(encoding)), **told)
    return importing.work(importing.set_going(one, Import.State(state), **told), **told)


def said(one):
    return {row.number: row.said[0]["text"] for row in one.rows.order_by("number") if row.said}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_people_come_with_home_household_and_what_the_number_says(office, told, encoding):
    one = run(told, f"{HEAD}\n{ZHANG}\n阿依古丽·买买提,女,1950,,,灯湖路1号,h1\n", encoding=encoding)
    assert (one.taken, one.refused) == (2, 0)
    zhang = queries.by_identity("id_card", "34052419800101001X")
    assert Residence.objects.get(person=zhang).source == "import"
    assert Household.objects.count() == 1
    assert verify(office).ok


def test_a_trial_writes_nobody(told):
    one = run(told, f"{HEAD}\n{ZHANG}\n", state="trying")
    assert one.taken == 1
    assert not Person.objects.exists()


def test_the_same_table_again_takes_nobody_twice(told):
    run(told, f"{HEAD}\n{ZHANG}\n")
    again = run(told, f"{HEAD}\n{ZHANG}\n")
    assert (again.taken, again.known) == (0, 1)
    assert Person.objects.count() == 1


@pytest.mark.parametrize("row, why", [
    ("张伟民,,,,000 1001,,", "name and telephone"), ("张伟民,,1980-01-01,,,,", "name and birth date"),
    ("张玮民,,,34052419800101001x,,,", "same document"),
    ("张伟民,,1980-01-01,11010519491231002X,,,", None),  # that number says another birth date: refused, not linked
    ("张伟民,,1981-01-01,,000-9999,,", None),
])  # fmt: skip
def test_doubles_are_linked_with_their_reason(told, row, why):
    entry = actions.Entry("张伟民", "1980-01-01", "m", "id_card", "34052419800101001X", "000-1001")
    actions.enter([entry], by=SYSTEM, at=NOON)
    one = run(told, f"{HEAD}\n{row}\n")
    if why is None:
        assert one.known == 0
    else:
        assert (one.known, one.taken) == (1, 0)
        assert why in said(one)[2]


@pytest.mark.parametrize("row, why", [
    (",男,,,,,", "missing"),
    ("张伟民,,,340524198001010013,,,", "does not fit"),
    ("张伟民,,,3.40524E+17,,,", ""),
    ("张伟民,,,340524198001010000,,,", "spreadsheet"),
    ("张伟民,,1980-02-30,,,,", ""),
    ("张伟民,x,,,,,", "男"),
    ("张伟民,,,,,天上路9号,", "no such address"),
    ("张伟民,,1990-01-01,34052419800101001X,,,", "differ"),
])  # fmt: skip
def test_a_bad_row_has_its_sentence_and_the_good_ones_are_taken(told, row, why):
    one = run(told, f"{HEAD}\n{row}\n{ZHANG}\n")
    assert (one.taken, one.refused) == (1, 1)
    assert why in said(one)[2]
    assert "34052419800101001" not in str(said(one)), "no message repeats a number"


def test_an_import_can_be_undone_but_for_whom_something_hangs_on(office, told):
    one = run(told, f"{HEAD}\n{ZHANG}\n李四,女,1990,,000-7,灯湖路1号,h2\n")
    zhang = queries.by_identity("id_card", "34052419800101001X")
    assert zhang is not None
    actions.give_key(zhang, by=SYSTEM, at=NOON)
    importing.work(importing.set_going(one, Import.State.UNDOING, **told), **told)
    assert Person.objects.count() == 1
    assert Household.objects.count() == 1
    assert set(NameToken.objects.values_list("person", flat=True)) == set(
        Person.objects.values_list("pk", flat=True)
    )
    assert verify(office).ok


# --- Written a little otherwise -----------------------------------------------------------------------------------

LI = actions.Entry("李晓梅", "1980-05-03", "f", "id_card", "", "000-2002")


@pytest.fixture
def li(office):
    home = Address.objects.get()
    return actions.enter([replace(LI, id_kind="", home=home)], by=SYSTEM, at=NOON)[0]


@pytest.mark.parametrize("row, outcome", [
    ("李小梅,女,1980-05-03,,000-2002,灯湖路1号,", "known"),  # another character of the same sound
    ("Li Xiaomei,女,1980-05-03,,000-2002,灯湖路1号,", "known"),  # in pinyin
    ("李晓梅,女,1980-03-05,,,,", "known"),  # day and month change places
    ("李晓眉,女,1980-05-03,,,灯湖路1号,", "known"),  # another given name, the same day and home
    ("李晓梅,男,1971-11-30,,,,", "taken"),
    ("王建国,男,1980-05-03,,,灯湖路1号,", "taken"),
    ("李晓梅,女,1980-03-05,,,灯湖路1号,", "doubt"),  # or a child named after somebody
])  # fmt: skip
def test_who_is_written_a_little_otherwise_is_linked_or_doubted_with_reasons(told, li, row, outcome):
    one = run(told, f"{HEAD}\n{row}\n")
    kept = [entry["text"] for entry in one.rows.get().said] if one.rows.exists() else []
    assert (one.known, one.taken) == ((1, 0) if outcome == "known" else (0, 1))
    assert (len(kept) > 1) == (outcome != "taken"), kept
    assert Person.objects.count() == (1 if outcome == "known" else 2)


def test_reasons_are_told_in_the_language_of_the_reader_and_hold_no_value(told, li):
    one = run(told, f"{HEAD}\n李小梅,女,1980-05-03,,000-2002,灯湖路1号,\n")
    row = one.rows.get()
    assert "Same telephone" in sentences(row)
    with translation.override("zh-hans"):
        assert any("电话" in sentence for sentence in sentences(row))
    assert not any(value in str(row.said) for value in ("李小梅", "1980", "2002", "灯湖路"))


def test_a_page_tells_how_many_files_were_compared(told, li):
    run(told, f"{HEAD}\n李小梅,女,1980-05-03,,,,\n", state="trying")
    page = Page.objects.get(verb="residents.compare")
    assert page.facts == {"people": 1, "fields": ["birth_on", "id_number", "name", "phone", "sex"]}


def test_two_documents_are_two_people_and_nothing_is_opened(told):
    actions.enter(
        [actions.Entry("张伟民", "1980-01-01", "m", "id_card", "34052419800101001X")], by=SYSTEM, at=NOON
    )
    one = run(told, f"{HEAD}\n张玮民,,,340524198001010036,,,\n")
    assert (one.taken, one.known) == (1, 0)
    assert not Page.objects.filter(verb="residents.compare").exists()


def test_whoever_is_closed_off_is_compared_with_nobody(told, li):
    day = date(2026, 5, 1)
    actions.seal(
        li, kind="protected", ground="threat", clause="CN-PI-1", from_on=day,
        until_on=date(2027, 1, 1), by=SYSTEM, at=NOON,
    )  # fmt: skip
    one = run(told, f"{HEAD}\n李小梅,女,1980-05-03,,000-2002,灯湖路1号,\n")
    assert (one.taken, one.rows.get().said) == (1, [])


def test_a_birth_date_that_stands_for_not_known_links_nobody(told):
    crowd = [actions.Entry(f"李{one}", "1900-01-01") for one in "晓梅兰芳文武才华国强" * 5]
    actions.enter(crowd, by=SYSTEM, at=NOON)
    one = run(told, f"{HEAD}\n李红,,1900-01-01,,,,\n")
    assert (one.taken, one.rows.get().said) == (1, [])


def test_a_corrected_name_or_birth_date_is_compared_by_the_new_one(told, li):
    actions.correct(li, {"name": "李晓兰"}, by=SYSTEM, at=NOON)
    actions.correct(li, {"birth_on": "1981-05-03"}, by=SYSTEM, at=NOON)
    one = run(told, f"{HEAD}\n李小兰,女,1981-05-03,,000-2002,灯湖路1号,\n李小梅,女,1980-05-03,,,,\n")
    assert (one.known, one.taken) == (1, 1)


def test_an_erased_birth_date_is_compared_no_more(told, li):
    actions.erase(li, ["birth_on"], ground="x", clause="CN-PI-2", matter_id=None, by=SYSTEM, at=NOON)
    one = run(told, f"{HEAD}\n李小梅,女,1980-05-03,,,,\n")
    assert (one.taken, one.rows.get().said) == (1, [])


def test_two_people_on_one_number_contradict_each_other(told):
    number = "34052419800101001X"
    one = run(told, f"{HEAD}\n张伟民,,,{number},,,\n王芳,,,{number},,,\n张伟民,,,{number},,,\n")
    assert (one.taken, one.refused) == (1, 2)
    assert said(one)[3].startswith("Row %(row)d says something else")
    assert said(one)[4].startswith("The same stands in row")


def test_another_name_on_a_number_of_the_register_is_said(told):
    run(told, f"{HEAD}\n{ZHANG}\n")
    one = run(told, f"{HEAD}\n王芳,,,34052419800101001X,,,\n")
    assert (one.known, one.taken) == (1, 0)
    assert "differently" in one.rows.get().said[1]["text"]


def test_an_address_from_a_table_stays_where_somebody_lives_there(office, told):
    table = "街路巷,门牌号,经度,纬度\n望江路,7,120.0,30.0\n望江路,8,120.0,30.0\n"
    one = importing.begin("addresses", "a.csv", io.BytesIO(table.encode()), **told)
    one = importing.work(importing.set_going(one, Import.State.RUNNING, **told), **told)
    run(told, f"{HEAD}\n张伟民,,,,,望江路7号,\n")
    one = importing.work(importing.set_going(one, Import.State.UNDOING, **told), **told)
    assert set(Address.objects.filter(street__name="望江路").values_list("door", flat=True)) == {"7"}
    assert said(one) == {2: "Something hangs on it already."}
    assert verify(office).ok
