"""What a rule says, as a lazy translation for refusals, pages and messages."""

from typing import Any

from django.utils.functional import lazy
from django.utils.translation import get_language, gettext

from koban.lib.sentence import Sentence, Words

# Made once: Django builds a class with a hundred methods each time (a millisecond for every row of a list).
_later = lazy(str, str)


class _Spoken:
    def __init__(self, said: Sentence | Words) -> None:
        self.said = said

    def __str__(self) -> str:
        language = get_language() or "en"
        if isinstance(self.said, Words):
            return self.said.said(language)
        return self.said.said(gettext, language)


def spoken(said: Sentence | Words) -> Any:
    """`said` in the language of whoever reads it, resolved when it is shown; behaves as a string."""
    return _later(_Spoken(said))
