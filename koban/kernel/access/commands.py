"""The operator's commands for accounts, posts and keys. They act as the security administrator of the machine."""

import getpass
import sys
from datetime import date
from typing import Any

import click
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import timezone, translation

from koban.kernel.access import actions
from koban.kernel.access.models import Account, ApiKey
from koban.kernel.access.roles import ROLES
from koban.kernel.access.second_step import current_code
from koban.kernel.ledger.actor import Actor
from koban.kernel.stations.models import Station
from koban.lib.errors import Absent

POSTS = sorted(role.key for role in ROLES.values() if role.is_post)


def _operator() -> Actor:
    """Whoever has the machine's shell. Pages name the machine's login, as there is no account yet to name."""
    return Actor(role="security", label=f"shell:{getpass.getuser()}"[:80])


def _account(username: str) -> Account:
    found = Account.objects.filter(username=username.casefold()).first()
    if found is None:
        raise click.ClickException(f"there is no account {username!r}; `koban account list` shows them")
    return found


def _station(code: str) -> Station:
    found = Station.objects.filter(code=code).first()
    if found is None:
        raise click.ClickException(
            f"there is no station {code!r}; there are: {', '.join(_codes()) or 'none'}"
        )
    return found


def _codes() -> list[str]:
    return list(Station.objects.values_list("code", flat=True))


@click.command()
@click.argument("username")
def code(username: str) -> None:
    """Show the sign-in code of USERNAME, a demo account of an invented station."""
    shown = current_code(_account(username))
    if not shown:
        raise click.ClickException(
            "codes are shown only with KOBAN_DEMO=1, and only for accounts of the generated town"
        )
    click.echo(shown)


@click.group()
def account() -> None:
    """Add accounts, appoint them to posts, disable them."""


@account.command()
@click.argument("username")
@click.option("--name", default="", help="The name as colleagues see it.")
@click.option(
    "--language", type=click.Choice(["zh-hans", "en"]), default=None, help="[default: as the browser asks]"
)
def add(username: str, name: str, language: str | None) -> None:
    """Add the account USERNAME. The password is asked for, or read from standard input."""
    password = _password(Account(username=username, display_name=name))
    made = actions.add_account(
        username, password, by=_operator(), at=timezone.now(), name=name, language=language or ""
    )
    click.echo(
        f"{made.username} can sign in; next: koban account post {made.username} --role ROLE --station CODE"
    )


def _password(account: Account) -> str:
    if sys.stdin.isatty():
        password: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    else:
        password = sys.stdin.readline().rstrip("\n")
    try:
        validate_password(password, account)
    except ValidationError as error:
        with translation.override("en"):
            raise click.ClickException(" ".join(error.messages)) from None
    return password


@account.command()
@click.argument("username")
@click.option("--role", type=click.Choice(POSTS), required=True)
@click.option("--station", "code", required=True, help="Code of the station.")
@click.option("--badge", default="", help="Number on the badge; pages show it instead of a name.")
@click.option(
    "--from", "from_on", type=click.DateTime(["%Y-%m-%d"]), default=None, help="First day [default: today]."
)
@click.option(
    "--to", "to_on", type=click.DateTime(["%Y-%m-%d"]), default=None, help="Last day [default: open]."
)
def post(username: str, role: str, code: str, badge: str, from_on: Any, to_on: Any) -> None:
    """Appoint USERNAME to a post."""
    days: dict[str, date | None] = {"from_on": from_on.date() if from_on else timezone.localdate()}
    days["to_on"] = to_on.date() if to_on else None
    made = actions.appoint(
        _account(username),
        role,
        _station(code),
        by=_operator(),
        at=timezone.now(),
        badge=badge,
        **days,  # type: ignore[arg-type]
    )
    click.echo(f"{username} is {role} at {code} from {made.from_on} to {made.to_on or 'further notice'}")


@account.command()
@click.argument("username")
def disable(username: str) -> None:
    """Shut USERNAME out at once."""
    actions.disable(_account(username), by=_operator(), at=timezone.now())
    click.echo(f"{username} is shut out")


@account.command(name="list")
def list_() -> None:
    """List the accounts and their posts."""
    for found in Account.objects.prefetch_related("posts__station").order_by("username"):
        posts = ", ".join(
            f"{p.role} at {p.station.code} ({p.from_on} – {p.to_on or '…'})" for p in found.posts.all()
        )
        click.echo(f"{found.username:24} {'' if found.is_active else 'disabled '}{posts or 'no post'}")


@click.group()
def key() -> None:
    """Give and withdraw keys of other systems."""


@key.command(name="add")
@click.argument("name")
@click.option("--station", "code", required=True, help="Code of the station.")
@click.option(
    "--action",
    "wanted",
    multiple=True,
    required=True,
    help="What the key may do; may be given more than once.",
)
@click.option("--days", default=365, show_default=True, help="How long the key opens.")
def add_key(name: str, code: str, wanted: tuple[str, ...], days: int) -> None:
    """Give a key to the system NAME. Its secret is printed once and stored nowhere."""
    _made, secret = actions.give_key(
        name, _station(code), wanted, by=_operator(), at=timezone.now(), days=days
    )
    click.echo(secret)


@key.command(name="list")
def list_keys() -> None:
    """List the keys, without their secrets."""
    for found in ApiKey.objects.select_related("station").order_by("made_at"):
        until = f"withdrawn {found.withdrawn_at:%F}" if found.withdrawn_at else f"until {found.ends_at:%F}"
        click.echo(f"{found.pk}  {found.name}  {found.station.code}  {until}  {', '.join(found.actions)}")


@key.command()
@click.argument("key_id")
def withdraw(key_id: str) -> None:
    """Withdraw the key KEY_ID at once."""
    found = ApiKey.objects.filter(pk=key_id).first()
    if found is None:
        raise Absent("there is no such key")
    actions.withdraw_key(found, by=_operator(), at=timezone.now())
    click.echo(f"{found.name} opens nothing any more")


@click.group()
def station() -> None:
    """Add offices and the stations above them."""


@station.command(name="add")
@click.argument("code")
@click.option("--kind", type=click.Choice(Station.Kind.values), required=True)
@click.option("--name", required=True, help="The name in Chinese, or in the language of the place.")
@click.option("--name-en", default="", help="The name in English.")
@click.option("--parent", default="", help="Code of the station above.")
@click.option("--tz", default="Asia/Shanghai", show_default=True)
@click.option("--pack", default="cn", show_default=True, help="The rule pack that holds there.")
def add_station(code: str, parent: str, **told: str) -> None:
    """Add the station CODE. An office wants a station above it, and a body of oversight beside that."""
    above = _station(parent) if parent else None
    operator = Actor(role="administrator", label=_operator().label)
    made = actions.add_station(code, above, by=operator, at=timezone.now(), **told)
    click.echo(f"{made.code} stands at {made.path}")


@station.command(name="list")
def list_stations() -> None:
    """List the stations as the tree they are."""
    for found in Station.objects.all():
        click.echo(f"{'  ' * (found.path.count('/') - 1)}{found.code}  {found.kind}  {found.name}")
