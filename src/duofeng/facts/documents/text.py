"""A document as text: what was read, from which file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from duofeng.kernel.problem import Problem


@dataclass(frozen=True, slots=True)
class DocumentText:
    path: Path
    text: str
    checksum: str
    """sha256 of the file's bytes, hex."""
    encoding: str
    warnings: tuple[Problem, ...] = ()

    def line_column(self, offset: int) -> tuple[int, int]:
        """Line and column, both from 1, of a character."""
        return self.text.count("\n", 0, offset) + 1, offset - self.text.rfind("\n", 0, offset)
