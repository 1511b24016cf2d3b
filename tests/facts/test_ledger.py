"""The ledger of a fictional zone: two clocks, retraction, arrivals counted once, rejects kept until settled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest

from duofeng.facts import names
from duofeng.facts.arrivals import Arrival
from duofeng.facts.fact import FACT, PRINTED, Fact
from duofeng.facts.ledger import STORED, Ledger
from duofeng.facts.profile import profile
from duofeng.facts.store import DataFile, Table
from duofeng.facts.upkeep import compact
from duofeng.kernel.period import Period
from duofeng.kernel.problem import ProblemError

FIRMS = SimpleNamespace(
    attributes={
        "organisation": {
            "revenue": SimpleNamespace(type="money", per="year"),
            "seen_at": SimpleNamespace(type="instant", per="state"),
            "site": SimpleNamespace(type="point", per="state"),
        }
    },
    sources={},
    documents={},
)
YEAR = Period.parse("2023")


def instant(day: int) -> datetime:
    return datetime(2024, 1, day, 9, tzinfo=UTC)


def arrival(day: int, checksum: str = "a", source: str = "tax", **further: object) -> Arrival:
    return Arrival(source, f"{checksum}.csv", checksum, instant(day), "Alice", **further)  # type: ignore[arg-type]  # fields


def revenue(values: Mapping[str, int], attribute: str = "revenue") -> pl.DataFrame:
    return pl.DataFrame({"subject": list(values), "money": list(values.values())}).with_columns(
        kind=pl.lit("organisation"),
        attribute=pl.lit(attribute),
        period=pl.lit("2023"),
        valid_from=pl.lit(YEAR.first_day),
        valid_until=pl.lit(YEAR.last_day),
        place=pl.lit("Sheet1!营业收入"),
        row=pl.int_range(2, len(values) + 2, dtype=pl.Int32),
    )


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger.open(tmp_path / "ledger")


def known(ledger: Ledger, day: int) -> dict[str, int]:
    facts = ledger.facts(known_at=instant(day), kind="organisation").collect()
    return dict(facts.sort("subject").select("subject", "money").iter_rows())


def test_a_fact_comes_back_with_everything_that_was_said_of_it(ledger: Ledger) -> None:
    receipt = ledger.append(arrival(1), [revenue({"A": 100})])
    facts = ledger.facts(known_at=instant(2)).collect()
    assert facts.schema == FACT
    assert facts.row(0, named=True) == {
        "kind": "organisation", "subject": "A", "attribute": "revenue", "number": None, "money": 100, "text": None,
        "date": None, "instant": None, "flag": None, "geometry": None, "period": "2023",
        "valid_from": date(2023, 1, 1), "valid_until": date(2023, 12, 31),
        "source": "tax", "arrival": receipt.arrival.id, "recorded_at": instant(1), "place": "Sheet1!营业收入", "row": 2,
        "document": None, "start": None, "end": None, "written": None, "hedge": None, "sequence": 0, "retracts": None,
    }  # fmt: skip


LATER = (*PRINTED, "instant", "geometry")


class OldTable(Table):
    """A table of facts as it was before a document's columns, instants and geometries came."""

    def write(self, rows: pl.DataFrame, name: str, bounds: Sequence[str] = (), **partition: str) -> DataFile:
        return super().write(rows.drop(LATER), name, bounds, **partition)


def test_a_ledger_from_before_a_column_came_is_read_and_written_on(tmp_path: Path) -> None:
    schema = pl.Schema({name: kind for name, kind in STORED.items() if name not in LATER})
    old = OldTable(tmp_path / "facts", schema, "kind")
    old.create()
    ledger = Ledger.open(tmp_path)
    new, ledger.fact_table = ledger.fact_table, old
    ledger.append(arrival(1), [revenue({"A": 100})])
    ledger.fact_table = new
    assert known(ledger, 2) == {"A": 100}
    asked: dict[str, Any] = {"as_of": date(2024, 1, 1), "known_at": instant(9)}
    assert profile(ledger, FIRMS, "organisation", ["revenue[2023]", "seen_at", "site"], **asked).collect().row(0) == (
        "A", 100, None, None
    )  # fmt: skip
    ledger.append(arrival(2, "b"), [revenue({"B": 5}).with_columns(written=pl.lit("5"), hedge=pl.lit("约"))])
    ledger.record([Fact("organisation", "A", "seen_at", instant(1))], "Bob", "Bob", instant(3))
    assert compact(ledger) > 0
    assert profile(ledger, FIRMS, "organisation", ["seen_at"], **asked).collect()["seen_at"].to_list() == [
        instant(1), None
    ]  # fmt: skip
    facts = ledger.facts(known_at=instant(2)).collect().sort("subject")
    assert facts.select("subject", "money", "written", "hedge").rows() == [("A", 100, None, None), ("B", 5, "5", "约")]


