"""What papers may say of an incident beyond its cover sheet."""

from typing import Any

from django.utils.formats import date_format

from koban.duties.incidents.forms import CATEGORIES
from koban.duties.incidents.models import Thing

FACTS: dict[str, Any] = {
    "things": lambda around: [
        [
            str(CATEGORIES.get(thing.category, thing.category)),
            "1",
            thing.description,
            str(date_format(thing.on, "DATE_FORMAT")),
        ]
        for thing in Thing.objects.filter(matter=around.matter).order_by("id")
    ],
}
