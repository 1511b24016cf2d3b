"""Bound trees into steps: every distinct node of all conditions becomes one step and is computed once per block."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, cast

import numpy as np

from duofeng.engine import dates, kernels, money, places, tree
from duofeng.engine.values import ABSENT_CODE, Arrow, Batch, Bools, Sets, Texts, Truth, Value, Vector, words_of
from duofeng.engine.words import TEXTUAL, member_of

INSTANT_ZERO = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH = date(1970, 1, 1).toordinal()
Result = Value | Truth


@dataclass(slots=True)
class Registers:
    """What the steps of one block have computed so far; `tables` are lookups shared by all blocks of a batch."""

    columns: Batch
    tables: MutableMapping[int, Any]
    results: list[Result] = field(default_factory=list)

    def vector(self, slot: int) -> Vector:
        result = self.results[slot]
        if isinstance(result, Truth):
            return Vector(result.yes, result.unknown)
        return cast(Vector, result)

    def truth(self, slot: int) -> Truth:
        return cast(Truth, self.results[slot])

    def texts(self, slot: int) -> Texts:
        return cast(Texts, self.results[slot])


Step = Callable[[Registers], Result]


class Compiler:
    """Collects steps. `slot(node)` is where the result of a node will be found."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.types: dict[str, str] = {}
        self._slots: dict[tree.Node, int] = {}

    def slot(self, node: tree.Node) -> int:
        found = self._slots.get(node)
        if found is None:
            step = self._build(node)
            found = self._slots[node] = len(self.steps)
            self.steps.append(step)
        return found

    def _slots_of(self, nodes: tuple[tree.Node, ...]) -> list[int]:
        return [self.slot(node) for node in nodes]

    def _build(self, node: tree.Node) -> Step:
        return BUILDERS[type(node)](self, node)

    # ---- leaves ----------------------------------------------------------------------------------------------------

    def column(self, node: tree.ColumnRef) -> Step:
        name = node.name
        self.types[name] = node.type
        if node.type != "flag":
            return lambda block: block.columns[name]

        def flag(block: Registers) -> Result:
            value = cast(Vector, block.columns[name])
            return kernels.known(cast(Bools, value.data), value.unknown)

        return flag

    def constant(self, node: tree.Constant) -> Step:
        value = constant(node)
        return lambda _block: value

    # ---- conditions ------------------------------------------------------------------------------------------------

    def compare(self, node: tree.Compare) -> Step:
        left, operator = self.slot(node.left), node.operator
        if node.left.type in TEXTUAL:
            return self._compare_texts(node)
        nearly = node.left.type == "number" and not (kernels.is_exact(node.left) and kernels.is_exact(node.right))
        if isinstance(node.right, tree.Constant) and node.right.type != "flag":
            bound = cast(Vector, constant(node.right)).data.item()
            return lambda block: kernels.compare_constant(operator, block.vector(left), bound, nearly=nearly)
        right = self.slot(node.right)
        return lambda block: kernels.compare(operator, block.vector(left), block.vector(right), nearly=nearly)

    def _compare_texts(self, node: tree.Compare) -> Step:
        if isinstance(node.right, tree.Constant):
            same = self.slot(tree.Among(arg=node.left, values=frozenset({node.right.value}), type="flag"))
            return (lambda b: b.truth(same)) if node.operator == "=" else (lambda b: kernels.negated(b.truth(same)))
        left, right, operator = self.slot(node.left), self.slot(node.right), node.operator
        return lambda block: kernels.compare_texts(operator, block.texts(left), block.texts(right))

    def among(self, node: tree.Among) -> Step:
        if member_of(node.arg.type) is not None:
            return self._by_member(node)
        if node.arg.type in TEXTUAL:
            return self._by_word(node.arg, lambda words: kernels.words_among(words, node.values, node.prefix))
        each = [
            tree.Compare(operator="=", left=node.arg, right=tree.Constant(value=value, type=node.arg.type), type="flag")
            for value in sorted(node.values, key=str)
        ]
        parts = self._slots_of(tuple(each))
        return lambda block: kernels.any_true([block.truth(part) for part in parts])

    def _by_member(self, node: tree.Among) -> Step:
        """Members are tested once for all blocks: the blocks of a column share them."""
        slot, key = self.slot(node.arg), len(self.steps)
        values = frozenset(float(one) if isinstance(one, Decimal) else one for one in node.values)

        def test(block: Registers) -> Truth:
            sets = cast(Sets, block.results[slot])
            if key not in block.tables:
                block.tables[key] = _chosen(sets.members, values, prefix=node.prefix)
            return kernels.one_chosen(sets, block.tables[key])

        return test

    def like(self, node: tree.Like) -> Step:
        return self._by_word(node.arg, lambda words: kernels.words_like(words, node.pattern))

    def _by_word(self, arg: tree.Node, choose: Callable[[Arrow], Bools]) -> Step:
        """A test of a text is made once per word of a column's dictionary, not once per row."""
        slot, key, lasting = self.slot(arg), len(self.steps), isinstance(arg, tree.ColumnRef)

        def test(block: Registers) -> Truth:
            texts = block.texts(slot)
            chosen = block.tables.get(key) if lasting else None
            if chosen is None:
                chosen = choose(texts.words)
                if lasting:
                    block.tables[key] = chosen
            return kernels.look_up(texts, chosen)

        return test

    def both(self, node: tree.And) -> Step:
        parts = self._slots_of(node.args)
        return lambda block: kernels.all_true([block.truth(part) for part in parts])

    def one_of(self, node: tree.Or) -> Step:
        parts = self._slots_of(node.args)
        return lambda block: kernels.any_true([block.truth(part) for part in parts])

    def negation(self, node: tree.Not) -> Step:
        arg = self.slot(node.arg)
        return lambda block: kernels.negated(block.truth(arg))

    def at_least(self, node: tree.AtLeast) -> Step:
        parts, count = self._slots_of(node.args), node.count
        return lambda block: kernels.at_least(count, [block.truth(part) for part in parts])

    def settled(self, node: tree.Settled) -> Step:
        whole = self.slot(node.logic)
        return lambda block: block.truth(whole)

    def is_known(self, node: tree.Known) -> Step:
        arg = self.slot(node.arg)

        def known(block: Registers) -> Result:
            result = block.results[arg]
            unknown = np.array(False) if result.unknown is None else result.unknown
            return Truth(~unknown)

        return known

    def day_of(self, node: tree.DayOf) -> Step:
        arg = self.slot(node.arg)
        return lambda block: dates.day_of(block.vector(arg), node.time_zone)

    def working_hours(self, node: tree.WorkingHours) -> Step:
        begin, end = self.slot(node.begin), self.slot(node.end)
        return lambda block: dates.working_hours(block.vector(begin), block.vector(end), node.time_zone, node.calendar)

    def workdays(self, node: tree.Workdays) -> Step:
        first, second = self.slot(node.first), self.slot(node.second)
        compute = dates.workdays_apart if node.function == "workdays_between" else dates.workdays_later
        return lambda block: compute(block.vector(first), block.vector(second), node.calendar)

    # ---- values ----------------------------------------------------------------------------------------------------

    def case(self, node: tree.Case) -> Step:
        conditions = [self.slot(condition) for condition, _ in node.branches]
        values = [self.slot(value) for _, value in node.branches]
        default = None if node.default is None else self.slot(node.default)
        is_text, is_flag = node.type in TEXTUAL, node.type == "flag"

        def chosen(block: Registers) -> Result:
            read: Callable[[int], Value] = block.texts if is_text else block.vector
            truths = [block.truth(condition) for condition in conditions]
            last = None if default is None else read(default)
            result = kernels.choose(truths, [read(value) for value in values], last)
            if is_flag:
                assert isinstance(result, Vector)
                return kernels.known(cast(Bools, result.data), result.unknown)
            return result

        return chosen

    def missing(self, node: tree.Missing) -> Step:
        column, value = self.slot(node.column), self.slot(node.value)
        if node.type == "flag":
            stands = isinstance(node.value, tree.Constant) and bool(node.value.value)
            return lambda block: decided(block.truth(column), "yes" if stands else "no")
        if node.type in TEXTUAL:
            return lambda block: kernels.when_absent(block.texts(column), block.texts(value))
        return lambda block: kernels.when_absent(block.vector(column), block.vector(value))

    def arithmetic(self, node: tree.Arithmetic) -> Step:
        operator, left_type, right_type = node.operator, node.left.type, node.right.type
        if node.type == "money":
            return self._money(node)
        left, right = self.slot(node.left), self.slot(node.right)
        if left_type == right_type == "date":
            return lambda block: dates.days_apart(block.vector(left), block.vector(right))
        if left_type == "date":
            sign = 1 if operator == "+" else -1
            return lambda block: dates.moved(block.vector(left), block.vector(right), sign)
        compute = {"+": kernels.add, "-": kernels.subtract, "*": kernels.multiply, "/": kernels.divide}[operator]
        return lambda block: compute(block.vector(left), block.vector(right))

    def _money(self, node: tree.Arithmetic) -> Step:
        """The money stands left; a written rate stays the decimal it was written as."""
        first, second, operator = node.left, node.right, node.operator
        if operator == "*" and second.type == "money":
            first, second = second, first
        left = self.slot(first)
        if isinstance(second, tree.Constant) and isinstance(second.value, Decimal):
            factor = second.value
            return lambda block: kernels.money_arithmetic(operator, block.vector(left), factor)
        right = self.slot(second)
        return lambda block: kernels.money_arithmetic(operator, block.vector(left), block.vector(right))

    def call(self, node: tree.Call) -> Step:
        if node.function in {"round", "floor", "ceil"}:
            return self._rounding(node)
        if node.function == "count_true":
            return self._count(node)
        if node.function == "size":
            values = self.slot(node.args[0])
            return lambda block: kernels.size(cast(Sets, block.results[values]))
        if node.function in {"distance", "overlaps"}:
            return self._places(node)
        args = self._slots_of(node.args)
        compute = _function(node)
        return lambda block: compute([block.vector(arg) for arg in args])

    def _places(self, node: tree.Call) -> Step:
        """The texts of a column are read as geometries once, not once per row."""
        compute = places.distance if node.function == "distance" else places.overlaps
        slots, key = self._slots_of(node.args), len(self.steps)

        def of_block(block: Registers) -> Result:
            first, second = (block.texts(slot) for slot in slots)
            shapes = cast("tuple[Any, Any] | None", block.tables.get(key))
            if shapes is None:
                shapes = places.shapes_of(first.words), places.shapes_of(second.words)
                block.tables[key] = shapes
            return compute(first, second, shapes)

        return of_block

    def _rounding(self, node: tree.Call) -> Step:
        value, digits, way = self.slot(node.args[0]), int(cast(Decimal, constant_value(node.args[1]))), node.function
        rounded = money.rounded if node.type == "money" else kernels.rounded
        return lambda block: rounded(block.vector(value), digits, way)

    def _count(self, node: tree.Call) -> Step:
        args = self._slots_of(node.args)

        def count(block: Registers) -> Vector:
            vectors = [block.vector(arg) for arg in args]
            return kernels.total([Vector(one.data.astype(np.float64), one.unknown) for one in vectors])

        return count


