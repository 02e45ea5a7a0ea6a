"""Pairs with a probability and reasons; households kept apart; chains broken; the same answer every time."""

import random

import pytest

from koban.lib.linkage import Index, Model, Record, cluster, link, shipped
from koban.lib.linkage.numbers import check_digit
from koban.lib.linkage.reasons import SAYS, WHAT
from koban.lib.linkage.table import features
from koban.town.doubles import copies, residents

PEOPLE = [*residents(600, seed=3)]
REGISTER = [one.record() for one in PEOPLE]


def number(body):
    return body + check_digit(body)


FATHER = {"name": "王建国", "sex": "男", "birth": "19620304", "id": number("99000119620304151"), "phone": "00011112222",
          "address": "新华路215号书香里34-6-1104"}  # fmt: skip
SON = {"name": "王浩然", "sex": "男", "birth": "19900708", "id": number("99000119900708153"), "phone": "00011112222",
       "address": "新华路215号书香里34-6-1104"}  # fmt: skip
TWIN = SON | {"name": "王浩宇", "id": number("99000119900708155")}


def index(*rows):
    made = Index()
    made.add([*REGISTER, *(Record(f"own{at}", fields) for at, fields in enumerate(rows))])
    return made


def answer(made, fields):
    return {pair.right_key: pair.probability for pair in made.link([Record("asked", fields)])}


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"name": "Wang Haoran", "phone": ""},
        {"name": "王皓然", "id": ""},
        {"birth": "19900780", "phone": "", "id": ""},
        {"address": "江北区迎宾路1号金地城2-2-202", "phone": "00099998888"},
        {"id": SON["id"][:15] + "000", "birth": ""},
        {"id": "", "phone": "", "address": "书香里34栋6单元1104"},
    ],
)
def test_one_person_is_found_again_and_nobody_else_of_the_family(change):
    found = answer(index(FATHER, SON, TWIN), SON | change)
    assert set(found) == {"own1"}


@pytest.mark.parametrize("change", [{}, {"id": ""}, {"id": "", "phone": "00033334444"}])
def test_father_and_son_at_one_address_are_two(change):
    assert answer(index(FATHER), SON | change) == {}


def test_twins_are_two():
    assert answer(index(SON), TWIN) == {}


def test_two_people_of_one_common_name_are_two():
    assert (
        answer(index(SON), {"name": "王浩然", "birth": "19751124", "address": "迎宾路1号金地城2-2-202"}) == {}
    )


def test_every_pair_says_why_the_weightiest_first_and_without_a_value():
    pair = next(index(SON).link([Record("asked", SON | {"phone": "00099998888"})]))
    said = [str(reason) for reason in pair.reasons]
    assert said[0] == "Same identity number"
    assert "Different telephone" in said
    assert "Same dwelling in the address" in said
    assert not any(value in " ".join(said) for value in SON.values())
    assert pair.reasons[0].said(str, "zh-hans") == "Same 证件号码"


def test_every_level_of_every_comparison_can_be_said():
    every = features({*WHAT, "name"})
    for comparison in (comparison for feature in every for comparison in feature.comparisons):
        assert comparison.name in WHAT
        assert set(comparison.levels[1:]) <= set(SAYS)


def test_the_answer_for_a_record_does_not_depend_on_what_else_is_asked():
    made, rows = index(), [*copies(PEOPLE[::5], seed=4)]
    together = list(made.link(rows))
    assert together == [pair for row in rows for pair in made.link([row])]


def test_an_index_grows():
    made = index()
    assert answer(made, SON) == {}
    made.add([Record("new", SON)])
    assert answer(made, SON) == pytest.approx({"new": 1.0}, abs=1e-4)
    assert len(made) == len(REGISTER) + 1


def test_the_same_records_give_the_same_pairs_in_any_order():
    rows = [*REGISTER, *copies(PEOPLE[::2], seed=4)]
    found = [*link(rows)]
    assert found == [*link(rows)]
    mixed = rows.copy()
    random.Random(1).shuffle(mixed)
    again = {tuple(sorted((pair.left_key, pair.right_key))) for pair in link(mixed)}
    assert again == {tuple(sorted((pair.left_key, pair.right_key))) for pair in found}


def test_few_records_are_linked_without_learning():
    pairs = [*link([Record("a", SON), Record("b", SON | {"phone": ""}), Record("c", FATHER)])]
    assert [(pair.left_key, pair.right_key) for pair in pairs] == [("a", "b")]


@pytest.mark.parametrize(
    "left, right", [([], None), ([], []), ([Record("a", {})], None), ([Record("a", SON)], [])]
)
def test_nothing_comes_of_nothing(left, right):
    assert [*link(left, right)] == []
    assert cluster(left) == []


def test_a_chain_does_not_hold_where_its_ends_contradict_each_other():
    """A poor record that could be of either twin must not make the twins one."""
    poor = {"name": "王浩", "birth": SON["birth"], "address": SON["address"]}
    rows = [*REGISTER, Record("a", SON), Record("between", poor), Record("b", TWIN)]
    groups = cluster(rows, model=shipped(), threshold=0.2)
    assert not any({"a", "b"} <= set(group) for group in groups)


def test_a_cluster_is_closed():
    rows = [
        Record("a", SON),
        Record("b", SON | {"id": ""}),
        Record("c", SON | {"phone": "", "birth": ""}),
        Record("d", FATHER),
    ]
    assert cluster([*REGISTER, *rows], model=shipped()) == [("a", "b", "c")]


def test_a_model_is_kept_as_json_without_any_value():
    assert Model.from_json(shipped().to_json()) == shipped()


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"m": 1, "u": 2, "matches": 1, "households": 1}',
     '{"m": {"sex": [1, 2, 3]}, "u": {}, "matches": 1, "households": 1}',
     '{"m": {"sex": [1, 0]}, "u": {}, "matches": 1, "households": 1}',
     '{"m": {"horoscope": [1, 2]}, "u": {}, "matches": 1, "households": 1}'],
)  # fmt: skip
def test_what_is_no_model_is_refused(text):
    with pytest.raises(ValueError):
        Model.from_json(text)


HOSTILE = ["\x00", "9" * 5000, "𠮷" * 400, "=1+1", "' or 1=1", "\ud7ff", "-" * 99, "１２３", "①", "²", "٣٤٥"]


def test_hostile_text_is_no_more_than_text():
    fields = ("name", "birth", "id", "phone", "address", "town", "sex")
    rows = [Record(str(at), dict.fromkeys(fields, text)) for at, text in enumerate(HOSTILE)]
    assert all(0 <= pair.probability <= 1 for pair in link(rows, threshold=0.0))
