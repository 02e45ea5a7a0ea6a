"""Input that the person who typed it can mend. Plain Python, so its sentence is translated at the edge."""

from typing import Any

from koban.lib.sentence import Sentence


class Mistake(ValueError):
    """One readable sentence about one value, and a stable word for the API.

    text: English msgid with `%(name)s` places, marked by `gettext_noop`; values fill the places.
    """

    def __init__(self, code: str, text: str, **values: Any) -> None:
        self.code = code
        self.sentence = Sentence(text, values)
        super().__init__(str(self.sentence))
