"""Where runs are kept: a folder each, and one pointer to the current one that is replaced in a single step.

Questions lie in a folder of their own, which no pointer leads to: what was only asked is never what everybody sees.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl

from duofeng.brain.names import Ways, called
from duofeng.brain.runs import problems
from duofeng.facts.disk import made_folder, to_disk, tree_to_disk, write_whole
from duofeng.kernel.message import say
from duofeng.kernel.problem import ProblemError, hint

POINTER = "current"
QUESTIONS = "questions"
MANIFEST = "manifest.json"
NEAR = "near"
LAYOUT = 4
"""How the files of a run lie. 1: all of organisations, beside the manifest; 2: a folder for each register;
3: titles in no language."""


@dataclass(frozen=True)
class Manifest:
    """What a run was computed from and what came out.

    `id` follows from the inputs alone. `rules` has, per register, a digest of what each policy and card means, `counts`
    how many subjects, answers and payments there are, `names` how they are called. `files` is the
    SHA-256 of every file but the manifest; `unit` the main unit of all money, `language` the first of the zone.
    `published` is false of a question, `title` what it is called, `by` who asked or computed. These and `measured`, how
    it went (seconds, memory, versions), are no part of identity.
    """

    id: str
    zone: str
    fingerprint: Mapping[str, str]
    ledger_version: int
    as_of: str
    known_at: str
    engine: str
    unit: str = "元"
    language: str = "zh"
    rules: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    warnings: tuple[Mapping[str, Any], ...] = ()
    names: Mapping[str, Ways] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    measured: Mapping[str, Any] = field(default_factory=dict)
    published: bool = True
    title: str = ""
    by: str = ""
    layout: int = LAYOUT


@dataclass(frozen=True)
class Run:
    """A run or a question: for every register it answered for a folder of tables. What is in its folder never changes,
    so the folder says whether two are the same."""

    folder: Path
    manifest: Manifest = field(compare=False)

    @property
    def id(self) -> str:
        return self.manifest.id

    @property
    def as_of(self) -> date:
        return date.fromisoformat(self.manifest.as_of)

    @property
    def known_at(self) -> datetime:
        return datetime.fromisoformat(self.manifest.known_at)

    @property
    def is_question(self) -> bool:
        """Asked only: nobody's current run, and nothing is paid from it."""
        return not self.manifest.published

    @property
    def registers(self) -> tuple[str, ...]:
        """The registers it answered for, in their order."""
        return tuple(sorted(self.manifest.counts))

    def counts(self, register: str) -> Mapping[str, int]:
        """Subjects, cards, policies, answers and payments of a register; nothing of one it did not answer for."""
        return self.manifest.counts.get(register, {})

    def rules(self, register: str) -> Mapping[str, str]:
        """Policy, or `score:<card>`, of a register → what it meant, as a digest."""
        return self.manifest.rules.get(register, {})

    def path(self, name: str, register: str) -> Path:
        """The file of a table of a register. Raises ProblemError (E651) when it is gone."""
        path = self.folder / _file(name, register)
        if not path.is_file():
            raise ProblemError(problems.DAMAGED.at(run=self.id, file=_file(name, register)))
        return path

    def table(self, name: str, register: str) -> pl.LazyFrame:
        """A table of a register, read when collected; near misses of all policies, one after the other, as one table.

        Raises ProblemError (E651) when a file of it is gone."""
        parts = [self.path(part, register) for part in self._parts(name, register)]
        return pl.scan_parquet(parts or self.path(name, register))

    def has(self, name: str, register: str) -> bool:
        return _file(name, register) in self.manifest.files or bool(self._parts(name, register))

    def _parts(self, name: str, register: str) -> list[str]:
        """The tables that one of this name is kept in, such as the near misses of each policy."""
        folder = f"{register}/{name}/"
        return sorted(f"{name}/{Path(file).stem}" for file in self.manifest.files if file.startswith(folder))

    def names(self, register: str) -> pl.LazyFrame:
        """subject, name: what every subject of a register is called; null where nobody said."""
        return called(register, self.manifest.names, lambda each, _: self.table("profile", each))

    def holding(self, name: str) -> str | None:
        """The register with a table of this name, such as the scores of a card: a card rates one register only."""
        return next((register for register in self.registers if self.has(name, register)), None)

    def is_intact(self, name: str, register: str) -> bool:
        """Whether a table is as the manifest says."""
        file = _file(name, register)
        return _digest(self.folder / file) == self.manifest.files.get(file)

    def differing(self) -> list[str]:
        """Names of the files that are not as the manifest says."""
        return [name for name, digest in self.manifest.files.items() if _digest(self.folder / name) != digest]

    def verify(self) -> None:
        """Raises ProblemError (E651) for every file that is not as the manifest says."""
        wrong = self.differing()
        if wrong:
            raise ProblemError([problems.DAMAGED.at(run=self.id, file=name) for name in wrong])


