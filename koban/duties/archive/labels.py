"""A sheet of labels: what each thing is, where it stands, and its code."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import segno
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from koban.duties.archive.models import Box, Volume
from koban.duties.archive.paper import said
from koban.kernel.stations.models import Station
from koban.matters.documents.printing import compose, drawing

MOST = 240  # ten sheets


def sheet(things: Sequence[Box | Volume], *, station: Station, at: datetime) -> bytes:
    """The PDF, three by eight labels a page. Raises Refused where it cannot be set."""
    drawings: dict[str, str] = {}
    labels: list[dict[str, Any]] = []
    for one in things[:MOST]:
        code = said(one, station)
        drawings[code] = drawing(segno.make(code, error="m", micro=False))
        labels.append({"code": code, **_words(one)})
    language = "zh-hans" if (get_language() or "").startswith("zh") else "en"
    told = {"title": _("Labels"), "labels": labels}
    return compose("labels", told, language=language, at=at, drawings=drawings)


def _words(one: Box | Volume) -> dict[str, str]:
    if isinstance(one, Box):
        return {"kind": _("Box"), "title": one.code, "place": one.shelf}
    place = f"{one.box.shelf} / {one.box.code}" if one.box else ""
    return {"kind": _("Volume"), "title": str(one), "place": place}
