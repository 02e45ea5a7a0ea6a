"""The table: columns are declared beside their cells, so that heads, cards and sorting cannot disagree."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, QueryDict
from django.template import Context, Node, NodeList
from django.template.base import FilterExpression, Parser, Token, token_kwargs
from django.template.exceptions import TemplateSyntaxError
from django.template.loader import get_template
from django.utils.safestring import SafeString


@dataclass(eq=False)
class ColumnNode(Node):
    """`{% column "Number" sort="number" %}…{% endcolumn %}`: a heading and the cell of every `row`."""

    label: FilterExpression
    options: dict[str, FilterExpression]
    nodelist: NodeList

    def head(self, context: Context) -> dict[str, Any]:
        return {"label": self.label.resolve(context)} | _resolve(self.options, context)

    def render(self, context: Context) -> SafeString:
        return SafeString(self.nodelist.render(context).strip())


@dataclass(eq=False)
class TableNode(Node):
    """`{% table rows … %}` with its columns. Every other option is named in docs/design-system.md."""

    rows: FilterExpression
    options: dict[str, FilterExpression]
    nodelist: NodeList

    def render(self, context: Context) -> SafeString:
        rows, options = self.rows.resolve(context), _resolve(self.options, context)
        columns = [node for node in self.nodelist if isinstance(node, ColumnNode)]
        query = _query(context)
        shown = options | {
            "heads": [sorting(column.head(context), query) for column in columns],
            "rows": [self._row(row, columns, options, context) for row in rows],
            "page": options.get("page", rows),
            "exports": [(kind, _with(query, export=kind)) for kind in str(options.get("export", "")).split()],
            "request": context.get("request"),
        }
        return SafeString(get_template("koban/parts/table.html").render(shown))

    def _row(
        self, row: Any, columns: list[ColumnNode], options: dict[str, Any], context: Context
    ) -> dict[str, Any]:
        with context.push(row=row):
            cells = [(column.head(context), column.render(context)) for column in columns]
        prefix, pk = options.get("ids", ""), getattr(row, "pk", None) or _get(row, "id")
        return {
            "cells": cells,
            "tone": _get(row, options.get("tone", "")),
            "id": f"{prefix}-{pk}" if prefix else "",
        }


def _get(row: Any, name: str) -> Any:
    if not name:
        return ""
    return row.get(name, "") if isinstance(row, dict) else getattr(row, name, "")


def _resolve(options: dict[str, FilterExpression], context: Context) -> dict[str, Any]:
    return {name: expression.resolve(context) for name, expression in options.items()}


def _query(context: Context) -> QueryDict:
    request = context.get("request")
    return request.GET.copy() if isinstance(request, HttpRequest) else QueryDict(mutable=True)


def _with(query: QueryDict, **change: str) -> str:
    changed = query.copy()
    for paging in ("page", "after", "before"):
        changed.pop(paging, None)
    for name, value in change.items():
        changed[name] = value
    return f"?{changed.urlencode()}"


def sorting(head: dict[str, Any], query: QueryDict) -> dict[str, Any]:
    """A heading with the address that sorts by it; `order` is what `aria-sort` says now."""
    key = head.get("sort")
    if not key:
        return head
    now = query.get("sort", "")
    order = {key: "ascending", f"-{key}": "descending"}.get(now, "none")
    return head | {"order": order, "href": _with(query, sort=f"-{key}" if now == key else key)}


def _options(parser: Parser, bits: list[str], tag: str) -> dict[str, FilterExpression]:
    options = token_kwargs(bits, parser)
    if bits:
        raise TemplateSyntaxError(f"{tag} does not understand {bits[0]!r}")
    return options


def do_table(parser: Parser, token: Token) -> TableNode:
    tag, *bits = token.split_contents()
    if not bits:
        raise TemplateSyntaxError("table needs its rows")
    rows, options = parser.compile_filter(bits[0]), _options(parser, bits[1:], tag)
    nodelist = parser.parse(("endtable",))
    parser.delete_first_token()
    return TableNode(rows, options, nodelist)


def do_column(parser: Parser, token: Token) -> ColumnNode:
    tag, *bits = token.split_contents()
    if not bits:
        raise TemplateSyntaxError("column needs its label")
    label, options = parser.compile_filter(bits[0]), _options(parser, bits[1:], tag)
    nodelist = parser.parse(("endcolumn",))
    parser.delete_first_token()
    return ColumnNode(label, options, nodelist)


TABLE_TAGS: dict[str, Callable[[Parser, Token], Node]] = {"table": do_table, "column": do_column}
