import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koban.lib import merkle

# The reference vectors of Certificate Transparency: eight entries and the root after each.
CT_ENTRIES = [
    bytes.fromhex(entry)
    for entry in [
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ]
]
CT_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
CT_CONSISTENCY = [  # (old, new, proof), from the same reference
    (6, 8, ["0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"]),
    (2, 5, ["5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"]),
]  # fmt: skip
CT_LEAVES = [merkle.leaf_hash(entry) for entry in CT_ENTRIES]


def leaves(count: int) -> list[bytes]:
    return [merkle.leaf_hash(str(number).encode()) for number in range(count)]


def defined_root(entries: list[bytes]) -> bytes:
    """RFC 6962, 2.1, word for word over leaf hashes: the definition that everything is checked against."""
    if not entries:
        return hashlib.sha256(b"").digest()
    if len(entries) == 1:
        return entries[0]
    k = 1
    while k * 2 < len(entries):
        k *= 2
    return hashlib.sha256(b"\x01" + defined_root(entries[:k]) + defined_root(entries[k:])).digest()


def defined_path(m: int, entries: list[bytes]) -> list[bytes]:
    """RFC 6962, 2.1.1, word for word."""
    if len(entries) == 1:
        return []
    k = 1
    while k * 2 < len(entries):
        k *= 2
    if m < k:
        return [*defined_path(m, entries[:k]), defined_root(entries[k:])]
    return [*defined_path(m - k, entries[k:]), defined_root(entries[:k])]


def defined_subproof(m: int, entries: list[bytes], b: bool) -> list[bytes]:
    """RFC 6962, 2.1.2, word for word."""
    if m == len(entries):
        return [] if b else [defined_root(entries)]
    k = 1
    while k * 2 < len(entries):
        k *= 2
    if m <= k:
        return [*defined_subproof(m, entries[:k], b), defined_root(entries[k:])]
    return [*defined_subproof(m - k, entries[k:], False), defined_root(entries[:k])]


def stored(entries: list[bytes]) -> merkle.GetNode:
    """Nodes kept at every eighth level only, as the ledger keeps them."""
    frontier = merkle.Frontier()
    kept: dict[tuple[int, int], bytes] = {}
    for leaf in entries:
        kept |= {
            (level, index): node for level, index, node in frontier.append(leaf) if merkle.is_stored(level)
        }
    return merkle.tiled(lambda level, first, count: [kept[level, first + at] for at in range(count)])


@pytest.mark.parametrize("size", range(9))
def test_the_root_is_that_of_certificate_transparency(size: int) -> None:
    assert merkle.root(CT_LEAVES[:size]).hex() == CT_ROOTS[size]
    assert merkle.root_at(size, stored(CT_LEAVES)).hex() == CT_ROOTS[size]


@pytest.mark.parametrize("old, new, proof", CT_CONSISTENCY)
def test_a_consistency_proof_is_that_of_certificate_transparency(
    old: int, new: int, proof: list[str]
) -> None:
    assert [node.hex() for node in merkle.consistency_proof(old, new, stored(CT_LEAVES))] == proof


@given(st.integers(0, 700), st.data())
def test_proofs_are_those_of_the_definition_and_verify(size: int, data: st.DataObject) -> None:
    entries, get_node = leaves(size), stored(leaves(size))
    assert merkle.root(entries) == defined_root(entries)
    if size:
        index = data.draw(st.integers(0, size - 1))
        path = merkle.inclusion_proof(index, size, get_node)
        assert path == defined_path(index, entries)
        assert merkle.verify_inclusion(entries[index], index, size, path, defined_root(entries))
    old = data.draw(st.integers(0, size))
    proof = merkle.consistency_proof(old, size, get_node)
    assert proof == (defined_subproof(old, entries, True) if old else [])
    assert merkle.verify_consistency(old, size, defined_root(entries[:old]), defined_root(entries), proof)


@given(st.integers(1, 64), st.data())
def test_a_changed_inclusion_proof_never_verifies(size: int, data: st.DataObject) -> None:
    entries = leaves(size)
    index = data.draw(st.integers(0, size - 1))
    path = merkle.inclusion_proof(index, size, stored(entries))
    top = defined_root(entries)
    for wrong in [path[:-1], [*path, top], [top, *path], [bytes(32), *path[1:]]]:
        assert wrong == path or not merkle.verify_inclusion(entries[index], index, size, wrong, top)
    assert not merkle.verify_inclusion(bytes(32), index, size, path, top)
    assert not merkle.verify_inclusion(entries[index], size, size, path, top)
    assert not merkle.verify_inclusion(entries[index], -1, size, path, top)
    other = data.draw(st.integers(0, size - 1))
    assert other == index or not merkle.verify_inclusion(entries[index], other, size, path, top)


