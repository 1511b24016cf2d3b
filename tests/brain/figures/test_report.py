"""A figure laid open: value, proof, what follows, what was known when."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction

import polars as pl
import pytest

from duofeng.brain.figures.book import Book
from duofeng.brain.figures.computed import columns_of, computed, movements
from duofeng.brain.figures.derived import derived
from duofeng.brain.figures.naming import indicator_named
from duofeng.brain.figures.report import figure_report
from duofeng.brain.figures.stated import with_withdrawals
from duofeng.brain.figures.statement import Statement, statement
from duofeng.kernel.period import Period
from duofeng.kernel.problem import ProblemError
from duofeng.tell.words import told
from duofeng.zone.kinds.figure import Figure
from duofeng.zone.zone import Zone

AFTER = datetime(2025, 1, 1, tzinfo=UTC)


def test_the_latest_period_is_shown_with_every_place_it_was_stated(zone: Zone, book: Book) -> None:
    report = figure_report(book, "gdp", None, AFTER, zone)
    assert str(report.period) == "2024H1"
    assert report.value is not None
    assert told(report.value.said) == "307.3亿元"
    assert [(each.measure, each.start) for each in report.proof] == [("level", 440), ("level", 468), ("growth", 480)]
    assert [str(each.period) for each in report.series] == ["2023H1", "2023", "2024H1"]


def test_growth_from_levels_carries_the_range_that_rounding_leaves(zone: Zone, book: Book) -> None:
    report = figure_report(book, "gdp", None, AFTER, zone)
    (growth,) = report.derived
    assert told(growth.said) == "1.65%（1.62% – 1.69%）"


@pytest.mark.parametrize(
    ("indicator", "period", "total"),
    [
        ("new_provincial_engineering_centers", "2023", "24家"),
        ("chain_leaders", "2024H1", "133家"),
        ("new_chain_leaders", "2024H1", "69家"),
        ("provincial_lead_goose_firms", "2024H1", "18家"),
        ("new_high_tech_firms", "2020", "24家"),
        ("technology_smes", "2023", "8700家（8577.46家 – 8826.09家）"),
    ],
)
def test_a_share_implies_the_total(zone: Zone, book: Book, indicator: str, period: str, total: str) -> None:
    report = figure_report(book, indicator, Period.parse(period), AFTER, zone)
    assert total in [told(each.said) for each in report.derived if each.sort == "implied_total"]


def test_a_per_head_figure_names_the_population_it_uses(zone: Zone, book: Book) -> None:
    report = figure_report(book, "valid_inventions_per_10k", None, AFTER, zone)
    (people,) = report.derived
    assert people.sort == "per_head"
    assert told(people.said) == "58.7万人"


def test_a_result_stands_beside_its_target_and_the_time_gone(zone: Zone, book: Book) -> None:
    report = figure_report(book, "signed_amount", Period.parse("2023"), AFTER, zone)
    (pace,) = report.paces
    assert (pace.done, pace.gone) == (Fraction(4346, 40), 100)


def test_as_known_on_a_day_shows_what_was_published_by_then_and_what_came_later(zone: Zone, book: Book) -> None:
    then = figure_report(book, "firm_visits", None, datetime(2023, 9, 1, tzinfo=UTC), zone)
    assert str(then.period) == "2023H1"
    year = figure_report(book, "firm_visits", Period.parse("2023"), datetime(2023, 9, 1, tzinfo=UTC), zone)
    assert year.value is None
    assert [(change.at.date(), change.reason) for change in year.changes] == [(date(2024, 2, 20), "due")]
    late = figure_report(book, "firm_visits", Period.parse("2023"), datetime(2024, 1, 15, tzinfo=UTC), zone)
    assert [change.reason for change in late.changes] == ["late"]


def test_a_correction_and_a_withdrawal_are_told_apart(zone: Zone) -> None:
    first = replace(
        _visits(9850), known_from=datetime(2024, 2, 20, tzinfo=UTC), retracted_at=datetime(2024, 6, 2, tzinfo=UTC)
    )
    second = replace(_visits(9800), known_from=datetime(2024, 6, 1, tzinfo=UTC))
    again = replace(_visits(9800), known_from=datetime(2024, 7, 1, tzinfo=UTC))
    book = Book.of([first, second, again], zone.indicators)
    report = figure_report(book, "firm_visits", Period.parse("2023"), datetime(2024, 3, 1, tzinfo=UTC), zone)
    assert report.value is not None
    assert report.value.value == 9850
    assert [change.reason for change in report.changes] == ["corrected", "withdrawn", "confirmed"]
    now = figure_report(book, "firm_visits", Period.parse("2023"), AFTER, zone)
    assert now.value is not None
    assert now.value.value == 9800
    assert now.changes == ()


def _visits(number: int) -> Statement:
    return statement("firm_visits", Fraction(number), "家次", written=f"{number}家次", period=Period.parse("2023"))


def test_a_share_difference_is_in_percentage_points(zone: Zone) -> None:
    said = [
        statement("above_scale_rnd_coverage", Fraction(value), "%", written=f"{value}%", period=Period.parse(period))
        for value, period in ((88, "2024"), (85, "2023"))
    ]
    (change,) = derived(said[0], Book.of(said, zone.indicators), zone)
    assert (change.sort, change.value, change.unit) == ("increase", 3, "pp")


def test_an_indicator_is_found_by_title_or_alias_and_the_nearest_is_named(zone: Zone) -> None:
    assert indicator_named("GDP", zone.indicators).id == "gdp"
    assert indicator_named("地区生产总值", zone.indicators).id == "gdp"
    with pytest.raises(ProblemError) as raised:
        indicator_named("gpd", zone.indicators)
    (problem,) = raised.value.problems
    assert problem.code == "E450"
    assert "gdp" in str(problem)


def test_a_withdrawn_fact_knows_when_it_was_withdrawn() -> None:
    facts = pl.DataFrame(
        {
            "number": [1.0, None, 2.0],
            "money": [None, None, None],
            "arrival": ["a", "b", "a"],
            "sequence": [0, 0, 1],
            "recorded_at": [datetime(2024, month, 1, tzinfo=UTC) for month in (1, 2, 1)],
            "retracts": [None, "a:0", None],
        },
        schema_overrides={"money": pl.Int64},
    )
    found = with_withdrawals(facts)
    assert found["retracted_at"].to_list() == [datetime(2024, 2, 1, tzinfo=UTC), None]


FIRMS = pl.DataFrame(
    {
        "subject": ["A", "B", "C", "D"],
        "high_tech": [True, True, False, None],
        "revenue[2023]": [12_345_00, None, 99_00, 5_00],
    },
    schema_overrides={"revenue[2023]": pl.Int64},
)


def test_a_count_names_its_subjects_and_how_many_are_unknown(zone: Zone) -> None:
    figure = Figure.model_validate(
        {"id": "f", "indicator": "high_tech_firms", "title": "数一数", "aggregate": "count", "where": "high_tech"}
    )
    as_of = date(2023, 12, 31)
    assert columns_of(figure, zone, as_of) == ("high_tech",)
    found = computed(figure, zone, FIRMS, as_of)
    assert (found.value, found.unknown, found.proof["subject"].to_list()) == (2, 1, ["A", "B"])


def test_a_sum_of_money_is_exact_and_leaves_out_what_is_unknown(zone: Zone) -> None:
    figure = Figure.model_validate(
        {
            "id": "f",
            "indicator": "gdp",
            "title": "合计",
            "aggregate": "sum",
            "value": "revenue[-1]",
            "where": "high_tech",
        }
    )
    found = computed(figure, zone, FIRMS, date(2023, 12, 31))
    assert found.value == Fraction(12_345)
    assert found.unknown == 2
    assert found.proof.to_dicts() == [{"subject": "A", "value": 12_345_00}]


def test_a_share_is_taken_of_those_whose_answer_is_known(zone: Zone) -> None:
    figure = Figure.model_validate(
        {
            "id": "f",
            "indicator": "above_scale_rnd_coverage",
            "title": "占比",
            "aggregate": "share",
            "where": "high_tech",
        }
    )
    assert computed(figure, zone, FIRMS, date(2023, 12, 31)).value == Fraction(200, 3)


def test_what_moved_a_computed_figure_is_named(zone: Zone) -> None:
    figure = Figure.model_validate(
        {"id": "f", "indicator": "high_tech_firms", "title": "数一数", "aggregate": "count", "where": "high_tech"}
    )
    then = computed(figure, zone, FIRMS, date(2023, 12, 31))
    changed = FIRMS.with_columns(high_tech=pl.Series([True, False, True, None]))
    now = computed(figure, zone, changed, date(2023, 12, 31))
    assert [(each.subject, each.change) for each in movements(then, now)] == [("B", "left"), ("C", "entered")]


def test_a_share_can_be_over_a_part_of_the_subjects(zone: Zone) -> None:
    figure = zone.declared(Figure)["above_scale_rnd_coverage_computed"]
    as_of = date(2023, 12, 31)
    firms = pl.DataFrame(
        {
            "subject": ["A", "B", "C", "D", "E"],
            "above_scale": [True, True, True, False, None],
            "above_scale_kind": ["industry", "industry", "service", "industry", "industry"],
            "rd_expense[2023]": [100, 0, 500, 700, 100],
        }
    )
    assert set(columns_of(figure, zone, as_of)) == set(firms.columns) - {"subject"}
    found = computed(figure, zone, firms, as_of)
    assert (found.value, found.unit, found.proof["subject"].to_list()) == (50, "%", ["A"])


def test_a_figure_with_only_a_rank_has_it_beside_no_level_and_one_of_others_has_a_page_of_theirs(zone: Zone) -> None:
    rank = statement("gdp", Fraction(3), "位", measure="rank", of="city", period=Period.parse("2030"))
    theirs = statement("gdp", Fraction(10**12), "元", period=Period.parse("2030"), subject="city")
    book = Book.of((rank, theirs), zone.indicators)
    ours = figure_report(book, "gdp", None, AFTER, zone)
    assert (ours.value, [each.measure for each in ours.beside]) == (None, ["rank"])
    of_the_city = figure_report(book, "gdp", None, AFTER, zone, "city")
    assert of_the_city.value is not None and of_the_city.value.value == 10**12
