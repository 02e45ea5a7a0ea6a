"""What a place or a thing is found by, and what to look for when somebody types. Chinese, pinyin, initials, English.

Numbers are terms of their own wherever they stand, and a door number is also one with its 号, so that door 12 comes
before entrance 12.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from rapidfuzz.distance import OSA

from koban.lib import text

DOOR = re.compile(r"(?<![a-z])([a-z]?\d[\da-z]{0,6})号(?!楼)")
# What every address says and nobody is found by: after a number it only parts it from the next.
AFTER_NUMBER = re.compile(r"(?<=[\da-z])(?:号楼|号院|号|单元|室|层|栋|幢|座|门)")
SPOKEN_AFTER = re.compile(r"(?<=\d)(?:haolou|hao|danyuan|shi|ceng|dong|zhuang|lou)")
PARTS = re.compile(r"\d+|[^\W\d]+")
FEWEST_LETTERS, TWO_SLIPS_FROM = 4, 8
FEWEST_CHARACTERS = 3  # of which one may be wrong


def place_terms(*names: str) -> list[str]:
    """Terms of an address or of something that stands at one, by its names in every language."""
    found = dict.fromkeys(term for name in names for term in _name_terms(text.fold(name)))
    return list(found)


def _name_terms(folded: str) -> Iterator[str]:
    yield from (f"{number}号" for number in DOOR.findall(folded))
    bare = AFTER_NUMBER.sub(" ", folded)
    yield from _split(text.tokens_of(bare))
    for run in text.HAN.findall(bare):
        yield from _spoken(run)


@lru_cache(maxsize=20_000)
def _spoken(run: str) -> tuple[str, ...]:
    """Remembered: names of streets and houses come again and again. Never for the names of people."""
    return tuple(dict.fromkeys(text.spoken(run)))


def _split(tokens: Iterable[str]) -> Iterator[str]:
    """Letters and digits apart: denghulu12 is denghulu and 12."""
    for token in tokens:
        yield from PARTS.findall(token)


def asked(typed: str) -> list[str]:
    """What was typed as terms: single characters, words, numbers."""
    folded = SPOKEN_AFTER.sub(" ", AFTER_NUMBER.sub(" ", text.fold(typed)))
    return list(dict.fromkeys(_split(text.tokens_of(folded))))


def door_asked(typed: str) -> str:
    """The door number that was typed: the one before 号, else the first number; "" for none."""
    folded = text.fold(typed)
    if found := DOOR.search(folded):
        return found[1]
    return next((term for term in asked(typed) if term[0].isdigit()), "")


def words(typed: str) -> list[str]:
    """What was typed that is no number."""
    return [term for term in asked(typed) if not term[0].isdigit()]


def inner_numbers(typed: str) -> list[str]:
    """The numbers besides the door's, in the order typed: building, entrance, floor, room."""
    folded = SPOKEN_AFTER.sub(" ", AFTER_NUMBER.sub(" ", text.fold(typed)))
    numbers = [term for term in _split(text.tokens_of(folded)) if term[0].isdigit()]
    if (door := door_asked(typed)) in numbers:
        numbers.remove(door)
    return numbers


def by_sound(typed: str) -> list[str]:
    """What was typed with every Chinese run as its pinyin: 灯胡路12 sounds like 灯湖路12."""
    folded = SPOKEN_AFTER.sub(" ", AFTER_NUMBER.sub(" ", text.fold(typed)))
    heard = text.HAN.sub(lambda run: f" {next(iter(_spoken(run[0])), '')} ", folded)
    return list(dict.fromkeys(_split(text.tokens_of(heard))))


def one_character_less(typed: str) -> Iterator[list[str]]:
    """What was typed, each time without another Chinese character of a run that is long enough to miss one."""
    folded = AFTER_NUMBER.sub(" ", text.fold(typed))
    for run in text.HAN.finditer(folded):
        if len(run[0]) >= FEWEST_CHARACTERS:
            for place in range(run.start(), run.end()):
                yield list(dict.fromkeys(_split(text.tokens_of(folded[:place] + " " + folded[place + 1 :]))))


def meant(word: str, known: Sequence[str], most: int = 3) -> list[str]:
    """The words of `known` that begin as `word` was meant: one slip, from eight letters on two; nearest first."""
    if len(word) < FEWEST_LETTERS or not word.isascii():
        return []
    slips = 2 if len(word) >= TWO_SLIPS_FROM else 1
    near = dict[str, int]()
    for one in known:
        if abs(len(one) - len(word)) <= slips or len(one) > len(word):
            distance = min(
                OSA.distance(word, one[: len(word) + shift], score_cutoff=slips) for shift in (-1, 0, 1)
            )
            if distance <= slips:
                near[one] = distance
    return sorted(near, key=lambda one: (near[one], len(one), one))[:most]
