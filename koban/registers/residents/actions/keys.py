"""A person's own key to the portal: a number and a secret, on paper. The secret is kept nowhere."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from koban.kernel.access.roles import require
from koban.kernel.ledger import Actor, book
from koban.kernel.stations import numbers, vault
from koban.lib import spoken
from koban.registers.residents.actions.people import locked
from koban.registers.residents.models import OwnKey, Person

REGISTER = "residents.key"


@transaction.atomic
def give_key(person: Person, *, by: Actor, at: datetime, secret: str = "") -> tuple[str, str]:
    """A new key: (number, secret), to be handed to the person alone. Older keys of the person end.

    secret: drawn unless a town that must be the same twice brings its own.
    """
    require(by, "residents.key")
    person = locked(person)
    old = _ended(person, at)
    year, secret = timezone.localtime(at).year, secret or spoken.new_secret()
    number = numbers.printed(numbers.take(REGISTER, year), year)
    key = OwnKey.objects.create(
        person=person, number=number, fingerprint=fingerprint(number, secret), given_at=at
    )
    book.write("residents.give_key", by=by, at=at, subject=person, facts={"key": number}, rows=[key, *old])
    return number, secret


@transaction.atomic
def revoke_key(person: Person, *, by: Actor, at: datetime) -> int:
    """End the person's keys. How many there were."""
    require(by, "residents.key")
    person = locked(person)
    ended = _ended(person, at)
    if ended:
        book.write("residents.revoke_key", by=by, at=at, subject=person, rows=ended)
    return len(ended)


def _ended(person: Person, at: datetime) -> list[OwnKey]:
    keys = list(OwnKey.objects.filter(person=person, revoked_at=None))
    for key in keys:
        key.revoked_at = at
        key.save(update_fields=["revoked_at"])
    return keys


def fingerprint(number: str, secret: str) -> bytes:
    """What the database keeps: a keyed hash that a stolen database does not open."""
    return vault.blind(f"{number} {spoken.plain(secret)}", field="residents.own_key")
