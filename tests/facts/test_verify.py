"""A ledger damaged in every way a disk, a power cut or a person can: what is missing is told, and mended from what was
kept."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from duofeng.facts.arrivals import Arrival
from duofeng.facts.fact import Fact
from duofeng.facts.ledger import Ledger
from duofeng.facts.log import entries
from duofeng.facts.mend import mend
from duofeng.facts.upkeep import compact
from duofeng.facts.verify import differences, refuse_damaged
from duofeng.kernel.problem import ProblemError

NOW = datetime(2024, 3, 1, tzinfo=UTC)


def arrival(number: int) -> Arrival:
    return Arrival("tax", f"{number}.csv", f"file {number}", NOW - timedelta(days=10 - number), "Alice", rows=3)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three arrivals of a source and one correction by hand."""
    folder = tmp_path_factory.mktemp("whole") / "ledger"
    ledger = Ledger.open(folder)
    for number in range(3):
        facts = pl.DataFrame({"subject": ["A", "B", f"only-{number}"], "number": [1.0, 2.0, float(number)]})
        said = facts.with_columns(kind=pl.lit("organisation"), attribute=pl.lit("revenue"), place=pl.lit("Sheet1"))
        ledger.append(arrival(number), [said], [pl.DataFrame({"row": [9], "raw": ["?"], "code": ["E101"]})])
    ledger.record([Fact("organisation", "A", "staff", 5.0, valid_from=date(2024, 1, 1))], "form", "Bob", NOW)
    return folder


@pytest.fixture
def ledger(prepared: Path, tmp_path: Path) -> Ledger:
    shutil.copytree(prepared, tmp_path / "ledger")
    return Ledger(tmp_path / "ledger")


def everything(ledger: Ledger) -> pl.DataFrame:
    return ledger.facts(known_at=NOW).collect().sort("arrival", "sequence")


def codes(ledger: Ledger, thorough: bool = True) -> set[str]:
    return {problem.code for problem in differences(ledger, thorough).problems}


def last(ledger: Ledger, table: str) -> Path:
    return entries(ledger.folder / table)[-1]


def of(ledger: Ledger, table: str) -> Path:
    return Path(Ledger(ledger.folder).__getattribute__(f"{table}_table").listed()["path"][0])


def not_a_file(path: Path, _arrival: Arrival) -> bool:
    raise AssertionError(path)


