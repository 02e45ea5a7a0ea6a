import io
from contextlib import closing
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory
from PIL import Image

from koban.kernel.access.once import once
from koban.kernel.access.throttle import Throttled
from koban.kernel.files import intake, uploads
from koban.kernel.ledger import PUBLIC, Actor
from koban.kernel.stations.models import Station
from koban.lib.errors import Refused

LI = Actor("officer", label="A-07")


def photo(name: str = "door.jpg") -> SimpleUploadedFile:
    file = io.BytesIO()
    Image.new("RGB", (40, 20), "red").save(file, "JPEG")
    return SimpleUploadedFile(name, file.getvalue(), "image/jpeg")


def posted(*files: SimpleUploadedFile, by: Actor = LI) -> Any:
    request: Any = RequestFactory().post("/", {"photos": list(files), "key": "k"})
    request.actor, request.station, request.session = by, None, {}
    return request


def seen_by(view: Any, request: Any, **options: Any) -> list[Any]:
    """What the view gets from `uploads.taken`."""
    seen: list[Any] = []

    def inner(request: Any) -> HttpResponse:
        seen.extend(uploads.taken(request, "photos"))
        return HttpResponse()

    with closing(request):
        uploads.taken_first("photos", kinds=["photo"], **options)(view(inner))(request)
    return seen


@pytest.mark.django_db(transaction=True)
def test_files_are_taken_before_the_transaction_of_once(monkeypatch: pytest.MonkeyPatch) -> None:
    inside: list[bool] = []
    take = intake.take

    def watched(*told: Any, **more: Any) -> Any:
        inside.append(connection.in_atomic_block)
        return take(*told, **more)

    monkeypatch.setattr(intake, "take", watched)
    found = seen_by(once, posted(photo(), photo("b.jpg")))
    assert [each.name for each in found] == ["door.jpg", "b.jpg"]
    assert inside == [False, False]


@pytest.mark.usefixtures("db")
def test_a_form_without_files_has_none(station: Station) -> None:
    assert seen_by(lambda view: view, posted()) == []


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("files, why", [
    ([("x.jpg", b"")], "empty"),
    ([("x.txt", b"hello")], "does not belong here"),
    ([("x.jpg", b"\xff\xd8\xff")] * 7, "at most 6"),
])  # fmt: skip
def test_what_is_not_taken_is_told_where_the_form_asks_for_it(
    files: list[tuple[str, bytes]], why: str
) -> None:
    sent = [
        SimpleUploadedFile(name, body, "text/plain" if name.endswith("txt") else "image/jpeg")
        for name, body in files
    ]
    with pytest.raises(Refused, match=why):
        seen_by(lambda view: view, posted(*sent))


@pytest.mark.usefixtures("db")
def test_the_public_cannot_keep_the_machine_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "PUBLIC_AN_HOUR", 1)
    seen_by(lambda view: view, posted(photo(), by=PUBLIC))
    with pytest.raises(Throttled):
        seen_by(lambda view: view, posted(photo(), by=PUBLIC))
    assert seen_by(lambda view: view, posted(photo()))
