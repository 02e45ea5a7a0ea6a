"""Small forms and what telephones say by them."""

from datetime import UTC, datetime
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from PIL import Image

from koban.kernel.ledger import SYSTEM, book
from koban.matters.forms.models import Form

PUBLISHED = datetime(2026, 1, 5, 4, tzinfo=UTC)
FIELDS = [
    {"path": "start", "type": "dateTime", "preload": "start"},
    {"path": "end", "type": "dateTime", "preload": "end"},
    {"path": "where", "type": "geopoint"},
    {"path": "lamp", "type": "string"},
    {"path": "photo", "type": "binary"},
    {"path": "second", "type": "binary"},
    {"path": "floor", "type": "repeat"},
    {"path": "floor/door", "type": "string"},
]


def stairs(version: str = "1", **told) -> Form:
    fields = {
        "form_id": "stairs",
        "is_open": True,
        "published_at": PUBLISHED,
        "made_at": PUBLISHED,
        "made_by": "012345",
    } | told
    form = Form(
        version=version, title="Stairwell", title_zh="楼道", hash="0" * 32, xform="<h/>",
        fields=FIELDS, **fields,
    )  # fmt: skip
    with transaction.atomic():
        form.save(force_insert=True)
        book.write("forms.add", by=SYSTEM, at=PUBLISHED, subject=form, rows=[form])
    return form


def answered(
    instance: str = "uuid:1", *, deprecated: str = "", version: str = "1", form: str = "stairs", **told
) -> bytes:
    """A submission. told: path -> text; `floors`: one door each."""
    floors = told.pop("floors", ())
    meta = f"<instanceID>{instance}</instanceID>" + (
        f"<deprecatedID>{deprecated}</deprecatedID>" if deprecated else ""
    )
    nodes = "".join(f"<{name}>{text}</{name}>" for name, text in told.items())
    rows = "".join(f"<floor><door>{door}</door></floor>" for door in floors)
    return (
        f'<?xml version="1.0"?><data xmlns:orx="http://openrosa.org/xforms" id="{form}" version="{version}">'
        f"{nodes}{rows}<meta>{meta}</meta></data>"
    ).encode()


def picture(name: str = "a.jpg", colour: str = "red") -> SimpleUploadedFile:
    content = BytesIO()
    Image.new("RGB", (40, 30), colour).save(content, "JPEG")
    return SimpleUploadedFile(name, content.getvalue(), "image/jpeg")
