"""The declared functions: how many arguments, of which type, and what they give. There are no others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlglot import exp

from duofeng.engine import date_functions, tree
from duofeng.engine.problems import UNKNOWN_RESULT
from duofeng.engine.references import SHAPES, look_back
from duofeng.engine.syntax import has_invalid, invalid, place_of
from duofeng.engine.terms import each_period, marginal
from duofeng.engine.tree import Attribute, Call, Constant, Node
from duofeng.engine.words import TEXTUAL, family, member_of
from duofeng.kernel.message import Message, say
from duofeng.kernel.problem import hint

if TYPE_CHECKING:
    from duofeng.engine.reader import Reader

Build = Callable[["Reader", str, exp.Expression], Node]
MANY = 200
OF_CARDS = ("score", "grade", "rank")
RESULT_NAMES = {name: say("评分卡", context="of a result") for name in OF_CARDS} | {
    name: say("政策", context="of a result") for name in ("outcome", "amount")
}


@dataclass(frozen=True, slots=True)
class Signature:
    """`shape` is what the documentation and a wrong call are told."""

    fewest: int
    most: int
    shape: str
    about: Message
    build: Build


RATES = frozenset({"growth", "cagr"})


def _of_numbers(reader: Reader, name: str, sql: exp.Expression) -> Node:
    args = tuple(reader.typing.want_number(reader.node(arg)) for arg in sql.expressions)
    return invalid(sql) if has_invalid(args) else Call(function=name, args=args, type="number", **place_of(sql))


def _of_quantity(reader: Reader, name: str, sql: exp.Expression) -> Node:
    """abs, round, floor, ceil: the type and the unit stay."""
    value = reader.typing.want_quantity(reader.node(sql.expressions[0]))
    digits = reader.node(sql.expressions[1]) if len(sql.expressions) > 1 else Constant(value=Decimal(0), type="literal")
    if "invalid" in {value.type, digits.type}:
        return invalid(sql)
    places = digits.value if isinstance(digits, Constant) else None
    if not isinstance(places, Decimal) or places != int(places) or abs(places) > 12:
        return reader.wrong(name, sql)
    args = (value,) if name == "abs" else (value, Constant(value=places, type="number"))
    kind = "number" if value.type == "literal" else value.type
    args = (reader.typing.settle(value, "number"), *args[1:]) if value.type == "literal" else args
    return Call(function=name, args=args, type=kind, unit=value.unit, **place_of(sql))


def _extreme(reader: Reader, name: str, sql: exp.Expression) -> Node:
    nodes = [reader.node(arg) for arg in sql.expressions]
    args = reader.typing.same(nodes)
    if args is None:
        return invalid(sql)
    if args[0].type in TEXTUAL | {"flag", "string", "invalid"}:
        return reader.wrong(name, sql)
    return Call(function=name, args=args, type=args[0].type, unit=args[0].unit, **place_of(sql))


def _aggregate(reader: Reader, name: str, sql: exp.Expression) -> Node:
    arg = reader.node(sql.expressions[0], range_allowed=True)
    return _of_periods(reader, name, sql, arg)


def _of_periods(reader: Reader, name: str, sql: exp.Expression, arg: Node) -> Node:
    if arg.type == "invalid":
        return arg
    if isinstance(arg, tree.Follow):  # the periods are put together there, and one value is followed
        inner = _of_periods(reader, name, sql, arg.inner)
        return inner if inner.type == "invalid" else replace(arg, inner=inner, type=inner.type, unit=inner.unit)
    if not _is_over_periods(name, arg):
        return reader.wrong(name, sql)
    is_ratio = name in RATES
    kind = "number" if is_ratio or (name == "avg" and arg.type == "integer") else arg.type
    return Call(function=name, args=(arg,), type=kind, unit=None if is_ratio else arg.unit, **place_of(sql))


def _is_over_periods(name: str, arg: Node) -> bool:
    """Whether it is one attribute in periods, of values that the function can put together."""
    arg = arg.column if isinstance(arg, tree.Missing) else arg
    if not isinstance(arg, Attribute) or arg.first is None or (arg.first == arg.last and name in RATES):
        return False
    return arg.type not in TEXTUAL | {"flag", "date"} or (arg.type == "date" and name in {"min", "max"})


def _counting(reader: Reader, name: str, sql: exp.Expression) -> Node:
    args = tuple(reader.typing.want_flag(reader.node(arg)) for arg in sql.expressions)
    return invalid(sql) if has_invalid(args) else Call(function=name, args=args, type="integer", **place_of(sql))


def _at_least(reader: Reader, name: str, sql: exp.Expression) -> Node:
    count = reader.node(sql.expressions[0])
    args = tuple(reader.typing.want_flag(reader.node(arg)) for arg in sql.expressions[1:])
    if has_invalid(args):
        return invalid(sql)
    value = count.value if isinstance(count, Constant) else None
    if not isinstance(value, Decimal) or value != int(value) or not 1 <= value <= len(args):
        return reader.wrong(name, sql)
    return tree.AtLeast(count=int(value), args=args, type="flag", **place_of(sql))


def _absent(reader: Reader, name: str, sql: exp.Expression) -> Node:
    column = reader.node(sql.expressions[0], range_allowed=reader.range_allowed)
    value = reader.node(sql.expressions[1])
    if "invalid" in {column.type, value.type}:
        return invalid(sql)
    if not _may_stand_in(value, column):
        return reader.wrong(name, sql)
    if "date" in {column.type, value.type} and "instant" in {column.type, value.type}:
        column, value = reader.typing.day_of(column), reader.typing.day_of(value)
    both = reader.typing.same([column, value])
    if both is None:
        return invalid(sql)
    if member_of(column.type) is not None:
        return reader.wrong(name, sql)
    return tree.Missing(column=both[0], value=both[1], type=column.type, unit=column.unit, **place_of(sql))


def _may_stand_in(value: Node, column: Node) -> bool:
    read = Attribute | tree.Follow | tree.LookBack
    stands = isinstance(value, Constant) or (column.type != "flag" and isinstance(value, read | tree.AsOf))
    return isinstance(column, read) and stands


def _has(reader: Reader, name: str, sql: exp.Expression) -> Node:
    """Whether one of a set's members is one of these."""
    values, *listed = sql.expressions
    arg = reader.node(values)
    if arg.type == "invalid":
        return arg
    member = member_of(arg.type)
    if member is None:
        return reader.wrong(name, sql)
    if isinstance(listed[0], exp.Anonymous) and len(listed) == 1:
        return reader.in_codes(sql, arg, listed[0])
    wanted = tuple(reader.typing.settle(reader.node(each), member) for each in listed)
    if has_invalid(wanted):
        return invalid(sql)
    constants = _constants(wanted, member)
    if len(constants) < len(wanted):
        return reader.wrong(name, sql)
    chosen = frozenset(each.value for each in constants)
    return tree.Among(arg=arg, values=chosen, type="flag", **place_of(sql))


