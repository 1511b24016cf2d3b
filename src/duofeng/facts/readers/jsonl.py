"""JSON lines: one object per line, its keys the columns. Numbers keep the digits they were written with."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from duofeng.facts.readers import problems
from duofeng.facts.readers.encodings import DAMAGED
from duofeng.facts.readers.header import find_header
from duofeng.facts.readers.invisible import Unseen
from duofeng.facts.readers.table import RawBatch, RawTable, broken_frame, text_frame
from duofeng.kernel.problem import ProblemError, Span

LINES_PER_BATCH = 50_000


def read_jsonl(
    path: Path, name: str, declared: Sequence[str], *, lossy: bool = False, seen: Unseen | None = None
) -> RawTable:
    """The table in a UTF-8 file. Raises ProblemError when no line has a declared key."""
    seen = seen or Unseen()
    keys = {key: seen.cleaned(key) for key in sorted(_keys(path))}
    written = list(keys.values())
    header = find_header([written], declared, 1) if written else None
    if header is None:
        raise ProblemError(problems.HEADER.at(Span(name, 1), expected="、".join(declared)))
    titles = dict(zip(keys, header.titles, strict=True))
    return RawTable("", header.titles, header.written, _batches(path, titles, lossy, seen))


def _keys(path: Path) -> set[str]:
    """Every key some line has. A first pass of its own: which columns there are is known before the first batch."""
    keys: set[str] = set()
    with path.open(encoding="utf-8", newline="\n") as file:
        for line in file:
            try:
                entry = json.loads(line)
            except (ValueError, RecursionError):
                continue
            if isinstance(entry, dict):
                keys.update(entry)
    return keys


def _batches(path: Path, titles: dict[str, str], lossy: bool, seen: Unseen) -> Iterator[RawBatch]:
    with path.open(encoding="utf-8", newline="\n") as file:
        lines = enumerate(file, 1)
        while batch := list(islice(lines, LINES_PER_BATCH)):
            yield _parsed(batch, titles, lossy, seen)


def _parsed(batch: list[tuple[int, str]], titles: dict[str, str], lossy: bool, seen: Unseen) -> RawBatch:
    rows: list[list[str]] = []
    numbers: list[int] = []
    broken: list[tuple[int, str, str, dict[str, object]]] = []
    for number, line in batch:
        text = line.rstrip("\r\n")
        if not text.strip():
            continue
        entry = _object(text)
        if entry is None:
            broken.append((number, text, problems.JSON_BROKEN.code, {}))
        elif lossy and DAMAGED.search(text):
            broken.append((number, text, problems.BAD_BYTES.code, {}))
        else:
            rows.append([seen.cleaned(entry.get(key, "")) for key in titles])
            numbers.append(number)
    return RawBatch(text_frame(list(titles.values()), rows, numbers), broken_frame(broken))


class _TwiceError(ValueError):
    """A key stands twice in one object: which value is meant is unknown."""


def _object(text: str) -> dict[str, str] | None:
    """Key → text of its value; None when the line is not one object with each key once."""
    try:
        found = json.loads(text, parse_float=str, parse_int=str, parse_constant=str, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        return None
    return {key: _text(value) for key, value in found.items()} if isinstance(found, dict) else None


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _TwiceError
    return found


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
