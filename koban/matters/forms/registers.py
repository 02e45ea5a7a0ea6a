"""What becomes of the places and things that forms tell of: taken over where nobody was faster, else kept for a decision."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from koban.kernel.access.roles import require
from koban.kernel.ledger import Actor, book
from koban.lib.errors import KobanError, Refused
from koban.matters.forms import lists, rules
from koban.matters.forms.instances import Told
from koban.matters.forms.lists import EntityList
from koban.matters.forms.models import EntityUpdate, Submission
from koban.registers.premises import unit_actions
from koban.registers.premises.models import Asset, Unit

State = EntityUpdate.State
COLUMN = {"venues": {"hours": "hours", "label_en": "name_en"}, "assets": {"state": "state", "code": "code"}}
CHANGE: dict[type[Any], Callable[..., Any]] = {
    Unit: unit_actions.change_unit,
    Asset: unit_actions.change_asset,
}


def take(
    submission: Submission, told: Sequence[Told], *, by: Actor, at: datetime
) -> tuple[list[EntityUpdate], bool]:
    """Rows for what a submission says of places and things, and whether one of them stands against another.

    An update that saw the newest version changes the register, where its property is one that forms may write and its
    sender may; what is new, or unknown to the register, is noted beside it.
    """
    made = [row for one in told if (row := _row(submission, one)) is not None]
    for row in made:
        if row.state == State.APPLIED and not _written(row, by=by, at=at):
            row.state = State.KEPT
    EntityUpdate.objects.bulk_create(made)
    return made, any(row.state == State.CONFLICT for row in made)


@transaction.atomic
def settle(update: EntityUpdate, take_over: bool, *, by: Actor, at: datetime) -> EntityUpdate:
    """Decide between what a form said and what the register says. Raises Refused where nothing is left to decide."""
    require(by, "forms.settle")
    row: EntityUpdate = EntityUpdate.objects.select_for_update(of=("self",)).get(pk=update.pk)
    if row.state not in (State.CONFLICT, State.KEPT):
        raise Refused(_("This was decided before."))
    if take_over and not _written(row, by=by, at=at):
        raise Refused(
            _("The register does not take this over: it knows no such field, or the value does not fit.")
        )
    row.state = State.APPLIED if take_over else State.REFUSED
    row.settled_at, row.settled_by = at, by.label
    row.save(update_fields=["state", "settled_at", "settled_by"])
    rows: list[Any] = [row]
    submission: Submission = Submission.objects.select_for_update(of=("self",)).get(pk=row.submission_id)
    if submission.state == Submission.State.CONFLICT and not _still_open(submission):
        submission.state = Submission.State.COMPLETE
        submission.save(update_fields=["state"])
        rows.append(submission)
    facts = {"dataset": row.dataset, "taken": take_over}
    book.write(
        "forms.settle", by=by, at=at, matter_id=submission.matter_id, subject=row, facts=facts, rows=rows
    )
    return row


def now(row: EntityUpdate) -> Mapping[str, str]:
    """What the register says today of the properties that an update names; nothing where the row is gone."""
    one = lists.LISTS.get(row.dataset)
    found = one and one.model.objects.filter(pk=row.entity_id).select_related(*one.related).first()
    if not one or not found:
        return {}
    said = one.row(found)
    return {key: said.get(key, "") for key in row.values}


def _still_open(submission: Submission) -> bool:
    waiting = EntityUpdate.objects.filter(submission=submission, state=State.CONFLICT).exists()
    return waiting or rules.EDITED_TWICE in submission.flags


def _row(submission: Submission, told: Told) -> EntityUpdate | None:
    one = lists.LISTS.get(told.dataset)
    pk = next(iter(lists.uuids([told.entity_id])), None)
    if one is None or pk is None:
        return None
    values = {key: value[:400] for key, value in told.values.items()} | (
        {"label": told.label[:200]} if told.label else {}
    )
    seen = lists.version(one, pk)
    row = EntityUpdate(
        submission=submission, dataset=one.key, entity_id=pk, base=told.base, seen=seen, values=values
    )
    row.theirs = dict(now(row))
    row.state = _verdict(one, told, seen, is_there=bool(row.theirs))
    return row


def _verdict(one: EntityList, told: Told, seen: int, *, is_there: bool) -> str:
    if told.is_new or not is_there or not set(told.values) & set(one.writes):
        return State.KEPT
    return State.APPLIED if told.base == seen else State.CONFLICT


def _written(row: EntityUpdate, *, by: Actor, at: datetime) -> bool:
    """Whether the register took the values over. What it refuses changes nothing."""
    one = lists.LISTS[row.dataset]
    wanted = {COLUMN[one.key][key]: value for key, value in row.values.items() if key in one.writes}
    found: Any = one.model.objects.current().filter(pk=UUID(str(row.entity_id))).first()
    if not wanted or found is None or not _fits(found, wanted):
        return False
    for column, value in wanted.items():
        setattr(found, column, value)
    try:
        with transaction.atomic():
            CHANGE[one.model](found, by=by, at=at)
    except KobanError:
        return False
    return True


def _fits(row: Any, wanted: Mapping[str, str]) -> bool:
    for column, value in wanted.items():
        field = row._meta.get_field(column)
        if len(value) > (field.max_length or 0) or (field.choices and value not in dict(field.choices)):
            return False
    return True
