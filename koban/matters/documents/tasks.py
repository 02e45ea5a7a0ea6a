"""What this room does in the background; the worker finds it here."""

from koban.matters.documents.batching import run

__all__ = ["run"]
