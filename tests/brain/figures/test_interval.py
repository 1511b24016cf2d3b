"""What a printed number can stand for."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duofeng.brain.figures.interval import Interval, printed
from duofeng.brain.figures.statement import statement
from duofeng.kernel.quantity import plain

YUAN = 10**8


@pytest.mark.parametrize(
    ("written", "value", "unit", "low", "high"),
    [
        ("564.6亿元", 564.6, "亿元", 564.55, 564.65),
        ("3045家", 3045, "家", 3045, 3045),
        ("2810余家次", 2810, "家次", 2810, 2820),
        ("5.4万余个", 54_000, "个", 54_000, 55_000),
        ("1.2万人", 12_000, "人", 11_500, 12_500),
        ("38%", 38, "%", 37.5, 38.5),
        ("0.51%", 0.51, "%", 0.505, 0.515),
        ("9000余人次", 9000, "人次", 9000, 10_000),
    ],
)
def test_a_printed_number_stands_for_what_would_have_been_printed_so(
    written: str, value: float, unit: str, low: float, high: float
) -> None:
    factor = Fraction(YUAN) if unit == "亿元" else Fraction(1)
    said = statement("x", Fraction(str(value)) * factor, unit, written=written)
    assert said.interval == Interval(Fraction(str(low)) * factor, Fraction(str(high)) * factor)


@pytest.mark.parametrize(
    ("hedge", "low", "high"),
    [
        ("超", 5, 6),
        ("约", Fraction(9, 2), Fraction(11, 2)),
        ("以上", Fraction(9, 2), None),
        ("以内", None, Fraction(11, 2)),
    ],
)
def test_a_hedge_opens_the_interval_on_its_side(hedge: str, low: Fraction, high: Fraction | None) -> None:
    found = printed(Fraction(5 * YUAN), "5亿元", Fraction(1), count=False, hedge=hedge)
    assert found == Interval(None if low is None else low * YUAN, None if high is None else high * YUAN)


def test_a_fraction_in_words_is_a_rough_share() -> None:
    said = statement("x", Fraction(25), "%", written="四分之一", measure="share")
    assert said.interval == Interval(Fraction(45, 2), Fraction(55, 2))


@given(st.integers(1, 5_000), st.integers(1, 200_000), st.integers(0, 2))
def test_a_share_that_was_really_computed_always_leaves_room_for_its_denominator(
    part: int, rest: int, digits: int
) -> None:
    total = part + rest
    share = plain(Fraction(part * 100, total), digits)
    if Fraction(share) == 0:
        return
    said = statement("x", Fraction(share), "%", written=f"{share}%", measure="share")
    # a share printed without its trailing zeros was still rounded at the digit it was rounded at
    rounding = Fraction(1, 2 * 10**digits)
    room = Interval(Fraction(share) - rounding, Fraction(share) + rounding)
    wider = said.interval if said.interval.half_width >= room.half_width else room
    implied = Interval(Fraction(part), Fraction(part)).over(wider).scaled(100)
    assert implied.low is not None
    assert implied.low <= total
    assert implied.high is None or total <= implied.high


@given(st.fractions(min_value=-(10**6), max_value=10**6), st.integers(0, 4))
def test_a_plain_number_is_within_half_a_unit_of_its_last_digit(number: Fraction, digits: int) -> None:
    assert abs(Fraction(plain(number, digits)) - number) <= Fraction(1, 2 * 10**digits)


def test_a_million_millions_is_rounded_at_its_own_last_digit() -> None:
    value = Fraction(301 * 10**10)
    assert printed(value, "3.01万亿元", Fraction(1), count=False).half_width == Fraction(10**10) / 2
