"""`koban bag`: make a package that proves itself, and verify any."""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import click
from django.utils import timezone, translation
from rich.console import Console
from rich.progress import Progress

from koban import __version__
from koban.lib.bag import Limits, Reason, State, Stretch, Verdict, files_of, packages, verify, write
from koban.lib.ledger_bag import proven
from koban.lib.ledger_proof import Proven
from koban.lib.mistakes import Mistake
from koban.lib.sentence import Sentence
from koban.lib.sentence import gettext_noop as _
from koban.lib.signed_note import BadNote, Verifier

NOT_VALID = 1
EVERY = 1000  # a line of progress where no terminal can draw
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
language_option = click.option(
    "--language", default="en", show_default=True, help="Of what is said: en or zh-hans."
)


@click.group()
def bag() -> None:
    """Packages that prove themselves (BagIt, RFC 8493): make one, verify any."""


@bag.command()
@click.argument("folder", type=FOLDER)
@click.argument("target", metavar="BAG", type=click.Path(path_type=Path))
@click.option(
    "--info", "given", multiple=True, metavar="LABEL=VALUE", help="A line of bag-info.txt; repeatable."
)
@click.option("--on", "on", default="", help="The Bagging-Date, as 2026-01-31; today without it.")
@language_option
def make(folder: Path, target: Path, given: Sequence[str], on: str, language: str) -> None:
    """Copy everything in FOLDER into a new bag BAG, with SHA-256 and SHA-512 of every file.

    BAG is there whole or not at all. Links are not followed but refused; empty folders are left out.

    Exit code 1: FOLDER cannot be packaged, and why; 2: wrong use.
    """
    _apart(folder, target)
    info = [*map(_label, given), ("Bag-Software-Agent", f"Koban {__version__}")]
    entries = files_of(folder)
    with translation.override(language), _drawn("bytes") as tell:
        try:
            made = write(target, entries, info=info, on=_day(on), progress=lambda done: tell(done, None))
        except Mistake as mistake:
            click.echo(mistake.sentence.said(translation.gettext, language), err=True)
            sys.exit(NOT_VALID)
    click.echo(f"{target}: {made.files} files, {made.bytes} bytes, sha512 {made.sha512}")


def _apart(folder: Path, target: Path) -> None:
    if not target.parent.is_dir():
        raise click.UsageError(f"There is no folder {target.parent}.")
    if target.resolve().is_relative_to(folder.resolve()):
        raise click.UsageError("BAG may not lie in FOLDER.")


def _label(given: str) -> tuple[str, str]:
    label, equals, value = given.partition("=")
    if not equals:
        raise click.UsageError(f"--info wants LABEL=VALUE, not {given!r}.")
    return label, value


def _day(on: str) -> date:
    try:
        return date.fromisoformat(on) if on else timezone.localdate()
    except ValueError:
        raise click.UsageError(f"--on wants a day as 2026-01-31, not {on!r}.") from None


@bag.command("verify")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--each", is_flag=True, help="PATH is a folder of packages: verify each of them.")
@click.option("--resume", type=click.Path(dir_okay=False, path_type=Path), metavar="STATEFILE",
              help="With --each, which it implies: remember in STATEFILE what is done, and go on from there.")  # fmt: skip
@click.option(
    "--max-files",
    default=Limits().entries,
    show_default=True,
    type=click.IntRange(1),
    help="Look at no more.",
)
@click.option(
    "--max-bytes", default=Limits().bytes, show_default=True, type=click.IntRange(1), help="Look at no more."
)
@click.option("--quiet", is_flag=True, help="Say nothing of what is valid.")
@click.option("--key", default="", help="Of a package with a ledger: the published key that you trust.")
@language_option
def verify_command(path: Path, each: bool, resume: Path | None, max_files: int, max_bytes: int, quiet: bool,
                   key: str, language: str) -> None:  # fmt: skip
    """Verify the bag PATH: a folder, a .tar or a .zip, of version 0.93 to 1.0. Nothing but the bag is needed.

    Every reason why it is not valid is a line of its own, with the file and the rule. A resumed walk says again
    what it found before; delete STATEFILE to begin anew. Where a package holds the ledger of a file, its pages are
    followed to the signed root as well, and its entries to the pages; not with --each.

    Exit code 0: valid; 1: not valid, and why; 2: wrong use.
    """
    limits = Limits(entries=max_files, bytes=max_bytes)
    with translation.override(language):
        if each or resume:
            holds = _verify_each(path, resume, limits, _Voice(language, quiet))
        else:
            with _drawn("bytes") as tell:
                verdict = verify(path, limits=limits, progress=tell)
            voice = _Voice(language, quiet)
            holds = voice.tell(str(path), verdict) and _proves(path, _trusted(key), limits, voice)
    sys.exit(0 if holds else NOT_VALID)


