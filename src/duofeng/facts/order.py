"""Which fact holds: the one order by which profile, evidence and disputes choose among what was said of one value.

Of the facts that speak of the value on the day asked, the winner is the one of the source with the highest priority,
then the one valid from the latest day, then recorded last, then latest in its arrival: a total order, so that loading
the same arrivals in another order gives the same profile. `standing_of`, `rank` and `holds` take numpy arrays and
Polars expressions alike, so that whoever chooses, chooses by the same line of code.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Protocol, TypeVar

import numpy as np
import numpy.typing as npt
import polars as pl

from duofeng.facts.fact import VALUE_OF_TYPE, VALUES
from duofeng.kernel.period import Period

ARRIVAL_BITS, DAY_BITS = 30, 22
"""A rank is priority, first day, order of recording in one integer: 11 + 22 + 30 bits."""
DAY_ZERO = 1 << 21
OPEN_START, OPEN_END = 0, (1 << DAY_BITS) - 1
"""A fact without a first day has held since before any other; one without a last day still holds."""

BY_HAND = 1001
UNDECLARED = 50
"""What a published document is worth: as much as a source that declares nothing else."""

Whole = TypeVar("Whole", npt.NDArray[np.int64], pl.Expr)


class ProfileZone(Protocol):
    """What a profile needs of a zone: its vocabulary and how much each source is worth."""

    @property
    def attributes(self) -> Mapping[str, Mapping[str, Any]]: ...
    @property
    def sources(self) -> Mapping[str, Any]: ...
    @property
    def documents(self) -> Mapping[str, Any]: ...


def priority_of(source: str, zone: ProfileZone) -> int:
    """Declared sources have declared priorities; a source the zone does not declare is a person or a case, and wins."""
    if source in zone.sources:
        return int(zone.sources[source].priority)
    return UNDECLARED if source in zone.documents else BY_HAND


def ranked(counted: pl.DataFrame, zone: ProfileZone) -> pl.DataFrame:
    """The counted arrivals with the `priority` of their source, their `order` of recording, and their `standing`."""
    priorities = {source: priority_of(source, zone) for source in counted["source"].unique()}
    return (
        counted.sort("recorded_at", "id")
        .with_columns(
            priority=pl.col("source").replace_strict(priorities, return_dtype=pl.Int64, default=0),
            order=pl.int_range(pl.len(), dtype=pl.Int64),
        )
        .with_columns(standing=standing_of(pl.col("priority"), pl.col("order")))
    )


def standing_of(priority: Whole, order: Whole) -> Whole:
    """What the arrival says of a fact's rank: the priority of its source above, the order of recording below."""
    return priority * (1 << (ARRIVAL_BITS + DAY_BITS)) + order


def rank(standing: Whole | int, first_day: Whole | int) -> Whole | int:
    """The higher wins; of equal ranks, which are of one arrival and day, the higher sequence."""
    return first_day * (1 << ARRIVAL_BITS) + standing


def holds(first_day: Whole | int, last_day: Whole | int, asked: int | tuple[int, int]) -> Any:
    """Whether facts hold: a state on the day asked, an amount for exactly the days of the period asked."""
    if isinstance(asked, int):
        return (first_day <= asked) & (last_day >= asked)
    return (first_day == asked[0]) & (last_day == asked[1])


def day_number(day: date) -> int:
    return (day - date(1970, 1, 1)).days + DAY_ZERO


def days_of(period: Period) -> tuple[int, int]:
    return day_number(period.first_day), day_number(period.last_day)


def first_days(days: pl.Series) -> npt.NDArray[np.int64]:
    return _numbers(days, OPEN_START)


def last_days(days: pl.Series) -> npt.NDArray[np.int64]:
    return _numbers(days, OPEN_END)


def _numbers(days: pl.Series, if_open: int) -> npt.NDArray[np.int64]:
    if days.null_count() == days.len():
        return np.full(days.len(), if_open)
    return (days.to_physical().cast(pl.Int64) + DAY_ZERO).fill_null(if_open).to_numpy()


FIRST_DAY = (pl.col("valid_from").to_physical().cast(pl.Int64) + DAY_ZERO).fill_null(OPEN_START)
LAST_DAY = (pl.col("valid_until").to_physical().cast(pl.Int64) + DAY_ZERO).fill_null(OPEN_END)
"""The days of a fact as numbers, in frames."""


def speaks(attribute: pl.Expr, declared: Mapping[str, Any]) -> pl.Expr:
    """Whether a fact says anything of its attribute: a value of the type the attribute is declared with today."""
    types = {name: VALUE_OF_TYPE[each.type] for name, each in declared.items()}
    value = attribute.replace_strict(types, default=None, return_dtype=pl.String)
    of_type = pl.coalesce(pl.when(value == name).then(pl.col(name).is_not_null()) for name in VALUES)
    return of_type.fill_null(pl.any_horizontal(pl.col(name).is_not_null() for name in VALUES))
