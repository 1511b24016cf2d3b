"""One file into the ledger: whole, with its rejects beside it, or not at all and kept in quarantine with the reason."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path, PurePath

import polars as pl

from duofeng.facts.arrivals import COUNTED, Arrival, Verdict
from duofeng.facts.delivery import Delivery
from duofeng.facts.ledger import Ledger
from duofeng.facts.mapping import fixed_period
from duofeng.facts.readers import problems
from duofeng.facts.readers.bytes import Delivered, deliver
from duofeng.facts.readers.marks import marked_arrivals
from duofeng.facts.readers.opening import opened, reader_of
from duofeng.facts.repeated import AgainError, Repeated
from duofeng.facts.resent import Settled
from duofeng.facts.verify import torn_deliveries
from duofeng.facts.walk import Progress, Reading
from duofeng.facts.whole_lists import Whole
from duofeng.kernel.problem import Problem, ProblemError, Span, hint
from duofeng.zone.kinds.source import Source
from duofeng.zone.zone import Zone

LEDGER_FAULTS = frozenset(f"E{number}" for number in range(250, 300))
"""Codes that say the ledger could not be written: the file itself may be sound."""


@dataclass(frozen=True)
class Outcome:
    """What became of one file. `kept` is where a quarantined file lies; `duplicate_of` an earlier arrival of
    the same."""

    file: Path
    source: str
    verdict: Verdict
    arrival: str
    rows: int = 0
    facts: int = 0
    rejects: int = 0
    problems: tuple[Problem, ...] = ()
    kept: Path | None = None
    duplicate_of: str | None = None
    replaced: str | None = None
    """The earlier arrival whose rejects this one settles."""


# ---- which source -------------------------------------------------------------------------------------------------


def source_for(path: Path, zone: Zone, named: str | None = None) -> Source:
    """The declared source of a file: the named one, else the one whose `files` matches. Raises ProblemError."""
    if named is not None:
        return _named(named, zone.sources, path)
    claiming = [source for source in zone.sources.values() if PurePath(path).match(source.files)]
    if len(claiming) == 1:
        return claiming[0]
    kind = problems.SOURCE_AMBIGUOUS if claiming else problems.SOURCE_NOT_FOUND
    candidates = [f"{source.id} ({source.files})" for source in claiming or zone.sources.values()]
    raise ProblemError(kind.at(Span(path.name), candidates="、".join(candidates) or "—"))


def _named(name: str, sources: Mapping[str, Source], path: Path) -> Source:
    if name not in sources:
        raise ProblemError(problems.SOURCE_UNKNOWN.at(Span(path.name), source=name, **hint(name, sources)))
    return sources[name]


# ---- loading ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Came:
    """A file that arrived: whose it is and what it puts right."""

    delivered: Delivered
    source: Source
    arrival: Arrival
    settled: Settled


@dataclass(frozen=True)
class Loader:
    """Loads files of one zone into one ledger. `data` is the data folder; its `quarantine` keeps what is refused."""

    zone: Zone
    ledger: Ledger
    data: Path
    by: str
    today: date

    def load(
        self,
        path: Path,
        recorded_at: datetime,
        *,
        source: str | None = None,
        replaces: str | None = None,
        progress: Progress = lambda _rows: None,
    ) -> Outcome:
        """What became of the file. Raises ProblemError when it cannot be attempted: no such file, no source
        claims it, or the ledger cannot be written. A file that arrived but is refused is an outcome, not an error."""
        # 1. whose is it, and did it arrive before?
        came = self._came(path, recorded_at, source, replaces, keep=True)
        if isinstance(came, Outcome):
            return came
        # 2. whole into the ledger, or not at all
        try:
            return self._twice(came, progress, keep=True)
        except ProblemError as error:
            if any(problem.code in LEDGER_FAULTS for problem in error.problems):
                raise
            # 3. refused: kept whole with the reason
            return self._quarantined(path, came.arrival, error.problems)

    def rehearse(
        self, path: Path, recorded_at: datetime, *, source: str | None = None, replaces: str | None = None
    ) -> Outcome:
        """What would become of the file, were it loaded now. Nothing is kept. Raises ProblemError as `load` does."""
        came = self._came(path, recorded_at, source, replaces, keep=False)
        if isinstance(came, Outcome):
            return came
        try:
            return self._twice(came, lambda _rows: None, keep=False)
        except ProblemError as error:
            return Outcome(path, came.source.id, "quarantined", came.arrival.id, problems=error.problems)

    def _came(
        self, path: Path, recorded_at: datetime, source: str | None, replaces: str | None, *, keep: bool
    ) -> _Came | Outcome:
        """The file with all that is known of it before it is read; the outcome if it counts already."""
        if not path.is_file():
            raise ProblemError(problems.NO_FILE.at(Span(str(path))))
        chosen = self._source_of(path, source)
        delivered = deliver(path, reader_of(path, chosen) == "xlsx", chosen.encoding)
        checksum = _identity(delivered, chosen)
        earlier = self.ledger.earlier(chosen.id, checksum)
        torn = torn_deliveries(self.ledger, earlier.id) if earlier is not None else []
        if earlier is not None and torn:
            # What is left of it counts no more; the file is loaded again as what came then.
            if keep:
                self.ledger.mark_torn(torn, recorded_at, self.by)
            recorded_at = earlier.recorded_at
        elif earlier is not None:
            return Outcome(path, chosen.id, "duplicate", earlier.id, earlier.rows, duplicate_of=earlier.id)
        arrival = Arrival(chosen.id, path.name, checksum, recorded_at, self.by)
        settled = Settled.by(self.ledger, chosen, path.name, marked_arrivals(path), replaces, recorded_at)
        return _Came(delivered, chosen, arrival, settled)

    def _twice(self, came: _Came, progress: Progress, *, keep: bool) -> Outcome:
        """The outcome after one walk over the file, or two where keys repeat and which ones is known only then."""
        twins, repeated = self._twins(came.delivered, came.source), Repeated(came.source, self.zone)
        try:
            try:
                return self._accepted(came, progress, twins, repeated, keep=keep)
            except AgainError:
                return self._accepted(came, progress, twins, repeated, keep=keep)
        except OSError as error:
            reason = error.strerror or str(error)
            raise ProblemError(problems.UNREADABLE.at(Span(came.delivered.path.name), reason=reason)) from error

    def _twins(self, delivered: Delivered, source: Source) -> list[Problem]:
        """A warning for each counted arrival with the same bytes under another period."""
        before = self.ledger.arrivals().filter((pl.col("source") == source.id) & pl.col("verdict").is_in(COUNTED))
        return [
            problems.SAME_CONTENT.at(Span(delivered.path.name), file=row["file"], arrival=row["id"])
            for row in before.iter_rows(named=True)
            if row["checksum"] == _identity(delivered, source, row["file"])
        ]

    def _source_of(self, path: Path, named: str | None) -> Source:
        if named is None and (marks := marked_arrivals(path)):
            known = self.ledger.arrivals().filter(pl.col("id").is_in(marks))["source"].to_list()
            named = known[0] if known else None
        return source_for(path, self.zone, named)

    def _accepted(
        self, came: _Came, progress: Progress, twins: list[Problem], repeated: Repeated, *, keep: bool
    ) -> Outcome:
        source, arrival, settled, file = came.source, came.arrival, came.settled, came.delivered.path.name
        height = 1 if settled.marked else None
        with opened(came.delivered, source, height=height) as table, self.ledger.deliver(arrival) as delivery:
            day = arrival.recorded_at.astimezone(self.zone.time_zone).date()
            listed = source.whole and not settled.marked
            from_day = _begins(source, file, day) if listed else day
            whole = Whole.of(self.ledger, source, self.zone, arrival.recorded_at, from_day) if listed else None
            reading = Reading(
                source, self.zone, table, file, self.today, day, settled, repeated, progress, whole, [*twins]
            )
            for facts in _ahead(reading.facts()):
                delivery.write(facts)
            reading.warnings += reading.referred.warnings(delivery, self.ledger, arrival.recorded_at, file)
            for rejects in (*reading.rejects, settled.still_open()):
                delivery.reject(rejects)
            verdict: Verdict = "warnings" if reading.warnings else "accepted"
            notes = tuple(str(problem) for problem in reading.warnings)
            ended = replace(arrival, verdict=verdict, rows=reading.rows, notes=notes, replaces=settled.arrival)
            twin = self._kept(delivery, ended, came.delivered) if keep else None
            return Outcome(
                came.delivered.path,
                source.id,
                verdict if twin is None else "duplicate",
                arrival.id,
                reading.rows,
                delivery.facts,
                delivery.rejects,
                tuple(reading.warnings),
                duplicate_of=twin,
                replaced=settled.arrival,
            )

    def _kept(self, delivery: Delivery, ended: Arrival, delivered: Delivered) -> str | None:
        """The load counts from here on, unless the same file came meanwhile: then that one's arrival."""
        with self.ledger.keeping(ended):
            self.ledger.kept.file(ended, delivered.path)
            return delivery.commit(ended).duplicate_of

    def _quarantined(self, path: Path, arrival: Arrival, found: tuple[Problem, ...]) -> Outcome:
        folder = self.data / "quarantine" / arrival.id
        kept: Path | None = folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, folder / path.name)
            reasons = {"source": arrival.source, "file": path.name, "recorded_at": arrival.recorded_at.isoformat()}
            reasons |= {"by": arrival.by, "problems": [problem.stored() for problem in found]}  # type: ignore[dict-item]  # JSON
            (folder / "reason.json").write_text(json.dumps(reasons, ensure_ascii=False, indent=1), encoding="utf-8")
        except OSError as error:
            kept = None
            where = problems.UNREADABLE_ELSEWHERE.at(None, folder=folder, reason=error.strerror or str(error))
            found = (*found, where)
        with self.ledger.deliver(arrival) as delivery:
            notes = tuple(str(problem) for problem in found)
            delivery.commit(replace(arrival, verdict="quarantined", notes=notes))
        return Outcome(path, arrival.source, "quarantined", arrival.id, problems=found, kept=kept)


def _ahead(frames: Iterator[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """The same frames, the next one being made while the last one is written. One batch more in memory, no more."""
    with ThreadPoolExecutor(1) as worker:
        pending = worker.submit(next, frames, None)
        while (frame := pending.result()) is not None:
            pending = worker.submit(next, frames, None)
            yield frame


def _begins(source: Source, file: str, day: date) -> date:
    """The day from which a list holds: the first of the period its file is of, else the day it came."""
    period = fixed_period(source, (file,), source.habits.dates or "year_first")
    return period.first_day if period is not None else day


def _identity(delivered: Delivered, source: Source, name: str | None = None) -> str:
    """The checksum of what was said: the same bytes named after another month say something else."""
    if source.period is None or source.period.file_name is None:
        return delivered.checksum
    return sha256(f"{delivered.checksum}\0{name or delivered.path.name}".encode()).hexdigest()