def _constants(nodes: tuple[Node, ...], kind: str) -> list[Constant]:
    return [node for node in nodes if isinstance(node, Constant) and family(node.type) == family(kind)]


def _size(reader: Reader, name: str, sql: exp.Expression) -> Node:
    arg = reader.node(sql.expressions[0])
    if arg.type == "invalid":
        return arg
    if member_of(arg.type) is None:
        return reader.wrong(name, sql)
    return Call(function=name, args=(arg,), type="integer", **place_of(sql))


def _places(reader: Reader, name: str, sql: exp.Expression) -> Node:
    """Of two points how far apart they are, of any two places whether they share ground."""
    args = tuple(reader.node(arg) for arg in sql.expressions)
    if has_invalid(args):
        return invalid(sql)
    if any(arg.type not in PLACES[name] for arg in args):
        return reader.wrong(name, sql)
    kind, unit = ("number", "米") if name == "distance" else ("flag", None)
    return Call(function=name, args=args, type=kind, unit=unit, **place_of(sql))


PLACES = {"distance": frozenset({"point"}), "overlaps": frozenset({"point", "geometry"})}


def _known(reader: Reader, name: str, sql: exp.Expression) -> Node:
    """Chooses which lines a look-back looks at; anywhere else it would turn an unknown into an answer."""
    if not reader.looking_back:
        instead = say("只写在汇总的 where 里，其他地方写 absent(…)")
        return reader.refuse_at(place_of(sql)["start"], what=name, instead=instead)
    arg = reader.node(sql.expressions[0])
    if arg.type in {"invalid", "literal", "string"}:
        return arg if arg.type == "invalid" else reader.wrong(name, sql)
    return tree.Known(arg=arg, type="flag", **place_of(sql))


