"""Number tiles: one value, what it is, where its records are."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime

import polars as pl
from django.utils.translation import gettext as _

from duofeng.brain.figures.statement import THE_ZONE, Statement
from duofeng.desk.accounts.permissions import Rights
from duofeng.kernel.problem import ProblemError
from duofeng.tell.values import unit_name
from duofeng.tell.words import told
from duofeng.web import attention, reader, registers
from duofeng.web.blocks import tables
from duofeng.web.blocks.columns import attribute_of
from duofeng.web.blocks.seen import Seen
from duofeng.web.blocks.subjects import Subjects
from duofeng.web.context import language
from duofeng.web.figures import Known
from duofeng.web.freshness import sources
from duofeng.web.page import declared_pages
from duofeng.web.periods import written_period
from duofeng.web.tables import written
from duofeng.zone.kinds.page import Block, Take

FEWEST = 5
"""A sum or an average of fewer says too much of one of them."""
MINOR, MILLION = 100, 1e6


@dataclass(frozen=True)
class Tile:
    """`tone` is good, warn or bad; `line` the points of an SVG polyline in a box of 100 × 28, `zero` where 0 is."""

    title: str
    value: str
    unit: str = ""
    note: str = ""
    href: str = ""
    tone: str = ""
    line: str = ""
    zero: float | None = None


def tile(seen: Seen, id: str, block: Block) -> Tile:
    """Raises ProblemError when the run lacks what it counts."""
    return TILES[block.source](seen, id, block)


def cockpit_tiles(rights: Rights) -> list[Tile]:
    """The tiles that pages this person may open also put into the cockpit; one that cannot be counted stays away."""
    looks = [Seen(rights, page, reader.run()) for page in declared_pages(rights)]
    wanted = [(seen, id, block) for seen in looks for id, block in seen.page.blocks.items() if block.cockpit]
    found = []
    for seen, id, block in wanted:
        with suppress(ProblemError):
            found += [tile(seen, id, block)] if seen.shows(block) else []
    return found


def _figure(seen: Seen, id: str, block: Block) -> Tile:
    """The last level with its growth; behind its target it is marked."""
    assert block.figure is not None
    known = seen.known
    levels, growths = known.book.series(block.figure), growth_series(known, block.figure)
    level, growth = levels[-1] if levels else None, growths[-1] if growths else None
    verdicts = {line.verdict for line in known.targets if line.target.indicator == block.figure}
    line, zero = _spark(growths)
    return Tile(
        f"{told(block.title)} {written_period(level.period)}" if level else told(block.title),
        told(level.said) if level else "—",
        note=_growth(growth, level) or (_("还没有人说过") if level is None else ""),
        href=seen.address(id),
        tone="bad" if verdicts & {"missed", "behind"} else "",
        line=line,
        zero=zero,
    )


def _growth(growth: Statement | None, level: Statement | None) -> str:
    """Its period is said where it is not that of the level above."""
    if growth is None:
        return ""
    said = told(growth.said)
    if level is not None and level.period == growth.period:
        return _("同比 %(growth)s") % {"growth": said}
    return _("同比 %(growth)s（%(period)s）") % {"growth": said, "period": written_period(growth.period)}


def _joined(*parts: str) -> str:
    return _("；").join(part for part in parts if part)


def growth_series(known: Known, indicator: str) -> list[Statement]:
    """One stated growth per period of the zone, in the order of time."""
    slots = [slot for slot in known.book.slots(indicator, "growth") if slot[0] == THE_ZONE]
    found = [known.book.one((indicator, "growth", ""), slot) for slot in slots]
    return sorted((each for each in found if each and each.period), key=_by_time)


def _by_time(said: Statement) -> tuple[date, int]:
    assert said.period is not None
    return said.period.last_day, said.period.days


def _spark(growths: list[Statement]) -> tuple[str, float | None]:
    if len(growths) < 2:
        return "", None
    values = [float(each.value) for each in growths]
    low, high = min(*values, 0.0), max(*values, 0.0)
    room, step = (high - low) or 1.0, 100 / (len(values) - 1)
    points = [f"{place * step:.1f},{26 - (value - low) / room * 24:.1f}" for place, value in enumerate(values)]
    return " ".join(points), 26 + low / room * 24


def _targets(seen: Seen, id: str, block: Block) -> Tile:
    every = seen.known.targets
    count = sum(line.verdict in block.targets for line in every)
    bad = count and set(block.targets) & {"missed", "behind"}
    return Tile(
        told(block.title),
        f"{count:,}",
        _("/ %(n)d 项") % {"n": len(every)},
        told(block.note) if block.note else "",
        seen.address(id),
        "bad" if bad else "",
    )


def _findings(seen: Seen, id: str, block: Block) -> Tile:
    if block.findings == "contradictions":
        count, unit = len(seen.known.board.breaks), _("处")
    elif block.findings == "silent_sources":
        count, unit = sum(each.silent for each in sources(datetime.now(UTC))), _("个来源")
    else:
        count, unit = len(attention.policies(seen.run)), _("项")
    return Tile(told(block.title), f"{count:,}", unit, _note(block), seen.address(id), "warn" if count else "")


def _note(block: Block, *more: str) -> str:
    return _joined(told(block.note) if block.note else "", *more)


def _near(seen: Seen, id: str, block: Block) -> Tile:
    found = tables.near(seen, id, block)
    return Tile(told(block.title), f"{found.total:,}", found.unit, _note(block), found.address)


def _changes(seen: Seen, id: str, block: Block) -> Tile:
    found = tables.changes(seen, id, block)
    value = f"{found.total:,}" if found.columns else "—"
    note = _note(block, "" if found.columns else str(found.nothing))
    return Tile(told(block.title), value, found.unit, note, found.address)


def _profiles(seen: Seen, id: str, block: Block) -> Tile:
    title, href = told(block.title), seen.address(id)
    if seen.run is None:
        return Tile(title, "—", note=_("还没有计算过。"))
    found = seen.subjects(block)
    rows, untold = found.where(block.where), found.untold(block.where)
    also = _("另有 %(counted)s不详") % {"counted": registers.counted(block.register, untold)} if untold else ""
    if block.taken == "count" or block.value is None:
        return Tile(title, f"{rows.height:,}", registers.word(block.register, rows.height), _note(block, also), href)
    value = measured(rows[block.value], block.taken)
    known = rows[block.value].count()
    of_whom = _("%(counted)s有数") % {"counted": registers.counted(block.register, known)}
    if value is None and known:
        of_whom = _("有数的不到 %(counted)s，不显示") % {"counted": registers.counted(block.register, FEWEST)}
    number, unit = shown(found, block, value)
    return Tile(title, number, unit, _note(block, of_whom), href)


def measured(values: pl.Series, take: Take) -> float | None:
    """One number of the known values: nothing where they are too few to hide anybody."""
    known = values.drop_nulls()
    if take == "count":
        return float(known.len())
    if known.is_empty() or (take != "share" and known.len() < FEWEST):
        return None
    taken = {"share": pl.Series.mean, "sum": pl.Series.sum, "mean": pl.Series.mean, "median": pl.Series.median}[take]
    return float(taken(known))  # type: ignore[arg-type]  # of numbers and flags


def shown(found: Subjects, block: Block, value: float | None) -> tuple[str, str]:
    """A number for a tile, and the unit behind it."""
    if value is None:
        return "—", ""
    if block.taken == "share" or block.percent:
        return written(value, "percent"), ""
    assert block.value is not None
    if found.expressions[block.value].type == "money":
        return amount(value / MINOR)
    return written(round(value, 2), "number"), unit_of(found, block)


def amount(main: float) -> tuple[str, str]:
    """An amount short enough to be read at a glance; the list behind it is exact."""
    unit = reader.zone().currency.unit
    if unit == "元" and language() == "zh":
        for name, size in (("亿元", 1e8), ("万元", 1e4)):
            if abs(main) >= size:
                return f"{main / size:,.2f}", name
    elif abs(main) >= MILLION:
        return f"{main / MILLION:,.2f}", _("百万%(unit)s") % {"unit": unit_name(unit)}
    return f"{main:,.2f}", unit_name(unit)


def unit_of(found: Subjects, block: Block) -> str:
    """The unit behind a number; an amount and a percentage carry theirs."""
    attribute = attribute_of(found, block.value) if block.value is not None else None
    plain = attribute is not None and attribute.type != "money" and not block.percent and block.taken != "share"
    return unit_name(attribute.unit) if attribute is not None and plain else ""


TILES: dict[str, Callable[[Seen, str, Block], Tile]] = {
    "figure": _figure,
    "targets": _targets,
    "findings": _findings,
    "near": _near,
    "changes": _changes,
    "profiles": _profiles,
}
