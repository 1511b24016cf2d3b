"""Bytes → text when nobody says which encoding: by a mark, by what decodes, line by line when files were joined."""

from __future__ import annotations

import codecs

from duofeng.facts.documents.problems import MIXED_ENCODINGS, UNREADABLE_CHARACTERS
from duofeng.kernel.problem import Problem, Span

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
SAMPLE = 4096


def decode(data: bytes, file: str) -> tuple[str, str, tuple[Problem, ...]]:
    """Text, encoding, warnings. Line ends stay as they are, so that offsets are those of the decoded file."""
    for mark, encoding in MARKS:
        if data.startswith(mark):
            text = data.decode(encoding, errors="replace")
            return text, encoding.replace("-sig", ""), _unreadable(text, file)
    for encoding in (*_utf16_without_mark(data), "utf-8", "gb18030"):
        try:
            return data.decode(encoding), encoding, ()
        except UnicodeDecodeError:
            continue
    return _line_by_line(data, file)


def _utf16_without_mark(data: bytes) -> tuple[str, ...]:
    """Latin digits and line ends leave a zero byte in every pair of UTF-16 and none in the other encodings."""
    sample = data[:SAMPLE]
    if sample.count(0) < 2 or len(data) % 2:
        return ()
    return ("utf-16-le",) if sample[1::2].count(0) > sample[::2].count(0) else ("utf-16-be",)


def _line_by_line(data: bytes, file: str) -> tuple[str, str, tuple[Problem, ...]]:
    lines: list[str] = []
    others: list[int] = []
    for number, line in enumerate(data.split(b"\n"), 1):
        try:
            lines.append(line.decode("utf-8"))
        except UnicodeDecodeError:
            others.append(number)
            lines.append(line.decode("gb18030", errors="replace"))
    text = "\n".join(lines)
    mixed = MIXED_ENCODINGS.at(Span(file, others[0]), lines=len(others), encoding="UTF-8", line=others[0])
    return text, "mixed", (mixed, *_unreadable(text, file))


def _unreadable(text: str, file: str) -> tuple[Problem, ...]:
    count = text.count("\ufffd")
    if not count:
        return ()
    line = text.count("\n", 0, text.index("\ufffd")) + 1
    return (UNREADABLE_CHARACTERS.at(Span(file, line), count=count, line=line),)
