"""Text as printed or scanned → text as it would be typed, without losing the place of a character.

Width and script are changed one character for one; blanks and line breaks inside words are taken out, and
`Readable.original` leads back to the offset in the text that was given.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache

import opencc

WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    ord("．"): ord("."),
    ord("。"): ord("。"),
    ord("｡"): ord("。"),
    ord("､"): ord("、"),
    ord("〜"): ord("~"),
    ord("∼"): ord("~"),
    ord("‘"): ord("“"),
    ord("’"): ord("”"),
    ord("−"): ord("-"),
    ord("∶"): ord(":"),
    ord("︰"): ord(":"),
    ord("﹪"): ord("%"),
    ord("\u00a0"): ord(" "),
    ord("\u2002"): ord(" "),
    ord("\u2003"): ord("\u3000"),
    ord("\u200b"): ord(" "),
    ord("\ufeff"): ord(" "),
}
BLANK = re.compile(r"[ \u3000\r\n]+")
IDEOGRAPHS = "㐀-䶿一-鿿"
INNER = re.compile(rf"[{IDEOGRAPHS}0-9A-Za-z%,、.~(“—-]")
ENDS_PARAGRAPH = frozenset("。;!?:…”」』】)》")
STARTS_PARAGRAPH = re.compile(
    r"#|[一二三四五六七八九十]+[、.]|\(?[一二三四五六七八九十\d]+\)|\d+[.、]\D|[-•·●■◆▪*【|—\[]|第.{1,3}[章节]"
)
ENDS_IN_NUMBER = re.compile(r"\d[万亿余]{0,2}[^\d\s,、。]{1,3}(?:以上|左右|以内)?$")
IDEOGRAPH = re.compile(f"[{IDEOGRAPHS}]")
THOUSANDS = re.compile(r"(?<=\b\d )\d{3}(?!\d)|(?<=\b\d\d )\d{3}(?!\d)")
"""A group of three digits behind one or two others, as a scan spaces 1 234."""
BYLINE = re.compile(r"(?:记者|通讯员|摄影|责编|编辑|文/图|来源)[^,。;]{0,9}$")
HEADING = re.compile(
    r"[一二三四五六七八九十]{1,3}、|第[一二三四五六七八九十]{1,3}[章节]|\([一二三四五六七八九十]{1,3}\)"
)
WRAPPED_LINE = 10
"""A line this long, in characters, that ends without a stop was broken by its width and not by its writer."""


@cache
def _single_characters() -> dict[int, int]:
    traditional = "".join(map(chr, range(0x4E00, 0xA000)))
    simplified = opencc.OpenCC("t2s").convert("\n".join(traditional)).split("\n")
    changed = {
        ord(old): ord(new) for old, new in zip(traditional, simplified, strict=True) if len(new) == 1 and new != old
    }
    return changed | WIDE


@dataclass(frozen=True, slots=True)
class Readable:
    text: str
    _kept_from: list[int]
    _original_from: list[int]

    def original(self, offset: int) -> int:
        """The offset, in the text that was given, of a character of the readable text."""
        piece = bisect_right(self._kept_from, offset) - 1
        return self._original_from[piece] + offset - self._kept_from[piece]


def readable(text: str) -> Readable:
    plain = text.translate(_single_characters())
    parts: list[str] = []
    kept_from, original_from = [0], [0]
    length = start = line_start = 0
    for blank in BLANK.finditer(plain):
        first, after = blank.span()
        replacement = _replacement(plain, line_start, first, after)
        if "\n" in blank.group():
            line_start = after
        if replacement == blank.group():
            continue
        parts += (plain[start:first], replacement)
        length += first - start + len(replacement)
        start = after
        kept_from.append(length)
        original_from.append(after)
    parts.append(plain[start:])
    return Readable("".join(parts), kept_from, original_from)


def _replacement(plain: str, line_start: int, first: int, after: int) -> str:
    """What stays of a run of blanks: nothing inside a word, one blank between words, a line break after a paragraph."""
    if first == 0 or after >= len(plain):
        return "\n"
    before, behind = plain[first - 1], plain[after]
    if "\n" not in plain[first:after]:
        if after - first > 1 or plain[first] == "\u3000":
            return " "
        if before == "\n":
            return " "
        return " " if _in_ascii_word(before) and _in_ascii_word(behind) and not THOUSANDS.match(plain, after) else ""
    return "" if _is_wrapped(plain, line_start, first, after) else "\n"


def _in_ascii_word(character: str) -> bool:
    return character.isascii() and character.isalnum()


def _goes_on(plain: str, first: int, after: int) -> bool:
    """Whether neither the end of a line nor the begin of the next is that of a paragraph."""
    inner = INNER.match(plain[first - 1]) and INNER.match(plain[after])
    return bool(inner) and plain[first - 1] not in ENDS_PARAGRAPH and not STARTS_PARAGRAPH.match(plain, after)


def _is_wrapped(plain: str, line_start: int, first: int, after: int) -> bool:
    """Whether a line ends where its width ended it: in the middle of a sentence."""
    if first - line_start < WRAPPED_LINE or not _goes_on(plain, first, after):
        return False
    line = plain[line_start:first]
    if _stands_alone(line):
        return False
    if "," not in line and ENDS_IN_NUMBER.search(line[-12:]) and IDEOGRAPH.match(plain[after]):
        return False
    blank_line = plain.count("\n", first, after) > 1
    return _is_prose(line) or (not blank_line and len(line) >= 3 * WRAPPED_LINE)


def _stands_alone(line: str) -> bool:
    """A heading, a row of a table, who wrote it."""
    numbering = HEADING.match(line) if len(line) < 3 * WRAPPED_LINE else None
    if numbering and not _is_prose(line[numbering.end() :]):
        return True
    return line[0] in "#【■●|" or "\t" in line or "|" in line or BYLINE.search(line[-16:]) is not None


def _is_prose(line: str) -> bool:
    """Whether a line has the marks of a sentence; one 、 alone may stand in a heading too."""
    return any(mark in line for mark in ",。;") or ("、" in line and len(line) >= 2 * WRAPPED_LINE)
