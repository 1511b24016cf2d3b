"""Values far outside a subject's own history just before a deadline: somebody should look at the papers.

An alarm accuses nobody. It says which value is how many times the usual, measured by the median and the median absolute
deviation of earlier periods, which single wild years do not move.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from duofeng.brain.scores.card import Compiled
from duofeng.brain.scores.points import Floats
from duofeng.engine import tree as nodes
from duofeng.engine.columns import attribute_in, period_in
from duofeng.engine.expression import bind
from duofeng.kernel.period import Period
from duofeng.zone.kinds.scorecard import Watch

NORMAL = 1.4826
"""Median absolute deviations in a standard deviation of the normal distribution."""
LEAST_DEVIATION = 0.05
"""A history that hardly moves is taken to move by this share of its median: else a change of one would be an alarm."""
ALARMS = pl.Schema(
    {
        "subject": pl.String(), "attribute": pl.String(), "period": pl.String(), "value": pl.Float64(),
        "median": pl.Float64(), "ratio": pl.Float64(), "deviations": pl.Float64(), "known": pl.Int64(),
        "history": pl.List(pl.Float64()),
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Watched:
    """An attribute with the period the card scores and the earlier ones it is held against, the oldest first."""

    attribute: str
    period: str
    earlier: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(f"{self.attribute}[{period}]" for period in (*self.earlier, self.period))


def watched(compiled: Compiled) -> tuple[Watched, ...]:
    """Every attribute of a period that a leaf scores, with its earlier periods; nothing for a card without `watch`."""
    watch = compiled.card.watch
    if watch is None:
        return ()
    latest: dict[str, Period] = {}
    for _, expression in compiled.leaves.values():
        for node in nodes.walk(bind(expression, compiled.as_of)):
            if not isinstance(node, nodes.ColumnRef) or node.type not in {"number", "integer", "money"}:
                continue
            if written := period_in(node.name):
                name, period = attribute_in(node.name), Period.parse(written)
                latest[name] = max(period, latest.get(name, period), key=lambda each: each.last_day)
    return tuple(
        Watched(name, str(period), tuple(str(period.shifted(-back)) for back in range(watch.earlier, 0, -1)))
        for name, period in sorted(latest.items())
    )


def alarms(watch: Watch, attributes: Sequence[Watched], profile: pl.DataFrame) -> pl.DataFrame:
    """The table `ALARMS`: one row per subject and attribute beyond both thresholds, the farthest first.

    `profile` has `subject` and the columns of the watched attributes; money in minor units comes out in whole ones.
    """
    parts = [pl.DataFrame(schema=ALARMS)]
    for each in attributes:
        columns = [profile[name].cast(pl.Float64).fill_null(float("nan")).to_numpy() for name in each.columns]
        scale = 100.0 if profile[each.columns[-1]].dtype == pl.Int64 else 1.0
        parts.append(_beyond(watch, each, profile["subject"], np.stack(columns) / scale))
    return pl.concat(parts).sort("deviations", "subject", "attribute", descending=[True, False, False])


def _beyond(watch: Watch, each: Watched, subjects: pl.Series, series: Floats) -> pl.DataFrame:
    history, value = series[:-1], series[-1]
    known = np.count_nonzero(~np.isnan(history), axis=0)
    usable = (known >= watch.known) & ~np.isnan(value)
    history, value, known = history[:, usable], value[usable], known[usable]
    median = np.nanmedian(history, axis=0) if value.size else np.empty(0)
    spread = np.nanmedian(np.abs(history - median), axis=0) * NORMAL if value.size else np.empty(0)
    spread = np.maximum(spread, LEAST_DEVIATION * np.abs(median))
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = value / median
        deviations = np.abs(value - median) / spread
    # From nothing to something has no ratio; it is told by the deviations, which are then without bound.
    far = (ratio >= float(watch.ratio)) & (median > 0) & (deviations >= float(watch.deviations))
    return pl.DataFrame(
        {
            "subject": subjects.filter(pl.Series(usable)).filter(pl.Series(far)),
            "attribute": [each.attribute] * int(far.sum()),
            "period": [each.period] * int(far.sum()),
            "value": value[far],
            "median": median[far],
            "ratio": ratio[far],
            "deviations": deviations[far],
            "known": known[far],
            "history": [[None if np.isnan(one) else float(one) for one in column] for column in history[:, far].T],
        },
        schema=ALARMS,
    )


def before_deadline(watch: Watch, recorded: pl.DataFrame) -> pl.DataFrame:
    """The rows with `deadline`: the first declared one in whose last days the value was recorded, else null. Rows with
    one come first, else the order stays. `recorded` has `recorded_on`, the day the value became known.
    """
    within, days = timedelta(days=watch.within), _deadlines(watch, recorded["recorded_on"])
    windows = [pl.when(pl.col("recorded_on").is_between(day - within, day)).then(pl.lit(day)) for day in days]
    marked = recorded.with_columns(deadline=pl.coalesce(windows) if windows else pl.lit(None, pl.Date))
    return marked.sort(pl.col("deadline").is_null(), maintain_order=True)


def _deadlines(watch: Watch, recorded_on: pl.Series) -> list[date]:
    """Every declared day that a recorded value can lie before, in order; of a shorter month its last day."""
    recorded = {year for day in recorded_on.unique() if day is not None for year in (day.year, day.year + 1)}
    yearly = [tuple(map(int, each.split("-"))) for each in watch.every_year]
    each_year = {date(year, month, min(day, monthrange(year, month)[1])) for year in recorded for month, day in yearly}
    return sorted({*watch.deadlines, *each_year})
