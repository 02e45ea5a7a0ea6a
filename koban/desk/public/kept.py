"""Photos that were taken already, carried by the page while something else is mended: none has to be sent twice.

The page holds a signed and dated name of each; the bytes are in the store, which drops after days what belongs to nothing.
"""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from koban.kernel.files import intake
from koban.kernel.files.intake import Taken
from koban.lib.errors import Refused
from koban.lib.media import PHOTO

FIELD = "photo_kept"
MOST = 5
SALT = "koban.public.photo"
MAX_AGE = 3600  # seconds
MANY = _("Send at most %(most)s photos. The first ones are kept; leave out the others.")
AGAIN = _("A photo was chosen too long ago. Please choose it again.")
NAMED = _("%(name)s: %(why)s")


def token(taken: Taken) -> str:
    """What the page carries for a photo. What its camera told stays out: a job reads it from the original again."""
    told = asdict(taken) | {"drawn": None}
    return signing.dumps(told, salt=SALT)


def read(tokens: Iterable[str]) -> tuple[list[Taken], list[str]]:
    """The photos of these tokens, each once, and a sentence where one is too old or not ours."""
    found: dict[str, Taken] = {}
    wrong: list[str] = []
    for each in tokens:
        try:
            told: dict[str, Any] = signing.loads(each, salt=SALT, max_age=MAX_AGE)
        except signing.BadSignature:
            wrong = [str(AGAIN)]
            continue
        found.setdefault(told["sha256"], Taken(**told))
    return list(found.values())[:MOST], wrong


def take(uploads: Iterable[UploadedFile], already: list[Taken]) -> tuple[list[Taken], list[str]]:
    """Take new photos beside those there already. Returns all that are good, and one sentence for each that is not.

    May take seconds: call it outside of a transaction.
    """
    good, wrong = {taken.sha256: taken for taken in already}, []
    for upload in uploads:
        if len(good) >= MOST:
            wrong.append(str(MANY % {"most": MOST}))
            break
        try:
            taken = intake.take(upload, kinds=[PHOTO])
        except Refused as no:
            wrong.append(str(NAMED % {"name": intake.tidy_name(upload.name or ""), "why": no.sentence}))
            continue
        good.setdefault(taken.sha256, taken)
    return list(good.values()), wrong
