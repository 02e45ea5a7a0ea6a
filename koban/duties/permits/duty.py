"""Permits: who lives where, and the residence permit."""

from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from koban.duties.permits import receiving
from koban.duties.permits.flow import FLOW
from koban.duties.permits.models import Application, Occupant, Permit, Type
from koban.matters.duty import Duty, MenuItem, OwnPage
from koban.matters.models import Matter


def url(matter: Matter) -> str:
    page = "fill" if matter.state == "begun" else "detail"
    return reverse(f"permits:{page}", args=[matter.year, matter.number])


def type_label(code: str) -> object:
    return dict(Type.choices).get(code, code)


def waiting_for(person_id: UUID, at: datetime) -> int:
    """Registrations and applications of this person that are not decided yet."""
    declared = Occupant.objects.filter(person_id=person_id, matter__is_open=True).count()
    return int(declared + Application.objects.filter(person_id=person_id, matter__is_open=True).count())


def permits_of(person_id: UUID, at: datetime) -> int:
    return int(Permit.objects.running().filter(person_id=person_id).count())


DUTY = Duty(
    key="permits",
    label=_("Registration and residence permits"),
    flow=FLOW,
    url=url,
    type_label=type_label,
    receive=receiving.receive,
    retention="residence",
    opens=frozenset({"name", "birth_on", "sex", "id_kind", "id_number", "phone", "origin"}),
    own=(
        OwnPage(
            _("My registration and permit"), _("Where you are registered, your permit, what is still missing"),
            "permits:own", "certificate", 20, waiting_for,
        ),
    ),
    menu=(
        MenuItem(_("Registrations and permits"), "permits:list", "building-community", "permits.read", 25),
        MenuItem(_("Queue at the desk"), "permits:queue", "users", "queue.call", 45, "now"),
    ),
    sentences={
        "permits.open": _("It was opened"),
        "permits.declare": _("It was declared"),
        "permits.drop": _("Nobody finished it"),
        "permits.place": _("The address was set"),
        "permits.confirm": _("The residence was confirmed"),
        "permits.leave": _("Moved out"),
        "permits.brought": _("Papers were brought"),
        "permits.bring": _("Papers were brought; the application waits again"),
        "permits.judge": _("Papers were looked through"),
        "permits.tell_missing": _("The missing papers were told, all at once"),
        "permits.accept": _("Accepted; the days to issue run"),
        "permits.identify": _("The applicant is in the register already"),
        "permits.issue": _("The permit %(permit)s was issued"),
        "permits.renew": _("The new card was made: permit %(permit)s"),
        "permits.hand_over": _("Handed out"),
        "permits.finish": _("Done: permit %(permit)s"),
        "permits.refuse": _("Not granted"),
        "permits.withdraw": _("Withdrawn"),
        "permits.reopen": _("Taken up again"),
        "permits.lapse": _("The permit %(permit)s was suspended: nobody endorsed it in time"),
        "permits.remind": _("The holder was reminded of the endorsement"),
        "permits.people": _("People were added"),
        "permits.unname": _("The picture of a paper was let go"),
        "queue.book": _("A time at the desk was booked: %(number)s"),
        "queue.number": _("A number was taken: %(number)s"),
        "queue.call": _("Number %(number)s was called"),
        "queue.done": _("Number %(number)s was served"),
        "queue.missed": _("Number %(number)s did not come"),
        "queue.give_up": _("The time of number %(number)s was given up"),
        "queue.hours": _("The hours of the desk were set"),
        "files.remove": _("A picture was deleted: it is no longer needed"),
    },
)  # fmt: skip
