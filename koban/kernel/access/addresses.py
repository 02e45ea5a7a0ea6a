"""Every address is in the role table. What is not declared here is refused to everybody."""

from collections.abc import Callable, Iterator, Mapping
from functools import wraps
from typing import Any, NamedTuple

from django.http import HttpResponseBase
from django.urls import URLPattern, URLResolver, get_resolver, path

from koban.kernel.access.who import Request, open_office

View = Callable[..., HttpResponseBase]
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Need(NamedTuple):
    """The action that an address asks for: `read` for GET, HEAD and OPTIONS, `write` for the rest."""

    read: str
    write: str

    def of(self, method: str) -> str:
        return self.read if method in SAFE else self.write


DECLARED: dict[str, Need] = {}


def route(pattern: str, view: View, *, name: str, action: str, write: str = "", **kwargs: Any) -> URLPattern:
    """`path()` that also says who may come: the one way to declare an address.

    action: what reading needs; write: what POST, PUT, PATCH and DELETE need ("" means the same).
    A pattern with `<slug:office>` opens that office: scope and `request.station` are set, the visitor acts as the
    public, and the view does not get the argument. An unknown office is Absent.
    """
    return path(pattern, guarded(view, Need(action, write or action)), kwargs, name)


def guarded(view: View, need: Need) -> View:
    """`view` with its need attached, run inside the office that the address names."""

    @wraps(view)
    def inside(request: Request, *args: Any, office: str = "", **kwargs: Any) -> HttpResponseBase:
        if not office:
            return view(request, *args, **kwargs)
        with open_office(office, request):
            return view(request, *args, **kwargs)

    inside.koban_need = need  # type: ignore[attr-defined]
    return inside


def declare(needs: Mapping[str, str | tuple[str, str]]) -> None:
    """Put the addresses of a library into the table: view name (with its namespace) -> action, or (read, write)."""
    for name, need in needs.items():
        DECLARED[name] = Need(need, need) if isinstance(need, str) else Need(*need)


def need_of(view: Any, view_name: str) -> Need | None:
    """What the address asks for; None means that nobody declared it."""
    return getattr(view, "koban_need", None) or DECLARED.get(view_name)


class Address(NamedTuple):
    """One entry of the URL table: its full name, its pattern, and what it needs (None: not declared)."""

    name: str
    pattern: str
    need: Need | None


def addresses() -> list[Address]:
    """Every address that the URL table can answer, in its order."""
    return list(_walk(get_resolver(), "", ()))


def _walk(resolver: URLResolver, prefix: str, spaces: tuple[str, ...]) -> Iterator[Address]:
    for entry in resolver.url_patterns:
        pattern = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _walk(entry, pattern, (*spaces, entry.namespace) if entry.namespace else spaces)
        else:
            name = ":".join((*spaces, entry.name or entry.lookup_str))
            yield Address(name, pattern, need_of(entry.callback, name))
