"""What this room does in the background; the worker finds it here."""

from koban.kernel.files.drawing import draw
from koban.kernel.files.proof import drop_old_orphans

__all__ = ["draw", "drop_old_orphans"]
