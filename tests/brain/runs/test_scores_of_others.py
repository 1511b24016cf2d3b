"""What a card gave of one subject decides for another that refers to it."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from duofeng.brain.policies.outcomes import name_of
from duofeng.brain.policies.plan import plan
from duofeng.brain.runs.compute import Inputs, compute
from duofeng.brain.runs.store import Run, Runs
from duofeng.brain.runs.subject import linked_as_run, profile_with_results, subject_row, whole_profile
from duofeng.engine.expression import columns_needed
from duofeng.engine.links import links_needed
from duofeng.engine.program import evaluate
from duofeng.facts.fact import Fact
from duofeng.facts.ledger import Ledger
from duofeng.kernel.period import Period
from duofeng.kernel.problem import ProblemError
from duofeng.zone.expressions import expression
from duofeng.zone.load import load_zone
from duofeng.zone.zone import Zone

ROOT = Path(__file__).resolve().parents[3]
AS_OF, LEARNT, KNOWN = date(2024, 6, 30), datetime(2024, 6, 1, tzinfo=UTC), datetime(2024, 7, 1, tzinfo=UTC)
HEAD = "source: {document: Rules of the zone, trust: illustrative}\nfrom: 2020-01-01\n"
CARD = f"""
of: organisation
title: Size
{HEAD}parts:
  staff: {{title: Staff, value: 'employees[-1]', scoring: {{by: linear, from: 0, to: 200}}}}
"""
FILES = {
    "scorecards/size.yaml": CARD,
    "vocabulary/person.yaml": "employer: {title: Employer, type: reference, to: organisation}\n",
    "policies/housing.yaml": f"""
of: person
title: Housing for those of large employers
{HEAD}conditions: {{large: {{title: A large employer, when: "employer.score('size') >= 50", reach: year, within: 50}}}}
amount: {{expression: money(1000)}}
examples:
  - {{title: Of a large one, as_of: 2024-06-30, given: {{"employer.score('size')": 60}}, expect: yes}}
""",
}
FILES["policies/grown.yaml"] = f"""
of: organisation
title: For the grown
{HEAD}gives: recognition
conditions: {{large: {{title: Large, when: "score('size') >= 50"}}}}
examples: [{{title: Large, as_of: 2024-06-30, given: {{"score:size": 60}}, expect: yes}}]
"""
STAFF, EMPLOYERS = {"F1": 150, "F2": 20}, {"p1": "F1", "p2": "F2", "p3": "F3"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = Path(shutil.copytree(ROOT / "zones/second", tmp_path_factory.mktemp("zones") / "second"))
    for name, text in FILES.items():
        (made / name).write_text(text, "utf-8")
    return made


@pytest.fixture(scope="module")
def zone(folder: Path) -> Zone:
    return load_zone(folder)


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    made = Ledger.open(tmp_path_factory.mktemp("data") / "ledger")
    facts = [Fact("organisation", key, "employees", float(n), period=Period.parse("2023")) for key, n in STAFF.items()]
    facts += [Fact("person", key, "employer", firm) for key, firm in EMPLOYERS.items()]
    made.record(facts, "confirmed", "Alice", LEARNT)
    return made


@pytest.fixture(scope="module")
def run(zone: Zone, ledger: Ledger, tmp_path_factory: pytest.TempPathFactory) -> Run:
    return compute(Inputs(zone, ledger, AS_OF, KNOWN), Runs(tmp_path_factory.mktemp("runs")))


def test_a_policy_reads_the_score_of_the_employer_and_knows_none_of_one_nobody_described(run: Run) -> None:
    found = run.table("outcomes", "person").select("subject", "housing").collect()
    answers = dict(zip(found["subject"], map(name_of, found["housing"]), strict=True))
    assert answers == {"p1": "yes", "p2": "near", "p3": "unknown"}


def test_the_profile_the_run_kept_has_the_score_of_the_employer(run: Run, zone: Zone, ledger: Ledger) -> None:
    kept = run.table("profile", "person").collect()
    assert kept["employer.score('size')"].to_list() == [75, 10, None]
    frame = whole_profile(run, plan(zone, AS_OF, "person"), zone, ledger)
    assert frame["employer.score('size')"].to_list() == [75, 10, None]


def test_a_question_the_run_did_not_ask_looks_back_at_scores(run: Run, zone: Zone, ledger: Ledger) -> None:
    text = expression(zone, "organisation", "max(person.employer, employer.score('size')) > 50", None)
    assert columns_needed(text, AS_OF) == ()
    frame = run.table("profile", "organisation").select("subject").collect()
    linked = linked_as_run(run, ledger, zone, links_needed(text, AS_OF), frame)
    assert dict(zip(linked["subject"], evaluate(text, linked, AS_OF), strict=True)) == {"F1": True, "F2": False}


def test_nobody_of_that_key_is_said_so(run: Run, zone: Zone) -> None:
    with pytest.raises(ProblemError) as refused:
        subject_row(run, plan(zone, AS_OF, "person"), "p9")
    assert [problem.code for problem in refused.value.problems] == ["E554"]


def test_a_card_reads_no_score(folder: Path) -> None:
    (folder / "scorecards" / "other.yaml").write_text(CARD.replace("employees[-1]", "score(''size'')"), "utf-8")
    try:
        with pytest.raises(ProblemError, match="评分卡不引用得分和结论"):
            load_zone(folder)
    finally:
        (folder / "scorecards" / "other.yaml").unlink()


def test_a_card_that_came_after_the_run_is_asked_for_in_vain(run: Run, zone: Zone) -> None:
    later = replace(plan(zone, AS_OF, "person"))
    later.__dict__["cards"] = frozenset({"growth-of-tomorrow"})
    with pytest.raises(ProblemError) as refused:
        profile_with_results(run, later)
    assert [problem.code for problem in refused.value.problems] == ["E557"]
