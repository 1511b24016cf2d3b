"""Laying facts by subject moves rows and changes no answer, whatever was asked and whoever else is at work."""

from __future__ import annotations

import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.facts.test_profile import ZONE

from duofeng.facts import layout
from duofeng.facts.fact import Fact
from duofeng.facts.layout import BY_SUBJECT, lay_by_subject
from duofeng.facts.ledger import Ledger
from duofeng.facts.profile import profile
from duofeng.facts.upkeep import compact, vacuum
from duofeng.kernel.period import Period
from duofeng.kernel.problem import ProblemError

COLUMNS = ["industry", "staff", "revenue[2023]", "electricity[2024-05]"]
START = datetime(2024, 1, 1, tzinfo=UTC)
SUBJECTS = ["A", "B", "tax:17", "C", "D"]


def said(subject: str, attribute: str, value: int, since: date | None) -> Fact:
    match attribute:
        case "industry":
            return Fact("organisation", subject, attribute, f"C{value}", valid_from=since)
        case "staff":
            return Fact("organisation", subject, attribute, float(value), valid_from=since)
        case "revenue":
            return Fact("organisation", subject, attribute, Decimal(value), Period.parse("2023"))
    return Fact("organisation", subject, attribute, float(value), Period.parse("2024-05"))


fact = st.builds(
    said,
    st.sampled_from(SUBJECTS),
    st.sampled_from(["industry", "staff", "revenue", "electricity"]),
    st.integers(1, 9),
    st.sampled_from([None, date(2023, 1, 1), date(2024, 3, 1)]),
)
delivered = st.tuples(st.sampled_from(["low", "high", "Bob"]), st.lists(fact, min_size=1, max_size=12), st.booleans())


@pytest.fixture
def small_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few rows in a file, so that few facts make many."""
    monkeypatch.setattr(layout, "ROWS_PER_FILE", 6)
    monkeypatch.setattr(layout, "ROWS_AT_ONCE", 8)
    monkeypatch.setattr(layout, "LEAST_ALIKE", 2)


def tell(ledger: Ledger, day: int, source: str, facts: list[Fact], withdraw: bool = False) -> None:
    receipt = ledger.record(facts, source, "Alice", START + timedelta(days=day))
    if withdraw:
        first = Fact("organisation", facts[0].subject, facts[0].attribute, retracts=f"{receipt.arrival.id}:0")
        ledger.record([first], "Bob", "Bob", START + timedelta(days=day, hours=1))


def answers(ledger: Ledger) -> list[Any]:
    same = pl.DataFrame({"subject": ["tax:17", "A"], "canonical": ["A", "A"]})
    found: list[Any] = []
    for known_at in (START + timedelta(days=1, hours=12), START + timedelta(days=100)):
        found.append(ledger.facts(known_at=known_at).collect().sort("arrival", "sequence"))
        found.append(ledger.facts(known_at=known_at, kind="organisation", subjects=["B", "C"]).collect().height)
        for as_of in (date(2023, 6, 30), date(2024, 6, 30)):
            asked: dict[str, Any] = {"as_of": as_of, "known_at": known_at, "canonical": same}
            found.append(profile(ledger, ZONE, "organisation", COLUMNS, **asked).collect())
    return found


def equal(one: list[Any], other: list[Any]) -> bool:
    pairs = zip(one, other, strict=True)
    return all(a.equals(b) if isinstance(a, pl.DataFrame) else a == b for a, b in pairs)


@pytest.mark.usefixtures("small_files")
@settings(max_examples=8, deadline=None)
@given(st.lists(delivered, min_size=1, max_size=4), delivered)
def test_no_answer_changes_when_facts_are_laid_by_subject_nor_when_more_arrive(
    before: list[tuple[str, list[Fact], bool]], after: tuple[str, list[Fact], bool]
) -> None:
    with TemporaryDirectory() as folder:
        ledger = Ledger.open(Path(folder))
        for day, (source, facts, withdraw) in enumerate(before):
            tell(ledger, day, source, facts, withdraw)
        expected = answers(ledger)
        compact(ledger)
        assert equal(answers(ledger), expected)
        tell(ledger, 50, *after)
        expected = answers(ledger)
        compact(ledger)
        assert equal(answers(ledger), expected)
        assert all(Path(path).name.startswith(BY_SUBJECT) for path in ledger.fact_table.files()["path"])


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    ledger = Ledger.open(tmp_path / "ledger")
    for day in range(4):
        tell(ledger, day, "low", [said(subject, "staff", day, date(2024, 1, 1 + day)) for subject in SUBJECTS])
    return ledger


@pytest.mark.usefixtures("small_files")
def test_what_is_said_of_one_subject_is_read_from_one_file(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    compact(ledger)
    files = ledger.fact_table.files()
    assert files.height > 1
    assert files["rows"].sum() == 4 * len(SUBJECTS)
    read: list[int] = []
    scan = ledger.fact_table.scan

    def counted(paths: list[str]) -> pl.LazyFrame:
        read.append(len(paths))
        return scan(paths)

    monkeypatch.setattr(ledger.fact_table, "scan", counted)
    facts = ledger.facts(known_at=START + timedelta(days=9), kind="organisation", subjects=["B"]).collect()
    assert sorted(facts["number"]) == [0, 1, 2, 3]
    assert read == [1]


def test_nothing_is_written_again_when_all_lies_by_subject_already(ledger: Ledger) -> None:
    assert compact(ledger) > 0
    version = ledger.fact_table.open().version()
    assert compact(ledger) == 0
    assert ledger.fact_table.open().version() == version


def test_of_two_that_lay_the_same_files_at_once_one_changes_nothing(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    table, expected = ledger.fact_table, answers(ledger)
    replace = table.replace

    def late(old: list[Path], new: list[Any]) -> int:
        monkeypatch.setattr(table, "replace", replace)
        lay_by_subject(table, "organisation")
        return replace(old, new)

    monkeypatch.setattr(table, "replace", late)
    with pytest.raises(ProblemError):
        lay_by_subject(table, "organisation")
    assert table.files()["rows"].sum() == 4 * len(SUBJECTS)
    assert equal(answers(ledger), expected)
    assert len(list(table.folder.rglob(f"{BY_SUBJECT}*.parquet"))) == 1


def test_a_load_that_ends_while_facts_are_laid_stays_as_it_is(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    replace = ledger.fact_table.replace

    def after_a_load(old: list[Path], new: list[Any]) -> int:
        tell(ledger, 20, "high", [said("A", "staff", 8, date(2024, 2, 1))])
        return replace(old, new)

    monkeypatch.setattr(ledger.fact_table, "replace", after_a_load)
    compact(ledger)
    assert ledger.fact_table.files().height == 2
    assert ledger.facts(known_at=START + timedelta(days=30)).collect().height == 4 * len(SUBJECTS) + 1


def test_what_a_killed_process_put_aside_is_removed_with_the_rest(ledger: Ledger) -> None:
    left = ledger.folder / f"{layout.SCRATCH}gone"
    left.mkdir()
    (left / "0.parquet").write_bytes(b"half")
    assert vacuum(ledger, datetime.now(UTC)).files == 0
    assert vacuum(ledger, datetime.now(UTC) + timedelta(hours=25)).files >= 1
    assert not left.exists()


KILLED = """
import os, signal, sys
from pathlib import Path
from duofeng.facts.ledger import Ledger
from duofeng.facts.store import Table
from duofeng.facts.upkeep import compact
replace, ended = Table.replace, sys.argv[2]
def killed(*asked):
    if ended == "after":
        replace(*asked)
    os.kill(os.getpid(), signal.SIGKILL)
