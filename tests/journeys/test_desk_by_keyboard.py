"""A call is taken at the desk with the keyboard alone, in less than half a minute."""

import time

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.journey
# An average typist at a desk, and a moment of thought before each field: the keystroke-level model
# (Card, Moran and Newell 1980), 0.28 s a key and 1.35 s a thought.
KEY_S, THOUGHT_S, ALLOWED_S = 0.28, 1.35, 30
TOLD = "Fight at the north gate"


class Keys:
    """Counts what a hand does."""

    def __init__(self, page) -> None:
        self.page, self.strokes, self.thoughts = page, 0, 0

    def types(self, words: str) -> None:
        self.thoughts += 1
        self.strokes += len(words)
        self.page.keyboard.type(words)

    def presses(self, *keys: str) -> None:
        for key in keys:
            self.strokes += 1
            self.page.keyboard.press(key)

    def reaches(self, name: str, most: int = 6) -> None:
        """Tab on to the field `name`; it must not lie further than `most` tabs."""
        for _turn in range(most + 1):
            if self.page.evaluate("document.activeElement.name") == name:
                return
            self.presses("Tab")
        raise AssertionError(f"{name} is more than {most} tabs away")

    @property
    def seconds(self) -> float:
        return self.strokes * KEY_S + self.thoughts * THOUGHT_S


def test_a_call_is_taken_with_the_keyboard_alone_in_less_than_half_a_minute(enter):
    li = enter("li")
    li.goes("/desk/board/")
    keys, began = Keys(li.page), time.monotonic()
    keys.presses("n")
    li.page.wait_for_url("**/desk/incidents/new/")
    li.finds_it_fit("new report")
    keys.reaches("summary", most=3)
    keys.types(TOLD)
    keys.reaches("code")
    keys.types("Fight")
    keys.reaches("place")
    keys.types("North Gate 1")
    keys.presses("Control+Enter")
    expect(li.page.locator(".receipt-secret")).to_be_visible()
    assert time.monotonic() - began < ALLOWED_S
    assert keys.seconds < ALLOWED_S
    li.finds_it_fit("report taken")
