"""Certificates of the house itself: the identity card that an officer shows at a door, and every numbered paper."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from koban.kernel.access.models import Post
from koban.kernel.access.roles import ROLES
from koban.kernel.stations.models import Station
from koban.matters.documents.kinds import CertificateKind, Line
from koban.matters.documents.models import Certificate
from koban.matters.documents.registers import PAPERS


def still_serves(card: Certificate, at: datetime) -> bool:
    """Whether the post of the card is held today, at the station that issued the card."""
    if card.holder_id is None:
        return False
    post = Post.objects.select_related("station").filter(pk=card.holder_id).first()
    if post is None or post.station_id != card.station_id:
        return False
    today = at.astimezone(ZoneInfo(post.station.tz)).date()
    return Post.objects.held(today).filter(pk=post.pk, account__is_active=True).exists()


OFFICER_CARD = CertificateKind(
    key="officer_card",
    title=_("Identity card of the office"),
    type="OfficerCard",
    lines=(Line("position", _("Position"), signed=True), Line("badge", _("Badge"), signed=True)),
    term="OFFICE-CARD-1",
    right="documents.card",
    can_suspend=True,
    form="card",
    says=_("This person serves at this office today."),
    still=still_serves,
)

CERTIFICATES = (OFFICER_CARD, *PAPERS.values())


def on_the_card(post: Post, station: Station) -> dict[str, Any]:
    """What stands on the card of a post: position and badge; neither name nor picture."""
    return {"position": post.title or _in_both(post.role), "badge": post.badge or station.code}


def _in_both(role: str) -> str:
    """`民警 · Officer`: whoever opens the door reads one of the two."""
    said = []
    for language in ("zh-hans", "en"):
        with translation.override(language):
            said.append(str(ROLES[role].label))
    return " · ".join(said)
