"""Bags: folders that prove themselves, as BagIt 1.0 (RFC 8493) lays them out. Plain files, plain Python.

    write(target, entries, info=[("Source-Organization", "…")], on=today)   # whole and on the disk, or not at all
    verdict = verify(path)                    # folder, .tar or .zip; versions 0.93 to 1.0
    verdict.is_valid, verdict.reasons, verdict.warnings                     # each names its file and its rule

Memory does not grow with the bytes, only with the number of the files.
"""

from koban.lib.bag.holder import Limits
from koban.lib.bag.many import State, Stretch, packages
from koban.lib.bag.reasons import Reason
from koban.lib.bag.verdict import Verdict, verify
from koban.lib.bag.writing import Entry, Made, files_of, write

__all__ = [
    "Entry",
    "Limits",
    "Made",
    "Reason",
    "State",
    "Stretch",
    "Verdict",
    "files_of",
    "packages",
    "verify",
    "write",
]