def _trusted(key: str) -> Verifier | None:
    try:
        return Verifier.from_text(key) if key else None
    except BadNote as wrong:
        raise click.UsageError(str(wrong)) from None


def _proves(path: Path, key: Verifier | None, limits: Limits, voice: "_Voice") -> bool:
    found = proven(path, key, limits=limits)
    if found is not None:
        voice.tell_ledger(str(path), found)
    return found is None or found.holds


def _verify_each(folder: Path, resume: Path | None, limits: Limits, voice: "_Voice") -> bool:
    if not folder.is_dir():
        raise click.UsageError("--each and --resume want a folder of packages.")
    bags, others = packages(folder)
    try:
        state = State.read(resume, folder) if resume else None
    except Mistake as mistake:
        raise click.UsageError(str(mistake)) from None
    with _drawn("packages", len(bags)) as tell:
        found = Stretch(bags, state, limits).verdicts(lambda done: tell(done, len(bags)))
        bad = sum(not voice.tell(path.name, verdict) for path, verdict in found)
    voice.sum(len(bags), bad, others)
    return not bad and bool(bags)


class _Voice:
    """Says verdicts in one language, each reason on a line of its own."""

    def __init__(self, language: str, quiet: bool) -> None:
        self._language, self._quiet = language, quiet

    def tell(self, name: str, verdict: Verdict) -> bool:
        self._lines(name, verdict.reasons)
        if not self._quiet:
            self._lines(name, verdict.warnings, warning=True)
        if verdict.is_valid and not self._quiet:
            self._say(name, Sentence(_("valid; version %(version)s, files: %(files)s, bytes: %(bytes)s"),
                      {"version": verdict.version, "files": verdict.files, "bytes": verdict.bytes}))  # fmt: skip
        if not verdict.is_valid:
            self._say(name, Sentence(_("not valid; reasons: %(count)s"), {"count": len(verdict.reasons)}))
        return verdict.is_valid

    def _lines(self, name: str, reasons: Iterable[Reason], *, warning: bool = False) -> None:
        for one in reasons:
            said = one.sentence.said(translation.gettext, self._language)
            rule = ", ".join(filter(None, (one.rule, one.sentence.clause)))
            text = _("warning: %(said)s [%(rule)s]") if warning else _("%(said)s [%(rule)s]")
            self._say(name, Sentence(text, {"said": said, "rule": rule}))

    def tell_ledger(self, name: str, found: Proven) -> None:
        for fault in found.faults:
            self._say(name, fault)
        if found.holds and not self._quiet:
            text = _(
                "ledger: %(pages)s pages and %(rows)s entries lead to the root of %(origin)s over %(size)s pages; key %(key)s"
            )
            told = {
                "pages": found.pages,
                "rows": found.rows,
                "origin": found.origin,
                "size": found.size,
                "key": found.key,
            }
            self._say(name, Sentence(text, told))

    def sum(self, count: int, bad: int, others: int) -> None:
        text = _("packages: %(count)s, not valid: %(bad)s, other things passed over: %(others)s")
        click.echo(Sentence(text, {"count": count, "bad": bad, "others": others}).said(translation.gettext))

    def _say(self, name: str, sentence: Sentence) -> None:
        line = f"{name}: {sentence.said(translation.gettext, self._language)}"
        # Not click.echo, which would write past the bar that is drawn.
        sys.stdout.write(line.encode(errors="backslashreplace").decode() + "\n")


@contextmanager
def _drawn(what: str, whole: int | None = None) -> Iterator[Callable[[int, int | None], None]]:
    """Progress on the terminal; for packages elsewhere a line now and then."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda done, total: _line(what, done, total)
        return
    # Verdicts that go to a file stay there; on the same terminal they scroll above the bar.
    with Progress(console=console, transient=True, redirect_stdout=sys.stdout.isatty()) as progress:
        task = progress.add_task(what, total=whole)
        yield lambda done, total: progress.update(task, completed=done, total=total)


def _line(what: str, done: int, total: int | None) -> None:
    if what == "packages" and done % EVERY == 0:
        click.echo(f"{done} of {total} {what}", err=True)
