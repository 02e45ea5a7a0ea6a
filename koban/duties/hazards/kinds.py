"""What a hazard is about, as data. Read once; a mistake stops the start."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from koban.lib.sentence import Words

OTHER = "other"


class Kind(BaseModel):
    """severity: where nobody says another. incident: type of the report that a grave one opens."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    label: str
    label_zh: str
    icon: str
    severity: Literal["small", "serious", "grave"]
    duty: Literal["owner", "manager", "user", "keeper"]
    clause: str
    restored: bool
    public: bool
    incident: str

    @property
    def words(self) -> Words:
        return Words(self.label, self.label_zh)


@cache
def kinds() -> Mapping[str, Kind]:
    rows = tomllib.loads(Path(__file__).with_name("kinds.toml").read_text(encoding="utf-8"))["kinds"]
    return {key: Kind.model_validate(row) for key, row in rows.items()}


def kind(key: str) -> Kind:
    """The kind of this key; that of "other" for one that a later release has taken out."""
    return kinds().get(key) or kinds()[OTHER]
