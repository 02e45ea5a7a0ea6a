import io
import stat
from multiprocessing import get_context
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koban.lib.sealing import CHUNK_BYTES, KeyMissing, Keyring, SealBroken

PLACE = b"residents.person:1:name"


@pytest.fixture(scope="module")
def ring(tmp_path_factory: pytest.TempPathFactory) -> Keyring:
    return Keyring.open(tmp_path_factory.mktemp("keys"))


@given(st.text(st.characters(exclude_categories=["Cs"])), st.binary(max_size=64))
def test_what_is_sealed_opens_at_its_place_alone(ring: Keyring, plain: str, aad: bytes) -> None:
    sealed = ring.seal(plain, aad=aad)
    assert ring.unseal(sealed, aad=aad) == plain
    assert ring.unseal(memoryview(sealed), aad=aad) == plain
    with pytest.raises(SealBroken):
        ring.unseal(sealed, aad=aad + b"x")


def test_the_same_value_is_never_sealed_the_same(ring: Keyring) -> None:
    assert ring.seal("王小明", aad=PLACE) != ring.seal("王小明", aad=PLACE)
    assert "王小明".encode() not in ring.seal("王小明", aad=PLACE)


def test_every_changed_byte_is_noticed(ring: Keyring) -> None:
    sealed = ring.seal("王小明", aad=PLACE)
    for at in range(len(sealed)):
        changed = bytearray(sealed)
        changed[at] ^= 1
        with pytest.raises((SealBroken, KeyMissing)):
            ring.unseal(bytes(changed), aad=PLACE)
    for cut in (b"", sealed[:1], sealed[:20], sealed[:-1], sealed + b"\0"):
        with pytest.raises(SealBroken):
            ring.unseal(cut, aad=PLACE)


def test_old_values_open_after_rotation_and_new_ones_use_the_new_key(tmp_path: Path) -> None:
    ring, other = Keyring.open(tmp_path), Keyring.open(tmp_path)
    old = ring.seal("old", aad=PLACE)
    index = ring.blind_index("x", field="f")
    ring.rotate()
    new = ring.seal("new", aad=PLACE)
    assert old[1:5] != new[1:5]
    assert ring.unseal(old, aad=PLACE) == "old"
    assert other.unseal(new, aad=PLACE) == "new"  # a running process finds the key that it had not loaded
    assert ring.blind_index("x", field="f") == index


def test_keys_are_readable_by_their_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    Keyring.open(folder).rotate()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    files = sorted(folder.iterdir())
    assert [path.name for path in files] == ["0001.key", "0002.key", "index.key"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    files[0].chmod(0o640)
    with pytest.raises(KeyMissing, match="chmod 600"):
        Keyring.open(folder)


def test_without_its_key_a_value_stays_closed_and_the_key_is_named(tmp_path: Path) -> None:
    sealed = Keyring.open(tmp_path / "one").seal("x", aad=PLACE)
    with pytest.raises(KeyMissing, match=sealed[1:5].hex()):
        Keyring.open(tmp_path / "two").unseal(sealed, aad=PLACE)


def test_a_damaged_key_file_is_named(tmp_path: Path) -> None:
    Keyring.open(tmp_path)
    (tmp_path / "0001.key").write_text("zz\n")
    with pytest.raises(KeyMissing, match=r"0001\.key"):
        Keyring.open(tmp_path)


def test_a_keyring_does_not_show_its_keys(ring: Keyring) -> None:
    assert all(key.hex() not in repr(ring) and repr(key) not in repr(ring) for key in ring.keys.values())


def opened(folder: str) -> tuple[bytes, bytes]:
    ring = Keyring.open(Path(folder))
    return ring.current, ring.index_key


def test_processes_that_start_at_once_agree_on_the_keys(tmp_path: Path) -> None:
    with get_context("fork").Pool(4) as pool:
        found = pool.map(opened, [str(tmp_path / "keys")] * 16)
    assert len(set(found)) == 1


def test_a_blind_index_finds_equal_values_of_one_field_only(ring: Keyring) -> None:
    index = ring.blind_index("11010519491231002X", field="person.number")
    assert len(index) == 16
    assert index == ring.blind_index("11010519491231002X", field="person.number")
    assert index != ring.blind_index("110105194912310021", field="person.number")
    assert index != ring.blind_index("11010519491231002X", field="person.phone")


def test_blind_indexes_of_two_installations_differ(ring: Keyring, tmp_path: Path) -> None:
    assert ring.blind_index("x", field="f") != Keyring.open(tmp_path).blind_index("x", field="f")


def sealed_file(ring: Keyring, plain: bytes, aad: bytes = PLACE) -> bytes:
    target = io.BytesIO()
    ring.seal_file(io.BytesIO(plain), target, aad=aad)
    return target.getvalue()


def opened_file(ring: Keyring, sealed: bytes, aad: bytes = PLACE) -> bytes:
    return b"".join(ring.unseal_file(io.BytesIO(sealed), aad=aad))


@pytest.mark.parametrize(
    "size", [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES, 3 * CHUNK_BYTES + 7]
)
def test_a_file_survives_sealing(ring: Keyring, size: int) -> None:
    plain = bytes(range(256)) * (size // 256) + bytes(size % 256)
    assert opened_file(ring, sealed_file(ring, plain)) == plain


def test_a_file_that_was_cut_reordered_changed_or_moved_does_not_open(ring: Keyring) -> None:
    sealed = sealed_file(ring, bytes(3 * CHUNK_BYTES))
    head, step = 28, CHUNK_BYTES + 16
    parts = [sealed[at : at + step] for at in range(head, len(sealed), step)]
    wrong = [
        sealed[:-1], sealed[: head + 2 * step], sealed + b"\0", sealed[:head], sealed[:10], b"",
        sealed[:head] + parts[1] + parts[0] + parts[2],
        sealed[:head] + parts[0] + parts[2],
        sealed[:100] + bytes([sealed[100] ^ 1]) + sealed[101:],
        sealed[:20] + bytes([sealed[20] ^ 1]) + sealed[21:],
    ]  # fmt: skip
    for each in wrong:
        with pytest.raises(SealBroken):
            opened_file(ring, each)
    with pytest.raises(SealBroken):
        opened_file(ring, sealed, aad=b"elsewhere")
