"""From bytes to something that can be stored: the XML is read, the files are checked, hashed and put into the store."""

from collections.abc import Mapping

from django.core.files.uploadedfile import UploadedFile

from koban.kernel.files import intake
from koban.lib.errors import Refused
from koban.matters.forms import instances
from koban.matters.forms.actions import Incoming


def read(
    xml: bytes, uploads: Mapping[str, UploadedFile] | None = None, *, hashes: Mapping[str, str] | None = None
) -> Incoming:
    """Take a submission apart and its files in. Takes up to seconds: call it outside a transaction.

    uploads: by the names that the XML gives them. hashes: SHA-256 that the device took of a file, by its name.
    Raises Refused with one sentence that names the file.
    """
    instance = instances.read(xml)
    taken = {}
    for name, upload in (uploads or {}).items():
        try:
            taken[name[:249]] = intake.take(upload, declared_hash=(hashes or {}).get(name, ""))
        except Refused as why:
            raise Refused(f"{name[:80]}: {why}") from None
    return Incoming(instance, taken)
