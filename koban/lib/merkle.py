"""Merkle trees over an append-only list of leaves. Source: RFC 6962 section 2, RFC 9162 section 2.1.

A "leaf" below is always a leaf hash (`leaf_hash(data)`), never the data: 32 bytes. A node is named by its
level (0 for leaves) and its index on that level, and exists once all 2**level leaves under it are there.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import reduce
from hashlib import sha256

Hash = bytes
GetNode = Callable[[int, int], Hash]
"""(level, index) -> hash of that completed node. Raises KeyError if storage does not hold it."""
GetRun = Callable[[int, int, int], Sequence[Hash]]
"""(level, first, count) -> hashes of `count` neighbouring nodes of a stored level."""

SIZE = 32
EMPTY_ROOT = sha256(b"").digest()
STORED_EVERY = 8
"""Only nodes of levels 0, 8, 16, … need to be stored; `tiled` computes those between."""


def leaf_hash(data: bytes) -> Hash:
    """Hash of one entry, kept apart from inner nodes by its first byte."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: Hash, right: Hash) -> Hash:
    """Hash of an inner node."""
    return sha256(b"\x01" + left + right).digest()


def is_stored(level: int) -> bool:
    """Whether nodes of this level must be stored for `tiled` to find the others."""
    return level % STORED_EVERY == 0


@dataclass(slots=True)
class Frontier:
    """All that is needed to go on appending: the size, and the roots of the completed subtrees, largest first."""

    size: int = 0
    peaks: list[Hash] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.size < 0 or len(self.peaks) != self.size.bit_count():
            raise ValueError(f"a tree of {self.size} leaves has not {len(self.peaks)} completed subtrees")
        if any(len(peak) != SIZE for peak in self.peaks):
            raise ValueError(f"a hash has {SIZE} bytes")

    def append(self, leaf: Hash) -> list[tuple[int, int, Hash]]:
        """Add one leaf hash; return the nodes that this completes as (level, index, hash), the leaf itself first.

        Raises ValueError if `leaf` is not 32 bytes.
        """
        if len(leaf) != SIZE:
            raise ValueError(f"append takes a leaf hash of {SIZE} bytes, not the data")
        done = [(0, self.size, leaf)]
        level, index, node = 0, self.size, leaf
        while index & 1:
            level, index, node = level + 1, index >> 1, node_hash(self.peaks.pop(), node)
            done.append((level, index, node))
        self.peaks.append(node)
        self.size += 1
        return done

    def root(self) -> Hash:
        """Root of the tree so far."""
        if not self.peaks:
            return EMPTY_ROOT
        return reduce(lambda right, left: node_hash(left, right), reversed(self.peaks))

    def to_bytes(self) -> bytes:
        """Eight bytes of size, big-endian, then the subtree hashes, largest first."""
        return self.size.to_bytes(8, "big") + b"".join(self.peaks)

    @classmethod
    def from_bytes(cls, packed: bytes) -> "Frontier":
        """The inverse of `to_bytes`. Raises ValueError if the bytes are not a frontier."""
        if len(packed) < 8 or (len(packed) - 8) % SIZE:
            raise ValueError("not a frontier: wrong length")
        peaks = [packed[at : at + SIZE] for at in range(8, len(packed), SIZE)]
        return cls(int.from_bytes(packed[:8], "big"), peaks)


def root(leaves: Iterable[Hash]) -> Hash:
    """Root over leaf hashes, in memory that grows with the logarithm of their number."""
    frontier = Frontier()
    for leaf in leaves:
        frontier.append(leaf)
    return frontier.root()


def tiled(get_run: GetRun) -> GetNode:
    """A GetNode over storage that holds only every eighth level: one read for each tile of up to 256 nodes.

    Keeps the tiles it has read; make a new one for each proof. `get_run` raises KeyError for missing nodes.
    """
    known: dict[tuple[int, int], Hash] = {}

    def read(level: int, index: int) -> None:
        rise = level % STORED_EVERY
        row = list(get_run(level - rise, index << rise, 1 << rise))
        if len(row) != 1 << rise:
            raise KeyError((level, index))
        for up in range(rise + 1):
            known.update(
                ((level - rise + up, (index << (rise - up)) + at), node) for at, node in enumerate(row)
            )
            row = [node_hash(*pair) for pair in zip(row[::2], row[1::2], strict=False)]

    def get_node(level: int, index: int) -> Hash:
        if (level, index) not in known:
            read(level, index)
        return known[level, index]

    return get_node


