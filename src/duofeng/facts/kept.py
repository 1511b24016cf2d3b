"""What was accepted, kept as it came beside the ledger, so that it can be loaded again where the ledger was damaged.

A file is kept whole; facts made by hand and by reading a document are kept as the rows they are. Each lies in a folder
of its own, named by its arrival, and is on the disk before the arrival counts.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl

from duofeng.facts.arrivals import Arrival
from duofeng.facts.disk import made_folder, to_disk, write_whole

ARRIVAL_FILE = "arrival.json"
FILE = "file"
FACTS, REJECTS = "facts.parquet", "rejects.parquet"


@dataclass(frozen=True, slots=True)
class Original:
    """What came with one arrival: a file, or facts and rejects."""

    folder: Path
    arrival: Arrival

    @property
    def file(self) -> Path | None:
        return next(iter((self.folder / FILE).glob("*")), None)

    def rows(self) -> tuple[pl.DataFrame, pl.DataFrame]:
        return pl.read_parquet(self.folder / FACTS), pl.read_parquet(self.folder / REJECTS)


class Kept:
    """The originals of one ledger."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def file(self, arrival: Arrival, path: Path) -> None:
        folder = made_folder(self.folder / arrival.id / FILE)
        if not (folder / path.name).exists() or not path.samefile(folder / path.name):
            shutil.copyfile(path, folder / path.name)
        to_disk(folder / path.name)
        to_disk(folder)
        self._say(arrival)

    def rows(self, arrival: Arrival, facts: Sequence[pl.DataFrame], rejects: Sequence[pl.DataFrame]) -> None:
        folder = made_folder(self.folder / arrival.id)
        for name, frames in ((FACTS, facts), (REJECTS, rejects)):
            rows = pl.concat(frames, how="diagonal_relaxed") if frames else pl.DataFrame()
            rows.write_parquet(folder / name)
            to_disk(folder / name)
        to_disk(folder)
        self._say(arrival)

    def _say(self, arrival: Arrival) -> None:
        """From here on it is whole."""
        said = asdict(arrival) | {"recorded_at": arrival.recorded_at.isoformat()}
        write_whole(self.folder / arrival.id / ARRIVAL_FILE, json.dumps(said, ensure_ascii=False).encode())

    def all(self) -> dict[str, Original]:
        """The originals that were kept whole, by arrival."""
        found = {}
        for path in sorted(self.folder.glob(f"*/{ARRIVAL_FILE}")):
            said = json.loads(path.read_text("utf-8"))
            said |= {"recorded_at": datetime.fromisoformat(said["recorded_at"]), "notes": tuple(said["notes"])}
            found[path.parent.name] = Original(path.parent, Arrival(**said))
        return found

    def __contains__(self, arrival: str) -> bool:
        return (self.folder / arrival / ARRIVAL_FILE).exists()

    def drop(self, arrival: str) -> None:
        shutil.rmtree(self.folder / arrival, ignore_errors=True)

    def drop_older(self, now: datetime, age: timedelta) -> int:
        """Drop what came longer ago; how much."""
        old = [id for id, original in self.all().items() if now - original.arrival.recorded_at > age]
        for id in old:
            self.drop(id)
        return len(old)
