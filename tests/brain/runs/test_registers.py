"""One run answers for every register: persons and projects as well as firms, and what they say of each other."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from duofeng.brain.policies.outcomes import name_of
from duofeng.brain.policies.plan import plan
from duofeng.brain.policies.subject import answers_for
from duofeng.brain.runs.compute import Inputs, compute
from duofeng.brain.runs.difference import changed_outcomes
from duofeng.brain.runs.paying import payments_of
from duofeng.brain.runs.store import Run, Runs
from duofeng.brain.runs.subject import subject_row, whole_profile
from duofeng.facts.fact import Fact
from duofeng.facts.ledger import Ledger
from duofeng.zone.load import load_zone
from duofeng.zone.zone import Zone

ROOT = Path(__file__).resolve().parents[3]
AS_OF, LEARNT, KNOWN = date(2024, 6, 30), datetime(2024, 6, 1, tzinfo=UTC), datetime(2024, 7, 1, tzinfo=UTC)
FILES = {
    "registers/project.yaml": "title: Project\ncount: {en: [project, projects]}\nelement: thing\nname: called\n",
    "vocabulary/project.yaml": """
called: {title: Called, type: text}
carrier: {title: Carried by, type: reference, to: organisation}
amount: {title: Amount, type: money, unit: SAR}
""",
    "vocabulary/person.yaml": """
name: {title: Name, type: text}
age: {title: Age, type: integer}
employer: {title: Employer, type: reference, to: organisation}
""",
    "policies/old-age.yaml": """
of: person
title: Old age allowance
source: {document: Rules of the zone, trust: illustrative}
from: 2020-01-01
conditions: {old: {title: Aged eighty, when: age >= 80, reach: now}}
amount: {expression: money(300)}
examples: [{title: Ninety, as_of: 2024-06-30, given: {age: 90}, expect: yes, amount: 300}]
""",
    "policies/builder.yaml": """
of: organisation
title: Builder's bonus
source: {document: Rules of the zone, trust: illustrative}
from: 2020-01-01
conditions:
  builds: {title: Two projects, when: count(project.carrier where amount > 100) >= 2, reach: now}
amount: {expression: 'sum(project.carrier, amount) * 0.1'}
examples:
  - title: Two are enough
    as_of: 2024-06-30
    given: {count(project.carrier where amount > 100): 2, 'sum(project.carrier, amount)': 500}
    expect: yes
    amount: 50
  - {title: One is not, as_of: 2024-06-30, given: {count(project.carrier where amount > 100): 1}, expect: near}
""",
    "policies/housing.yaml": """
of: person
title: Housing for those of large employers
source: {document: Rules of the zone, trust: illustrative}
from: 2020-01-01
conditions: {large: {title: A large employer, when: 'employer.employees[-1] >= 100', reach: now}}
amount: {expression: money(1000)}
examples:
  - {title: Two hundred, as_of: 2024-06-30, given: {'employer.employees[-1]': 200}, expect: yes}
