"""Sentences of rows as they are kept, and as they are read again in the language of whoever reads them."""

from typing import Any

from koban.kernel.flow import spoken
from koban.lib.sentence import Sentence, Words

Packed = dict[str, Any]


def packed(column: str, sentence: Sentence) -> Packed:
    """As JSON keeps it."""
    values = {
        name: {"en": value.en, "zh": value.zh} if isinstance(value, Words) else value
        for name, value in sentence.values.items()
    }
    return {"column": column, "text": sentence.text, "values": values}


def sentence_of(kept: Packed) -> str:
    """In the language of the moment, without its column."""
    values = {
        name: Words(**value) if isinstance(value, dict) else value for name, value in kept["values"].items()
    }
    return str(spoken(Sentence(kept["text"], values)))
