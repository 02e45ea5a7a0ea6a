import hashlib
import io
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from PIL import ExifTags, Image
from pytest_django import Settings

from koban.kernel import stations
from koban.kernel.files import drawing, intake, proof, serving, store
from koban.kernel.files.models import Attachment
from koban.kernel.jobs.models import Job
from koban.kernel.jobs.worker import drain
from koban.kernel.ledger import Actor, reading
from koban.kernel.stations.models import Station
from koban.lib import media
from koban.lib.errors import Absent, Refused
from koban.lib.ids import uuid7

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
MATTER = uuid7()
LI = Actor("officer", label="A-07")
OWNER = "Wang Xiaoming"
pytestmark = pytest.mark.usefixtures("scope")


def picture(color: str = "red", size: tuple[int, int] = (80, 40), kind: str = "JPEG") -> bytes:
    file, exif = io.BytesIO(), Image.Exif()
    exif[ExifTags.Base.Artist] = OWNER
    exif.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: (30.0, 15.0, 0.0), 3: "E", 4: (120.0, 30.0, 0.0)})
    Image.new("RGB", size, color).save(file, kind, exif=exif)
    return file.getvalue()


def upload(content: bytes, name: str = "door.jpg", declared: str = "image/jpeg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, declared)


def received(
    content: bytes = b"", name: str = "door.jpg", declared: str = "image/jpeg", **told: Any
) -> Attachment:
    return intake.receive(
        upload(content or picture(), name, declared), matter_id=MATTER, by=LI, at=NOON, **told
    )


def shown(attachment: Attachment, form: str = "view") -> bytes:
    return b"".join(serving.open_view(attachment, form).streaming_content)  # type: ignore[attr-defined]


def test_a_photo_is_kept_as_it_came_and_shown_as_drawn_anew() -> None:
    photo = received(captured_at=NOON, declared_hash=hashlib.sha256(picture()).hexdigest().upper())
    assert (photo.state, photo.kind, photo.type, photo.size) == (
        "viewable",
        "photo",
        "image/jpeg",
        len(picture()),
    )
    assert photo.sha256 == hashlib.sha256(picture()).hexdigest()
    assert shown(photo, "original") == picture()
    for form in ("view", "thumb"):
        assert OWNER.encode() not in shown(photo, form)
        with Image.open(io.BytesIO(shown(photo, form))) as image:
            assert image.size == (80, 40)
    assert photo.told == {"width": 80, "height": 40, "lat": 30.25, "lon": 120.5}


def test_nothing_personal_lies_open_in_the_database_or_on_the_disk(folder: Path) -> None:
    photo = received(name=f"{OWNER}.jpg")
    photo.refresh_from_db()
    assert photo.name == f"{OWNER}.jpg"
    row = "".join(str(getattr(photo, field.attname)) for field in photo._meta.concrete_fields)
    assert OWNER not in row
    assert "120.5" not in row
    for path in folder.rglob("*"):
        assert not path.is_file() or (
            OWNER.encode() not in path.read_bytes() and b"JFIF" not in path.read_bytes()
        )


def test_the_page_of_a_file_tells_its_hash_and_not_its_name(station: Station) -> None:
    photo = received(name=f"{OWNER}.jpg")
    page = reading.of_matter(MATTER).get()
    assert (page.verb, page.actor, page.subject) == ("files.receive", "A-07", f"files.attachment:{photo.pk}")
    assert page.facts == {"kind": "photo", "type": "image/jpeg", "size": photo.size, "sha256": photo.sha256}
    assert page.seals == {f"files.attachment:{photo.pk}": Attachment.objects.get().digest()}


@pytest.mark.parametrize("content, name, declared, kind", [
    (b"%PDF-1.7\n", "paper.pdf", "application/pdf", "document"),
    ("门锁坏了".encode(), "note.txt", "text/plain", "document"),
    (b"\0\0\0\x18ftypM4A \0\0\0\0", "voice.m4a", "audio/x-m4a", "audio"),
    (b"\0\0\0\x18ftypisom\0\0\0\0", "", "", "video"),
])  # fmt: skip
def test_what_is_not_a_photo_is_only_ever_a_download(
    content: bytes, name: str, declared: str, kind: str
) -> None:
    attachment = received(content, name or "x", declared)
    assert (attachment.kind, attachment.state) == (kind, "viewable")
    response = serving.open_view(attachment)
    assert response["Content-Disposition"].startswith("attachment;")
    assert shown(attachment) == content
    with pytest.raises(Absent):
        serving.open_view(attachment, "thumb")


@pytest.mark.parametrize(
    "form, disposition", [("view", "inline"), ("thumb", "inline"), ("original", "attachment")]
)
def test_a_browser_is_told_to_run_nothing(form: str, disposition: str) -> None:
    response = serving.open_view(received(name=f"{OWNER}.jpg"), form)
    assert response["Content-Type"] == "image/jpeg"
    assert response["Content-Disposition"].startswith(disposition)
    assert OWNER not in response["Content-Disposition"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox; frame-ancestors 'none'"
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("content, name, declared, why", [
    (b"", "door.jpg", "image/jpeg", "empty"),
    (b"MZ\x90\0", "door.exe", "application/x-msdownload", "not taken"),
    (b"<svg onload='x'>", "door.svg", "image/svg+xml", "not taken"),
    (b"<html><script>", "note.txt", "text/plain", "not taken"),
    (picture(), "door.pdf", "application/pdf", "not what"),
    (b"%PDF-1.7", "door.jpg", "image/jpeg", "not what"),
    (picture()[:-40], "door.jpg", "image/jpeg", "damaged"),
    (b"%PDF-1.7" + bytes(30_000_000), "long.pdf", "application/pdf", "30 million bytes"),
])  # fmt: skip
def test_bad_input_is_refused_with_a_sentence_and_leaves_nothing(
    content: bytes, name: str, declared: str, why: str, folder: Path
) -> None:
    with pytest.raises(Refused, match=why) as refusal:
        received(content, name, declared) if content else received_empty(name, declared)
    assert str(refusal.value).endswith(".")
    assert not Attachment.objects.exists()
    assert not [path for path in folder.rglob("*") if path.is_file()]


def received_empty(name: str, declared: str) -> None:
    intake.receive(upload(b"", name, declared), matter_id=MATTER, by=LI, at=NOON)


def test_too_many_pixels_are_refused(settings: Settings) -> None:
    settings.KOBAN_PICTURE_LIMITS = {"pixels": 3000}
    with pytest.raises(Refused, match="too many pixels"):
        received()


def test_a_limit_is_a_setting(settings: Settings) -> None:
    settings.KOBAN_FILE_BYTES = {"photo": 100}
    with pytest.raises(Refused, match=r"0\.0001 million bytes"):
        received()


def test_a_file_that_changed_on_its_way_is_refused() -> None:
    with pytest.raises(Refused, match="did not arrive as it was sent"):
        received(declared_hash="0" * 64)


def test_a_place_for_photos_takes_no_paper() -> None:
    with pytest.raises(Refused, match="does not belong here"):
        received(b"%PDF-1.7", "paper.pdf", "application/pdf", kind="photo")


@pytest.mark.parametrize("name, tidy", [
    ("C:\\Users\\x\\door.jpg", "door.jpg"),
    ("../../etc/passwd", "passwd"),
    ("a\u202eb\x00c\n.jpg", "abc.jpg"),
    ("e\u0301.jpg", "é.jpg"),
    ("门" * 200 + ".jpg", "门" * 116 + ".jpg"),
    ("x" * 200, "x" * 120),
    ("", ""),
])  # fmt: skip
def test_a_name_is_tidied(name: str, tidy: str) -> None:
    assert intake.tidy_name(name) == tidy


def test_the_same_bytes_are_stored_once(folder: Path) -> None:
    first, second = received(), received()
    assert first.sha256 == second.sha256
    kept = [path for path in folder.rglob("*") if path.is_file()]
    assert len(kept) == 2  # the original, and one picture that is view and thumbnail


def test_a_busy_machine_draws_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media, "_slots", no_slots())
    taken = intake.take(upload(picture()))
    monkeypatch.undo()
    photo = intake.attach(taken, matter_id=MATTER, by=LI, at=NOON)
    assert photo.state == "stored"
    with pytest.raises(Absent):
        serving.open_view(photo)
    assert drain() == 1
    photo.refresh_from_db()
    assert (photo.state, photo.told["lon"]) == ("viewable", 120.5)
    assert [page.verb for page in reading.of_matter(MATTER)] == ["files.receive", "files.draw"]
    assert reading.of_matter(MATTER).last().seals == {f"files.attachment:{photo.pk}": photo.digest()}


def no_slots() -> Any:
    slots = threading.BoundedSemaphore(1)
    slots.acquire()
    return slots


def test_a_picture_that_cannot_be_drawn_later_stays_as_evidence() -> None:
    broken = picture()[:-40]
    digest = hashlib.sha256(broken).hexdigest()
    store.keep(io.BytesIO(broken), digest)
    taken = intake.Taken(digest, len(broken), "image/jpeg", "photo", "", "", None)
    photo = intake.attach(taken, matter_id=MATTER, by=LI, at=NOON)
    drain()
    photo.refresh_from_db()
    assert (photo.state, photo.reason) == ("refused", "damaged")
    assert shown(photo, "original") == broken
    drawing.draw.enqueue(str(photo.pk))
    drain()
    assert reading.of_matter(MATTER).count() == 2


def test_publishing_is_for_photos_and_is_on_a_page() -> None:
    photo, paper = received(), received(b"%PDF-1.7", "paper.pdf", "application/pdf")
    assert not Attachment.objects.shown_to_public().exists()
    intake.publish(photo, True, by=LI, at=NOON)
    assert Attachment.objects.shown_to_public().get() == photo
    intake.publish(photo, False, by=LI, at=NOON)
    assert not Attachment.objects.shown_to_public().exists()
    with pytest.raises(Refused):
        intake.publish(paper, True, by=LI, at=NOON)
    assert [page.verb for page in reading.of_matter(MATTER)][2:] == ["files.publish", "files.withdraw"]


def test_the_database_keeps_a_photo_from_being_shown_as_it_came() -> None:
    photo = received()
    photo.view_sha256 = ""
    with pytest.raises(IntegrityError), transaction.atomic():
        photo.save()


def test_another_station_sees_no_file_of_this_one(station: Station) -> None:
    received()
    other = Station.objects.create(code="other", name="other", kind="office", path="other/")
    with stations.scope(other.pk):
        assert not Attachment.objects.of_matter(MATTER).exists()


def spoil(sha256: str) -> None:
    path = store.path_of(sha256)
    path.write_bytes(path.read_bytes()[:-1] + b"\0")


def test_verify_names_what_is_missing_or_changed() -> None:
    photo = received()
    assert list(proof.verify_all()) == [(photo, "")]
    spoil(photo.view_sha256)
    assert proof.verify(photo) == "view: changed"
    store.path_of(photo.sha256).unlink()
    assert proof.verify(photo) == "original: missing"


def test_a_stored_file_moved_to_another_name_does_not_pass(folder: Path) -> None:
    red, blue = received(), received(picture("blue"))
    store.path_of(red.sha256).write_bytes(store.path_of(blue.sha256).read_bytes())
    assert proof.verify(red) == "original: changed"


def test_a_missing_file_looks_like_absence() -> None:
    photo = received()
    store.path_of(photo.view_sha256).unlink()
    with pytest.raises(Absent):
        serving.open_view(photo)


def test_the_sweep_takes_only_what_is_old_and_has_no_row(folder: Path) -> None:
    photo = received()
    lost = hashlib.sha256(b"lost").hexdigest()
    store.keep(io.BytesIO(b"lost"), lost)
    (folder / lost[:2] / lost[2:4] / ".draft-1").touch()
    with stations.outside():
        assert proof.drop_orphans(datetime(2020, 1, 1, tzinfo=UTC)) == 0
        assert store.path_of(lost).exists()
        assert proof.drop_orphans(datetime(2120, 1, 1, tzinfo=UTC)) == 1
    assert not store.path_of(lost).exists()
    assert not list(folder.rglob(".draft-*"))
    assert proof.verify(photo) == ""


def test_the_sweep_runs_as_a_job() -> None:
    with stations.outside():
        proof.drop_old_orphans.enqueue()
    assert drain() == 1
    assert Job.objects.get().state == "done"


@pytest.mark.parametrize("name", ["", "x", "../../../etc/passwd", "A" * 64])
def test_the_store_knows_hashes_alone(name: str) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        store.path_of(name)
