"""The table of eligibility as data, and how a row decides. Values only: no Django, no clock, no database.

`TABLE` is read once from table.toml; a mistake in the file stops the start with the place of the mistake.
"""

import tomllib
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from koban.lib.sentence import Words

Key = Annotated[str, Field(pattern=r"^[a-z][a-z_]{1,30}$")]
Mark = Annotated[str, Field(pattern=r"^[a-z][a-z_]*(:[a-z_]+)?$")]
Clause = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]*(-[A-Z0-9]+)+$")]
Text = Annotated[str, Field(min_length=1, max_length=200)]
Answer = Literal["accept", "refuse", "tell", "wait"]
Path_ = Literal[
    "case", "crime", "protection", "court", "court_or_people", "competent", "session", "mediation"
]


class Row(BaseModel):
    """Decides where every mark of `with` is there and none of `without`. path: what is open then."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    key: Key
    needs: frozenset[Mark] = Field(default=frozenset(), alias="with")
    lacks: frozenset[Mark] = Field(default=frozenset(), alias="without")
    verdict: Literal["refuse", "tell", "wait"]
    clause: Clause
    path: Path_
    en: Text
    zh: Text

    @model_validator(mode="after")
    def _looks_at_something(self) -> Self:
        if not (self.needs or self.lacks):
            raise ValueError(f"row {self.key} looks at no mark")
        return self

    def decides(self, marks: AbstractSet[str]) -> bool:
        return self.needs <= marks and not (self.lacks & marks)

    @property
    def words(self) -> Words:
        return Words(self.en, self.zh)


class Verdict(BaseModel):
    """answer: accept, refuse, tell (it goes elsewhere), wait (something can still be brought). key: of the row, ""."""

    model_config = ConfigDict(frozen=True)

    answer: Answer
    clause: str
    path: Path_ = "mediation"
    key: str = ""
    why: Words | None = None

    @property
    def is_yes(self) -> bool:
        return self.answer == "accept"


class Table(BaseModel):
    """accept: question → clause on which a yes rests. questions: question → its rows, in order."""

    model_config = ConfigDict(frozen=True)

    accept: Mapping[str, Clause]
    questions: Mapping[str, tuple[Row, ...]]

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if set(self.accept) != set(self.questions):
            raise ValueError("each question has rows, and a clause for the yes")
        for name, rows in self.questions.items():
            if len({row.key for row in rows}) < len(rows):
                raise ValueError(f"{name}: two rows have the same key")
        return self

    def ask(self, question: str, marks: AbstractSet[str]) -> Verdict:
        """The verdict of the first row that decides. Raises KeyError for a question that the table has not."""
        for row in self.questions[question]:
            if row.decides(marks):
                return Verdict(
                    answer=row.verdict, clause=row.clause, path=row.path, key=row.key, why=row.words
                )
        return Verdict(answer="accept", clause=self.accept[question])

    def open(self, question: str, marks: AbstractSet[str]) -> tuple[Verdict, ...]:
        """Every row that says no, in order: what an officer sees all at once."""
        return tuple(
            Verdict(answer=row.verdict, clause=row.clause, path=row.path, key=row.key, why=row.words)
            for row in self.questions[question]
            if row.decides(marks)
        )


def read(text: str) -> Table:
    """The table in a TOML text. Raises ValueError with the place of the first mistake."""
    tables: dict[str, Any] = tomllib.loads(text)
    accept = tables.pop("accept")
    return Table.model_validate({"accept": accept, "questions": tables})


TABLE = read(Path(__file__).with_name("table.toml").read_text(encoding="utf-8"))
