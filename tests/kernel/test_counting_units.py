"""Counting units that a zone declares."""

from __future__ import annotations

from decimal import Decimal

import pytest

from duofeng.kernel.problem import ProblemError
from duofeng.kernel.units import convert, know_counts, unit


def test_a_declared_word_counts_its_own_kind_of_thing() -> None:
    know_counts({"guests": {"en": ("guest", "guests"), "zh": ("位客人",)}})
    assert unit("guests").dimension == "count of guests"
    assert convert(Decimal(2), "万guests", "guests") == 20_000
    with pytest.raises(ProblemError):
        convert(Decimal(1), "guests", "人")


def test_what_is_a_unit_already_keeps_its_meaning() -> None:
    know_counts({"年": {"*": ("年",)}})
    assert unit("年").dimension == "months"
