"""Rows of any register, made up column by column as the zone declares: residents, flats, patents, days."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import numpy as np
import polars as pl

from duofeng.synth.population import Integers, Population
from duofeng.zone.kinds.synth import Made, SynthFile

Ways = Mapping[str, Callable[[Made, np.random.Generator], pl.Series]]


@dataclass
class MadeFiles:
    """Makes one file after the other and keeps them: later ones take from earlier ones."""

    population: Population
    made: dict[str, pl.DataFrame] = field(default_factory=dict)

    def make(self, source: str, file: SynthFile) -> pl.DataFrame:
        """All cells as texts, blank for no value. The same plan, size and seed give the same cells."""
        count = file.count or Decimal(0)
        rows = self.population.scaled(count) if file.scaled else int(count)
        table = _Table(self, source, rows)
        for title, each in file.make.items():
            table.add(title, each)
        self.made[source] = pl.DataFrame(table.columns)
        return self.made[source]


@dataclass
class _Table:
    files: MadeFiles
    source: str
    rows: int
    columns: dict[str, pl.Series] = field(default_factory=dict)
    taken: dict[str, Integers] = field(default_factory=dict)
    """Which row of the other file each cell of a picked column came from."""

    def add(self, title: str, made: Made) -> None:
        draw = self.files.population.stream(f"{self.source} {title}")
        (way,) = made.ways
        cells = self._picked(title, made, draw) if way == "pick" else getattr(self, f"_{way}")(made, draw)
        if made.share < 1:
            there = pl.Series(draw.random(self.rows) < float(made.share))
            cells = cells.zip_with(there, pl.Series([""]).new_from_index(0, self.rows))
        if made.given is not None:
            cells = pl.select(pl.when(self.columns[made.given] != "").then(cells).otherwise(pl.lit(""))).to_series()
        self.columns[title] = cells.alias(title)

    def _serial(self, made: Made, _: np.random.Generator) -> pl.Series:
        form = made.serial or "{}"
        return pl.Series([form.format(number) for number in range(1, self.rows + 1)], dtype=pl.String)

    def _text(self, made: Made, _: np.random.Generator) -> pl.Series:
        return pl.Series([made.text]).new_from_index(0, self.rows)

    def _choice(self, made: Made, draw: np.random.Generator) -> pl.Series:
        return pl.Series(list(made.choice), dtype=pl.String).gather(self._apportioned(made.choice, draw))

    def _ranges(self, made: Made, draw: np.random.Generator) -> pl.Series:
        ends = np.array([[int(end) for end in each.split("..")] for each in made.ranges], dtype=np.int64)
        chosen = ends[self._apportioned(made.ranges, draw)]
        return pl.Series(draw.integers(chosen[:, 0], chosen[:, 1] + 1)).cast(pl.String)

    def _compose(self, made: Made, draw: np.random.Generator) -> pl.Series:
        pieces = [pl.Series(list(each)).gather(draw.integers(0, len(each), self.rows)) for each in made.compose]
        return (
            pl.DataFrame([each.alias(str(at)) for at, each in enumerate(pieces)])
            .select(pl.concat_str(pl.all()))
            .to_series()
        )

    def _days(self, made: Made, draw: np.random.Generator) -> pl.Series:
        first, last = np.array(made.days, dtype="M8[D]").astype(np.int64)
        return _as_days(pl.Series(draw.integers(first, last + 1, self.rows)))

    def _every_day(self, made: Made, _: np.random.Generator) -> pl.Series:
        return _as_days(pl.Series(np.arange(self.rows) + np.datetime64(made.every_day or "", "D").astype(np.int64)))

    def _number(self, made: Made, draw: np.random.Generator) -> pl.Series:
        if made.number is None:
            raise ValueError("a number says its median")
        median, spread = float(made.number.median), float(made.number.spread)
        values = pl.Series(median * np.exp(spread * draw.standard_normal(self.rows))).round(made.number.decimals)
        return (values.cast(pl.Int64) if not made.number.decimals else values).cast(pl.String)

    def _later(self, made: Made, draw: np.random.Generator) -> pl.Series:
        if made.later is None:
            raise ValueError("a later day says later than which")
        since = self.columns[made.later.column].str.to_date(strict=False).to_physical()
        days = since + pl.Series(draw.integers(made.later.days[0], made.later.days[1] + 1, self.rows))
        first, last = made.later.from_ or date.min, made.later.until or date.max
        day = days.cast(pl.Int32).cast(pl.Date)
        return _as_days(pl.select(pl.when(day.is_between(first, last)).then(days)).to_series())

    def _follows(self, made: Made, _: np.random.Generator) -> pl.Series:
        if made.follows is None:
            raise ValueError("what follows says which column it follows")
        cells, said = self.columns[made.follows.column], pl.lit("")
        for word, text in reversed([*made.follows.words.items()]):
            said = pl.when(cells.str.contains(word, literal=True)).then(pl.lit(text)).otherwise(said)
        return pl.select(said).to_series()

    def _picked(self, title: str, made: Made, draw: np.random.Generator) -> pl.Series:
        pick = made.pick
        if pick is None:
            raise ValueError("a cell that is picked says from where")
        others = (
            self.files.population.naming.credit_codes
            if pick.file is None
            else self.files.made[pick.file][pick.column or ""]
        )
        if pick.beside is not None:
            at = self.taken[pick.beside]
        elif pick.file is not None and pick.having is not None:
            there = np.flatnonzero((self.files.made[pick.file][pick.having] != "").to_numpy())
            at = there[draw.integers(0, len(there), self.rows)]
        else:
            at = draw.integers(0, len(others), self.rows)
        self.taken[title] = at
        return others.gather(at)

    def _apportioned(self, shares: Mapping[str, Decimal], draw: np.random.Generator) -> Integers:
        """Which of the keys each row has: as many rows each as its share says, the largest remainders first."""
        weights = np.array([float(share) for share in shares.values()])
        exact = weights / weights.sum() * self.rows
        counts = np.floor(exact).astype(np.int64)
        counts[np.argsort(counts - exact, kind="stable")[: self.rows - counts.sum()]] += 1
        return draw.permutation(np.repeat(np.arange(len(weights)), counts))


def _as_days(days: pl.Series) -> pl.Series:
    return days.cast(pl.Int32).cast(pl.Date).cast(pl.String).fill_null("")
