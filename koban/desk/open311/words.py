"""Text as it comes in through Open311: cleaned, or refused under the name of its parameter."""

from django.utils.translation import gettext as _

from koban.lib import text
from koban.lib.errors import Refused
from koban.lib.mistakes import Mistake

QUERY = 100_000  # characters of one parameter: a thousand ids fit


def clean(name: str, value: str, limit: int = QUERY, *, lines: bool = False) -> str:
    """`value` as `text.clean` leaves it. Raises Refused: the name of the parameter, and what to mend."""
    try:
        return text.clean(value, limit, lines=lines)
    except Mistake as wrong:
        raise Refused(f"{name}: {wrong.sentence.said(_)}") from wrong
