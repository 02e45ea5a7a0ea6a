"""What a visit can note and what a card is for, as data. Read once; a mistake stops the start."""

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from koban.lib.sentence import Words

HERE = Path(__file__).parent
Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,30}$")]
Text = Annotated[str, Field(min_length=1, max_length=100)]


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    key: Key
    label: Text
    label_zh: Text

    @property
    def words(self) -> Words:
        return Words(self.label, self.label_zh)


class Need(_Row):
    """Something that people asked for at the door. refer: duties that could take it, best first."""

    refer: tuple[Key, ...]


class Purpose(_Row):
    """For what alone a contact card may be used."""


@lru_cache(maxsize=1)
def _read() -> dict[str, list[dict[str, object]]]:
    return tomllib.loads((HERE / "needs.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def needs() -> dict[str, Need]:
    return {need.key: need for need in (Need.model_validate(row) for row in _read()["need"])}


@lru_cache(maxsize=1)
def purposes() -> dict[str, Purpose]:
    return {one.key: one for one in (Purpose.model_validate(row) for row in _read()["purpose"])}
