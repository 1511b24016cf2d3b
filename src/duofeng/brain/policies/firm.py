"""One subject and all policies: what it has, what it may take, what it nearly has, what nobody knows yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from duofeng.brain.policies.bundle import bundles
from duofeng.brain.policies.history import after_history, payments
from duofeng.brain.policies.nearby import near_misses
from duofeng.brain.policies.outcomes import answer
from duofeng.brain.policies.plan import Plan, Planned
from duofeng.brain.rules.explain import Explanation, explain
from duofeng.zone.zone import Zone


@dataclass(frozen=True)
class Taken:
    """An entitled policy in or out of the bundle, in minor units. Taking it would push `instead` out."""

    planned: Planned
    amount: int | None
    taken: bool
    loss: int | None
    instead: str | None


@dataclass(frozen=True)
class Near:
    """One near miss with its explanation. `amount` is what the policy would pay, `worth` money per effort."""

    planned: Planned
    missing: tuple[str, ...]
    amount: int | None
    effort: int
    explanation: Explanation


@dataclass(frozen=True)
class Open:
    """A policy that cannot be answered; `sources` name, per missing column, who could supply it."""

    planned: Planned
    missing: tuple[str, ...]
    sources: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Barred:
    """An entitled policy that an earlier payment bars: of itself, or of one it may not be had with. Minor units."""

    planned: Planned
    by: Planned
    paid: int
    year: int


@dataclass(frozen=True)
class FirmAnswers:
    """`bundle` by what is taken and amount, `near` by money per effort; `held` are recognitions."""

    subject: str
    bundle: tuple[Taken, ...]
    near: tuple[Near, ...]
    unknown: tuple[Open, ...]
    held: tuple[Planned, ...]
    refused: tuple[Planned, ...]
    barred: tuple[Barred, ...] = ()

    @property
    def total(self) -> int:
        """Minor units of the best bundle."""
        return sum(each.amount or 0 for each in self.bundle if each.taken)


def answers_for(zone: Zone, plan: Plan, row: pl.DataFrame) -> FirmAnswers:
    """All policies for the one subject of `row`: its profile columns with the results of the plan's cards."""
    outcomes = answer(plan, row)
    names = {planned.id: str(outcomes.names(planned.id)[0]) for planned in plan.policies}
    due, earlier = after_history(plan, outcomes.entitled(), payments(plan, row))
    chosen = bundles(plan, due).sort(["taken", "amount", "policy"], descending=[True, True, False])
    bundle = tuple(
        Taken(plan[each["policy"]], each["amount"], each["taken"], each["loss"], each["instead"])
        for each in chosen.iter_rows(named=True)
    )
    near = tuple(
        Near(
            plan[each["policy"]], tuple(each["missing"]), each["amount"], each["effort"],
            explain(plan[each["policy"]].rule, outcomes.frame, plan.as_of),
        )
        for each in near_misses(outcomes).iter_rows(named=True)
    )  # fmt: skip
    unknown = tuple(
        _open(zone, plan, planned, outcomes.frame) for planned in plan.policies if names[planned.id] == "unknown"
    )
    held = tuple(each for each in plan.policies if names[each.id] == "yes" and each.award is None)
    refused = tuple(each for each in plan.policies if names[each.id] == "no")
    barred = tuple(
        Barred(plan[each["policy"]], plan[each["by"]], each["paid"], each["year"])
        for each in earlier.iter_rows(named=True)
    )
    return FirmAnswers(str(row["subject"][0]), bundle, near, unknown, held, refused, barred)


def _open(zone: Zone, plan: Plan, planned: Planned, frame: pl.DataFrame) -> Open:
    missing = explain(planned.rule, frame, plan.as_of).missing
    return Open(planned, missing, {column: suppliers(zone, plan.kind, column) for column in missing})


def suppliers(zone: Zone, kind: str, column: str) -> tuple[str, ...]:
    """Titles of the declared sources that say something of this column's attribute."""
    attribute = column.partition("[")[0]
    return tuple(
        str(source.title)
        for source in zone.sources.values()
        if source.kind == kind and any(each.attribute == attribute for each in source.columns.values())
    )
