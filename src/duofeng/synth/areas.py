"""Made-up grids, micro-grids and the events reported in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

import numpy as np
import polars as pl

from duofeng.kernel.period import Period
from duofeng.synth.population import Floats, Integers, Population
from duofeng.zone.kinds.synth import Events

EVENTS_AT_ONCE = 500_000
SECOND_WIND = 0.45  # how long a matter takes: most a day, some weeks


@dataclass(frozen=True)
class Areas:
    """Grids in offices, micro-grids in grids. Codes are 12 digits of the community, 3 + 3, and J or W."""

    population: Population

    @cached_property
    def office_of_grid(self) -> Integers:
        plan = self.population.plan.areas
        shares = np.array([float(office.share) for office in plan.offices.values()])
        bounds = np.cumsum(shares / shares.sum())[:-1] * plan.grids
        return np.searchsorted(bounds, np.arange(plan.grids) + 0.5, side="right")

    @cached_property
    def grid_of_micro(self) -> Integers:
        plan = self.population.plan.areas
        return np.arange(plan.micro_grids) * plan.grids // plan.micro_grids

    @cached_property
    def grid_codes(self) -> list[str]:
        offices = list(self.population.plan.areas.offices.values())
        first = np.searchsorted(self.office_of_grid, np.arange(len(offices)))
        return [
            f"{offices[office].code}{(grid - first[office]) // 8 + 1:03d}{(grid - first[office]) % 8 + 1:03d}000J"
            for grid, office in enumerate(self.office_of_grid)
        ]

    @cached_property
    def micro_codes(self) -> list[str]:
        first = np.searchsorted(self.grid_of_micro, np.arange(self.population.plan.areas.grids))
        return [
            f"{self.grid_codes[grid][:15]}{micro - first[grid] + 1:03d}W"
            for micro, grid in enumerate(self.grid_of_micro)
        ]

    def frame(self) -> pl.DataFrame:
        """Columns `id`, `level`, `office`, `parent` (of micro-grids), `name`: grids, then micro-grids."""
        offices = list(self.population.plan.areas.offices)
        office_of = [offices[office] for office in self.office_of_grid]
        grids = [
            (code, "grid", office, None, f"网格{code[9:15]}")
            for code, office in zip(self.grid_codes, office_of, strict=True)
        ]
        micro = [
            (code, "micro_grid", office_of[grid], self.grid_codes[grid], f"微网格{code[9:18]}")
            for code, grid in zip(self.micro_codes, self.grid_of_micro, strict=True)
        ]
        schema = dict.fromkeys(("id", "level", "office", "parent", "name"), pl.String)
        return pl.DataFrame(grids + micro, schema=schema, orient="row")

    def events(self, plan: Events, count: int) -> Iterator[pl.DataFrame]:
        """Columns `id`, `reported_on`, `area`, `event_class`, `voice`, `closed_on`; in order of time, by chunks."""
        period = Period.parse(plan.period)
        weights = np.exp(0.8 * self.population.stream("busy areas").standard_normal(len(self.micro_codes)))
        busy = np.cumsum(weights / weights.sum())[:-1]
        classes, voices = _shares(plan.classes), _shares(plan.voices)
        names = [pl.Series(list(keys)) for keys in (plan.classes, plan.voices)]
        micro = pl.Series(self.micro_codes)
        for start in range(0, count, EVENTS_AT_ONCE):
            length = min(EVENTS_AT_ONCE, count - start)
            draw = self.population.stream(f"events {start}")
            day = (np.arange(start, start + length) * period.days // count).astype("m8[D]")
            reported = np.datetime64(period.first_day, "D") + day
            took = np.floor(draw.exponential(SECOND_WIND, length) ** 2 * 3).astype("m8[D]")
            closed = np.where(draw.random(length) < float(plan.closed), reported + took, np.datetime64("NaT"))
            yield pl.DataFrame(
                {
                    "id": _serials(period.year, start, length),
                    "reported_on": pl.Series(reported),
                    "area": micro.gather(np.searchsorted(busy, draw.random(length))),
                    "event_class": names[0].gather(np.searchsorted(classes, draw.random(length))),
                    "voice": names[1].gather(np.searchsorted(voices, draw.random(length))),
                    "closed_on": pl.Series(closed.astype("M8[D]")),
                }
            )


def _serials(year: int, start: int, length: int) -> pl.Series:
    number = pl.int_range(start + 1, start + length + 1, eager=True).cast(pl.String).str.zfill(9)
    return pl.Series([f"{year}-"]).new_from_index(0, length) + number


def _shares(shares: Mapping[str, Decimal]) -> Floats:
    weights = np.cumsum(np.array([float(share) for share in shares.values()]))
    return np.asarray(weights[:-1] / weights[-1])
