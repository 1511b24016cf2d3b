"""The expression as our own small tree: the only form that is ever run, compared, shared or explained.

Nodes are frozen values: two conditions written in different files are the same condition when their trees are equal.
`start` and `stop` say where a node stood in its text and take no part in equality.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Literal as OneOf
from typing import TypedDict

from duofeng.kernel.calendar import WorkCalendar

PLACES = re.compile(r"(?P<name>Y|H[12]|Q[1-4]|M(?P<month>0[1-9]|1[0-2]))(?:-(?P<back>\d{1,2}))?")
Comparison = OneOf["=", "<>", "<", "<=", ">", ">="]
Operator = OneOf["+", "-", "*", "/"]


class Place(TypedDict):
    """Offsets into the text a node was read from."""

    start: int
    stop: int


class Shape(Place):
    """Everything a node says about itself besides its content."""

    type: str
    unit: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """`type` is one of `words.Type`, or `literal` / `string` while a bare value has not met the side that types it."""

    type: str
    unit: str | None = None
    start: int = field(default=0, compare=False)
    stop: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Constant(Node):
    """A written value. Money is whole minor units; numbers stay decimal until a block is computed."""

    value: Decimal | int | str | date | datetime | bool


@dataclass(frozen=True, slots=True)
class AsOf(Node):
    """The date the question is asked for; a constant once the expression is bound."""


@dataclass(frozen=True, slots=True)
class Period:
    """A period as written: `-1` counts back from the last complete one, `H1` and `Q2-1` are a place in the year asked
    and in the year before it, anything else is its canonical text."""

    text: str

    @property
    def offset(self) -> int | None:
        return int(self.text) if self.text.startswith("-") else None

    @property
    def place(self) -> tuple[int, str] | None:
        """How many years after the year asked (zero or less), and what is added to that year: `H1`, `-06`, nothing."""
        match = PLACES.fullmatch(self.text)
        if match is None:
            return None
        within = {"Y": "", "M": f"-{match['month']}"}.get(match["name"][0], match["name"])
        return -int(match["back"] or 0), within


@dataclass(frozen=True, slots=True)
class Attribute(Node):
    """A word of the vocabulary. `first` and `last` are equal for one period, None for a state."""

    name: str
    per: str = "state"
    first: Period | None = None
    last: Period | None = None


@dataclass(frozen=True, slots=True)
class ColumnRef(Node):
    """A column of the profile, after binding: `revenue[2023]`."""

    name: str


@dataclass(frozen=True, slots=True)
class Follow(Node):
    """`inner`, asked of the subject that the own reference `via` names: a line of the register `to`."""

    via: str
    to: str
    inner: Node


@dataclass(frozen=True, slots=True)
class LookBack(Node):
    """What all lines of `register` whose reference `via` names the subject come to. `value` and `where` are asked of
    those lines; with `many` the reference is a set."""

    function: str
    register: str
    via: str
    many: bool
    value: Node | None
    where: Node | None


@dataclass(frozen=True, slots=True)
class Linked(ColumnRef):
    """A follow or a look-back after binding: a column like any other, which `links.linked` computes from `link`."""

    link: Follow | LookBack = field(compare=False)


@dataclass(frozen=True, slots=True)
class Settled(Node):
    """A count, smallest or largest value compared with a bound, answered as soon as what is known decides it: `logic`
    says the same in parts that can be known one by one."""

    comparison: Compare
    logic: Node


@dataclass(frozen=True, slots=True)
class Known(Node):
    """Whether there is a value at all: chooses which lines a look-back looks at, and stands nowhere else."""

    arg: Node


@dataclass(frozen=True, slots=True)
class DayOf(Node):
    """The day an instant is on, by the clock of the zone."""

    arg: Node
    time_zone: str


@dataclass(frozen=True, slots=True)
class WorkingHours(Node):
    """Hours of working time from one instant to another, unknown outside the years of the calendar."""

    begin: Node
    end: Node
    time_zone: str
    named: str
    calendar: WorkCalendar = field(compare=False)


@dataclass(frozen=True, slots=True)
class Workdays(Node):
    """`workdays_between(from, to)` and `add_workdays(day, n)`, unknown outside the years of the calendar."""

    function: str
    first: Node
    second: Node
    named: str
    calendar: WorkCalendar = field(compare=False)


@dataclass(frozen=True, slots=True)
class Missing(Node):
    """`absent(attribute, value)`: the value said to hold where nothing is known."""

    column: Node
    value: Node


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    operator: Operator
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Call(Node):
    function: str
    args: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Compare(Node):
    operator: Comparison
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Among(Node):
    """`x in (...)` and `x in codes('list')`; of a set, whether one of its members is. `named` is the list's id, for
    explanations only."""

    arg: Node
    values: frozenset[str | Decimal | int | date]
    prefix: bool = False
    named: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Like(Node):
    arg: Node
    pattern: str


@dataclass(frozen=True, slots=True)
class Not(Node):
    arg: Node


@dataclass(frozen=True, slots=True)
class And(Node):
    args: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or(Node):
    args: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class AtLeast(Node):
    """True when `count` of the conditions are met, whatever the unknown ones turn out to be."""

    count: int
    args: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class EachPeriod(Node):
    """`ever(…)`, `always(…)`: a condition whose ranges are taken period by period. Once bound an `or`, an `and`."""

    every: bool
    arg: Node


@dataclass(frozen=True, slots=True)
class Case(Node):
    """First branch whose condition holds. An unknown condition makes the whole unknown, never "the next branch"."""

    branches: tuple[tuple[Node, Node], ...]
    default: Node | None


ELSEWHERE = (Follow, LookBack, Linked)


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly below, in the order written. What is asked of other subjects is not below."""
    if isinstance(node, ELSEWHERE):
        return ()
    return tuple(found for item in fields(node) for found in _nodes_in(getattr(node, item.name)))


