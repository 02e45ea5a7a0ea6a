"""Standard answers as data: words to begin with, in the language of the resident. Pure."""

import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from koban.lib.sentence import Words


class Standard(BaseModel):
    """types: codes for which it is offered, empty for all. outcome: the result that goes with it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: str
    name: str
    name_zh: str
    outcome: str
    types: tuple[str, ...]
    text: str
    text_zh: str

    @property
    def label(self) -> Words:
        return Words(self.name, self.name_zh)

    def filled(self, language: str, *, number: str, office: str, phone: str) -> str:
        """The words in `language` ("zh-hans" or another), with what belongs to this report filled in."""
        text = self.text_zh if language.startswith("zh") else self.text
        return text.format(number=number, office=office, phone=phone)


_TOLD = tomllib.loads((Path(__file__).parent / "answers.toml").read_text(encoding="utf-8"))
STANDARDS = tuple(Standard.model_validate(one) for one in _TOLD["answer"])


def offered(code: str) -> list[Standard]:
    """The standard answers for a type, its own first."""
    fitting = [one for one in STANDARDS if not one.types or code in one.types]
    return sorted(fitting, key=lambda one: not one.types)
