"""A bound tree as text: equal trees have one text, and what is computed from other subjects is named by it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from duofeng.engine import tree
from duofeng.engine.tree import Node
from duofeng.engine.words import MINOR_UNITS, TEXTUAL, is_result, member_of

ATOMS = (
    tree.ColumnRef,
    tree.Constant,
    tree.Call,
    tree.Missing,
    tree.Known,
    tree.DayOf,
    tree.WorkingHours,
    tree.Workdays,
    tree.AtLeast,
    tree.Case,
)


def text_of(node: Node) -> str:
    """`count(project.carrier where stage = 'started')`, `carrier.revenue[2023]`."""
    return WRITERS[type(node)](node)


def _column(name: str) -> str:
    what, _, id = name.partition(":")
    return f"{what}({', '.join(map(quoted, id.split('.', 1)))})" if is_result(name) else name


def _part(node: Node) -> str:
    return text_of(node) if isinstance(node, ATOMS) else f"({text_of(node)})"


def _side(node: Node) -> str:
    """A side of `and` and `or`: comparisons need no brackets there."""
    plain = isinstance(node, tree.Compare | tree.Settled | tree.Among | tree.Like)
    return text_of(node) if plain else _part(node)


def _listed(nodes: tuple[Node, ...]) -> str:
    return ", ".join(map(text_of, nodes))


def _follow(node: tree.Follow) -> str:
    inner = _part(node.inner)
    if _is_range(node.inner):  # `sum(carrier.revenue[2021:2023])`, as it is written
        function, _, rest = inner.partition("(")
        return f"{function}({node.via}.{rest}"
    return f"{node.via}.{inner}"


def _is_range(node: Node) -> bool:
    if isinstance(node, tree.Linked):
        return isinstance(node.link, tree.Follow) and _is_range(node.link.inner)
    return isinstance(node, tree.Call)


def _look_back(node: tree.LookBack) -> str:
    value = "" if node.value is None else f", {text_of(node.value)}"
    where = "" if node.where is None else f" where {text_of(node.where)}"
    return f"{node.function}({node.register}.{node.via}{value}{where})"


def _constant(node: tree.Constant) -> str:
    value = node.value
    if node.type in TEXTUAL:
        return quoted(str(value))
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return quoted(value.isoformat())
    if isinstance(value, date):
        return f"date '{value.isoformat()}'"
    if node.type == "money":
        return f"money({_plain(Decimal(int(value)) / MINOR_UNITS)})"
    return _plain(Decimal(str(value)))


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}" if value else "0"


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _among(node: tree.Among) -> str:
    member = member_of(node.arg.type)
    if member is not None:
        each = (tree.Constant(value=value, type=member) for value in sorted(node.values, key=str))
        listed = f"codes({quoted(node.named)})" if node.named is not None else ", ".join(map(_constant, each))
        return f"has({text_of(node.arg)}, {listed})"
    if node.named is not None:
        return f"{_part(node.arg)} in codes({quoted(node.named)})"
    kind = "text" if node.arg.type in TEXTUAL else node.arg.type
    constants = [tree.Constant(value=value, type=kind) for value in sorted(node.values, key=str)]
    listed = ", ".join(map(_constant, constants))
    return f"starts_with({text_of(node.arg)}, {listed})" if node.prefix else f"{_part(node.arg)} in ({listed})"


def _call(node: tree.Call) -> str:
    """Periods of one attribute in a row are written as the range they were."""
    first, last = (each.column if isinstance(each, tree.Missing) else each for each in (node.args[0], node.args[-1]))
    if node.function in tree.OVER_PERIODS and isinstance(first, tree.ColumnRef) and isinstance(last, tree.ColumnRef):
        name, _, begins = first.name.removesuffix("]").rpartition("[")
        ends = last.name.removesuffix("]").rpartition("[")[2]
        periods = f"{name}[{begins}{'' if begins == ends else ':' + ends}]"
        stands = node.args[0].value if isinstance(node.args[0], tree.Missing) else None
        return f"{node.function}({periods if stands is None else f'absent({periods}, {text_of(stands)})'})"
    return f"{node.function}({_listed(node.args)})"


def _case(node: tree.Case) -> str:
    branches = " ".join(f"when {text_of(condition)} then {text_of(value)}" for condition, value in node.branches)
    return f"case {branches}{'' if node.default is None else ' else ' + text_of(node.default)} end"


WRITERS: dict[type[Node], Callable[[Any], str]] = {
    tree.ColumnRef: lambda node: _column(node.name),
    tree.Linked: lambda node: str(node.name),
    tree.Follow: _follow,
    tree.LookBack: _look_back,
    tree.Constant: _constant,
    tree.Arithmetic: lambda node: f"{_part(node.left)} {node.operator} {_part(node.right)}",
    tree.Compare: lambda node: f"{_part(node.left)} {node.operator} {_part(node.right)}",
    tree.Settled: lambda node: text_of(node.comparison),
    tree.Among: _among,
    tree.Like: lambda node: f"{_part(node.arg)} like {quoted(node.pattern)}",
    tree.Not: lambda node: f"not {_part(node.arg)}",
    tree.And: lambda node: " and ".join(map(_side, node.args)),
    tree.Or: lambda node: " or ".join(map(_side, node.args)),
    tree.AtLeast: lambda node: f"at_least({node.count}, {_listed(node.args)})",
    tree.Known: lambda node: f"known({text_of(node.arg)})",
    tree.DayOf: lambda node: text_of(node.arg),  # beside a date an instant is read as its day again
    tree.WorkingHours: lambda node: f"working_hours_between({text_of(node.begin)}, {text_of(node.end)})",
    tree.Workdays: lambda node: f"{node.function}({text_of(node.first)}, {text_of(node.second)})",
    tree.Missing: lambda node: f"absent({text_of(node.column)}, {text_of(node.value)})",
    tree.Call: _call,
    tree.Case: _case,
}
