"""What deserves a look today: read from the run, the ledger and the zone, judged by nobody here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import polars as pl

from duofeng.brain.figures.statement import THE_ZONE, Statement
from duofeng.brain.policies.problems import UNMET_BUDGET
from duofeng.brain.runs.store import Run
from duofeng.web import reader
from duofeng.web.figures import Known
from duofeng.zone.kinds.indicator import Indicator
from duofeng.zone.kinds.policy import Policy, as_money

SOON = timedelta(days=180)
NEARLY = 0.9
"""A budget is about to run out when this share of it is promised."""
HEADLINES = 8
LISTED = 6


@dataclass(frozen=True)
class PolicyNotice:
    """A policy that ends soon, or whose budget does not reach. Money in minor units."""

    policy: Policy
    days_left: int | None
    paid: int
    total: int | None
    needed: str | None

    @property
    def share(self) -> float | None:
        return self.paid / self.total if self.total else None


def policies(run: Run | None) -> list[PolicyNotice]:
    """The most pressing first: budgets that do not reach, then the earliest end."""
    if run is None:
        return []
    paid = _paid(run)
    unmet = {each["params"]["policy"]: each["params"]["needed"] for each in _warnings(run, UNMET_BUDGET.code)}
    found = []
    for planned in reader.current_plan().policies:
        policy = planned.policy
        left = (policy.until - run.as_of).days if policy.until else None
        total = as_money(policy.budget.total) if policy.budget else None
        notice = PolicyNotice(policy, left, paid.get(planned.id, 0), total, unmet.get(planned.id))
        ends = left is not None and timedelta(days=left) <= SOON
        if ends or notice.needed or (notice.share or 0) >= NEARLY:
            found.append(notice)
    return sorted(found, key=lambda each: (each.needed is None, each.days_left or SOON.days * 9))


def _warnings(run: Run, code: str) -> Iterator[dict[str, dict[str, str]]]:
    return (dict(each) for each in run.manifest.warnings if each.get("code") == code and "policy" in each["params"])


def _paid(run: Run) -> dict[str, int]:
    return _paid_in(run.id)


@lru_cache(maxsize=4)
def _paid_in(run_id: str) -> dict[str, int]:
    rows = reader.runs()[run_id].table("bundles").filter("taken").group_by("policy").agg(pl.col("paid").sum()).collect()
    return dict(rows.iter_rows())


def changed_firms(changed: pl.DataFrame, run: Run, most: int = LISTED) -> list[dict[str, object]]:
    """subject, name, number of answers that are another now: the most changed first."""
    counted = (
        changed.group_by("subject").agg(pl.len().alias("changes")).sort("changes", "subject", descending=[True, False])
    )
    names = run.table("profile").select("subject", "name").collect()
    return counted.head(most).join(names, on="subject", how="left", maintain_order="left").to_dicts()


@dataclass(frozen=True)
class Headline:
    """A main indicator: its last level, its last growth, and the growth of every period as a line."""

    indicator: Indicator
    level: Statement | None
    growth: Statement | None
    line: str
    """Points of an SVG polyline in a box of 100 × 28."""
    zero: float | None
    """Where no growth lies in that box, when it is inside."""


def headlines(known: Known) -> list[Headline]:
    """The indicators with the longest record of growth."""
    topics = list(known.zone.codes["topics"].codes) if "topics" in known.zone.codes else []
    ranked = []
    for id, indicator in known.book.indicators.items():
        growths = growth_series(known, id)
        if len(growths) > 1:
            order = topics.index(indicator.topic) if indicator.topic in topics else len(topics)
            ranked.append((-len(growths), order, id, growths))
    return [
        _headline(known, id, growths) for _, _, id, growths in sorted(ranked, key=lambda each: each[:3])[:HEADLINES]
    ]


def growth_series(known: Known, indicator: str) -> list[Statement]:
    """One stated growth per period of the zone, in the order of time."""
    slots = [slot for slot in known.book.slots(indicator, "growth") if slot[0] == THE_ZONE]
    found = [known.book.one((indicator, "growth", ""), slot) for slot in slots]
    return sorted((each for each in found if each and each.period), key=_by_time)


def _by_time(said: Statement) -> tuple[date, int]:
    assert said.period is not None
    return said.period.last_day, said.period.days


def _headline(known: Known, id: str, growths: list[Statement]) -> Headline:
    levels = known.book.series(id)
    values = [float(each.value) for each in growths]
    low, high = min(*values, 0.0), max(*values, 0.0)
    room = (high - low) or 1.0
    step = 100 / max(len(values) - 1, 1)
    points = " ".join(f"{place * step:.1f},{26 - (value - low) / room * 24:.1f}" for place, value in enumerate(values))
    return Headline(
        known.book.indicators[id], levels[-1] if levels else None, growths[-1], points, 26 + low / room * 24
    )
