"""Files come in pieces, are checked whole by their hash, and find the entries that tell of them, whichever came first."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from koban.desk.field import spool
from koban.desk.field.models import Arrived, Awaited, Entry
from koban.desk.field.phones import own_post
from koban.desk.field.spool import Pile
from koban.duties.incidents import actions as incidents
from koban.kernel.access.roles import require
from koban.kernel.files import intake, limits, store
from koban.kernel.files.intake import Taken
from koban.kernel.ledger import Actor
from koban.lib import media
from koban.lib.errors import Absent, KobanError, Refused
from koban.matters.forms import actions as forms
from koban.matters.forms import instances
from koban.matters.forms.models import SubmissionFile
from koban.matters.models import Matter

PIECE = 4_000_000  # bytes of one request
SPOOL = 800_000_000  # bytes that one post may have here unfinished
KINDS = frozenset({media.PHOTO, media.AUDIO, media.DOCUMENT})

TOO_LARGE = _("The file is larger than %(most)s million bytes. Take a smaller picture.")
TOO_MUCH = _("Too much of this phone is here unfinished. Send what was begun first.")
PIECE_TOO_LARGE = _("Send a file in pieces of at most %(most)s bytes.")
NO_SIZE = _("Say how large the whole file is, and where this piece begins.")


class TooMuch(KobanError):
    """More bytes than are taken (413)."""


class Elsewhere(KobanError):
    """The piece does not begin where the last one ended (409). reached: from where on to send."""

    def __init__(self, reached: int) -> None:
        super().__init__(_("The piece does not begin where the last one ended."))
        self.reached = reached


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a file. size: of the whole file; offset: where it begins. All in bytes. type: as the phone says."""

    sha256: str
    size: int
    offset: int
    content: bytes
    type: str


def reached(sha256: str, *, by: Actor) -> tuple[int, bool]:
    """How many bytes of a file are here, and whether it is whole. Raises Absent for what is no hash."""
    require(by, "field.work")
    row = _whole(sha256, by)
    return (row.size, True) if row else (_pile(sha256, by).reached(), False)


def take(piece: Piece, *, by: Actor, at: datetime) -> tuple[int, bool]:
    """Keep one piece; with the last one the file is checked and joins its entries. Returns as `reached`.

    Raises TooMuch, Elsewhere, and Refused for a whole file that is not what it should be.
    """
    require(by, "field.work")
    if row := _whole(piece.sha256, by):
        with transaction.atomic():
            _join_open(row, by=by, at=at)
        return row.size, True
    pile = _pile(piece.sha256, by)
    _fits(piece)
    there = pile.reached()
    if piece.offset != there:
        raise Elsewhere(there)
    if piece.content:
        if spool.bytes_of(own_post(by)) > SPOOL:
            raise TooMuch(TOO_MUCH)
        pile.put(piece.offset, piece.content)
    there = pile.reached()
    if there < piece.size:
        return there, False
    with pile.turn():
        _finish(pile, piece, by=by, at=at)
    return piece.size, True


def attach_here(entry: Entry, *, by: Actor, at: datetime) -> None:
    """Give an entry that was just done the files that came before it."""
    wanted = list(Awaited.objects.filter(entry=entry, attachment_id=None).select_related("entry__device"))
    here = Arrived.objects.filter(post_id=entry.post_id, sha256__in=[one.sha256 for one in wanted])
    _join(wanted, {row.sha256: row for row in here}, by=by, at=at)


def _finish(pile: Pile, piece: Piece, *, by: Actor, at: datetime) -> None:
    if _whole(piece.sha256, by):
        return
    with pile.whole() as stream:
        upload = UploadedFile(stream, name=None, content_type=piece.type, size=piece.size)
        try:
            taken = intake.take(upload, kinds=KINDS, declared_hash=piece.sha256, draw_now=False)
        except Refused:
            pile.drop()  # it can never become what it should be: the phone begins anew
            raise
    with transaction.atomic():
        _arrive(taken, by=by, at=at)
    pile.drop()


def _arrive(taken: Taken, *, by: Actor, at: datetime) -> None:
    row = Arrived.objects.update_or_create(
        post_id=by.at_post, sha256=taken.sha256,
        defaults={"size": taken.size, "type": taken.type, "kind": taken.kind, "declared_type": taken.declared_type, "at": at},
    )[0]  # fmt: skip
    _join_open(row, by=by, at=at)


def _join_open(row: Arrived, *, by: Actor, at: datetime) -> None:
    """Give a file to every entry that waits for it.

    An entry and its file that came in the same moment may have missed each other: the phone hears that the entry still
    waits, says again that the file is whole, and they are joined then.
    """
    open_ = Awaited.objects.open().filter(sha256=row.sha256, entry__post_id=row.post_id)
    wanted = open_.select_related("entry__device").select_for_update(of=("self",))
    _join(list(wanted), {row.sha256: row}, by=by, at=at)


def _join(wanted: Iterable[Awaited], here: dict[str, Arrived], *, by: Actor, at: datetime) -> None:
    for one in wanted:
        if found := here.get(one.sha256):
            one.attachment_id = _attached(one, _taken(found, one.name), by=by, at=at)
            one.save(update_fields=["attachment_id"])


def _attached(one: Awaited, taken: Taken, *, by: Actor, at: datetime) -> UUID:
    entry = one.entry
    if entry.kind == "form":
        instance = instances.read(json.loads(entry.body)["body"]["xml"].encode())
        incoming = forms.Incoming(instance, {one.name: taken})
        done = forms.receive(incoming, by=by, at=at, device=entry.device, matter_id=entry.matter_id)
        row: SubmissionFile = SubmissionFile.objects.get(submission=done.submission, name=one.name)
        return row.attachment_id
    kept = intake.attach(taken, matter_id=entry.matter_id, by=by, at=at, captured_at=one.taken_at)
    matter = Matter.objects.get(pk=entry.matter_id)
    if matter.kind == incidents.KIND:
        incidents.log_scene(matter, "photo", "", by=by, at=at, seen_at=one.taken_at, attachment_id=kept.pk)
    return kept.pk


def _taken(row: Arrived, name: str) -> Taken:
    return Taken(row.sha256, row.size, row.type, row.kind, row.declared_type, intake.tidy_name(name), None)


def _whole(sha256: str, by: Actor) -> Arrived | None:
    """The row of a file that is here, if its bytes still are."""
    row: Arrived | None = Arrived.objects.filter(post_id=by.at_post, sha256=sha256).first()
    return row if row and store.path_of(sha256).exists() else None


def _pile(sha256: str, by: Actor) -> Pile:
    try:
        return Pile(own_post(by), sha256)
    except ValueError:
        raise Absent from None


def _fits(piece: Piece) -> None:
    most = max(limits.file_bytes(kind) for kind in KINDS)
    if piece.size > most or piece.offset + len(piece.content) > piece.size:
        raise TooMuch(TOO_LARGE % {"most": f"{most / 1_000_000:g}"})
    if len(piece.content) > PIECE:
        raise TooMuch(PIECE_TOO_LARGE % {"most": PIECE})
