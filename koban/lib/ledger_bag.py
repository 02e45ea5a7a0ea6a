"""Whether a package also proves its ledger: pages to the signed root, and rows to the pages where they lie open."""

from pathlib import Path

from koban.lib import ledger_proof
from koban.lib.bag.holder import Limits
from koban.lib.bag.packed import opened
from koban.lib.ledger_proof import PATH, ROWS, Proven, lines_of
from koban.lib.signed_note import Verifier


def proven(path: Path, trusted: Verifier | None = None, *, limits: Limits | None = None) -> Proven | None:
    """What the ledger in a valid bag proves; None where there is none. The bag is read in place."""
    with opened(path, limits or Limits()) as holder:
        if PATH not in holder.sizes:
            return None
        with holder.open(PATH) as file:
            first = file.readline(ledger_proof.LONGEST)
        if b'"ledger proof"' not in first:
            return None
        with holder.open(PATH) as file:
            found = ledger_proof.check(lines_of(file), trusted)
        if ROWS in holder.sizes:
            with holder.open(ROWS) as file:
                ledger_proof.check_rows(lines_of(file), found)
    return found
