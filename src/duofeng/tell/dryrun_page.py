"""A dry run as one self-contained page: numbers, SVG bars, tables. It prints as it looks; it fetches nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from duofeng.brain.policies.budget import whole_units
from duofeng.brain.policies.dryrun import CLOSE, STRIPS, Cliff, DryRun
from duofeng.kernel.message import say
from duofeng.tell.pages import page
from duofeng.tell.values import large
from duofeng.tell.words import told

COLOURS = {"yes": "#1c6b3c", "near": "#d59a2b", "unknown": "#7d8f99", "no": "#d3dbe0"}
NAMES = {
    "yes": say("符合", context="outcome"),
    "near": say("差一点", context="outcome"),
    "unknown": say("未知", context="outcome"),
    "no": say("不符合", context="outcome"),
}
ACCENT, PALE = "#0b5a6f", "#9fc4cf"
LISTED, FEW, BINS = 20, 8, 20


@dataclass(frozen=True)
class Heading:
    """What the page says of where its numbers come from. `names` has subject and name."""

    zone: str
    run: str
    as_of: str
    known_at: str
    unit: str
    names: Mapping[str, str]


def dryrun_page(run: DryRun, heading: Heading) -> str:
    """The page in the reader's language."""
    return page(
        "dryrun.html",
        run=run,
        policy=run.planned.policy,
        heading=heading,
        tiles=_tiles(run, heading.unit),
        shares=list(_shares(run)),
        budget=_budget(run),
        amounts=_amounts(run),
        missing=_missing(run),
        alone=run.near.filter(pl.col("missing").list.len() == 1).height,
        cliffs=[_cliff(run, each) for each in run.cliffs],
        reach=f"{CLOSE * STRIPS:.0%}",
        losers=list(run.losers.head(LISTED).iter_rows()),
        eligible=list(run.eligible.head(LISTED).select("subject", "amount", "paid", "taken").iter_rows()),
        most=LISTED,
        whole_units=whole_units,
        colours=COLOURS,
        accent=ACCENT,
        pale=PALE,
    )


def _tiles(run: DryRun, unit: str) -> list[tuple[str, str, str]]:
    counts = run.counts
    due = (
        told("{unit} · 另有 {count:,} 个金额未知", unit=unit, count=run.unknown_amounts)
        if run.unknown_amounts
        else unit
    )
    return [
        (told(NAMES["yes"]), f"{counts['yes']:,}", told("共 {count:,} 个", count=run.subjects)),
        (told(NAMES["near"]), f"{counts['near']:,}", told("差一两条")),
        (told(NAMES["unknown"]), f"{counts['unknown']:,}", told("缺事实，不能判定")),
        (told("应得"), large(run.due / 100), due),
        (told("实付"), large(run.paid / 100), told("{unit}，择优并计预算后", unit=unit)),
    ]


def _shares(run: DryRun) -> Iterator[dict[str, Any]]:
    """One bar in four colours, with a legend."""
    total, left = max(run.subjects, 1), 0.0
    for name, colour in COLOURS.items():
        count = run.counts[name]
        width = count / total * 1000
        label = f"{told(NAMES[name])} {count:,} ({count / total:.1%})"
        yield {"left": left, "width": width, "colour": colour, "label": label}
        left += width


def _budget(run: DryRun) -> dict[str, Any] | None:
    end = run.budget
    if end is None:
        return None
    scale = 1000 / max(end.total, end.spent + run.taken, 1)
    spent, taken, edge = end.spent * scale, run.taken * scale, min(end.total * scale, 998)
    rows = [
        (told("预算（红线）"), whole_units(end.total)),
        (told("当年已兑现"), whole_units(end.spent)),
        (told("本次需要"), whole_units(run.taken)),
        (told("够付"), told("{count:,} 个", count=end.full)),
        (told("打折"), told("{count:,} 个", count=end.less)),
        (told("付不到"), told("{count:,} 个", count=end.none)),
    ]
    return {"spent": spent, "taken": taken, "inside": max(0.0, min(taken, edge - spent)), "edge": edge, "rows": rows}


def _amounts(run: DryRun) -> dict[str, Any] | None:
    """A few amounts one by one, many as a histogram; nothing where nothing is due."""
    amounts = run.amounts.to_numpy() / 100
    if not len(amounts):
        return None
    distinct = np.unique(amounts)
    if len(distinct) <= FEW:
        return {"counts": _shared([(f"{value:,.0f}", int((amounts == value).sum())) for value in distinct])}
    sizes, edges = np.histogram(amounts, bins=BINS)
    top, width = max(int(sizes.max()), 1), 1000 // BINS
    columns = [
        {
            "x": index * width + 2,
            "width": width - 4,
            "height": size / top * 206,
            "label": f"{edges[index]:,.0f}–{edges[index + 1]:,.0f}: {size:,}",
        }
        for index, size in enumerate(sizes)
    ]
    ends = {"least": f"{edges[0]:,.0f}", "greatest": f"{edges[-1]:,.0f}", "top": f"{top:,}"}
    return {"counts": None, "columns": columns, "highest": round((int(sizes.argmax()) + 0.5) * width), **ends}


def _missing(run: DryRun) -> list[tuple[str, int, float]]:
    sizes = run.near.explode("missing").group_by("missing").len().sort(["len", "missing"], descending=[True, False])
    conditions = run.planned.policy.conditions
    return _shared([(told(conditions[id].title), size) for id, size in sizes.head(6).iter_rows()])


def _shared(counts: list[tuple[str, int]]) -> list[tuple[str, int, float]]:
    """Each with its share of the largest."""
    top = max((size for _, size in counts), default=1) or 1
    return [(label, size, size / top) for label, size in counts]


def _cliff(run: DryRun, cliff: Cliff) -> dict[str, Any]:
    strips = [*reversed(cliff.below), *cliff.above]
    top, width = max(*strips, 1), 500 / (2 * STRIPS)
    drawn = [
        {
            "x": index * width,
            "width": width,
            "height": size / top * 76,
            "size": size,
            "colour": COLOURS["near" if index < STRIPS else "yes"],
        }
        for index, size in enumerate(strips)
    ]
    return {"title": run.planned.policy.conditions[cliff.condition].title, "strips": drawn}
