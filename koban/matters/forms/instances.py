"""Reading what a telephone sent: XML that is taken apart with limits, and nothing in it is believed.

An Instance knows its own names; which nodes are repeats, files or properties of places is told by the form.
"""

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element, ParseError, canonicalize

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.utils.translation import gettext_lazy as _

from koban.lib.errors import Refused
from koban.matters.forms import rules

MOST_BYTES = 5_000_000
DEEPEST, MOST_NODES = 40, 100_000
FILES = frozenset({"binary", "image", "audio", "video", "file"})

TOO_LONG = _("The form is larger than %(most)s million bytes. Nothing was stored.")
NO_XML = _("The form arrived damaged or cut off: it is no XML. Nothing was stored; send it again.")
FORBIDDEN = _("XML with a document type, entities or external references is not taken. Nothing was stored.")
TOO_DEEP = _("The form is nested too deeply or has too many parts. Nothing was stored.")
NO_ID = _("The form does not say which form it is (id). Nothing was stored.")
NO_INSTANCE = _("The form has no instanceID such as uuid:…, of at most 249 characters. Nothing was stored.")
NO_DEPRECATED = _("The deprecatedID of the form is not one, or is its own. Nothing was stored.")


@dataclass(frozen=True, slots=True)
class Field:
    """A question of a form, as `Form.fields` holds it."""

    path: str
    type: str
    saveto: str = ""
    preload: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """What a submission says of a place or thing: values by property; base: the version that it saw, 0 for a new one."""

    dataset: str
    entity_id: str
    is_new: bool
    base: int
    label: str
    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class Instance:
    """A submission taken apart. sha256: of its canonical XML, the same however it was written down."""

    xml: str
    sha256: str
    form_id: str
    version: str
    instance_id: str
    deprecated_id: str
    root: Element


def read(content: bytes) -> Instance:
    """Take the XML of a submission apart. Raises Refused with one sentence; nothing outside of `content` is touched."""
    root = parsed(content)
    meta = next((node for node in root if name(node) == "meta"), Element("meta"))
    told: dict[str, str] = {name(node): (node.text or "").strip() for node in meta}
    form_id = root.get("id", "") or namespace(root)
    instance_id, deprecated = told.get("instanceID", ""), told.get("deprecatedID", "")
    if not form_id or len(form_id) > rules.LONGEST_ID:
        raise Refused(NO_ID)
    if not rules.is_instance_id(instance_id):
        raise Refused(NO_INSTANCE)
    if deprecated and (deprecated == instance_id or not rules.is_instance_id(deprecated)):
        raise Refused(NO_DEPRECATED)
    xml = content.decode("utf-8-sig", "replace")
    digest = hashlib.sha256(canonicalize(xml_data=content).encode()).hexdigest()
    return Instance(xml, digest, form_id, root.get("version", "")[:249], instance_id, deprecated, root)


def parsed(content: bytes) -> Element:
    """The root of XML that has no document type, no entity, and limits on bytes, depth and parts. Raises Refused."""
    if len(content) > MOST_BYTES:
        raise Refused(TOO_LONG % {"most": MOST_BYTES // 1_000_000})
    try:
        root: Element = fromstring(content, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    except DefusedXmlException:
        raise Refused(FORBIDDEN) from None
    except (ParseError, LookupError, ValueError):
        raise Refused(NO_XML) from None
    _bounded(root)
    return root


def _bounded(root: Element) -> None:
    level, count = [root], 0
    for _depth in range(DEEPEST):
        count += len(level)
        level = [child for node in level for child in node]
        if not level:
            break
    if level or count > MOST_NODES:
        raise Refused(TOO_DEEP)


def name(node: Element) -> str:
    """The name of a node without its namespace."""
    return str(node.tag).rpartition("}")[2]


def namespace(node: Element) -> str:
    return str(node.tag).partition("}")[0].lstrip("{") if "}" in str(node.tag) else ""


def fields_of(told: Sequence[Mapping[str, Any]]) -> list[Field]:
    """The fields of a form from what its row holds."""
    return [Field(one["path"], one["type"], one.get("saveto", ""), one.get("preload", "")) for one in told]


def leaves(root: Element, path: str = "") -> Iterator[tuple[str, Element]]:
    """Every node without children, by its path below the root; `meta` too."""
    for child in root:
        here = f"{path}/{name(child)}" if path else name(child)
        if len(child):
            yield from leaves(child, here)
        else:
            yield here, child


def answers(root: Element, repeats: Collection[str], path: str = "") -> dict[str, Any]:
    """Path -> text of each answered question; a repeat is a list of such under its path. `meta` is left out."""
    found: dict[str, Any] = {}
    for child in root:
        here = f"{path}/{name(child)}" if path else name(child)
        if here == "meta":
            continue
        if here in repeats:
            found.setdefault(here, []).append(answers(child, repeats, here))
        elif len(child):
            found |= answers(child, repeats, here)
        elif text := (child.text or "").strip():
            found[here] = text
    return found


def first(root: Element, paths: Collection[str]) -> str:
    """The first answer among some questions, "" for none."""
    return next((node.text.strip() for path, node in leaves(root) if path in paths and node.text), "")


def files(root: Element, fields: Sequence[Field]) -> list[str]:
    """Names of the files that the answers tell of."""
    paths = {field.path for field in fields if field.type in FILES}
    found = [(node.text or "").strip() for path, node in leaves(root) if path in paths]
    return list(dict.fromkeys(each for each in found if each))


def entities(root: Element, fields: Sequence[Field]) -> list[Told]:
    """What the submission says of places and things, each from the node that holds its `meta`."""
    saved = {field.path: field.saveto for field in fields if field.saveto}
    return [told for holder, path in _holders(root) for told in _told(holder, path, saved)]


def _holders(node: Element, path: str = "") -> Iterator[tuple[Element, str]]:
    yield node, path
    for child in node:
        if name(child) != "meta" and len(child):
            yield from _holders(child, f"{path}/{name(child)}" if path else name(child))


def _told(holder: Element, path: str, saved: Mapping[str, str]) -> Iterator[Told]:
    for meta in (child for child in holder if name(child) == "meta"):
        for node in (child for child in meta if name(child) == "entity"):
            if node.get("create") != "1" and node.get("update") != "1":
                continue
            values = {
                saved[at]: (leaf.text or "").strip() for at, leaf in leaves(holder, path) if at in saved
            }
            label = next(((one.text or "").strip() for one in node if name(one) == "label"), "")
            base = node.get("baseVersion", "")
            yield Told(
                node.get("dataset", ""), node.get("id", ""), node.get("update") != "1",
                int(base) if base.isdecimal() and len(base) < 9 else 0, label, values,
            )  # fmt: skip
