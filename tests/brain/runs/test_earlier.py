"""A run after a small delivery takes what the current run worked out, and gives the same bytes as a whole run."""

from __future__ import annotations

import shutil
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from tests.brain.runs.test_registers import AS_OF, KNOWN, LEARNT, PEOPLE, PROJECTS, STAFF, facts, zone

from duofeng.brain.runs import compute as computing
from duofeng.brain.runs import earlier
from duofeng.brain.runs.compute import Inputs, compute
from duofeng.brain.runs.store import Run, Runs
from duofeng.facts.fact import Fact
from duofeng.facts.ledger import Ledger
from duofeng.facts.profile import profile
from duofeng.kernel.period import Period
from duofeng.zone.zone import Zone

__all__ = ["zone"]
DAY = timedelta(days=1)
YEAR = Period.parse("2023")
AS_FOUND = (Phase.explicit, Phase.reuse, Phase.generate)
"""Each example computes runs; to look for a smaller one takes longer than to read the one found."""
FIRMS = [*STAFF, "F3", "tax:1"]


def of(register: str, subjects: list[str], attribute: str, values: st.SearchStrategy[Any], **when: Any) -> Any:
    return st.builds(
        lambda who, value: Fact(register, who, attribute, value, **when), st.sampled_from(subjects), values
    )


MERGE = Fact("organisation", "tax:1", "same_as", "F1")
said = st.one_of(
    of("person", [*PEOPLE, "p9"], "age", st.integers(60, 95).map(float)),
    of("person", [*PEOPLE], "employer", st.sampled_from(FIRMS)),
    of("project", [*PROJECTS, "j9"], "amount", st.integers(1, 900).map(Decimal)),
    of("organisation", FIRMS, "employees", st.integers(1, 300).map(float), period=YEAR),
    of("organisation", FIRMS, "name", st.sampled_from(["X", "Y"])),
    of("organisation", ["tax:1", "F3"], "same_as", st.sampled_from(sorted(STAFF))),
)


@pytest.fixture(autouse=True)
def few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a zone of two firms one is already half of all."""
    monkeypatch.setattr(earlier, "MOST", 1.0)


@pytest.fixture(scope="module")
def begun(zone: Zone, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger and the run over it that everything here builds on."""
    data = tmp_path_factory.mktemp("begun")
    Ledger.open(data / "ledger").record(list(facts()), "confirmed", "Alice", LEARNT)
    run(zone, data, KNOWN)
    return data


@pytest.fixture
def data(begun: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(begun, tmp_path / "data"))


def run(zone: Zone, data: Path, known_at: datetime, runs: str = "runs", as_of: date = AS_OF) -> Run:
    return compute(Inputs(zone, Ledger.open(data / "ledger"), as_of, known_at), Runs(data / runs))


def as_a_whole_run(zone: Zone, data: Path, known_at: datetime) -> bool:
    """Whether a run that builds on the current one has the files of one that builds on nothing."""
    built, whole = run(zone, data, known_at), run(zone, data, known_at, "elsewhere")
    shutil.rmtree(data / "elsewhere")
    return (built.manifest.files, built.manifest.counts) == (whole.manifest.files, whole.manifest.counts)


@settings(max_examples=6, deadline=None, phases=AS_FOUND, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deliveries=st.lists(st.lists(said, min_size=1, max_size=3), min_size=1, max_size=2), withdrawn=st.booleans())
@example(deliveries=[[MERGE]], withdrawn=True)
@example(deliveries=[[Fact("person", "p2", "employer", "tax:1")], [MERGE]], withdrawn=False)
def test_whatever_arrives_the_files_are_those_of_a_whole_run(
    zone: Zone, begun: Path, deliveries: list[list[Fact]], withdrawn: bool
) -> None:
    with TemporaryDirectory() as folder:
        data = Path(shutil.copytree(begun, Path(folder) / "data"))
        ledger = Ledger(data / "ledger")
        first = ledger.arrivals()["id"].item()
        for day, told in enumerate(deliveries, 1):
            latest = ledger.record(told, "confirmed", "Bob", KNOWN + day * DAY).arrival.id
            assert as_a_whole_run(zone, data, KNOWN + day * DAY)
        if withdrawn:
            last, back = KNOWN + 9 * DAY, deliveries[-1][0]
            taken_back = [
                Fact("person", "p1", "age", retracts=f"{first}:1"),
                Fact(back.kind, back.subject, back.attribute, retracts=f"{latest}:0"),
            ]
            ledger.record(taken_back, "confirmed", "Bob", last)
            assert as_a_whole_run(zone, data, last)


def test_only_who_was_spoken_of_is_folded_and_no_card_is_scored_whose_values_are_the_same(
    zone: Zone, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = Ledger.open(data / "ledger")
    ledger.record([Fact("person", "p2", "age", 85.0)], "confirmed", "Bob", KNOWN + DAY)
    folded: dict[str, list[str]] = {}

    def watched(*asked: Any, only: pl.Series, **more: Any) -> pl.LazyFrame:
        folded[asked[2]] = only.to_list()
        return profile(*asked, only=only, **more)

    with monkeypatch.context() as during:
        during.setattr(earlier, "profile", watched)
        during.setattr(computing, "profile", lambda *_, **__: pytest.fail("all were folded"))
        during.setattr(computing, "score_tables", lambda *_: pytest.fail("a card was scored"))
        built = run(zone, data, KNOWN + DAY)
    assert {register: who for register, who in folded.items() if who} == {"person": ["p2"]}
    assert built.manifest.files == run(zone, data, KNOWN + DAY, "elsewhere").manifest.files
    assert built.table("profile", "person").filter(subject="p2").collect()["age"].item() == 85


def test_a_card_is_scored_again_when_one_value_of_it_is_another(zone: Zone, data: Path) -> None:
    before = Runs(data / "runs").current()
    ledger = Ledger.open(data / "ledger")
    ledger.record([Fact("organisation", "F2", "employees", 500.0, YEAR)], "confirmed", "Bob", KNOWN + DAY)
    assert as_a_whole_run(zone, data, KNOWN + DAY)
    assert before.manifest.files != Runs(data / "runs").current().manifest.files


def test_nothing_is_taken_from_a_damaged_run_or_one_of_another_day(
    zone: Zone, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for file in Runs(data / "runs").current().folder.rglob("*.parquet"):
        file.write_bytes(b"?")
    assert as_a_whole_run(zone, data, KNOWN + DAY)
    monkeypatch.setattr(earlier, "profile", lambda *_, **__: pytest.fail("built on a run of another day"))
    run(zone, data, KNOWN + DAY, as_of=AS_OF + DAY)
