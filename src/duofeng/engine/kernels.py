"""One function per kind of node, over one block of rows: values and three-valued truths.

Unknown follows Kleene: `and` is no as soon as one side is no, `or` yes as soon as one side is yes, everything else that
touches an unknown is unknown. Division by zero and whatever is not a finite number are unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import reduce

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from duofeng.engine import money, tree
from duofeng.engine.values import (
    ABSENT_CODE,
    Arrow,
    Bools,
    Data,
    Sets,
    Texts,
    Truth,
    Value,
    Vector,
    bits_of,
    either,
    words_of,
)

NEARLY = 1e-12  # two computed numbers this close are equal: 0.29 * 100 is 29 for every reader of a rule
DECIMALS = 12
WHOLE_FROM = 2.0**52  # a double of this size has no decimals left to round
COMPARE: dict[str, Callable[..., Bools]] = {
    "=": np.equal, "<>": np.not_equal, "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal,
}  # fmt: skip
FEW_WORDS = 4


def is_exact(node: tree.Node) -> bool:
    """Whether a number carries no rounding of binary fractions: it may be compared as it stands."""
    match node:
        case tree.ColumnRef() | tree.Constant() | tree.Missing() | tree.AtLeast():
            return True
        case tree.Arithmetic(operator="/", left=left, right=right):
            return all(side.type in {"money", "integer"} and is_exact(side) for side in (left, right))
        case tree.Call(function="abs" | "least" | "greatest" | "min" | "max", args=args):
            return all(map(is_exact, args))
        case tree.Case(branches=branches, default=default):
            return all(is_exact(value) for _, value in branches) and (default is None or is_exact(default))
        case _:
            return node.type != "number"


def known(yes: Bools, unknown: Bools | None) -> Truth:
    """A truth from a comparison that also compared what lies under unknown values."""
    return Truth(yes if unknown is None else np.greater(yes, unknown), unknown)


# ---- truths ----------------------------------------------------------------------------------------------


def compare_constant(operator: str, left: Vector, constant: float | int, *, nearly: bool) -> Truth:
    data = left.data
    if not nearly:
        return known(COMPARE[operator](data, constant), left.unknown)
    margin = NEARLY * max(1.0, abs(constant))
    if operator in {"=", "<>"}:
        close = np.abs(data - constant) <= margin
        return known(close if operator == "=" else ~close, left.unknown)
    return known(COMPARE[operator](data, constant + (margin if operator in {">", "<="} else -margin)), left.unknown)


def compare(operator: str, left: Vector, right: Vector, *, nearly: bool) -> Truth:
    unknown = either(left.unknown, right.unknown)
    if not nearly:
        return known(COMPARE[operator](left.data, right.data), unknown)
    gap, margin = left.data - right.data, NEARLY * np.maximum(1.0, np.abs(right.data))
    close = np.abs(gap) <= margin
    if operator in {"=", "<>"}:
        return known(close if operator == "=" else ~close, unknown)
    strict = COMPARE[operator[0]](gap, 0.0)
    return known(strict | close if operator in {"<=", ">="} else strict & ~close, unknown)


def compare_texts(operator: str, left: Texts, right: Texts) -> Truth:
    """Equality of two columns of texts: the right one's words are looked up among the left one's, codes compared."""
    places: Arrow = pc.index_in(right.words, value_set=left.words)
    table = np.array([*(-1 if place is None else place for place in places.to_pylist()), -1])
    codes = np.where(right.codes == right.absent, len(right.words), right.codes)
    same = left.codes == table[codes]
    return known(same if operator == "=" else ~same, either(left.unknown, right.unknown))


def look_up(texts: Texts, chosen: Bools) -> Truth:
    """Rows whose word is chosen, by a table over the dictionary: one byte per row, whatever the words are."""
    if texts.codes.dtype == np.uint8:
        places = np.flatnonzero(chosen)
        if len(places) <= FEW_WORDS:
            return Truth(any_of([texts.codes == place for place in places], texts.codes), texts.unknown)
        table = np.zeros(ABSENT_CODE + 1, np.uint8)
        table[: len(chosen)] = chosen
        yes = np.frombuffer(texts.codes.tobytes().translate(table.tobytes()), np.bool_)
        return Truth(yes.reshape(texts.codes.shape), texts.unknown)
    return Truth(np.append(chosen, False)[texts.codes], texts.unknown)


def any_of(truths: Sequence[Bools], shaped_like: Data) -> Bools:
    return reduce(np.logical_or, truths) if truths else np.zeros(shaped_like.shape, np.bool_)


def words_among(words: Arrow, values: frozenset[object], prefix: bool) -> Bools:
    listed = sorted(str(value) for value in values)
    if not prefix:
        return bits_of(pc.is_in(words, value_set=words_of(listed)))
    return any_of([bits_of(pc.starts_with(words, pattern=value)) for value in listed], np.empty(len(words)))


def words_like(words: Arrow, pattern: str) -> Bools:
    return bits_of(pc.match_like(words, pattern=pattern))


def all_true(truths: Sequence[Truth]) -> Truth:
    yes = reduce(np.logical_and, [truth.yes for truth in truths])
    if all(truth.unknown is None for truth in truths):
        return Truth(yes)
    possible = reduce(np.logical_and, [_possible(truth) for truth in truths])
    return Truth(yes, np.greater(possible, yes))


def any_true(truths: Sequence[Truth]) -> Truth:
    yes = reduce(np.logical_or, [truth.yes for truth in truths])
    if all(truth.unknown is None for truth in truths):
        return Truth(yes)
    return Truth(yes, np.greater(reduce(np.logical_or, [_possible(truth) for truth in truths]), yes))


def negated(truth: Truth) -> Truth:
    return Truth(truth.no, truth.unknown)


def at_least(count: int, truths: Sequence[Truth]) -> Truth:
    """Yes when enough are met already, no when even all the unknown ones would not do."""
    met = reduce(np.add, [truth.yes.astype(np.int16) for truth in truths])
    yes = met >= count
    if all(truth.unknown is None for truth in truths):
        return Truth(yes)
    possible = reduce(np.add, [_possible(truth).astype(np.int16) for truth in truths]) >= count
    return Truth(yes, np.greater(possible, yes))


def _possible(truth: Truth) -> Bools:
    return truth.yes if truth.unknown is None else truth.yes | truth.unknown


# ---- numbers ---------------------------------------------------------------------------------------------


def finite(data: Data, unknown: Bools | None) -> Vector:
    odd = ~np.isfinite(data)
    return Vector(data, either(unknown, odd) if odd.any() else unknown)


def add(left: Vector, right: Vector) -> Vector:
    return finite(left.data + right.data, either(left.unknown, right.unknown))


def subtract(left: Vector, right: Vector) -> Vector:
    return finite(left.data - right.data, either(left.unknown, right.unknown))


def multiply(left: Vector, right: Vector) -> Vector:
    return finite(left.data * right.data, either(left.unknown, right.unknown))


def divide(left: Vector, right: Vector) -> Vector:
    """By zero: unknown. The quotient of whole numbers below 2^53 is the nearest double, so exact at a bound."""
    return finite(np.true_divide(left.data, right.data), either(left.unknown, right.unknown))


def rounded(value: Vector, digits: int, way: str) -> Vector:
    """Half away from zero; what binary fractions put within 1e-9 of a step counts as on it."""
    scale = 10.0**digits if digits >= 0 else 1.0
    shrink = 10.0**-digits if digits < 0 else 1.0
    size = value.data * scale / shrink
    if way == "round":
        steps = np.copysign(np.floor(np.abs(size) + 0.5 + 1e-9), size)
    else:
        steps = np.floor(size + 1e-9) if way == "floor" else np.ceil(size - 1e-9)
    whole = np.abs(size) >= WHOLE_FROM
    return finite(np.where(whole, size, steps) * shrink / scale, value.unknown)


def settled(data: Data, unknown: Bools | None) -> Vector:
    """Results of powers and logarithms, whose last digit differs between machines, to twelve decimals."""
    scale = 10.0**DECIMALS
    short = np.where(np.abs(data) < 1000.0, np.rint(data * scale) / scale, data)
    return finite(short, unknown)


def growth(first: Vector, last: Vector) -> Vector:
    """(last − first) ÷ first; from nothing or from a loss there is no rate."""
    base = np.where(first.data > 0, first.data, np.nan)
    return finite((last.data - first.data) / base, either(first.unknown, last.unknown))


def compound_growth(first: Vector, last: Vector, periods: int) -> Vector:
    base = np.where(first.data > 0, first.data, np.nan)
    ratio = np.where(last.data >= 0, last.data, np.nan) / base
    return settled(np.power(ratio, 1.0 / periods) - 1.0, either(first.unknown, last.unknown))


def extreme(function: str, values: Sequence[Vector]) -> Vector:
    """Unknown as soon as one value is: the unknown one might be the smallest."""
    pick = np.minimum if function in {"least", "min"} else np.maximum
    return Vector(reduce(pick, [value.data for value in values]), reduce(either, [value.unknown for value in values]))


def total(values: Sequence[Vector]) -> Vector:
    return reduce(add, values)


FLOATING: dict[str, Callable[..., Data]] = {"sqrt": np.sqrt, "ln": np.log, "exp": np.exp, "power": np.power}


def floating(function: str, values: Sequence[Vector]) -> Vector:
    unknown = reduce(either, [value.unknown for value in values])
    return settled(FLOATING[function](*[value.data for value in values]), unknown)


# ---- money -----------------------------------------------------------------------------------------------


def money_arithmetic(operator: str, left: Vector, right: Vector | Decimal) -> Vector:
    if isinstance(right, Decimal):
        return money.times_decimal(left, right) if operator == "*" else money.over_decimal(left, right)
    if operator in {"+", "-"}:
        return money.added(left, right, 1 if operator == "+" else -1)
    return money.times_numbers(left, right) if operator == "*" else money.over_numbers(left, right)


# ---- sets -------------------------------------------------------------------------------------------------


def size(values: Sets) -> Vector:
    return Vector(np.diff(values.offsets).astype(np.float64), values.unknown)


def one_chosen(values: Sets, chosen: Bools) -> Truth:
    """Rows with a member that is chosen; `chosen` speaks of all members of the column."""
    upto = np.concatenate([[0], np.cumsum(chosen)])
    return known(upto[values.offsets[1:]] > upto[values.offsets[:-1]], values.unknown)


# ---- choices ---------------------------------------------------------------------------------------------


def choose(conditions: Sequence[Truth], values: Sequence[Value], default: Value | None) -> Value:
    """The first branch whose condition holds; unknown from the first unknown condition on, and where none applies."""
    if isinstance(values[0], Texts):
        words = [value for value in (*values, default) if isinstance(value, Texts)]
        return _choose_texts(conditions, words, has_default=default is not None)
    numeric = [value for value in (*values, default) if isinstance(value, Vector)]
    data = numeric[-1].data if default is not None else np.zeros_like(numeric[0].data)
    unknown: Bools = _mask(numeric[-1]) if default is not None else np.array(True)
    for condition, value in zip(reversed(conditions), reversed(numeric[: len(conditions)]), strict=True):
        data = np.where(condition.yes, value.data, data)
        unknown = np.where(condition.yes, _mask(value), unknown)
        unknown = unknown if condition.unknown is None else unknown | condition.unknown
    return Vector(data, np.broadcast_to(unknown, data.shape))


def _choose_texts(conditions: Sequence[Truth], values: Sequence[Texts], *, has_default: bool) -> Texts:
    words = pa.concat_arrays([value.words for value in values])
    starts = np.cumsum([0, *(len(value.words) for value in values)])
    absent = int(starts[-1])

    def shifted(position: int) -> Vector:
        value = values[position]
        codes = np.where(value.codes == value.absent, absent, value.codes.astype(np.int64) + starts[position])
        return Vector(codes.astype(np.int32), value.unknown)

    branches = [shifted(position) for position in range(len(conditions))]
    chosen = choose(conditions, branches, shifted(len(values) - 1) if has_default else None)
    assert isinstance(chosen, Vector)
    codes = np.where(_mask(chosen), absent, chosen.data).astype(np.int32)
    return Texts(codes, words, absent, chosen.unknown)


def when_absent(column: Value, value: Value) -> Value:
    if column.unknown is None:
        return column
    return choose([Truth(column.unknown)], [value], column)


def _mask(value: Vector) -> Bools:
    return np.zeros(np.shape(value.data), np.bool_) if value.unknown is None else value.unknown
