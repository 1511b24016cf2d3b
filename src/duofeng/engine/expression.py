"""The public face of the language: `parse` a text, ask what columns it needs, bind it to a date.

One text is one condition, amount or indicator. It is checked completely before anything runs: every mistake at once,
each at its place in the text, with the nearest right word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache

from duofeng.engine import tree
from duofeng.engine.checking import Typing
from duofeng.engine.periods import columns as period_columns
from duofeng.engine.reader import Reader
from duofeng.engine.syntax import Text
from duofeng.engine.tree import Node
from duofeng.engine.words import CodeLists, Type, Vocabulary
from duofeng.kernel.problem import ProblemError, Span

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
        """Ids of the attributes and results it reads."""
        return frozenset(node.name for node in tree.walk(self.node) if isinstance(node, tree.Attribute))

    def source_of(self, node: Node) -> str:
        """The piece of the text a node was read from, for explanations."""
        return self.text[slice(*_whole(self.text, node))]


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
) -> Expression:
    """The checked expression of a text.

    `codes` are the lists `codes('…')` may name; `extra` the results computed before, keyed `score:<card>`,
    `grade:<card>`, `rank:<card>`, `outcome:<policy>`, `amount:<policy>`; `want` the type the result must have: `flag`
    for a condition, `money` for an amount. `begins` is where the text begins in its file: problems are placed
    relative to it, else at line and column of the text itself.

    Raises ProblemError with every mistake found (E500–E516).
    """
    source = Text(text, begins)
    node = Reader(source, vocabulary, codes or {}, extra or {}).read()
    node = Typing(source).final(node, want)
    if source.problems:
        raise ProblemError(source.problems)
    return Expression(node, text)


def columns_needed(expressions: Expression | Iterable[Expression], as_of: date) -> tuple[str, ...]:
    """Profile columns to ask for, in order of first use: `registered_on`, `revenue[2023]`, `score:<card>`."""
    listed = (expressions,) if isinstance(expressions, Expression) else tuple(expressions)
    names = dict.fromkeys(
        node.name for item in listed for node in tree.walk(bind(item, as_of)) if isinstance(node, tree.ColumnRef)
    )
    return tuple(names)


def bind(expression: Expression, as_of: date) -> Node:
    """The tree with every period a column name and `as_of` a date: what the engines run.

    Trees equal in meaning share one bound form; the places of its nodes are those of the text bound first.
    """
    return _bind(expression.node, as_of)


@lru_cache(maxsize=8192)
def _bind(node: Node, as_of: date) -> Node:
    shape = tree.Shape(type=node.type, unit=node.unit, start=node.start, stop=node.stop)
    match node:
        case tree.AsOf():
            return tree.Constant(value=as_of, **shape)
        case tree.Attribute():
            return tree.ColumnRef(name=period_columns(node, as_of)[0], **shape)
        case tree.Call(function=function, args=(tree.Attribute() as ranged,)) if function in AGGREGATES:
            shape |= {"type": ranged.type, "unit": ranged.unit}
            return replace(node, args=tuple(tree.ColumnRef(name=it, **shape) for it in period_columns(ranged, as_of)))
        case _:
            return tree.mapped(node, lambda child: _bind(child, as_of))


AGGREGATES = frozenset({"sum", "avg", "min", "max", "growth", "cagr"})