""",
}
PEOPLE = {"p1": ("Amal", 90, "F1"), "p2": ("Basim", 40, "F2"), "p3": ("Carla", 85, "F1")}
PROJECTS = {"j1": ("F1", 1_000), "j2": ("F1", 500), "j3": ("F2", 900), "j4": ("F2", 50)}
STAFF = {"F1": 150, "F2": 20}


@pytest.fixture(scope="module")
def zone(tmp_path_factory: pytest.TempPathFactory) -> Zone:
    folder = Path(shutil.copytree(ROOT / "zones/second", tmp_path_factory.mktemp("zones") / "second"))
    for name, text in FILES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return load_zone(folder)


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    made = Ledger.open(tmp_path_factory.mktemp("data") / "ledger")
    made.record(list(facts()), "confirmed", "Alice", LEARNT)
    return made


def facts() -> list[Fact]:
    from duofeng.kernel.period import Period  # noqa: PLC0415

    found = []
    for key, (name, age, firm) in PEOPLE.items():
        found += [Fact("person", key, "name", name), Fact("person", key, "age", float(age))]
        found.append(Fact("person", key, "employer", firm))
    for key, (firm, amount) in PROJECTS.items():
        found += [Fact("project", key, "carrier", firm), Fact("project", key, "amount", Decimal(amount))]
        found.append(Fact("project", key, "called", f"Project {key}"))
    for key, staff in STAFF.items():
        found.append(Fact("organisation", key, "name", f"Firm {key}"))
        found.append(Fact("organisation", key, "employees", float(staff), period=Period.parse("2023")))
    return found


@pytest.fixture(scope="module")
def run(zone: Zone, ledger: Ledger) -> Run:
    return compute(Inputs(zone, ledger, AS_OF, KNOWN), Runs(ledger.folder.parent / "runs"))


def answers(run: Run, register: str, policy: str) -> dict[str, str]:
    codes = run.table("outcomes", register).select("subject", policy).collect()
    return {subject: name_of(code) for subject, code in codes.iter_rows()}


def test_policies_for_persons_are_answered_and_paid(run: Run) -> None:
    assert answers(run, "person", "old-age") == {"p1": "yes", "p2": "near", "p3": "yes"}
    assert run.counts("person")["paid_minor"] == 2 * 300_00 + 2 * 1_000_00
    assert run.counts("project") | {"policies": 0, "subjects": 4} == run.counts("project")


def test_a_reference_is_followed_and_looked_back_along(run: Run) -> None:
    assert answers(run, "person", "housing") == {"p1": "yes", "p2": "near", "p3": "yes"}
    assert answers(run, "organisation", "builder") == {"F1": "yes", "F2": "near"}
    paid = run.table("bundles", "organisation").filter(policy="builder").collect()
    assert paid.select("subject", "paid").rows() == [("F1", 150_00)]


def test_one_list_pays_everybody_by_name(run: Run) -> None:
    listed = payments_of(run)
    assert listed.rows.select("register", "name", "policy", "paid").rows() == [
        ("organisation", "Firm F1", "builder", 150_00), ("person", "Amal", "housing", 1_000_00),
        ("person", "Carla", "housing", 1_000_00), ("person", "Amal", "old-age", 300_00),
        ("person", "Carla", "old-age", 300_00),
    ]  # fmt: skip


def test_a_person_is_answered_from_the_run_with_what_its_employer_says(run: Run, zone: Zone) -> None:
    planned = plan(zone, AS_OF, "person")
    found = answers_for(zone, planned, subject_row(run, planned, "p2"))
    assert {each.planned.id for each in found.near} == {"old-age", "housing"}
    assert run.names("project").collect().row(0) == ("j1", "Project j1")


def test_what_a_run_did_not_link_is_linked_as_it_knew_it(run: Run, zone: Zone, ledger: Ledger) -> None:
    from duofeng.zone.load import load_draft  # noqa: PLC0415

    draft = ledger.folder.parent / "draft.yaml"
    text = FILES["policies/builder.yaml"].replace("count(project.carrier where amount > 100)", "count(project.carrier)")
    draft.write_text(text.replace("title: Builder's bonus", "policy: builder-2\ntitle: Another"), "utf-8")
    drafted_zone, policy = load_draft(zone, draft, "policy")
    drafted = plan(drafted_zone, AS_OF, "organisation", policies=[policy])  # type: ignore[list-item]  # a policy
    frame = whole_profile(run, drafted, drafted_zone, ledger)
    assert frame.select("subject", "count(project.carrier)").rows() == [("F1", 2.0), ("F2", 2.0)]


def test_two_runs_are_compared_over_all_registers(run: Run, zone: Zone, ledger: Ledger) -> None:
    ledger.record([Fact("person", "p2", "age", 81.0)], "confirmed", "Alice", datetime(2024, 7, 2, tzinfo=UTC))
    later = compute(Inputs(zone, ledger, AS_OF, datetime(2024, 7, 3, tzinfo=UTC)), Runs(run.folder.parent))
    changed = changed_outcomes(run, later).filter(pl.col("policy") == "old-age")
    assert changed.rows() == [("person", "old-age", "p2", "near", "yes", "fact")]


@pytest.mark.spark
def test_persons_and_firms_get_the_same_answers_on_spark(
    run: Run, zone: Zone, ledger: Ledger, tmp_path: Path, spark_session: Any
) -> None:
    there = compute(Inputs(zone, ledger, AS_OF, KNOWN, "spark"), Runs(tmp_path / "runs"))
    assert there.counts("person") == run.counts("person") and there.counts("organisation") == run.counts("organisation")
    for register in ("person", "organisation", "project"):
        for name in ("outcomes", "bundles", "near", "profile"):
            kept = run.table(name, register).collect()
            assert there.table(name, register).collect().equals(kept), (register, name)
