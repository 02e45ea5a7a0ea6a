"""Who another system is: by its key."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from koban.kernel.access.actions import digest
from koban.kernel.access.models import ApiKey
from koban.kernel.access.roles import require
from koban.kernel.ledger.actor import Actor
from koban.kernel.stations.asking import Question
from koban.lib.errors import Denied

_OPEN = Question(
    "FROM {key} WHERE key.secret = %s AND key.ends_at > %s AND (key.withdrawn_at IS NULL OR key.withdrawn_at > %s)",
    key=ApiKey,
)
NOT_VALID = _("This key is not valid, or it was not given for this.")


def actor_of_key(secret: str, action: str, now: datetime | None = None) -> Actor:
    """The machine that holds `secret`, if its key was given `action` and has not ended; else Denied.

    The sentence is the same for every reason. The actor's label is the key's name, its post_id the key's id.
    """
    now = now or timezone.now()
    found = _OPEN.ask(digest(secret), now, now) if secret else []
    key: ApiKey | None = found[0][0] if found else None
    if key is None or action not in key.actions:
        raise Denied(NOT_VALID)
    actor = Actor("machine", key.station_id, None, key.pk, key.name[:80])
    require(actor, action)
    return actor
