"""Collect, check and compile the words of the house; no gettext programs are needed.

Each app carries its own locale/<language>/LC_MESSAGES/django.po; words outside any app go to koban/locale.
The English word is the msgid. Bilingual data (label, label_zh in TOML) is checked by its own loader.
"""

import argparse
import io
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polib
from django.conf import settings
from django.utils.translation.template import templatize

HOUSE = Path(__file__).resolve().parents[1] / "koban"
LANGUAGES = ("zh_Hans",)
PLURALS = {"zh_Hans": "nplurals=1; plural=0;"}
PLAIN = ("_", "gettext", "gettext_lazy", "gettext_noop", "N_")
KEYWORDS = dict.fromkeys(
    (*PLAIN, "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy", "npgettext", "npgettext_lazy")
)
NOT_OURS = {"tests", "migrations", "static", "locale", "__pycache__"}
PLACE = re.compile(r"%\((\w+)\)[a-z]|(?<!\{)\{(\w+)\}")

Key = tuple[str, str]  # context ("" for none), msgid


@dataclass
class Message:
    """One msgid of one app, with every place where it stands ("path:line")."""

    context: str
    text: str
    plural: str = ""
    places: list[str] = field(default_factory=list)

    @property
    def key(self) -> Key:
        return self.context, self.text