def test_nothing_is_known_before_it_was_recorded(ledger: Ledger) -> None:
    ledger.append(arrival(3), [revenue({"A": 100})])
    assert known(ledger, 2) == {}
    assert known(ledger, 3) == {"A": 100}
    assert ledger.subjects(known_at=instant(2), kind="organisation").is_empty()


def test_the_same_file_again_changes_nothing_and_names_the_first(ledger: Ledger) -> None:
    first = ledger.append(arrival(1), [revenue({"A": 100})])
    version = ledger.version
    again = ledger.append(arrival(2), [revenue({"A": 999})])
    assert again.duplicate_of == first.arrival.id
    assert not again.counted
    assert ledger.version == version
    assert known(ledger, 5) == {"A": 100}


def test_the_same_file_may_come_from_two_sources(ledger: Ledger) -> None:
    ledger.append(arrival(1, source="tax"), [revenue({"A": 100})])
    receipt = ledger.append(arrival(2, source="statistics"), [revenue({"B": 50})])
    assert receipt.counted
    assert known(ledger, 5) == {"A": 100, "B": 50}


def test_of_two_deliveries_of_one_file_that_raced_only_the_first_counts(ledger: Ledger) -> None:
    slow, fast = ledger.deliver(arrival(1)), ledger.deliver(arrival(2))
    fast.write(revenue({"A": 100}))
    slow.write(revenue({"A": 100}))
    assert slow.commit().counted
    lost = fast.commit()
    assert lost.duplicate_of == lost.arrival.id
    assert ledger.facts(known_at=instant(5)).collect().height == 1
    assert ledger.arrivals()["verdict"].to_list() == ["accepted"]


def test_who_was_told_that_a_file_was_loaded_is_never_told_otherwise(ledger: Ledger) -> None:
    """Not even by one that began earlier and ends later."""
    early, late = ledger.deliver(arrival(1)), ledger.deliver(arrival(2))
    early.write(revenue({"A": 100}))
    late.write(revenue({"A": 100}))
    assert late.commit().counted
    assert early.commit().duplicate_of == late.arrival.id
    assert ledger.arrivals()["recorded_at"].to_list() == [instant(2)]


def test_a_quarantined_arrival_is_on_record_and_its_facts_do_not_count(ledger: Ledger) -> None:
    with ledger.deliver(arrival(1)) as delivery:
        delivery.write(revenue({"A": 100}))
        receipt = delivery.commit(arrival(1, verdict="quarantined", notes=("too few rows",)))
    assert not receipt.counted
    assert known(ledger, 5) == {}
    assert ledger.arrivals().select("verdict", "facts", "notes").row(0) == ("quarantined", 1, ["too few rows"])
    assert ledger.append(arrival(2), [revenue({"A": 100})]).counted


def test_a_delivery_left_without_commit_leaves_no_fact_and_no_file(ledger: Ledger, tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), ledger.deliver(arrival(1)) as delivery:
        delivery.write(revenue({"A": 100}))
        delivery._flush()
        raise RuntimeError("the reader broke")
    assert not list(tmp_path.rglob("kind=*/*.parquet"))
    assert known(ledger, 5) == {}


def test_facts_left_by_an_unfinished_attempt_do_not_come_alive_when_the_file_is_sent_again(ledger: Ledger) -> None:
    unfinished = ledger.deliver(arrival(1))
    unfinished.write(revenue({"A": 100}))
    unfinished._flush()
    unfinished._settle()
    unfinished._commit_parts(unfinished.arrival)
    assert known(ledger, 5) == {}
    ledger.append(arrival(2), [revenue({"A": 100})])
    assert ledger.facts(known_at=instant(5)).collect().height == 1


def test_a_retracted_fact_is_gone_from_then_on_and_not_before(ledger: Ledger) -> None:
    first = ledger.append(arrival(1), [revenue({"A": 100, "B": 50})])
    withdrawal = Fact("organisation", "A", "revenue", period=YEAR, retracts=f"{first.arrival.id}:0")
    ledger.record([withdrawal], "correction", "Bob", instant(4))
    assert known(ledger, 3) == {"A": 100, "B": 50}
    assert known(ledger, 4) == {"B": 50}
    told = ledger.facts(known_at=instant(4), withdrawn=True).collect()
    assert told.height == 3


