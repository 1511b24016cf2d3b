"""The zone, the ledger and the current run as pages read them: opened once a process, renewed when they change.

A new run is picked up by its pointer, a changed zone by the time of its folders, without a restart. Everything returned
is read-only and may be shared between threads.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from time import monotonic

from django.conf import settings

from duofeng.brain.policies.plan import Plan, Planned, plan
from duofeng.brain.runs.store import POINTER, Run, Runs
from duofeng.facts.ledger import Ledger
from duofeng.facts.snapshot import Snapshot
from duofeng.facts.store import Newest
from duofeng.kernel.problem import Problem, ProblemError
from duofeng.zone.kinds.policy import policies_in_force as in_force
from duofeng.zone.kinds.role import Role
from duofeng.zone.load import load_zone
from duofeng.zone.zone import Zone

FIRMS = "organisation"
"""The register of firms: pages that speak of firms alone name it, and nothing below the web does."""


@dataclass(frozen=True)
class Clocks:
    """As of when and as known when a page speaks."""

    as_of: date
    known_at: datetime


def zone() -> Zone:
    """As declared now; while the files are wrong, as last declared well. Raises ProblemError without either."""
    found = _declared()
    if isinstance(found, ProblemError):
        if settings.ZONE in _sound:
            return _sound[settings.ZONE]
        raise found
    _sound[settings.ZONE] = found
    return found


def zone_problems() -> tuple[Problem, ...]:
    """What is wrong with the zone's files now: its errors, or its warnings."""
    found = _declared()
    return found.problems if isinstance(found, ProblemError) else found.warnings


_sound: dict[Path, Zone] = {}
_looked: dict[Path, tuple[float, int]] = {}
LOOK_EVERY = 1.0
"""Seconds between two looks at the files of the zone."""


def _declared() -> Zone | ProblemError:
    folder: Path = settings.ZONE
    seen = _looked.get(folder)
    if seen is None or monotonic() - seen[0] > LOOK_EVERY:
        seen = _looked[folder] = (monotonic(), _changed(folder))
    return _zone(folder, seen[1])


@lru_cache(maxsize=2)
def _zone(folder: Path, _changed_at: int) -> Zone | ProblemError:
    try:
        return load_zone(folder)
    except ProblemError as error:
        return error


def _changed(folder: Path) -> int:
    """When the newest file or folder of the zone and its peaks was touched, and how many there are, as one number."""
    above = (level / "peaks" for level in (folder.absolute(), *folder.absolute().parents))
    places = [folder, *[next((path for path in above if path.is_dir()), folder)]]
    times = [path.stat().st_mtime_ns for place in dict.fromkeys(places) for path in (place, *place.rglob("*"))]
    return hash((len(times), max(times, default=0), sum(times)))


def roles() -> dict[str, Role]:
    return dict(zone().declared(Role))


def ledger() -> Ledger:
    """The ledger to write to; what is only read comes from `snapshot`."""
    return _opened(settings.DATA / "ledger")


@lru_cache(maxsize=2)
def _opened(folder: Path) -> Ledger:
    return Ledger.open(folder)


_newest: dict[Path, Newest] = {}


def snapshot(version: int | None = None) -> Snapshot:
    """The ledger as it is now, or at an earlier version. What it reads is kept as long as nothing arrives."""
    opened = ledger()
    if version is None:
        found = _newest[opened.folder] = opened.arrival_table.newest(_newest.get(opened.folder))
        version = found.version
    return _snapshot(opened.folder, version)


@lru_cache(maxsize=4)
def _snapshot(folder: Path, version: int) -> Snapshot:
    return Snapshot(folder, version)


def runs() -> Runs:
    return Runs(settings.DATA / "runs")


_question: ContextVar[str] = ContextVar("question", default="")


@contextmanager
def looking_at(question: str) -> Iterator[None]:
    """While this holds, `run` is a question and not the published run; for this request alone."""
    before = _question.set(question)
    try:
        yield
    finally:
        _question.reset(before)


def question() -> Run | None:
    """The question looked at, nothing where the published run is."""
    try:
        found = _run(_question.get(), runs().folder) if _question.get() else None
    except ProblemError:
        return None
    return found if found and found.is_question else None


def run() -> Run | None:
    """What pages speak of: the question looked at, else the published run; nothing when none was computed yet."""
    return question() or published()


def published() -> Run | None:
    """The current run, nothing when none was computed yet."""
    try:
        id = (runs().folder / POINTER).read_text("utf-8").strip()
    except OSError:
        return None
    try:
        return _run(id, runs().folder)
    except ProblemError:
        return None


@lru_cache(maxsize=8)
def _run(id: str, folder: Path) -> Run:
    return Runs(folder)[id]


def as_of() -> date:
    """The current run's day; today while there is no run."""
    now = run()
    return now.as_of if now else zone().day_of(datetime.now(UTC))


def current_plan(register: str) -> Plan:
    """The policies of a register in force that day; empty where none is."""
    return plan_of(zone(), as_of(), register)


def plan_of(declared: Zone, day: date, register: str) -> Plan:
    """The same for any day; worked out once a process, for it takes most of the time of a first page."""
    return _plans(declared, day).get(register) or plan(declared, day, register, policies=())


def policies_in_force() -> list[Planned]:
    """The policies of all registers in force that day, by id."""
    plans = _plans(zone(), as_of()).values()
    return sorted((each for plan in plans for each in plan.policies), key=lambda each: each.id)


def planned(policy: str) -> Planned | None:
    """A policy in force that day, of whatever register."""
    return _by_id(zone(), as_of()).get(policy)


@lru_cache(maxsize=4)
def _plans(declared: Zone, as_of: date) -> Mapping[str, Plan]:
    of = sorted({each.register for each in in_force(declared, as_of)})
    return {register: plan(declared, as_of, register) for register in of}


@lru_cache(maxsize=4)
def _by_id(declared: Zone, as_of: date) -> Mapping[str, Planned]:
    return {id: each for plan in _plans(declared, as_of).values() for id, each in plan.by_id.items()}


def clocks() -> Clocks | None:
    now = run()
    return Clocks(now.as_of, now.known_at) if now else None
