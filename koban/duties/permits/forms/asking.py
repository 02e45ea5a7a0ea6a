"""What is asked of a running permit at the desk, and who asks it for the holder."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from koban.duties.permits import rules, told
from koban.duties.permits.clauses import Law
from koban.duties.permits.forms.people import PlaceFields
from koban.duties.permits.forms.permit import language
from koban.kernel.flow.fields import Told


class AskForm(PlaceFields):
    """With its own fields only where what is asked needs them; whoever acts for the holder stands below."""

    ground = forms.ChoiceField(label=_("Ground"), required=False)
    ground_holds = forms.BooleanField(
        label=_("The ground of the permit still holds"), required=False, initial=True
    )
    why = forms.ChoiceField(label=_("What happened to the card"), required=False)
    kin = forms.ChoiceField(label=_("Does somebody act for the holder?"), required=False)
    proxy_name = Told(label=_("Name of whoever acts"), limit=80, required=False)
    proxy_phone = Told(
        label=_("Their telephone"), limit=32, required=False, widget=forms.TextInput({"inputmode": "tel"})
    )
    under_age = forms.BooleanField(required=False)
    cannot_come = forms.BooleanField(
        label=_("It is hard for the holder to come"), required=False,
        help_text=_("Why is nobody's business: it is asked for the rule and kept nowhere."),
    )  # fmt: skip
    seen = forms.MultipleChoiceField(
        label=_("Identity papers that were shown"), required=False, widget=forms.CheckboxSelectMultiple
    )

    NEEDS = {
        "endorsement": ("ground_holds",),
        "change": ("place", "address", "lon", "lat", "ground"),
        "replacement": ("why",),
        "cancellation": (),
    }
    PROXY = ("kin", "proxy_name", "proxy_phone", "under_age", "cannot_come", "seen")

    def __init__(self, *args: Any, type: str, book: Law, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in set(self.fields) - {*self.NEEDS[type], *self.PROXY}:
            del self.fields[name]
        for name, clause in (
            ("ground", rules.HALF_YEAR), ("why", rules.NEW_CARD), ("kin", rules.PROXY), ("seen", rules.PROXY_PAPERS),
        ):  # fmt: skip
            if name in self.fields:
                self._choose(name, clause, book)
        age = {"age": book.value(rules.PROXY_AGE)}
        self.fields["under_age"].label = _("The holder is younger than %(age)s") % age

    def _choose(self, name: str, clause: str, book: Law) -> None:
        choices = [(key, book.label(clause, key, language())) for key in book.keys(clause)]
        first = [("", _("no, they come themselves"))] if name == "kin" else []
        self.fields[name].choices = [*first, *choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("kin"):
            if not cleaned.get("proxy_name"):
                self.add_error("proxy_name", _("Write the name of whoever acts."))
            if set(cleaned.get("seen") or ()) != {key for key, _label in self.fields["seen"].choices}:  # type: ignore[attr-defined]
                self.add_error("seen", _("Both identity papers are needed: look at each."))
        return cleaned

    def proxy(self) -> told.Proxy | None:
        data = self.cleaned_data
        if not data.get("kin"):
            return None
        return told.Proxy(
            data["kin"], data["proxy_name"], data["proxy_phone"], under_age=bool(data["under_age"]),
            cannot_come=bool(data["cannot_come"]), seen=tuple(data["seen"]),
        )  # fmt: skip

    def own_fields(self) -> list[Any]:
        """Those of what is asked, without the place and without the proxy."""
        return [bound for bound in self.visible_fields() if bound.name not in {"place", *self.PROXY}]

    def proxy_fields(self) -> list[Any]:
        return [self[name] for name in self.PROXY]
