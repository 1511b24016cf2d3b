"""Why a rule answers as it does for one subject: each condition, its truth, the values, what is missing, how far."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final, Literal

import polars as pl

from duofeng.brain.rules.condition import Condition, Rule
from duofeng.engine import tree
from duofeng.engine.dates import announced_later
from duofeng.engine.distance import Measure, distance, has_alternatives, measure, structure
from duofeng.engine.expression import Expression, bind
from duofeng.engine.program import evaluate_row
from duofeng.engine.words import MINOR_UNITS
from duofeng.kernel.message import Message, say
from duofeng.kernel.quantity import Amount

Answer = Literal["yes", "no", "unknown"]
Plain = float | Decimal | str | date | bool | None


@dataclass(frozen=True, slots=True)
class Used:
    """A column a condition read, its value (money as Decimal of the main unit) and its unit; None is unknown."""

    column: str
    value: Plain
    unit: str | None


@dataclass(frozen=True, slots=True)
class Gap:
    """How far one comparison is from holding. `by` is signed: what `what` must change by. `also` says the same in the
    numerator of a ratio: how much more research spending makes up the missing share."""

    what: str
    operator: str
    value: Plain
    needed: Plain
    by: float | Decimal
    unit: str | None
    also: float | Decimal | None = None
    also_unit: str | None = None

    @property
    def said(self) -> Message:
        """`还差 2 件`."""
        if self.operator == ">" and isinstance(self.needed, float | Decimal) and 0 <= self.needed <= A_STEP:
            return say("须大于零")
        if not self.by:
            return Message(BORDERS.get(self.operator, DIFFERS).id, {"needed": self.needed})
        size = _size(self.by, self.unit)
        said = say("还差 {size}", size=size) if self.by > 0 else say("超出 {size}", size=size)
        return say("{gap}（{also}）", gap=said, also=_size(self.also, self.also_unit)) if self.also else said


A_STEP = 0.01
"""The least amount of money above nothing: to have any at all is yes or no, and no distance."""
BORDERS = {">": say("须高于 {needed}"), "<": say("须低于 {needed}")}
DIFFERS = say("须不同于 {needed}")


@dataclass(frozen=True, slots=True)
class ConditionAnswer:
    """`missing` are columns without a value on which the unknown rests; `reasons` other causes of an unknown, with the
    text of the part they are about; `provisional` what a part comes to if only weekends are off, where the calendar is
    not announced; `gaps` only what fails and can be measured."""

    condition: Condition
    answer: Answer
    used: tuple[Used, ...]
    missing: tuple[str, ...]
    reasons: tuple[tuple[Reason, str], ...]
    provisional: tuple[tuple[str, Plain], ...]
    gaps: tuple[Gap, ...]
    declared_absent: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """A rule for one subject. `failed` of one or two with nothing unknown is a near miss."""

    rule: Rule
    answer: Answer
    conditions: tuple[ConditionAnswer, ...]

    @property
    def failed(self) -> tuple[ConditionAnswer, ...]:
        return tuple(one for one in self.conditions if one.answer == "no")

    @property
    def missing(self) -> tuple[str, ...]:
        """Columns whose values would help, each once."""
        return tuple(dict.fromkeys(name for one in self.conditions for name in one.missing))


UNANNOUNCED: Final = "calendar not announced"
Reason = Literal["division by zero", "not a number", "no branch applies", "calendar not announced"]
REASONS: Mapping[Reason, Message] = {
    "division by zero": say("除数为零"),
    "not a number": say("结果不是实数"),
    "no branch applies": say("各种情形都不适用"),
    "calendar not announced": say("工作日历尚未公布"),
}


def explain(rule: Rule, profile: pl.DataFrame, as_of: date) -> Explanation:
    """`profile` has exactly one row, the subject's. Raises ProblemError (E521, E522) when a column is absent."""
    if profile.height != 1:
        raise ValueError(f"one subject is explained at a time, not {profile.height}")
    nodes = [bind(condition.expression, as_of) for condition in rule.conditions]
    truths = evaluate_row(nodes, profile)
    answers = tuple(
        _explain_condition(condition, node, truth, profile, as_of)
        for condition, node, truth in zip(rule.conditions, nodes, truths, strict=True)
    )
    said = {one.answer for one in answers}
    whole: Answer = "no" if "no" in said else ("unknown" if "unknown" in said else "yes")
    return Explanation(rule, whole, answers)


def missing_columns(rule: Rule, profile: pl.DataFrame, as_of: date) -> tuple[str, ...]:
    """`Explanation.missing` alone, without why and how far."""
    nodes = [bind(condition.expression, as_of) for condition in rule.conditions]
    truths = evaluate_row(nodes, profile)
    read = [one for node, truth in zip(nodes, truths, strict=True) if truth is None for one in _columns(node)]
    return tuple(dict.fromkeys(one.name for one in read if _used(one, profile).value is None))


