"""A document as text: what was read, from which file, and which part of the text stands where in it."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from duofeng.kernel.problem import Problem

Part = Literal["text", "page", "paragraph", "cell"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the text that is one page, paragraph or table cell; `name` is how a person would find it."""

    start: int
    part: Part
    name: str


@dataclass(frozen=True, slots=True)
class DocumentText:
    path: Path
    text: str
    checksum: str
    """sha256 of the file's bytes, hex."""
    encoding: str
    pieces: tuple[Piece, ...] = ()
    warnings: tuple[Problem, ...] = ()

    def piece_at(self, offset: int) -> Piece | None:
        """The page, paragraph or cell that holds a character."""
        found = bisect_right(self.pieces, offset, key=lambda piece: piece.start) - 1
        return self.pieces[found] if found >= 0 else None

    def line_column(self, offset: int) -> tuple[int, int]:
        """Line and column, both from 1, of a character."""
        return self.text.count("\n", 0, offset) + 1, offset - self.text.rfind("\n", 0, offset)
