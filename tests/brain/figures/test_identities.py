"""Each relation with a statement that breaks it, so that every alarm has been heard once."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duofeng.brain.figures.board import Board, contradictions
from duofeng.brain.figures.book import Book
from duofeng.brain.figures.statement import Statement, statement
from duofeng.kernel.period import Period
from duofeng.kernel.quantity import base_factor
from duofeng.tell.words import told
from duofeng.zone.kinds.identity import Identity
from duofeng.zone.zone import Zone


def say(indicator: str, number: float, unit: str, period: str = "2023", **more: Any) -> Statement:
    base = Fraction(1) if unit == "%" else base_factor(unit)
    return statement(
        indicator,
        Fraction(str(number)) * base,
        unit,
        written=f"{number:g}{unit}",
        period=Period.parse(period),
        document=more.pop("document", "r"),
        **more,
    )


@pytest.fixture
def board(zone: Zone, book_of: Callable[..., Book]) -> Callable[..., Board]:
    return lambda *said: contradictions(zone.declared(Identity).values(), book_of(*said))


def broken(found: Board) -> list[tuple[str, str]]:
    return [(check.identity, told(check.arithmetic)) for check in found.breaks]


def test_industries_that_do_not_add_up_break(board: Callable[..., Board]) -> None:
    parts = [("primary_value_added", 0.1), ("secondary_value_added", 156.2), ("tertiary_value_added", 140.1)]
    found = board(say("gdp", 302.3, "亿元"), *(say(part, value, "亿元") for part, value in parts))
    assert broken(found) == [("gdp_is_its_industries", "0.1亿元 + 156.2亿元 + 140.1亿元 = 296.4亿元 ≠ 302.3亿元")]
    assert found.breaks[0].difference == 590_000_000
    assert found.breaks[0].rounding == 20_000_000


def test_a_half_year_above_its_own_year_breaks(board: Callable[..., Board]) -> None:
    found = board(say("firm_visits", 9850, "家次"), say("firm_visits", 9900, "家次", "2023H1"))
    assert ("half_within_year", "累计走访企业：2023年上半年 9900家次 > 2023年 9850家次") in broken(found)


def test_two_documents_with_two_numbers_for_one_fact_break(board: Callable[..., Board]) -> None:
    found = board(say("gdp", 564.6, "亿元"), say("gdp", 565, "亿元", document="s"))
    assert broken(found) == []  # 565 was rounded to whole 亿元 and covers 564.6
    found = board(say("gdp", 564.6, "亿元"), say("gdp", 566, "亿元", document="s"))
    assert broken(found) == [("same_fact_same_number", "地区生产总值：2023年 564.6亿元 ≠ 2023年 566亿元")]


def test_a_cumulative_figure_that_falls_breaks(board: Callable[..., Board]) -> None:
    found = board(say("chain_leaders", 34, "家"), say("chain_leaders", 30, "家", "2024"))
    assert broken(found) == [("cumulative_figures_never_fall", "累计获批“链主”企业：2023年 34家 > 2024年 30家")]


def test_batches_that_do_not_make_the_cumulative_figure_break(board: Callable[..., Board]) -> None:
    batches = [say("new_chain_leaders", 19, "家"), say("new_chain_leaders", 15, "家", "2024H1")]
    found = board(*batches, say("chain_leaders", 35, "家", "2024H1"))
    assert broken(found) == [("chain_leaders_accumulate", "19家 + 15家 = 34家 ≠ 35家")]


def test_a_share_without_a_whole_denominator_breaks_with_the_nearest_possible_one(board: Callable[..., Board]) -> None:
    found = board(
        say("provincial_lead_goose_firms", 7, "家"),
        say("provincial_lead_goose_firms", 39.9, "%", measure="share", of="city"),
    )
    ((identity, text),) = broken(found)
    assert identity == "count_has_a_denominator"
    assert "其间没有整数" in text
    assert "总数为 18 时应为 38.89%" in text


def test_nominal_growth_that_the_levels_do_not_give_is_a_warning(board: Callable[..., Board]) -> None:
    found = board(
        say("retail_sales", 206.3, "亿元"),
        say("retail_sales", 190.0, "亿元", "2022"),
        say("retail_sales", 11.3, "%", measure="growth"),
    )
    assert broken(found) == [("growth_at_current_prices", "206.3亿元 ÷ 190亿元 − 1 = 8.58% ≠ 11.3%")]
    assert found.breaks[0].severity == "warning"


def test_growth_of_gdp_far_from_its_industries_breaks(board: Callable[..., Board]) -> None:
    found = board(
        say("gdp", 302.3, "亿元"),
        say("gdp", 9.5, "%", measure="growth"),
        say("secondary_value_added", 156.2, "亿元"),
        say("secondary_value_added", 8.9, "%", measure="growth"),
        say("tertiary_value_added", 146.1, "亿元"),
        say("tertiary_value_added", 6.1, "%", measure="growth"),
    )
    assert [identity for identity, _ in broken(found)] == ["gdp_growth_is_its_industries"]


def test_a_completion_ratio_against_another_plan_breaks(board: Callable[..., Board]) -> None:
    found = board(
        say("new_urban_jobs", 3638, "人"),
        say("new_urban_jobs", 80.8, "%", measure="share", of="plan"),
        say("new_urban_jobs", 5000, "人", measure="target"),
    )
    ((identity, text),) = broken(found)
    assert identity == "completion_times_plan"
    assert text.endswith("≠ 计划 5000人")


def test_a_rate_no_whole_number_gives_breaks(board: Callable[..., Board]) -> None:
    found = board(say("firm_problem_solution_rate", 99.9, "%"), say("firm_problems_solved", 43, "个"))
    assert broken(found) == [("problems_solved_are_whole", "43个 中没有整数得到 99.9%，最近的 43 为 100%")]


def test_a_share_above_the_whole_breaks_and_an_overfulfilled_plan_does_not(board: Callable[..., Board]) -> None:
    found = board(say("valid_inventions", 130, "%", measure="share", of="city"))
    assert [identity for identity, _ in broken(found)] == ["share_within_bounds"]
    assert board(say("key_project_investment", 102.5, "%", measure="share", of="plan")).breaks == ()


def test_one_population_within_tolerance_is_one_population(board: Callable[..., Board]) -> None:
    near = board(
        say("residents_in_health_management", 55, "万人"), say("residents_on_new_water_source", 58, "万人", "2024")
    )
    assert near.breaks == ()
    far = board(
        say("residents_in_health_management", 37, "万人"), say("residents_on_new_water_source", 81, "万人", "2024")
    )
    assert [check.identity for check in far.breaks] == ["one_population"]


def test_rounding_never_raises_an_alarm(board: Callable[..., Board]) -> None:
    """0.03 + 156.2 + 146.1 is 302.33, printed 302.3."""
    found = board(
        say("gdp", 302.3, "亿元"),
        say("primary_value_added", 0.03, "亿元"),
        say("secondary_value_added", 156.2, "亿元"),
        say("tertiary_value_added", 146.1, "亿元"),
    )
    assert found.breaks == ()
    assert len(found.held) >= 1


AMOUNTS = st.integers(1, 10**7).map(lambda cents: Fraction(cents, 100))


def as_printed(
    indicator: str, value: Fraction, digits: int, unit: str = "亿元", period: str = "2023", **more: Any
) -> Statement:
    """The statement of a true value printed with so many decimals, trailing zeros kept as an office keeps them."""
    shown = f"{float(round_half_up(value, digits)):.{digits}f}"
    base = Fraction(1) if unit == "%" else base_factor(unit)
    return statement(
        indicator, Fraction(shown) * base, unit, written=shown + unit, period=Period.parse(period), document="r", **more
    )


def round_half_up(value: Fraction, digits: int) -> Fraction:
    return Fraction(math.floor(value * 10**digits + Fraction(1, 2)), 10**digits)


@given(st.lists(AMOUNTS, min_size=3, max_size=3), st.lists(st.integers(0, 2), min_size=4, max_size=4))
@settings(max_examples=60, deadline=None)
def test_true_sums_never_break_however_they_are_rounded(zone: Zone, parts: list[Fraction], digits: list[int]) -> None:
    names = ("primary_value_added", "secondary_value_added", "tertiary_value_added")
    said = [as_printed(name, part, digit) for name, part, digit in zip(names, parts, digits, strict=False)]
    said.append(as_printed("gdp", sum(parts, Fraction(0)), digits[-1]))
    found = contradictions(zone.declared(Identity).values(), Book.of(said, zone.indicators))
    assert found.breaks == ()


@given(AMOUNTS, AMOUNTS, st.integers(1, 2), st.integers(1, 2))
@settings(max_examples=60, deadline=None)
def test_true_growth_never_breaks_however_it_is_rounded(
    zone: Zone, now: Fraction, before: Fraction, digits: int, growth_digits: int
) -> None:
    growth = (now / before - 1) * 100
    said = [
        as_printed("retail_sales", now, digits),
        as_printed("retail_sales", before, digits, period="2022"),
        as_printed("retail_sales", growth, growth_digits, "%", measure="growth"),
    ]
    if said[1].value == 0:
        return
    found = contradictions(zone.declared(Identity).values(), Book.of(said, zone.indicators))
    assert found.breaks == ()


@given(st.integers(1, 400), st.integers(1, 4_000), st.integers(1, 2))
@settings(max_examples=80, deadline=None)
def test_true_shares_of_counts_never_break(zone: Zone, part: int, rest: int, digits: int) -> None:
    share = Fraction(part * 100, part + rest)
    if round_half_up(share, digits) == 0:
        return
    said = [
        as_printed("provincial_lead_goose_firms", Fraction(part), 0, "家"),
        as_printed("provincial_lead_goose_firms", share, digits, "%", measure="share", of="city"),
    ]
    found = contradictions(zone.declared(Identity).values(), Book.of(said, zone.indicators))
    assert found.breaks == ()
