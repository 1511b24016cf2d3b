from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from duofeng.brain.policies.plan import plan
from duofeng.brain.runs.compute import Inputs, ask, compute
from duofeng.brain.runs.difference import changed_outcomes
from duofeng.brain.runs.paying import payments_of
from duofeng.brain.runs.record import rule_digests
from duofeng.brain.runs.store import LAYOUT, Runs
from duofeng.brain.runs.subject import merged, subjects_as_one
from duofeng.facts.fact import Fact
from duofeng.kernel.problem import ProblemError
from duofeng.zone.load import load_zone

Make = Callable[..., Inputs]
ROOT = Path(__file__).resolve().parents[3]
ONCE = """
import sys
from datetime import date, datetime
from pathlib import Path
from duofeng.brain.runs.compute import Inputs, ask, compute
from duofeng.brain.runs.store import Runs
from duofeng.brain.runs.subject import merged, subjects_as_one
from duofeng.facts.ledger import Ledger
from duofeng.zone.load import load_zone
zone, data, runs = sys.argv[1:]
inputs = Inputs(load_zone(zone), Ledger.open(Path(data)), date(2024, 6, 30), datetime.fromisoformat("2024-07-01T09:00:00+00:00"))
compute(inputs, Runs(Path(runs)))
"""  # noqa: E501


def test_the_same_inputs_give_the_same_bytes_in_another_process_with_other_threads(
    inputs: Make, data: Path, tmp_path: Path
) -> None:
    here = compute(inputs(), Runs(tmp_path / "here"))
    command = [sys.executable, "-c", ONCE, str(ROOT / "zones/second"), str(data / "ledger"), str(tmp_path / "there")]
    subprocess.run(command, check=True, env={**os.environ, "POLARS_MAX_THREADS": "1", "PYTHONHASHSEED": "7"})
    there = Runs(tmp_path / "there").current()
    assert here.id == there.id
    assert here.manifest.files == there.manifest.files and len(here.manifest.files) >= 9
    here.verify(), there.verify()


def test_everybody_is_answered_and_paid_to_the_cent(inputs: Make, data: Path) -> None:
    run = compute(inputs(), Runs(data / "runs"))
    counts = run.counts("organisation")
    assert counts["subjects"] == 10 and counts["policies"] == 4 and run.manifest.unit == "SAR"
    assert counts["paid_minor"] == 1_128_500_00
    bundles = run.table("bundles", "organisation").collect()
    assert bundles["paid"].sum() == 1_128_500_00
    assert bundles.filter(pl.col("policy") == "research-grant")["paid"].sum() == 600_000_00
    assert [warning["code"] for warning in run.manifest.warnings] == ["E556"]
    barred = run.table("barred", "organisation").collect()
    assert barred.select("policy", "by", "paid", "year").rows() == [("export-bonus", "export-bonus", 150_000_00, 2023)]


def test_a_fact_learnt_later_changes_only_later_runs_and_the_difference_says_why(inputs: Make, data: Path) -> None:
    runs = Runs(data / "runs")
    first = compute(inputs(), runs)
    ledger = inputs().ledger
    quay = first.table("profile", "organisation").filter(pl.col("name") == "Quay Robotics Ltd").collect()["subject"][0]
    corrected = Fact(kind="organisation", subject=quay, attribute="patents", value=1.0)
    ledger.record([corrected], "confirmed", "Alice", datetime(2024, 7, 2, tzinfo=UTC))
    again = compute(inputs(known_at=datetime(2024, 7, 1, 9, tzinfo=UTC)), runs)
    assert changed_outcomes(first, again).is_empty()
    later = compute(inputs(known_at=datetime(2024, 7, 3, tzinfo=UTC)), runs)
    changed = changed_outcomes(first, later)
    assert changed.select("policy", "subject", "before", "after", "cause").rows() == [
        ("research-grant", quay, "yes", "near", "fact")
    ]
    next_year = compute(inputs(date(2025, 6, 30), datetime(2024, 7, 3, tzinfo=UTC)), runs)
    assert set(changed_outcomes(later, next_year)["cause"]) == {"calendar"}


