"""A walk over a delivery: its tables become facts, and what stands against it or is to be told is found on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import polars as pl

from duofeng.facts.assertions import OF_A_WHOLE, content_problems, delivery_problems, header_problems
from duofeng.facts.batch import Tally
from duofeng.facts.mapping import Mapper
from duofeng.facts.readers import problems
from duofeng.facts.readers.table import RawBatch, RawTable
from duofeng.facts.referred import Referred
from duofeng.facts.repeated import Repeated
from duofeng.facts.resent import Origin, Settled
from duofeng.facts.totals import Totals
from duofeng.facts.whole_lists import Whole
from duofeng.kernel.problem import Problem, ProblemError, Span
from duofeng.zone.kinds.source import Source
from duofeng.zone.zone import Zone

MOST_REJECTS = 2_000_000
"""Cells. A delivery with more is no delivery with mistakes but the wrong file, and memory is bounded."""

Progress = Callable[[int], None]
"""Called with the number of rows of each batch read."""


@dataclass
class Reading:
    """A walk over a delivery. `facts()` yields frames and raises ProblemError as soon as it must be quarantined, and
    AgainError when it has to be walked once more; what was found on the way stands in the fields in the end."""

    source: Source
    zone: Zone
    table: RawTable
    file: str
    today: date
    delivered_on: date
    settled: Settled
    repeated: Repeated
    progress: Progress = lambda _rows: None
    whole: Whole | None = None
    """What earlier lists left open, if each delivery is the whole list."""
    warnings: list[Problem] = field(default_factory=list)
    rejects: list[pl.DataFrame] = field(default_factory=list)
    rows: int = 0
    fact_count: int = 0
    reject_count: int = 0

    @cached_property
    def referred(self) -> Referred:
        return Referred(self.zone, self.source.register)

    def facts(self) -> Iterator[pl.DataFrame]:
        # 1. the tables, one after the other
        tally = Tally()
        for table in (self.table, *self.table.further):
            yield from self._of(table, tally)
        # 2. what was said several times: known after a first walk, settled after a second
        span = Span(self.file)
        self._judge(self.repeated.walked(span))
        if self.repeated.aside:
            facts, rejects, told = self.repeated.settled(span)
            self._keep(rejects)
            yield self._numbered(facts)
            self._judge(told)
        self._judge(self.repeated.unsure(span))
        # 3. who is no longer listed
        if self.whole is not None:
            self._judge(self.whole.problems(span))
            ended = self.whole.ended()
            if ended.height:
                yield self._numbered(ended)
        # 4. what was promised of the whole
        found = delivery_problems(self.source, tally, self.fact_count, self.reject_count, self.today, self.file)
        waived = OF_A_WHOLE if self.settled.marked else frozenset()
        self._judge(problem for problem in found if problem.code not in waived)
        self._judge(self.table.seen.problems(span))

    def _of(self, table: RawTable, tally: Tally) -> Iterator[pl.DataFrame]:
        # 1. the header
        self._judge(header_problems(self.source, table, self.file))
        mappers: dict[Origin | None, Mapper] = {}
        # 2. the rows; the first batch shows whether contents stand under their titles
        for number, written in enumerate(table.batches):
            for batch, origin in self.settled.parts(written):
                mapper = mappers[origin] = mappers.get(origin) or self._mapper(table, origin, tally)
                facts = self._mapped(mapper, batch, origin)
                if number == 0:
                    self._judge(content_problems(mapper, batch.cells, self.file))
                if facts.height:
                    yield self._numbered(facts)
        # 3. its totals
        self._judge(tally.totals.problems(Span(f"{self.file}!{table.sheet}" if table.sheet else self.file)))
        tally.totals = Totals()

    def _mapper(self, table: RawTable, origin: Origin | None, tally: Tally) -> Mapper:
        names = [self.file, *self.settled.came_as]
        names = names if origin is None else [origin.file, *self.settled.came_as, self.file]
        return Mapper(self.source, self.zone, table, *names, delivered_on=self.delivered_on, tally=tally, origin=origin)

    def _mapped(self, mapper: Mapper, batch: RawBatch, origin: Origin | None) -> pl.DataFrame:
        """The facts of rows that are to be written now."""
        mapped = mapper.map(batch)
        self.settled.look_for(batch.cells, mapper.sheet, origin)
        self._keep(mapped.rejects)
        self.rows += mapped.rows
        self.progress(mapped.rows)
        self.referred.look_at(mapped.facts)
        self.repeated.namesakes(mapped.work.cells, mapped.work.base, mapped.by_name)
        facts = mapped.facts
        if self.whole is not None:
            facts = self.whole.look(mapped.work.base["subject"], mapped.rows, facts)
        return self.repeated.once(facts, mapped.work.cells, mapper.sheet, origin) if facts.height else facts

    def _numbered(self, facts: pl.DataFrame) -> pl.DataFrame:
        first = self.fact_count
        self.fact_count += facts.height
        return facts.with_columns(sequence=pl.int_range(first, self.fact_count, dtype=pl.Int64, eager=True))

    def _judge(self, found: Iterable[Problem]) -> None:
        listed = list(found)
        if any(problem.severity == "error" for problem in listed):
            raise ProblemError(listed)
        self.warnings += listed

    def _keep(self, rejects: pl.DataFrame) -> None:
        if rejects.is_empty():
            return
        self.rejects.append(rejects)
        self.reject_count += rejects.height
        if self.reject_count > MOST_REJECTS:
            raise ProblemError(problems.NO_FACTS.at(Span(self.file), rows=self.rows, rejects=self.reject_count))