@given(st.integers(1, 64), st.data())
def test_a_changed_consistency_proof_never_verifies(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, new))
    entries = leaves(new)
    old_root, new_root = defined_root(entries[:old]), defined_root(entries)
    proof = merkle.consistency_proof(old, new, stored(entries))
    for wrong in [proof[:-1], [*proof, new_root], [bytes(32), *proof[1:]]]:
        assert wrong == proof or not merkle.verify_consistency(old, new, old_root, new_root, wrong)
    assert not merkle.verify_consistency(old, new, bytes(32), new_root, proof)
    assert not merkle.verify_consistency(old, new, old_root, bytes(32), proof)
    assert not merkle.verify_consistency(new + 1, new, old_root, new_root, proof)


def test_an_empty_tree_begins_every_tree() -> None:
    assert merkle.verify_consistency(0, 3, merkle.EMPTY_ROOT, merkle.root(leaves(3)), [])
    assert not merkle.verify_consistency(0, 3, bytes(32), merkle.root(leaves(3)), [])


@given(st.integers(0, 300))
def test_a_frontier_survives_its_bytes_and_goes_on(size: int) -> None:
    frontier = merkle.Frontier()
    for leaf in leaves(size):
        frontier.append(leaf)
    again = merkle.Frontier.from_bytes(frontier.to_bytes())
    assert again == frontier
    again.append(leaves(size + 1)[-1])
    assert again.root() == merkle.root(leaves(size + 1))


def test_appending_names_every_node_once_and_right() -> None:
    frontier, entries = merkle.Frontier(), leaves(600)
    named = {(level, index): node for leaf in entries for level, index, node in frontier.append(leaf)}
    assert len(named) == sum(600 >> level for level in range(10))
    for (level, index), node in named.items():
        assert node == defined_root(entries[index << level : (index + 1) << level])


@pytest.mark.parametrize(
    "packed", [b"", b"\0" * 7, b"\0" * 8 + b"x", b"\0" * 8 + b"x" * 32, (3).to_bytes(8, "big")]
)
def test_bytes_that_are_no_frontier_are_refused(packed: bytes) -> None:
    with pytest.raises(ValueError):
        merkle.Frontier.from_bytes(packed)


def test_data_in_place_of_a_leaf_hash_is_refused() -> None:
    with pytest.raises(ValueError, match="leaf hash"):
        merkle.Frontier().append(b"a page")


@pytest.mark.parametrize("index, size", [(0, 0), (3, 3), (-1, 3)])
def test_there_is_no_proof_for_a_leaf_that_is_not_there(index: int, size: int) -> None:
    with pytest.raises(ValueError):
        merkle.inclusion_proof(index, size, stored(leaves(3)))


def test_there_is_no_proof_that_a_longer_tree_begins_a_shorter() -> None:
    with pytest.raises(ValueError):
        merkle.consistency_proof(4, 3, stored(leaves(4)))


def test_a_missing_stored_node_is_an_error_not_a_wrong_proof() -> None:
    get_node = merkle.tiled(lambda level, first, count: leaves(5)[first : first + count])
    with pytest.raises(KeyError):
        merkle.inclusion_proof(0, 8, get_node)


def test_a_proof_reads_few_runs_of_storage() -> None:
    reads: list[tuple[int, int, int]] = []
    entries = leaves(20_000)
    frontier = merkle.Frontier()
    kept: dict[tuple[int, int], bytes] = {}
    for leaf in entries:
        kept |= {
            (level, index): node for level, index, node in frontier.append(leaf) if merkle.is_stored(level)
        }

    def get_run(level: int, first: int, count: int) -> list[bytes]:
        reads.append((level, first, count))
        return [kept[level, first + at] for at in range(count)]

    merkle.inclusion_proof(12_345, 20_000, merkle.tiled(get_run))
    assert len(reads) <= 24
    assert all(count <= 128 for _, _, count in reads)