def test_a_correction_replaces_the_fact_it_names(ledger: Ledger) -> None:
    first = ledger.append(arrival(1), [revenue({"A": 100})])
    right = Fact("organisation", "A", "revenue", Decimal("1.20"), YEAR, retracts=f"{first.arrival.id}:0")
    ledger.record([right], "correction", "Bob", instant(2))
    assert known(ledger, 1) == {"A": 100}
    assert known(ledger, 2) == {"A": 120}


def test_a_retraction_that_is_withdrawn_withdraws_nothing_any_more(ledger: Ledger) -> None:
    first = ledger.append(arrival(1), [revenue({"A": 100})])
    gone = Fact("organisation", "A", "revenue", retracts=f"{first.arrival.id}:0")
    second = ledger.record([gone], "correction", "Bob", instant(2))
    back = Fact("organisation", "A", "revenue", retracts=f"{second.arrival.id}:0")
    ledger.record([back], "correction", "Bob", instant(3))
    assert [known(ledger, day) for day in (1, 2, 3)] == [{"A": 100}, {}, {"A": 100}]


def test_a_fact_that_was_never_told_cannot_be_withdrawn(ledger: Ledger) -> None:
    first = ledger.append(arrival(1), [revenue({"A": 100})])
    wrong = [Fact("organisation", "A", "revenue", retracts=f"{first.arrival.id}:{row}") for row in (0, 7)]
    with pytest.raises(ProblemError) as raised:
        ledger.record(wrong, "correction", "Bob", instant(2))
    assert [problem.params["fact"] for problem in raised.value.problems] == [f"{first.arrival.id}:7"]
    assert raised.value.problems[0].code == "E273"


@pytest.mark.parametrize(
    ("value", "column", "kept"),
    [
        (Decimal("12345678.90"), "money", 1_234_567_890),
        (3, "number", 3.0),
        (0.5, "number", 0.5),
        ("C39", "text", "C39"),
        (date(2020, 2, 29), "date", date(2020, 2, 29)),
        (True, "flag", True),
        (False, "flag", False),
    ],
)
def test_a_value_made_by_hand_is_kept_in_the_column_of_its_type(
    ledger: Ledger, value: object, column: str, kept: object
) -> None:
    ledger.record([Fact("place", "P", "said", value)], "form", "Alice", instant(1))  # type: ignore[arg-type]  # any value
    assert ledger.facts(known_at=instant(1)).collect()[column].to_list() == [kept]


def test_a_fact_without_a_value_is_refused() -> None:
    with pytest.raises(ValueError, match="value"):
        Fact("place", "P", "said").row()


@pytest.mark.parametrize(
    "wrong",
    [
        {"number": pl.lit(1.0)},
        {"money": pl.lit(None, pl.Int64)},
        {"kind": pl.lit("attribute")},
        {"colour": pl.lit("red")},
        {"subject": pl.lit(None, pl.String)},
    ],
)
def test_a_row_that_is_no_fact_is_refused_and_nothing_is_loaded(ledger: Ledger, wrong: dict[str, pl.Expr]) -> None:
    with pytest.raises(ValueError, match=r"value|register|column|name"):
        ledger.append(arrival(1), [revenue({"A": 100}), revenue({"B": 1}).with_columns(**wrong)])
    assert known(ledger, 5) == {}


def test_facts_can_be_asked_for_by_kind_subject_and_attribute(ledger: Ledger) -> None:
    place = revenue({"A": 7}).with_columns(kind=pl.lit("place"))
    ledger.append(arrival(1), [revenue({"A": 1, "B": 2}), revenue({"A": 3}, "tax_paid"), place])
    ask = {"known_at": instant(2)}
    assert ledger.facts(**ask).collect().height == 4
    assert ledger.facts(**ask, kind="place").collect()["money"].to_list() == [7]
    assert set(ledger.facts(**ask, kind="organisation", subjects=["A"]).collect()["money"]) == {1, 3}
    assert ledger.facts(**ask, kind="organisation", attributes=["tax_paid"]).collect()["money"].to_list() == [3]
    assert ledger.facts(**ask, attributes=["unheard_of"]).collect().is_empty()


