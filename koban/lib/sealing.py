"""Sealing: encryption of single fields and of whole files, and blind indexes to find a sealed value again.

AES-256-GCM from `cryptography`. A sealed value names its key, so that keys can be rotated without touching data,
and is bound to its place by `aad` (table, row, field): copied elsewhere it does not open.

Key files are text, one per key, readable by the owner only. They are not in the database and not in its backup:
without them nothing sealed can be read again, by anyone.
"""

import hmac
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

VERSION = b"\x01"
KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16
SALT_BYTES = 16
INDEX_BYTES = 16
CHUNK_BYTES = 65_536
FILE_MAGIC = b"KOBAN\x00\x00\x01"
INDEX_KEY = "index.key"
HEADER = len(VERSION) + 4


class SealBroken(ValueError):
    """The sealed bytes were changed, cut, or moved away from the place they were sealed for."""


class KeyMissing(LookupError):
    """The key is not in the keyring, or its file cannot be trusted. The message names the file or key id."""


@dataclass(slots=True, repr=False)
class Keyring:
    """Keys of one installation. Sealing uses the newest; opening finds the key that the value names.

    One key seals at most 2**32 fields (random nonces): rotate long before, for instance each year.
    """

    directory: Path
    keys: dict[bytes, bytes] = field(default_factory=dict)
    current: bytes = b""
    index_key: bytes = b""

    def __repr__(self) -> str:
        return f"Keyring({str(self.directory)!r}, {len(self.keys)} keys)"

    @classmethod
    def of_one(cls, key: bytes) -> Self:
        """A keyring of one key that lies in no folder: for what is sealed under a key of its own."""
        if len(key) != KEY_BYTES:
            raise KeyMissing(f"a key has {KEY_BYTES} bytes")
        return cls(Path(), {key_id(key): key}, key_id(key))

    @classmethod
    def open(cls, directory: Path) -> Self:
        """Load the keys of `directory`; make the directory and the first keys where there are none.

        Safe when several processes start at once. Raises KeyMissing for files that others can read.
        """
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        _create(directory / INDEX_KEY)
        if not any(directory.glob("[0-9]*.key")):
            _create(directory / "0001.key")
        ring = cls(directory)
        ring.reload()
        return ring

    def reload(self) -> None:
        """Read the directory again, to see keys that another process has made."""
        files = sorted(self.directory.glob("[0-9]*.key"))
        loaded = [_read(path) for path in files]
        self.keys = {key_id(key): key for key in loaded}
        self.current = key_id(loaded[-1])
        self.index_key = _read(self.directory / INDEX_KEY)

    def rotate(self) -> bytes:
        """Make a new key and seal with it from now on; returns its id. Older values still open."""
        newest = max(int(path.stem) for path in self.directory.glob("[0-9]*.key"))
        _create(self.directory / f"{newest + 1:04d}.key")
        self.reload()
        return self.current

    def key(self, wanted: bytes) -> bytes:
        """The key with this id. Raises KeyMissing."""
        if wanted not in self.keys and self.index_key:
            self.reload()
        if wanted not in self.keys:
            raise KeyMissing(f"sealed with key {wanted.hex()}, which is not in {self.directory}")
        return self.keys[wanted]

    def seal(self, plain: str, *, aad: bytes) -> bytes:
        """Encrypt text for the place that `aad` names. 33 bytes longer than the UTF-8 of `plain`."""
        head = VERSION + self.current
        nonce = os.urandom(NONCE_BYTES)
        return head + nonce + AESGCM(self.keys[self.current]).encrypt(nonce, plain.encode(), head + aad)

    def unseal(self, sealed: bytes | memoryview, *, aad: bytes) -> str:
        """The text again. Raises SealBroken if a bit differs or `aad` is another, KeyMissing without the key."""
        packed = bytes(sealed)
        head, nonce, rest = (
            packed[:HEADER],
            packed[HEADER : HEADER + NONCE_BYTES],
            packed[HEADER + NONCE_BYTES :],
        )
        if head[:1] != VERSION or len(rest) < TAG_BYTES:
            raise SealBroken("this is not a sealed value")
        try:
            return AESGCM(self.key(head[1:])).decrypt(nonce, rest, head + aad).decode()
        except InvalidTag:
            raise SealBroken("the sealed value was changed or moved") from None

    def blind_index(self, value: str, *, field: str) -> bytes:
        """Sixteen bytes by which an equal value of the same field can be found without opening any.

        The caller normalises first. Not affected by `rotate`, because old rows must stay findable.
        """
        own = hmac.digest(self.index_key, b"koban blind index\x00" + field.encode(), "sha256")
        return hmac.digest(own, value.encode(), "sha256")[:INDEX_BYTES]

    def seal_file(self, source: BinaryIO, target: BinaryIO, *, aad: bytes) -> None:
        """Encrypt a stream in chunks, in constant memory; a cut, swapped or changed chunk will not open."""
        target.writelines(self.sealed_chunks(source, aad=aad))

    def sealed_chunks(self, source: BinaryIO, *, aad: bytes) -> Iterator[bytes]:
        """The same for who would rather pull: the sealed stream, piece by piece."""
        salt = os.urandom(SALT_BYTES)
        head = FILE_MAGIC + self.current + salt
        yield head
        cipher = AESGCM(_file_key(self.keys[self.current], salt))
        for nonce, chunk in _numbered(source, CHUNK_BYTES):
            yield cipher.encrypt(nonce, chunk, head + aad)

    def unseal_file(self, source: BinaryIO, *, aad: bytes) -> Iterator[bytes]:
        """The chunks of a sealed stream. Raises SealBroken at the first chunk that does not open, KeyMissing."""
        head = source.read(len(FILE_MAGIC) + 4 + SALT_BYTES)
        if not head.startswith(FILE_MAGIC) or len(head) != len(FILE_MAGIC) + 4 + SALT_BYTES:
            raise SealBroken("this is not a sealed file")
        cipher = AESGCM(_file_key(self.key(head[len(FILE_MAGIC) : -SALT_BYTES]), head[-SALT_BYTES:]))
        for nonce, chunk in _numbered(source, CHUNK_BYTES + TAG_BYTES):
            try:
                yield cipher.decrypt(nonce, chunk, head + aad)
            except InvalidTag:
                raise SealBroken("the sealed file was changed, cut or moved") from None