def _split(count: int) -> int:
    """The largest power of two smaller than `count` (for count > 1)."""
    return 1 << (count - 1).bit_length() - 1


def _span(first: int, count: int, get_node: GetNode) -> Hash:
    """Hash over the leaves [first, first + count); `first` is a multiple of the power of two that holds `count`."""
    if count.bit_count() == 1:
        level = count.bit_length() - 1
        return get_node(level, first >> level)
    left = _split(count)
    return node_hash(_span(first, left, get_node), _span(first + left, count - left, get_node))


def root_at(size: int, get_node: GetNode) -> Hash:
    """Root of the tree when it had `size` leaves."""
    return _span(0, size, get_node) if size else EMPTY_ROOT


def inclusion_proof(index: int, size: int, get_node: GetNode) -> list[Hash]:
    """The audit path of leaf `index` (from 0) in the tree of `size` leaves, lowest first (RFC 9162, 2.1.3.1).

    Raises ValueError if there is no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {index}")
    path: list[Hash] = []
    first, count = 0, size
    while count > 1:
        left = _split(count)
        if index < first + left:
            path.append(_span(first + left, count - left, get_node))
            count = left
        else:
            path.append(_span(first, left, get_node))
            first, count = first + left, count - left
    return path[::-1]


def consistency_proof(old: int, new: int, get_node: GetNode) -> list[Hash]:
    """Proof that the tree of `old` leaves is the beginning of the tree of `new` (RFC 9162, 2.1.4.1).

    Empty for old == new and for old == 0, where there is nothing to prove. Raises ValueError if old > new.
    """
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {old} leaves cannot begin a tree of {new}")
    if old in (0, new):
        return []
    proof: list[Hash] = []
    first, count, want, whole = 0, new, old, True
    while want != count:
        left = _split(count)
        if want <= left:
            proof.append(_span(first + left, count - left, get_node))
            count = left
        else:
            proof.append(_span(first, left, get_node))
            first, count, want, whole = first + left, count - left, want - left, False
    return ([] if whole else [_span(first, count, get_node)]) + proof[::-1]


def verify_inclusion(leaf: Hash, index: int, size: int, proof: Sequence[Hash], expected_root: Hash) -> bool:
    """Whether `proof` shows that the leaf hash stands at `index` in the tree with that root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    at, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if at & 1 or at == last:
            found = node_hash(sibling, found)
            at, last = _skip_right_edge(at, last)
        else:
            found = node_hash(found, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and found == expected_root


def verify_consistency(old: int, new: int, old_root: Hash, new_root: Hash, proof: Sequence[Hash]) -> bool:
    """Whether `proof` shows that the tree (old, old_root) begins the tree (new, new_root) (RFC 9162, 2.1.4.2)."""
    if not 0 <= old <= new:
        return False
    if old == new or old == 0:
        return not proof and old_root == (new_root if old else EMPTY_ROOT)
    path = list(proof) if old.bit_count() > 1 else [old_root, *proof]
    if not path:
        return False
    return _climb(old - 1, new - 1, path) == (old_root, new_root)


def _climb(at: int, last: int, path: list[Hash]) -> tuple[Hash, Hash] | None:
    """The two roots that a consistency proof leads to, or None if it has the wrong length."""
    while at & 1:
        at, last = at >> 1, last >> 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            return None
        if at & 1 or at == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            at, last = _skip_right_edge(at, last)
        else:
            new = node_hash(new, sibling)
        at, last = at >> 1, last >> 1
    return (old, new) if last == 0 else None


def _skip_right_edge(at: int, last: int) -> tuple[int, int]:
    """On the right edge of an incomplete tree a node may be its own parent: climb until it is a right child."""
    while at and not at & 1:
        at, last = at >> 1, last >> 1
    return at, last