def _explain_condition(
    condition: Condition, node: tree.Node, found: bool | None, profile: pl.DataFrame, as_of: date
) -> ConditionAnswer:
    expression = condition.expression
    used = tuple(_used(one, profile) for one in _columns(node))
    if found is None:
        missing = tuple(one.column for one in used if one.value is None)
        reasons = tuple(_reasons(expression, node, profile))
        declared = condition.absent != "unknown"
        said = tuple(_provisional(expression, node, profile)) if any(one == UNANNOUNCED for one, _ in reasons) else ()
        return ConditionAnswer(condition, condition.absent, used, missing, reasons, said, (), declared)
    gaps = () if found else tuple(_gaps(expression, profile, as_of))
    return ConditionAnswer(condition, "yes" if found else "no", used, (), (), (), gaps, False)


def _columns(node: tree.Node) -> tuple[tree.ColumnRef, ...]:
    """What is shown as used: not the bounds of a count, which stand for the same lines as the count."""
    if isinstance(node, tree.Settled):
        return _columns(node.comparison)
    found = [node] if isinstance(node, tree.ColumnRef) else []
    below = (one for child in tree.children(node) for one in _columns(child))
    return tuple(dict.fromkeys([*found, *below]))


def _used(column: tree.ColumnRef, profile: pl.DataFrame) -> Used:
    return Used(column.name, plain(profile[column.name][0], column.type), column.unit)


def plain(value: object, kind: str) -> Plain:
    """A value as a person reads it: money as a Decimal of the main unit, NaN as unknown, a set as a list."""
    if isinstance(value, pl.Series):
        return "、".join(map(str, value))
    if value is None or value != value:  # noqa: PLR0124  # only NaN differs from itself
        return None
    if kind == "money":
        assert isinstance(value, int)
        return Decimal(value) / MINOR_UNITS
    assert isinstance(value, float | int | str | date | bool)
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _reasons(expression: Expression, node: tree.Node, profile: pl.DataFrame) -> Iterator[tuple[Reason, str]]:
    """Parts that have no value although everything they are made of has one."""
    nodes = list(dict.fromkeys(tree.walk(node)))
    values = dict(zip(nodes, evaluate_row(nodes, profile), strict=True))
    for part in nodes:
        inner = tree.children(part)
        if values[part] is not None or not inner or isinstance(part, tree.Missing | tree.Settled):
            continue
        reason = _reason(part, values)
        if reason is not None:
            yield reason, expression.source_of(part)


def _reason(part: tree.Node, values: Mapping[tree.Node, object]) -> Reason | None:
    if isinstance(part, tree.Case):
        no_branch = part.default is None and all(values[condition] is False for condition, _ in part.branches)
        return "no branch applies" if no_branch else None
    if any(values[child] is None for child in tree.children(part)):
        return None
    if isinstance(part, tree.Workdays | tree.WorkingHours):
        return UNANNOUNCED
    divides = isinstance(part, tree.Arithmetic) and part.operator == "/" and not values[part.right]
    return "division by zero" if divides else "not a number"


def _provisional(expression: Expression, node: tree.Node, profile: pl.DataFrame) -> Iterator[tuple[str, Plain]]:
    """Working days beyond the calendar as they would come out if only weekends were off in the years to come."""
    parts = [part for part in dict.fromkeys(tree.walk(node)) if isinstance(part, tree.Workdays)]
    later = [replace(part, named=f"{part.named}?", calendar=announced_later(part.calendar)) for part in parts]
    for part, value in zip(parts, evaluate_row(later, profile), strict=True):
        if value is not None:
            yield expression.source_of(part), plain(value, part.type)


def _gaps(expression: Expression, profile: pl.DataFrame, as_of: date) -> Iterator[Gap]:
    measures = measure(expression, profile, as_of)
    nearest = _nearest(expression, profile, as_of)
    for one in measures if nearest is None else measures[nearest : nearest + 1]:
        comparison = one.leaf.comparison
        by = plain(one.gap[0], "number" if one.unit == "day" else comparison.left.type) if comparison else None
        if comparison is None or one.holds[0] is not False or not isinstance(by, float | Decimal):
            continue
        kind = comparison.left.type
        also, also_unit = _numerator(one, comparison)
        yield Gap(
            expression.source_of(comparison.left), comparison.operator, plain(one.value[0], kind),
            plain(one.needed[0], kind), by, one.unit, also, also_unit,
        )  # fmt: skip


def _nearest(expression: Expression, profile: pl.DataFrame, as_of: date) -> int | None:
    """Of alternatives, which of the measures is the least to make up; None where all parts must hold."""
    if not has_alternatives(structure(bind(expression, as_of))):
        return None
    leaf = distance(expression, profile, as_of)["leaf"][0]
    return leaf if isinstance(leaf, int) and leaf >= 0 else None


def _numerator(one: Measure, comparison: tree.Compare) -> tuple[float | Decimal | None, str | None]:
    if one.part is None or not isinstance(comparison.left, tree.Arithmetic):
        return None, None
    part = plain(one.part[0], comparison.left.left.type)
    return (part if isinstance(part, float | Decimal) else None), comparison.left.left.unit


def _size(amount: float | Decimal, unit: str | None) -> Amount:
    """The size of a gap; shares and percentages differ by percentage points."""
    size = -amount if amount < 0 else amount
    if unit in {"ratio", "%"}:
        return Amount(size * 100 if unit == "ratio" else size, "pp", 4)
    return Amount(size, unit, 4)
