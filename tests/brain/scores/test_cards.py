"""The cards that come with the peaks: their worked examples, and the sizes of enterprises by the official numbers."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from duofeng.brain.given import column_types, given_row
from duofeng.brain.scores.card import compile_card, grades, score
from duofeng.brain.scores.examples import failing_examples
from duofeng.zone.kinds.scorecard import Scorecard
from duofeng.zone.load import load_zone
from duofeng.zone.zone import Zone

PROJECT = Path(__file__).resolve().parents[3]
PEAKS = ("enterprises", "ladder", "innovation-points", "growth-index", "incubators", "digital-maturity")


@pytest.fixture(scope="module")
def zone(tmp_path_factory: pytest.TempPathFactory) -> Zone:
    folder = tmp_path_factory.mktemp("zones") / "sample"
    folder.mkdir()
    head = "title: {zh: 样例区, en: Sample}\nlanguages: [zh, en]\n"
    (folder / "zone.yaml").write_text(f"{head}peaks: [{', '.join(PEAKS)}]\n", "utf-8")
    (folder / "codes").mkdir()
    offices = "title: {zh: 办事处, en: Offices}\ncodes:\n  east: {zh: 东, en: East}\n"
    (folder / "codes" / "offices.yaml").write_text(offices, "utf-8")
    return load_zone(folder, PROJECT / "peaks")


def test_every_card_of_the_peaks_has_its_examples_come_out(zone: Zone) -> None:
    assert [str(problem) for problem in failing_examples(zone)] == []


def test_every_card_scored_absolutely_has_an_example(zone: Zone) -> None:
    cards = zone.declared(Scorecard).values()
    assert [card.id for card in cards if not card.examples and not card.peers] == []


INDUSTRY = {"industry_section": "C", "industry": "39", "industry_class": "3911"}
SOFTWARE = {"industry_section": "I", "industry": "65", "industry_class": "6513"}
PROPERTY = {"industry_section": "K", "industry": "70", "industry_class": "7020"}
LEASING = {"industry_section": "L", "industry": "71", "industry_class": "7111"}
STORAGE = {"industry_section": "G", "industry": "59", "industry_class": "5921"}
HANDLING = {"industry_section": "G", "industry": "59", "industry_class": "5911"}
WAN = 10_000


@pytest.mark.parametrize("card", ["sme-size", "sme-size-statistics"])
@pytest.mark.parametrize(
    ("industry", "staff", "revenue", "assets", "size"),
    [
        (INDUSTRY, 1500, 30_000, None, "中型"),
        (INDUSTRY, 10, 50_000, None, "微型"),
        (SOFTWARE, 120, 900, None, "小型"),
        (INDUSTRY, 1000, 40_000, None, "大型"),
        (INDUSTRY, 999, 40_000, None, "中型"),
        (INDUSTRY, 20, 299, None, "微型"),
        (SOFTWARE, 300, 10_000, None, "大型"),
        (PROPERTY, 300, 1_000, None, "中型"),
        (LEASING, 300, None, 120_000, "大型"),
        (LEASING, 300, None, 99, "微型"),
        (STORAGE, 100, 1_000, None, "中型"),
        (HANDLING, 100, 1_000, None, "小型"),
        (INDUSTRY, 1500, None, None, None),
    ],
)
def test_the_size_is_the_lowest_class_among_the_indicators(
    zone: Zone,
    card: str,
    industry: dict[str, str],
    staff: int,
    revenue: int | None,
    assets: int | None,
    size: str | None,
) -> None:
    compiled = compile_card(zone, zone.declared(Scorecard)[card], date(2024, 6, 30))
    given: dict[str, object] = {**industry, "employees[2023]": staff}
    if revenue is not None:
        given["revenue[2023]"] = revenue * WAN
    if assets is not None:
        given["assets[2023]"] = assets * WAN
    found = score(compiled, given_row(column_types(zone, "organisation", compiled.columns), given))
    assert grades(compiled.card, found.score).to_list() == [size]


def test_finance_education_and_rail_have_no_size_of_this_kind(zone: Zone) -> None:
    compiled = compile_card(zone, zone.declared(Scorecard)["sme-size"], date(2024, 6, 30))
    types = column_types(zone, "organisation", compiled.columns)
    for section, division in (("J", "66"), ("P", "83"), ("Q", "84"), ("G", "53")):
        row = given_row(types, {"industry_section": section, "industry": division})
        assert len(score(compiled, row).subjects) == 0


def test_the_points_of_parts_that_policies_read_are_columns_of_their_own(zone: Zone) -> None:
    compiled = compile_card(zone, zone.declared(Scorecard)["innovative-sme"], date(2024, 6, 30))
    assert compiled.parts == ("growth", "innovation", "specialisation")
    row = given_row(column_types(zone, "organisation", compiled.columns), {})
    table = score(compiled, row).table()
    assert table.select("score.growth", "score.innovation").row(0) == (None, None)  # nothing known of it
