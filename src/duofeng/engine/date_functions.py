"""Functions of days and instants, as they are read."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from sqlglot import exp

from duofeng.engine import tree
from duofeng.engine.syntax import has_invalid, invalid, place_of
from duofeng.engine.tree import Call, Constant, Node
from duofeng.kernel.message import say

if TYPE_CHECKING:
    from duofeng.engine.reader import Reader

UNITS = {"years_between": "year", "months_between": "month", "days_between": "day"}
MOST_YEARS = 200


def of_dates(reader: Reader, name: str, sql: exp.Expression) -> Node:
    args = tuple(reader.typing.want_date(reader.node(arg)) for arg in sql.expressions)
    if has_invalid(args):
        return invalid(sql)
    return Call(function=name, args=args, type="integer", unit=UNITS.get(name), **place_of(sql))


def add_months(reader: Reader, _name: str, sql: exp.Expression) -> Node:
    day = reader.typing.want_date(reader.node(sql.expressions[0]))
    months = reader.typing.want_number(reader.node(sql.expressions[1]))
    return invalid(sql) if has_invalid((day, months)) else _months_later(day, months, sql)


def _months_later(day: Node, months: Node, sql: exp.Expression) -> Node:
    return Call(function="add_months", args=(day, months), type="date", **place_of(sql))


def at_most_years(reader: Reader, name: str, sql: exp.Expression) -> Node:
    """By whole days: `to` lies no day after the same day n years after `from`. How many days too many is its gap."""
    begin, end = (reader.typing.want_date(reader.node(arg)) for arg in sql.expressions[:2])
    years = reader.node(sql.expressions[2])
    if has_invalid((begin, end, years)):
        return invalid(sql)
    number = years.value if isinstance(years, Constant) else None
    if not isinstance(number, Decimal) or number != int(number) or not 0 <= number <= MOST_YEARS:
        return reader.wrong(name, sql)
    last = _months_later(begin, Constant(value=number * 12, type="number", **place_of(sql)), sql)
    over = Call(function="days_between", args=(last, end), type="integer", unit="day", **place_of(sql))
    nothing = Constant(value=Decimal(0), type="number", **place_of(sql))
    return tree.Compare(operator="<=", left=over, right=nothing, type="flag", **place_of(sql))


def of_workdays(reader: Reader, name: str, sql: exp.Expression) -> Node:
    typing, second = reader.typing, reader.node(sql.expressions[1])
    pair = (
        typing.want_date(reader.node(sql.expressions[0])),
        typing.want_number(second) if name == "add_workdays" else typing.want_date(second),
    )
    if has_invalid(pair):
        return invalid(sql)
    calendar = reader.at.calendar
    if calendar is None:
        return reader.refuse_at(place_of(sql)["start"], what=name, instead=say("没有工作日历"))
    kind, unit = ("date", None) if name == "add_workdays" else ("integer", "工作日")
    return tree.Workdays(
        function=name, first=pair[0], second=pair[1], named=calendar.name, calendar=calendar, type=kind, unit=unit,
        **place_of(sql),
    )  # fmt: skip


def of_instants(reader: Reader, name: str, sql: exp.Expression) -> Node:
    begin, end = (reader.typing.want_instant(reader.node(arg)) for arg in sql.expressions)
    if has_invalid((begin, end)):
        return invalid(sql)
    if name == "minutes_between":
        return Call(function=name, args=(begin, end), type="number", unit="分钟", **place_of(sql))
    calendar = reader.at.calendar
    if calendar is None:
        return reader.refuse_at(place_of(sql)["start"], what=name, instead=say("没有工作日历"))
    return tree.WorkingHours(
        begin=begin, end=end, time_zone=reader.at.time_zone, named=calendar.name, calendar=calendar, type="number",
        unit="小时", **place_of(sql),
    )  # fmt: skip
