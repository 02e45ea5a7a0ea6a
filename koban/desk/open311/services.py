"""The types that may be reported through Open311, as services. Types that are never public are not among them."""

from typing import Any

from django.utils.translation import get_language

from koban.duties.incidents.types import CATALOGUE, Question, Type
from koban.lib.sentence import Words

ANSWERS = (("yes", Words("yes", "是")), ("no", Words("no", "否")), ("unknown", Words("not known", "不清楚")))


def listed() -> list[dict[str, Any]]:
    """GET services."""
    return [_service(type_) for type_ in CATALOGUE.listed()]


def known(code: str) -> Type | None:
    """The type of a service code; None for an unknown one and for one that is never public."""
    type_ = CATALOGUE.types.get(code)
    return type_ if type_ and type_.public == "place" else None


def definition(type_: Type) -> dict[str, Any]:
    """GET services/{code}: the triage questions as attributes."""
    script = CATALOGUE.script(type_.code)
    return {
        "service_code": type_.code,
        "attributes": [_attribute(question, order) for order, question in enumerate(script, 1)],
    }


def _service(type_: Type) -> dict[str, Any]:
    return {
        "service_code": type_.code,
        "service_name": said(type_.name),
        "description": said(type_.reason),
        "metadata": bool(type_.ask),
        "type": "realtime",
        "keywords": ",".join(type_.keywords_zh if _chinese() else type_.keywords),
        "group": said(CATALOGUE.groups[type_.group].name),
    }


def _attribute(question: Question, order: int) -> dict[str, Any]:
    return {
        "variable": True,
        "code": question.key,
        "datatype": "singlevaluelist",
        "required": False,
        "datatype_description": None,
        "order": order,
        "description": said(question.words),
        "values": [{"key": key, "name": said(words)} for key, words in ANSWERS],
    }


def said(words: Words) -> str:
    return words.said(get_language() or "")


def _chinese() -> bool:
    return (get_language() or "").startswith("zh")
