"""How a person's values are put into a file: read, sealed, and made findable without being readable."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from koban.kernel.flow import spoken
from koban.kernel.stations import scoping, vault
from koban.kernel.stations.rows import make_salt
from koban.lib import identity, text
from koban.lib.errors import Refused
from koban.lib.ids import uuid7
from koban.lib.mistakes import Mistake
from koban.registers.premises.models import Address
from koban.registers.residents.models import NameToken, Person, PersonFile

FIELDS = ("name", "birth_on", "sex", "id_kind", "id_number", "phone", "email", "origin")
LONGEST = {"name": 100, "email": 200, "origin": 120, "phone": 32}
SEXES = ("", "f", "m")
NO_NAME = _("Write the name.")
NO_SEX = _("Choose female or male, or leave it open.")
NO_BIRTH = _("Write the birth date as 1980-05-01, or the year alone.")
NOT_THEIRS = _("The birth date and the number of the document differ. Compare both with the document.")


@dataclass(frozen=True, slots=True)
class Entry:
    """One resident to be entered. birth_on: "1980-05-01", "1980" or "". origin: words, the place of the household register.

    home: where the person lives, since `since` (the day of entry where it is not told); kind: of Residence.Kind.
    household: people of one entering with the same word and home keep house together; it is not stored.
    """

    name: str
    birth_on: str = ""
    sex: str = ""
    id_kind: str = ""
    id_number: str = ""
    phone: str = ""
    email: str = ""
    origin: str = ""
    home: Address | None = None
    since: date | None = None
    kind: str = "family"
    household: str = ""

    def values(self) -> dict[str, str]:
        return {field: getattr(self, field) for field in FIELDS}


def read(values: Mapping[str, str]) -> dict[str, str]:
    """The values as they are kept; birth date and sex follow from the number where they were not told.

    Raises Refused with the sentence for the first that cannot be.
    """
    try:
        told = {field: text.clean(value, LONGEST.get(field, 60)) for field, value in values.items()}
        return _agreed(told)
    except Mistake as mistake:
        raise Refused(spoken(mistake.sentence)) from None


def _agreed(told: dict[str, str]) -> dict[str, str]:
    if "name" in told and not told["name"]:
        raise Refused(NO_NAME)
    if told.get("sex", "") not in SEXES:
        raise Refused(NO_SEX)
    if told.get("birth_on"):
        told["birth_on"] = _birth(told["birth_on"])
    if told.get("id_number"):
        _follow(told, identity.check_identity(told.get("id_kind", ""), told["id_number"]))
    elif "id_number" in told:
        told["id_kind"] = ""
    return told


def _birth(told: str) -> str:
    if re.fullmatch(r"(1[89]|20)\d\d", told):
        return told
    try:
        return date.fromisoformat(told).isoformat()
    except ValueError:
        raise Refused(NO_BIRTH) from None


def _follow(told: dict[str, str], known: identity.Identity) -> None:
    told["id_number"] = known.number
    born = known.birth_on.isoformat() if known.birth_on else ""
    if born and not born.startswith(told.get("birth_on", "")):
        raise Refused(NOT_THEIRS)
    told["birth_on"] = born or told.get("birth_on", "")
    told["sex"] = told.get("sex", "") or known.sex


def fill(file: PersonFile, values: Mapping[str, str]) -> None:
    """Seal `values`, as `read` gave them, into the file, with the indexes that follow from them."""
    whole = _with_the_other_half(file, values)
    for field, value in values.items():
        setattr(file, field, vault.seal(file, field, value))
    for column, index in indexes(whole).items():
        setattr(file, column, index)


def _with_the_other_half(file: PersonFile, values: Mapping[str, str]) -> Mapping[str, str]:
    """Name and birth date are hashed together too: where one of them is corrected, the other is read from the file."""
    half = {"name", "birth_on"} - set(values)
    return {**values, **{field: vault.unseal(file, field) for field in half}} if len(half) == 1 else values


def indexes(values: Mapping[str, str]) -> dict[str, bytes]:
    """Columns of blind indexes for the values that are told."""
    found = {}
    if "name" in values:
        found["name_index"] = blind_name(values["name"])
    if "birth_on" in values:
        found["birth_index"] = blind_birth(values["birth_on"])
    if "id_number" in values:
        found["id_index"] = blind_number(values["id_kind"], values["id_number"])
    if "phone" in values:
        found["phone_index"] = blind_phone(values["phone"])
    if "name" in values and "birth_on" in values:
        found |= blind_alike(values["name"], values["birth_on"])
    return found


def blind_alike(name: str, birth_on: str) -> dict[str, bytes]:
    """Where somebody is looked for who is written a little otherwise, b"" where too little is known of them.

    alike_year: all sounds of the name, in whichever script and order, with the year; day and month may be wrong.
    alike_day: the sound of the surname with the whole day; the given name may be wrong.
    """
    sounds = _sounds(name)
    letters = "".join(sorted("".join(sounds)))
    year = f"{letters}|{birth_on[:4]}" if letters and birth_on else ""
    day = f"{sounds[0]}|{birth_on}" if sounds and len(birth_on) > len("1980") else ""
    return {
        "alike_year": vault.blind(year, field="person.alike_year"),
        "alike_day": vault.blind(day, field="person.alike_day"),
    }


def _sounds(name: str) -> list[str]:
    """Syllables of a Chinese name, its surname first; the words of any other."""
    whole = _joined(name)
    if text.HAN.fullmatch(whole):
        return [part.replace("ü", "v") for part in text.name_syllables(whole)]
    return text.query_tokens(name)


def blind_name(name: str) -> bytes:
    return vault.blind(_joined(name), field="person.name")


def blind_birth(birth_on: str) -> bytes:
    return vault.blind(birth_on, field="person.birth")


def blind_number(kind: str, number: str) -> bytes:
    return vault.blind(f"{kind}:{number}", field="person.number") if number else b""


def blind_phone(phone: str) -> bytes:
    """Equal for +86 138…, 0086138… and 138-…."""
    digits = re.sub(r"\D", "", phone)
    return vault.blind(re.sub(r"^(?:00)?86(?=1\d{10}$)", "", digits), field="person.phone")


def put_tokens(named: Iterable[tuple[Person, str]]) -> None:
    """Let people be found by their names. A token is no page's business, and each name has eight: no model is made."""
    pk, station = NameToken._meta.pk, scoping.home()
    told = [
        [
            *(pk.get_db_prep_value(each, connection) for each in (uuid7(), station, person.pk)),
            make_salt(),
            token,
        ]
        for person, name in named
        for token in map(blind_token, ways(name))
    ]
    into = f"INSERT INTO {NameToken._meta.db_table} (id, station_id, person_id, salt, token)"
    with connection.cursor() as cursor:
        cursor.executemany(f"{into} VALUES (%s, %s, %s, %s, %s)", told)


