"""Who another system is: by its key."""

from datetime import datetime

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from koban.kernel.access.actions import digest
from koban.kernel.access.models import ApiKey
from koban.kernel.access.roles import require
from koban.kernel.ledger.actor import Actor
from koban.lib.errors import Denied

NOT_VALID = _("This key is not valid, or it was not given for this.")


def actor_of_key(secret: str, action: str, now: datetime | None = None) -> Actor:
    """The machine that holds `secret`, if its key was given `action` and has not ended; else Denied.

    The sentence is the same for every reason. The actor's label is the key's name, its post_id the key's id.
    """
    now = now or timezone.now()
    open_keys = ApiKey.objects.filter(Q(withdrawn_at=None) | Q(withdrawn_at__gt=now), ends_at__gt=now)
    key = open_keys.filter(secret=digest(secret)).first() if secret else None
    if key is None or action not in key.actions:
        raise Denied(NOT_VALID)
    actor = Actor("machine", key.station_id, None, key.pk, key.name[:80])
    require(actor, action)
    return actor