def _nodes_in(value: object) -> Iterator[Node]:
    if isinstance(value, Node):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from _nodes_in(part)


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it, parents first."""
    yield node
    for child in children(node):
        yield from walk(child)


def mapped(node: Node, change: Callable[[Node], Node]) -> Node:
    """The same node over changed children; the very same object when nothing below it changed."""
    changed: dict[str, object] = {}
    if isinstance(node, ELSEWHERE):
        return node
    for item in fields(node):
        value = getattr(node, item.name)
        new = _mapped_value(value, change)
        if new is not value:
            changed[item.name] = new
    return replace(node, **changed) if changed else node  # type: ignore[arg-type]  # fields by name, their own type


def _mapped_value(value: object, change: Callable[[Node], Node]) -> object:
    if isinstance(value, Node):
        return change(value)
    if isinstance(value, tuple) and any(isinstance(part, Node | tuple) for part in value):
        new = tuple(_mapped_value(part, change) for part in value)
        return value if all(a is b for a, b in zip(new, value, strict=True)) else new
    return value


def over_periods(node: Node) -> Attribute | None:
    """The attribute whose periods a call puts together: that of `sum(x[-3:-1])`, of `sum(absent(x[-3:-1], 0))`."""
    if not isinstance(node, Call) or node.function not in OVER_PERIODS or len(node.args) > 1:
        return None
    arg = node.args[0].column if isinstance(node.args[0], Missing) else node.args[0]
    return arg if isinstance(arg, Attribute) else None


def ranged(node: Node) -> Iterator[Attribute]:
    """The attributes in it that stand for several periods and are not put together by a call."""
    if isinstance(node, Attribute) and node.first != node.last:
        yield node
    if over_periods(node) is None:
        for child in children(node):
            yield from ranged(child)


OVER_PERIODS = frozenset({"sum", "avg", "min", "max", "growth", "cagr"})
