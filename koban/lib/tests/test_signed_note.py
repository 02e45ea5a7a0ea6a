import pytest
from hypothesis import given
from hypothesis import strategies as st

from koban.lib.signed_note import BadNote, Checkpoint, Signer, Verifier, parse, sign, verify

# The vectors of the reference implementation (Go, golang.org/x/mod/sumdb/note).
VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
SKEY = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
LINE = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
NOTE = TEXT + "\n" + LINE
SPOILED = LINE.replace("RyyBwJnAM=", "RyyBwJnBM=")

PETER = Verifier.from_text(VKEY)
OURS = Signer("koban.example/yinhe", bytes(range(32)))
CHECKPOINT_TEXT = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"


def test_the_reference_note_verifies() -> None:
    assert verify(NOTE, [PETER]) == (TEXT, ["PeterNeumann"])
    assert verify(NOTE.encode(), [PETER, OURS.verifier]) == (TEXT, ["PeterNeumann"])


def test_signing_gives_the_reference_note_byte_for_byte() -> None:
    assert sign(TEXT, Signer.from_text(SKEY)) == NOTE


def test_keys_survive_their_text() -> None:
    assert Signer.from_text(SKEY).to_text() == SKEY
    assert Signer.from_text(SKEY).verifier == PETER
    assert PETER.to_text() == VKEY
    fresh = Signer.generate("koban.example/new")
    assert verify(sign("x\n", fresh), [Verifier.from_text(fresh.verifier.to_text())])[0] == "x\n"


def test_a_secret_key_does_not_show_itself() -> None:
    assert "AYEK" not in repr(Signer.from_text(SKEY))


@pytest.mark.parametrize("note", [
    TEXT,
    TEXT + "\n",
    TEXT + "\n" + LINE.rstrip("\n"),
    "\x01" + NOTE,
    b"\xff" + NOTE.encode(),
    TEXT + "\n" + LINE.replace("PeterNeumann", "Bad Name"),
    TEXT + "\n" + LINE.replace("PeterNeumann", "Peter+Neumann"),
    NOTE + "Unexpected line.\n",
    TEXT + "\n— PeterNeumann x08g\n",
    TEXT + "\n— PeterNeumann ***\n",
    TEXT + "\n" + LINE * 101,
    "x" * 1_000_001,
])  # fmt: skip
def test_what_is_no_note_is_refused_with_a_sentence(note: str | bytes) -> None:
    with pytest.raises(BadNote, match=r"\.$"):
        verify(note, [PETER])


@pytest.mark.parametrize("note, why", [
    (NOTE.replace("cryptography", "cryptographY"), "does not fit"),
    (TEXT + "\n" + SPOILED, "does not fit"),
    (TEXT + "\n" + SPOILED + LINE, "does not fit"),
    (sign(TEXT, OURS), "No known key"),
])  # fmt: skip
def test_a_note_that_is_not_signed_right_is_refused(note: str, why: str) -> None:
    with pytest.raises(BadNote, match=why):
        verify(note, [PETER])


def test_lines_of_unknown_keys_are_ignored_and_a_key_counts_once() -> None:
    stranger = Signer("koban.example/stranger", bytes(32))
    note = sign(TEXT, stranger, Signer.from_text(SKEY), OURS)
    assert verify(note, [PETER, OURS.verifier]) == (TEXT, ["PeterNeumann", OURS.name])
    assert verify(TEXT + "\n" + LINE * 100, [PETER]) == (TEXT, ["PeterNeumann"])
    assert [line.name for line in parse(note)[1]] == [stranger.name, "PeterNeumann", OURS.name]


@pytest.mark.parametrize("text", [
    "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",  # wrong length, right id
    "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",  # unknown algorithm, right id
    VKEY.replace("c74f20a3", "c74f20a4"),
    VKEY.replace("PeterNeumann", "Peter Neumann"),
    VKEY.replace("PeterNeumann", ""),
    "PeterNeumann",
    "",
])  # fmt: skip
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(BadNote):
        Verifier.from_text(text)
    with pytest.raises(BadNote) as refusal:
        Signer.from_text("PRIVATE+KEY+" + text)
    assert "ARpc" not in str(refusal.value)


@pytest.mark.parametrize("text", ["no newline", "", "tab\t\n", "\x00\n"])
def test_text_that_no_note_can_hold_is_not_signed(text: str) -> None:
    with pytest.raises(BadNote):
        sign(text, OURS)


def test_a_note_without_a_signature_is_not_made() -> None:
    with pytest.raises(BadNote):
        sign(TEXT)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])), st.integers(0, 5))
def test_any_text_survives_signing(line: str, gaps: int) -> None:
    text = line + "\n" + "\n" * gaps + line + "\n"
    assert verify(sign(text, OURS), [OURS.verifier]) == (text, [OURS.name])


def test_a_checkpoint_survives_its_text() -> None:
    found = Checkpoint.from_text(CHECKPOINT_TEXT)
    assert (found.origin, found.size) == ("example.com/behind-the-sofa", 20852163)
    assert found.to_text() == CHECKPOINT_TEXT
    extended = Checkpoint("koban.example/yinhe", 0, bytes(32), ("taken on 2026-03-01",))
    assert Checkpoint.from_text(verify(sign(extended.to_text(), OURS), [OURS.verifier])[0]) == extended


@pytest.mark.parametrize("text", [
    "",
    "origin\n",
    "origin\n1\n",
    CHECKPOINT_TEXT.rstrip("\n"),
    CHECKPOINT_TEXT + "\n",
    CHECKPOINT_TEXT.replace("20852163", "020852163"),
    CHECKPOINT_TEXT.replace("20852163", "-1"),
    CHECKPOINT_TEXT.replace("20852163", "٣"),
    CHECKPOINT_TEXT.replace("20852163", "9" * 20),
    CHECKPOINT_TEXT.replace("CsUY", ""),
    CHECKPOINT_TEXT.replace("CsUY", "*"),
    "\n" + CHECKPOINT_TEXT,
])  # fmt: skip
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(BadNote):
        Checkpoint.from_text(text)


@pytest.mark.parametrize("wrong", [
    Checkpoint("evil\n999", 1, bytes(32)),
    Checkpoint("", 1, bytes(32)),
    Checkpoint("origin", -1, bytes(32)),
    Checkpoint("origin", 1, bytes(31)),
    Checkpoint("origin", 1, bytes(32), ("",)),
])  # fmt: skip
def test_a_checkpoint_that_would_read_as_another_is_not_written(wrong: Checkpoint) -> None:
    with pytest.raises(BadNote):
        wrong.to_text()
