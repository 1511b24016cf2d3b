"""The contradiction board on the five reports: what breaks, what holds, what is left undecided."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest

from duofeng.brain.figures.board import Board, contradictions
from duofeng.brain.figures.book import Book
from duofeng.brain.figures.rules.check import Check
from duofeng.brain.figures.statement import Statement, statements
from duofeng.facts.documents.extract import read_document
from duofeng.facts.documents.source import candidate_facts
from duofeng.tell.words import told
from duofeng.zone.kinds.identity import Identity
from duofeng.zone.zone import Zone

SHARED = Path(os.environ.get("DUOFENG_SHARED", Path(__file__).resolve().parents[3].parent / "shared"))
LOADED = datetime(2025, 1, 1, tzinfo=UTC)


def statements_of(report: Path, zone: Zone) -> tuple[Statement, ...]:
    """What the reader is sure of in one report, as the ledger would hand it over."""
    counted, _ = candidate_facts(read_document(report), zone)
    delivered = counted.with_columns(
        source=pl.lit("documents"), arrival=pl.lit(report.stem), file=pl.lit(report.name), recorded_at=pl.lit(LOADED)
    )
    return statements(delivered, zone.indicators, {}, zone.id)


@pytest.fixture(scope="module")
def board(zone: Zone, book: Book) -> Board:
    return contradictions(zone.declared(Identity).values(), book)


def only(board: Board, identity: str) -> Check:
    (found,) = (check for check in board.breaks if check.identity == identity)
    return found


def test_the_five_reports_break_one_identity_and_earn_three_warnings(board: Board) -> None:
    assert [(check.severity, check.identity) for check in board.breaks] == [
        ("error", "part_of_whole"),
        ("warning", "half_a_year_above_the_year_before"),
        ("warning", "skilled_workers_were_trained"),
        ("warning", "one_population"),
    ]


def test_a_part_of_the_signed_amount_is_larger_than_all_of_it(board: Board) -> None:
    check = only(board, "part_of_whole")
    assert told(check.arithmetic) == "主导产业新签约项目签约额 402.43亿元 > 新签约项目签约额 396.43亿元"
    assert check.difference == 600_000_000
    assert check.times_rounding == 600
    assert [(each.document, each.start, each.end) for each in check.statements] == [
        ("report-2024h1", 839, 847),
        ("report-2024h1", 1500, 1508),
    ]


def test_three_reports_use_three_populations(board: Board) -> None:
    check = only(board, "one_population")
    assert "37万居民、58.7万人（推算）、81万居民" in told(check.arithmetic)
    assert "2.19 倍" in told(check.arithmetic)
    assert {each.document for each in check.statements} == {"report-2020", "report-2023", "report-2024h1"}


def test_more_new_skilled_workers_than_people_trained_is_a_warning(board: Board) -> None:
    check = only(board, "skilled_workers_were_trained")
    assert told(check.arithmetic) == "新增技能人才 11277人 > 各类技能培训 8827人次"
    assert check.difference == 2450
    assert check.times_rounding is None


def test_half_a_year_of_young_talent_above_the_whole_year_before_is_a_warning(board: Board) -> None:
    check = only(board, "half_a_year_above_the_year_before")
    assert told(check.arithmetic) == "招引青年人才来区留区就业创业：2024年上半年 10449名 > 2023年 8170名"
    assert check.difference == 2279


def test_all_29_share_statements_have_a_whole_denominator(board: Board) -> None:
    assert sum(check.identity == "count_has_a_denominator" for check in board.held) == 29


def test_industries_add_up_within_their_rounding(board: Board) -> None:
    (check,) = (check for check in board.held if check.identity == "gdp_is_its_industries")
    assert told(check.arithmetic) == "0.03亿元 + 156.2亿元 + 146.1亿元 = 302.33亿元 ≈ 302.3亿元"


def test_growth_of_the_industries_gives_the_growth_of_gdp(board: Board) -> None:
    (check,) = (check for check in board.held if check.identity == "gdp_growth_is_its_industries")
    assert check.difference < Fraction(4, 100)


def test_constant_price_growth_is_explained_and_never_judged(board: Board) -> None:
    (check,) = board.undecided
    assert check.identity == "growth_at_constant_prices"
    assert "现价 1.65%" in told(check.arithmetic)
    assert "-1.4%" in told(check.arithmetic)


def test_completion_ratios_imply_whole_plans(board: Board) -> None:
    said = [told(check.arithmetic) for check in board.held if check.identity == "completion_times_plan"]
    assert said == [
        "228.1亿元 ÷ 102.5% = 222.54亿元（隐含计划）",
        "24.8亿元 ÷ 83.2% = 29.81亿元（隐含计划）",
        "193家 ÷ 64.3% = 300家（隐含计划）",
        "618家 ÷ 103% = 597.1–602.93家（隐含计划）",
        "3638人 ÷ 80.8% = 4499.69–4505.26人（隐含计划）",
    ]


def test_awards_without_application_are_not_held_against_all_awards(board: Board) -> None:
    pairs = [{each.indicator for each in check.statements} for check in (*board.breaks, *board.held)]
    assert {"awards_paid", "automatic_awards_paid"} not in pairs


def test_the_reports_read_by_the_program_alone_show_the_same_four_contradictions(zone: Zone) -> None:
    reports = sorted((SHARED / "seeds").glob("*.txt"))
    if not reports:
        pytest.skip("the five reports are not on this machine (../shared or DUOFENG_SHARED)")
    read = [each for report in reports for each in statements_of(report, zone)]
    found = contradictions(zone.declared(Identity).values(), Book.of(read, zone.indicators))
    assert len(read) > 200
    assert sorted(check.identity for check in found.breaks) == [
        "half_a_year_above_the_year_before",
        "one_population",
        "part_of_whole",
        "skilled_workers_were_trained",
    ]


def test_the_careful_reader_and_the_program_never_disagree_on_a_fact(zone: Zone, said: tuple[Statement, ...]) -> None:
    reports = sorted((SHARED / "seeds").glob("*.txt"))
    if not reports:
        pytest.skip("the five reports are not on this machine (../shared or DUOFENG_SHARED)")
    read = [*said, *(each for report in reports for each in statements_of(report, zone))]
    found = contradictions(zone.declared(Identity).values(), Book.of(read, zone.indicators))
    assert [check for check in found.breaks if check.identity == "same_fact_same_number"] == []
