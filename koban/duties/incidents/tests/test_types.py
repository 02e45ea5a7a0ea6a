import re
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from koban.duties.incidents import rules
from koban.duties.incidents.types import CATALOGUE, Prompt, Type, read

SOURCE = Path(__file__).parents[1].joinpath("types.toml").read_text(encoding="utf-8")
TYPES = list(CATALOGUE.types.values())
NEVER_PUBLIC = [
    "domestic_violence",
    "self_harm",
    "missing_person",
    "assault",
    "robbery",
    "medical",
    "sos",
    "fraud",
    "dispute",
]


def test_the_house_knows_the_agreed_types() -> None:
    assert set(CATALOGUE.types) == {
        "noise",
        "dispute",
        "domestic_violence",
        "theft",
        "fraud",
        "burglary",
        "robbery",
        "assault",
        "traffic",
        "fire",
        "gas",
        "flood",
        "missing_person",
        "lost_property",
        "found_property",
        "medical",
        "self_harm",
        "public_space",
        "facility",
        "suspicious",
        "animal",
        "sos",
        "advice",
    }


def test_both_kinds_have_types_and_a_complaint_is_none_of_them() -> None:
    assert {type_.kind for type_ in TYPES} == {"report", "help"}
    assert "complaint" not in CATALOGUE


@pytest.mark.parametrize("code", NEVER_PUBLIC)
def test_what_can_hurt_somebody_is_never_listed_in_public(code: str) -> None:
    assert CATALOGUE[code].public == "never"
    assert CATALOGUE[code] not in CATALOGUE.listed()


@pytest.mark.parametrize("type_", TYPES, ids=lambda type_: type_.code)
def test_every_danger_to_life_tells_the_caller_what_to_do(type_: Type) -> None:
    if type_.group == "danger":
        answers = {question.key: "yes" for question in CATALOGUE.script(type_.code)}
        assert rules.triage(type_.code, answers).prompts


@pytest.mark.parametrize("type_", TYPES, ids=lambda type_: type_.code)
def test_every_text_stands_in_both_languages(type_: Type) -> None:
    chinese = re.compile(r"[\u4e00-\u9fff]")
    assert type_.code == "sos" or chinese.search(type_.label_zh)
    assert not chinese.search(type_.label)
    for question in CATALOGUE.script(type_.code):
        assert chinese.search(question.text_zh)
        assert not chinese.search(question.text)


@pytest.mark.parametrize(
    "key, number", [("fire", "119"), ("gas", "119"), ("cpr", "120"), ("bleeding", "120"), ("drowning", "120")]
)
def test_a_life_saving_prompt_names_the_number_to_call(key: str, number: str) -> None:
    prompt = CATALOGUE.prompts[key]
    assert prompt.call == number
    assert number in "".join(prompt.lines)
    assert number in "".join(prompt.lines_zh)


def test_missing_person_and_sos_have_checklists_of_their_own() -> None:
    assert CATALOGUE.checklist("missing_person").key == "missing_person"
    assert CATALOGUE.checklist("sos").key == "sos"


def test_the_scene_list_asks_for_arrival_cordon_first_aid_witnesses_and_photos() -> None:
    keys = {item.key for item in CATALOGUE.checklists["scene"].items}
    assert {"arrival", "cordon", "first_aid", "witnesses", "photos"} <= keys


@pytest.mark.parametrize(
    "old, new, why",
    [
        ('group = "neighbours"', 'group = "nowhere"', "unknown group nowhere"),
        ('ask = ["going_on", "repeated", "blows"]', 'ask = ["weather"]', "unknown question weather"),
        ('acts = ["advice", "mediation"]', 'acts = ["arrest"]', "unknown act arrest"),
        ('refer_to = ["environment", "urban"]', 'refer_to = ["moon"]', "unknown body moon"),
        ('checklist = "light"', 'checklist = "heavy"', "unknown checklist heavy"),
        ("priority = 4", "priority = 5", "less than or equal to 4"),
        ('public = "place"', 'public = "everything"', "'never' or 'place'"),
        ('label = "Noise"', 'lable = "Noise"', "label"),
        (
            'yes = { raises_to = 2, why = "it is going on now"',
            'yes = { why = "it is going on now"',
            "either raises or lowers",
        ),
    ],
)
def test_a_mistake_in_the_file_stops_the_start_and_names_its_place(old: str, new: str, why: str) -> None:
    assert old in SOURCE
    with pytest.raises(ValueError, match=why):
        read(SOURCE.replace(old, new, 1))


@pytest.mark.parametrize("prompt", CATALOGUE.prompts.values(), ids=lambda prompt: prompt.key)
def test_every_prompt_says_who_says_so_and_how_sure_that_is(prompt: Prompt) -> None:
    assert prompt.confidence in ("P", "S", "M")
    assert re.search(r"[\u4e00-\u9fff：]", prompt.source.zh)
    assert ("memory" in prompt.source.en.lower()) >= (prompt.confidence == "M")


@pytest.mark.parametrize("confidence, verified", [("P", True), ("S", False), ("M", False)])
def test_a_prompt_whose_text_nobody_read_is_shown_as_unverified(confidence: str, verified: bool) -> None:
    prompt = next(iter(CATALOGUE.prompts.values())).model_copy(update={"confidence": confidence})
    assert prompt.verified is verified
    shown = render_to_string("incidents/parts/source.html", {"prompt": prompt})
    assert ("unverified" in shown) is not verified
    assert prompt.source.en in shown
    with translation.override("zh-hans"):
        chinese = render_to_string("incidents/parts/source.html", {"prompt": prompt})
    assert ("未核实" in chinese) is not verified
    assert prompt.source.zh in chinese


@pytest.mark.parametrize("change", [('confidence = "S"', 'confidence = "H"'), ("source = {", "sauce = {")])
def test_a_prompt_without_a_source_or_a_mark_stops_the_start(change: tuple[str, str]) -> None:
    with pytest.raises(ValueError, match="fire"):
        read(SOURCE.replace(*change, 1))
