"""The target ledger of 2023, found from the plan and the reports alone."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction

import pytest

from duofeng.brain.figures.book import Book
from duofeng.brain.figures.statement import Statement, known_at, statement
from duofeng.brain.figures.targets import TargetLine, target_ledger, targets_stated
from duofeng.kernel.period import Period
from duofeng.tell.words import told
from duofeng.zone.kinds.target import Target
from duofeng.zone.zone import Zone


def plan_of(zone: Zone) -> list[Target]:
    return [each for each in zone.targets if each.source and each.source.document == "plan-2023"]


@pytest.fixture(scope="module")
def lines(zone: Zone, book: Book) -> dict[str, TargetLine]:
    return {line.target.indicator: line for line in target_ledger(plan_of(zone), book, date(2024, 12, 31))}


def test_signed_amount_and_started_investment_were_exceeded(lines: dict[str, TargetLine]) -> None:
    signed, started = lines["signed_amount"], lines["started_investment"]
    assert (signed.verdict, signed.exceeded, signed.ratio) == ("met", True, Fraction(4346, 4000))
    assert (started.verdict, started.exceeded, started.ratio) == ("met", True, Fraction(3482, 2900))


def test_incubators_and_technology_firms_were_missed(lines: dict[str, TargetLine]) -> None:
    incubators, firms = lines["new_incubators"], lines["technology_smes"]
    assert (incubators.verdict, incubators.ratio) == ("missed", Fraction(6, 8))
    assert (firms.verdict, firms.ratio) == ("missed", Fraction(3045, 3600))
    assert firms.result is not None
    assert (firms.result.document, firms.result.start, firms.result.end) == ("report-2023", 1353, 1358)


def test_every_target_of_the_plan_has_one_verdict(lines: dict[str, TargetLine]) -> None:
    assert Counter(line.verdict for line in lines.values()) == {
        "silent": 33,
        "not_comparable": 13,
        "met": 4,
        "missed": 2,
    }


def test_targets_nobody_mentioned_again_are_listed(lines: dict[str, TargetLine]) -> None:
    silent = {indicator for indicator, line in lines.items() if line.verdict == "silent"}
    assert {
        "high_tech_firms",
        "unicorn_and_seed_firms",
        "manufacturing_signed_amount",
        "drains_dredged_before_flood",
    } <= silent
    assert not silent & {"signed_amount", "technology_smes", "resettled_residents"}


@pytest.mark.parametrize(
    ("target", "reported"),
    [
        ("resettlement_housing_started", "resettlement_housing_built"),
        ("resettlement_housing_completed_delivered", "resettlement_housing_built"),
        ("technology_contract_turnover", "technology_contract_transactions"),
        ("new_community_health_institutions", "new_public_health_centers"),
        ("startup_teams_introduced", "city_startup_team_projects"),
        ("fai_first_batch_investment", "fixed_asset_investment"),
    ],
)
def test_another_verb_is_another_indicator_and_is_shown_as_such(
    lines: dict[str, TargetLine], target: str, reported: str
) -> None:
    line = lines[target]
    assert line.verdict == "not_comparable"
    assert line.result is None
    assert [each.statement.indicator for each in line.related] == [reported]
    assert told(line.related[0].why).startswith("口径不同")


def test_a_range_is_met_from_its_lower_end(lines: dict[str, TargetLine]) -> None:
    schools = lines["schools_opened"]
    assert (told(schools.aimed), schools.verdict, schools.exceeded) == ("2–3所", "met", True)


def test_the_wording_of_the_plan_is_kept(lines: dict[str, TargetLine]) -> None:
    assert told(lines["signed_amount"].aimed) == "突破 400亿元"
    assert told(lines["above_scale_rnd_coverage"].aimed) == "力争 95%左右"
    assert told(lines["high_tech_reserve"].aimed) == "不少于 1000家"
    assert told(lines["technology_contract_turnover"].aimed) == "力争增长 20%"


def test_a_later_value_of_a_ratio_is_not_the_result_of_the_year(lines: dict[str, TargetLine]) -> None:
    line = lines["above_scale_rnd_coverage"]
    assert line.verdict == "not_comparable"
    assert told(line.related[0].why) == "只有以后（2024年上半年）的数"


def test_before_the_year_ends_a_result_is_held_against_the_time_gone(zone: Zone) -> None:
    target = Target.model_validate(
        {"indicator": "new_urban_jobs", "period": "2024", "value": 4500, "unit": "人", "id": "jobs"}
    )
    half = statement("new_urban_jobs", Fraction(3638), "人", written="3638人", period=Period.parse("2024H1"))
    (line,) = target_ledger([target], Book.of([half], zone.indicators), date(2024, 9, 1))
    assert line.verdict == "on_pace"
    assert line.elapsed == Fraction(182, 366)
    assert line.forecast == Fraction(3638) * 366 / 182
    slow = statement("new_urban_jobs", Fraction(1000), "人", written="1000人", period=Period.parse("2024H1"))
    (line,) = target_ledger([target], Book.of([slow], zone.indicators), date(2024, 9, 1))
    assert line.verdict == "behind"


def test_when_the_year_is_over_half_a_year_is_no_result(zone: Zone) -> None:
    target = Target.model_validate(
        {"indicator": "new_urban_jobs", "period": "2024", "value": 4500, "unit": "人", "id": "jobs"}
    )
    half = statement("new_urban_jobs", Fraction(3638), "人", written="3638人", period=Period.parse("2024H1"))
    (line,) = target_ledger([target], Book.of([half], zone.indicators), date(2025, 3, 1))
    assert line.verdict == "not_comparable"
    assert told(line.related[0].why) == "只有 2024年上半年 的数，全年未报"


def test_what_was_not_published_yet_is_not_a_result(zone: Zone, said: tuple[Statement, ...]) -> None:
    then = Book.of(known_at(said, datetime(2023, 9, 1, tzinfo=UTC)), zone.indicators)
    lines = {line.target.indicator: line for line in target_ledger(plan_of(zone), then, date(2023, 9, 1))}
    assert lines["signed_amount"].verdict == "awaited", "its year is not over: nobody is silent yet"


def test_about_lets_a_result_lie_a_little_below(zone: Zone) -> None:
    target = Target.model_validate(
        {
            "indicator": "above_scale_rnd_coverage",
            "period": "2023",
            "value": 95,
            "unit": "%",
            "comparison": "about",
            "id": "a",
        }
    )
    for value, verdict in ((92, "met"), (88, "missed")):
        said = statement(
            "above_scale_rnd_coverage", Fraction(value), "%", written=f"{value}%", period=Period.parse("2023")
        )
        (line,) = target_ledger([target], Book.of([said], zone.indicators), date(2024, 3, 1))
        assert line.verdict == verdict


def test_targets_read_from_a_plan_join_those_declared(zone: Zone, said: tuple[Statement, ...]) -> None:
    assert targets_stated(said, zone.targets) == ()
    found = targets_stated(said, [each for each in zone.targets if each.indicator != "new_incubators"])
    assert [(each.indicator, each.value, each.unit) for each in found] == [("new_incubators", 8, "家")]


def test_a_target_of_a_document_just_read_cites_it_by_its_file_name(zone: Zone, said: tuple[Statement, ...]) -> None:
    read = [replace(each, document="2023 工作要点.docx") for each in said if each.indicator == "new_incubators"]
    (found,) = targets_stated(read, [])
    assert found.source is not None
    assert found.source.document == "2023 工作要点.docx"


def test_declared_targets_and_published_rows_say_the_same(zone: Zone, said: tuple[Statement, ...]) -> None:
    stated = {
        (each.indicator, str(each.period), each.document, each.start) for each in said if each.measure == "target"
    }
    declared = set()
    for each in zone.targets:
        assert each.source is not None
        declared.add((each.indicator, each.period, each.source.document, each.source.start))
    assert declared == stated
