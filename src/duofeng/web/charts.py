"""Charts as ECharts options."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl
from django.utils.translation import gettext as _

Option = dict[str, Any]
BINS = 20
CUT = {"width": 190, "overflow": "truncate"}
INSIDE = {"alignMinLabel": "left", "alignMaxLabel": "right"}
"""The first and the last label of a narrow chart are not cut off at its edges."""
WAN = 1_000_000
"""Minor units in ten thousand."""


def histogram(amounts: pl.Series, whom: str) -> Option | None:
    """How amounts in minor units spread; nothing where nobody is due anything."""
    return spread_chart(spread(amounts), whom)


def spread(amounts: pl.Series) -> dict[str, list[Any]] | None:
    """The same as plain data: what each bar stands for, in ten thousands, and how many are in it."""
    known = amounts.drop_nulls()
    if known.is_empty():
        return None
    values = known.to_numpy() / WAN
    counts, edges = np.histogram(values, bins=min(BINS, max(1, known.n_unique())))
    labels = [f"{low:,.4g}–{high:,.4g}" for low, high in pairwise(edges)]
    return {"labels": labels, "counts": [int(each) for each in counts]}


def spread_chart(found: dict[str, list[Any]] | None, whom: str) -> Option | None:
    """`whom` is the word for those who are counted."""
    return bars(found["labels"], found["counts"], _("各得金额（万元）"), whom) if found else None


def bars(labels: list[str], counts: list[int], across: str, up: str) -> Option:
    """How many lie in which step of what goes across."""
    return {
        "xAxis": {
            "type": "category",
            "data": labels,
            "name": across,
            "nameLocation": "middle",
            "nameGap": 28,
            "axisLabel": INSIDE,
        },
        "yAxis": {"type": "value", "name": up, "minInterval": 1},
        "grid": {"left": 8, "right": 16, "top": 36, "bottom": 34, "containLabel": True},
        "series": [{"type": "bar", "name": up, "data": counts, "barMaxWidth": 46}],
    }


def sideways(labels: list[str], series: Mapping[str, Sequence[Any]], *, whole: bool = True, **more: Any) -> Option:
    """Long names read better beside their bars than under them. `more` is said of every series."""
    several = len(series) > 1
    return {
        **({"legend": {"top": 0}} if several else {}),
        "grid": {"left": 8, "right": 24, "top": 36 if several else 12, "bottom": 8, "containLabel": True},
        "yAxis": {"type": "category", "data": labels, "inverse": True, "axisLabel": CUT},
        "xAxis": {"type": "value", **({"minInterval": 1} if whole else {})},
        "series": [{"type": "bar", "name": name, "data": data, **more} for name, data in series.items()],
    }


def cliff_chart(titles: list[str], below: list[int], above: list[int]) -> Option | None:
    """Subjects a tenth below and a tenth above each threshold, side by side."""
    sides = {_("只差这条，差距一成以内"): below, _("刚好达到，余量一成以内"): above}
    return sideways(titles, sides) if titles else None


def compared(rows: list[tuple[str, int, int]], before: str, after: str) -> Option:
    """Counts by name in two states."""
    return {
        "legend": {"top": 0},
        "xAxis": {"type": "category", "data": [name for name, _b, _a in rows]},
        "yAxis": {"type": "value", "minInterval": 1},
        "series": [
            {"type": "bar", "name": before, "data": [count for _n, count, _a in rows]},
            {"type": "bar", "name": after, "data": [count for _n, _b, count in rows]},
        ],
    }
