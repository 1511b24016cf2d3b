"""Charts of a declared page as ECharts options; a bar leads to the records it counts."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any
from urllib.parse import urlencode

import numpy as np
import polars as pl
from django.urls import reverse
from django.utils.translation import gettext as _

from duofeng.brain.figures.targets import VERDICTS
from duofeng.engine import tree
from duofeng.tell.series import series_chart
from duofeng.tell.values import unit_name
from duofeng.tell.words import told
from duofeng.web import reader, registers
from duofeng.web.blocks import tables
from duofeng.web.blocks.columns import attribute_of, measured_of
from duofeng.web.blocks.seen import Seen
from duofeng.web.blocks.subjects import Subjects
from duofeng.web.blocks.tiles import measured, unit_of
from duofeng.web.charts import Option, bars, sideways
from duofeng.web.values import code_title
from duofeng.zone.kinds.page import Block
from duofeng.zone.kinds.scorecard import scorecards_in_force

BINS = 20
MOST_GROUPS = 16
"""Groups shown one by one; the smaller ones are one bar together."""
MINOR_IN_WAN, MINOR = 1_000_000, 100
ORDERED = frozenset({"number", "integer", "money", "date"})


def chart(seen: Seen, id: str, block: Block) -> Option | None:
    """None where there is nothing to draw. Raises ProblemError when the run lacks what it counts."""
    return CHARTS[block.source](seen, id, block)


def _figure(seen: Seen, id: str, block: Block) -> Option | None:
    assert block.figure is not None
    option = series_chart(reader.zone().indicators[block.figure], seen.known.book)
    if option is None:
        return None
    address = seen.address(id)
    for series in option["series"]:
        for point in series["data"]:
            if isinstance(point, dict) and "href" in point:
                point["href"] = address + point["href"]
    return option


def _targets(seen: Seen, _id: str, block: Block) -> Option | None:
    verdicts = [line.verdict for line in seen.known.targets]
    groups = [
        (told(VERDICTS[each]), verdicts.count(each), f"{reverse('targets')}?verdict={each}") for each in block.targets
    ]
    return _bars(groups, _("项数")) if any(count for _title, count, _href in groups) else None


def _policies(seen: Seen, _id: str, block: Block) -> Option | None:
    if seen.run is None:
        return None
    rows = tables.counted(seen.run, block.policies).to_dicts()
    if not rows:
        return None
    parts = (("yes", _("符合"), "who/?outcome=yes"), ("near", _("差一点"), "near/"), ("unknown", _("未知"), "unknown/"))
    series = {
        title: [_bar(row[name], f"{reverse('policy', args=[row['policy']])}{end}") for row in rows]
        for name, title, end in parts
    }
    return sideways([row["title"] for row in rows], series, stack="all")


def _profiles(seen: Seen, id: str, block: Block) -> Option | None:
    if seen.run is None:
        return None
    found = seen.subjects(block)
    rows = found.where(block.where)
    return _grouped(seen, id, block, rows) if block.by is not None else _spread(found, block, rows)


def _grouped(seen: Seen, id: str, block: Block, rows: pl.DataFrame) -> Option | None:
    """One bar, or point of a line, for each group."""
    assert block.by is not None
    found = seen.subjects(block)
    groups = _groups(found, block, rows)
    if not groups:
        return None
    reads = seen.reads(block.register, block.by)
    address = seen.address(id)
    shown = [
        (title, value, f"{address}?{urlencode({block.by: key})}" if reads and key is not None else "")
        for key, title, value in groups
    ]
    return _bars(shown, _measure_title(found, block), line=block.form == "line")


def _groups(found: Subjects, block: Block, rows: pl.DataFrame) -> list[tuple[str | None, str, float | None]]:
    """Key, title and number of each group: in the order of time or size, of grades, else the largest first."""
    assert block.by is not None
    parts = {key[0]: part for key, part in rows.group_by(block.by)}
    sizes = {key: part.height for key, part in parts.items()}
    order = _order(found, block.by, sizes)
    numbers = {key: _number(block, parts[key]) for key in order}
    groups: list[tuple[str | None, str, float | None]]
    groups = [(str(key), _title(found, block.by, key), numbers[key]) for key in order[:MOST_GROUPS]]
    if rest := order[MOST_GROUPS:]:
        together = pl.concat([parts[key] for key in rest])
        groups.append((None, _("其余 %(n)d 组") % {"n": len(rest)}, _number(block, together)))
    if None in parts:
        groups.append((None, _("不详"), _number(block, parts[None])))
    return [group for group in groups if group[2] is not None]


def _order(found: Subjects, by: str, sizes: dict[Any, int]) -> list[Any]:
    known = [key for key in sizes if key is not None]
    if found.expressions[by].type in ORDERED:
        return sorted(known)
    grades = _grades(found, by)
    if grades:
        return sorted(known, key=lambda key: grades.index(key) if key in grades else len(grades))
    return sorted(known, key=lambda key: (-sizes[key], str(key)))


def _grades(found: Subjects, by: str) -> list[str]:
    """The grades of a card, the best first, when that is what is grouped by."""
    node = found.expressions[by].node
    what, _colon, id = node.name.partition(":") if isinstance(node, tree.Attribute) else ("", "", "")
    cards = scorecards_in_force(reader.zone(), found.as_of) if what == "grade" else ()
    return [grade.grade for card in cards if card.card == id for grade in card.grades]


def _title(found: Subjects, by: str, key: Any) -> str:
    if isinstance(key, bool):
        return _("是") if key else _("否")
    if isinstance(key, float):
        return f"{key:g}"
    return code_title(attribute_of(found, by), str(key)) or str(key)


def _number(block: Block, rows: pl.DataFrame) -> float | None:
    if block.value is None:
        return float(rows.height)
    value = measured(rows[block.value], block.taken)
    if value is None:
        return None
    if block.taken == "share" or block.percent:
        return round(value * 100, 1)
    return round(value / (_scale() if rows.schema[block.value] == pl.Int64 else 1), 2)


def _scale() -> int:
    """Minor units in what amounts are drawn in: 万元 where people count so."""
    return MINOR_IN_WAN if reader.zone().currency.unit == "元" else MINOR


def _measure_title(found: Subjects, block: Block) -> str:
    if block.value is None:
        return registers.word(block.register)
    if block.taken == "share" or block.percent:
        return "%"
    return _unit(found, block)


def _unit(found: Subjects, block: Block) -> str:
    assert block.value is not None
    if found.expressions[block.value].type == "money":
        unit = reader.zone().currency.unit
        return unit_name("万元" if unit == "元" else unit)
    return unit_of(found, block)


def _bars(groups: Sequence[tuple[str, float | None, str]], up: str, *, line: bool = False) -> Option:
    whole = all(value is None or value == int(value) for _title, value, _href in groups)
    data = [_bar(value, href) for _title, value, href in groups]
    form = {"type": "line", "connectNulls": False} if line else {"type": "bar", "barMaxWidth": 46}
    labels = [title for title, _value, _href in groups]
    if not line and max(map(len, labels), default=0) > 6 and len(labels) > 4:
        return sideways(labels, {up: data}, barMaxWidth=46)
    return {
        "grid": {"left": 8, "right": 16, "top": 36, "bottom": 8, "containLabel": True},
        "xAxis": {"type": "category", "data": labels},
        "yAxis": {"type": "value", "name": up, **({"minInterval": 1} if whole else {})},
        "series": [{**form, "name": up, "data": data}],
    }


def _bar(value: float | None, href: str) -> dict[str, Any]:
    return {"value": value, "href": href} if href else {"value": value}


def _spread(found: Subjects, block: Block, rows: pl.DataFrame) -> Option | None:
    """How many subjects lie in which step of the value; the few far out are counted in the outermost steps."""
    assert block.value is not None
    known = rows[block.value].drop_nulls()
    if known.is_empty():
        return None
    money = found.expressions[block.value].type == "money"
    values = known.cast(pl.Float64).to_numpy() / (_scale() if money else 1) * (100 if block.percent else 1)
    edges = _edges(values)
    counts, _same = np.histogram(np.clip(values, edges[0], edges[-1]), bins=edges)
    labels = [f"{low:,.6g}" for low, _high in pairwise(edges)]
    unit = "%" if block.percent else _unit(found, block)
    across = measured_of(found, block, block.value, percent=True) + (_("（%(unit)s）") % {"unit": unit} if unit else "")
    return bars(labels, [int(each) for each in counts], across, registers.word(block.register))


def _edges(values: np.ndarray[Any, np.dtype[np.float64]]) -> list[float]:
    """Round steps over what all but one in a hundred at each end span."""
    low, high = np.quantile(values, [0.01, 0.99])
    if low == high:
        low, high = values.min(), values.max()
    span = float(high - low) or 1.0
    rough = span / BINS
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(each * power for each in (1, 2, 2.5, 5, 10) if each * power >= rough)
    first = math.floor(low / step)
    last = max(math.ceil(high / step), first + 1)
    return [number * step for number in range(first, last + 1)]


CHARTS: dict[str, Callable[[Seen, str, Block], Option | None]] = {
    "figure": _figure,
    "targets": _targets,
    "policies": _policies,
    "profiles": _profiles,
}
