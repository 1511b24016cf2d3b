"""What lies on a disk after a power cut: made from a record of what was done to it.

Names that were not synced may be there or not, each on its own; of a file that was not synced there may be nothing, a
part, or all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random


@dataclass
class Disk:
    """Folders and files by their inode. `names` is what a running system sees, `kept` what was synced."""

    top: Path
    log: Path
    names: dict[int, dict[str, int]] = field(default_factory=lambda: {0: {}})
    kept: dict[int, dict[str, int]] = field(default_factory=lambda: {0: {}})
    contents: dict[int, bytes] = field(default_factory=dict)
    last: dict[int, bytes] = field(default_factory=dict)
    """What each file was when it was synced for the last time in the record: what could have reached the disk."""
    fresh: int = 1
    inodes: dict[int, int] = field(default_factory=dict)

    def do(self, line: str) -> None:
        number, what, inode, path, other = line.split("\t")
        if what == "syncdir":
            self.kept[self._inode(path)] = dict(self.names[self._inode(path)])
            return
        folder, name = self._inode(str(Path(path).parent)), Path(path).name
        if what in ("create", "mkdir"):
            self.inodes[int(inode)] = self.fresh
            self.names[folder][name] = self.fresh
            if what == "mkdir":
                self.names[self.fresh] = {}
            self.fresh += 1
        elif what == "unlink":
            self.names[folder].pop(name, None)
        elif what in ("link", "rename"):
            self.names[self._inode(str(Path(other).parent))][Path(other).name] = self.names[folder][name]
            if what == "rename":
                del self.names[folder][name]
        elif what == "sync":
            self.contents[self.inodes[int(inode)]] = Path(f"{self.log}.{number}").read_bytes()

    def _inode(self, path: str) -> int:
        found = 0
        for part in Path(path).relative_to(self.top).parts:
            found = self.names[found][part]
        return found

    def after_a_cut(self, target: Path, how: str, chance: Random) -> None:
        """Make a folder that holds what the disk may hold: `bare` only what was synced, `names` every name and no
        content that was not synced, `mixed` each on its own."""
        self._make(0, target, how, chance)

    def _make(self, inode: int, target: Path, how: str, chance: Random) -> None:
        target.mkdir()
        kept, names = self.kept.get(inode, {}), self.names[inode]
        for name in sorted({*kept, *names}):
            known = {"bare": kept.get(name), "names": names.get(name)}
            found = known[how] if how in known else chance.choice([kept.get(name), names.get(name)])
            if found is None or name.startswith("told-"):
                continue
            if found in self.names:
                self._make(found, target / name, how, chance)
            else:
                (target / name).write_bytes(self._content(found, how, chance))

    def _content(self, inode: int, how: str, chance: Random) -> bytes:
        if inode in self.contents:
            return self.contents[inode]
        whole = self.last.get(inode, b"")
        return chance.choice([b"", whole[: len(whole) // 2], whole]) if how == "mixed" else b""

    def seen(self) -> Iterator[str]:
        """Every path a running system sees."""
        waiting = [("", 0)]
        while waiting:
            path, inode = waiting.pop()
            for name, found in self.names[inode].items():
                yield f"{path}{name}"
                if found in self.names:
                    waiting.append((f"{path}{name}/", found))


def replayed(top: Path, log: Path) -> Iterator[tuple[str, Disk]]:
    """What was done, step by step, and the disk after it."""
    lines = log.read_text("utf-8").splitlines()
    end = Disk(top, log)
    for line in lines:
        end.do(line)
    disk = Disk(top, log, last=end.contents)
    for line in lines:
        disk.do(line)
        yield line, disk
