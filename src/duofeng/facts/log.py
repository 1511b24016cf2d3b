"""The log of a Delta table, written so that a power cut leaves every commit whole or absent.

The library writes a commit and never syncs it: after a cut its file may be there and empty, which every reader of the
format takes for a commit that did nothing. So commits are written here, and the library reads them. Each names the
digest of the one before, so that a commit altered later is seen.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

from duofeng.facts.disk import to_disk

LOG = "_delta_log"
LAST_CHECKPOINT = "_last_checkpoint"
BEFORE = "before"
"""Key of a commit: the SHA-256 of the file of the commit before it."""
MEND = "MEND"
"""What a commit is that stands in the place of a lost one."""

Action = Mapping[str, Any]


def entry(folder: Path, version: int) -> Path:
    return folder / LOG / f"{version:020d}.json"


def entries(folder: Path) -> list[Path]:
    """The commits of a table in their order."""
    return sorted(path for path in (folder / LOG).glob("*.json") if path.stem.isdigit())


def commit(folder: Path, version: int, actions: Sequence[Action]) -> bool:
    """Make these actions the given version of the table. False when another process made that version.

    1. The whole commit is written aside and synced. 2. It gets its name, which only one can. 3. The name is synced.
    """
    before = entry(folder, version - 1)
    said: dict[str, Any] = {"timestamp": int(time.time() * 1000), "operation": "WRITE", "operationParameters": {}}
    with suppress(FileNotFoundError):
        said[BEFORE] = sha256(before.read_bytes()).hexdigest()
    lines = [json.dumps(each, ensure_ascii=False) for each in ({"commitInfo": said}, *actions)]
    scratch = folder / LOG / f".{uuid4().hex}.tmp"
    try:
        scratch.write_text("\n".join(lines) + "\n", "utf-8")
        to_disk(scratch)
        entry(folder, version).hardlink_to(scratch)
    except FileExistsError:
        return False
    finally:
        scratch.unlink(missing_ok=True)
    to_disk(folder / LOG)
    return True


def nothing() -> bytes:
    """A commit that did nothing."""
    said = {"timestamp": int(time.time() * 1000), "operation": MEND, "operationParameters": {}}
    return (json.dumps({"commitInfo": said}) + "\n").encode()


def read(path: Path) -> list[dict[str, Any]] | None:
    """The actions of a commit; nothing when its file is empty, cut off or no commit at all."""
    try:
        lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    except (OSError, ValueError):
        return None
    return lines if lines and all(isinstance(line, dict) for line in lines) else None


def without_checkpoint(folder: Path) -> bool:
    """Take away checkpoints, which only save time, where every commit is still there; whether there was any."""
    found = [*(folder / LOG).glob("*.checkpoint*.parquet"), folder / LOG / LAST_CHECKPOINT]
    found = [path for path in found if path.exists()]
    commits = entries(folder)
    if not found or [int(path.stem) for path in commits] != list(range(len(commits))):
        return False
    for path in found:
        path.unlink(missing_ok=True)
    return True
