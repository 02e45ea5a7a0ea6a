"""Checklists on telephones: every list loads as a form, and what comes back is recorded once."""

from datetime import date
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from koban.duties.inspections import checklists, queries, regimes, sheets, submitting
from koban.duties.inspections.duty import DUTY
from koban.duties.inspections.models import Finding, Inspection
from koban.kernel.access.testing import actor_of
from koban.kernel.files.models import Attachment
from koban.lib import workbook
from koban.matters.forms import actions, receiving, xlsforms
from koban.matters.forms.models import Form, Submission

pytestmark = pytest.mark.django_db
ON = date(2026, 3, 2)


@pytest.mark.parametrize("kind", regimes.kinds("cn"))
def test_every_checklist_loads_as_a_form_in_both_languages(kind):
    row: Any = regimes.regime(kind, "cn", ON)
    found: Any = regimes.checklist(row.checklist, "cn")
    made = sheets.build(row, found)
    read = xlsforms.build(made, name=f"{kind}.xlsx")
    assert read.errors == []
    assert read.form_id == f"inspection_{kind}"
    assert read.form_id in DUTY.forms
    assert set(read.languages) == {"en", "zh"}
    assert set(workbook.read(sheets.workbook(made))) == {"survey", "choices", "settings"}


def test_other_words_make_another_version():
    row: Any = regimes.regime("bath", "cn", ON)
    found: Any = regimes.checklist("bath", "cn")
    first = sheets.build(row, found)["settings"][0]["version"]
    assert sheets.build(row, found)["settings"][0]["version"] == first
    fewer = found.model_copy(update={"items": found.items[1:]})
    assert sheets.build(row, fewer)["settings"][0]["version"] != first


@pytest.fixture
def out(desk, venues):
    """The forms, sent out from the desk; a second press changes nothing."""
    for _again in range(2):
        assert desk.post(reverse("inspections:publish"), {"key": uuid4().hex}).status_code == 302
    return Form.objects.get(form_id="inspection_hotel")


def picture():
    made = BytesIO()
    Image.new("RGB", (60, 40), "white").save(made, "JPEG")
    return SimpleUploadedFile("door.jpg", made.getvalue(), "image/jpeg")


def sent(form, place, office, instance="uuid:one", **change):
    told = {"venue": place.unit_id, "showed_card": "OK", "officers": 2, "theirs": "responsible"}
    for point in checklists.of_kind("hotel", office, queries.day_of(timezone.now(), office)).points:
        if point.allows is not None:
            told[f"value_{point.key}"] = next(n for n in (0, 30, 90) if point.allows(n))
        else:
            told[f"said_{point.key}"] = "yes"
    nodes = "".join(f"<{name}>{text}</{name}>" for name, text in (told | change).items())
    return (
        f'<?xml version="1.0"?><data xmlns:orx="http://openrosa.org/xforms" id="{form.form_id}" '
        f'version="{form.version}">{nodes}<meta><instanceID>{instance}</instanceID></meta></data>'
    ).encode()


WRONG = {"said_exits": "no", "words_exits": "后门上锁", "photo_exits": "door.jpg"}


def test_a_checklist_from_a_telephone_is_recorded_once_with_its_photo(out, venues, office, people, desk):
    by, at = actor_of(people.li), timezone.now()
    xml = sent(out, venues.hotel, office, **WRONG)
    actions.receive(receiving.read(xml, {"door.jpg": picture()}), by=by, at=at)
    done = actions.receive(receiving.read(xml, {"door.jpg": picture()}), by=by, at=at)
    assert done.submission.trouble == ""
    row, finding = Inspection.objects.get(), Finding.objects.get()
    assert (row.submission, finding.item) == ("uuid:one", "exits")
    assert done.submission.matter_id == row.matter_id
    where = [row.matter.year, row.matter.number, finding.photo_id, "thumb"]
    file = Attachment.objects.get(pk=finding.photo_id)
    assert file.matter_id != row.matter_id
    assert submitting.may_open(file, row, {finding.photo_id})
    assert not submitting.may_open(file, row, set())
    assert desk.get(reverse("inspections:file", args=[*where[:2], uuid4(), "thumb"])).status_code == 404


@pytest.mark.parametrize("change, trouble", [
    ({"officers": 1}, "needs 2 people"), ({"venue": "nowhere"}, "neither which place"), ({"showed_card": ""}, "card"),
    ({"said_exits": "no"}, "Write down what is wrong"),
])  # fmt: skip
def test_what_cannot_be_recorded_is_kept_and_says_why(out, venues, office, people, change, trouble):
    incoming = receiving.read(sent(out, venues.hotel, office, **change))
    actions.receive(incoming, by=actor_of(people.li), at=timezone.now())
    assert trouble in Submission.objects.get().trouble
    assert Inspection.objects.filter(done_at__isnull=False).count() == 0