Table.replace = killed
compact(Ledger(Path(sys.argv[1])))
"""


@pytest.mark.parametrize("ended", ["before", "after"])
def test_killed_before_or_after_its_commit_it_leaves_the_facts_as_they_were(ledger: Ledger, ended: str) -> None:
    expected = answers(ledger)
    done = subprocess.run([sys.executable, "-c", KILLED, str(ledger.folder), ended], check=False)
    assert done.returncode == -signal.SIGKILL
    assert equal(answers(ledger), expected)
    compact(ledger)
    vacuum(ledger, datetime.now(UTC) + timedelta(hours=1), timedelta(0))
    assert equal(answers(ledger), expected)
    assert len(list(ledger.fact_table.folder.rglob("*.parquet"))) == ledger.fact_table.files().height


def test_no_load_is_lost_while_facts_are_laid_again_and_again(ledger: Ledger) -> None:
    def load() -> None:
        own = Ledger(ledger.folder)
        for day in range(10, 22):
            tell(own, day, "high", [said(subject, "staff", day, date(2024, 2, day)) for subject in SUBJECTS])

    with ThreadPoolExecutor(1) as pool:
        loading = pool.submit(load)
        while not loading.done():
            compact(ledger)
        loading.result()
    compact(ledger)
    assert all(Path(path).name.startswith(BY_SUBJECT) for path in ledger.fact_table.files()["path"])
    assert ledger.facts(known_at=START + timedelta(days=30)).collect().height == 16 * len(SUBJECTS)


def test_in_the_background_facts_are_laid_only_when_it_is_worth_it(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert compact(ledger, if_due=True) == 0
    version = ledger.version
    monkeypatch.setattr(layout, "ROWS_PER_FILE", 10)
    assert compact(ledger, if_due=True) > 0
    tell(ledger, 20, "high", [said("A", "staff", 8, date(2024, 2, 1))])
    assert compact(ledger, if_due=True) == 0
    assert ledger.fact_table.files().height > 2
    monkeypatch.setattr(layout, "MANY_FILES", 1)
    compact(ledger, if_due=True)
    assert all(Path(path).name.startswith(BY_SUBJECT) for path in ledger.fact_table.files()["path"])
    assert ledger.version == version + 1
    assert ledger.facts(known_at=START + timedelta(days=30)).collect().height == 4 * len(SUBJECTS) + 1


def test_an_empty_ledger_has_nothing_to_lay(tmp_path: Path) -> None:
    assert compact(Ledger.open(tmp_path)) == 0
