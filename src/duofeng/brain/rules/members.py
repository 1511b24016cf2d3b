"""Whom an answer about other subjects rests on: the lines a look-back counted, the subject a reference leads to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from duofeng.brain.rules.explain import Answer, Plain, plain
from duofeng.engine import tree
from duofeng.engine.expression import Expression
from duofeng.engine.links import SUBJECT, lines_of, links_needed
from duofeng.kernel.message import Message, say

MOST_NAMED = 10
BOUNDS = ("_least", "_most")
Name = Callable[[str, str], str]
"""What a subject is called, by register and key."""


@dataclass(frozen=True, slots=True)
class Member:
    """One line: whether it counts, and what it says where a value is asked."""

    subject: str
    counts: Answer
    value: Plain = None


@dataclass(frozen=True, slots=True)
class Members:
    """What one column rests on. `first` are up to ten lines, those that count before the doubtful and the others."""

    column: str
    register: str
    total: int
    counted: int
    doubtful: int
    first: tuple[Member, ...]

    def said(self, name: Name) -> Message:
        """`5 个中 3 个：…`, the lines that count by name."""
        names = [name(self.register, one.subject) for one in self.first if one.counts == "yes"]
        said = say("{total} 个中 {counted} 个", total=self.total, counted=self.counted)
        if names:
            more = ("…",) if len(names) < self.counted else ()
            said = say("{said}：{names}", said=said, names=(*names, *more))
        return say("{said}；{count} 个未知", said=said, count=self.doubtful) if self.doubtful else said


def members(
    expressions: Expression | Iterable[Expression],
    profile: pl.DataFrame,
    as_of: date,
    frames: Mapping[str, pl.DataFrame],
) -> tuple[Members, ...]:
    """Whom the answer for one subject rests on, for each column that comes from others. `profile` is its row, with the
    references followed; `frames` are what `links_needed` asks of the other registers, of all their lines."""
    found: dict[str, Members] = {}
    for node in links_needed(expressions, as_of).nodes:
        for each in _of(node, node.name, profile, frames):
            found.setdefault(f"{each.column} {each.register}", each)
    return tuple(found.values())


def _of(node: tree.Linked, column: str, row: pl.DataFrame, frames: Mapping[str, pl.DataFrame]) -> Iterator[Members]:
    link = node.link
    if isinstance(link, tree.LookBack):
        if not link.function.endswith(BOUNDS):
            yield _looked_back(link, column, str(row[SUBJECT][0]), frames)
        return
    key = row[link.via][0]
    if key is None:
        return
    yield Members(column, link.to, 1, 1, 0, (Member(str(key), "yes"),))
    there = frames[link.to].filter(pl.col(SUBJECT) == key)
    if there.height:
        for inner in tree.walk(link.inner):
            if isinstance(inner, tree.Linked):
                yield from _of(inner, column, there, frames)


def _looked_back(look: tree.LookBack, column: str, subject: str, frames: Mapping[str, pl.DataFrame]) -> Members:
    lines = lines_of(look, subject, frames)
    counted, doubtful = int(lines["counts"].sum() or 0), lines["counts"].null_count()
    ordered = lines.sort(
        pl.col("counts").fill_null(False), pl.col("counts").is_null(), descending=True, maintain_order=True
    )
    kind = "flag" if look.value is None else look.value.type
    first = tuple(
        Member(key, _answer(counts), plain(value, kind)) for key, counts, value in ordered.head(MOST_NAMED).iter_rows()
    )
    return Members(column, look.register, lines.height, counted, doubtful, first)


def _answer(counts: bool | None) -> Answer:
    return "unknown" if counts is None else ("yes" if counts else "no")