def test_a_changed_rule_is_the_cause_and_needs_no_zone_to_be_told(inputs: Make, data: Path, tmp_path: Path) -> None:
    runs = Runs(data / "runs")
    before = compute(inputs(), runs)
    folder = Path(shutil.copytree(ROOT / "zones/second", tmp_path / "second"))
    rule = folder / "policies" / "good-standing.yaml"
    rule.write_text(rule.read_text().replace("when: resident\n", "when: resident and employees[-1] >= 30\n"))
    (folder / "policies" / "hiring-voucher.yaml").unlink()
    changed_zone = Inputs(load_zone(folder), inputs().ledger, before.as_of, before.known_at)
    with pytest.raises(ProblemError) as error:
        compute(changed_zone, runs)
    assert error.value.problems[0].code == "E653"
    assert runs.current().id == before.id
    rule.write_text(rule.read_text().replace("given: {resident: true}, expect: yes", "given: {resident: true}, expect: unknown"))  # fmt: skip  # noqa: E501
    after = compute(Inputs(load_zone(folder), inputs().ledger, before.as_of, before.known_at), runs)
    causes = changed_outcomes(before, after).group_by("policy").agg(pl.col("cause").unique().sort())
    assert dict(causes.iter_rows()) == {
        "good-standing": ["rule"], "hiring-voucher": ["rule"], "research-grant": ["rule"],
    }  # fmt: skip


def test_a_load_during_the_run_does_not_mix_in(inputs: Make, data: Path) -> None:
    one = inputs()
    run = compute(one, Runs(data / "runs"))
    assert run.manifest.ledger_version == one.ledger.version


def test_a_run_before_anything_was_known_has_nobody_and_is_sound(inputs: Make, data: Path) -> None:
    run = compute(inputs(known_at=datetime(2024, 5, 1, tzinfo=UTC) - timedelta(days=1)), Runs(data / "runs"))
    assert run.counts("organisation")["subjects"] == 0 and run.counts("organisation")["paid_minor"] == 0


def test_every_condition_of_a_run_can_be_read_back(inputs: Make, data: Path) -> None:
    run = compute(inputs(), Runs(data / "runs"))
    kept = run.table("conditions", "organisation").collect()
    planned = plan(inputs().zone, run.as_of, "organisation")
    assert kept.height == sum(len(each.condition_ids) for each in planned.policies)
    assert set(rule_digests(planned, [])) <= set(run.rules("organisation"))


def test_a_run_keeps_which_subjects_it_took_as_one(inputs: Make, data: Path) -> None:
    made = inputs()
    one = pl.DataFrame({"subject": ["list:b", "913", "list:a"], "canonical": ["912", "913", "911"]})
    assert merged(one).rows() == [("list:a", "911"), ("list:b", "912")]
    run = compute(made, Runs(data / "runs"))
    assert run.table("merged", "organisation").collect().equals(merged(None))
    assert subjects_as_one(run, made.ledger, made.zone, "organisation") == {}


def test_a_question_changes_nothing_for_anybody(inputs: Make, data: Path) -> None:
    runs = Runs(data / "runs")
    current = compute(inputs(), runs, by="Alice")
    with pytest.raises(ProblemError) as error:
        compute(inputs(date(2023, 6, 30)), runs)
    assert error.value.problems[0].code == "E657"
    asked = ask(inputs(date(2023, 6, 30)), runs, "a year before", by="Bob")
    assert runs.current().id == current.id and [run.id for run in runs.all()] == [current.id]
    assert [(run.manifest.title, run.manifest.by, run.is_question) for run in runs.questions()] == [
        ("a year before", "Bob", True)
    ]
    assert runs[asked.id].as_of == date(2023, 6, 30) and not current.is_question
    assert set(changed_outcomes(asked, current)["cause"]) <= {"calendar", "rule", "new"}
    with pytest.raises(ProblemError) as error:
        payments_of(asked)
    assert error.value.problems[0].code == "E658"


def test_a_run_of_the_earlier_layout_is_told_and_made_anew(inputs: Make, data: Path) -> None:
    runs = Runs(data / "runs")
    old = compute(inputs(), runs).folder / "manifest.json"
    old.write_text(old.read_text().replace(f'"layout": {LAYOUT}', f'"layout": {LAYOUT - 1}'))
    with pytest.raises(ProblemError) as error:
        runs.current()
    assert error.value.problems[0].code == "E656" and runs.all() == ()
    compute(inputs(), runs).verify()
    assert len(runs.all()) == 1
