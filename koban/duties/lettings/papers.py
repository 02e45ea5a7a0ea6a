"""The checklist and the letter as data. Read once; a mistake in a file stops the start with its place."""

import hashlib
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from koban.lib.sentence import Words

HERE = Path(__file__).parent
Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,30}$")]
Text = Annotated[str, Field(min_length=1, max_length=300)]


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Item(_Row):
    """One point of the self-check. photo: whether a picture of it helps."""

    key: Key
    text: Text
    text_zh: Text
    photo: bool = False

    @property
    def words(self) -> Words:
        return Words(self.text, self.text_zh)


class Wording(_Row):
    """One version of the letter."""

    version: Annotated[str, Field(pattern=r"^\d{4}-\d+$")]
    title: Text
    title_zh: Text
    points: tuple[Text, ...]
    points_zh: tuple[Text, ...]

    def read(self, language: str, terms: "Terms") -> "Read":
        """The words as they are shown and signed, with the terms of the place in them."""
        is_zh = language.startswith("zh")
        points = self.points_zh if is_zh else self.points
        told = {"start": terms.start, "end": terms.end, "months": terms.months}
        title = self.title_zh if is_zh else self.title
        return Read(
            version=self.version, language=language, title=title, points=tuple(p % told for p in points)
        )


class Terms(_Row):
    """Working days to tell of a start and an end; months between two checks."""

    start: int
    end: int
    months: int


class Read(_Row):
    """What a landlord reads and signs, word for word."""

    version: str
    language: str
    title: str
    points: tuple[str, ...]

    @property
    def sha256(self) -> str:
        """Of title and points, a line each, in UTF-8."""
        return hashlib.sha256("\n".join([self.title, *self.points]).encode()).hexdigest()


@lru_cache(maxsize=1)
def checklist() -> dict[str, Item]:
    """Points by key, in their order."""
    rows = tomllib.loads((HERE / "checklist.toml").read_text(encoding="utf-8"))["item"]
    return {item.key: item for item in (Item(**row) for row in rows)}


@lru_cache(maxsize=1)
def wordings() -> dict[str, Wording]:
    """Versions of the letter, the oldest first."""
    rows = tomllib.loads((HERE / "letter.toml").read_text(encoding="utf-8"))["wording"]
    return {row.version: row for row in (Wording(**row) for row in rows)}


def newest() -> Wording:
    return list(wordings().values())[-1]