def halved(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def altered(path: Path) -> None:
    """One byte of its contents, the length as before."""
    content = bytearray(path.read_bytes())
    content[len(content) // 3] ^= 0xFF
    path.write_bytes(content)


DAMAGES: dict[str, Callable[[Ledger], object]] = {
    "the last commit of facts is empty": lambda ledger: os.truncate(last(ledger, "facts"), 0),
    "the last commit of facts is cut off": lambda ledger: halved(last(ledger, "facts")),
    "a commit of facts in the middle is empty": lambda ledger: os.truncate(entries(ledger.folder / "facts")[2], 0),
    "the last commit of names is empty": lambda ledger: os.truncate(last(ledger, "names"), 0),
    "the last commit of rejects is empty": lambda ledger: os.truncate(last(ledger, "rejects"), 0),
    "the last commit of arrivals is empty": lambda ledger: os.truncate(last(ledger, "arrivals"), 0),
    "the last commit of arrivals is gone": lambda ledger: last(ledger, "arrivals").unlink(),
    "a file of facts is gone": lambda ledger: of(ledger, "fact").unlink(),
    "a file of facts is empty": lambda ledger: os.truncate(of(ledger, "fact"), 0),
    "a file of facts is cut off": lambda ledger: halved(of(ledger, "fact")),
    "a file of facts is altered": lambda ledger: altered(of(ledger, "fact")),
    "a file of names is gone": lambda ledger: of(ledger, "name").unlink(),
    "a file of names is altered": lambda ledger: altered(of(ledger, "name")),
    "a file of rejects is altered": lambda ledger: altered(of(ledger, "reject")),
    "a file of arrivals is gone": lambda ledger: of(ledger, "arrival").unlink(),
    "a file of arrivals is altered": lambda ledger: altered(of(ledger, "arrival")),
}


def test_a_whole_ledger_has_no_difference_before_and_after_compaction(ledger: Ledger) -> None:
    assert codes(ledger) == codes(ledger, thorough=False) == set()
    compact(ledger)
    assert codes(ledger) == codes(ledger, thorough=False) == set()


@pytest.mark.parametrize("damage", DAMAGES)
def test_whatever_is_damaged_is_told_and_mended_from_what_was_kept(ledger: Ledger, damage: str) -> None:
    before, version = everything(ledger), ledger.version
    DAMAGES[damage](ledger)
    assert codes(ledger)
    if damage == "the last commit of arrivals is gone":  # as a load that was stopped: told, and nothing is refused
        assert [each.code for each in refuse_damaged(ledger)] == ["E262"]
    elif "altered" not in damage:
        with pytest.raises(ProblemError):
            refuse_damaged(ledger)
    done = mend(ledger, NOW, "Carol", not_a_file)
    assert not done.gone
    assert codes(ledger) == set()
    assert everything(ledger).equals(before)
    assert ledger.rejects().height == 3
    assert ledger.version >= version - 1
    assert mend(ledger, NOW, "Carol", not_a_file).again == []


@pytest.mark.parametrize("damage", [name for name in DAMAGES if "of facts" in name])
def test_a_laid_ledger_is_mended_too(ledger: Ledger, damage: str) -> None:
    before = everything(ledger)
    compact(ledger)
    DAMAGES[damage](ledger)
    assert codes(ledger)
    assert mend(ledger, NOW, "Carol", not_a_file).gone == []
    assert codes(ledger) == set()
    assert everything(ledger).equals(before)


def test_the_file_of_a_torn_arrival_is_no_duplicate_once_it_is_marked(ledger: Ledger) -> None:
    before = everything(ledger)
    os.truncate(entries(ledger.folder / "facts")[2], 0)
    found = differences(ledger)
    assert {problem.code for problem in found.problems} == {"E258", "E260"}
    torn = ledger.arrivals().filter(pl.col("delivery").is_in(found.torn))
    assert torn["file"].to_list() == ["1.csv"]
    ledger.mark_torn(found.torn, NOW, "Carol")
    assert ledger.arrivals()["verdict"].to_list() == ["accepted", "torn", "accepted", "accepted"]
    facts, rejects = ledger.kept.all()[torn["id"][0]].rows()
    assert ledger.append(arrival(1), [facts], [rejects]).counted
    assert everything(ledger).equals(before)


def test_a_file_cut_short_is_told_before_it_is_read(ledger: Ledger) -> None:
    halved(of(ledger, "fact"))
    assert "E257" in codes(ledger, thorough=False)
    with pytest.raises(ProblemError, match="E257"):
        everything(ledger)


def test_an_original_that_is_not_kept_is_asked_for(ledger: Ledger) -> None:
    shutil.rmtree(ledger.kept.folder)
    os.truncate(entries(ledger.folder / "facts")[2], 0)
    assert mend(ledger, NOW, "Carol", not_a_file).gone == ["1.csv"]
    assert codes(ledger) == set()


def test_facts_altered_in_a_file_and_in_the_log_differ_from_their_digest(ledger: Ledger) -> None:
    """Whoever writes a good file with other numbers in the place of a file."""
    table = ledger.fact_table
    old = of(ledger, "fact")
    rows = table.scan([str(old)]).with_columns(number=pl.col("number") + 1).collect()
    table.replace([old], [table.write(rows, "other", ("delivery",), kind="organisation")])
    assert codes(ledger, thorough=False) == set()
    assert codes(ledger) == {"E261"}


def test_an_altered_commit_differs_from_what_the_next_one_says_of_it(ledger: Ledger) -> None:
    path = entries(ledger.folder / "facts")[1]
    path.write_text(path.read_text("utf-8").replace('"numRecords\\": 3', '"numRecords\\": 4'), "utf-8")
    assert "E259" in codes(ledger)


def test_a_name_with_the_code_of_another_is_told(ledger: Ledger) -> None:
    table = ledger.name_table
    old = of(ledger, "name")
    table.replace([old], [table.write(table.scan([str(old)]).with_columns(name=pl.lit("Z")).collect(), "other")])
    assert "E263" in codes(ledger)


def test_a_ledger_of_an_earlier_version_opens_and_says_what_cannot_be_checked(ledger: Ledger) -> None:
    table = ledger.arrival_table
    old = [Path(path) for path in table.listed()["path"]]
    bare = table.scan([str(path) for path in old]).with_columns(
        names=pl.lit(None, pl.Int64), digest=pl.lit(None, pl.String)
    )
    table.replace(old, [table.write(bare.collect(), "bare")])
    found = differences(ledger, thorough=True)
    assert (found.problems, [problem.code for problem in found.warnings]) == ([], ["E264"])
    assert everything(ledger).height == 10
