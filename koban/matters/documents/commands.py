"""`koban credential`: check a signed paper without a network, show the public key, change the key."""

import re
import sys
import zlib
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from koban.lib import credential as vc
from koban.lib.credential.keys import BadKey, from_jwks
from koban.lib.credential.lists import read_list
from koban.matters.documents import keys

READABLE = click.Path(exists=True, dir_okay=False, path_type=Path)
WHY = {
    vc.State.VALID: "holds",
    vc.State.NOT_YET: "does not hold yet",
    vc.State.EXPIRED: "has expired",
    vc.State.SUSPENDED: "is suspended",
    vc.State.REVOKED: "was revoked",
    vc.State.NOT_OURS: "was not signed with this key",
    vc.State.BROKEN: "is no credential, or was changed",
}


@click.group()
def credential() -> None:
    """Signed papers: check one, show the public key, make a new key."""


@credential.command()
@click.argument("paper")
@click.option(
    "--key", "key_file", required=True, type=READABLE, help="Public key: a JWK or JWK Set that you trust."
)
@click.option(
    "--status", "lists", multiple=True, type=READABLE, help="A status list, as fetched from the office."
)
@click.option("--at", default="", help="As of this instant (ISO, with zone); now without it.")
def verify(paper: str, key_file: Path, lists: Sequence[Path], at: str) -> None:
    """Check PAPER: a file (PDF, token, digits) or the text of the code itself. No network, no database.

    Exit code 0: it holds; 1: it does not, and why.
    """
    known = _keys(key_file)
    moment = datetime.fromisoformat(at) if at else datetime.now(UTC)
    found = [_list(file, known, moment) for file in lists]
    verdict = vc.check(_text(paper), known, at=moment, lists=found)
    click.echo(f"The paper {WHY[verdict.state]}.")
    if verdict.credential is not None:
        _tell(verdict.credential)
        if not verdict.is_status_known:
            click.echo("Whether it was taken back is not known: give every list that it names with --status.")
            for entry in verdict.credential.entries:
                click.echo(f"  {entry.purpose}: {entry.url}, bit {entry.index}")
    sys.exit(0 if verdict.holds else 1)


@credential.command("key")
def show_key() -> None:
    """Print the public keys of this house as a JWK Set."""
    click.echo(keys.jwks())


@credential.command()
@click.confirmation_option(prompt="Papers are signed with a new key from now on. Go on?")
def rotate() -> None:
    """Make a new key; papers of the earlier ones stay provable."""
    click.echo(f"New key: {keys.rotate().public.did}")


def _keys(file: Path) -> list[vc.PublicKey]:
    try:
        return from_jwks(file.read_text())
    except (BadKey, UnicodeDecodeError) as wrong:
        raise click.UsageError(f"{file}: {wrong}") from None


def _list(file: Path, known: Sequence[vc.PublicKey], at: datetime) -> vc.StatusList:
    try:
        found, until = read_list(file.read_text(), known)
    except (vc.Unproven, UnicodeDecodeError):
        raise click.UsageError(f"{file} is no status list that this key signed.") from None
    if at > until:
        raise click.UsageError(f"{file} is from before {until.isoformat()}: fetch it again.")
    return found


def _text(paper: str) -> str:
    """What stands in the file of that name, or the words themselves."""
    try:
        raw = Path(paper).read_bytes()
    except OSError:  # no file of that name, or no name at all
        return paper
    return _inside(raw) if raw.startswith(b"%PDF-") else raw.decode(errors="replace")


def _inside(pdf: bytes) -> str:
    """The credential that one of our PDFs carries, "" for none."""
    for packed in re.findall(rb"/EmbeddedFile\b.*?stream\r?\n(.*?)\r?\nendstream", pdf, re.S):
        try:
            text = zlib.decompressobj().decompress(packed, 64_000).decode()
        except (zlib.error, UnicodeDecodeError):
            continue
        if text.startswith("eyJ"):
            return text
    return ""


def _tell(one: vc.Credential) -> None:
    until = one.valid_until.isoformat() if one.valid_until else "-"
    click.echo(f"  {one.kind}, issued by {one.office}, good {one.valid_from.isoformat()} to {until}")
    for name, value in one.claims.items():
        click.echo(f"  {name}: {value}")
