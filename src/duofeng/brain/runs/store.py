"""Where runs are kept: a folder each, and one pointer to the current one that is replaced in a single step."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl

from duofeng.brain.runs import problems
from duofeng.kernel.problem import ProblemError, nearest
from duofeng.zone.problems import hint

POINTER = "current"
MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Manifest:
    """What a run was computed from and what came out.

    `id` follows from the inputs alone. `rules` is a digest of what each policy and card means, `files` the SHA-256 of
    every file but the manifest. `measured` says how it went (seconds, memory, versions) and is no part of identity.
    """

    id: str
    zone: str
    fingerprint: Mapping[str, str]
    ledger_version: int
    as_of: str
    known_at: str
    engine: str
    rules: Mapping[str, str] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    warnings: tuple[Mapping[str, Any], ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)
    measured: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Run:
    """A published run."""

    folder: Path
    manifest: Manifest

    @property
    def id(self) -> str:
        return self.manifest.id

    @property
    def as_of(self) -> date:
        return date.fromisoformat(self.manifest.as_of)

    @property
    def known_at(self) -> datetime:
        return datetime.fromisoformat(self.manifest.known_at)

    def table(self, name: str) -> pl.LazyFrame:
        """One of its tables, read when collected."""
        return pl.scan_parquet(self.folder / f"{name}.parquet")

    def has(self, name: str) -> bool:
        return f"{name}.parquet" in self.manifest.files

    def verify(self) -> None:
        """Raises ProblemError (E651) for every file that is not as the manifest says."""
        wrong = [name for name, digest in self.manifest.files.items() if _digest(self.folder / name) != digest]
        if wrong:
            raise ProblemError([problems.DAMAGED.at(run=self.id, file=name) for name in wrong])


class Runs:
    """The runs of one data folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def all(self) -> tuple[Run, ...]:
        """Every published run, by as-of date, then by instant of knowledge, the newest last."""
        found = [self._read(path.parent) for path in self.folder.glob(f"*/{MANIFEST}")]
        return tuple(sorted(found, key=lambda run: (run.manifest.as_of, run.manifest.known_at, run.id)))

    def current(self) -> Run:
        """The current run. Raises ProblemError (E650) when nothing was computed yet."""
        try:
            return self[(self.folder / POINTER).read_text("utf-8").strip()]
        except OSError:
            raise ProblemError(problems.NO_RUN.at(run=POINTER, **hint(None))) from None

    def __getitem__(self, id: str) -> Run:
        """A run by its id, or by a beginning of it that fits one run only."""
        if id == POINTER:
            return self.current()
        fitting = [path.parent for path in self.folder.glob(f"{id}*/{MANIFEST}")]
        exact = [path for path in fitting if path.name == id]
        if len(exact or fitting) != 1:
            known = [run.id for run in self.all()]
            raise ProblemError(problems.NO_RUN.at(run=id, **hint(nearest(id, known), known)))
        return self._read((exact or fitting)[0])

    @contextmanager
    def writing(self, id: str) -> Iterator[Path]:
        """A scratch folder for a run. It is removed if anything goes wrong; nothing published is touched."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            scratch = Path(tempfile.mkdtemp(prefix=f".{id}-", dir=self.folder))
        except OSError as error:
            raise self._cannot_write(error) from None
        try:
            yield scratch
        except OSError as error:
            raise self._cannot_write(error) from None
        finally:
            shutil.rmtree(scratch, ignore_errors=True)

    def publish(self, scratch: Path, manifest: Manifest) -> Run:
        """Make a finished run the current one.

        1. Write the digests of its files into the manifest.
        2. Move the scratch folder to its name, unless the same run is there already.
        3. Replace the pointer by one rename: readers see the old run or the new one.
        """
        files = {path.name: _digest(path) for path in sorted(scratch.glob("*")) if path.name != MANIFEST}
        text = json.dumps(asdict(manifest) | {"files": files}, ensure_ascii=False, indent=2, sort_keys=True)
        (scratch / MANIFEST).write_text(text + "\n", "utf-8")
        target = self.folder / manifest.id
        if not (target / MANIFEST).exists():
            scratch.chmod(0o755)
            try:
                scratch.rename(target)
            except OSError:
                # Another process published the same run first; its bytes are the same.
                if not (target / MANIFEST).exists():
                    raise
        self.point_at(manifest.id)
        return self._read(target)

    def point_at(self, id: str) -> None:
        fresh = self.folder / f".{POINTER}.{os.getpid()}"
        fresh.write_text(f"{id}\n", "utf-8")
        fresh.replace(self.folder / POINTER)

    def _read(self, folder: Path) -> Run:
        fields = json.loads((folder / MANIFEST).read_text("utf-8"))
        return Run(folder, Manifest(**{**fields, "warnings": tuple(fields["warnings"])}))

    def _cannot_write(self, error: OSError) -> ProblemError:
        return ProblemError(problems.CANNOT_WRITE.at(folder=self.folder, reason=error.strerror or str(error)))


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