def apps() -> list[Path]:
    """Folders of the installed apps of the house, and the house itself for what lies outside of them."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "koban.settings")
    names = [name.split(".apps.")[0] for name in settings.INSTALLED_APPS if name.startswith("koban.")]
    return [HOUSE.parent / name.replace(".", "/") for name in names] + [HOUSE]


def messages(app: Path, others: list[Path]) -> dict[Key, Message]:
    """Every message of an app; `others` are apps whose folders inside `app` are not its own."""
    found: dict[Key, Message] = {}
    for path in _sources(app, [other for other in others if other != app and app in other.parents]):
        for line, message in _in_file(path):
            kept = found.setdefault(message.key, message)
            kept.plural = kept.plural or message.plural
            kept.places.append(f"{path.relative_to(HOUSE.parent) if HOUSE in path.parents else path}:{line}")
    return found


def _sources(app: Path, inner: list[Path]) -> Iterator[Path]:
    for path in sorted(app.rglob("*")):
        parts = set(path.relative_to(app).parts)
        if parts & NOT_OURS or any(other in path.parents for other in inner) or not path.is_file():
            continue
        if path.suffix == ".py" or "templates" in parts:
            yield path


def _in_file(path: Path) -> Iterator[tuple[int, Message]]:
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # What is left is calls between words of X; the tokenizer wants no indentation before them.
        text = "\n".join(line.lstrip() for line in templatize(text, origin=str(path)).splitlines())
    from babel.messages.extract import extract_python  # noqa: PLC0415  compiling, all that `make run` does, goes without

    for line, function, arguments, _comments in extract_python(
        io.BytesIO(text.encode()), KEYWORDS, [], {"encoding": "utf-8"}
    ):
        if (message := _message(str(function), arguments)) is not None:
            yield line, message


def _message(function: str, arguments: object) -> Message | None:
    given = [*arguments] if isinstance(arguments, list | tuple) else [arguments]
    context = given.pop(0) if "pgettext" in function else ""
    wanted = given[:2] if function.startswith("n") else given[:1]
    # A name instead of a literal is somebody else's message.
    if not wanted or not all(isinstance(word, str) and word for word in [*wanted, context or "-"]):
        return None
    return Message(context or "", wanted[0], wanted[1] if len(wanted) > 1 else "")


def po_path(app: Path, language: str) -> Path:
    return app / "locale" / language / "LC_MESSAGES" / "django.po"


def _entries(path: Path) -> dict[Key, polib.POEntry]:
    return {(e.msgctxt or "", e.msgid): e for e in polib.pofile(str(path))} if path.exists() else {}


def _memory(folders: list[Path], language: str) -> dict[Key, polib.POEntry]:
    """What any app already says: code that moves to another app takes its words along."""
    known: dict[Key, polib.POEntry] = {}
    for app in folders:
        known |= {key: entry for key, entry in _entries(po_path(app, language)).items() if _translated(entry)}
    return known


def merged(found: dict[Key, Message], known: dict[Key, polib.POEntry], language: str) -> polib.POFile:
    """The messages in the order of their places, with the translations that are known for them."""
    new = polib.POFile(wrapwidth=110)
    new.metadata = {
        "Project-Id-Version": "koban",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": PLURALS[language],
    }
    for message in sorted(found.values(), key=lambda m: (m.places[0].split(":")[0], m.text, m.context)):
        new.append(_entry(message, known.get(message.key)))
    return new


def _entry(message: Message, old: polib.POEntry | None) -> polib.POEntry:
    # Without line numbers: they would change with every edit of the code.
    places = sorted({place.rsplit(":", 1)[0] for place in message.places})
    entry = polib.POEntry(
        msgid=message.text, msgctxt=message.context or None, occurrences=[(place, "") for place in places]
    )
    if message.plural:
        entry.msgid_plural, entry.msgstr_plural = message.plural, {0: _translated(old)}
    else:
        entry.msgstr = _translated(old)
    if old is not None:
        entry.tcomment, entry.flags = old.tcomment, [flag for flag in old.flags if flag == "fuzzy"]
    return entry


def _translated(entry: polib.POEntry | None) -> str:
    if entry is None:
        return ""
    return str(entry.msgstr or dict(entry.msgstr_plural or {}).get(0, ""))


def extract(folders: list[Path], chosen: list[Path]) -> list[str]:
    """Write the .po of each chosen app anew; returns one line for each file that changed."""
    said = []
    memory = {language: _memory(folders, language) for language in LANGUAGES}
    for app in chosen:
        found = messages(app, folders)
        for language in LANGUAGES:
            path = po_path(app, language)
            old = polib.pofile(str(path)) if path.exists() else None
            new = merged(found, memory[language] | _entries(path), language)
            if (found or old) and (old is None or str(old) != str(new)):
                path.parent.mkdir(parents=True, exist_ok=True)
                new.save(str(path))
                said.append(f"{path}: {len(new)} messages, {len(_untranslated(new))} to translate")
    return said


def _untranslated(po: polib.POFile) -> list[polib.POEntry]:
    return [entry for entry in po if not _translated(entry) or entry.fuzzy]


def check(folders: list[Path], chosen: list[Path]) -> list[str]:
    """What is missing, doubtful, unused or broken, one line each with its place; empty if all is complete."""
    faults: list[str] = []
    everywhere: dict[tuple[str, Key], tuple[str, Path]] = {}
    for app in chosen:
        found = messages(app, folders)
        for language in LANGUAGES:
            path = po_path(app, language)
            known = _entries(path)
            faults += [_fault(message, known.get(key), language) for key, message in found.items()]
            faults += [f"{path}: unused: {key[1]!r}" for key in known.keys() - found.keys()]
            faults += _contradictions(everywhere, known, language, path)
    return [fault for fault in faults if fault]


def _fault(message: Message, entry: polib.POEntry | None, language: str) -> str:
    where = message.places[0]
    said = _translated(entry)
    if entry is None or not said:
        return f"{where}: no {language} for {message.text!r}"
    if entry.fuzzy:
        return f"{where}: doubtful (fuzzy) {language} for {message.text!r}"
    places = _places(message.text) | _places(message.plural)
    if not _places(said) <= places or (not message.plural and _places(said) != places):
        return f"{where}: the {language} for {message.text!r} does not have the same places in it: {said!r}"
    return ""


def _places(text: str) -> set[str]:
    return {first or second for first, second in PLACE.findall(text)}


def _contradictions(
    seen: dict[tuple[str, Key], tuple[str, Path]], known: dict[Key, polib.POEntry], language: str, path: Path
) -> Iterator[str]:
    """Django keeps one translation of a msgid for the whole house, so two apps may not differ."""
    for key, entry in known.items():
        said, first = seen.setdefault((language, key), (_translated(entry), path))
        if said != _translated(entry) and said and _translated(entry):
            yield f"{path}: {key[1]!r} is {_translated(entry)!r} here and {said!r} in {first}"


def compile_all(folders: list[Path]) -> int:
    """Make each .mo below the folders that is missing or older than its .po; returns how many were made."""
    made = 0
    for path in sorted(found for folder in folders for found in folder.rglob("locale/*/LC_MESSAGES/*.po")):
        target = path.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < path.stat().st_mtime:
            # Written aside first: somebody may be reading the old one.
            part = target.with_name(f"{os.getpid()}.part")
            polib.pofile(str(path)).save_as_mofile(str(part))
            part.replace(target)
            made += 1
    return made


def main() -> int:
    """Returns 1 if `check` found something, else 0."""
    parser = argparse.ArgumentParser(prog="translations", description=__doc__.splitlines()[0])
    parser.add_argument("command", choices=["extract", "check", "compile"])
    parser.add_argument("app", nargs="*", type=Path, help="only these folders, as koban/desk")
    given = parser.parse_args()
    chosen = [path.resolve() for path in given.app]
    if given.command == "compile":
        print(f"{compile_all(chosen or [HOUSE])} compiled")
        return 0
    folders = apps()
    lines = (extract if given.command == "extract" else check)(folders, chosen or folders)
    print("\n".join(lines) or "complete")
    return 1 if given.command == "check" and lines else 0


if __name__ == "__main__":
    sys.exit(main())
