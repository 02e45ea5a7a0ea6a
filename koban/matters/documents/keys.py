"""The key that signs the papers of this installation: a private JWK of mode 0600 in KOBAN_KEYS, public halves beside it.

The list of public keys only grows: papers that an earlier key signed stay provable.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from koban.lib.credential import PublicKey, SecretKey
from koban.lib.credential.keys import BadKey, from_jwks, to_jwks
from koban.lib.credential.token import unpadded
from koban.lib.errors import Refused

KEY_FILE, PUBLIC_FILE = "credential.key", "credential.jwks"
GONE = _(
    "The key that signs papers is gone or damaged, so nothing can be issued. Bring the folder of keys back from a "
    "backup; where there is none, `koban credential rotate` makes a new key."
)


def secret_key() -> SecretKey:
    """The key that signs now; made on first use. Raises Refused where it was there once and is not any more."""
    path, published = _path(KEY_FILE), _path(PUBLIC_FILE)
    if not path.exists():
        with _turn():
            if not path.exists():
                if published.exists():
                    raise Refused(GONE)
                _make()
    return _read(path, path.stat().st_mtime_ns)


def public_keys() -> list[PublicKey]:
    """Every key that ever signed here, the present one last."""
    path = _path(PUBLIC_FILE)
    if not path.exists():
        secret_key()
        with _turn():  # whoever makes the key publishes it before the turn ends
            pass
    return _published(path, path.stat().st_mtime_ns)


def signer_of(token: str) -> PublicKey:
    """The key of ours that signed a token of ours. Raises Refused where it is not among the published ones."""
    kid = json.loads(unpadded(token.partition(".")[0]))["kid"]
    found = next((key for key in public_keys() if key.kid == kid), None)
    if found is None:
        raise Refused(GONE)
    return found


def jwks() -> str:
    """The public keys as a JWK Set."""
    return to_jwks(public_keys())


def make() -> SecretKey:
    """A new key that signs from now on; the public halves of the earlier ones stay. Refuses to write over a key."""
    with _turn():
        return _make()


def _make() -> SecretKey:
    path, published = _path(KEY_FILE), _path(PUBLIC_FILE)
    if path.exists():
        return SecretKey.from_text(path.read_text())
    made = SecretKey.generate()
    whole = path.with_suffix(".new")
    whole.unlink(missing_ok=True)
    with open(whole, "x", opener=_private) as file:
        file.write(made.to_text())
    whole.replace(path)  # nobody ever reads half a key
    known = from_jwks(published.read_text()) if published.exists() else []
    draft = published.with_suffix(".draft")
    draft.write_text(to_jwks([*known, made.public]) + "\n")
    draft.replace(published)
    return made


def rotate() -> SecretKey:
    """Put the present key aside and make a new one."""
    path = _path(KEY_FILE)
    if path.exists():
        path.replace(path.with_name(f"credential-{secret_key().public.mark.hex()}.retired"))
    return make()


@contextmanager
def _turn() -> Iterator[None]:
    """One at a time over the threads and processes of this installation."""
    folder = Path(settings.KOBAN_KEYS)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with open(folder / "credential.turn", "a", opener=_private) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _path(name: str) -> Path:
    return Path(settings.KOBAN_KEYS) / name


def _private(name: str, flags: int) -> int:
    return os.open(name, flags, 0o600)


@lru_cache(maxsize=4)
def _read(path: Path, _changed: int) -> SecretKey:
    try:
        return SecretKey.from_text(path.read_text())
    except BadKey:
        raise Refused(GONE) from None


@lru_cache(maxsize=4)
def _published(path: Path, _changed: int) -> list[PublicKey]:
    return from_jwks(path.read_text())
