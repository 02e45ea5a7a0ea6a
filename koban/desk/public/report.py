"""The report: four pages that carry their own words, and one sending."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse, HttpResponseBase, JsonResponse, QueryDict
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from koban.desk.public import kept, sending
from koban.desk.public.contact import WAYS
from koban.desk.public.draft import Draft
from koban.desk.public.front import office_of, show
from koban.desk.public.language import speak
from koban.desk.public.steps import ANSWERS, KINDS, STEPS, TITLES, TellForm
from koban.duties.incidents import rules
from koban.duties.incidents.types import CATALOGUE, Type
from koban.kernel.access.once import once
from koban.kernel.access.throttle import source, throttle
from koban.kernel.access.who import Request
from koban.kernel.files.intake import Taken
from koban.lib.errors import Absent
from koban.registers.premises import queries as premises

# A house on one line may send many reports in an evening of storm; a flood of them is no house.
POSTS, MINUTES = 240, 15
SEARCHES = 600
# Going back must not lose what was typed, so the browser may keep these pages; what it shows it asks for anew.
KEEPABLE = "private, no-cache"
SUGGESTED = 4


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: Request, plate: str = "") -> HttpResponseBase:
    """Every step at one address. POST `go` names the step that is wanted, "send" sends."""
    draft = Draft(_chosen(request.POST), request.GET.get("kind", ""), plate)
    if plate and draft.door is None:
        raise Absent
    if request.method != "POST":
        return _page(request, draft, "what", draft.form("what", bound=False))
    if spoken := speak(request):
        return spoken(_walked(request, draft, request.POST.get("at", "")))
    go = _wanted(request.POST)
    return _sent(request, draft) if go == "send" else _walked(request, draft, go)


def _chosen(data: QueryDict) -> QueryDict:
    """With a type from the list its button is the answer; what was written to find it begins the story."""
    code = data.get("choose", "")
    if not code:
        return data
    told = data.copy()
    told["code"] = str(code)
    if not told.get("summary"):
        told["summary"] = told.get("words", "")
    return told


def _wanted(data: QueryDict) -> str:
    """The step that the pressed button asks for."""
    if "choose" in data:
        return "ask"
    return "tell" if "find" in data else str(data.get("go", ""))


def _walked(request: Request, draft: Draft, go: str) -> HttpResponse:
    """On to the step `go`, or to the first one before it that has to be mended."""
    step, form = draft.reach(go if go in STEPS else "what")
    return _page(request, draft, step, form, photos=kept.read(request.POST.getlist(kept.FIELD))[0])


def _sent(request: Request, draft: Draft) -> HttpResponseBase:
    throttle("public.report", source(request), limit=posts(), minutes=MINUTES)
    step, form = draft.reach("check")
    already, old = kept.read(request.POST.getlist(kept.FIELD))
    photos, wrong = kept.take(request.FILES.getlist("photos"), already)
    if step != "check":
        return _page(request, draft, step, form, photos=photos)
    if old or wrong:
        return _page(request, draft, "check", form, photos=photos, wrong=[*old, *wrong])
    return _store(request, draft, photos)


def posts() -> int:
    return int(getattr(settings, "KOBAN_PUBLIC_POSTS", POSTS))


@once
def _store(request: Request, draft: Draft, photos: list[Taken]) -> HttpResponse:
    tell: TellForm = draft.form("tell", bound=True)
    tell.is_valid()
    language = translation.get_language() or "en"
    station = office_of(request)
    told = draft.report(tell, language=language)
    taken = sending.take(told, photos, by=request.actor, at=timezone.now(), station=station, request=request)
    return sending.receipt(request, taken.matter.printed, taken.secret, draft.verdict)


def _page(
    request: Request,
    draft: Draft,
    step: str,
    form: Any,
    *,
    photos: list[Taken] | None = None,
    wrong: Any = (),
) -> HttpResponse:
    bad = bool(form.is_bound and form.errors) or bool(wrong)
    context = {
        "step": step,
        "title": TITLES[step],
        "number": STEPS.index(step) + 1,
        "of": len(STEPS),
        "form": form,
        "draft": draft,
        "carried": list(draft.carried(form)),
        "photos": [(taken, kept.token(taken)) for taken in photos or ()],
        "wrong": wrong,
        **SHOWN[step](request, draft, form),
    }
    response = show(request, f"desk/public/report/{step}.html", context, status=422 if bad else 200)
    response["Cache-Control"] = KEEPABLE
    return response


def _what(request: Request, draft: Draft, form: Any) -> dict[str, Any]:
    words = str(draft.data.get("words", ""))
    kind = draft.wanted_kind
    found = rules.suggest_types(words)[:SUGGESTED] if words.strip() else ()
    return {
        "kind": kind,
        "words": words[:4000],
        "suggested": found,
        "shelves": [(each, _groups(each)) for each in KINDS if kind in ("", each)],
        "other": next((each for each in KINDS if kind and each != kind), ""),
    }


def _groups(kind: str) -> list[tuple[Any, list[Type]]]:
    types = CATALOGUE.of_kind(kind)
    keys = [key for key in CATALOGUE.groups if any(type_.group == key for type_ in types)]
    return [(CATALOGUE.groups[key].name, [t for t in types if t.group == key]) for key in keys]


def _ask(request: Request, draft: Draft, form: Any) -> dict[str, Any]:
    prompts = CATALOGUE[draft.type.code].prompts if draft.type else ()
    return {"prompts": [CATALOGUE.prompts[key] for key in prompts]}


def _prompts(request: Request, draft: Draft, form: Any) -> dict[str, Any]:
    verdict = draft.verdict
    return {
        "verdict": verdict,
        "prompts": [CATALOGUE.prompts[key] for key in verdict.prompts] if verdict else [],
    }


def _tell(request: Request, draft: Draft, form: Any) -> dict[str, Any]:
    """With the button "find" the page shows the addresses that fit what was typed."""
    asked = "find" in draft.data
    found = premises.search(str(draft.data.get("place", ""))[:200]) if asked and draft.door is None else []
    return {**_prompts(request, draft, form), "asked": asked, "found": found, "seen": form.is_bound or asked}


def _check(request: Request, draft: Draft, form: Any) -> dict[str, Any]:
    tell: TellForm = draft.form("tell", bound=True)
    tell.is_valid()
    place = draft.door or tell.found_place()
    said = dict(ANSWERS)
    questions = CATALOGUE.script(draft.type.code) if draft.type else ()
    asked = [(q.words, said[draft.answers[q.key]]) for q in questions if q.key in draft.answers]
    way = dict(WAYS)[tell.cleaned_data.get("reply_by") or "page"]
    return {
        **_prompts(request, draft, form),
        "told": tell.cleaned_data,
        "place": place,
        "asked": asked,
        "way": way,
    }


SHOWN = {"what": _what, "ask": _ask, "tell": _tell, "check": _check}


@require_POST
def places(request: Request) -> JsonResponse:
    """Addresses as one types. By POST: what somebody types here is where they live, and no log shall hold it."""
    throttle("public.places", source(request), limit=SEARCHES, minutes=MINUTES)
    found = premises.search(request.POST.get("place", "")[:200])
    told = [{"id": str(a.pk), "label": str(a), "lon": a.lon, "lat": a.lat} for a in found]
    return JsonResponse({"places": told, "none": _("Nothing found. Write it in your own words.")})
