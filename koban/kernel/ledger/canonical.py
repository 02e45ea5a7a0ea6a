"""The bytes of a page: what the Merkle tree hashes, and what anybody can rebuild from an exported page."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db.models import Model

VERSION = 1


def page_bytes(page: Any) -> bytes:
    """Canonical UTF-8 JSON of a page: keys sorted, no spaces, instants in UTC with microseconds."""
    return json.dumps(page_values(page), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def page_values(page: Any) -> dict[str, Any]:
    return {
        "v": VERSION,
        "station": str(page.station_id),
        "number": page.number,
        "at": instant(page.at),
        "verb": page.verb,
        "role": page.role,
        "actor": page.actor,
        "account": _id(page.account_id),
        "post": _id(page.post_id),
        "matter": _id(page.matter_id),
        "subject": page.subject,
        "facts": page.facts,
        "seals": page.seals,
    }


def instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _id(value: UUID | None) -> str:
    return "" if value is None else str(value)


def name_of(row: Model | None) -> str:
    """`app.model:id`, or "" for no row."""
    return "" if row is None else f"{row._meta.label_lower}:{row.pk}"
