"""Sets: members join and leave, whole lists replace what stands below them, merged subjects are one member."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duofeng.facts.evidence import disputes, standing
from duofeng.facts.fact import Fact, Shape, left
from duofeng.facts.ledger import Ledger
from duofeng.facts.profile import profile

TODAY, LATE = date(2024, 6, 30), datetime(2025, 1, 1, tzinfo=UTC)


def attribute(type: str, many: bool = False, to: str | None = None) -> SimpleNamespace:
    return SimpleNamespace(type=type, per="state", many=many, to=to)


ZONE = SimpleNamespace(
    attributes={
        "firm": {
            "products": attribute("text", many=True),
            "sizes": attribute("integer", many=True),
            "partners": attribute("reference", many=True, to="firm"),
        },
        "project": {
            "carrier": attribute("reference", to="firm"),
            "begun_at": attribute("instant"),
            "site": attribute("point"),
        },
    },
    sources={"low": SimpleNamespace(priority=10), "high": SimpleNamespace(priority=90)},
    documents={},
)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger.open(tmp_path / "ledger")


def say(ledger: Ledger, day: int, source: str, *facts: Fact) -> str:
    """The facts told by a source on a day; returns the id of the first one."""
    instant = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=day)
    return f"{ledger.record(list(facts), source, 'Alice', instant).arrival.id}:0"


def product(name: str, since: date | None = None, until: date | None = None) -> Fact:
    return Fact("firm", "A", "products", name, valid_from=since, valid_until=until)


def whole_list(since: date | None = None) -> Fact:
    return Fact("firm", "A", "products", True, valid_from=since)


def products(ledger: Ledger, as_of: date = TODAY, known_at: datetime = LATE) -> object:
    found = profile(ledger, ZONE, "firm", ["products"], as_of=as_of, known_at=known_at).collect()
    return found.filter(subject="A")["products"].item()


def listed(found: object) -> list[str] | None:
    return found.to_list() if isinstance(found, pl.Series) else None


def test_every_member_said_by_anybody_is_in_the_set_once_and_sorted(ledger: Ledger) -> None:
    say(ledger, 1, "low", product("pumps"), product("valves"))
    say(ledger, 2, "high", product("valves"), product("motors"), Fact("firm", "B", "sizes", 3))
    assert listed(products(ledger)) == ["motors", "pumps", "valves"]
    columns = ["products", "sizes"]
    found = profile(ledger, ZONE, "firm", columns, as_of=TODAY, known_at=LATE).collect()
    assert found.schema == {"subject": pl.String, "products": pl.List(pl.String), "sizes": pl.List(pl.Float64)}
    assert found.rows() == [("A", ["motors", "pumps", "valves"], None), ("B", None, [3.0])]


def test_a_member_that_left_is_out_from_that_day_and_in_again_when_it_came_back(ledger: Ledger) -> None:
    say(ledger, 1, "low", product("pumps", date(2020, 1, 1)), left("firm", "A", "products", "pumps", date(2022, 1, 1)))
    say(ledger, 2, "low", product("pumps", date(2024, 1, 1)))
    days = [date(2019, 1, 1), date(2021, 12, 31), date(2022, 1, 1), date(2023, 12, 31), TODAY]
    assert [listed(products(ledger, day)) for day in days] == [None, ["pumps"], [], [], ["pumps"]]


def test_a_member_withdrawn_as_never_true_leaves_no_trace_for_who_asks_now(ledger: Ledger) -> None:
    wrong = say(ledger, 1, "low", product("pumps"))
    say(ledger, 5, "low", Fact("firm", "A", "products", retracts=wrong))
    assert listed(products(ledger)) is None
    assert listed(products(ledger, known_at=datetime(2024, 1, 3, tzinfo=UTC))) == ["pumps"]


def test_a_whole_list_takes_the_place_of_what_stands_below_it_and_only_of_that(ledger: Ledger) -> None:
    say(ledger, 1, "low", product("old"))
    say(ledger, 1, "Bob", product("known to Bob"))
    say(ledger, 2, "low", whole_list(), product("new"))
    assert listed(products(ledger)) == ["known to Bob", "new"]
    say(ledger, 3, "low", whole_list())
    assert listed(products(ledger)) == ["known to Bob"]
    say(ledger, 4, "high", whole_list(date(2024, 1, 1)), product("listed", date(2024, 1, 1)))
    say(ledger, 5, "low", product("said by a lesser source"))
    assert listed(products(ledger)) == ["known to Bob", "listed"]
    assert listed(products(ledger, date(2023, 1, 1))) == ["known to Bob", "said by a lesser source"]


def test_evidence_says_of_each_member_who_named_it_and_why_it_is_out(ledger: Ledger) -> None:
    say(ledger, 1, "low", product("kept"), product("gone", date(2020, 1, 1)), product("dropped"))
    say(ledger, 2, "low", left("firm", "A", "products", "gone", date(2021, 1, 1)))
    say(ledger, 3, "low", whole_list(date(2019, 1, 1)), product("kept", date(2019, 1, 1)))
    told = standing(ledger, ZONE, "firm", as_of=TODAY, known_at=LATE)
    assert told.select("text", "standing", "lost_by").rows() == [
        ("dropped", 1, "list"),
        ("gone", 1, "left"),
        ("gone", 2, "older"),
        ("kept", 1, None),
        ("kept", 2, "list"),
    ]
    assert disputes(ledger, ZONE, "firm", as_of=TODAY, known_at=LATE).is_empty()


def test_a_merge_moves_what_refers_to_the_merged(ledger: Ledger) -> None:
    say(ledger, 1, "low", Fact("firm", "A", "partners", "tax:9"), Fact("firm", "A", "partners", "Z"))
    say(ledger, 1, "low", Fact("firm", "tax:9", "products", "pumps"), Fact("firm", "Z", "products", "valves"))
    say(ledger, 1, "low", Fact("project", "P", "carrier", "tax:9"))
    one = {"firm": pl.DataFrame({"subject": ["tax:9"], "canonical": ["Z"]})}
    asked: dict[str, Any] = {"as_of": TODAY, "known_at": LATE, "canonical": one}
    firms = profile(ledger, ZONE, "firm", ["products", "partners"], **asked).collect()
    assert firms.rows() == [("A", None, ["Z"]), ("Z", ["pumps", "valves"], None)]
    assert profile(ledger, ZONE, "project", ["carrier"], **asked).collect().rows() == [("P", "Z")]
    before = profile(ledger, ZONE, "project", ["carrier"], as_of=TODAY, known_at=LATE).collect()
    assert before.rows() == [("P", "tax:9")]


def test_two_sources_that_name_one_carrier_by_two_keys_do_not_dispute_once_it_is_one(ledger: Ledger) -> None:
    say(ledger, 1, "high", Fact("project", "P", "carrier", "tax:9"))
    zone = SimpleNamespace(**{**vars(ZONE), "sources": {**ZONE.sources, "peer": ZONE.sources["high"]}})
    say(ledger, 1, "peer", Fact("project", "P", "carrier", "Z"))
    one = {"firm": pl.DataFrame({"subject": ["tax:9"], "canonical": ["Z"]})}
    asked: dict[str, Any] = {"as_of": TODAY, "known_at": LATE}
    assert disputes(ledger, zone, "project", **asked).height == 2
    assert disputes(ledger, zone, "project", **asked, canonical=one).is_empty()
    assert standing(ledger, zone, "project", **asked, canonical=one)["text"].to_list() == ["Z", "Z"]


def test_moments_and_places_come_back_as_they_were_said(ledger: Ledger) -> None:
    moment = datetime(2024, 3, 5, 14, 30, tzinfo=UTC)
    say(ledger, 1, "low", Fact("project", "P", "begun_at", moment), Fact("project", "P", "site", Shape("POINT (1 2)")))
    found = profile(ledger, ZONE, "project", ["begun_at", "site"], as_of=TODAY, known_at=LATE).collect()
    assert found.schema == {"subject": pl.String, "begun_at": pl.Datetime("us", "UTC"), "site": pl.String}
    assert found.rows() == [("P", moment, "POINT (1 2)")]
    with pytest.raises(ValueError, match="time zone"):
        Fact("project", "P", "begun_at", datetime(2024, 3, 5)).row()  # noqa: DTZ001  # what is refused


# ---- against the sentence that defines it ----------------------------------------------------------------------------

years = st.integers(2019, 2023)
word = st.tuples(
    st.sampled_from(["join", "leave", "list"]), st.sampled_from("ABCD"), st.sampled_from("xyz"), st.none() | years,
    st.none() | years,
)  # fmt: skip
loads = st.lists(
    st.tuples(st.sampled_from(["low", "high"]), st.integers(0, 2), st.lists(word, min_size=4, max_size=14)), max_size=5
)


def fact(what: str, subject: str, member: str, since: int | None, until: int | None) -> Fact:
    first = since and date(since, 1, 1)
    if what == "list":
        return Fact("firm", subject, "products", True, valid_from=first)
    if what == "leave":
        return left("firm", subject, "products", member, date(since or 2021, 1, 1))
    return Fact("firm", subject, "products", member, valid_from=first, valid_until=until and date(until, 12, 31))


def by_hand(told: list[tuple[int, Any]], as_of: date, order: dict[int, int]) -> dict[str, list[str] | None]:
    """A fact that came with a whole list ranks as the list; below the newest list it is out; the last word stands."""
    line, lists = [], {}
    for number, (source, _, words) in told:
        for place, each in enumerate(words):
            said = fact(*each)
            if said.valid_from is None or said.valid_from <= as_of:
                rank = (ZONE.sources[source].priority, said.valid_from or date.min, order[number])
                line.append((rank, place, number, said))
                if said.value is True:
                    lists[number, said.subject] = max(rank, lists.get((number, said.subject), rank))
    held: dict[str, dict[str, bool]] = {}
    for rank, _, number, said in sorted(line, key=lambda each: each[:2]):
        newest = max((rank for (_, subject), rank in lists.items() if subject == said.subject), default=None)
        current = said.valid_until is None or said.valid_until >= as_of
        members = held.setdefault(said.subject, {})
        if said.value is not True and (newest is None or lists.get((number, said.subject), rank) >= newest):
            members[str(said.value)] = current
    return {subject: sorted(name for name, current in names.items() if current) for subject, names in held.items()}


@settings(max_examples=20, deadline=None)  # a delivery costs as much whatever it says: few of them say much
@given(loads, st.integers(2018, 2024))
def test_the_fold_of_sets_says_what_reading_the_facts_in_order_says(loads: list[Any], year: int) -> None:
    told = list(enumerate(loads))
    as_of = date(year, 7, 1)
    with TemporaryDirectory() as folder:
        ledger = Ledger.open(Path(folder))
        ids = {}
        for number, (source, day, words) in told:
            at = datetime(2024, 1, 1 + day, tzinfo=UTC)
            receipt = ledger.record([fact(*each) for each in words], source, "Alice", at, f"{number}")
            ids[number] = (at, receipt.arrival.id)
        found = profile(ledger, ZONE, "firm", ["products"], as_of=as_of, known_at=LATE).collect()
        line = standing(ledger, ZONE, "firm", as_of=as_of, known_at=LATE)
    order = {number: place for place, number in enumerate(sorted(ids, key=lambda each: ids[each]))}
    once = [each for each in told if ids[each[0]] not in [ids[n] for n in range(each[0])]]
    expected = by_hand(once, as_of, order)
    assert dict(found.iter_rows()) == {subject: expected.get(subject) for subject in found["subject"]}
    winners = line.filter(pl.col("lost_by").is_null()).select("subject", "text").rows()
    assert winners == sorted((subject, name) for subject, names in expected.items() for name in names or [])
