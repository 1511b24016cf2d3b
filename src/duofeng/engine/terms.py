"""Words that are written out as others when they are read: conditions on each period, tiers by slices."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from sqlglot import exp

from duofeng.engine import tree
from duofeng.engine.periods import periods_in
from duofeng.engine.syntax import has_invalid, invalid, place_of
from duofeng.engine.tree import Constant, Node
from duofeng.engine.words import NUMERIC

if TYPE_CHECKING:
    from duofeng.engine.checking import Typing
    from duofeng.engine.reader import Reader


def each_period(reader: Reader, name: str, sql: exp.Expression) -> Node:
    """`ever(…)` and `always(…)`: the condition asked of the first period of every range in it, the second, and so on.
    The ranges are equally long."""
    if reader.each_period:
        return reader.wrong(name, sql)
    with reader.ranging():
        condition = reader.typing.want_flag(reader.node(sql.expressions[0]))
    if condition.type == "invalid":
        return invalid(sql)
    if len({periods_in(each) for each in tree.ranged(condition)}) != 1:
        return reader.wrong(name, sql)
    return tree.EachPeriod(every=name == "always", arg=condition, type="flag", **place_of(sql))


def marginal(reader: Reader, name: str, sql: exp.Expression) -> Node:
    """`marginal(x, 0.1, 5_000_000, 0.05)`: a tenth of the first five million, a twentieth of the rest; nothing of what
    is below zero. What the slices below come to is a written amount, so that the whole is rounded once."""
    value, *steps = (reader.node(arg) for arg in sql.expressions)
    if has_invalid((value, *steps)):
        return invalid(sql)
    written = [each for each in steps if isinstance(each, Constant)]
    rates, bounds = written[::2], [Decimal(str(each.value)) for each in written[1::2] if each.type == "literal"]
    alike = len({rate.type for rate in rates}) == 1 and rates[0].type in {"literal", "money"}
    rising = all(bound > 0 for bound in bounds) and bounds == sorted(set(bounds))
    whole = len(written) == len(steps) == len(rates) + len(bounds) == 2 * len(bounds) + 1
    if not (alike and rising and whole) or value.type not in NUMERIC | {"money"}:
        return reader.wrong(name, sql)
    return _slices(reader.typing, place_of(sql), value, rates, bounds)


def _slices(typing: Typing, place: tree.Place, value: Node, rates: list[Constant], bounds: list[Decimal]) -> Node:
    kind = rates[0].type

    def constant(number: Decimal, kind: str = "literal") -> Node:
        return Constant(value=int(number) if kind == "money" else number, type=kind, **place)

    parts, below = [constant(Decimal(0), kind)], Decimal(0)
    for rate, start, end in zip(rates, [Decimal(0), *bounds], [*bounds, Decimal(0)], strict=True):
        inside = typing.arithmetic("-", value, constant(start), **place) if start else value
        part = typing.arithmetic("*", inside, rate, **place)
        parts.append(typing.arithmetic("+", part, constant(below, kind), **place) if below else part)
        below += Decimal(str(rate.value)) * (end - start)
    reached = [typing.compare("<=", value, constant(bound), **place) for bound in (Decimal(0), *bounds)]
    return typing.case(reached, parts[:-1], parts[-1], **place)
