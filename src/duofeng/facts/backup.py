"""A copy of a ledger while others write to it: of one instant, whole, and never older than what it counts."""

from __future__ import annotations

import shutil
from pathlib import Path

from duofeng.facts import log
from duofeng.facts.disk import made_folder, tree_to_disk
from duofeng.facts.ledger import Ledger
from duofeng.facts.store import Table, outside_faults


def copy_ledger(ledger: Ledger, target: Path) -> None:
    """Copy the ledger into a folder that is not there yet.

    1. The arrivals, as of their version now. 2. The tables they rest on: whatever counts was committed there before,
    and what was committed since counts for nothing in the copy. 3. The originals of these arrivals. 4. All on the disk.
    """
    with outside_faults(target):
        made_folder(target.parent)
        target.mkdir()
        for table in (ledger.arrival_table, ledger.fact_table, ledger.name_table, ledger.reject_table):
            _copy_table(table, target / table.folder.name)
        copied = Ledger(target)
        ids = set(copied.arrivals()["id"])
        for folder in ledger.kept.folder.glob("*"):
            if folder.name in ids:
                shutil.copytree(folder, copied.kept.folder / folder.name)
        tree_to_disk(target)


def _copy_table(table: Table, target: Path) -> None:
    """The commits up to now and the files they leave in the table. A file that a compaction takes away meanwhile lies
    there for a day more."""
    version = int(table.open().version())
    listed = table.listed(version)
    (target / log.LOG).mkdir(parents=True)
    for entry in (table.folder / log.LOG).glob("[0-9]*"):
        if entry.name <= log.entry(table.folder, version + 1).stem:
            shutil.copyfile(entry, target / log.LOG / entry.name)
    for path in listed["path"]:
        place = target / Path(path).relative_to(table.folder)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, place)
