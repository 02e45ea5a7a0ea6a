"""Applying for a permit, bringing papers, looking through them."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from koban.duties.permits import rules, told
from koban.duties.permits.clauses import Law
from koban.duties.permits.forms.people import PlaceFields, ReplyFields
from koban.duties.permits.models import Paper
from koban.duties.permits.telling import paper_label, proofs
from koban.kernel.flow.fields import Told, day_input

FILE, PROOF = "file_", "proof_"
SHOWN_ONLY = frozenset({"picture"})  # seen at the desk, never kept


def language() -> str:
    """The language in which whoever writes now wants to be answered."""
    return "zh-hans" if (get_language() or "").startswith("zh") else "en"


class PermitForm(PlaceFields, ReplyFields):
    """Ground, since when, where. The applicant stands beside it; whoever acts for them below."""

    ground = forms.ChoiceField(
        label=_("On which ground?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one ground.")},
    )
    lives_since_on = forms.DateField(
        label=_("Living here since"), widget=day_input(), error_messages={"required": _("Choose the day.")}
    )
    kin = forms.ChoiceField(label=_("Does somebody act for the applicant?"), required=False)
    proxy_name = Told(label=_("Name of whoever acts"), limit=80, required=False)
    cannot_come = forms.BooleanField(
        label=_("It is hard for the applicant to come"), required=False,
        help_text=_("Why is nobody's business: it is asked for the rule and kept nowhere."),
    )  # fmt: skip

    def __init__(self, *args: Any, book: Law, own: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.book, said = book, language()
        grounds = [(key, book.label(rules.HALF_YEAR, key, said)) for key in book.keys(rules.HALF_YEAR)]
        self.fields["ground"].choices = grounds  # type: ignore[attr-defined]
        kin = [(key, book.label(rules.PROXY, key, said)) for key in book.keys(rules.PROXY)]
        self.fields["kin"].choices = [("", _("no, they apply themselves")), *kin]  # type: ignore[attr-defined]
        if own:
            for name in ("kin", "proxy_name", "cannot_come", "teller"):
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("kin") and not cleaned.get("proxy_name"):
            self.add_error("proxy_name", _("Write the name of whoever acts."))
        return cleaned

    def proxy(self) -> told.Proxy | None:
        data = self.cleaned_data
        if not data.get("kin"):
            return None
        return told.Proxy(data["kin"], data["proxy_name"], cannot_come=bool(data.get("cannot_come")))

    def wish(self, person: told.Someone, *, way: str, brought: Mapping[str, told.Brought]) -> told.Wish:
        data = self.cleaned_data
        reply = told.Reply(data.get("teller", ""), data["phone"], data["reply_by"], language())
        return told.Wish(
            person,
            way,
            data["ground"],
            data["lives_since_on"],
            self.found_place(),
            self.proxy(),
            reply,
            brought,
        )


class PapersForm(forms.Form):
    """One paper after another: which one it is, and a picture of it. The files themselves are taken apart."""

    def __init__(self, *args: Any, keys: Iterable[str], book: Law, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.keys = [key for key in keys if key not in SHOWN_ONLY]
        for key in self.keys:
            label = paper_label(key, book, language())
            if known := proofs(key, book, language()):
                self.fields[PROOF + key] = forms.ChoiceField(
                    label=_("%(paper)s: which one") % {"paper": label}, choices=known, required=False
                )
            self.fields[FILE + key] = forms.FileField(
                label=_("Picture or file: %(paper)s") % {"paper": label}, required=False,
                widget=forms.FileInput({"accept": "image/*,application/pdf"}),
            )  # fmt: skip

    def brought(self, files: Mapping[str, list[Any]]) -> dict[str, told.Brought]:
        """key → what came, for papers with a file. files: key → taken files."""
        return {
            key: told.Brought(str(self.data.get(PROOF + key, ""))[:24], files[key][0])
            for key in self.keys
            if files.get(key)
        }


class JudgeForm(forms.Form):
    """Each paper: right, or what is not right with it, or not seen yet."""

    def __init__(self, *args: Any, papers: Iterable[Paper], book: Law, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.papers = list(papers)
        verdicts = (("", _("not seen yet")), ("right", _("right")), ("wrong", _("not right")))
        for paper in self.papers:
            label = paper_label(paper.key, book, language())
            now = {"fit": "right", "unfit": "wrong"}.get(paper.state, "")
            self.fields[f"is_{paper.key}"] = forms.ChoiceField(
                label=label, choices=verdicts, widget=forms.RadioSelect, required=False, initial=now
            )
            self.fields[f"why_{paper.key}"] = Told(
                label=_("%(paper)s: what is not right, as the applicant reads it") % {"paper": label}, limit=200,
                required=False, initial=paper.why,
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for paper in self.papers:
            if cleaned.get(f"is_{paper.key}") == "wrong" and not cleaned.get(f"why_{paper.key}"):
                self.add_error(f"why_{paper.key}", _("Say what is not right."))
        return cleaned

    def found(self) -> dict[str, str]:
        """key → "" for a right paper, else what is not right; only what changed."""
        data = self.cleaned_data
        said = {paper.key: data.get(f"is_{paper.key}", "") for paper in self.papers}
        why = {paper.key: data.get(f"why_{paper.key}", "") for paper in self.papers}
        return {
            paper.key: "" if said[paper.key] == "right" else why[paper.key]
            for paper in self.papers
            if said[paper.key] and self._is_new(paper, said[paper.key], why[paper.key])
        }

    @staticmethod
    def _is_new(paper: Paper, said: str, why: str) -> bool:
        return paper.state != ("fit" if said == "right" else "unfit") or (
            said == "wrong" and why != paper.why
        )

    def rows(self) -> list[tuple[Paper, Any, Any]]:
        return [(paper, self[f"is_{paper.key}"], self[f"why_{paper.key}"]) for paper in self.papers]
