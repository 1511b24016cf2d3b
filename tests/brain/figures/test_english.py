"""Stated numbers in English: the same digits, in words of the other language."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duofeng.brain.figures.english import in_english
from duofeng.brain.figures.statement import base_factor, statement

WRITTEN = {
    ("402.43亿元", "402.43", "亿元"): "40.243 billion yuan",
    ("5000万元", "5000", "万元"): "50 million yuan",
    ("1.2万人", "12000", "人"): "12,000 people",
    ("3045家", "3045", "家"): "3,045",
    ("4000余家", "4000", "家"): "over 4,000",
    ("1个工作日", "1", "工作日"): "1 working day",
    ("116万平方米", "116", "万平方米"): "1.16 million m²",
    ("216.58件", "216.58", "件/万人"): "216.58 per 10,000 people",
    ("第3位", "3", "位"): "no. 3",
    ("88.05%", "88.05", "%"): "88.05%",
    ("2-3所", "2", "所"): "2–3",
}


@pytest.mark.parametrize("case", WRITTEN, ids=lambda case: case[0])
def test_a_stated_number_keeps_its_digits_in_english(case: tuple[str, str, str]) -> None:
    written, number, unit = case
    said = statement("any", Fraction(number) * base_factor(unit), unit, written=written)
    assert said.shown("en") == WRITTEN[case]
    assert said.shown() == written


def test_what_a_plan_says_around_a_number_is_said_too() -> None:
    said = statement("any", Fraction(3600), "家", written="3600家", hedge="力争")
    assert said.shown("en") == "aim: 3,600"


@given(st.integers(0, 10**14), st.sampled_from(["元", "万元", "亿元", "人", "家"]))
def test_no_digit_is_lost_and_no_chinese_left(amount: int, unit: str) -> None:
    shown = in_english(Fraction(amount), unit, 12)
    assert not re.search("[\u3400-\u9fff]", shown)
    number, *words = shown.split()
    scale = {"billion": 10**9, "million": 10**6}.get(words[0] if words else "", 1)
    assert Fraction(number.replace(",", "")) * scale == amount
