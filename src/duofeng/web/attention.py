"""What deserves a look today: read from the run, the ledger and the zone, judged by nobody here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

import polars as pl

from duofeng.brain.policies.problems import UNMET_BUDGET
from duofeng.brain.runs.store import Run
from duofeng.web import reader
from duofeng.zone.kinds.policy import Policy, as_money

SOON = timedelta(days=180)
NEARLY = 0.9
"""A budget is about to run out when this share of it is promised."""
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
    for planned in reader.policies_in_force():
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


@lru_cache(maxsize=4)
def _paid(run: Run) -> dict[str, int]:
    taken = [run.table("bundles", each).filter("taken") for each in run.registers if run.has("bundles", each)]
    sums = [rows.group_by("policy").agg(pl.col("paid").sum()).collect() for rows in taken]
    return {policy: paid for rows in sums for policy, paid in rows.iter_rows()}


def changed_most(changed: pl.DataFrame, most: int = LISTED) -> list[dict[str, object]]:
    """begin (of its address), subject, name, number of answers that are another now: the most changed first."""
    counted = changed.group_by("begin", "subject", "name").agg(changes=pl.len())
    return counted.sort("changes", "subject", descending=[True, False]).head(most).to_dicts()
