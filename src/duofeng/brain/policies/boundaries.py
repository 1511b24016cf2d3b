"""Just in and just out: the two sides of every condition of a policy, written beside it and tried.

The base is the first worked example that comes out as yes; a side says only what is different from it. Where a
condition has no side, the boundary is looked for from the base, value by value, and proposed for somebody to compare
with the text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, Literal

import polars as pl

from duofeng.brain.given import as_columns, column_types, given_row
from duofeng.brain.policies.plan import Plan, plan
from duofeng.brain.policies.problems import NO_BOUNDARY, WRONG_SIDE
from duofeng.brain.rules.condition import Condition
from duofeng.engine.distance import leaves, structure
from duofeng.engine.expression import bind, columns_needed
from duofeng.engine.program import evaluate_row
from duofeng.kernel.problem import Problem, ProblemError
from duofeng.zone.kinds.policy import Example, Policy, Side
from duofeng.zone.zone import Zone

Answer = Literal["yes", "no", "unknown"]
AS_OF = "as_of"
STEPS: Mapping[str, Decimal] = {"money": Decimal("0.01"), "integer": Decimal(1), "number": Decimal("0.0001")}
"""The smallest difference that counts, in the unit a value is written in."""
FAR = (Decimal(0), Decimal(10), Decimal(10**6))
"""Multiples of a value among which the other side is looked for."""
FAR_DAYS = 40_000


def missing_sides(zone: Zone) -> Iterator[Problem]:
    """A problem for every condition of every policy that has no two sides, with some to write."""
    for policy in zone.declared(Policy).values():
        tried = Tried.of(zone, policy)
        for condition in tried.planned.policies[0].rule.conditions:
            if not _has_sides(policy, condition, tried.as_of):
                place = policy.spans["conditions", condition.id, "when"]
                yield NO_BOUNDARY.at(place, condition=condition.id, stub=tried.stub(condition))


def failing_sides(zone: Zone, policy: Policy) -> Iterator[Problem]:
    """A problem for every side that does not come out."""
    if not any(condition.just_in or condition.just_out for condition in policy.conditions.values()):
        return
    tried = Tried.of(zone, policy)
    for condition in tried.planned.policies[0].rule.conditions:
        written = policy.conditions[condition.id]
        for name, wanted, sides in (("just_in", "yes", written.just_in), ("just_out", "no", written.just_out)):
            for number, side in enumerate(sides, 1):
                try:
                    found = tried.answer(condition, side)
                except ProblemError as error:
                    yield from error.problems
                    continue
                if found != wanted:
                    place = policy.spans["conditions", condition.id, "when"]
                    yield WRONG_SIDE.at(
                        place, condition=condition.id, side=f"{name} {number}", wanted=wanted, found=found
                    )


def _has_sides(policy: Policy, condition: Condition, as_of: date) -> bool:
    """A worked example that fails by it alone is its outer side, the base the inner one where nothing is measured."""
    written = policy.conditions[condition.id]
    outside = written.just_out or any(each.failed == (condition.id,) for each in policy.examples)
    measured = any(leaf.comparison for leaf in leaves(structure(bind(condition.expression, as_of))))
    return bool(outside) and (bool(written.just_in) or not measured)


@dataclass(frozen=True)
class Tried:
    """A policy with the base its sides differ from."""

    zone: Zone
    policy: Policy
    base: Example

    @staticmethod
    def of(zone: Zone, policy: Policy) -> Tried:
        return Tried(zone, policy, next((each for each in policy.examples if each.expect == "yes"), policy.examples[0]))

    @property
    def as_of(self) -> date:
        return self.base.as_of

    @cached_property
    def planned(self) -> Plan:
        return self._plan(self.as_of)

    def _plan(self, as_of: date) -> Plan:
        return plan(self.zone, as_of, self.policy.register, policies=[self.policy])

    def answer(self, condition: Condition, side: Side) -> Answer:
        """What the condition answers on a side. Raises ProblemError (E551, E552)."""
        day = side.get(AS_OF)
        as_of = date.fromisoformat(str(day)) if day is not None else self.as_of
        types = self._types(as_of)
        given = {**self.base.given, **{name: value for name, value in side.items() if name != AS_OF}}
        if as_of != self.as_of:  # the years the base speaks of are others now
            given = {name: value for name, value in given.items() if name in types or name in side}
        row = self._row(types, given, as_of)
        return _answer(condition, row, as_of)

    def stub(self, condition: Condition) -> str:
        """Two sides to write below the condition: found by trying other values, or with a gap to fill in."""
        inside, outside = self._boundary(condition) or ({}, {"…": "…"})
        lines = [f"just_in: {_flow(inside)}"] if inside else []
        return "\n".join([*lines, f"just_out: {_flow(outside)}"])

    def _boundary(self, condition: Condition) -> tuple[dict[str, object], dict[str, object]] | None:
        """What is the same on both sides but for one value, and on which side of the condition it lies."""
        types = self._types(self.as_of)
        given = as_columns(self.zone, self.policy.register, self.as_of, types, self.base.given)
        for column in columns_needed(condition.expression, self.as_of):
            if column not in given and types[column] != "flag":
                continue
            found = self._between(condition, types, given, column)
            if found is not None:
                return found
        return None

    def _between(
        self, condition: Condition, types: Mapping[str, str], given: Mapping[str, Any], column: str
    ) -> tuple[dict[str, object], dict[str, object]] | None:
        def says(value: object) -> Answer:
            return _answer(condition, self._row(types, {**given, column: value}, self.as_of), self.as_of)

        kind = types[column]
        if kind == "flag":
            outside = next((value for value in ("true", "false") if says(value) == "no"), None)
            return None if outside is None else ({}, {column: outside})
        if kind == "date":
            start = date.fromisoformat(str(given[column])).toordinal()
            edge = _bisect(start, [start + FAR_DAYS, start - FAR_DAYS], lambda day: says(date.fromordinal(day)))
            return None if edge is None else _pair(column, [date.fromordinal(day) for day in edge])
        if kind not in STEPS:
            return None
        step = STEPS[kind]
        value = Decimal(str(given[column]).replace("_", ""))
        far = [int((value or step) * each / step) for each in FAR]
        edge = _bisect(int(value / step), far, lambda steps: says(steps * step))
        return None if edge is None else _pair(column, [steps * step for steps in edge])

    def _types(self, as_of: date) -> dict[str, str]:
        planned = self.planned if as_of == self.as_of else self._plan(as_of)
        results = tuple(f"{what}:{id}" for each in planned.policies for what, id in sorted(each.reads))
        return column_types(self.zone, self.policy.register, (*planned.columns, *results), planned.links)

    def _row(self, types: Mapping[str, str], given: Mapping[str, Any], as_of: date) -> pl.DataFrame:
        columns = as_columns(self.zone, self.policy.register, as_of, types, given)
        return given_row(types, columns, self.policy.spans["conditions"], clock=self.zone.time_zone)


def _pair(column: str, edge: Sequence[object]) -> tuple[dict[str, object], dict[str, object]]:
    inside, outside = edge
    return {column: inside}, {column: outside}


def _bisect(inside: int, far: Sequence[int], says: Callable[[int], Answer]) -> tuple[int, int] | None:
    """The last value on the way that is in, and the first that is out."""
    outside = next((value for value in far if value != inside and says(value) == "no"), None)
    if outside is None or says(inside) != "yes":
        return None
    while abs(outside - inside) > 1:
        middle = (inside + outside) // 2
        if says(middle) == "yes":
            inside = middle
        else:
            outside = middle
    return inside, outside


def _answer(condition: Condition, row: pl.DataFrame, as_of: date) -> Answer:
    (found,) = evaluate_row([bind(condition.expression, as_of)], row)
    if found is None:
        return condition.absent
    return "yes" if found else "no"


def _flow(side: Mapping[str, object]) -> str:
    """As one line of YAML; a name with a bracket or a colon is quoted."""
    return "{" + ", ".join(f"{_quoted(name)}: {_written(value)}" for name, value in side.items()) + "}"


def _quoted(name: str) -> str:
    return f"'{name}'" if any(sign in name for sign in "[]:,{}") else name


def _written(value: object) -> str:
    if isinstance(value, Decimal):
        whole = value == value.to_integral_value()
        return f"{int(value):_}" if whole else f"{value.normalize():f}"
    return str(value)
