"""What must outlive a power cut: a file is on the disk when it was synced, and then the folder its name stands in."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path


def to_disk(path: Path) -> None:
    """See that the contents of a file, or the entries of a folder, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def tree_to_disk(folder: Path) -> None:
    """See that a folder with everything below it is on the disk; its own entry is its parent's."""
    for path in (*folder.rglob("*"), folder):
        to_disk(path)


def entries_to_disk(paths: Iterable[Path], top: Path) -> None:
    """See that the entries that lead from `top` to the paths are on the disk, the nearest ones first."""
    folders = {folder for path in paths for folder in path.parents if folder.is_relative_to(top)}
    for folder in sorted(folders, key=lambda each: len(each.parts), reverse=True):
        to_disk(folder)


def made_folder(folder: Path, mode: int = 0o777) -> Path:
    """The folder, made with those above it when absent; their entries are on the disk."""
    if not folder.is_dir():
        made_folder(folder.parent)
        folder.mkdir(mode=mode, exist_ok=True)
        to_disk(folder.parent)
    return folder


def write_whole(path: Path, content: bytes) -> None:
    """Put a file in place so that a reader, and whoever looks after a power cut, finds the old one or the new one."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        fresh.write_bytes(content)
        to_disk(fresh)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
    to_disk(path.parent)
