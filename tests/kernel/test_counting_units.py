"""Counting units that a zone declares."""

from __future__ import annotations

from decimal import Decimal

import pytest

from duofeng.kernel.problem import ProblemError
from duofeng.kernel.unit_names import know_counts, unit_name
from duofeng.kernel.units import convert, unit


def test_a_declared_word_counts_its_own_kind_of_thing() -> None:
    know_counts({"guests": {"en": ("guest", "guests"), "zh": ("位客人",)}})
    assert unit("guests").dimension == "count of guests"
    assert convert(Decimal(2), "万guests", "guests") == 20_000
    with pytest.raises(ProblemError):
        convert(Decimal(1), "guests", "人")


def test_it_is_written_in_the_form_of_its_number() -> None:
    know_counts({"guests": {"en": ("guest", "guests"), "zh": ("位客人",)}})
    assert unit_name("guests", "en", 1) == "guest"
    assert unit_name("guests", "en", 3) == "guests"
    assert unit_name("guests", "zh", 3) == "位客人"


def test_what_is_a_unit_already_keeps_its_meaning() -> None:
    know_counts({"年": {"*": ("年",)}})
    assert unit("年").dimension == "months"