def blind_token(token: str) -> bytes:
    return vault.blind(token, field="person.name_token")


def ways(name: str) -> list[str]:
    """How a name is looked for: whole, without the surname, its words, pinyin run together or in another order, initials."""
    return list(dict.fromkeys(way for way in _ways(name) if len(way) > 1))


def _ways(name: str) -> Iterator[str]:
    whole = _joined(name)
    yield whole
    if text.HAN.fullmatch(whole):
        yield whole[1:]
        yield whole[:2]
        yield from _spoken(_sounds(name))
    else:
        words = text.query_tokens(name)
        yield from (word for word in words if not text.HAN.fullmatch(word))
        yield _sorted(words)


def _spoken(syllables: Sequence[str]) -> Iterator[str]:
    if not all(syllable.isascii() for syllable in syllables):
        return
    yield "".join(syllables)
    yield "".join(syllables[1:])
    yield _sorted(syllables)
    yield _sorted([syllables[0], "".join(syllables[1:])])
    yield "".join(syllable[0] for syllable in syllables)


def asked(query: str) -> list[str]:
    """The ways that a query may mean, any of which finds."""
    words = text.query_tokens(query)
    return [way for way in (_joined(query), _sorted(words)) if len(way) > 1]


def _joined(name: str) -> str:
    return "".join(text.query_tokens(name))


def _sorted(words: Sequence[str]) -> str:
    return " ".join(sorted(words)) if len(words) > 1 else ""


def told_fields(values: Mapping[str, Any]) -> list[str]:
    """Names of the fields that say something; for pages, which never hold the values."""
    return sorted(field for field, value in values.items() if value)
