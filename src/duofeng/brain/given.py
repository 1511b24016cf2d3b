"""One row of a profile from values a person wrote down: worked examples, and a firm that types its own figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from math import isfinite
from typing import Any

import polars as pl

from duofeng.engine.checking import NAMES
from duofeng.engine.columns import attribute_in
from duofeng.engine.expression import bind
from duofeng.engine.links import Links, stands_for
from duofeng.engine.program import POLARS_TYPES
from duofeng.engine.words import TEXTUAL, member_of, set_of
from duofeng.kernel.message import say
from duofeng.kernel.money import LARGEST_MINOR
from duofeng.kernel.problem import ProblemError, Span, declare, hint
from duofeng.zone.expressions import expression, results
from duofeng.zone.kinds.policy import as_money
from duofeng.zone.zone import Zone

GIVEN_COLUMN = declare(
    "E551",
    "“{column}”在这里用不到。{hint}",
    explain="只写真正读取的列，如 revenue[2023]；基准日不同，去年就是另一年。",
)
GIVEN_VALUE = declare(
    "E552",
    "{column} 的值“{value}”不是{type}。",
    explain="类型由词表决定：金额写主单位，日期写年-月-日，时刻再加 时:分，标志写 true 或 false，多个值写成列表。",
)
TYPE_NAMES = {**NAMES, "integer": say("整数", context="type"), "flag": say("true 或 false")}


def column_types(zone: Zone, register: str, columns: Sequence[str], links: Links | None = None) -> dict[str, str]:
    """Column → type; columns of results (`outcome:…`, `score:…`) are known too, and those of `links`."""
    attributes, known = zone.attributes[register], results(zone, register)
    words = {name: known[name] if name in known else attributes[attribute_in(name)] for name in columns}
    types = {name: set_of(word.type) if word.many else word.type for name, word in words.items()}
    return types | {node.name: node.type for node in (links.nodes if links is not None else ())}


def as_columns(
    zone: Zone, register: str, as_of: date, types: Mapping[str, str], given: Mapping[str, Any]
) -> dict[str, Any]:
    """The given, with what is written as an expression named as those of the columns of `types` it stands for.

    `count(project.carrier where stage = 'started')` and `carrier.revenue[-1]` are given a value like any column, in the
    words of the condition that reads them.
    """
    found: dict[str, Any] = {}
    for name, value in given.items():
        own = name in types and "(" not in name  # a count is known together with its bounds
        read_as = () if own else _columns(zone, register, as_of, name)
        columns = [each for each in read_as if each in types]
        found |= dict.fromkeys(columns or [name], value)
    return found


def _columns(zone: Zone, register: str, as_of: date, name: str) -> tuple[str, ...]:
    try:
        return stands_for(bind(expression(zone, register, name, None), as_of))
    except ProblemError:
        return ()


def given_row(
    types: Mapping[str, str], given: Mapping[str, Any], span: Span | None = None, *, clock: tzinfo = UTC
) -> pl.DataFrame:
    """One row with every column of `types`; what is not given is unknown. An instant is read by the clock unless it
    names an offset. Raises ProblemError (E551, E552)."""
    unused = [GIVEN_COLUMN.at(span, column=name, **hint(name, sorted(types))) for name in given if name not in types]
    if unused:
        raise ProblemError(unused)
    columns = {
        name: pl.Series(name, [_values(given.get(name), kind, name, span, clock)], _polars_type(kind))
        for name, kind in types.items()
    }
    return pl.DataFrame({"subject": ["given"], **columns})


def _polars_type(kind: str) -> pl.DataType:
    member = member_of(kind)
    return POLARS_TYPES[kind] if member is None else pl.List(POLARS_TYPES[member])


def _values(raw: Any, kind: str, column: str, span: Span | None, clock: tzinfo) -> Any:
    """One value, or the members of a set: a single one needs no list."""
    member = member_of(kind)
    if raw is None:
        return None
    if member is not None:
        members = raw if isinstance(raw, (list, tuple)) else (raw,)
        return [_value(each, member, column, span, clock) for each in members]
    return _value(raw, kind, column, span, clock)


def _as_typed(raw: Any) -> str:
    if isinstance(raw, (list, tuple)):
        return f"[{', '.join(map(_as_typed, raw))}]"
    return str(getattr(raw, "typed", raw))


def _value(raw: Any, kind: str, column: str, span: Span | None, clock: tzinfo) -> Any:
    text = _as_typed(raw)
    try:
        match kind:
            case "money" if abs(minor := as_money(Decimal(text.replace("_", "")))) <= LARGEST_MINOR:
                return minor
            case "number" | "integer" if isfinite(number := float(Decimal(text.replace("_", "")))):
                return number
            case "date":
                return date.fromisoformat(text)
            case "flag" if text.lower() in {"true", "false"}:
                return text.lower() == "true"
            case "instant":
                written = datetime.fromisoformat(text)
                return (written if written.tzinfo else written.replace(tzinfo=clock)).astimezone(UTC)
            case _ if kind in TEXTUAL | {"point", "geometry"} and not isinstance(raw, (list, tuple)):
                return text
    except (ArithmeticError, ValueError, OverflowError):
        pass
    raise ProblemError(GIVEN_VALUE.at(span, column=column, value=text, type=TYPE_NAMES[kind]))
