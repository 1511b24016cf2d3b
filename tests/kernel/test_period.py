"""Periods: what texts mean, how they are written, how they move."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duofeng.kernel.period import GRAINS, Period, last_complete
from duofeng.kernel.problem import ProblemError
from duofeng.tell.values import period_name


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("2023", "2023"),
        ("2023H1", "2023H1"),
        ("2023-H2", "2023H2"),
        ("2023q3", "2023Q3"),
        ("2023-06", "2023-06"),
        ("2023-6", "2023-06"),
        ("2023/6", "2023-06"),
        ("202306", "2023-06"),
        ("20230615", "2023-06-15"),
        ("2023-06-15", "2023-06-15"),
        ("2023.6.15", "2023-06-15"),
        ("2024-01..2024-05", "2024-01..2024-05"),
        ("2020..2023", "2020..2023"),
        ("2023Q1..2023Q3", "2023Q1..2023Q3"),
        ("2022H2..2023H2", "2022H2..2023H2"),
        ("2023-06-15..2023-07-03", "2023-06-15..2023-07-03"),
        ("2023年", "2023"),
        ("2023年度", "2023"),
        ("2023年全年", "2023"),
        ("二〇二三年", "2023"),
        ("２０２３年上半年", "2023H1"),
        ("2023年下半年", "2023H2"),
        ("2023 年 前三季度", "2023Q1..2023Q3"),
        ("2023年1~3季度", "2023Q1..2023Q3"),
        ("2023年一季度", "2023Q1"),
        ("2023年第三季度", "2023Q3"),
        ("2023年第4季度", "2023Q4"),
        ("2024年1~5月", "2024-01..2024-05"),
        ("2024年1—5月", "2024-01..2024-05"),
        ("2024年1-5月份", "2024-01..2024-05"),
        ("2024年1月至5月", "2024-01..2024-05"),
        ("2024年一至五月", "2024-01..2024-05"),
        ("2024年前五个月", "2024-01..2024-05"),
        ("2024年前5个月", "2024-01..2024-05"),
        ("2023年6月", "2023-06"),
        ("2023年十二月份", "2023-12"),
        ("2023年6月15日", "2023-06-15"),
        ("2023年6月15号", "2023-06-15"),
        ("2023年6月1日~3日", "2023-06-01..2023-06-03"),
        ("2023年6月15日至7月3日", "2023-06-15..2023-07-03"),
        ("2023年12月~2024年2月", "2023-12..2024-02"),
        ("2020~2023年", "2020..2023"),
        ("2023年1~6月", "2023H1"),
        ("2023-01..2023-12", "2023"),
        ("2023年1~9月", "2023Q1..2023Q3"),
    ],
)
def test_a_text_means_one_period_with_one_canonical_form(text: str, canonical: str) -> None:
    assert str(Period.parse(text)) == canonical


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("上半年", "2024H1"),
        ("全年", "2024"),
        ("1~5月", "2024-01..2024-05"),
        ("１—５月", "2024-01..2024-05"),
        ("前三季度", "2024Q1..2024Q3"),
        ("第三季度", "2024Q3"),
        ("一季度", "2024Q1"),
        ("6月15日", "2024-06-15"),
        ("2月29日", "2024-02-29"),
        ("2023年6月", "2023-06"),
    ],
)
def test_a_text_without_a_year_takes_the_documents_year(text: str, canonical: str) -> None:
    assert str(Period.parse(text, year=2024)) == canonical


@pytest.mark.parametrize(
    ("text", "code", "nearest"),
    [
        ("2023Q5", "E100", "2023Q4"),
        ("2024-13", "E100", "2024-12"),
        ("2023H3", "E100", "2023H2"),
        ("2023-02-30", "E100", "2023-02-28"),
        ("2023年13月", "E100", "2023年1月"),
        ("0023", "E100", "2023"),
        ("", "E100", "2023H1"),
        ("2024.1-5", "E100", "2024-05"),
        ("上半年", "E101", "2023年上半年"),
        ("1~5月", "E101", "2023年1~5月"),
        ("2024-05..2024-01", "E102", "2024-01..2024-05"),
    ],
)
def test_a_bad_text_is_refused_with_the_nearest_form(text: str, code: str, nearest: str) -> None:
    with pytest.raises(ProblemError) as error:
        Period.parse(text)
    (problem,) = error.value.problems
    assert problem.code == code
    assert problem.params["text"] == text
    assert problem.params["nearest"] == nearest


@pytest.mark.parametrize(
    ("text", "first", "last", "grain", "count"),
    [
        ("2023", date(2023, 1, 1), date(2023, 12, 31), "year", 1),
        ("2023H2", date(2023, 7, 1), date(2023, 12, 31), "half", 1),
        ("2023Q1..2023Q3", date(2023, 1, 1), date(2023, 9, 30), "quarter", 3),
        ("2024-01..2024-05", date(2024, 1, 1), date(2024, 5, 31), "month", 5),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), "month", 1),
        ("2023-06-15", date(2023, 6, 15), date(2023, 6, 15), "day", 1),
    ],
)
def test_a_period_knows_its_days_grain_and_count(text: str, first: date, last: date, grain: str, count: int) -> None:
    period = Period.parse(text)
    assert (period.first_day, period.last_day, period.grain, period.count) == (first, last, grain, count)
    assert period.is_range == (count > 1)


@pytest.mark.parametrize(
    ("text", "previous", "year_ago"),
    [
        ("2023", "2022", "2022"),
        ("2023H1", "2022H2", "2022H1"),
        ("2023Q1", "2022Q4", "2022Q1"),
        ("2023-01", "2022-12", "2022-01"),
        ("2024-03", "2024-02", "2023-03"),
        ("2024-01..2024-05", "2023-08..2023-12", "2023-01..2023-05"),
        ("2023Q1..2023Q3", "2022Q2..2022Q4", "2022Q1..2022Q3"),
        ("2024-03-01", "2024-02-29", "2023-03-01"),
        ("2024-02-29", "2024-02-28", "2023-02-28"),
        ("2024-02", "2024-01", "2023-02"),
    ],
)
def test_previous_and_same_period_last_year(text: str, previous: str, year_ago: str) -> None:
    period = Period.parse(text)
    assert str(period.previous()) == previous
    assert str(period.year_ago()) == year_ago


@pytest.mark.parametrize(
    ("grain", "as_of", "expected"),
    [
        ("year", date(2023, 12, 31), "2023"),
        ("year", date(2023, 12, 30), "2022"),
        ("half", date(2023, 7, 1), "2023H1"),
        ("quarter", date(2024, 6, 29), "2024Q1"),
        ("month", date(2024, 2, 29), "2024-02"),
        ("month", date(2024, 2, 28), "2024-01"),
        ("day", date(2024, 2, 28), "2024-02-28"),
    ],
)
def test_a_unit_is_complete_at_the_end_of_its_last_day(grain: str, as_of: date, expected: str) -> None:
    assert str(last_complete(grain, as_of)) == expected  # type: ignore[arg-type] # grains come as text from the table


def test_months_of_a_half_year_are_six_and_of_a_week_none() -> None:
    assert [str(month) for month in Period.parse("2023H1").months][::5] == ["2023-01", "2023-06"]
    assert Period.parse("2023-06-12..2023-06-18").months == ()


def test_periods_sort_by_their_first_day_then_by_their_last() -> None:
    texts = ["2023", "2023H1", "2022", "2023-01", "2023Q2"]
    assert [str(period) for period in sorted(map(Period.parse, texts))] == [
        "2022",
        "2023-01",
        "2023H1",
        "2023",
        "2023Q2",
    ]


@pytest.mark.parametrize("text", ["2023", "2023H1", "2023Q2", "2023Q1..2023Q3", "2024-01..2024-05", "2023-12..2024-02"])
def test_the_chinese_form_reads_back(text: str) -> None:
    period = Period.parse(text)
    assert Period.parse(period_name(period)) == period


days = st.dates(date(1950, 1, 1), date(2150, 12, 31))
single = st.builds(Period.of, st.sampled_from(GRAINS), days)


@st.composite
def month_ranges(draw: st.DrawFn) -> Period:
    first = Period.of("month", draw(days))
    return Period.span(first, first.shifted(draw(st.integers(0, 30))))


@st.composite
def day_ranges(draw: st.DrawFn) -> Period:
    first = draw(days)
    return Period(first, first + timedelta(days=draw(st.integers(0, 800))))


@given(st.one_of(single, month_ranges(), day_ranges()))
def test_parsing_the_canonical_text_gives_the_period_back(period: Period) -> None:
    assert Period.parse(str(period)) == period
    assert Period.parse(period_name(period)) == period


@given(st.one_of(single, month_ranges()))
def test_next_undoes_previous_and_they_touch(period: Period) -> None:
    assert period.previous().next() == period
    assert period.previous().last_day + timedelta(days=1) == period.first_day


@given(day_ranges(), day_ranges())
def test_containment_agrees_with_the_days(one: Period, other: Period) -> None:
    inside = one.contains(other.first_day) and one.contains(other.last_day)
    assert one.contains(other) == inside
    assert one.overlaps(other) == (max(one.first_day, other.first_day) <= min(one.last_day, other.last_day))


@given(single, st.sampled_from(GRAINS))
def test_the_parts_of_a_period_fill_it_without_gaps(period: Period, grain: str) -> None:
    if GRAINS.index(grain) < GRAINS.index(period.grain):  # type: ignore[arg-type] # sampled from GRAINS
        return
    parts = period.split(grain)  # type: ignore[arg-type] # sampled from GRAINS
    assert parts[0].first_day == period.first_day
    assert parts[-1].last_day == period.last_day
    assert all(one.last_day + timedelta(days=1) == two.first_day for one, two in pairwise(parts))


@given(st.text(max_size=12))
def test_no_text_makes_the_parser_raise_anything_but_a_problem(text: str) -> None:
    try:
        period = Period.parse(text)
    except ProblemError as error:
        assert error.problems[0].code in {"E100", "E101", "E102"}
    else:
        assert Period.parse(str(period)) == period


@given(st.text(alphabet="0123456789年月日季度上下半前第至~-.HQ一二十 ", max_size=14))
def test_no_text_of_the_right_letters_does_either(text: str) -> None:
    try:
        Period.parse(text)
    except ProblemError as error:
        assert error.problems[0].params["nearest"]
