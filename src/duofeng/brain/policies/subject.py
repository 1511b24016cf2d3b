"""One subject and all policies: what it has, what it may take, what it nearly has, what nobody knows yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import polars as pl

from duofeng.brain.policies.bundle import bundles
from duofeng.brain.policies.claims import Claims
from duofeng.brain.policies.history import after_history, payments
from duofeng.brain.policies.outcomes import Outcomes, answer, name_of
from duofeng.brain.policies.plan import Plan, Planned
from duofeng.brain.rules.explain import Explanation, explain, missing_columns
from duofeng.engine.columns import attribute_in
from duofeng.engine.tree import Attribute, Follow, LookBack, Node, walk
from duofeng.engine.truths import NO
from duofeng.kernel.problem import ProblemError
from duofeng.zone.expressions import expression
from duofeng.zone.model import Text
from duofeng.zone.zone import Zone


@dataclass(frozen=True)
class Taken:
    """An entitled policy in or out of the bundle, in minor units. Taking it would push `instead` out; where it is had
    once by several, `paid_to` is the one who has it instead."""

    planned: Planned
    amount: int | None
    taken: bool
    loss: int | None
    instead: str | None
    paid_to: str | None = None


@dataclass(frozen=True)
class Near:
    """One near miss. `amount` is what the policy would pay, `effort` the sum over what is missing."""

    planned: Planned
    missing: tuple[str, ...]
    amount: int | None
    effort: int
    frame: pl.DataFrame = field(repr=False)
    as_of: date

    @cached_property
    def explanation(self) -> Explanation:
        """Worked out when it is asked for: of many near misses few are looked at."""
        return explain(self.planned.rule, self.frame, self.as_of)


@dataclass(frozen=True)
class Open:
    """A policy that cannot be answered, and the columns it misses."""

    planned: Planned
    zone: Zone = field(repr=False)
    frame: pl.DataFrame = field(repr=False)
    as_of: date

    @cached_property
    def missing(self) -> tuple[str, ...]:
        return missing_columns(self.planned.rule, self.frame, self.as_of)

    @cached_property
    def sources(self) -> Mapping[str, tuple[Text, ...]]:
        """Per missing column, titles of the sources that could supply it."""
        return {column: suppliers(self.zone, self.planned.policy.register, column) for column in self.missing}


@dataclass(frozen=True)
class Barred:
    """An entitled policy that an earlier payment bars: of itself, or of one it may not be had with. Minor units."""

    planned: Planned
    by: Planned
    paid: int
    year: int


@dataclass(frozen=True)
class SubjectAnswers:
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


def answers_for(zone: Zone, plan: Plan, row: pl.DataFrame, together: pl.DataFrame | None = None) -> SubjectAnswers:
    """All policies for the one subject of `row`: its profile columns with the results of the plan's cards.

    `together` has the rows of all with whom it may have some policy only once, itself among them (see `claims`).
    """
    outcomes = answer(plan, row)
    by_outcome: dict[str, list[Planned]] = {}
    for planned in plan.policies:
        by_outcome.setdefault(name_of(int(outcomes.code(planned.id)[0])), []).append(planned)
    everybody = row if together is None else together
    entitled = outcomes.entitled() if together is None else answer(plan, together).entitled()
    claims, own = Claims.of(plan, everybody), pl.col("subject") == row["subject"][0]
    due, earlier = after_history(plan, entitled, payments(plan, everybody), claims)
    chosen = bundles(plan, due, claims).filter(own)
    chosen, earlier = chosen.sort(["taken", "amount", "policy"], descending=[True, True, False]), earlier.filter(own)
    bundle = tuple(
        Taken(plan[each["policy"]], each["amount"], each["taken"], each["loss"], each["instead"], each["paid_to"])
        for each in chosen.iter_rows(named=True)
    )
    near = _near(outcomes, by_outcome.get("near", []))
    unknown = tuple(Open(each, zone, outcomes.frame, plan.as_of) for each in by_outcome.get("unknown", ()))
    held = tuple(each for each in by_outcome.get("yes", ()) if each.award is None)
    refused = tuple(by_outcome.get("no", ()))
    barred = tuple(
        Barred(plan[each["policy"]], plan[each["by"]], each["paid"], each["year"])
        for each in earlier.iter_rows(named=True)
    )
    return SubjectAnswers(str(row["subject"][0]), bundle, near, unknown, held, refused, barred)


def _near(outcomes: Outcomes, policies: Sequence[Planned]) -> tuple[Near, ...]:
    """The same as `near_misses` for one subject, without making tables of one row."""
    answers, plan, found = outcomes.truths.at(0), outcomes.plan, []
    for planned in policies:
        numbered = zip(planned.rule.conditions, plan.places[planned.id], strict=True)
        missing = [condition for condition, place in numbered if answers[place] == NO]
        amount = outcomes.alone.get(planned.id)
        ids, effort = tuple(condition.id for condition in missing), sum(condition.effort for condition in missing)
        found.append(Near(planned, ids, amount, effort, outcomes.frame, plan.as_of))

    def order(near: Near) -> tuple[bool, float, int, str]:
        worth = (near.amount or 0) / 100 / near.effort
        return near.amount is None, -worth, near.effort, near.planned.id

    return tuple(sorted(found, key=order))


def suppliers(zone: Zone, register: str, column: str) -> tuple[Text, ...]:
    """Titles of the declared sources that say something of this column's attribute; of a column that other subjects
    fill, those that speak of what it reads of them."""
    asked = dict.fromkeys(_attributes(zone, register, column))
    return tuple(
        source.title
        for source in zone.sources.values()
        if any((source.register, each.attribute) in asked for each in source.columns.values())
    )


def _attributes(zone: Zone, register: str, column: str) -> Iterator[tuple[str, str]]:
    """The attributes a column rests on, each with its register."""
    plain = attribute_in(column)
    if plain in zone.attributes.get(register, {}):
        yield register, plain
        return
    try:
        yield from _read(expression(zone, register, column, None).node, register)
    except ProblemError:
        return


def _read(node: Node, register: str) -> Iterator[tuple[str, str]]:
    for part in walk(node):
        match part:
            case Attribute(name=name):
                yield register, name
            case Follow(via=via, to=to, inner=inner):
                yield register, via
                yield from _read(inner, to)
            case LookBack(register=other, via=via, value=value, where=where):
                yield other, via
                for asked in (value, where):
                    if asked is not None:
                        yield from _read(asked, other)
