"""Many bags, one after the other, with a file that remembers how far it came."""

import json
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from koban.lib.bag.holder import Limits
from koban.lib.bag.reasons import RULES, Reason, reason
from koban.lib.bag.verdict import Verdict, verify
from koban.lib.mistakes import Mistake
from koban.lib.sentence import gettext_noop as _

PACKED = (".tar", ".zip")
HEAD = {"koban": "bag verify", "form": 1}


def packages(folder: Path) -> tuple[list[Path], int]:
    """The folders, .tar and .zip files in `folder` by name, and how many other things lie beside them.

    Hidden ones are other things: a bag that was being written when the machine stopped is one.
    """
    found = sorted(folder.iterdir())
    bags = [
        path
        for path in found
        if not path.name.startswith(".") and (path.is_dir() or path.suffix.lower() in PACKED)
    ]
    return bags, len(found) - len(bags)


@dataclass(frozen=True, slots=True)
class State:
    """path: of the file. known: package -> what was found of it before."""

    path: Path
    known: dict[str, Verdict]

    @classmethod
    def read(cls, path: Path, folder: Path) -> "State":
        """A new one if there is no such file. Raises Mistake if it is another folder's, or no such file."""
        if not path.exists():
            head = json.dumps(HEAD | {"folder": str(folder.resolve())}, ensure_ascii=False)
            path.write_text(head + "\n", encoding="utf-8", errors="surrogateescape")
            return cls(path, {})
        lines = path.read_text(encoding="utf-8", errors="surrogateescape").split("\n")
        if _loaded(lines[0]) != HEAD | {"folder": str(folder.resolve())}:
            raise Mistake(
                "state", _("%(path)s does not belong to the verifying of this folder"), path=path.name
            )
        if torn := lines.pop():  # the machine stopped within a line
            path.write_bytes(path.read_bytes()[: -len(torn.encode(errors="surrogateescape"))])
        return cls(path, {name: found for line in lines[1:] for name, found in _kept(_loaded(line))})

    @contextmanager
    def kept(self) -> Iterator[IO[str]]:
        with self.path.open("a", encoding="utf-8", errors="surrogateescape", buffering=1) as file:
            yield file


def _loaded(line: str) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Stretch:
    """Verify each of `bags`; those that `state` knows are not read again."""

    bags: list[Path]
    state: State | None = None
    limits: Limits | None = None

    def verdicts(
        self, after_each: Callable[[int], None] | None = None
    ) -> Generator[tuple[Path, Verdict], None, None]:
        """Each with its verdict. What is found is in the file before it is given out."""
        for number, (path, verdict) in enumerate(self._found(), start=1):
            yield path, verdict
            if after_each:
                after_each(number)

    def _found(self) -> Iterator[tuple[Path, Verdict]]:
        if self.state is None:
            yield from ((path, _verdict(path, self.limits)) for path in self.bags)
            return
        with self.state.kept() as file:
            for path in self.bags:
                verdict = self.state.known.get(path.name)
                if verdict is None:
                    verdict = _verdict(path, self.limits)
                    file.write(_line(path.name, verdict))
                yield path, verdict


def _verdict(path: Path, limits: Limits | None) -> Verdict:
    """One package that cannot be opened does not end the walk."""
    try:
        return verify(path, limits=limits)
    except OSError as error:
        return Verdict(reasons=(reason("unreadable", path.name, why=error.strerror or str(error)),))


def _line(name: str, found: Verdict) -> str:
    told = {
        "package": name, "version": found.version, "files": found.files, "bytes": found.bytes,
        "reasons": [_told(one) for one in found.reasons], "warnings": [_told(one) for one in found.warnings],
    }  # fmt: skip
    return json.dumps(told, ensure_ascii=False) + "\n"


def _told(one: Reason) -> dict[str, Any]:
    return {"rule": one.rule, **one.sentence.values}


def _kept(told: Any) -> Iterator[tuple[str, Verdict]]:
    """Nothing for a line that is not ours: that package is looked at again."""
    try:
        reasons, warnings = ([_reason(one) for one in told[part]] for part in ("reasons", "warnings"))
        yield (
            told["package"],
            Verdict(tuple(reasons), tuple(warnings), told["version"], told["files"], told["bytes"]),
        )
    except (KeyError, TypeError, AttributeError):
        return


def _reason(told: dict[str, Any]) -> Reason:
    values = dict(told)
    rule = values.pop("rule")
    if rule not in RULES:
        raise KeyError(rule)
    return reason(rule, **values)
