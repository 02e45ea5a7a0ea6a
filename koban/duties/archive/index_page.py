"""The readable page of a package and its machine-readable twin, contents.json: everything the page says stands there."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext

from koban.duties.archive.composing import WHAT, Member
from koban.duties.archive.models import Dossier
from koban.kernel import law
from koban.kernel.stations.models import Station
from koban.matters.duty import duty
from koban.matters.models import Matter
from koban.matters.timeline import timeline

LANGUAGES = ("zh-hans", "en")
STYLE = Path(__file__).parent / "static" / "archive" / "package.css"


def contents(dossier: Dossier, members: list[Member], station: Station, paper: list[str]) -> dict[str, Any]:
    """What is in the package and about it. paper: box and shelf codes of the volumes."""
    matter = dossier.matter
    return {
        "number": matter.printed,
        "dossier": str(dossier.pk),
        "version": dossier.version,
        "office": {"code": station.code, "zh-hans": station.name, "en": station.name_en or station.name},
        "opened": matter.opened_at.astimezone(UTC).isoformat(),
        "closed": dossier.closed_on.isoformat(),
        "filed": dossier.filed_at.isoformat() if dossier.filed_at else "",
        "retention": dossier.retention,
        "clause": dossier.clause,
        "until": dossier.ends_on.isoformat() if dossier.ends_on else "",
        "paper": paper,
        "members": [member.told() for member in members],
        **{language: _said(matter, dossier, station, language) for language in LANGUAGES},
    }


def _said(matter: Matter, dossier: Dossier, station: Station, language: str) -> dict[str, Any]:
    clause = law.clause(dossier.clause, station.pack, on=dossier.closed_on)
    with translation.override(language):
        return {
            "kind": str(duty(matter.kind).label),
            "state": str(duty(matter.kind).flow.state(matter.state).label),
            "retention": str(dossier.get_retention_display()),
            "clause": f"{clause.title.said(language)} ({clause.source.said(language)})",
            "timeline": [
                [entry.number, entry.at.astimezone(UTC).isoformat(), str(entry.actor), str(entry.sentence)]
                for entry in timeline(matter, [])
            ],
        }


def page(told: Mapping[str, Any], *, is_sealed: bool) -> bytes:
    """The page index.html. is_sealed: whether members lie there sealed, or opened."""
    parts = [_part(told, language, is_sealed=is_sealed) for language in LANGUAGES]
    return render_to_string("archive/package/index.html", {"told": told, "parts": parts}).encode()


def _part(told: Mapping[str, Any], language: str, *, is_sealed: bool) -> dict[str, Any]:
    with translation.override(language):
        members = [
            {**member, "said": gettext(WHAT.get(member["what"], member["what"])), "is_sealed": is_sealed and member["sealed"]}
            for member in told["members"]
        ]  # fmt: skip
        said = told[language]
        timeline = [
            (number, datetime.fromisoformat(at), who, what) for number, at, who, what in said["timeline"]
        ]
        shown = {"told": told, "said": said, "office": told["office"][language], "members": members,
                 "timeline": timeline, "is_sealed": is_sealed, "language": language}  # fmt: skip
        return {
            "language": language,
            "text": render_to_string("archive/package/index_part.html", shown),
        }


def as_json(told: Mapping[str, Any]) -> bytes:
    return json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"
