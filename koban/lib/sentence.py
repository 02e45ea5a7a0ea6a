"""Sentences that plain code speaks and the edge translates: a msgid with its values."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


def gettext_noop(message: str) -> str:
    """Mark `message` for translation without translating it: rules know no language."""
    return message


@dataclass(frozen=True, slots=True)
class Sentence:
    """text: an English msgid with `%(name)s` places. values: what goes into them. clause: what decides, or ""."""

    text: str
    values: Mapping[str, Any] = field(default_factory=dict)
    clause: str = ""

    def __str__(self) -> str:
        return self.said(str)

    def said(self, translate: Callable[[str], str], language: str = "en") -> str:
        """The sentence in the language of `translate`, which maps a msgid to its translation.

        language: its code, for the values that are Words or sequences of Words.
        """
        text = translate(self.text)
        values = {name: _value(value, language) for name, value in self.values.items()}
        return text % values if values else text


@dataclass(frozen=True, slots=True)
class Words:
    """One text in both languages of the house, as data files carry it."""

    en: str
    zh: str

    def said(self, language: str) -> str:
        """The text for a language code: Chinese for "zh…", English for all others."""
        return self.zh if language.lower().startswith("zh") else self.en

    def __str__(self) -> str:
        return self.en


def _value(value: Any, language: str) -> Any:
    if isinstance(value, Words):
        return value.said(language)
    if isinstance(value, tuple):
        return "; ".join(str(_value(item, language)) for item in value)
    return value
