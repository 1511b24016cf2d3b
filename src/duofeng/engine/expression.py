"""The public face of the language: `parse` a text, ask what columns it needs, bind it to a date.

One text is one condition, amount or indicator. It is checked completely before anything runs: every mistake at once,
each at its place in the text, with the nearest right word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache

from duofeng.engine import tree
from duofeng.engine.canonical import text_of
from duofeng.engine.checking import Typing
from duofeng.engine.periods import columns as period_columns
from duofeng.engine.reader import Reader
from duofeng.engine.syntax import Text
from duofeng.engine.tree import Node
from duofeng.engine.words import CodeLists, Standpoint, Type, Vocabulary
from duofeng.kernel.problem import ProblemError, Span

NOWHERE = Standpoint()
QUOTED = re.compile(r"'[^']*'?")
BEGINS: dict[type[Node], re.Pattern[str]] = {
    tree.Case: re.compile(r"\bcase\s+when[\s(]*$", re.IGNORECASE),
    tree.Not: re.compile(r"\bnot[\s(]*$", re.IGNORECASE),
}
CASE_ENDS = re.compile(r"\s*end\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Expression:
    """A checked expression. Equal when it means the same, whatever its text looks like."""

    node: Node
    text: str = field(compare=False)

    @property
    def type(self) -> str:
        return self.node.type

    @property
    def unit(self) -> str | None:
        return self.node.unit

    @property
    def attributes(self) -> frozenset[str]:
        """Ids of the attributes and results it reads of the subject itself, references it follows included."""
        return frozenset(name for register, name in _read(self.node, None) if register is None)

    @property
    def elsewhere(self) -> frozenset[tuple[str, str]]:
        """Register and id of every attribute it reads of other subjects: whoever sees the answer must may see these."""
        return frozenset((register, name) for register, name in _read(self.node, None) if register is not None)

    def source_of(self, node: Node) -> str:
        """The piece of the text a node was read from, for explanations."""
        return self.text[slice(*_whole(self.text, node))]


def _read(node: Node, register: str | None) -> Iterator[tuple[str | None, str]]:
    for part in tree.walk(node):
        match part:
            case tree.Attribute(name=name):
                yield register, name
            case tree.Follow(via=via, to=to, inner=inner):
                yield register, via
                yield from _read(inner, to)
            case tree.LookBack(register=there, via=via, value=value, where=where):
                yield there, via
                for asked in (value, where):
                    yield from _read(asked, there) if asked is not None else ()


def _whole(text: str, node: Node) -> tuple[int, int]:
    """Where a node begins and ends. Only names and literals have places of their own; what stands around is added."""
    inner = [_whole(text, child) for child in tree.children(node)]
    placed = [place for place in ((node.start, node.stop), *inner) if place[0] < place[1]]
    if not placed:
        return 0, 0
    start, stop = min(first for first, _ in placed), max(last for _, last in placed)
    opens = BEGINS[type(node)].search(text, 0, start) if type(node) in BEGINS else None
    start = opens.start() if opens else start
    unopened, unclosed = _unbalanced(text[start:stop])
    for _ in range(unclosed):
        stop = text.find(")", stop) + 1 or len(text)
    for _ in range(unopened):
        start = max(text.rfind("(", 0, start), 0)
    ends = CASE_ENDS.match(text, stop) if isinstance(node, tree.Case) and opens else None
    return start, ends.end() if ends else stop


def _unbalanced(piece: str) -> tuple[int, int]:
    """How many brackets close without having been opened, and how many stay open. Texts in quotes do not count."""
    unopened = unclosed = 0
    for sign in QUOTED.sub("", piece):
        if sign == "(":
            unclosed += 1
        elif sign == ")":
            unopened, unclosed = (unopened, unclosed - 1) if unclosed else (unopened + 1, 0)
    return unopened, unclosed


def parse(
    text: str,
    vocabulary: Vocabulary,
    *,
    codes: CodeLists | None = None,
    extra: Vocabulary | None = None,
    want: Type | None = None,
    begins: Span | None = None,
    at: Standpoint = NOWHERE,
) -> Expression:
    """The checked expression of a text.

    `codes` are the lists `codes('…')` may name; `extra` the results computed before, keyed `score:<card>`,
    `grade:<card>`, `rank:<card>`, `outcome:<policy>`, `amount:<policy>`; `want` the type the result must have: `flag`
    for a condition, `money` for an amount. `begins` is where the text begins in its file: problems are placed
    relative to it, else at line and column of the text itself. `at` is the register of the subjects, with the words of
    all registers.

    Raises ProblemError with every mistake found (E500–E519, E523).
    """
    source = Text(text, begins)
    node = Reader(source, vocabulary, codes or {}, extra or {}, at).read()
    node = Typing(source, at.time_zone).final(node, want)
    if source.problems:
        raise ProblemError(source.problems)
    return Expression(node, text)


def columns_needed(expressions: Expression | Iterable[Expression], as_of: date) -> tuple[str, ...]:
    """Columns of the subjects' own profile to ask for, in order of first use: `registered_on`, `revenue[2023]`,
    `score:<card>`, and the references that are followed. What comes from other subjects: `links.links_needed`."""
    listed = (expressions,) if isinstance(expressions, Expression) else tuple(expressions)
    return tuple(dict.fromkeys(name for item in listed for name in own_columns(bind(item, as_of))))


def own_columns(node: Node) -> Iterator[str]:
    """The columns a bound node needs of the profile of the subjects it is asked of."""
    for part in tree.walk(node):
        if isinstance(part, tree.Linked):
            yield from (part.link.via,) if isinstance(part.link, tree.Follow) else ()
        elif isinstance(part, tree.ColumnRef):
            yield part.name


def bind(expression: Expression, as_of: date) -> Node:
    """The tree with every period a column name and `as_of` a date: what the engines run.

    Its nodes stand where they stand in the expression's own text.
    """
    return _bound(expression.text, expression.node, as_of)


@lru_cache(maxsize=8192)
def _bound(_text: str, node: Node, as_of: date) -> Node:
    return _bind(node, as_of)


def _bind(node: Node, as_of: date) -> Node:
    shape = tree.Shape(type=node.type, unit=node.unit, start=node.start, stop=node.stop)
    match node:
        case tree.AsOf():
            return tree.Constant(value=as_of, **shape)
        case tree.Attribute():
            return tree.ColumnRef(name=period_columns(node, as_of)[0], **shape)
        case tree.Call(args=args) if (ranged := tree.over_periods(node)) is not None:
            return replace(node, args=tuple(_each_period(args[0], [ranged], as_of)))
        case tree.EachPeriod(every=every, arg=arg):
            made = tree.And if every else tree.Or
            return made(args=tuple(_each_period(arg, tree.ranged(arg), as_of)), **shape)
        case tree.Follow(inner=inner):
            return _linked(replace(node, inner=_bind(inner, as_of)))
        case tree.LookBack():
            return _linked(_bound_look_back(node, as_of))
        case tree.Compare(left=left, right=tree.Constant() | tree.AsOf() as right) if settles(node):
            bound = replace(node, left=_bind(left, as_of), right=_bind(right, as_of))
            return tree.Settled(bound, settled(bound), **shape)
        case _:
            return tree.mapped(node, lambda child: _bind(child, as_of))


def bound_of(node: Node, side: str) -> Node | None:
    """Instead of a count, smallest or largest of lines, here or where references lead, what it comes to at `least` or
    at `most`; None for others."""
    match node:
        case tree.LookBack(function="count", where=Node()) | tree.LookBack(function="min" | "max"):
            return replace(node, function=f"{node.function}_{side}")
        case tree.Follow(inner=inner):
            counted = bound_of(inner, side)
            return None if counted is None else replace(node, inner=counted)
        case tree.Linked(link=link):
            counted = bound_of(link, side)
            return None if counted is None else _linked(counted)
        case _:
            return None


def settles(comparison: tree.Compare) -> bool:
    """Whether it may be answered although not all it is of is known."""
    left = comparison.left
    picks = isinstance(left, tree.Call) and left.function in PICKS and comparison.operator not in {"=", "<>"}
    return picks or bound_of(left, "least") is not None


def settled(comparison: tree.Compare) -> Node:
    """A bound comparison in plain logic: yes when the bound is met by what is certain, no when it is not by what is
    possible."""
    left, place = comparison.left, tree.Shape(type="flag", unit=None, start=comparison.start, stop=comparison.stop)
    if isinstance(left, tree.Call):  # the smallest is at most so much as soon as one is, at least so much when all are
        one = (left.function in {"min", "least"}) == (comparison.operator in {"<", "<="})
        return (tree.Or if one else tree.And)(args=tuple(replace(comparison, left=each) for each in left.args), **place)
    bounds = (bound_of(left, side) for side in ("least", "most"))
    least, most = (replace(comparison, left=each) for each in bounds if each is not None)
    if comparison.operator in {"=", "<>"}:
        sure, possible = replace(least, operator="<="), replace(most, operator=">=")
        met = tree.And(args=(sure, possible, replace(comparison, operator="=")), **place)
        return met if comparison.operator == "=" else tree.Not(arg=met, **place)
    sure, possible = (least, most) if comparison.operator in {">", ">="} else (most, least)
    certain = tree.Missing(column=sure, value=tree.Constant(value=False, type="flag"), **place)
    may = tree.Missing(column=possible, value=tree.Constant(value=True, type="flag"), **place)
    return tree.Or(args=(certain, tree.And(args=(may, comparison), **place)), **place)


def _each_period(node: Node, attributes: Iterable[tree.Attribute], as_of: date) -> Iterator[Node]:
    """The node once for every period of these ranges in it, bound."""
    columns = {each: period_columns(each, as_of) for each in attributes}
    for number in range(min(map(len, columns.values()))):
        yield _bind(_in_period(node, {each: names[number] for each, names in columns.items()}), as_of)


def _in_period(node: Node, columns: Mapping[tree.Attribute, str]) -> Node:
    if isinstance(node, tree.Attribute) and node in columns:
        return tree.ColumnRef(name=columns[node], type=node.type, unit=node.unit, start=node.start, stop=node.stop)
    return node if tree.over_periods(node) else tree.mapped(node, lambda child: _in_period(child, columns))


def _bound_look_back(node: tree.LookBack, as_of: date) -> tree.LookBack:
    value, where = (None if part is None else _bind(part, as_of) for part in (node.value, node.where))
    return replace(node, value=value, where=where)


def _linked(link: Node) -> tree.Linked:
    assert isinstance(link, tree.Follow | tree.LookBack)
    shape = tree.Shape(type=link.type, unit=link.unit, start=link.start, stop=link.stop)
    return tree.Linked(name=text_of(link), link=link, **shape)


PICKS = frozenset({"min", "max", "least", "greatest"})
