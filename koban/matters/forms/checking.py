"""What the compiler does not look at: answers that depend on themselves, names that nobody has, words that are missing."""

import re
from collections.abc import Iterator, Mapping

from django.utils.translation import gettext as _

from koban.matters.forms.findings import ERROR, WARNING, Finding, located
from koban.matters.forms.xforms import XForm, code_of

WANTED = (("en", "English"), ("zh", "简体中文"))
DECIDING = ("calculate", "relevant", "readonly", "required")
READING = (*DECIDING, "constraint")
_ABSOLUTE = re.compile(r"(?<![\w.)\]])/[\w.\-]+(?:/[\w.\-]+)+")
_RELATIVE = re.compile(r"(?<![\w/])(?:current\(\)/)?((?:\.\./)+[\w.\-]+(?:/[\w.\-]+)*)")
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_ASIDE = re.compile(r"indexed-repeat|once\(|position\(")


def check(form: XForm, places: Mapping[str, int]) -> list[Finding]:
    """Everything of a compiled form that a telephone, or a reader, would stumble over. places: of `findings.rows_of`."""
    return [*unknown(form, places), *circles(form, places), *untranslated(form, places), *empty(form)]


def empty(form: XForm) -> Iterator[Finding]:
    if not any(field["type"] not in ("group", "repeat") for field in form.fields()):
        yield Finding(ERROR, _("The form has no question."), "survey")
    if not form.version:
        yield Finding(WARNING, _("The form has no version. Give it one, such as 1, so that a later one is told from it."),
                      "settings", 2, "version")  # fmt: skip


def references(form: XForm, expression: str, nodeset: str) -> set[str]:
    """Paths (without the root) that an expression of a node reads."""
    plain = _QUOTED.sub("''", expression)
    found = {form.below(path) for path in _ABSOLUTE.findall(plain) if path.startswith(form.prefix)}
    here = form.below(nodeset).split("/")
    for step in _RELATIVE.findall(plain):
        ups, names = step.count("../"), step.replace("../", "")
        if ups <= len(here):
            found.add("/".join([*here[: len(here) - ups], *names.split("/")]))
    return found


def unknown(form: XForm, places: Mapping[str, int]) -> Iterator[Finding]:
    """Expressions that read what is not in the form."""
    known = form.paths()
    for bind in form.binds:
        nodeset = bind.get("nodeset", "")
        for attribute in READING:
            for path in sorted(references(form, bind.get(attribute, ""), nodeset) - known):
                told = _("This reads %(path)s, which the form does not have.") % {"path": path}
                yield located(form.below(nodeset), places, COLUMNS.get(attribute, attribute), told)


COLUMNS = {"calculate": "calculation", "readonly": "read_only"}


def circles(form: XForm, places: Mapping[str, int]) -> Iterator[Finding]:
    """Answers that depend on themselves, straight or round about: a telephone refuses the whole form."""
    reads: dict[str, set[str]] = {}
    for bind in form.binds:
        nodeset = bind.get("nodeset", "")
        told = [bind.get(attribute, "") for attribute in DECIDING]
        path = form.below(nodeset)
        read = set[str]().union(*(references(form, one, nodeset) for one in told))
        reads[path] = read - {path} if any(_ASIDE.search(one) for one in told) else read
    for path in reads:  # what is in a group is shown when its group is
        parts = path.split("/")
        reads[path] |= {"/".join(parts[:n]) for n in range(1, len(parts)) if "/".join(parts[:n]) in reads}
    for circle in _circles(reads):
        told_path = " → ".join([*circle, circle[0]])
        sentence = _("This depends on itself: %(circle)s. Take one of these references out.") % {
            "circle": told_path
        }
        yield located(circle[0], places, "", sentence)


def _circles(reads: Mapping[str, set[str]]) -> list[list[str]]:
    """One way round for each set of nodes that depend on each other."""
    state: dict[str, int] = {}
    found: list[list[str]] = []
    for start in reads:
        way: list[tuple[str, Iterator[str]]] = []
        if start not in state:
            way.append((start, iter(sorted(reads[start]))))
            state[start] = 1
        while way:
            _node, rest = way[-1]
            after = next(rest, None)
            if after is None:
                state[way.pop()[0]] = 2
            elif state.get(after) == 1:
                names = [name for name, _rest in way]
                found.append(names[names.index(after) :])
            elif after in reads and after not in state:
                state[after] = 1
                way.append((after, iter(sorted(reads[after]))))
    return found


def untranslated(form: XForm, places: Mapping[str, int]) -> Iterator[Finding]:
    """Languages of the office that the form lacks, and words that are missing in one of those that it has."""
    codes = {code_of(language): language for language in form.texts}
    for code, spoken in WANTED:
        if code not in codes:
            told = _(
                "The form does not speak %(language)s: add columns such as label::%(language)s (%(code)s)."
            )
            yield Finding(WARNING, told % {"language": spoken, "code": code}, "survey")
    every = {text_id for told in form.texts.values() for text_id in told}
    for code, language in codes.items():
        for text_id in sorted(
            every - {key for key, said in form.texts[language].items() if said and said != "-"}
        ):
            if code and any(_has(form, text_id, other) for other in form.texts if other != language):
                yield _gap(form, places, text_id, language)


def _has(form: XForm, text_id: str, language: str) -> bool:
    return form.texts[language].get(text_id, "") not in ("", "-")


def _gap(form: XForm, places: Mapping[str, int], text_id: str, language: str) -> Finding:
    path, _colon, what = text_id.rpartition(":")
    told = _("Missing in %(language)s.") % {"language": language}
    if path.startswith(form.prefix):
        return located(form.below(path), places, f"{COLUMN_OF.get(what, what)}::{language}", told, WARNING)
    return Finding(WARNING, f"{text_id}: {told}", "choices", 0, f"label::{language}")


COLUMN_OF = {"jr:constraintMsg": "constraint_message", "jr:requiredMsg": "required_message",
             "constraintMsg": "constraint_message", "requiredMsg": "required_message"}  # fmt: skip
