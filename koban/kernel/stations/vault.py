"""Personal values at rest: sealed with AES-GCM under the office's keys, opened one by one and on purpose."""

from functools import lru_cache

from django.conf import settings
from django.db.models import Model

from koban.lib.sealing import Keyring


@lru_cache(maxsize=1)
def keyring() -> Keyring:
    """The keys of this installation; made on first use, files of mode 0600 under KOBAN_KEYS."""
    return Keyring.open(settings.KOBAN_KEYS)


def _place(row: Model, field: str) -> bytes:
    return f"{row._meta.label_lower}:{row.pk}:{field}".encode()


def seal(row: Model, field: str, value: str) -> bytes:
    """`value` sealed for this row and field alone; b"" for "" so that absence needs no key."""
    return keyring().seal(value, aad=_place(row, field)) if value else b""


def unseal(row: Model, field: str) -> str:
    """The value that `seal` put into `row.field`. Raises sealing.SealBroken if it was moved or changed."""
    sealed = bytes(getattr(row, field))
    return keyring().unseal(sealed, aad=_place(row, field)) if sealed else ""


def blind(value: str, *, field: str) -> bytes:
    """What equal values share without telling what they are: for "has this telephone called before?"."""
    return keyring().blind_index(value, field=field) if value else b""
