"""A damaged ledger made whole again, as far as originals were kept: nothing is guessed, nothing half counts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import polars as pl

from duofeng.facts import log
from duofeng.facts.arrivals import Arrival
from duofeng.facts.disk import made_folder, to_disk, write_whole
from duofeng.facts.kept import Original
from duofeng.facts.ledger import Ledger
from duofeng.facts.store import Table, outside_faults
from duofeng.facts.verify import differences

ASIDE = "aside"
"""Folder of the ledger for what was damaged; nothing reads it."""

LoadAgain = Callable[[Path, Arrival], bool]
"""Loads a kept file again as the arrival it was; whether it was accepted."""


@dataclass
class Mended:
    """What was done. `again` are the files loaded again, `gone` those whose
    originals are not kept or are refused by now."""

    aside: list[Path] = field(default_factory=list)
    again: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)


def mend(ledger: Ledger, now: datetime, by: str, load_again: LoadAgain) -> Mended:
    """1. Commits that are torn become commits that did nothing. 2. Files that are damaged leave their tables.
    3. What is left of an arrival counts no more. 4. Its original is loaded again as of the instant it came.

    It may be stopped at any moment and begun again. Raises ProblemError where only a backup helps.
    """
    done = Mended()
    with outside_faults(ledger.folder):
        while found := differences(ledger, thorough=True):
            if not found.commits and not found.files:
                break
            for table, path in found.commits:
                done.aside.append(_commit_of_nothing(ledger, table, path))
            _leave(ledger, found.files, done)
        ledger.mark_torn(found.torn, now, by)
    torn = ledger.arrivals().filter(pl.col("verdict") == "torn")
    kept, known = ledger.kept.all(), dict(torn.select("id", pl.struct("recorded_at", "file")).rows())
    counted = set(ledger.counted(now)["id"])
    for id in (*known, *found.lost):
        if id in counted:
            continue
        if id not in kept:
            done.gone.append(known[id]["file"] or id)
            continue
        arrival = kept[id].arrival
        if id in known:
            arrival = replace(arrival, recorded_at=known[id]["recorded_at"])
        accepted = _again(ledger, kept[id], arrival, load_again)
        (done.again if accepted else done.gone).append(arrival.file or id)
    return done


def told_to_replace(ledger: Ledger, arrival: Arrival) -> str | None:
    """The arrival a person said this one replaces; one of the same file name is found without being told."""
    before = ledger.arrivals().filter(pl.col("id") == arrival.replaces)
    return arrival.replaces if before.height and before["file"][0] != arrival.file else None


def _again(ledger: Ledger, original: Original, arrival: Arrival, load_again: LoadAgain) -> bool:
    if original.file is not None:
        return load_again(original.file, arrival)
    facts, rejects = original.rows()
    return ledger.append(arrival, [facts] if facts.height else [], [rejects] if rejects.height else []).counted


def _commit_of_nothing(ledger: Ledger, table: Table, path: Path) -> Path:
    target = _aside(ledger, table) / path.name
    target.write_bytes(path.read_bytes())
    to_disk(target)
    write_whole(path, log.nothing())
    return target


def _leave(ledger: Ledger, files: Sequence[tuple[Table, Path]], done: Mended) -> None:
    for table in {id(table): table for table, _path in files}.values():
        bad = [path for each, path in files if each is table]
        table.replace(bad, [])
        for path in bad:
            if path.is_file():
                target = _aside(ledger, table) / path.name
                path.replace(target)
                done.aside.append(target)


def _aside(ledger: Ledger, table: Table) -> Path:
    return made_folder(ledger.folder / ASIDE / table.folder.name / uuid4().hex[:8])
