"""One name twice in a text: for one time it has one number, for a part of the year no more than for all of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations

from duofeng.brain.figures.rules.check import Check
from duofeng.brain.figures.statement import Statement
from duofeng.brain.figures.ties.relation import Number, equal, no_more
from duofeng.brain.figures.ties.told import UNNAMED, Told, alike
from duofeng.kernel.message import Message

NEARLY = Fraction(5, 4)
"""Numbers of one name further apart than this are rather two things that are called alike than a slip."""
SHORTEST = 4
FLOW = re.compile(
    r"新[增建签开引设认]|举办|开展|发放|完成|培训|接待|走访|解决|办结|招引|建成|改造|实施|处理|受理|投入|兑现|拨付|招聘|引进|调解|检查|巡查|签约|接诉"
)
"""Heads of what is done in a time."""


def repeated(told: Sequence[Told]) -> Iterator[Check]:
    by_name: dict[tuple[str, str], list[Told]] = {}
    for each in told:
        if _stands_for_itself(each):
            by_name.setdefault((each.name, each.said.subject), []).append(each)
    for same in by_name.values():
        for one, other in combinations(same, 2):
            if alike(one, other) and one.period and other.period:
                yield from _pair(one, other)


def _stands_for_itself(told: Told) -> bool:
    """An undeclared number whose head is its own; the declared ones are held by the identities."""
    own = told.said.indicator.startswith(UNNAMED) and told.said.measure == "level" and told.names_itself
    return own and len(told.name) >= SHORTEST and "其中" not in told.lead


def _pair(one: Told, other: Told) -> Iterator[Check]:
    if one.period == other.period:
        if one.sentence != other.sentence and nearly(one.said, other.said):
            words = Message("{name}", {"name": Message(one.name)})
            number = Number(one.said.value, one.said.interval, one.said.unit)
            yield equal("same", False, (one.said, other.said), words, number, other.said)
        return
    inner, outer = (one, other) if other.period.contains(one.period) else (other, one)  # type: ignore[union-attr,arg-type]  # both have one
    if outer.period.contains(inner.period) and FLOW.search(inner.opening[-20:]) and inner.figure.kind == "actual":  # type: ignore[union-attr,arg-type]  # both have one
        yield no_more("within", False, inner, outer)


def nearly(one: Statement, other: Statement) -> bool:
    less, more = sorted((one.value, other.value))
    return less > 0 and more / less <= NEARLY
