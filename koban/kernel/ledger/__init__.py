"""The ledger: what was done and what was seen, numbered, provable, append-only. No page, no change.

`from koban.kernel.ledger import Actor, book` for writing, `reading` for reading; models are nobody else's business.
"""

from koban.kernel.ledger.actor import PUBLIC, SYSTEM, Actor

__all__ = ["PUBLIC", "SYSTEM", "Actor"]
