"""What the design system promises to every page: words, marks, contrast, nothing inline, nothing from outside."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace as Example
from typing import Any

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.template.exceptions import TemplateSyntaxError
from django.test import RequestFactory
from django.utils import timezone, translation

from koban.desk.components import TONES, countdown, moment, priority_look, spell, state_look
from tools import vendor

PACKAGE = Path(__file__).resolve().parents[2]
TEMPLATES = sorted(PACKAGE.rglob("templates/**/*.html"))
OWN = PACKAGE / "desk" / "static" / "koban"
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _english_in_shanghai() -> Any:
    with translation.override("en"), timezone.override("Asia/Shanghai"):
        yield


def drawn(source: str, query: str = "", **context: Any) -> str:
    request = RequestFactory().get(f"/{query}")
    return Template("{% load koban %}" + source).render(Context({"request": request, "now": NOON, **context}))


# Time


@pytest.mark.parametrize(
    ("span", "english", "chinese"),
    [
        (timedelta(seconds=0), "0 s", "0秒"),
        (timedelta(seconds=59), "59 s", "59秒"),
        (timedelta(seconds=60), "1 min", "1分钟"),
        (timedelta(minutes=80), "1 h 20 min", "1小时 20分钟"),
        (timedelta(hours=2), "2 h", "2小时"),
        (timedelta(days=3, hours=4, minutes=59), "3 d 4 h", "3天 4小时"),
        (timedelta(minutes=-5), "5 min", "5分钟"),
    ],
)
def test_a_span_reads_in_at_most_two_units(span: timedelta, english: str, chinese: str) -> None:
    assert spell(span) == english
    with translation.override("zh-hans"):
        assert spell(span) == chinese


@pytest.mark.parametrize(
    ("minutes", "words", "tone"),
    [
        (15, "15 min left", ""),
        (14, "14 min left", "amber"),
        (0, "0 s left", "amber"),
        (-1, "1 min late", "red"),
    ],
)
def test_a_timer_warns_in_the_last_quarter_hour_and_says_when_it_is_late(
    minutes: int, words: str, tone: str
) -> None:
    said = countdown(NOON + timedelta(minutes=minutes), NOON)
    assert (said.words, said.tone) == (words, tone)


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (NOON - timedelta(hours=3), "17:00"),
        (NOON + timedelta(hours=5), "3 Mar, 01:00"),  # past midnight where the office stands
        (NOON - timedelta(days=90), "2 Dec 2025, 20:00"),
    ],
)
def test_a_time_is_local_and_as_short_as_it_can_be_without_doubt(at: datetime, words: str) -> None:
    assert moment(at, NOON) == words


def test_a_time_carries_the_instant_and_its_full_words() -> None:
    page = drawn("{% when at %}", at=NOON)
    assert 'datetime="2026-03-02T12:00:00+00:00"' in page
    assert "Monday 2 March 2026, 20:00" in page


def test_on_paper_a_time_says_its_day() -> None:
    assert ">Monday 2 March 2026, 20:00 CST</time>" in drawn("{% when at full=True %}", at=NOON)


def test_a_deadline_answers_why() -> None:
    clause = Example(id="X-1", text="Two days.", source="art. 1", confidence="P", verified=True)
    page = drawn("{% due term %}", term=Example(due_at=NOON + timedelta(hours=2), clause=clause))
    for words in ("2 h left", "why?", "X-1", "Two days.", "art. 1", "checked", "primary text read"):
        assert words in page


@pytest.mark.parametrize(("minutes", "words"), [(-1, "met"), (0, "met"), (1, "met late")])
def test_a_met_deadline_says_whether_it_was_in_time(minutes: int, words: str) -> None:
    clause = Example(id="X-1", text="", source="", confidence="M", verified=False)
    term = Example(due_at=NOON, clause=clause)
    page = drawn("{% due term done=done %}", term=term, done=NOON + timedelta(minutes=minutes))
    assert re.findall(r"</svg>(met[^<]*)</span>", page) == [words]


# Badges


@pytest.mark.parametrize(
    ("key", "closed", "tone"),
    [
        ("new", False, "red"),
        ("dispatched", False, "violet"),
        ("unheard", False, "blue"),
        ("unheard", True, "grey"),
    ],
)
def test_a_state_has_a_tone_even_if_no_one_named_it(key: str, closed: bool, tone: str) -> None:
    assert state_look(Example(key=key, label="", closed=closed)).tone == tone


@pytest.mark.parametrize(
    ("level", "tone"), [(1, "red"), ("1", "red"), ("urgent", "red"), (4, "grey"), ("low", "grey")]
)
def test_a_priority_is_known_by_number_and_by_key(level: int | str, tone: str) -> None:
    assert priority_look(level).tone == tone


def test_an_unknown_priority_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(KeyError):
        priority_look("soon")


def test_a_badge_never_speaks_by_colour_alone() -> None:
    page = drawn("{% priority 1 %}")
    assert "Urgent" in page
    assert "#urgent" in page


def test_words_from_outside_are_escaped_everywhere() -> None:
    evil = "<script>alert(1)</script>"
    row = Example(pk=1, name=evil)
    page = drawn(
        "{% badge x %}{% page_head x %}{% endpage_head %}{% card x %}{{ x }}{% endcard %}{% facts %}"
        "{% fact x %}{{ x }}{% endfact %}{% endfacts %}"
        "{% empty x hint=x %}{% tile x x %}{% table rows caption=x %}{% column x %}{{ row.name }}{% endcolumn %}"
        "{% endtable %}{% timeline entries %}",
        x=evil, rows=[row], entries=[Example(at=NOON, sentence=evil, by=evil, detail=evil)],
    )  # fmt: skip
    assert "<script" not in page
    assert page.count("&lt;script&gt;") >= 14


# Tables

ROWS = [Example(pk=number, number=number) for number in (1, 2, 3)]
TABLE = (
    '{% table rows ids="call" tone="late" export="csv" empty="All quiet" empty_hint="Wait." %}'
    '{% column "Number" sort="number" %}<b>{{ row.number }}</b>{% endcolumn %}{% column "Name" %}{% endcolumn %}{% endtable %}'
)


def test_a_row_has_an_id_and_each_cell_the_words_of_its_column() -> None:
    page = drawn(TABLE, rows=ROWS)
    assert '<tr id="call-2">' in page
    assert '<td data-label="Number"><b>2</b></td>' in page


@pytest.mark.parametrize(
    ("query", "order", "next_one"),
    [
        ("", "none", "sort=number"),
        ("?sort=number", "ascending", "sort=-number"),
        ("?sort=-number", "descending", "sort=number"),
        ("?sort=name&page=4", "none", "sort=number"),
    ],
)
def test_a_heading_sorts_turns_round_and_starts_on_the_first_page(
    query: str, order: str, next_one: str
) -> None:
    page = drawn(TABLE, query, rows=ROWS)
    assert f'aria-sort="{order}"><a href="?{next_one}"' in page


def test_filters_survive_sorting_paging_and_export() -> None:
    page = drawn(TABLE, "?state=open&page=1", rows=Paginator(ROWS, 2).page(1))
    assert "?state=open&amp;sort=number" in page
    assert "?state=open&amp;page=2" in page
    assert "?state=open&amp;export=csv" in page
    assert "1–2 of 3" in page


def test_an_empty_table_says_what_to_do() -> None:
    page = drawn(TABLE, rows=[])
    assert "All quiet" in page
    assert "Wait." in page
    assert "<table" not in page


def test_keyset_pages_carry_cursors() -> None:
    page = drawn(
        '{% table rows page=keys %}{% column "N" %}{{ row.number }}{% endcolumn %}{% endtable %}',
        "?after=old", rows=ROWS, keys=Example(next="abc", previous=""),
    )  # fmt: skip
    assert "?after=abc" in page
    assert "before=" not in page


@pytest.mark.parametrize("source", ["{% table %}{% endtable %}", "{% table rows what %}{% endtable %}"])
def test_a_table_that_cannot_be_read_is_refused_when_it_is_compiled(source: str) -> None:
    with pytest.raises(TemplateSyntaxError):
        drawn(source, rows=[])


# Forms


class Sample(forms.Form):
    sections = [("Who", ["name"])]

    note = forms.CharField(label="Note", required=False, help_text="In your words.")
    name = forms.CharField(label="Name", max_length=3)
    kind = forms.ChoiceField(label="Kind", choices=[("a", "A")], widget=forms.RadioSelect)
    secret = forms.CharField(widget=forms.HiddenInput, required=False)


def test_a_form_marks_what_is_optional_and_ties_help_to_its_field() -> None:
    page = drawn("{% form form %}", form=Sample())
    assert page.count(">optional<") == 1
    assert 'aria-describedby="id_note_helptext"' in page
    assert 'id="id_note_helptext"' in page


def test_a_mistake_stands_at_its_field_and_in_the_summary_and_keeps_what_was_typed() -> None:
    page = drawn("{% form form %}", form=Sample({"name": "abcd", "kind": "a", "note": "kept <b>"}))
    assert 'aria-describedby="id_name_error"' in page
    assert 'id="id_name_error"' in page
    assert '<a href="#id_name_field">Name:' in page
    assert 'value="abcd"' in page
    assert "kept &lt;b&gt;" in page


def test_sections_come_first_and_no_field_is_lost() -> None:
    page = drawn("{% form form %}", form=Sample())
    places = [page.index(f'name="{name}"') for name in ("name", "note", "kind", "secret")]
    assert places == sorted(places)
    assert "<legend>Who</legend>" in page


def test_every_posting_form_carries_a_fresh_key() -> None:
    keys = {
        re.findall(r'name="key" value="([\w-]{20,})"', drawn("{% form form %}", form=Sample()))[0]
        for _ in "12"
    }
    assert len(keys) == 2
    assert 'name="key"' not in drawn('{% form form method="get" %}', form=Sample())


# The frame


@pytest.mark.parametrize(
    ("cookie", "css"), [("dark", "theme-dark"), ("light", "theme-light"), ("", ""), ('x" onload="', "")]
)
def test_the_light_is_chosen_by_a_cookie_that_cannot_write_markup(cookie: str, css: str) -> None:
    request = RequestFactory().get("/")
    request.COOKIES["koban-theme"] = cookie
    assert Template("{% load koban %}{% theme %}").render(Context({"request": request})) == css


@pytest.mark.parametrize(("code", "tag"), [("zh-hans", "zh-Hans"), ("en", "en")])
def test_a_page_names_its_language_as_browsers_know_it(code: str, tag: str) -> None:
    with translation.override(code):
        assert drawn("{% language_tag %}") == tag


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_template_has_nothing_that_the_content_policy_refuses(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\s(style|on[a-z]+)\s*=\s*[\"']", text), "inline style or handler"
    assert not re.search(r"<style[\s>]", text), "inline sheet"
    for attributes in re.findall(r"<script\b([^>]*)>", text):
        assert "src=" in attributes or 'type="application/json"' in attributes, "inline script"
    assert not re.search(r"<(script|link|img|iframe)\b[^>]*\b(src|href)=\"(https?:)?//", text), (
        "from another host"
    )
    assert not re.search(r"\bhx-on\b|\bhx-vals=.js:", text), "needs eval"


def test_every_icon_that_is_named_is_in_the_sprite() -> None:
    sprite = set(re.findall(r'<symbol id="([^"]+)"', (vendor.VENDOR / "icons" / "sprite.svg").read_text()))
    named = {
        name
        for path in TEMPLATES
        for name in re.findall(r'{% icon "([^"]+)"|symbol="([^"]+)"', path.read_text(encoding="utf-8"))
    }
    assert {first or second for first, second in named} <= sprite
    assert set(vendor.ICONS) == sprite


def test_vendored_files_are_the_ones_that_were_hashed() -> None:
    assert vendor.check() == 0


def test_vendored_files_point_nowhere_else() -> None:
    for path in vendor.VENDOR.rglob("*.css"):
        assert "http" not in path.read_text(), path.name
    for path in [*vendor.VENDOR.rglob("*.js"), *vendor.VENDOR.rglob("*.mjs")]:
        assert b"sourceMappingURL" not in path.read_bytes(), path.name


# Contrast: WCAG 2.2, 1.4.3 (text 4.5 : 1) and 1.4.11 (controls 3 : 1)

TEXT = [
    (ink, ground)
    for ink in ("ink", "ink-soft", "ink-faint", "link")
    for ground in ("ground", "surface", "sunken")
]
PAIRS = [
    *((ink, ground, 4.5) for ink, ground in TEXT),
    *((f"{tone}-ink", f"{tone}-tint", 4.5) for tone in TONES),
    *((f"{tone}-ink", "surface", 4.5) for tone in TONES),
    ("brand-ink", "brand", 4.5), ("brand-ink", "brand-strong", 4.5), ("danger-ink", "danger", 4.5),
    ("danger-ink", "danger-strong", 4.5), ("rail-ink", "rail-ground", 4.5), ("rail-soft", "rail-ground", 4.5),
    ("rail-soft", "rail-raised", 4.5), ("ink", "brand-tint", 4.5), ("ink-faint", "brand-tint", 4.5),
    ("line-strong", "surface", 3.0), ("line-strong", "ground", 3.0), ("focus", "surface", 3.0), ("focus", "ground", 3.0),
]  # fmt: skip


def tokens(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", block))


def lights() -> dict[str, dict[str, str]]:
    sheet = (OWN / "css" / "tokens.css").read_text()
    light, machine, chosen = re.findall(r":root[^{]*\{([^}]*)\}", sheet)[:3]
    assert tokens(machine) == tokens(chosen), "dark is dark, whoever asked for it"
    return {"light": tokens(light), "dark": tokens(light) | tokens(chosen)}


def luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = "".join(c * 2 for c in digits) if len(digits) == 3 else digits
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("light", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground", "least"), PAIRS)
def test_ink_can_be_read_on_its_ground(light: str, ink: str, ground: str, least: float) -> None:
    colours = lights()[light]
    high, low = sorted((luminance(colours[ink]), luminance(colours[ground])), reverse=True)
    assert (high + 0.05) / (low + 0.05) >= least
