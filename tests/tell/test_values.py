"""Numbers, units and periods in the words of the reader's language: the same digits."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duofeng.brain.figures.statement import statement
from duofeng.kernel.period import Period
from duofeng.kernel.quantity import Quantity, base_factor
from duofeng.kernel.units import know_counts
from duofeng.tell.language import speaking
from duofeng.tell.values import period_name, unit_name
from duofeng.tell.words import told, told_in

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
    assert told_in("en", said.said) == WRITTEN[case]
    assert told(said.said) == written


def test_what_a_plan_says_around_a_number_is_said_too() -> None:
    said = statement("any", Fraction(3600), "家", written="3600家", hedge="力争")
    assert told_in("en", said.said) == "aim: 3,600"


@given(st.integers(0, 10**14), st.sampled_from(["元", "万元", "亿元", "人", "家"]))
def test_no_digit_is_lost_and_no_chinese_left(amount: int, unit: str) -> None:
    shown = told_in("en", Quantity(Fraction(amount), unit, 12))
    assert not re.search("[\u3400-\u9fff]", shown)
    number, *words = shown.split()
    scale = {"billion": 10**9, "million": 10**6}.get(words[0] if words else "", 1)
    assert Fraction(number.replace(",", "")) * scale == amount


@pytest.mark.parametrize(
    ("unit", "zh", "en"),
    [
        ("元", "元", "yuan"), ("人", "人", "people"), ("件", "件", ""), ("SAR", "SAR", "SAR"), ("day", "天", "days"),
        ("元/平方米", "元/平方米", "yuan/m²"), ("thousand SAR", "thousand SAR", "thousand SAR"), (None, "", ""),
        ("万元", "万元", "10,000 yuan"), ("pp", "个百分点", "percentage points"),
        ("件/万人", "件/万人", "per 10,000 people"),
    ],
)  # fmt: skip
def test_a_unit_is_called_what_its_reader_calls_it(unit: str | None, zh: str, en: str) -> None:
    assert unit_name(unit) == zh
    with speaking("en"):
        assert unit_name(unit) == en


def test_a_unit_takes_the_form_of_its_number() -> None:
    know_counts({"guests": {"en": ("guest", "guests"), "zh": ("位客人",)}})
    assert unit_name("guests", 3) == "位客人"
    with speaking("en"):
        assert [unit_name(unit, number) for unit in ("guests", "day", "人") for number in (1, 3)] == [
            "guest", "guests", "day", "days", "person", "people",
        ]  # fmt: skip


def test_a_range_and_a_hedge_are_said_with_the_number() -> None:
    aimed = Quantity(Fraction(10), "家", 6, hedge="力争以上", upper=Fraction(12))
    assert (told(aimed), told_in("en", aimed)) == ("力争 10–12家以上", "aim: at least 10–12")


@pytest.mark.parametrize(
    ("period", "zh", "en"),
    [
        ("2023", "2023年", "2023"), ("2023H1", "2023年上半年", "H1 2023"), ("2023Q2", "2023年第二季度", "Q2 2023"),
        ("2024-01..2024-05", "2024年1~5月", "Jan–May 2024"),
        ("2023-12..2024-02", "2023年12月~2024年2月", "Dec 2023 – Feb 2024"),
        ("2024-05-03", "2024年5月3日", "2024-05-03"), ("2021..2023", "2021~2023年", "2021–2023"),
    ],
)  # fmt: skip
def test_a_period_is_called_what_its_reader_calls_it(period: str, zh: str, en: str) -> None:
    assert period_name(Period.parse(period)) == zh
    with speaking("en"):
        assert period_name(Period.parse(period)) == en
