"""Why two records are taken for one, or not: sentences without a value of the records."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from koban.lib.linkage.features import Comparison
from koban.lib.sentence import Sentence, Words, gettext_noop

WHAT = {
    "surname": Words("surname", "姓"),
    "given_name": Words("given name", "名"),
    "sex": Words("sex", "性别"),
    "birth": Words("date of birth", "出生日期"),
    "id": Words("identity number", "证件号码"),
    "phone": Words("telephone", "电话"),
    "address": Words("address", "地址"),
    "street": Words("street", "街道"),
    "number": Words("house number", "门牌号"),
    "locality": Words("locality", "地段"),
    "town": Words("town", "城镇"),
    "region": Words("region", "省区"),
    "postcode": Words("postcode", "邮政编码"),
    "email": Words("e-mail address", "电子邮箱"),
}
SAYS = {
    "same": gettext_noop("Same %(what)s"),
    "variant": gettext_noop("Same %(what)s in other characters or spacing"),
    "sound": gettext_noop("Same sound of the %(what)s"),
    "order": gettext_noop("Same parts of the %(what)s in another order"),
    "look": gettext_noop("Characters that look alike in the %(what)s"),
    "typo": gettext_noop("One slip in the %(what)s"),
    "near": gettext_noop("Nearly the same %(what)s"),
    "similar": gettext_noop("Similar %(what)s"),
    "initial": gettext_noop("Only the first letter of the %(what)s, and it agrees"),
    "differ": gettext_noop("Different %(what)s"),
    "swapped": gettext_noop("Day and month change places in the %(what)s"),
    "digit": gettext_noop("One digit, or two neighbours, differ in the %(what)s"),
    "year": gettext_noop("Same day and month, another year in the %(what)s"),
    "far": gettext_noop("Less than a year apart in the %(what)s"),
    "slip": gettext_noop("One slip in the %(what)s, whose check digit is then wrong"),
    "damaged": gettext_noop("Same %(what)s, its end lost in a spreadsheet"),
    "twin": gettext_noop("Two valid and different %(what)s close to each other, as twins have"),
    "local": gettext_noop("Same %(what)s without the area code"),
    "home": gettext_noop("Same dwelling in the %(what)s"),
    "numbers": gettext_noop("Same building and room in the %(what)s, the name of the place missing"),
    "building": gettext_noop("Same building in the %(what)s"),
    "estate": gettext_noop("Same estate or door number in the %(what)s"),
    "road": gettext_noop("Same road in the %(what)s"),
    "quarter": gettext_noop("Same quarter in the %(what)s"),
}
TOLD = 0.5  # weights below this say nothing to a reader


def reasons_for(comparisons: Sequence[Comparison], levels: Any, weights: Any) -> tuple[Sentence, ...]:
    """What decides about a pair, the weightiest first."""
    found = [
        (-abs(float(weight)), number, int(level))
        for number, (level, weight) in enumerate(zip(levels, weights, strict=True))
        if level and abs(float(weight)) >= TOLD
    ]
    return tuple(
        _sentence(comparisons[number].name, comparisons[number].levels[level])
        for _w, number, level in sorted(found)
    )


@cache
def _sentence(name: str, level: str) -> Sentence:
    return Sentence(SAYS[level], {"what": WHAT[name]})
