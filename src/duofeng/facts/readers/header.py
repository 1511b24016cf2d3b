"""Where the table begins: the header among title rows, its titles joined over several rows, matched with declared ones.

Titles are compared without spaces, line breaks and width (（ = (), so that a title a person would call the same is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from duofeng.facts.readers.invisible import UNSEEN
from duofeng.kernel.problem import ProblemError
from duofeng.kernel.units import unit

SEARCHED_ROWS = 40
JOIN = "/"
_BEHIND = re.compile(r"\s*[（(\[【]([^（()）]{1,12})[)）\]】]\s*$|/([^/]{1,8})$")


@dataclass(frozen=True)
class Header:
    """`top`: index of the first header row; `height`: how many rows; `titles`: unique, declared spelling if matched."""

    top: int
    height: int
    titles: tuple[str, ...]
    written: tuple[str, ...]
    found: int
    above: tuple[str, ...] = ()
    """The texts that stand above it."""


def same_title(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", UNSEEN.sub("", text))).casefold()


def find_header(rows: Sequence[Sequence[str]], declared: Sequence[str], height: int) -> Header | None:
    """The place among the first rows where most declared titles stand; None when not one is found."""
    known = {same_title(title): title for title in declared}
    best: Header | None = None
    for top in range(min(len(rows) - height + 1, SEARCHED_ROWS)):
        header = _header_at(rows, top, height, known)
        if header.found > (best.found if best else 0):
            best = header
    above = tuple(cell.strip() for row in rows[: best.top] for cell in row if cell.strip()) if best else ()
    return replace(best, above=above) if best else None


def _header_at(rows: Sequence[Sequence[str]], top: int, height: int, known: dict[str, str]) -> Header:
    written = join_titles(rows[top : top + height])
    plain = {same_title(title) for title in written}
    matched = [_declared(title, known, plain) or re.sub(r"\s+", " ", title).strip() for title in written]
    return Header(top, height, _unique(matched), tuple(written), len(set(matched) & set(known.values())))


def _declared(title: str, known: dict[str, str], plain: set[str]) -> str | None:
    """The declared title that this is, perhaps with its unit behind it."""
    same = known.get(same_title(title))
    if same is not None or unit_behind(title) is None:
        return same
    bare = same_title(_BEHIND.sub("", title))
    return known.get(bare) if bare not in plain else None


def unit_behind(title: str) -> str | None:
    """The unit at the end of a title: in brackets, or the last of several header rows."""
    match = _BEHIND.search(title)
    inside = (match[1] or match[2]).removeprefix("单位：").removeprefix("单位:").strip() if match else ""
    return inside if inside and is_unit(inside) else None


def is_unit(text: str) -> bool:
    try:
        unit(text)
    except ProblemError:
        return False
    return True


def join_titles(rows: Sequence[Sequence[str]]) -> list[str]:
    """One title per column: the parts from top to bottom, a merged part not repeated, `2023年/营业收入`."""
    width = max(map(len, rows))
    padded = [[*row, *[""] * (width - len(row))] for row in rows]
    filled = [_carried_right(row, below) for row, below in pairwise(padded)] + [padded[-1]]
    titles: list[str] = []
    for column in zip(*filled, strict=True):
        parts: list[str] = []
        for part in (cell.strip() for cell in column):
            if part and (not parts or parts[-1] != part):
                parts.append(part)
        titles.append(JOIN.join(parts))
    return titles


def _carried_right(row: list[str], below: list[str]) -> list[str]:
    """A merged cell holds its text in its first column only; carry it over the columns that have a part below."""
    carried, last = [], ""
    for cell, under in zip(row, below, strict=True):
        last = cell.strip() or (last if under.strip() else "")
        carried.append(last)
    return carried


def _unique(titles: Sequence[str]) -> tuple[str, ...]:
    seen: dict[str, int] = {}
    unique: list[str] = []
    for position, title in enumerate(titles, 1):
        named = title or f"#{position}"
        seen[named] = seen.get(named, 0) + 1
        unique.append(named if seen[named] == 1 else f"{named}#{seen[named]}")
    return tuple(unique)
