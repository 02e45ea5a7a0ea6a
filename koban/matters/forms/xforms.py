"""What an XForm says about itself: questions, labels in every language, choices, files and lists it needs."""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree.ElementTree import Element

from koban.matters.forms.instances import name, parsed

PRELOAD = "{http://openrosa.org/javarosa}preload"
PARAMS = "{http://openrosa.org/javarosa}preloadParams"
SAVETO = "saveto"
_ITEXT = re.compile(r"jr:itext\('([^']+)'\)")
FILE = re.compile(r"jr://(?:file|file-csv|images|audio|video)/([^\"'<> ]+)")
_INSTANCE = re.compile(r"instance\('([^']+)'\)")
_CODE = re.compile(r"\(([A-Za-z]{2,3})(?:[-_][\w-]*)?\)\s*$")
_TONGUES = (("en", ("english", "英")), ("zh", ("chinese", "中文", "汉语", "简体", "普通话", "mandarin")))


class XForm:
    """An XForm that was taken apart. Raises Refused for what is no XML."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.root = parsed(text.encode())
        self.model = next(node for node in self.root.iter() if name(node) == "model")
        self.body = next((node for node in self.root if name(node) == "body"), Element("body"))
        main = next(node for node in self.model if name(node) == "instance")
        self.instance = next(iter(main))
        self.prefix = f"/{name(self.instance)}/"
        self.binds = [node for node in self.model if name(node) == "bind"]
        self.texts = self._texts()
        self.choices = self._choices()

    @property
    def form_id(self) -> str:
        return self.instance.get("id", "")

    @property
    def version(self) -> str:
        return self.instance.get("version", "")

    @property
    def title(self) -> str:
        return next((node.text or "" for node in self.root.iter() if name(node) == "title"), "")

    @property
    def languages(self) -> list[str]:
        """Names of its languages as it spells them; none where it has only words without a language."""
        return [language for language in self.texts if language != "default"]

    def below(self, nodeset: str) -> str:
        """A path without the root of the answers."""
        return nodeset.removeprefix(self.prefix)

    def paths(self) -> set[str]:
        """Every node of the answers, groups too."""
        return set(_paths(self.instance, ""))

    def fields(self) -> list[dict[str, Any]]:
        """As `Form.fields` holds them: what has a bind or a repeat, in the order of the answers."""
        labels, repeats = self._labels(), self._repeats()
        found = {path: {"path": path, "type": "repeat"} for path in repeats}
        for bind in self.binds:
            path = self.below(bind.get("nodeset", ""))
            if path.startswith("meta/") or path in found:
                continue
            found[path] = {"path": path, "type": bind.get("type", "string")} | self._more(bind)
        for path, told in labels.items():
            found.setdefault(path, {"path": path, "type": "group"}).update(told)
        order = {path: number for number, path in enumerate(_paths(self.instance, ""))}
        return sorted(found.values(), key=lambda one: order.get(one["path"], len(order)))

    def needs(self) -> list[str]:
        """Names of the files that it shows or reads."""
        return sorted(set(FILE.findall(self.text)))

    def _more(self, bind: Element) -> dict[str, Any]:
        told: dict[str, Any] = {}
        if bind.get(PRELOAD) == "timestamp":
            told["preload"] = bind.get(PARAMS, "")
        for key, value in bind.attrib.items():
            if key.rpartition("}")[2] == SAVETO:
                told["saveto"] = value
            if key.rpartition("}")[2] == "personal":
                told["personal"] = value.casefold() in ("yes", "true", "true()", "1")
        return told

    def _texts(self) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {}
        for node in self.model.iter():
            if name(node) == "translation":
                found[node.get("lang", "")] = {
                    text.get("id", ""): _plain(text) for text in node if name(text) == "text"
                }
        return found

    def said(self, text_id: str) -> dict[str, str]:
        """Language code -> words of an itext."""
        return {code_of(lang): told[text_id] for lang, told in self.texts.items() if told.get(text_id)}

    def _label(self, node: Element) -> dict[str, str]:
        label = next((child for child in node if name(child) == "label"), None)
        if label is None:
            return {}
        if found := _ITEXT.search(label.get("ref", "")):
            return self.said(found[1])
        words = "".join(label.itertext()).strip()
        return {"": words} if words else {}

    def _choices(self) -> dict[str, dict[str, Any]]:
        """List -> value -> words by language."""
        found: dict[str, dict[str, Any]] = {}
        for instance in (node for node in self.model if name(node) == "instance" and node.get("id")):
            items = [
                {name(part): part.text or "" for part in item}
                for item in instance.iter()
                if name(item) == "item"
            ]
            found[instance.get("id", "")] = {
                item["name"]: self.said(item["itextId"]) if "itextId" in item else {"": item.get("label", "")}
                for item in items
                if "name" in item
            }
        return found

    def _labels(self) -> dict[str, dict[str, Any]]:
        return {
            self.below(node.get("ref", node.get("nodeset", ""))): {"label": self._label(node)}
            | self._picks(node)
            for node in self.body.iter()
            if name(node) in CONTROLS and (node.get("ref") or node.get("nodeset"))
        }

    def _picks(self, node: Element) -> dict[str, Any]:
        if name(node) not in ("select", "select1", "rank"):
            return {}
        picks: dict[str, Any] = {}
        for part in node:
            if name(part) == "item":
                value = next((child.text or "" for child in part if name(child) == "value"), "")
                picks[value] = self._label(part)
            if name(part) == "itemset" and (found := _INSTANCE.search(part.get("nodeset", ""))):
                picks |= self.choices.get(found[1], {})
        return {"choices": picks, "many": name(node) != "select1"}

    def _repeats(self) -> list[str]:
        return [self.below(node.get("nodeset", "")) for node in self.body.iter() if name(node) == "repeat"]


CONTROLS = frozenset({"input", "select", "select1", "upload", "trigger", "range", "rank", "group"})


def _paths(node: Element, path: str) -> Iterator[str]:
    for child in node:
        here = f"{path}/{name(child)}" if path else name(child)
        yield here
        yield from _paths(child, here)


def _plain(text: Element) -> str:
    """The words of an itext; its pictures and sounds are values with a form of their own."""
    plain = (node for node in text if name(node) == "value" and not node.get("form"))
    return next(("".join(node.itertext()).strip() for node in plain), "")


def code_of(language: str) -> str:
    """`English (en)`, `en` -> en; `中文 (zh-Hans)` -> zh; a language that says no code keeps its name. "default" -> ""."""
    if language in ("default", ""):
        return ""
    if found := _CODE.search(language):
        return found[1].casefold()
    low = language.casefold()
    known = next((code for code, words in _TONGUES if low == code or any(word in low for word in words)), "")
    return known or (low.partition("-")[0] if re.fullmatch(r"[a-z]{2,3}(-\w+)?", low) else language)


def words(told: Mapping[str, str], language: str) -> str:
    """The words in the reader's language, else in none, else in any."""
    code = "zh" if language.startswith("zh") else language[:2]
    return told.get(code) or told.get("") or told.get("en") or next(iter(told.values()), "")
