"""One order of facts: profile, evidence and disputes choose the same winner, whatever was said by whom and when."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from duofeng.facts.arrivals import Arrival
from duofeng.facts.evidence import disputes, standing
from duofeng.facts.fact import DELIVERED
from duofeng.facts.ledger import Ledger
from duofeng.facts.profile import profile

ATTRIBUTES = {"industry": ("text", "state"), "staff": ("number", "state"), "revenue": ("money", "year")}
ZONE = SimpleNamespace(
    attributes={"firm": {name: SimpleNamespace(type=of, per=per) for name, (of, per) in ATTRIBUTES.items()}},
    sources={"low": SimpleNamespace(priority=10)} | dict.fromkeys(("high", "peer"), SimpleNamespace(priority=90)),
    documents={"report": None},
)
COLUMNS = ["industry", "staff", "revenue[2021]", "revenue[2022]"]
YEARS = st.integers(2020, 2023)
WRITTEN = ("{0}", "{0}-01..{0}-12", "{0}H1..{0}H2")
"""One year, written by three sources."""

state = st.fixed_dictionaries(
    {
        "attribute": st.sampled_from(["industry", "staff"]),
        "column": st.sampled_from(["text", "number"]),
        "from": st.none() | YEARS,
        "until": st.none() | YEARS,
    }
)
amount = st.fixed_dictionaries({"attribute": st.just("revenue"), "column": st.just("money"), "year": YEARS,
                                "written": st.sampled_from(WRITTEN)})  # fmt: skip
said = st.tuples(st.sampled_from("ABCD"), state | amount, st.integers(0, 2), st.none() | st.integers(0, 9))
deliveries = st.lists(
    st.tuples(st.sampled_from(["low", "high", "peer", "report", "Bob"]), st.integers(0, 2), st.lists(said, min_size=8)),
    min_size=1,
    max_size=6,
)


def row(subject: str, told: dict[str, Any], value: int, retracts: str | None) -> dict[str, object]:
    days = (told.get("year", told.get("from")), told.get("year", told.get("until")))
    return {
        "kind": "firm",
        "subject": subject,
        "attribute": told["attribute"],
        told["column"]: f"C{value}" if told["column"] == "text" else value,
        "period": told["written"].format(told["year"]) if "year" in told else None,
        "valid_from": days[0] and date(days[0], 1, 1),
        "valid_until": days[1] and date(days[1], 12, 31),
        "retracts": retracts,
    }


def loaded(folder: str, told: list[tuple[str, int, list[Any]]]) -> Ledger:
    """The deliveries in a ledger; a number in place of a retraction is the fact of that place in the first one."""
    ledger = Ledger.open(Path(folder))
    first: Arrival | None = None
    for number, (source, day, facts) in enumerate(told):
        arrival = Arrival(source, "f", str(number), datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=day), "Alice")
        rows = [row(*fact, None if first is None or at is None else f"{first.id}:{at}") for *fact, at in facts]
        ledger.append(arrival, [pl.DataFrame(rows, schema={n: k for n, k in DELIVERED.items() if n != "sequence"})])
        first = first or arrival
    return ledger


@settings(max_examples=20, deadline=None)  # a delivery costs as much whatever it says: few of them say much
@given(deliveries, st.integers(2019, 2024), st.sampled_from([{}, {"A": "B"}, {"A": "C", "B": "C"}]))
def test_profile_evidence_and_disputes_agree_on_what_holds(
    told: list[tuple[str, int, list[Any]]], year: int, one: dict[str, str]
) -> None:
    same = pl.DataFrame({"subject": list(one), "canonical": list(one.values())}, schema=dict.fromkeys(
        ("subject", "canonical"), pl.String))  # fmt: skip
    asked: dict[str, Any] = {"as_of": date(year, 7, 1), "known_at": datetime(2025, 1, 1, tzinfo=UTC), "canonical": same}
    with TemporaryDirectory() as folder:
        ledger = loaded(folder, told)
        wide = profile(ledger, ZONE, "firm", COLUMNS, **asked).collect()
        line = standing(ledger, ZONE, "firm", **asked)
        disputed = disputes(ledger, ZONE, "firm", **asked)
    winners = line.filter(pl.col("lost_by").is_null()).with_columns(
        column=pl.when(pl.col("attribute") == "revenue")
        .then(pl.format("revenue[{}]", pl.col("valid_from").dt.year()))
        .otherwise("attribute"),
        said=pl.coalesce("text", *(pl.col(name).cast(pl.Int64).cast(pl.String) for name in ("number", "money"))),
    )  # fmt: skip
    in_line = winners.filter(pl.col("column").is_in(COLUMNS)).select("subject", "column", "said")
    texts = wide.with_columns(pl.col("staff").cast(pl.Int64)).cast(pl.String)
    folded = texts.unpivot(index="subject", variable_name="column", value_name="said").drop_nulls()
    assert in_line.sort(pl.all()).equals(folded.sort(pl.all()))
    facts = ("arrival", "sequence")
    disputing = set(line.filter("disputes").select(facts).iter_rows())
    listed = set(disputed.select(facts).iter_rows())
    assert disputing <= listed
    assert listed <= disputing | set(line.filter(standing=1).select(facts).iter_rows())