def _chosen(members: Vector | Texts, values: frozenset[Any], *, prefix: bool) -> Bools:
    if isinstance(members, Texts):
        return kernels.look_up(members, kernels.words_among(members.words, values, prefix)).yes
    days = [each.toordinal() - EPOCH if isinstance(each, date) else each for each in values]
    chosen = np.isin(members.data, np.array(sorted(days), members.data.dtype))
    return chosen if members.unknown is None else chosen & ~members.unknown


def decided(truth: Truth, absent: str) -> Truth:
    """What a declared absence makes of an unknown truth: `no`, `yes`, or `unknown` as it was."""
    if truth.unknown is None or absent == "unknown":
        return truth
    return Truth(truth.yes if absent == "no" else truth.yes | truth.unknown)


def constant_value(node: tree.Node) -> object:
    assert isinstance(node, tree.Constant)
    return node.value


def constant(node: tree.Constant) -> Result:
    """One value that spreads over a block."""
    value = node.value
    if node.type in TEXTUAL:
        return Texts(np.array(0, np.uint8), words_of([str(value)]), ABSENT_CODE)
    if isinstance(value, bool):
        return Truth(np.array(value))
    if isinstance(value, datetime):
        return Vector(np.array((value - INSTANT_ZERO) // timedelta(microseconds=1), np.int64))
    if isinstance(value, date):
        return Vector(np.array(value.toordinal() - EPOCH, np.int32))
    return Vector(np.array(value, np.int64) if node.type == "money" else np.array(float(cast(Decimal, value))))


def _function(node: tree.Call) -> Callable[[list[Vector]], Vector]:
    name, is_money, count = node.function, node.type == "money", len(node.args)
    simple: dict[str, Callable[[list[Vector]], Vector]] = {
        "abs": lambda args: Vector(np.abs(args[0].data), args[0].unknown),
        "growth": lambda args: kernels.growth(args[0], args[-1]),
        "cagr": lambda args: kernels.compound_growth(args[0], args[-1], count - 1),
        "year": lambda args: dates.calendar_part("year", args[0]),
        "month": lambda args: dates.calendar_part("month", args[0]),
        "years_between": lambda args: dates.complete_months(args[0], args[1], 12),
        "months_between": lambda args: dates.complete_months(args[0], args[1], 1),
        "add_months": lambda args: dates.months_later(args[0], args[1]),
        "minutes_between": lambda args: dates.minutes_apart(args[0], args[1]),
        "days_between": lambda args: dates.days_apart(args[1], args[0]),
        "sum": _money_sum if is_money else kernels.total,
        "avg": (lambda args: money.mean(_money_sum(args), count)) if is_money else (lambda args: _mean(args, count)),
    }
    if name in simple:
        return simple[name]
    if name in {"least", "greatest", "min", "max"}:
        return lambda args: kernels.extreme(name, args)
    return lambda args: kernels.floating(name, args)


def _money_sum(args: list[Vector]) -> Vector:
    result = args[0]
    for arg in args[1:]:
        result = money.added(result, arg, 1)
    return result


def _mean(args: list[Vector], count: int) -> Vector:
    total = kernels.total(args)
    return Vector(total.data / count, total.unknown)


BUILDERS: dict[type[tree.Node], Callable[[Compiler, Any], Step]] = {
    tree.ColumnRef: Compiler.column, tree.Linked: Compiler.column, tree.Settled: Compiler.settled,
    tree.Known: Compiler.is_known, tree.DayOf: Compiler.day_of, tree.WorkingHours: Compiler.working_hours,
    tree.Workdays: Compiler.workdays,    tree.Constant: Compiler.constant, tree.Compare: Compiler.compare,
    tree.Among: Compiler.among, tree.Like: Compiler.like, tree.And: Compiler.both, tree.Or: Compiler.one_of,
    tree.Not: Compiler.negation, tree.AtLeast: Compiler.at_least, tree.Case: Compiler.case,
    tree.Missing: Compiler.missing, tree.Arithmetic: Compiler.arithmetic, tree.Call: Compiler.call,
}  # fmt: skip
