"""Handing files out. The caller has asked whether this reader may, and has recorded the look.

Only what was drawn anew is ever shown inside a page; everything else is a download that no browser runs.
"""

from django.http import HttpResponseBase, StreamingHttpResponse

from koban.kernel.files import store
from koban.kernel.files.models import Attachment
from koban.lib.errors import Absent
from koban.lib.media import PHOTO, SUFFIXES

VIEW, THUMB, ORIGINAL = "view", "thumb", "original"
DRAWN_TYPE = "image/jpeg"
# Whatever a browser makes of the bytes: no script, no form, no frame, no address of ours.
POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"


def open_view(attachment: Attachment, form: str = VIEW) -> HttpResponseBase:
    """The answer that carries a file. form: "view", "thumb" (photos only) or "original" (sealed evidence, a download).

    The view of what is not a photo is the original as a download. Raises Absent where there is nothing to show.
    """
    sha256, is_drawn = _wanted(attachment, form)
    if not store.path_of(sha256).is_file():
        raise Absent
    kind = DRAWN_TYPE if is_drawn else attachment.type
    response = StreamingHttpResponse(store.read(sha256), content_type=kind)
    name = f"{sha256[:12]}{SUFFIXES[kind]}"
    response["Content-Disposition"] = f'{"inline" if is_drawn else "attachment"}; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = POLICY
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    return response


def _wanted(attachment: Attachment, form: str) -> tuple[str, bool]:
    if form == ORIGINAL:
        return attachment.sha256, False
    if attachment.state != Attachment.State.VIEWABLE:
        raise Absent
    if attachment.kind != PHOTO:
        if form == THUMB:
            raise Absent
        return attachment.sha256, False
    return (attachment.thumb_sha256 if form == THUMB else attachment.view_sha256), True
