"""How far a condition is from holding, in its own unit: 2 patents, 0.3 percentage points, 40 days, 120 000 yuan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from duofeng.engine import tree
from duofeng.engine.expression import Expression, bind
from duofeng.engine.program import evaluate_nodes
from duofeng.engine.tree import Node
from duofeng.engine.values import Table
from duofeng.engine.words import NUMERIC, family

Floats = NDArray[np.float64]
OPPOSITE: dict[str, tree.Comparison] = {"=": "<>", "<>": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
A_HAIR = 1e-9
A_MILLIONTH = 1e-6
"""What is needed to be above nothing measures no distance: then it is a share of what there is."""
MEASURED = frozenset({"number", "integer", "money", "date"})


@dataclass(frozen=True, slots=True)
class Leaf:
    """One plain condition inside a condition, as it has to come out for the whole to hold.

    A `not` above it is already turned into the opposite comparison; where there is none (`not industry in (…)`),
    `wanted` is false.
    """

    node: Node
    wanted: bool = True

    @property
    def comparison(self) -> tree.Compare | None:
        """The comparison, if it is one of quantities: only these have a distance."""
        node = self.node.comparison if isinstance(self.node, tree.Settled) else self.node
        return node if isinstance(node, tree.Compare) and node.left.type in MEASURED else None


@dataclass(frozen=True, slots=True)
class Tangle:
    """`need` of these parts must hold: all of them for `and`, one for `or`, k for `at_least(k, …)`."""

    need: int
    parts: tuple[Leaf | Tangle, ...]


@dataclass(frozen=True, slots=True)
class Measure:
    """One leaf for every row of a table. `gap` is what the value must change by (0 when it holds, null when unknown).

    Money is Int64 minor units, a date's gap whole days, everything else Float64. Of a ratio `part` says what its
    numerator must change by while the denominator stays.
    """

    leaf: Leaf
    holds: pl.Series
    value: pl.Series
    needed: pl.Series
    gap: pl.Series
    unit: str | None
    part: pl.Series | None = None


def structure(node: Node, wanted: bool = True) -> Leaf | Tangle:
    """The condition as leaves that must come out, with every `not` moved down to them."""
    match node:
        case tree.Not(arg=arg):
            return structure(arg, not wanted)
        case tree.And(args=args):
            return _tangle(len(args), args, wanted)
        case tree.Or(args=args):
            return _tangle(1, args, wanted)
        case tree.AtLeast(count=count, args=args):
            return _tangle(count, args, wanted)
        case tree.Compare(operator=operator) if not wanted:
            return Leaf(replace(node, operator=OPPOSITE[operator]))
        case tree.Settled(comparison=comparison, logic=logic) if not wanted:
            opposite = replace(comparison, operator=OPPOSITE[comparison.operator])
            return Leaf(replace(node, comparison=opposite, logic=tree.Not(arg=logic, type="flag")))
        case _:
            return Leaf(node, wanted)


def _tangle(count: int, args: Sequence[Node], wanted: bool) -> Tangle:
    """At least so many of the parts hold; or, for that not to be, so many of them fail."""
    need = count if wanted else len(args) - count + 1
    return Tangle(max(0, need), tuple(structure(arg, wanted) for arg in args))


def has_alternatives(part: Leaf | Tangle) -> bool:
    """Whether not all of its parts need to hold."""
    return isinstance(part, Tangle) and (part.need < len(part.parts) or any(map(has_alternatives, part.parts)))


def leaves(part: Leaf | Tangle) -> tuple[Leaf, ...]:
    if isinstance(part, Leaf):
        return (part,)
    return tuple(leaf for inner in part.parts for leaf in leaves(inner))


def measure(expression: Expression, table: Table, as_of: date) -> tuple[Measure, ...]:
    """Every measurable leaf of a condition for every row. Raises ProblemError (E521, E522)."""
    found = [leaf for leaf in leaves(structure(bind(expression, as_of))) if leaf.comparison is not None]
    wanted = [_nodes(leaf.node, leaf.comparison) for leaf in found if leaf.comparison is not None]
    values = iter(evaluate_nodes([node for nodes in wanted for node in nodes], table))
    return tuple(_measured(leaf, [next(values) for _ in nodes]) for leaf, nodes in zip(found, wanted, strict=True))


def distance(expression: Expression, table: Table, as_of: date) -> pl.DataFrame:
    """One row per row of the table: `gap` (signed, in the leaf's unit, money in minor units), `relative` (its share of
    what is needed), `value` (what there is; not of a date) and `leaf` (which of `measure(…)`): of parts that must all
    hold the farthest, of alternatives the nearest. For ordering and for charts; exact gaps are in `measure`.

    Null where the condition holds, is unknown, or what fails cannot be measured.
    """
    node = bind(expression, as_of)
    bound = structure(node)
    measures = measure(expression, table, as_of)
    holds, *truths = evaluate_nodes([node, *(leaf.node for leaf in leaves(bound))], table)
    numbers = {leaf: number for number, leaf in enumerate(one.leaf for one in measures)}
    columns = {
        leaf: _Column.of(leaf, truth, measures[numbers[leaf]] if leaf in numbers else None, numbers.get(leaf, -1))
        for leaf, truth in zip(leaves(bound), truths, strict=True)
    }
    chosen = _bottleneck(bound, columns)
    measurable = (holds == False).fill_null(False) & pl.Series(np.isfinite(chosen.relative))  # noqa: E712  # a column
    frame = pl.DataFrame({"gap": chosen.gap, "relative": chosen.relative, "value": chosen.value, "leaf": chosen.leaf})
    return frame.with_columns(pl.when(measurable).then(pl.all()))


@dataclass(frozen=True, slots=True)
class _Column:
    """`relative` is 0 where the part holds, infinite where it fails without a measure, NaN where it is unknown."""

    gap: Floats
    relative: Floats
    value: Floats
    leaf: NDArray[np.int32]

    @staticmethod
    def of(leaf: Leaf, truth: pl.Series, measured: Measure | None, number: int) -> _Column:
        right = truth.to_numpy() if truth.null_count() == 0 else truth.cast(pl.Float64).to_numpy()
        fails = np.where(np.isnan(right.astype(np.float64)), np.nan, np.where(right == leaf.wanted, 0.0, np.inf))
        numbers = np.full(len(fails), number, np.int32)
        if measured is None:
            nothing = np.full(len(fails), np.nan)
            return _Column(nothing, fails, nothing, numbers)
        gap = measured.gap.cast(pl.Float64).to_numpy()
        needed, there = (
            np.abs(each.to_physical().cast(pl.Float64).to_numpy()) for each in (measured.needed, measured.value)
        )
        size = np.maximum(np.where(needed > there * A_MILLIONTH, needed, there), A_HAIR)
        relative = np.where((fails == np.inf) & ~np.isnan(gap), np.maximum(np.abs(gap) / size, 1e-15), fails)
        return _Column(gap, relative, _plain(measured.value), numbers)


def _bottleneck(part: Leaf | Tangle, columns: Mapping[Leaf, _Column]) -> _Column:
    """Of k needed parts the k-th nearest decides. An unknown part holds nobody back where all are needed."""
    if isinstance(part, Leaf):
        return columns[part]
    inner = [_bottleneck(child, columns) for child in part.parts]
    relative = np.stack([column.relative for column in inner])
    doubt = 0.0 if part.need == len(inner) else np.inf
    order = np.argsort(np.where(np.isnan(relative), doubt, relative), axis=0, kind="stable")
    place = order[max(part.need, 1) - 1][np.newaxis]

    def taken(arrays: list[NDArray[Any]]) -> NDArray[Any]:
        return np.asarray(np.take_along_axis(np.stack(arrays), place, axis=0)[0])

    gaps, values, leaf = ([getattr(one, name) for one in inner] for name in ("gap", "value", "leaf"))
    return _Column(taken(gaps), taken([*relative]), taken(values), taken(leaf))


def _plain(values: pl.Series) -> Floats:
    """As floats; a day is no quantity."""
    if values.dtype == pl.Date:
        return np.full(len(values), np.nan)
    return values.cast(pl.Float64).to_numpy()


def _nodes(whole: Node, comparison: tree.Compare) -> list[Node]:
    """What a measure needs computed: the truth, both sides, and for a ratio what its numerator lacks."""
    left, right = comparison.left, comparison.right
    nodes: list[Node] = [whole, left, right]
    if isinstance(left, tree.Arithmetic) and left.operator == "/" and right.type in NUMERIC and _is_ratio(left):
        kind, unit = left.left.type, left.left.unit
        target = tree.Arithmetic(operator="*", left=left.right, right=right, type=kind, unit=unit)
        nodes.append(tree.Arithmetic(operator="-", left=target, right=left.left, type=kind, unit=unit))
    return nodes


def _measured(leaf: Leaf, series: Sequence[pl.Series]) -> Measure:
    comparison = leaf.comparison
    assert comparison is not None
    holds, value, bound = series[:3]
    needed = _needed(comparison.operator, comparison.left.type, bound)
    gap = needed - value
    gap = gap.dt.total_days() if comparison.left.type == "date" else gap
    if comparison.operator == "<>":
        gap = pl.Series("", [None] * len(gap), gap.dtype)
    gap = gap.set(holds.fill_null(False), 0).alias("")
    return Measure(leaf, holds, value, needed, gap, unit_of(comparison.left), _part(comparison, series))


def _part(comparison: tree.Compare, series: Sequence[pl.Series]) -> pl.Series | None:
    """What the numerator of a ratio lacks; of people and things counted whole, enough of them."""
    if len(series) <= 3:
        return None
    whole = isinstance(comparison.left, tree.Arithmetic) and comparison.left.left.type == "integer"
    return _away_from_zero(series[3]) if whole else series[3]


def _away_from_zero(lacks: pl.Series) -> pl.Series:
    """Half a person is nobody. A hair above a whole number is that number."""
    return lacks.sign() * (lacks.abs() - A_HAIR).ceil()


def _needed(operator: str, kind: str, bound: pl.Series) -> pl.Series:
    """The nearest value that satisfies the comparison; of real numbers the bound itself, also where it is excluded."""
    step = {">": 1, "<": -1}.get(operator, 0)
    if kind == "integer":
        whole = bound.floor() if operator in {">", "<="} else bound.ceil()
        return whole + step
    if kind == "date":
        return bound.dt.offset_by(f"{step}d") if step else bound
    return bound + step if kind == "money" else bound


def unit_of(node: Node) -> str | None:
    """The unit of a value; `ratio` for a quotient of like quantities and for growth: shown in percentage points."""
    if node.type == "date":
        return "day"
    growing = isinstance(node, tree.Call) and node.function in {"growth", "cagr"}
    return "ratio" if growing or (isinstance(node, tree.Arithmetic) and _is_ratio(node)) else node.unit


def _is_ratio(node: tree.Arithmetic) -> bool:
    same = family(node.left.type) == family(node.right.type) and node.left.unit == node.right.unit
    return node.operator == "/" and same
