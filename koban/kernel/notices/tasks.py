"""What this room does in the background; the worker finds it here."""

from koban.kernel.notices.outbox import deliver

__all__ = ["deliver"]
