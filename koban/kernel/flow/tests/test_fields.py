"""Fields that every room uses."""

from datetime import date

import pytest
from django import forms
from django.utils import translation

from koban.kernel.flow.fields import Told, day_input


@pytest.mark.parametrize("broken", ["\x07", "\x1b"])
def test_a_control_character_is_refused_with_a_sentence(broken):
    with pytest.raises(forms.ValidationError):
        Told(limit=20).clean(f"a{broken}b")


@pytest.mark.parametrize("unseen", ["\u202e", "\u200b"])
def test_an_invisible_mark_is_dropped(unseen):
    assert Told(limit=20).clean(f"a{unseen}b") == "ab"


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_day_is_written_as_browsers_read_it(language):
    with translation.override(language):
        assert 'value="2026-03-04"' in day_input().render("day", date(2026, 3, 4))