def _over_others(reader: Reader, name: str, sql: exp.Expression) -> Node:
    return look_back(reader, name, sql, place_of(sql))


def _money(reader: Reader, name: str, sql: exp.Expression) -> Node:
    """A written amount, where nothing beside it says that a number is meant as money: `visits * money(100)`."""
    value = reader.node(sql.expressions[0])
    if value.type == "invalid":
        return value
    if not isinstance(value, Constant) or value.type != "literal":
        return reader.wrong(name, sql)
    return reader.typing.settle(value, "money")


def _starts_with(reader: Reader, name: str, sql: exp.Expression) -> Node:
    value = reader.typing.want_textual(reader.node(sql.expressions[0]))
    prefixes = [arg.this for arg in sql.expressions[1:] if isinstance(arg, exp.Literal) and arg.is_string]
    if value.type == "invalid":
        return value
    if len(prefixes) != len(sql.expressions) - 1:
        return reader.wrong(name, sql)
    return tree.Among(arg=value, values=frozenset(prefixes), prefix=True, type="flag", **place_of(sql))


def _result(reader: Reader, name: str, sql: exp.Expression) -> Node:
    """A score, grade, rank, outcome or amount computed before: one more column, named `score:<id>`, and
    `score:<id>.<part>` for the points of a part."""
    written = [each.this for each in sql.expressions if isinstance(each, exp.Literal) and each.is_string]
    if len(written) < len(sql.expressions):
        return reader.wrong(name, sql)
    named = ".".join(written)
    if not reader.extra and not reader.at.results:
        return reader.refuse_at(place_of(sql)["start"], what=name, instead=say("评分卡不引用得分和结论"))
    column = f"{name}:{named}"
    word = reader.extra.get(column)
    if word is None:
        known = [key.split(":", 1)[1] for key in reader.extra if key.startswith(f"{name}:")]
        reader.source.report(
            UNKNOWN_RESULT, place_of(sql)["start"], what=RESULT_NAMES[name], name=named,
            **hint(named, known),
        )  # fmt: skip
        return invalid(sql)
    return Attribute(name=column, type=word.type, unit=word.unit, **place_of(sql))


