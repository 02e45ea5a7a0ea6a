"""The paper twin: boxes, volumes, loans and stock. A code on each of them says what it is."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from koban.duties.archive import retention, rules
from koban.duties.archive.models import Box, Loan, Stocktaking, Volume
from koban.kernel.access.roles import require
from koban.kernel.ledger import Actor, book
from koban.kernel.stations.models import Station
from koban.lib.errors import Refused
from koban.matters import actions as matters
from koban.matters.models import Matter

LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # none that looks like another
SAY_BOTH = _("A box has a code and a shelf.")
IS_THERE = _("There is a box %(code)s already.")
IS_OUT = _("%(volume)s is out: with %(to)s.")
DESTROYED = _("%(volume)s was destroyed.")
SAY_TO = _("Say who takes it.")
NOT_OUT = _("It is back already.")


def new_token() -> str:
    return "".join(secrets.choice(LETTERS) for _each in range(10))


def said(thing: Box | Volume, station: Station) -> str:
    """What the code of a box or a volume says."""
    return f"{prefix(station)}{'B' if isinstance(thing, Box) else 'V'}{thing.token}"


def prefix(station: Station) -> str:
    return f"koban:{station.code}:"


@transaction.atomic
def put_up(code: str, shelf: str, *, by: Actor, at: datetime) -> Box:
    """A new box on a shelf. Raises Refused for a code that is taken."""
    require(by, "archive.paper")
    code, shelf = code.strip().upper(), shelf.strip()
    if not code or not shelf:
        raise Refused(SAY_BOTH)
    if Box.objects.filter(code=code).exists():
        raise Refused(IS_THERE % {"code": code})
    made: Box = Box.objects.create(code=code, shelf=shelf, token=new_token(), made_at=at)
    book.write("archive.box", by=by, at=at, subject=made, facts={"name": code, "shelf": shelf}, rows=[made])
    return made


@transaction.atomic
def move(box: Box, shelf: str, *, by: Actor, at: datetime) -> Box:
    """The box stands on another shelf."""
    require(by, "archive.paper")
    if not shelf.strip():
        raise Refused(SAY_BOTH)
    box = Box.objects.select_for_update().get(pk=box.pk)
    box.shelf = shelf.strip()
    box.save(update_fields=["shelf"])
    book.write(
        "archive.box", by=by, at=at, subject=box, facts={"name": box.code, "shelf": box.shelf}, rows=[box]
    )
    return box


@transaction.atomic
def register(matter: Matter, *, by: Actor, at: datetime, pages: int = 0) -> Volume:
    """The next paper volume of a matter."""
    require(by, "archive.paper")
    matter = matters.locked(matter)
    number = Volume.objects.filter(matter=matter).count() + 1
    made: Volume = Volume.objects.create(
        matter=matter, number=number, token=new_token(), pages=pages, made_at=at
    )
    _page("archive.volume", made, by=by, at=at, rows=[made])
    return made


@transaction.atomic
def put(volume: Volume, box: Box | None, *, by: Actor, at: datetime) -> Volume:
    """Put a volume into a box, or take it out of one."""
    require(by, "archive.paper")
    volume = _locked(volume)
    volume.box = box
    volume.save(update_fields=["box"])
    _page("archive.put", volume, by=by, at=at, rows=[volume], name=box.code if box else "")
    return volume


@transaction.atomic
def lend(volume: Volume, to: str, *, by: Actor, at: datetime, station: Station) -> Loan:
    """Lend a volume; it is due back by the term of the pack. Raises Refused for one that is out."""
    require(by, "archive.paper")
    volume = _locked(volume)
    if not to.strip():
        raise Refused(SAY_TO)
    if out := Loan.objects.out().filter(volume=volume).first():
        raise Refused(IS_OUT % {"volume": volume, "to": out.to})
    today = retention.day(at, station)
    due = retention.after(rules.LOAN, today, station, today) or today
    made: Loan = Loan.objects.create(volume=volume, to=to.strip(), lent_on=today, due_on=due, label=by.label)
    _page("archive.lend", volume, by=by, at=at, rows=[made], due=due.isoformat())
    return made


@transaction.atomic
def give_back(loan: Loan, *, by: Actor, at: datetime, station: Station) -> Loan:
    """The volume is back."""
    require(by, "archive.paper")
    volume = _locked(loan.volume, destroyed=True)
    loan = Loan.objects.get(pk=loan.pk)
    if loan.back_on is not None:
        raise Refused(NOT_OUT)
    loan.back_on = retention.day(at, station)
    loan.save(update_fields=["back_on"])
    _page("archive.give_back", volume, by=by, at=at, rows=[loan])
    return loan


@transaction.atomic
def take_stock(box: Box, codes: Sequence[str], *, by: Actor, at: datetime, station: Station) -> Stocktaking:
    """Compare what was seen in a box with what should be in it. What is lent is not missing."""
    require(by, "archive.paper")
    known = {
        said(one, station): one for one in Volume.objects.select_related("matter").filter(destroyed_on=None)
    }
    lent = set(Loan.objects.out().values_list("volume_id", flat=True))
    seen = {code.strip() for code in codes if code.strip()} - {said(box, station)}
    here = {
        code for code, one in known.items() if one.box_id == box.pk and (one.pk not in lent or code in seen)
    }
    found = rules.stock(here, known.keys() - here, seen)
    made = Stocktaking(
        box=box, at=at, label=by.label, seen=len(seen), missing=[str(known[code]) for code in found.missing],
        misplaced=[str(known[code]) for code in found.misplaced], extra=[code[:60] for code in found.extra],
    )  # fmt: skip
    made.save(force_insert=True)
    facts = {"name": box.code, "count": len(seen)}
    book.write("archive.take_stock", by=by, at=at, subject=made, facts=facts, rows=[made])
    return made


def _locked(volume: Volume, *, destroyed: bool = False) -> Volume:
    matters.locked(volume.matter)
    found: Volume = Volume.objects.select_related("matter").get(pk=volume.pk)
    if found.destroyed_on and not destroyed:
        raise Refused(DESTROYED % {"volume": found})
    return found


def _page(verb: str, volume: Volume, *, by: Actor, at: datetime, rows: list[Any], **facts: Any) -> None:
    told = {"number": str(volume), **facts}
    book.write(verb, by=by, at=at, matter_id=volume.matter_id, subject=volume, facts=told, rows=rows)
