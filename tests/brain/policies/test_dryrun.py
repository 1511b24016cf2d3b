from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from duofeng.brain.policies.dryrun import DryRun, dry_run, together_with
from duofeng.brain.policies.plan import plan
from duofeng.kernel.problem import ProblemError
from duofeng.tell.dryrun_page import Heading, dryrun_page
from duofeng.tell.language import speaking
from duofeng.zone.kinds.policy import Policy
from duofeng.zone.load import load_draft, load_zone

OLD = """conditions: {size: {title: size, when: 'revenue[-1] >= 1_000'}}
amount: {expression: money(100)}
"""
OTHER = """conditions: {people: {title: people, when: 'staff[-1] >= 10'}}
amount: {expression: money(150)}
families: {support: highest}
"""
DRAFT = """title: draft
policy: aid
source: {document: d, trust: illustrative}
from: 2025-01-01
conditions:
  size: {title: size of it, when: 'revenue[-1] >= 2_000'}
  people: {title: people, when: 'staff[-1] >= 5'}
amount: {expression: money(120)}
budget: {total: 200}
families: {support: highest}
examples: [{title: t, as_of: 2025-06-30, given: {}, expect: unknown}]
"""
# Revenue of 200, 400 … 4000; every second one has ten people.
SUBJECTS = [{"revenue[2023]": 200 * at, "staff[2023]": 10 if at % 2 else 5} for at in range(1, 21)]

Try = Callable[..., DryRun]


@pytest.fixture
def tried(folder_of: Callable[..., Path], rows_for: Callable[..., pl.DataFrame], tmp_path: Path) -> Try:
    def run(draft: str = DRAFT, subjects: list[Mapping[str, object]] = SUBJECTS) -> DryRun:  # type: ignore[assignment]  # dicts of int
        zone = load_zone(folder_of({"aid": OLD, "other": OTHER}))
        file = tmp_path / "aid-2025.yaml"
        file.write_text(draft, "utf-8")
        drafted_zone, drafted = load_draft(zone, file, "policy")
        assert isinstance(drafted, Policy)
        current = plan(zone, date(2024, 6, 30), "organisation")
        together = together_with(drafted_zone, drafted, current)
        frame = rows_for(drafted_zone, together, *subjects, more=current.columns)
        return dry_run(drafted, frame, together, current)

    return run


def test_a_draft_says_who_how_much_and_where_its_budget_ends(tried: Try) -> None:
    run = tried()
    assert run.counts == {"yes": 11, "near": 2, "unknown": 0, "no": 7}
    assert run.due == 11 * 120_00
    # Five of the eleven have ten people and choose the other policy, which pays more.
    assert run.taken == 6 * 120_00
    assert run.paid == 120_00
    assert run.budget is not None
    assert (run.budget.total, run.budget.full, run.budget.none) == (200_00, 1, 5)


def test_cliffs_count_those_just_below_and_just_above_a_threshold(tried: Try) -> None:
    (size, people) = sorted(tried().cliffs, key=lambda cliff: cliff.condition, reverse=True)
    assert size.below == (1, 1, 1, 1, 1)  # 1800, 1600, 1400, 1200, 1000
    assert size.above == (2, 1, 1, 1, 1)  # 2000 and 2200, then one in each tenth
    assert people.above[0] == 6


def test_moved_thresholds_change_who_is_eligible(tried: Try) -> None:
    moved = {(each.condition, each.to): each.eligible for each in tried().moved}
    assert moved == {("size", "1_800"): 12, ("size", "2_200"): 10, ("people", "4"): 11, ("people", "6"): 5}


def test_overlap_says_who_has_another_policy_and_must_choose(tried: Try) -> None:
    (overlap,) = tried().overlaps
    assert (overlap.planned.id, overlap.subjects, overlap.amount, overlap.choose) == ("other", 5, 5 * 150_00, 5)


def test_against_the_version_in_force_losers_are_named(tried: Try) -> None:
    run = tried()
    assert run.change is not None
    assert (run.change.gain, run.change.lose) == (11, 5)
    assert (run.change.more, run.change.less) == (11 * 20_00, 5 * 100_00)
    assert run.losers.rows()[0] == ("s4", 100_00, 0)


def test_a_new_policy_has_nobody_to_lose(tried: Try) -> None:
    run = tried(DRAFT.replace("policy: aid", "policy: brand-new"))
    assert run.change is None and run.losers.is_empty()


def test_a_draft_that_pays_everybody_is_warned_of(tried: Try) -> None:
    everybody = DRAFT.replace(">= 2_000", ">= 1").replace("budget: {total: 200}\n", "")
    assert [warning.code for warning in tried(everybody).warnings] == ["E555"]


def test_a_budget_of_zero_pays_nobody_and_says_so(tried: Try) -> None:
    run = tried(DRAFT.replace("total: 200", "total: 0"))
    assert run.paid == 0 and [warning.code for warning in run.warnings] == ["E556"]


def test_a_draft_for_nobody_at_all_still_has_a_page(tried: Try) -> None:
    run = tried(DRAFT.replace(">= 2_000", ">= 9_000"))
    assert run.due == 0
    assert "没有应得金额" in dryrun_page(run, HEADING)


def test_a_wrong_draft_is_refused_at_its_line(tried: Try) -> None:
    with pytest.raises(ProblemError) as error:
        tried(DRAFT.replace("staff[-1]", "staf[-1]"))
    (problem,) = error.value.problems
    assert problem.span is not None and problem.span.line == 7
    assert problem.params.get("word", "staf") == "staf"


HEADING = Heading("Tried zone", "run-1", "2024-06-30", "2024-07-01", "元", {"s19": "<b>甲</b>"})


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_stands_alone_and_escapes_what_people_wrote(tried: Try, language: str) -> None:
    with speaking(language):
        page = dryrun_page(tried(), HEADING)
    assert not re.search(r"""(src|href)=|@import|url\(""", page)
    assert "&lt;b&gt;甲" in page and "<b>甲" not in page
    assert page.count("<svg") >= 4
    if language == "en":
        assert not re.search("[\u4e00-\u9fff]", page.replace("甲", "").replace("元", ""))


def test_unknown_amounts_are_counted_and_are_no_losses(tried: Try) -> None:
    run = tried(DRAFT.replace("money(120)", "'costs[-1] * 0.1'"))
    assert run.unknown_amounts == 11 and run.due == 0
    assert run.change is not None and run.change.lose == 5
    assert replace(run, warnings=()).amounts.is_empty()
