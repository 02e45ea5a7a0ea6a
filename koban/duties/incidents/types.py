"""The types of incidents as data: what to ask, how urgent, what to say, what to check. Values only.

`CATALOGUE` is read once from types.toml; a mistake in the file stops the start with the place of the mistake.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from koban.lib.sentence import Words

Priority = Annotated[int, Field(ge=1, le=4)]
Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,30}$")]
Text = Annotated[str, Field(min_length=1, max_length=200)]
ACTS = frozenset(
    [
        "advice",
        "rescue",
        "first_aid",
        "cordon",
        "guiding_traffic",
        "search",
        "receiving_property",
        "taking_report",
        "receiving_evidence",
        "collecting_information",
        "mediation",
        "serving_papers",
        "questioning",
        "identification",
        "inspection",
        "examination",
        "coercive_measure",
    ]
)


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Body(_Row):
    """Who else may be competent. police: part of the police, so the matter is transferred, not told off to."""

    key: Key
    label: Text
    label_zh: Text
    police: bool
    phone: Annotated[str, Field(pattern=r"^[0-9-]{0,13}$")]

    @property
    def name(self) -> Words:
        return Words(self.label, self.label_zh)


class Group(_Row):
    key: Key
    label: Text
    label_zh: Text

    @property
    def name(self) -> Words:
        return Words(self.label, self.label_zh)


class Source(_Row):
    """Who says so and under which title, in both languages."""

    en: Text
    zh: Text


class Prompt(_Row):
    """What to say to a caller while help is on the way. call: the number that is called first, "" for none.

    confidence: as of clauses; P the text was read, S another page says so, M from memory.
    """

    key: Key
    title: Text
    title_zh: Text
    confidence: Literal["P", "S", "M"]
    source: Source
    call: Annotated[str, Field(pattern=r"^[0-9]{0,5}$")]
    lines: tuple[Text, ...] = Field(min_length=1, max_length=6)
    lines_zh: tuple[Text, ...] = Field(min_length=1, max_length=6)

    @model_validator(mode="after")
    def _same_length(self) -> Self:
        if len(self.lines) != len(self.lines_zh):
            raise ValueError(f"prompt {self.key}: the two languages have different numbers of lines")
        return self

    @property
    def name(self) -> Words:
        return Words(self.title, self.title_zh)

    @property
    def verified(self) -> bool:
        """Whether somebody has read the text that says so; else it is shown as unverified."""
        return self.confidence == "P"

    @property
    def said_by(self) -> Words:
        return Words(self.source.en, self.source.zh)

    def said(self) -> tuple[Words, ...]:
        return tuple(Words(en, zh) for en, zh in zip(self.lines, self.lines_zh, strict=True))


class Effect(_Row):
    """What one answer changes. raises_to: at least this urgent; lowers_by: steps less urgent."""

    raises_to: Priority | None = None
    lowers_by: Annotated[int, Field(ge=0, le=3)] = 0
    why: Text
    why_zh: Text
    prompts: tuple[Key, ...] = ()
    refer_to: tuple[Key, ...] = ()
    send: Annotated[int, Field(ge=1, le=4)] = 1

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.raises_to is None) == (self.lowers_by == 0):
            raise ValueError("an effect either raises or lowers")
        return self

    @property
    def reason(self) -> Words:
        return Words(self.why, self.why_zh)


class Question(_Row):
    """One question of the script, answered "yes", "no" or "unknown"; at least one answer matters."""

    key: Key
    text: Text
    text_zh: Text
    yes: Effect | None = None
    no: Effect | None = None

    @model_validator(mode="after")
    def _matters(self) -> Self:
        if self.yes is None and self.no is None:
            raise ValueError(f"question {self.key}: no answer changes anything")
        return self

    @property
    def words(self) -> Words:
        return Words(self.text, self.text_zh)

    def effect(self, answer: str) -> Effect | None:
        return {"yes": self.yes, "no": self.no}.get(answer)


class Item(_Row):
    key: Key
    text: Text
    text_zh: Text
    need: bool = False

    @property
    def words(self) -> Words:
        return Words(self.text, self.text_zh)


class Checklist(_Row):
    key: Key
    label: Text
    label_zh: Text
    items: tuple[Item, ...] = Field(min_length=1)

    @property
    def name(self) -> Words:
        return Words(self.label, self.label_zh)


class Same(_Row):
    """Where and when two tellings may be one event. radius_m 0: the place says nothing (fraud, questions)."""

    radius_m: Annotated[int, Field(ge=0, le=5000)]
    window_h: Annotated[int, Field(ge=1, le=720)]


class Type(_Row):
    """One type of incident; see the head of types.toml for the fields."""

    code: Key
    kind: Literal["report", "help"]
    group: Key
    label: Text
    label_zh: Text
    priority: Priority
    why: Text
    why_zh: Text
    keywords: tuple[Text, ...] = Field(min_length=1)
    keywords_zh: tuple[Text, ...] = Field(min_length=1)
    ask: tuple[Key, ...] = Field(min_length=1, max_length=7)
    prompts: tuple[Key, ...] = ()
    checklist: Key
    acts: tuple[Key, ...]
    send: Annotated[int, Field(ge=1, le=4)] = 1
    refer_to: tuple[Key, ...] = ()
    public: Literal["never", "place"]
    same: Same
    retention: Key

    @property
    def name(self) -> Words:
        return Words(self.label, self.label_zh)

    @property
    def reason(self) -> Words:
        return Words(self.why, self.why_zh)


class Catalogue(_Row):
    """All types with what they refer to. Raises pydantic.ValidationError (a ValueError) on any contradiction."""

    bodies: Mapping[str, Body]
    groups: Mapping[str, Group]
    prompts: Mapping[str, Prompt]
    questions: Mapping[str, Question]
    checklists: Mapping[str, Checklist]
    types: Mapping[str, Type]

    @model_validator(mode="after")
    def _refers_to_what_is_there(self) -> Self:
        if wrong := list(_strangers(self)):
            raise ValueError("; ".join(wrong))
        return self

    def __getitem__(self, code: str) -> Type:
        """The type with this code. Raises KeyError for an unknown code."""
        return self.types[code]

    def __contains__(self, code: object) -> bool:
        return code in self.types

    def of_kind(self, kind: str) -> tuple[Type, ...]:
        return tuple(type_ for type_ in self.types.values() if type_.kind == kind)

    def script(self, code: str) -> tuple[Question, ...]:
        """The questions of a type in the order in which they are asked."""
        return tuple(self.questions[key] for key in self[code].ask)

    def checklist(self, code: str) -> Checklist:
        return self.checklists[self[code].checklist]

    def listed(self) -> tuple[Type, ...]:
        """The types that may stand on a public list."""
        return tuple(type_ for type_ in self.types.values() if type_.public == "place")


def _strangers(catalogue: Catalogue) -> Iterator[str]:
    for type_ in catalogue.types.values():
        where = f"type {type_.code}"
        yield from _unknown(where, "group", (type_.group,), catalogue.groups)
        yield from _unknown(where, "question", type_.ask, catalogue.questions)
        yield from _unknown(where, "checklist", (type_.checklist,), catalogue.checklists)
        yield from _unknown(where, "act", type_.acts, ACTS)
        yield from _unknown_helpers(where, type_, catalogue)
    for question in catalogue.questions.values():
        for effect in filter(None, (question.yes, question.no)):
            yield from _unknown_helpers(f"question {question.key}", effect, catalogue)


def _unknown_helpers(where: str, row: Type | Effect, catalogue: Catalogue) -> Iterator[str]:
    yield from _unknown(where, "prompt", row.prompts, catalogue.prompts)
    yield from _unknown(where, "body", row.refer_to, catalogue.bodies)


def _unknown(where: str, what: str, keys: Iterable[str], known: Iterable[str]) -> Iterator[str]:
    yield from (f"{where} names the unknown {what} {key}" for key in keys if key not in known)


def read(text: str) -> Catalogue:
    """The catalogue in a TOML text. Raises ValueError with the place of the first mistake."""
    tables: dict[str, dict[str, dict[str, Any]]] = tomllib.loads(text)
    named = {
        table: {key: {("code" if table == "types" else "key"): key, **row} for key, row in rows.items()}
        for table, rows in tables.items()
    }
    return Catalogue.model_validate(named)


CATALOGUE = read(Path(__file__).with_name("types.toml").read_text(encoding="utf-8"))