class Runs:
    """The runs of one data folder, and the questions."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.questions_folder = folder / QUESTIONS

    def all(self) -> tuple[Run, ...]:
        """Every published run, by as-of date, then by instant of knowledge, the newest last; those of an earlier layout
        apart, which nothing can read any more."""
        return _in_order(_read(folder) for folder in _folders(self.folder) if _layout(folder) == LAYOUT)

    def questions(self) -> tuple[Run, ...]:
        """Every question that was asked and kept, in the same order."""
        return _in_order(_read(folder) for folder in _folders(self.questions_folder) if _layout(folder) == LAYOUT)

    def names(self) -> list[str]:
        """The names of all runs and questions, readable or not."""
        return [folder.name for folder in (*_folders(self.folder), *_folders(self.questions_folder))]

    def current(self) -> Run:
        """The current run. Raises ProblemError (E650) when nothing was computed yet."""
        try:
            return _read(self.folder / (self.folder / POINTER).read_text("utf-8").strip())
        except OSError:
            raise ProblemError(
                problems.NO_RUN.at(run=POINTER, hint=say("还没有计算过，先运行 duofeng run。"))
            ) from None

    def __getitem__(self, id: str) -> Run:
        """A run by its id, or by a beginning of it that fits one only; a question where no run is called so.

        Raises ProblemError (E650)."""
        if id == POINTER:
            return self.current()
        questions = {folder.name: folder for folder in _folders(self.questions_folder)}
        known = questions | {folder.name: folder for folder in _folders(self.folder)}
        fitting = [id] if id in known else [name for name in known if id and name.startswith(id)]
        if len(fitting) != 1:
            raise ProblemError(problems.NO_RUN.at(run=id, **hint(id, sorted(known))))
        return _read(known[fitting[0]])

    @contextmanager
    def writing(self, id: str) -> Iterator[Path]:
        """A scratch folder for a run, locked while it is written. It is removed if anything goes wrong; nothing
        published is touched. What killed runs left behind is removed first.

        Raises ProblemError (E652) for whatever the disk refuses.
        """
        try:
            made_folder(self.folder)
            scratch, lock = self._scratch(id)
        except OSError as error:
            raise self._cannot_write(error) from None
        try:
            yield scratch
        except (OSError, pl.exceptions.ComputeError) as error:
            raise self._cannot_write(error) from None
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
            os.close(lock)

    def publish(self, scratch: Path, manifest: Manifest) -> Run:
        """Make a finished run the current one: keep it, then replace the pointer by one rename, so that readers see the
        old run or the new one."""
        run = self._keep(scratch, manifest, self.folder)
        self.point_at(manifest.id)
        return run

    def keep_question(self, scratch: Path, manifest: Manifest) -> Run:
        """Keep a finished question. The current run stays as it is."""
        made_folder(self.questions_folder)
        return self._keep(scratch, replace(manifest, published=False), self.questions_folder)

    def _keep(self, scratch: Path, manifest: Manifest, folder: Path) -> Run:
        """Move what is finished to its name.

        1. Write the digests of its files into the manifest; see that everything is on the disk.
        2. Move the scratch folder to its name. The same run may stand there already: then its files must be the same
           (E654), or have been damaged since and are replaced.
        """
        paths = [path for path in sorted(scratch.rglob("*")) if path.is_file() and path.name != MANIFEST]
        files = {path.relative_to(scratch).as_posix(): _digest(path) or "" for path in paths}
        text = json.dumps(asdict(manifest) | {"files": files}, ensure_ascii=False, indent=2, sort_keys=True)
        (scratch / MANIFEST).write_text(text + "\n", "utf-8")
        tree_to_disk(scratch)
        target = folder / manifest.id
        self._make_way(target, manifest.id, files)
        if not target.exists():
            scratch.chmod(0o755)
            try:
                scratch.rename(target)
            except OSError:
                # Another process published the same run first; its bytes are the same.
                if not (target / MANIFEST).exists():
                    raise
        to_disk(folder)
        return _read(target)

    def _make_way(self, target: Path, id: str, files: Mapping[str, str]) -> None:
        """Keep an intact run of this name, which must have the same files; move a damaged one out of the way."""
        if not target.exists():
            return
        try:
            there = _read(target)
        except ProblemError:
            there = None
        if there is not None and not there.differing():
            kept = there.manifest.files
            other = sorted(name for name in {*files, *kept} if files.get(name) != kept.get(name))
            if other:
                raise ProblemError(problems.NOT_REPRODUCED.at(run=id, files=", ".join(other)))
            return
        damaged = Path(tempfile.mkdtemp(prefix=".damaged-", dir=self.folder))
        target.rename(damaged / id)
        shutil.rmtree(damaged, ignore_errors=True)

    def point_at(self, id: str) -> None:
        write_whole(self.folder / POINTER, f"{id}\n".encode())

    def _scratch(self, id: str) -> tuple[Path, int]:
        """A new folder with a lock on it. One process at a time, so that none sweeps away what another just made."""
        with (self.folder / ".lock").open("w") as alone:
            fcntl.flock(alone, fcntl.LOCK_EX)
            self._sweep()
            scratch = Path(tempfile.mkdtemp(prefix=f".{id}-", dir=self.folder))
            lock = os.open(scratch, os.O_RDONLY)
            fcntl.flock(lock, fcntl.LOCK_EX)
            return scratch, lock

    def _sweep(self) -> None:
        """Remove scratch folders nobody holds a lock on: their process was killed."""
        for folder in self.folder.glob(".*-*"):
            if not folder.is_dir():
                continue
            lock = os.open(folder, os.O_RDONLY)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
            except BlockingIOError:
                pass
            finally:
                os.close(lock)

    def _cannot_write(self, error: OSError | pl.exceptions.ComputeError) -> ProblemError:
        reason = getattr(error, "strerror", None) or str(error)
        return ProblemError(problems.CANNOT_WRITE.at(folder=self.folder, reason=reason))


def _folders(folder: Path) -> list[Path]:
    """Folders with a manifest; those of runs that are being written begin with a dot."""
    return sorted(each.parent for each in folder.glob(f"*/{MANIFEST}") if not each.parent.name.startswith("."))


def _in_order(runs: Iterable[Run]) -> tuple[Run, ...]:
    return tuple(sorted(runs, key=lambda run: (run.manifest.as_of, run.manifest.known_at, run.id)))


def _read(folder: Path) -> Run:
    try:
        fields = json.loads((folder / MANIFEST).read_text("utf-8"))
        if fields.get("layout", 1) != LAYOUT:
            raise ProblemError(problems.EARLIER_LAYOUT.at(run=folder.name))
        return Run(folder, Manifest(**{**fields, "warnings": tuple(fields["warnings"])}))
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        raise ProblemError(problems.DAMAGED.at(run=folder.name, file=MANIFEST)) from None


def _file(name: str, register: str) -> str:
    return f"{register}/{name}.parquet"


def near_of(policy: str) -> str:
    """The table with the near misses of one policy."""
    return f"{NEAR}/{policy}"


def _layout(folder: Path) -> int:
    """The layout a run says it has; of one whose manifest cannot be read this one, so that reading it tells why."""
    try:
        return int(json.loads((folder / MANIFEST).read_text("utf-8")).get("layout", 1))
    except (OSError, ValueError, TypeError, AttributeError):
        return LAYOUT


def _digest(path: Path) -> str | None:
    """SHA-256 of a file, nothing for one that is gone."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None
