"""From an XForm to what the engine in the browser wants: a form in HTML and a model in XML.

A port of the small rest of enketo-transformer (Apache-2.0) around its two XSLT sheets, which stand in `xslt/`.
Only XForms of our own compiler come here; the sheets reach no file and no network.
"""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from lxml import etree

from koban.matters.forms import lists
from koban.matters.forms.models import Form, FormMedia
from koban.matters.forms.xforms import code_of

SHEETS = Path(__file__).with_name("xslt")
XF = {"xf": "http://www.w3.org/2002/xforms", "h": "http://www.w3.org/1999/xhtml"}
TEXTS = "//form//span[contains(@class, 'question-label') or contains(@class, 'or-hint')]"
_MISSING = re.compile(r' src="jr://(?:images|audio|video)/[^"]*"')  # nobody has sent it yet
_LINK = re.compile(r"jr://(?:file|file-csv|images|audio|video)/")


def package(form: Form, url_of: Any) -> dict[str, Any]:
    """Everything that `mount` of xforms/forms.js wants, as JSON. url_of: (FormMedia) -> its address."""
    html, model = drawn(form.hash, form.xform)
    media = {file.name: url_of(file) for file in FormMedia.objects.filter(form=form).defer("content")}
    return {
        "id": str(form.pk), "form_id": form.form_id, "version": form.version, "title": form.title, "hash": form.hash,
        "title_zh": form.title_zh, "languages": form.languages, "html": placed(html, media), "model": placed(model, media),
        "external": [{"id": name.removesuffix(".csv"), **_table(text)} for name, text in _tables(form)],
    }  # fmt: skip


def placed(text: str, media: Mapping[str, str]) -> str:
    """`jr://images/a.png` made the address where the file is."""
    for name, url in media.items():
        text = re.sub(_LINK.pattern + re.escape(name) + r"(?![\w.])", url.replace("\\", r"\\"), text)
    return _MISSING.sub("", text)


@lru_cache(maxsize=64)
def drawn(hash: str, xform: str) -> tuple[str, str]:
    """(form, model) of an XForm; kept by its hash."""
    doc = etree.fromstring(xform.encode(), _parser())
    _itemsets(doc)
    form = _sheet("openrosa2html5form")(doc)
    _appearances(form)
    _languages(form)
    for node in form.xpath("//*[@style]"):
        del node.attrib["style"]  # the house's policy refuses it; form.css hides what is to be hidden
    for node in form.xpath(TEXTS):
        _plain(node)
    model = _sheet("openrosa2xmlmodel")(doc)
    inner = "".join(etree.tostring(child, encoding="unicode", method="html") for child in form.getroot())
    return inner, "".join(etree.tostring(child, encoding="unicode") for child in model.getroot())


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


@lru_cache(maxsize=2)
def _sheet(name: str) -> etree.XSLT:
    closed = etree.XSLTAccessControl.DENY_ALL
    return etree.XSLT(etree.parse(str(SHEETS / f"{name}.xsl"), _parser()), access_control=closed)


def _itemsets(doc: Any) -> None:
    """Say at each itemset what the sheet cannot find out: its value, its label, and where its words are."""
    for itemset in doc.iterfind(".//xf:itemset", XF):
        told = {
            name: node.get("ref", "")
            for name in ("value", "label")
            for node in itemset.iterfind(f"xf:{name}", XF)
        }
        nodeset = itemset.get("nodeset", "")
        instance = nodeset.partition("instance(")[2].partition(")")[0].strip("'\"")
        path = nodeset.partition(")")[2]
        if "randomize(" in nodeset:
            path = re.split(r"[,)]", path)[0]
        steps = re.sub(r"\[.*?\]", "", path.replace("/", "/xf:"))
        where = f'/h:html/h:head/xf:model/xf:instance[@id="{instance}"]{steps}'
        itemset.set("valueRef", told.get("value", ""))
        itemset.set("labelRef", told.get("label", ""))
        itemset.set("itextPath", where)
        if named := re.search(r"itext\((.*)\)", told.get("label", "")):
            for item in doc.xpath(f'{where}/*[local-name() = "{named[1]}"]', namespaces=XF):
                itemset.append(etree.fromstring(etree.tostring(item, with_tail=False)))


def _appearances(form: Any) -> None:
    for node in form.xpath("//*[@data-appearances]"):
        told = node.attrib.pop("data-appearances").strip().lower().split()
        is_select = node.attrib.pop("data-appearances-select-type", None) is not None
        made = [one for appearance in told for one in _classes(appearance, is_select)]
        kept = [
            one
            for name in node.get("class", "").split()
            for one in (made if name == "or-appearances-placeholder" else [name])
        ]
        node.set("class", " ".join(kept))


def _classes(appearance: str, is_select: bool) -> Iterator[str]:
    yield f"or-appearance-{appearance}"
    if not is_select:
        return
    if appearance == "horizontal":
        yield "or-appearance-columns"
    if appearance in ("horizontal-compact", "compact"):
        yield "or-appearance-columns-pack"
    if appearance == "compact" or appearance.startswith("compact-"):
        yield "or-appearance-no-buttons"


def _languages(form: Any) -> None:
    """Languages by their codes, so that the reader's one is chosen."""
    for option in form.xpath("//form/select[@id='form-languages']/option"):
        option.set("data-dir", "ltr")
        option.set("value", code_of(option.get("value", "")) or option.get("value", ""))
    for node in form.xpath("//form//*[@lang]"):
        node.set("lang", code_of(node.get("lang")) or node.get("lang"))
    for node in form.xpath("//form/*[@data-default-lang]"):
        node.set("data-default-lang", code_of(node.get("data-default-lang")) or node.get("data-default-lang"))


def _plain(node: Any) -> None:
    """Bold and italics as words of a form write them; every other mark stands as it was written. Outputs stay."""
    if len(node) or not node.text:
        return
    parts = re.split(r"(\*\*[^*]+\*\*|__[^_]+__|(?m:^#{1,6} .+$))", node.text)
    node.text = parts[0]
    for mark, after in zip(parts[1::2], parts[2::2], strict=True):
        made = etree.SubElement(node, "strong")
        made.text = mark.strip("*_#").strip()
        made.tail = after


def _tables(form: Form) -> Iterator[tuple[str, str]]:
    for name in form.lists:
        if one := lists.named(name):
            yield name, lists.text(one)
    for file in FormMedia.objects.filter(form=form, type="text/csv"):
        yield file.name, bytes(file.content).decode("utf-8-sig", "replace")


def _table(text: str) -> dict[str, Any]:
    rows = list(csv.reader(io.StringIO(text)))
    return {"columns": rows[0] if rows else [], "rows": rows[1:]}


def as_json(told: Mapping[str, Any]) -> str:
    return json.dumps(told, ensure_ascii=False)
