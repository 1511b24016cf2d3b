"""Pages that a zone or a peak declares: what is read, and every mistake at its place with the nearest right word."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from duofeng.kernel.problem import Problem, ProblemError
from duofeng.zone.kinds.page import PeakPage
from duofeng.zone.load import load_zone

WriteZone = Callable[..., Path]
HEAD = "overview:\n  title: {zh: 概览, en: Overview}\n  needs: firms.view\n  blocks:\n"


def load(write_zone: WriteZone, *blocks: str) -> dict[str, PeakPage]:
    text = HEAD + "".join(f"    {block}\n" for block in blocks)
    return dict(load_zone(write_zone({"pages.yaml": text})).declared(PeakPage))


def problem(write_zone: WriteZone, *blocks: str) -> Problem:
    with pytest.raises(ProblemError) as caught:
        load(write_zone, *blocks)
    assert len(caught.value.problems) == 1
    return caught.value.problems[0]


def test_a_page_is_read_with_its_blocks_in_their_order(write_zone: WriteZone) -> None:
    page = load(
        write_zone,
        "firms: {show: tile, title: 企业}",
        "by_industry: {show: chart, title: 行业, by: industry}",
        "list: {show: table, title: 名单, columns: [industry, {value: 'revenue[-1]', title: 收入}], sort: -industry}",
        "gdp: {show: tile, title: 生产总值, figure: gdp, cockpit: true}",
    )["overview"]
    assert list(page.blocks) == ["firms", "by_industry", "list", "gdp"]
    assert [each.source for each in page.blocks.values()] == ["profiles", "profiles", "profiles", "figure"]
    assert [each.value for each in page.blocks["list"].columns] == ["industry", "revenue[-1]"]


def test_a_page_of_a_zone_changes_no_answer(write_zone: WriteZone) -> None:
    one, other = (
        load_zone(write_zone({"pages.yaml": f"{HEAD}    firms: {{show: {show}, title: 企业}}\n"})).fingerprint
        for show in ("tile", "table")
    )
    assert one.meaning == other.meaning
    assert one.wording != other.wording


@pytest.mark.parametrize(
    ("block", "code", "word", "nearest"),
    [
        ("a: {show: tile, title: 甲, figure: gpd}", "E032", "gpd", "gdp"),
        ("a: {show: tile, title: 甲, where: revenu > 0}", "E503", "revenu ", "revenue"),
        ("a: {show: table, title: 甲, columns: [revenue]}", "E508", "revenue", "revenue[-1]"),
        ("a: {show: tile, title: 甲, near: research}", "E070", "research", ""),
        ("a: {show: table, title: 甲, changes: growth}", "E098", "growth", ""),
        ("a: {show: table, title: 甲, figures: econmy}", "E098", "econmy", ""),
        ("a: {show: table, title: 甲, columns: [industry], sort: -industri}", "E098", "-industri", "industry"),
        ("a: {show: tile, title: 甲, of: organization}", "E030", "organization", "organisation"),
        ("a: {show: tile, title: 甲, take: median, value: industry}", "E088", "industry", ""),
        ("a: {show: chart, title: 甲, value: industry}", "E088", "industry", ""),
        ("a: {show: map, title: 甲}", "E015", "map", "table"),
    ],
)
def test_a_name_that_leads_nowhere_is_refused_at_its_place(
    write_zone: WriteZone, block: str, code: str, word: str, nearest: str
) -> None:
    found = problem(write_zone, block)
    assert found.span is not None
    assert (found.code, found.span.line, found.span.column) == (code, 5, len("    ") + block.index(word) + 1)
    assert found.span.file.endswith("pages.yaml")
    assert nearest in str(found.message)


@pytest.mark.parametrize(
    ("block", "code"),
    [
        ("a: {show: tile, title: 甲, figure: gdp, targets: [met]}", "E051"),
        ("a: {show: table, title: 甲, figure: gdp}", "E096"),
        ("a: {show: tile, title: 甲, figure: gdp, where: industry = 'seed'}", "E096"),
        ("a: {show: table, title: 甲, cockpit: true}", "E096"),
        ("a: {show: chart, title: 甲}", "E097"),
        ("a: {show: tile, title: 甲, take: mean}", "E097"),
    ],
)
def test_keys_that_do_not_belong_together_are_refused(write_zone: WriteZone, block: str, code: str) -> None:
    found = problem(write_zone, block)
    assert found.code == code
    assert found.span is not None and found.span.line == 5


def test_a_page_needs_a_capability_that_exists(write_zone: WriteZone) -> None:
    text = HEAD.replace("firms.view", "firms.vew") + "    a: {show: tile, title: 甲}\n"
    with pytest.raises(ProblemError) as caught:
        load_zone(write_zone({"pages.yaml": text}))
    assert [each.code for each in caught.value.problems] == ["E015"]
    assert "firms.view" in str(caught.value.problems[0].message)
