"""A proof that one page is in the ledger: enough for anybody to check it with public tools and the published key."""

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from typing import Any

from koban.kernel.ledger import checkpoints
from koban.kernel.ledger.canonical import page_values
from koban.kernel.ledger.models import Node, Page
from koban.kernel.stations.models import Station
from koban.lib import merkle, signed_note


def proof_of(page: Page, station: Station) -> dict[str, Any] | None:
    """The page, its path, and the signed root it leads to; None until a root that covers it is signed.

    path: base64 hashes, lowest first (RFC 9162, 2.1.3). note: C2SP signed note. verifier: the published key.
    """
    checkpoint = checkpoints.newest(station, page.number)
    if checkpoint is None:
        return None
    path = merkle.inclusion_proof(page.number, checkpoint.size, merkle.tiled(stored))
    return {
        "page": page_values(page),
        "path": [b64encode(node).decode() for node in path],
        "note": checkpoint.note,
        "verifier": checkpoints.signer().verifier.to_text(),
    }


def stored(level: int, first: int, count: int) -> Sequence[bytes]:
    """Neighbouring nodes of a stored level, from the scope's station. Raises KeyError where one is missing."""
    if level == 0:
        rows = Page.objects.filter(number__gte=first, number__lt=first + count).order_by("number")
        found = [bytes(leaf) for leaf in rows.values_list("leaf", flat=True)]
    else:
        nodes = Node.objects.filter(level=level, index__gte=first, index__lt=first + count).order_by("index")
        found = [bytes(node) for node in nodes.values_list("hash", flat=True)]
    if len(found) != count:
        raise KeyError((level, first))
    return found


def holds(proof: Mapping[str, Any], verifier: signed_note.Verifier | None = None) -> bool:
    """Whether a proof leads from its page to its signed root. verifier: the key one trusts, else the one named inside.

    Raises signed_note.BadNote for a note that is not one, KeyError and ValueError for what is no proof.
    """
    trusted = verifier or signed_note.Verifier.from_text(proof["verifier"])
    text, _names = signed_note.verify(proof["note"], [trusted])
    checkpoint = signed_note.Checkpoint.from_text(text)
    leaf = merkle.leaf_hash(canonical(proof["page"]))
    path = [b64decode(node, validate=True) for node in proof["path"]]
    return merkle.verify_inclusion(leaf, int(proof["page"]["number"]), checkpoint.size, path, checkpoint.root)


def canonical(values: Mapping[str, Any]) -> bytes:
    """The bytes of an exported page, the same as `canonical.page_bytes` of the row."""
    return json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
