"""Walks over everything that the house stores, asks for, calls and ships, for tests of what it must never do."""

import ast
import re
import tomllib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Any, NamedTuple

from django import forms
from django.apps import apps
from django.db.models import Field, Model

import koban

HOUSE = Path(koban.__file__).parent
CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def words(name: str) -> set[str]:
    """The words of an identifier or a label: "riskScore", "risk_score" and "Risk score" are the same two."""
    return set(re.split(r"[\W_]+", CAMEL.sub("_", name).lower())) - {""}


class Column(NamedTuple):
    model: type[Model]
    field: Field[Any, Any]

    @property
    def name(self) -> str:
        return f"{self.model._meta.label}.{self.field.name}"


def columns() -> list[Column]:
    """Every column of every table of the house."""
    own = [model for model in apps.get_models() if model.__module__.startswith("koban.")]
    return [Column(model, field) for model in own for field in model._meta.local_fields]


def modules() -> Iterator[Any]:
    """Every module of the house but its tests and migrations."""
    for found in walk_packages(koban.__path__, "koban."):
        if not re.search(r"\.(tests|migrations|testing|__main__)\b", found.name):
            yield import_module(found.name)


def questions() -> list[tuple[str, str]]:
    """Every field of every form, as (form.field, label)."""
    for _module in modules():
        pass  # importing them all is what makes their forms known
    return [
        (f"{form.__module__}.{form.__qualname__}.{name}", str(field.label or ""))
        for form in _subclasses(forms.BaseForm)
        if form.__module__.startswith("koban.")
        for name, field in getattr(form, "base_fields", {}).items()
    ]


def _subclasses(kind: type) -> Iterator[type]:
    for child in kind.__subclasses__():
        yield child
        yield from _subclasses(child)


class Source(NamedTuple):
    path: Path
    tree: ast.Module

    @property
    def name(self) -> str:
        return str(self.path.relative_to(HOUSE))

    def imports(self) -> set[str]:
        """The modules that this one imports, with whole dotted names."""
        found: set[str] = set()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
        return found

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        yield from (n for n in ast.walk(self.tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))

    def names(self) -> set[str]:
        """Everything that this module itself gives a name to: functions, classes, arguments, variables, attributes."""
        found: set[str] = set()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                found.add(node.name)
            elif isinstance(node, ast.arg):
                found.add(node.arg)
            elif isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Store):
                found.add(node.id if isinstance(node, ast.Name) else node.attr)
        return found


def sources() -> list[Source]:
    """Every Python file of the house but its tests and migrations."""
    paths = [p for p in sorted(HOUSE.rglob("*.py")) if not {"tests", "migrations"} & set(p.parts)]
    return [Source(path, ast.parse(path.read_text(encoding="utf-8"))) for path in paths]


def scripts() -> dict[str, str]:
    """Every script and template that is our own: path -> text."""
    found = [p for kind in ("*.js", "*.html") for p in sorted(HOUSE.rglob(kind)) if "vendor" not in p.parts]
    return {str(path.relative_to(HOUSE)): path.read_text(encoding="utf-8") for path in found}


def keys_of_data() -> Iterator[tuple[str, str]]:
    """Every key of every TOML file that the house ships, as (path, key): types, questions, packs."""
    for path in sorted(HOUSE.rglob("*.toml")):
        for key in _keys(tomllib.loads(path.read_text(encoding="utf-8"))):
            yield str(path.relative_to(HOUSE)), key


def _keys(value: Any) -> Iterator[str]:
    match value:
        case dict():
            for key, inner in value.items():
                yield key
                # What a question calls itself is a key too.
                if key in {"key", "code", "variable", "name"} and isinstance(inner, str):
                    yield inner
                yield from _keys(inner)
        case list():
            for inner in value:
                yield from _keys(inner)


def requirements() -> set[str]:
    """The names of every package that is installed with the house, from the locks."""
    root = HOUSE.parent
    texts = [root / "pyproject.toml", *sorted((root / "requirements").glob("*.txt"))]
    named = re.compile(r"^\s*\"?([A-Za-z][A-Za-z0-9._-]+)(?:\[[\w,-]+\])?[=<>~]=", re.MULTILINE)
    return {name.lower() for path in texts for name in named.findall(path.read_text(encoding="utf-8"))}