def key_id(key: bytes) -> bytes:
    """Four bytes that name a key and tell nothing about it."""
    return sha256(b"koban key id\x00" + key).digest()[:4]


def _file_key(key: bytes, salt: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=salt, info=b"koban file").derive(key)


def _numbered(source: BinaryIO, size: int) -> Iterator[tuple[bytes, bytes]]:
    """(nonce, chunk) of a stream: the nonce counts and marks the last chunk, so that none can be cut off."""
    number, chunk = 0, _full(source, size)
    while True:
        following = _full(source, size) if len(chunk) == size else b""
        last = not following
        yield number.to_bytes(NONCE_BYTES - 1, "big") + bytes([last]), chunk
        if last:
            return
        number, chunk = number + 1, following


def _full(source: BinaryIO, size: int) -> bytes:
    parts, missing = [], size
    while missing and (part := source.read(missing)):
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)


def _create(path: Path) -> None:
    """A new random key file, complete and durable before it has its name; an existing one is left alone."""
    if path.exists():
        return
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_hex(KEY_BYTES) + "\n")
            file.flush()
            os.fsync(file.fileno())
        _link(draft, path)
    finally:
        draft.unlink()


def _link(draft: Path, path: Path) -> None:
    try:
        os.link(draft, path)
    except FileExistsError:
        return  # another process was first: its key is the key
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _read(path: Path) -> bytes:
    if path.stat().st_mode & 0o077:
        raise KeyMissing(f"others can read {path}: chmod 600 it, and rotate the keys if it was ever shared")
    try:
        key = bytes.fromhex(path.read_text("ascii").strip())
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise KeyMissing(f"{path} does not hold a key of {KEY_BYTES} bytes: restore it from the key backup")
    return key
