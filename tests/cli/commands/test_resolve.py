"""The command as people use it: Alice, the case officer, decides; Bob, her deputy, takes it back."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from duofeng.cli.main import build_app
from duofeng.facts.fact import Fact
from duofeng.facts.ledger import Ledger
from duofeng.kernel.problem import ProblemError

SAMPLE, NAMESAKE = "91000000MA0000001A", "91000000MA0000002B"
NAMES = {
    SAMPLE: "云岭多峰样例有限公司",
    NAMESAKE: "青河多峰样例有限公司",
    "tax:7": "多峰样例有限公司",
    "tax:8": "云岭市多峰样例有限责任公司",
}
ZONE = {
    "zone.yaml": "title: {zh: 样例园区, en: Sample zone}\n",
    "codes/places.yaml": (
        "title: {zh: 地名, en: Places}\ncodes: {a: {zh: 云岭, en: Yunling}, b: {zh: 青河, en: Qinghe}}\n"
    ),
    "vocabulary/organisation.yaml": (
        "name: {title: {zh: 名称, en: Name}, type: text, sensitivity: public}\n"
        "address: {title: {zh: 地址, en: Address}, type: text, sensitivity: public}\n"
    ),
}


@pytest.fixture
def zone(tmp_path: Path) -> Path:
    for name, text in ZONE.items():
        path = tmp_path / "sample" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return tmp_path / "sample"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    facts = [Fact("organisation", subject, "name", name) for subject, name in NAMES.items()]
    facts.append(Fact("organisation", SAMPLE, "address", "样例路 1 号"))
    ledger = Ledger.open(tmp_path / "data" / "ledger")
    ledger.record(facts, source="register", by="test", now=datetime(2026, 3, 2, tzinfo=UTC))
    return tmp_path / "data"


@pytest.fixture
def run(zone, data, monkeypatch):
    monkeypatch.setenv("DUOFENG_LANG", "en")
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("DUOFENG_ZONE", str(zone))
    monkeypatch.setenv("DUOFENG_DATA", str(data))
    monkeypatch.delenv("DUOFENG_USER", raising=False)
    app = build_app()

    def called(*arguments: str) -> str:
        result = CliRunner().invoke(app, ["resolve", *arguments], catch_exceptions=False)
        return result.output

    return called


def refused(run, *arguments: str) -> list[str]:
    with pytest.raises(ProblemError) as caught:
        run(*arguments)
    return [problem.code for problem in caught.value.problems]


def test_the_open_question_is_listed_with_both_candidates_and_the_counts(run):
    shown = run()
    assert "多峰样例有限公司" in shown
    assert SAMPLE in shown
    assert NAMESAKE in shown
    assert "样例路 1 号" in shown
    assert "1  wait for a person" in shown
    assert "1  joined by name" in shown


def test_alice_decides_and_nothing_is_open_any_more(run):
    run("decide", "tax:7", SAMPLE, "--by", "Alice")
    shown = run()
    assert "0  wait for a person" in shown
    assert "1  joined by a person's decision" in shown


def test_bob_withdraws_the_decision_and_the_question_is_open_again(run, data):
    run("decide", "tax:7", SAMPLE, "--by", "Alice")
    run("withdraw", "tax:7", "--by", "Bob")
    assert "1  wait for a person" in run()
    kept = Ledger.open(data / "ledger").facts(known_at=datetime.now(UTC), kind="organisation", withdrawn=True).collect()
    assert set(kept["source"]) == {"register", "person:Alice", "person:Bob"}


def test_none_of_the_others_is_a_decision_too(run):
    run("decide", "tax:7", "--none", "--by", "Alice")
    shown = run()
    assert "0  wait for a person" in shown
    assert "3  stand alone" in shown


def test_a_decision_against_another_is_refused_and_not_kept(run):
    run("decide", "tax:7", "--not", SAMPLE, "--by", "Alice")
    run("decide", "tax:8", SAMPLE, "--by", "Alice")
    assert refused(run, "decide", "tax:7", "tax:8", "--by", "Bob") == ["E300"]
    assert "joined by a person's decision" in run()
    assert "1  joined by a person's decision" in run()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("decide", "tax:7", SAMPLE), "E305"),
        (("decide", "tax:7", "--by", "Alice"), "E306"),
        (("decide", "tax:7", SAMPLE, "--none", "--by", "Alice"), "E306"),
        (("decide", "tax:7", "tax:7", "--by", "Alice"), "E303"),
        (("decide", "tax:77", SAMPLE, "--by", "Alice"), "E302"),
        (("withdraw", "tax:7", "--by", "Alice"), "E304"),
        (("withdraw", "tax:7"), "E305"),
    ],
)
def test_a_wrong_call_is_a_problem_and_records_nothing(run, arguments, code):
    before = run()
    assert refused(run, *arguments) == [code]
    assert run() == before


def test_the_csv_holds_what_a_person_needs(run, tmp_path):
    run("--csv", str(tmp_path / "open.csv"))
    with (tmp_path / "open.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["candidate"] for row in rows} == {SAMPLE, NAMESAKE}
    assert {"subject", "name", "candidate_name", "score", "rank", "candidate_address"} <= set(rows[0])
