"""Sums and parts: the whole is its parts, a part is no more than the whole, a stock is what was added."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import reduce
from itertools import pairwise
from operator import itemgetter
from typing import cast

from duofeng.brain.figures.book import Book, Slot, period_of
from duofeng.brain.figures.interval import Interval
from duofeng.brain.figures.rules.check import Check, checked
from duofeng.brain.figures.statement import Measure, Statement
from duofeng.kernel.message import Message
from duofeng.kernel.period import Period
from duofeng.kernel.problem import ProblemError
from duofeng.kernel.quantity import Quantity
from duofeng.kernel.units import factor_between
from duofeng.zone.kinds.identity import Identity

COMPARED: tuple[Measure, ...] = ("level", "target")


def total(identity: Identity, book: Book) -> Iterator[Check]:
    """The parts of one period add up to the whole, within the rounding of all of them."""
    whole_id = cast(str, identity.whole)
    for slot in book.slots(whole_id):
        whole = book.one(whole_id, slot)
        parts = [found for part in identity.parts if (found := book.one(part, slot))]
        if whole is None or len(parts) < len(identity.parts):
            continue
        yield _equal(identity, whole, parts)


def _equal(identity: Identity, whole: Statement, parts: list[Statement]) -> Check:
    added = reduce(Interval.__add__, (each.interval for each in parts))
    number = sum((each.value for each in parts), Fraction(0))
    holds = added.overlaps(whole.interval)
    sign = "≈" if holds else "≠"
    gap = (abs(number - whole.value), added.half_width + whole.interval.half_width, whole.unit)

    terms: tuple[Quantity | Message, ...] = tuple(each.said for each in parts)
    added_up = reduce(lambda before, each: Message("{before} + {each}", {"before": before, "each": each}), terms)
    sides = {"parts": added_up, "sum": Quantity(number, whole.unit, 4), "sign": sign, "whole": whole.said}
    arithmetic = Message("{parts} = {sum} {sign} {whole}", sides)
    return checked(identity, holds, (whole, *parts), arithmetic, gap)


def part(identity: Identity, book: Book) -> Iterator[Check]:
    """No part is larger than its whole, in results and in targets. Without names: every declared `part_of`."""
    for part_id, whole_id in _parts(identity, book):
        for measure in COMPARED:
            for slot in book.slots(part_id, measure):
                yield from _not_above(identity, book, (part_id, whole_id, measure), slot)


def _parts(identity: Identity, book: Book) -> Iterator[tuple[str, str]]:
    """Parts with their wholes: those named, else every declared one measured alike."""
    for each in identity.parts:
        if each not in identity.besides:
            yield each, cast(str, identity.whole)
    for id_, indicator in sorted(book.indicators.items()) if not identity.parts else ():
        if indicator.part_of and id_ not in identity.besides and _same_dimension(book, id_, indicator.part_of):
            yield id_, indicator.part_of


def _not_above(identity: Identity, book: Book, about: tuple[str, str, Measure], slot: Slot) -> Iterator[Check]:
    part_id, whole_id, measure = about
    of_part, of_whole = book.one((part_id, measure, ""), slot), book.one((whole_id, measure, ""), slot)
    if of_part is None or of_whole is None:
        return
    holds = not of_whole.interval.below(of_part.interval)
    titles = {"part": book.indicators[part_id].title, "whole": book.indicators[whole_id].title}
    sides = {**titles, "of_part": of_part.said, "sign": "≤" if holds else ">", "of_whole": of_whole.said}
    yield checked(
        identity,
        holds,
        (of_part, of_whole),
        Message("{part} {of_part} {sign} {whole} {of_whole}", sides),
        (
            abs(of_part.value - of_whole.value),
            of_part.interval.half_width + of_whole.interval.half_width,
            of_part.unit,
        ),
    )


def _same_dimension(book: Book, one: str, other: str) -> bool:
    try:
        factor_between(book.indicators[one].unit, book.indicators[other].unit)
    except (ProblemError, KeyError):
        return False
    return True


def accumulates(identity: Identity, book: Book) -> Iterator[Check]:
    """A stock is the sum of what was added since the beginning, when every period since then is stated."""
    stock_id, flow_id = cast(str, identity.whole), cast(str, identity.flow)
    if identity.since is None:
        return
    begins = Period.parse(identity.since)
    for slot in book.slots(stock_id):
        stock = book.one(stock_id, slot)
        chain = _unbroken(book.series(flow_id, slot[0]), Period(begins.first_day, period_of(slot).last_day))
        if stock is not None and chain:
            yield _equal(identity, stock, chain)


def _unbroken(flows: list[Statement], whole: Period) -> list[Statement]:
    """The flows that follow each other without gap or overlap over the whole; empty if they do not."""
    within = [(found, each) for each in flows if (found := each.period) and whole.contains(found)]
    within.sort(key=itemgetter(0))
    days = [(period.first_day, period.last_day) for period, _ in within]
    if not days or (days[0][0], days[-1][1]) != (whole.first_day, whole.last_day):
        return []
    follow = all((after[0] - before[1]).days == 1 for before, after in pairwise(days))
    return [each for _, each in within] if follow else []
