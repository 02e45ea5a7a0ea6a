"""What is asked at the desk. The shape of words and days; what the law says of them is the rules' business."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from koban.duties.mediation.flow import FLOW
from koban.duties.mediation.kinds import KINDS
from koban.duties.mediation.models import Evidence, FollowUp, ProtectionStep
from koban.duties.mediation.taking import Facts, SideTold
from koban.kernel.flow.fields import Told, day_input
from koban.registers.premises import queries as premises

WORDS = 4000
OFFENCES = [
    ("", _("no offence")), ("beating", _("beating somebody")), ("injuring", _("injuring on purpose")), ("insult", _("insult")),
    ("slander", _("slander")), ("false_accusation", _("false accusation")), ("damage", _("damage on purpose")),
    ("disturbing", _("disturbing somebody's life")), ("privacy", _("breach of privacy")),
    ("trespass", _("entering a home unlawfully")), ("like", _("another act like these")), ("other", _("any other offence")),
]  # fmt: skip
RELATIONS = [
    ("", _("none, or not known")), ("neighbours", _("neighbours")), ("kin", _("kin")), ("friends", _("friends")),
    ("colleagues", _("colleagues")), ("students", _("students of one school")), ("cohabitants", _("live together")),
]  # fmt: skip
BARS = [
    ("hired", _("somebody was hired to hurt")), ("gang", _("gang fight, or trouble was provoked")),
    ("repeated", _("the offence was committed repeatedly")), ("new_offence", _("a new offence against the other side")),
    ("fled", _("the suspect fled")), ("unfit", _("otherwise unfit")),
]  # fmt: skip
WHO = [("a", _("first side")), ("b", _("other side"))]
LEAD_RELATIONS = [
    ("", _("choose")), ("none", _("nothing links me to a side")), ("party", _("I am a party")), ("kin", _("near kin of a party")),
    ("interest", _("I have an interest in it, or my kin has")), ("relation", _("another relation to a party")),
]  # fmt: skip
GUESTS = [
    ("", _("nobody")), ("committee", _("a member of the residents' committee")), ("known_to_both", _("somebody both know")),
    ("other", _("somebody else")),
]  # fmt: skip


def area(rows: int = 3) -> forms.Textarea:
    return forms.Textarea({"rows": rows, "maxlength": WORDS})


def words(label: Any, *, limit: int = WORDS, rows: int = 0, **more: Any) -> Told:
    """A field for words; rows: of a text area, 0 for one line."""
    return Told(
        label=label, limit=limit, lines=bool(rows), **({"widget": area(rows)} if rows else {}), **more
    )


def tick(label: Any, **more: Any) -> forms.BooleanField:
    return forms.BooleanField(label=label, required=False, **more)


def choice(label: Any, choices: Any, **more: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, **more)


def day(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=day_input(), **more)


class ListForm(forms.Form):
    """All optional; what cannot be read filters nothing."""

    state = choice(_("State"), [], required=False)
    kind = choice(_("About"), [("", _("all")), *KINDS.items()], required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "list_%s", **kwargs})
        states = [("", _("open")), ("all", _("all")), *((state.key, state.label) for state in FLOW.states)]
        self.fields["state"].choices = states  # type: ignore[attr-defined]

    def wanted(self) -> dict[str, str]:
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in ("state", "kind")}


class FactsForm(forms.Form):
    """What the table looks at."""

    offence = choice(_("Offence told of"), OFFENCES, required=False)
    is_civil = tick(_("It arose from a dispute between people"), initial=True)
    is_minor = tick(_("The circumstances are minor"), initial=True)
    is_crime = tick(_("It may be a crime"))
    relation = choice(_("The two are"), RELATIONS, required=False)
    over_trifles = tick(_("Over trifles"))
    victim_fault = tick(_("An earlier fault of the injured side caused it"))
    better_because = words(_("Better resolved so, because"), limit=300, required=False)
    violence_at_home = tick(_("Violence at home, also among people who live together"))
    bars = forms.MultipleChoiceField(
        label=_("Never mediated, if one of these holds"),
        choices=BARS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def facts(self) -> Facts:
        data = {name: self.cleaned_data[name] for name in FactsForm.base_fields}
        return Facts(**data | {"bars": " ".join(data["bars"])})


class SideFields(forms.Form):
    """Who a side is, as far as it is known."""

    name = words(_("Name"), limit=80, required=False)
    phone = words(
        _("Telephone"),
        limit=32,
        required=False,
        widget=forms.TextInput({"inputmode": "tel", "autocomplete": "off"}),
    )
    home = words(_("Lives at"), limit=120, required=False)
    acted = tick(_("Is the suspect, also where both hit"))
    age = forms.IntegerField(
        label=_("Age, where the side may be a minor"), min_value=0, max_value=120, required=False
    )
    own_work = tick(_("A minor who lives mainly on own work"))
    nobody_told = tick(_("and agrees that no guardian is told"))
    interpreter_for = words(_("Needs an interpreter for"), limit=40, required=False)
    language = choice(_("Language"), [("zh-hans", "中文"), ("en", "English")], required=False)

    def told(self) -> SideTold:
        data = self.cleaned_data
        address = premises.exact(data["home"]) if data["home"] else None
        more = {name: data[name] for name in ("acted", "age", "own_work", "nobody_told", "interpreter_for")}
        language = data["language"] or "zh-hans"
        return SideTold(data["name"], data["phone"], language, address=address, **more)


class NewForm(FactsForm):
    """A dispute taken at the desk."""

    kind = choice(_("About"), list(KINDS.items()))
    summary = words(_("What it is about"), rows=3)
    place = words(_("Where"), limit=200, required=False)
    field_order = ("kind", "summary", "place")
    sections = (
        (_("The dispute"), ["kind", "summary", "place"]),
        (_("What is known of it"), list(FactsForm.base_fields)),
    )


class HelperForm(forms.Form):
    name = words(_("Name"), limit=80)
    phone = words(_("Telephone"), limit=32, required=False)


class DelegateForm(HelperForm):
    letter = tick(_("The letter of authority is here"))
    scope = words(_("What it allows"), limit=200, required=False)


class EvidenceForm(forms.Form):
    kind = choice(_("What"), Evidence.Kind.choices)
    words = words(_("What it is, and where it is kept"), rows=3)


class CommitteeForm(forms.Form):
    committee = words(_("People's mediation body"), limit=120)


class ReasonForm(forms.Form):
    reason = words(_("Why"), rows=3)


class HandOnForm(ReasonForm):
    number = words(_("Their number"), limit=60, required=False)


class SessionForm(forms.Form):
    """A session as it was held."""

    relation = choice(_("What links me to a side"), LEAD_RELATIONS, required=False)
    officers = choice(_("Officers who lead"), [("1", "1"), ("2", "2"), ("0", "0")], initial="1")
    is_recorded = tick(_("Sound and picture run from beginning to end"))
    ground = choice(
        _("If it is the second"),
        [("", "–"), ("asked", _("a side asked for it")), ("needed", _("it is necessary"))],
        required=False,
    )
    place = words(_("Where"), limit=120, required=False)
    guest = choice(_("Invited to help"), GUESTS, required=False)
    guests = words(_("Who, by their office"), limit=200, required=False)
    a_there = tick(_("First side: is there"), initial=True)
    a_sends = tick(_("First side: sends somebody"))
    a_guardian = tick(_("First side: guardian is there"))
    a_interpreter = tick(_("First side: interpreter is there"))
    b_there = tick(_("Other side: is there"), initial=True)
    b_sends = tick(_("Other side: sends somebody"))
    b_guardian = tick(_("Other side: guardian is there"))
    b_interpreter = tick(_("Other side: interpreter is there"))
    minutes = words(_("Minutes"), rows=6)
    sections = (
        (_("Who leads"), ["relation", "officers", "is_recorded", "ground", "place", "guest", "guests"]),
        (_("First side"), ["a_there", "a_sends", "a_guardian", "a_interpreter"]),
        (_("Other side"), ["b_there", "b_sends", "b_guardian", "b_interpreter"]),
        (_("What was said"), ["minutes"]),
    )


class ProposalForm(forms.Form):
    by_whom = choice(_("Whose"), [*WHO, ("lead", _("who leads"))])
    zh = words(_("In Chinese"), rows=4)
    en = words(_("In English"), rows=4)


class FollowUpForm(forms.Form):
    key = choice(
        _("Which"),
        [
            ("after_7", _("after a week")),
            ("after_30", _("after a month")),
            ("after_90", _("after three months")),
        ],
    )
    found = choice(_("How it goes"), FollowUp.Found.choices)
    words = words(_("What both say"), limit=300, required=False)


class WarnForm(forms.Form):
    identity = tick(_("It says who"))
    facts = words(_("What was done"), rows=4, required=False)
    ban = tick(_("It forbids doing it again"))


class ProtectForm(forms.Form):
    key = choice(_("What was done"), [one for one in ProtectionStep.Key.choices if one[0] != "warning"])
    words = words(_("Details, kept sealed"), rows=3, required=False)


class DayForm(forms.Form):
    on = day(_("Day"))


class MendForm(ReasonForm):
    on = day(_("Performed on"))


class CourtForm(forms.Form):
    about = choice(
        _("About"),
        [("debt", _("money or things")), ("marriage", _("marriage")), ("adoption", _("adoption")),
         ("status", _("personal status")), ("scope", _("not for this court"))],
    )  # fmt: skip
    both = tick(_("Both ask together"))
    on = day(_("Asked on"))
    number = words(_("Number of the court"), limit=60, required=False)


class EmptyForm(forms.Form):
    pass
