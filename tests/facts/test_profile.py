"""The profile: source priority, then validity, then recency; by two clocks; unknown stays null."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duofeng.facts import delivery
from duofeng.facts.arrivals import Arrival
from duofeng.facts.evidence import disputes, standing
from duofeng.facts.fact import DELIVERED, Fact
from duofeng.facts.fold import CodeIndex
from duofeng.facts.ledger import Ledger
from duofeng.facts.profile import profile
from duofeng.kernel.period import Period
from duofeng.kernel.problem import ProblemError
from duofeng.tell.words import told_in

TODAY = date(2024, 6, 30)
LATE = datetime(2025, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Attribute:
    type: str
    per: str = "state"


@dataclass(frozen=True)
class Source:
    priority: int


@dataclass(frozen=True)
class Zone:
    attributes: dict[str, dict[str, Attribute]] = field(
        default_factory=lambda: {
            "organisation": {
                "industry": Attribute("code"),
                "staff": Attribute("integer"),
                "listed": Attribute("flag"),
                "registered_on": Attribute("date"),
                "capital": Attribute("money"),
                "revenue": Attribute("money", "year"),
                "electricity": Attribute("number", "month"),
            }
        }
    )
    sources: dict[str, Source] = field(
        default_factory=lambda: {"low": Source(10), "high": Source(90), "peer": Source(90)}
    )
    documents: dict[str, Any] = field(default_factory=lambda: {"report": object()})


ZONE = Zone()


def instant(day: int) -> datetime:
    return datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=day)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger.open(tmp_path / "ledger")


def say(ledger: Ledger, day: int, source: str, *facts: Fact) -> str:
    """The facts told by a source on a day; returns the id of the first one."""
    return f"{ledger.record(list(facts), source, 'Alice', instant(day)).arrival.id}:0"


def industry(subject: str, code: str, **when: date) -> Fact:
    return Fact("organisation", subject, "industry", code, **when)  # type: ignore[arg-type]  # dates by name


def value(
    ledger: Ledger, column: str = "industry", subject: str = "A", as_of: date = TODAY, known_at: datetime = LATE
) -> object:
    found = profile(ledger, ZONE, "organisation", [column], as_of=as_of, known_at=known_at).collect()
    return dict(found.iter_rows())[subject]


def test_every_subject_has_a_row_and_unknown_is_null(ledger: Ledger) -> None:
    say(ledger, 1, "low", industry("B", "C39"), Fact("organisation", "A", "revenue", Decimal(5), Period.parse("2023")))
    say(ledger, 1, "low", Fact("place", "P", "industry", "C39"))
    columns = ["industry", "revenue[2023]", "revenue[2022]", "staff", "listed", "registered_on", "electricity[2024-05]"]
    found = profile(ledger, ZONE, "organisation", columns, as_of=TODAY, known_at=LATE).collect()
    assert found.columns == ["subject", *columns]
    assert found.dtypes == [
        pl.String, pl.String, pl.Int64, pl.Int64, pl.Float64, pl.Boolean, pl.Date, pl.Float64,
    ]  # fmt: skip
    assert found.rows() == [
        ("A", None, 500, None, None, None, None, None),
        ("B", "C39", None, None, None, None, None, None),
    ]


def test_an_empty_ledger_gives_an_empty_profile_of_the_asked_shape(ledger: Ledger) -> None:
    found = profile(ledger, ZONE, "organisation", ["industry", "revenue[2023]"], as_of=TODAY, known_at=LATE).collect()
    assert found.schema == {"subject": pl.String, "industry": pl.String, "revenue[2023]": pl.Int64}
    assert found.is_empty()


def test_the_source_of_higher_priority_wins_over_the_newer(ledger: Ledger) -> None:
    say(ledger, 1, "high", industry("A", "C39"))
    say(ledger, 2, "low", industry("A", "C40"))
    assert value(ledger) == "C39"


def test_a_person_wins_over_every_declared_source_and_a_document_is_worth_an_ordinary_one(ledger: Ledger) -> None:
    say(ledger, 1, "Bob of the tax office", industry("A", "C13"))
    say(ledger, 2, "high", industry("A", "C39"), industry("B", "C39"))
    say(ledger, 3, "report", industry("A", "C40"), industry("B", "C40"))
    assert value(ledger) == "C13"
    assert value(ledger, subject="B") == "C39"


def test_of_one_source_the_state_that_began_last_wins_then_the_one_recorded_last(ledger: Ledger) -> None:
    say(ledger, 2, "low", industry("A", "older", valid_from=date(2020, 1, 1)))
    say(ledger, 1, "low", industry("A", "newer", valid_from=date(2023, 1, 1)))
    assert value(ledger) == "newer"
    say(ledger, 3, "low", industry("A", "corrected", valid_from=date(2023, 1, 1)))
    assert value(ledger) == "corrected"


def test_of_two_rows_of_one_file_the_later_wins(ledger: Ledger) -> None:
    say(ledger, 1, "low", industry("A", "C1"), industry("A", "C2"))
    assert value(ledger) == "C2"


def test_a_qualification_that_lapsed_and_was_regained_holds_in_both_times_and_not_between(ledger: Ledger) -> None:
    say(ledger, 1, "low", industry("A", "yes", valid_from=date(2020, 1, 1), valid_until=date(2021, 12, 31)))
    say(ledger, 2, "low", industry("A", "yes", valid_from=date(2023, 1, 1)))
    asked = [date(2019, 12, 31), date(2020, 1, 1), date(2021, 12, 31), date(2022, 1, 1), date(2023, 1, 1), TODAY]
    assert [value(ledger, as_of=day) for day in asked] == [None, "yes", "yes", None, "yes", "yes"]


def test_a_value_corrected_later_is_the_old_one_for_whoever_asks_what_was_known_then(ledger: Ledger) -> None:
    wrong = say(ledger, 1, "low", Fact("organisation", "A", "revenue", Decimal(100), Period.parse("2023")))
    right = Fact("organisation", "A", "revenue", Decimal(90), Period.parse("2023"), retracts=wrong)
    say(ledger, 9, "low", right)
    assert value(ledger, "revenue[2023]", known_at=instant(8)) == 10_000
    assert value(ledger, "revenue[2023]", known_at=instant(9)) == 9_000


def test_a_withdrawn_value_uncovers_the_next_best(ledger: Ledger) -> None:
    best = say(ledger, 1, "high", industry("A", "C39"))
    say(ledger, 1, "low", industry("A", "C40"))
    say(ledger, 5, "Bob", Fact("organisation", "A", "industry", retracts=best))
    assert value(ledger, known_at=instant(4)) == "C39"
    assert value(ledger, known_at=instant(5)) == "C40"


def test_a_flow_is_the_asked_period_exactly(ledger: Ledger) -> None:
    for period, amount in (("2023", 12), ("2023H1", 6), ("2023-01", 1), ("2023-01..2023-05", 5)):
        say(ledger, 1, "low", Fact("organisation", "A", "revenue", Decimal(amount), Period.parse(period)))
    for period, amount in (
        ("2023", 1200),
        ("2023H1", 600),
        ("2023-01", 100),
        ("2023-01..2023-05", 500),
        ("2022", None),
    ):
        assert value(ledger, f"revenue[{period}]") == amount


def test_values_of_all_types_come_back_as_they_were_said(ledger: Ledger) -> None:
    said = {
        "industry": "C39",
        "staff": 12,
        "listed": False,
        "registered_on": date(1999, 12, 31),
        "capital": Decimal("0.01"),
    }
    say(ledger, 1, "low", *(Fact("organisation", "A", name, each) for name, each in said.items()))  # type: ignore[arg-type]  # any type
    say(ledger, 1, "low", *(Fact("organisation", "B", name, each) for name, each in {"listed": True}.items()))
    found = profile(ledger, ZONE, "organisation", list(said), as_of=TODAY, known_at=LATE).collect()
    assert found.row(0) == ("A", "C39", 12.0, False, date(1999, 12, 31), 1)
    assert found.row(1) == ("B", None, None, True, None, None)


def test_money_beyond_what_a_float_can_hold_stays_exact(ledger: Ledger) -> None:
    say(ledger, 1, "low", Fact("organisation", "A", "capital", Decimal("90071992547409.93")))
    assert value(ledger, "capital") == 9_007_199_254_740_993


def test_facts_of_subjects_that_are_one_are_folded_together(ledger: Ledger) -> None:
    say(ledger, 1, "high", industry("tax:17", "C39"))
    say(ledger, 1, "low", industry("A", "C40"), Fact("organisation", "A", "staff", 3))
    same = pl.DataFrame({"subject": ["tax:17", "A"], "canonical": ["A", "A"]})
    asked: dict[str, Any] = {"as_of": TODAY, "known_at": LATE, "canonical": same}
    found = profile(ledger, ZONE, "organisation", ["industry", "staff"], **asked).collect()
    assert found.rows() == [("A", "C39", 3.0)]
    told = standing(ledger, ZONE, "organisation", subjects=["A"], **asked)
    assert told.filter(attribute="industry").select("subject", "text", "standing").rows() == [
        ("A", "C39", 1),
        ("A", "C40", 2),
    ]


def test_every_column_that_cannot_be_answered_is_named_at_once(ledger: Ledger) -> None:
    columns = ["industri", "revenue", "staff[2023]", "revenue[soon]"]
    with pytest.raises(ProblemError) as raised:
        profile(ledger, ZONE, "organisation", columns, as_of=TODAY, known_at=LATE)
    assert sorted(problem.code for problem in raised.value.problems) == ["E100", "E270", "E271", "E272"]
    assert "industry" in "".join(told_in("en", problem.message) for problem in raised.value.problems)


# ---- who won, who lost, who disputes ---------------------------------------------------------------------------------


def test_the_facts_that_lost_stand_behind_the_winner_with_the_reason(ledger: Ledger) -> None:
    say(ledger, 1, "high", industry("A", "old", valid_until=date(2020, 1, 1)))
    say(ledger, 2, "low", industry("A", "low"))
    say(ledger, 3, "high", industry("A", "first", valid_from=date(2022, 1, 1)))
    say(ledger, 4, "high", industry("A", "won", valid_from=date(2023, 1, 1)))
    say(ledger, 3, "peer", industry("A", "peer", valid_from=date(2023, 1, 1)))
    told = standing(ledger, ZONE, "organisation", as_of=TODAY, known_at=LATE, subjects=["A"])
    assert told.select("text", "lost_by", "disputes").rows() == [
        ("won", None, False),
        ("peer", "recorded", True),
        ("first", "older", False),
        ("low", "priority", False),
        ("old", "lapsed", False),
    ]


def test_sources_of_the_same_standing_that_disagree_beyond_the_tolerance_dispute(ledger: Ledger) -> None:
    year = Period.parse("2023")
    for source, amount in (("high", 100), ("peer", 104), ("low", 7)):
        say(ledger, 1, source, Fact("organisation", "A", "revenue", Decimal(amount), year))
        say(ledger, 1, source, Fact("organisation", "B", "revenue", Decimal(5), year))
    asked: dict[str, Any] = {"as_of": TODAY, "known_at": LATE}
    found = disputes(ledger, ZONE, "organisation", **asked)
    assert found.select("subject", "attribute", "period", "source", "money").rows() == [
        ("A", "revenue", "2023", "high", 10_000),
        ("A", "revenue", "2023", "peer", 10_400),
    ]
    assert disputes(ledger, ZONE, "organisation", **asked, tolerance=0.05).is_empty()


def test_what_is_said_of_subjects_that_are_one_can_be_in_dispute(ledger: Ledger) -> None:
    say(ledger, 1, "high", industry("A", "C39"))
    say(ledger, 1, "peer", industry("tax:17", "C40"))
    same = pl.DataFrame({"subject": ["tax:17", "A"], "canonical": ["A", "A"]})
    found = disputes(ledger, ZONE, "organisation", as_of=TODAY, known_at=LATE, canonical=same)
    assert found.select("subject", "text").rows() == [("A", "C39"), ("A", "C40")]


def test_a_source_that_corrected_itself_disputes_nothing(ledger: Ledger) -> None:
    say(ledger, 1, "high", industry("A", "C39"))
    say(ledger, 2, "high", industry("A", "C40"))
    say(ledger, 1, "peer", industry("A", "C40"))
    assert disputes(ledger, ZONE, "organisation", as_of=TODAY, known_at=LATE).is_empty()


# ---- what must hold whatever is loaded -------------------------------------------------------------------------------

told = st.fixed_dictionaries(
    {
        "subject": st.sampled_from("ABC"),
        "attribute": st.sampled_from(["industry", "staff", "revenue"]),
        "value": st.integers(0, 5),
        "start": st.none() | st.integers(0, 3),
        "length": st.none() | st.integers(0, 2),
    }
)
loads = st.lists(
    st.tuples(st.sampled_from(["low", "high", "peer"]), st.integers(0, 2), st.lists(told, min_size=1, max_size=8)),
    min_size=1,
    max_size=5,
)
COLUMNS = ["industry", "staff", "revenue[2021]", "revenue[2022]"]


def frame(facts: Sequence[dict[str, Any]]) -> pl.DataFrame:
    rows = []
    for fact in facts:
        begin = None if fact["start"] is None else 2020 + fact["start"]
        row: dict[str, Any] = {"kind": "organisation", "subject": fact["subject"], "attribute": fact["attribute"]}
        if fact["attribute"] == "revenue":
            year = Period.of("year", date(begin or 2022, 1, 1))
            row |= {"money": fact["value"], "period": str(year)}
            row |= {"valid_from": year.first_day, "valid_until": year.last_day}
        else:
            end = None if fact["length"] is None else date((begin or 2020) + fact["length"], 12, 31)
            row |= {"text" if fact["attribute"] == "industry" else "number": fact["value"]}
            row |= {"valid_from": None if begin is None else date(begin, 1, 1), "valid_until": end}
        row["text"] = None if row.get("text") is None else f"C{row['text']}"
        rows.append(row)
    return pl.DataFrame(rows, schema={name: kind for name, kind in DELIVERED.items() if name != "sequence"})


def load(folder: Path, number: int, deliveries: Sequence[tuple[int, tuple[str, int, list[dict[str, Any]]]]]) -> Ledger:
    ledger = Ledger.open(folder / str(number))
    for place, (source, day, facts) in deliveries:
        ledger.append(Arrival(source, "f", f"{place}", instant(day), "Alice"), [frame(facts)])
    return ledger


def folded(ledger: Ledger, as_of: date, day: int) -> pl.DataFrame:
    return profile(ledger, ZONE, "organisation", COLUMNS, as_of=as_of, known_at=instant(day)).collect()


@settings(max_examples=25, deadline=None)
@given(loads, st.randoms(use_true_random=False), st.integers(0, 2), st.integers(2019, 2024))
def test_the_order_of_loading_changes_no_profile_and_the_fold_agrees_with_the_line(
    deliveries: list[tuple[str, int, list[dict[str, Any]]]], chance: Any, day: int, year: int
) -> None:
    numbered = list(enumerate(deliveries))
    shuffled = chance.sample(numbered, len(numbered))
    as_of = date(year, 7, 1)
    with TemporaryDirectory() as place:
        one, other = load(Path(place), 1, numbered), load(Path(place), 2, shuffled)
        wide = folded(one, as_of, day)
        assert wide.equals(folded(other, as_of, day))
        line = standing(one, ZONE, "organisation", as_of=as_of, known_at=instant(day))
    winners = line.filter(pl.col("lost_by").is_null())
    for fact in winners.iter_rows(named=True):
        column = fact["attribute"] if fact["period"] is None else f"revenue[{fact['period']}]"
        if column in COLUMNS:
            said = next(fact[name] for name in ("text", "number", "money") if fact[name] is not None)
            assert wide.filter(subject=fact["subject"])[column].item() == said
    cells = sum(wide[column].count() for column in COLUMNS)
    assert cells == winners.filter(pl.col("period").is_null() | pl.col("period").is_in(["2021", "2022"])).height


@settings(max_examples=15, deadline=None)
@given(loads, st.integers(2019, 2024))
def test_what_was_known_earlier_is_not_changed_by_what_arrives_later(
    deliveries: list[tuple[str, int, list[dict[str, Any]]]], year: int
) -> None:
    numbered = list(enumerate(deliveries))
    with TemporaryDirectory() as place:
        early = load(Path(place), 1, [each for each in numbered if each[1][1] <= 1])
        whole = load(Path(place), 2, numbered)
        assert folded(early, date(year, 7, 1), 1).equals(folded(whole, date(year, 7, 1), 1))


def test_facts_spread_over_many_files_fold_as_one(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ties inside an arrival are settled by the place in it, even across files."""
    monkeypatch.setattr(delivery, "ROWS_PER_FILE", 3)
    subjects = [f"S{number % 5}" for number in range(50)]
    facts = pl.DataFrame({"subject": subjects, "number": [float(number) for number in range(50)]})
    facts = facts.with_columns(kind=pl.lit("organisation"), attribute=pl.lit("staff"))
    ledger.append(Arrival("low", "f", "f", instant(1), "Alice"), [facts.sample(fraction=1, shuffle=True, seed=3)])
    found = profile(ledger, ZONE, "organisation", ["staff"], as_of=TODAY, known_at=LATE).collect()
    last = facts.sample(fraction=1, shuffle=True, seed=3).group_by("subject", maintain_order=True).last()
    assert dict(found.iter_rows()) == dict(last.select("subject", "number").iter_rows())


@given(st.lists(st.integers(0, 2**63 - 2), unique=True, max_size=200))
def test_a_code_is_found_where_it_stands(codes: list[int]) -> None:
    known = np.sort(np.array(codes, dtype=np.int64))
    assert CodeIndex(known).positions(known[::-1].copy()).tolist() == list(range(len(codes)))[::-1]


def test_a_code_that_is_not_known_is_refused() -> None:
    with pytest.raises(KeyError):
        CodeIndex(np.array([5, 9], dtype=np.int64)).positions(np.array([9, 7], dtype=np.int64))