def test_a_text_said_by_many_is_listed_once_with_the_last_instant_and_a_withdrawn_one_is_not(ledger: Ledger) -> None:
    def named(**names: str) -> pl.DataFrame:
        said = revenue(dict.fromkeys(names, 0), "name").with_columns(text=pl.Series(list(names.values())))
        return said.with_columns(money=pl.lit(None, pl.Int64))

    ledger.append(arrival(1, "a"), [named(A="One Ltd", B="Two Ltd")])
    wrong = ledger.append(arrival(2, "b"), [named(A="One Ltd", B="Tow Ltd")]).arrival
    gone = Fact("organisation", "B", "name", retracts=f"{wrong.id}:1")
    ledger.record([gone], "person:Li", "Li", instant(3))
    listed = ledger.texts(known_at=instant(4), kind="organisation", attributes=["name", "alias"]).sort("subject")
    assert listed.rows() == [("A", "name", "One Ltd", instant(2)), ("B", "name", "Two Ltd", instant(1))]
    before = ledger.texts(known_at=instant(2), kind="organisation", attributes=["name"])
    assert "Tow Ltd" in before["text"].to_list()


def test_an_earlier_version_shows_the_arrivals_of_then(tmp_path: Path) -> None:
    ledger = Ledger.open(tmp_path)
    ledger.append(arrival(1), [revenue({"A": 100})])
    version = ledger.version
    # Recorded earlier and loaded later: only the version tells the two states apart.
    ledger.append(arrival(1, "b", "late"), [revenue({"B": 5})])
    assert known(Ledger.open(tmp_path, version=version), 2) == {"A": 100}
    assert known(ledger, 2) == {"A": 100, "B": 5}


REJECT = pl.DataFrame({"sheet": ["S"], "row": [3], "column": ["营业收入"], "raw": ["很多"], "code": ["E101"]})


def test_rejects_are_open_until_a_later_arrival_settles_them(ledger: Ledger) -> None:
    first = ledger.append(arrival(1), [revenue({"A": 1})], [REJECT])
    found = ledger.rejects()
    assert found.select("arrival", "source", "file", "row", "raw").row(0) == (
        first.arrival.id, "tax", "a.csv", 3, "很多",
    )  # fmt: skip
    assert ledger.rejects(source="statistics").is_empty()
    ledger.append(arrival(2, "b", replaces=first.arrival.id), [revenue({"B": 1})])
    assert ledger.rejects().is_empty()
    assert ledger.rejects(arrival=first.arrival.id, open_only=False).height == 1


def test_two_names_with_one_code_are_refused_before_anything_counts(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger.append(arrival(1), [revenue({"A": 1})])
    monkeypatch.setattr(names, "code_of", lambda _kind, _name: 7)
    with pytest.raises(ProblemError) as raised:
        ledger.append(arrival(2, "b"), [revenue({"B": 1, "C": 1})])
    assert raised.value.problems[0].code == "E254"
    assert known(ledger, 5) == {"A": 1}


def test_codes_never_change(ledger: Ledger) -> None:
    """They are on disk in every ledger, so this number is part of the format."""
    assert names.code_of("organisation", "多峰样例") == 4185951163279048547


def test_an_instant_without_a_time_zone_is_refused(ledger: Ledger) -> None:
    naive = instant(1).replace(tzinfo=None)
    with pytest.raises(ValueError, match="time zone"):
        ledger.facts(known_at=naive)
    with pytest.raises(ValueError, match="time zone"):
        Arrival("tax", "a.csv", "a", naive, "Alice")


def test_many_small_frames_become_one_file(ledger: Ledger, tmp_path: Path) -> None:
    ledger.append(arrival(1), [revenue({f"S{number}": number}) for number in range(50)])
    assert len(list((tmp_path / "ledger" / "facts").rglob("*.parquet"))) == 1
    facts = ledger.facts(known_at=instant(1)).collect().sort("sequence")
    assert facts["sequence"].to_list() == list(range(50))
    assert facts["money"].to_list() == list(range(50))


def test_the_folder_is_the_whole_truth_and_its_copy_is_the_backup(ledger: Ledger, tmp_path: Path) -> None:
    ledger.append(arrival(1), [revenue({"A": 100})])
    (tmp_path / "ledger").rename(tmp_path / "elsewhere")
    assert known(Ledger.open(tmp_path / "elsewhere"), 2) == {"A": 100}


def test_other_engines_read_the_same_table(ledger: Ledger, tmp_path: Path) -> None:
    ledger.append(arrival(1), [revenue({"A": 100}), revenue({"P": 3}).with_columns(kind=pl.lit("place"))])
    rows = pl.read_delta(str(tmp_path / "ledger" / "facts"))
    assert sorted(rows.select("kind", "money").iter_rows()) == [("organisation", 100), ("place", 3)]