SIGNATURES: dict[str, Signature] = {
    "abs": Signature(1, 1, "abs(x)", say("绝对值"), _of_quantity),
    "round": Signature(1, 2, "round(x, digits)", say("四舍五入"), _of_quantity),
    "floor": Signature(1, 2, "floor(x, digits)", say("向下取整"), _of_quantity),
    "ceil": Signature(1, 2, "ceil(x, digits)", say("向上取整"), _of_quantity),
    "least": Signature(2, MANY, "least(x, y, …)", say("最小者"), _extreme),
    "greatest": Signature(2, MANY, "greatest(x, y, …)", say("最大者"), _extreme),
    "sqrt": Signature(1, 1, "sqrt(x)", say("平方根"), _of_numbers),
    "ln": Signature(1, 1, "ln(x)", say("自然对数"), _of_numbers),
    "exp": Signature(1, 1, "exp(x)", say("指数"), _of_numbers),
    "power": Signature(2, 2, "power(x, y)", say("乘方"), _of_numbers),
    "year": Signature(1, 1, "year(date)", say("年份"), date_functions.of_dates),
    "month": Signature(1, 1, "month(date)", say("月份"), date_functions.of_dates),
    "years_between": Signature(2, 2, "years_between(from, to)", say("满几年"), date_functions.of_dates),
    "months_between": Signature(2, 2, "months_between(from, to)", say("满几个月"), date_functions.of_dates),
    "days_between": Signature(2, 2, "days_between(from, to)", say("相隔几天"), date_functions.of_dates),
    "at_most_years": Signature(
        3, 3, "at_most_years(from, to, n)", say("不超过 n 年，按天算"), date_functions.at_most_years
    ),
    "add_months": Signature(2, 2, "add_months(date, n)", say("n 个月后的同一天"), date_functions.add_months),
    "workdays_between": Signature(
        2, 2, "workdays_between(from, to)", say("相隔几个工作日"), date_functions.of_workdays
    ),
    "add_workdays": Signature(2, 2, "add_workdays(date, n)", say("之后第 n 个工作日"), date_functions.of_workdays),
    "minutes_between": Signature(2, 2, "minutes_between(from, to)", say("相隔几分钟"), date_functions.of_instants),
    "working_hours_between": Signature(
        2, 2, "working_hours_between(from, to)", say("相隔几个工作小时"), date_functions.of_instants
    ),
    "distance": Signature(2, 2, "distance(point, point)", say("相距几米"), _places),
    "overlaps": Signature(2, 2, "overlaps(geometry, geometry)", say("是否有共同的地面"), _places),
    "has": Signature(2, MANY, "has(set, 'a', …)", say("含有其中一个"), _has),
    "size": Signature(1, 1, "size(set)", say("有几个值"), _size),
    "sum": Signature(1, 1, "sum(x[-12:-1])", say("各期之和"), _aggregate),
    "avg": Signature(1, 1, "avg(x[-3:-1])", say("各期平均"), _aggregate),
    "min": Signature(1, 1, "min(x[-3:-1])", say("各期最小"), _aggregate),
    "max": Signature(1, 1, "max(x[-3:-1])", say("各期最大"), _aggregate),
    "ever": Signature(1, 1, "ever(x[-5:-1] > 1)", say("有一期满足"), each_period),
    "always": Signature(1, 1, "always(x[-2:-1] > 1)", say("每一期都满足"), each_period),
    "growth": Signature(1, 1, "growth(x[-2:-1])", say("末期比首期的增长率"), _aggregate),
    "cagr": Signature(1, 1, "cagr(x[-4:-1])", say("复合年均增长率"), _aggregate),
    "count_true": Signature(1, MANY, "count_true(c1, c2, …)", say("满足几条"), _counting),
    "at_least": Signature(2, MANY, "at_least(k, c1, c2, …)", say("至少满足 k 条"), _at_least),
    "starts_with": Signature(2, MANY, "starts_with(x, '39', …)", say("以…开头"), _starts_with),
    "absent": Signature(2, 2, "absent(attribute, value)", say("没有记录时视为"), _absent),
    "known": Signature(1, 1, "known(x)", say("有记录的"), _known),
    "count": Signature(1, 2, SHAPES["count"], say("有几个"), _over_others),
    "any": Signature(1, 2, SHAPES["any"], say("有没有"), _over_others),
    "share": Signature(2, 3, SHAPES["share"], say("占比", context="function"), _over_others),
    "median": Signature(2, 3, SHAPES["median"], say("中位数"), _over_others),
    "marginal": Signature(4, MANY, "marginal(x, rate, bound, rate, …)", say("超额累进：每一段按自己的比例"), marginal),
    "money": Signature(1, 1, "money(100)", say("写出的金额"), _money),
    "score": Signature(1, 2, "score('card', 'part')", say("得分，或其中一项的得分"), _result),
    "grade": Signature(1, 1, "grade('card')", say("等级", context="function"), _result),
    "rank": Signature(1, 1, "rank('card')", say("名次", context="function"), _result),
    "outcome": Signature(1, 1, "outcome('policy')", say("另一政策是否符合"), _result),
    "amount": Signature(1, 1, "amount('policy')", say("另一政策的金额"), _result),
}
