"""What somebody has typed so far of a report, read from the page that carries it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.http import QueryDict

from koban.desk.public.steps import ASK, KINDS, STEPS, AskForm, CheckForm, TellForm, WhatForm
from koban.duties.incidents import rules
from koban.duties.incidents.intake import Report
from koban.duties.incidents.types import CATALOGUE, Type
from koban.matters.places import Place
from koban.registers.premises import queries as premises
from koban.registers.premises.models import Address

FIELDS = (
    "code", "plate", "words", "summary", "place", "address", "lon", "lat",
    "reply_by", "name", "phone", "email", "wants_secrecy",
)  # fmt: skip


@dataclass(frozen=True)
class Draft:
    """data: the posted fields. kind, plate: of the link that opened the page, where nothing was posted yet."""

    data: QueryDict
    kind: str = ""
    plate: str = ""

    @cached_property
    def door(self) -> Address | None:
        """The address of the code at a door, None without one or for a code that nobody knows."""
        plate = self.data.get("plate", "") or self.plate
        return premises.by_plate(plate) if plate else None

    @property
    def type(self) -> Type | None:
        code = str(self.data.get("code", ""))
        return CATALOGUE.types.get(code)

    @property
    def wanted_kind(self) -> str:
        """report or help, as the page was opened or the type says; "" for both."""
        if self.type:
            return self.type.kind
        kind = str(self.data.get("kind", "") or self.kind)
        return kind if kind in KINDS else ""

    @cached_property
    def answers(self) -> dict[str, str]:
        asked = [question.key for question in CATALOGUE.script(self.type.code)] if self.type else []
        told = {key: str(self.data.get(ASK + key, "")) for key in asked}
        return {key: value for key, value in told.items() if value in ("yes", "no")}

    @property
    def verdict(self) -> rules.Triage | None:
        return rules.triage(self.type.code, self.answers) if self.type else None

    def form(self, step: str, *, bound: bool) -> Any:
        """The form of a step: bound it is checked, else it only shows what was typed."""
        made: dict[str, Any] = {"data": self.data} if bound else {"initial": self._typed()}
        if step == "what":
            return WhatForm(**made)
        if step == "check":
            return CheckForm(**made)
        assert self.type is not None  # noqa: S101  # `reach` has passed the first step
        if step == "ask":
            return AskForm(code=self.type.code, **made)
        return TellForm(code=self.type.code, answers=self.answers, door=self.door, **made)

    def _typed(self) -> dict[str, Any]:
        """Not the empty ones: an untouched field keeps what it starts with."""
        names = (*FIELDS, *(name for name in self.data if name.startswith(ASK)))
        return {name: self.data[name] for name in names if self.data.get(name)}

    def reach(self, target: str) -> tuple[str, Any]:
        """The step that comes now: the first before `target` that is not right yet, else `target` itself."""
        for step in STEPS:
            if step == target:
                break
            form = self.form(step, bound=True)
            if not form.is_valid():
                return step, form
        return target, self.form(target, bound=False)

    def carried(self, form: forms.BaseForm) -> Iterator[tuple[str, str]]:
        """What the page takes along: every field that this step does not ask for itself."""
        names = [*FIELDS, *(name for name in self.data if name.startswith(ASK))]
        for name in names:
            if name not in form.fields:
                yield from ((name, value) for value in self.data.getlist(name) if value)
        if self.plate and "plate" not in self.data:
            yield "plate", self.plate

    def report(self, tell: TellForm, *, language: str) -> Report:
        """The values of a report that is right in every step."""
        assert self.type is not None  # noqa: S101
        told = str(tell.cleaned_data["summary"])
        return Report(
            code=self.type.code,
            channel="plate" if self.door else "public",
            summary=told,
            place=Place.at(self.door) if self.door else tell.found_place(),
            reporter=tell.reporter(),
            answers=self.answers,
            language=language,
        )
