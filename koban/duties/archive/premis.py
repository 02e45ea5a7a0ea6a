"""PREMIS 3 (Library of Congress): what is in a package, what was done to it, by whom, and on what ground it is kept."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree as ET

from koban import __version__

SPACE = "http://www.loc.gov/premis/v3"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
SCHEMA = f"{SPACE} https://www.loc.gov/standards/premis/premis.xsd"
LOCAL, UUID_TYPE = "local", "UUID"
SOFTWARE = "koban"


@dataclass(frozen=True, slots=True)
class Event:
    """type: of the PREMIS vocabulary. at: ISO instant. detail: a sentence. agents: who did it."""

    id: str
    type: str
    at: str
    detail: str
    outcome: str = "success"
    agents: tuple[str, ...] = (SOFTWARE,)


@dataclass(frozen=True, slots=True)
class About:
    """The package as a whole. id: of its dossier. office: key and name of the agent. kept: clause, words, from, until."""

    id: str
    number: str
    office: tuple[str, str]
    kept: tuple[str, str, str, str]


def document(about: About, members: Iterable[Mapping[str, Any]], events: Iterable[Event]) -> bytes:
    """The file premis.xml. members: as contents.json lists them."""
    ET.register_namespace("premis", SPACE)
    ET.register_namespace("xsi", XSI)
    top = ET.Element(f"{{{SPACE}}}premis", {"version": "3.0", f"{{{XSI}}}schemaLocation": SCHEMA})
    _whole(top, about)
    for member in members:
        _file(top, member)
    for event in events:
        _event(top, event, about.id)
    _agent(top, SOFTWARE, "Koban", "software", __version__)
    _agent(top, *about.office, "organization")
    _rights(top, about)
    return bytes(ET.tostring(top, encoding="utf-8", xml_declaration=True))


def _add(parent: ET.Element, name: str, text: str = "") -> ET.Element:
    found = ET.SubElement(parent, f"{{{SPACE}}}{name}")
    if text:
        found.text = text
    return found


def _identified(parent: ET.Element, name: str, kind: str, value: str) -> None:
    held = _add(parent, f"{name}Identifier")
    _add(held, f"{name}IdentifierType", kind)
    _add(held, f"{name}IdentifierValue", value)


def _whole(top: ET.Element, about: About) -> None:
    thing = _add(top, "object")
    thing.set(f"{{{XSI}}}type", "premis:intellectualEntity")
    _identified(thing, "object", UUID_TYPE, about.id)
    _identified(thing, "object", LOCAL, about.number)


def _file(top: ET.Element, member: Mapping[str, Any]) -> None:
    """Of the bytes before they were sealed: an inhibitor says that they are."""
    thing = _add(top, "object")
    thing.set(f"{{{XSI}}}type", "premis:file")
    _identified(thing, "object", LOCAL, f"data/{member['path']}")
    about = _add(thing, "objectCharacteristics")
    _add(about, "compositionLevel", "0")
    fixity = _add(about, "fixity")
    _add(fixity, "messageDigestAlgorithm", "SHA-256")
    _add(fixity, "messageDigest", member["sha256"])
    _add(about, "size", str(member["size"]))
    _add(_add(_add(about, "format"), "formatDesignation"), "formatName", member["type"])
    if member["sealed"]:
        _add(_add(about, "inhibitors"), "inhibitorType", "AES-256-GCM")


def _event(top: ET.Element, event: Event, about: str) -> None:
    told = _add(top, "event")
    _identified(told, "event", LOCAL, event.id)
    _add(told, "eventType", event.type)
    _add(told, "eventDateTime", event.at)
    _add(_add(told, "eventDetailInformation"), "eventDetail", event.detail)
    _add(_add(told, "eventOutcomeInformation"), "eventOutcome", event.outcome)
    for agent in event.agents:
        _identified_link(told, "Agent", LOCAL, agent)
    _identified_link(told, "Object", UUID_TYPE, about)


def _identified_link(parent: ET.Element, name: str, kind: str, value: str) -> None:
    link = _add(parent, f"linking{name}Identifier")
    _add(link, f"linking{name}IdentifierType", kind)
    _add(link, f"linking{name}IdentifierValue", value)


def _agent(top: ET.Element, key: str, name: str, kind: str, version: str = "") -> None:
    agent = _add(top, "agent")
    _identified(agent, "agent", LOCAL, key)
    _add(agent, "agentName", name)
    _add(agent, "agentType", kind)
    if version:
        _add(agent, "agentVersion", version)


def _rights(top: ET.Element, about: About) -> None:
    clause, words, start, end = about.kept
    told = _add(_add(top, "rights"), "rightsStatement")
    _identified(told, "rightsStatement", LOCAL, f"{about.number}/retention")
    _add(told, "rightsBasis", "other")
    other = _add(told, "otherRightsInformation")
    _add(other, "otherRightsBasis", clause)
    days = _add(other, "otherRightsApplicableDates")
    _add(days, "startDate", start)
    if end:
        _add(days, "endDate", end)
    _add(other, "otherRightsNote", words)
    granted = _add(told, "rightsGranted")
    _add(granted, "act", "retain")
    _identified_link(told, "Object", UUID_TYPE, about.id)
