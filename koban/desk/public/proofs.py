"""What a resident takes along to prove that the ledger said so: public tools and the published key check it."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from koban.desk.public.looks import is_look
from koban.desk.public.story import is_told
from koban.kernel.ledger import proofs
from koban.kernel.stations.models import Station
from koban.matters.models import Matter

MOST = 100  # pages in one file


def proof(matter: Matter, station: Station, pages: Iterable[Any]) -> dict[str, Any]:
    """The proofs of every page that the resident was shown. pending: numbers that no signed root covers yet."""
    shown = [page for page in pages if is_told(page) or is_look(page)][-MOST:]
    found = [(page.number, proofs.proof_of(page, station)) for page in shown]
    return {
        "matter": matter.printed,
        "what": _(
            "Each entry shows that a page stands in the ledger of the office and was not changed since: its hash, with "
            "the hashes in `path`, gives the root in the signed note (RFC 9162; C2SP signed note). Compare the key in "
            "`verifier` with the one that is published."
        ),
        "proofs": [proof for _number, proof in found if proof is not None],
        "pending": [number for number, proof in found if proof is None],
    }
