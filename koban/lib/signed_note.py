"""Signed notes and log checkpoints: text that any transparency-log tool can verify.

Source: C2SP signed-note and tlog-checkpoint (c2sp.org), the format of Go's checksum database. Ed25519 only.
"""

import binascii
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = b"\x01"
DASH = "— "  # em dash, space: how a signature line begins
MOST_SIGNATURES = 100
MOST_BYTES = 1_000_000


class BadNote(ValueError):
    """The bytes are not a note, or the note is not signed as it must be. The message is one sentence."""


@dataclass(frozen=True, slots=True)
class Verifier:
    """A key that notes are checked with. name: as in the signature line; public: 32 bytes."""

    name: str
    public: bytes

    def __post_init__(self) -> None:
        _check_name(self.name)
        if len(self.public) != 32:
            raise BadNote("An Ed25519 public key has 32 bytes.")

    @property
    def key_id(self) -> bytes:
        """Four bytes that tell keys of one name apart; no proof of anything."""
        return sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:4]

    def to_text(self) -> str:
        """The key as `name+id+base64`, to be published."""
        return f"{self.name}+{self.key_id.hex()}+{b64encode(ED25519 + self.public).decode()}"

    @classmethod
    def from_text(cls, text: str) -> Self:
        """The inverse of `to_text`. Raises BadNote."""
        name, key_id, key = _parts(text)
        found = cls(name, key)
        if found.key_id.hex() != key_id:
            raise BadNote("The key's id does not fit its name and bytes.")
        return found

    def holds(self, text: str, signature: bytes) -> bool:
        """Whether `signature` (64 bytes) is this key's over `text`."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True, repr=False)
class Signer:
    """A key that notes are signed with. seed: 32 secret bytes."""

    name: str
    seed: bytes

    def __post_init__(self) -> None:
        _check_name(self.name)
        if len(self.seed) != 32:
            raise BadNote("An Ed25519 secret key has 32 bytes.")

    def __repr__(self) -> str:
        return f"Signer({self.name!r})"

    @classmethod
    def generate(cls, name: str) -> Self:
        """A new random key."""
        return cls(name, Ed25519PrivateKey.generate().private_bytes_raw())

    @property
    def verifier(self) -> Verifier:
        """The public half."""
        key = Ed25519PrivateKey.from_private_bytes(self.seed)
        return Verifier(self.name, key.public_key().public_bytes_raw())

    def to_text(self) -> str:
        """The key as `PRIVATE+KEY+name+id+base64`. Secret."""
        return (
            f"PRIVATE+KEY+{self.name}+{self.verifier.key_id.hex()}+{b64encode(ED25519 + self.seed).decode()}"
        )

    @classmethod
    def from_text(cls, text: str) -> Self:
        """The inverse of `to_text`. Raises BadNote, never with the key in the message."""
        if not text.startswith("PRIVATE+KEY+"):
            raise BadNote("A secret key begins with PRIVATE+KEY+.")
        name, key_id, seed = _parts(text.removeprefix("PRIVATE+KEY+"))
        found = cls(name, seed)
        if found.verifier.key_id.hex() != key_id:
            raise BadNote("The key's id does not fit its name and bytes.")
        return found

    def line(self, text: str) -> str:
        """This key's signature line for `text`, with its newline."""
        signature = Ed25519PrivateKey.from_private_bytes(self.seed).sign(text.encode())
        return f"{DASH}{self.name} {b64encode(self.verifier.key_id + signature).decode()}\n"


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line as it stands, not yet verified. key_id: 4 bytes; value: 64 bytes for Ed25519."""

    name: str
    key_id: bytes
    value: bytes


def sign(text: str, *signers: Signer) -> str:
    """The note over `text`, which must end in a newline. Raises BadNote for text that no note can hold."""
    _check_text(text)
    if not signers:
        raise BadNote("A note needs at least one signature.")
    return text + "\n" + "".join(signer.line(text) for signer in signers)


def parse(note: str | bytes) -> tuple[str, list[Signature]]:
    """Text and signature lines of a note, nothing verified. Raises BadNote."""
    whole = _decoded(note)
    text, gap, lines = whole.rpartition("\n\n")
    if not gap or not lines.endswith("\n"):
        raise BadNote("A note is text, an empty line and signature lines, each ended by a newline.")
    text += "\n"
    _check_text(text)
    found = [_signature(line) for line in lines[:-1].split("\n")]
    if len(found) > MOST_SIGNATURES:
        raise BadNote(f"A note has at most {MOST_SIGNATURES} signatures.")
    return text, found


def verify(note: str | bytes, verifiers: Sequence[Verifier]) -> tuple[str, list[str]]:
    """Text of the note and the names of the known keys that signed it, at least one.

    Lines of unknown keys are ignored; one wrong line of a known key spoils the note. Raises BadNote.
    """
    text, signatures = parse(note)
    known = {(each.name, each.key_id): each for each in verifiers}
    signed: list[str] = []
    for line in signatures:
        verifier = known.pop((line.name, line.key_id), None)
        if verifier is None:
            continue
        if not verifier.holds(text, line.value):
            raise BadNote(f"The signature of {line.name} does not fit the text.")
        signed.append(line.name)
    if not signed:
        raise BadNote("No known key has signed this note.")
    return text, signed


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log promises: the root of its tree at a size. root: 32 bytes; extensions: lines without newline."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def to_text(self) -> str:
        """The text to be signed. Raises BadNote where a line would be empty, broken in two or out of range."""
        lines = [self.origin, str(self.size), b64encode(self.root).decode(), *self.extensions]
        if self.size < 0 or len(self.root) != 32 or any(not line or "\n" in line for line in lines):
            raise BadNote(
                "A checkpoint has an origin, a size of 0 or more, a root of 32 bytes and whole lines."
            )
        text = "\n".join(lines) + "\n"
        _check_text(text)
        return text

    @classmethod
    def from_text(cls, text: str) -> Self:
        """The inverse of `to_text`. Raises BadNote."""
        lines = text.split("\n")
        if len(lines) < 4 or lines[-1] or not all(lines[:-1]):
            raise BadNote("A checkpoint has at least three lines, none of them empty.")
        origin, size, packed, *extensions = lines[:-1]
        if not (size.isascii() and size.isdigit() and len(size) <= 19) or (size[0] == "0" and size != "0"):
            raise BadNote("The second line of a checkpoint is a number without leading zeros.")
        root = _base64(packed)
        if len(root) != 32:
            raise BadNote("The third line of a checkpoint is a hash of 32 bytes in base64.")
        return cls(origin, int(size), root, tuple(extensions))


def _parts(text: str) -> tuple[str, str, bytes]:
    pieces = text.split("+", 2)
    if len(pieces) != 3:
        raise BadNote("A key is written name+id+base64.")
    key = _base64(pieces[2])
    if key[:1] != ED25519:
        raise BadNote("Only Ed25519 keys are known here.")
    return pieces[0], pieces[1], key[1:]


def _base64(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except (binascii.Error, ValueError) as wrong:
        raise BadNote("This is not base64.") from wrong


def _check_name(name: str) -> None:
    if not name or "+" in name or any(letter.isspace() for letter in name) or not name.isprintable():
        raise BadNote("A key's name is not empty and has neither spaces nor a plus sign.")


def _check_text(text: str) -> None:
    if not text.endswith("\n"):
        raise BadNote("The text of a note ends in a newline.")
    if any(letter < " " and letter != "\n" for letter in text):
        raise BadNote("A note holds no control characters.")


def _decoded(note: str | bytes) -> str:
    packed = note.encode() if isinstance(note, str) else note
    if len(packed) > MOST_BYTES:
        raise BadNote(f"A note has at most {MOST_BYTES} bytes.")
    try:
        return packed.decode()
    except UnicodeDecodeError as wrong:
        raise BadNote("A note is UTF-8 text.") from wrong


def _signature(line: str) -> Signature:
    name, gap, packed = line.removeprefix(DASH).partition(" ")
    if not line.startswith(DASH) or not gap:
        raise BadNote("A signature line is a dash, the key's name and base64.")
    _check_name(name)
    value = _base64(packed)
    if len(value) < 5:
        raise BadNote("A signature has a key id of four bytes and a value.")
    return Signature(name, value[:4], value[4:])
