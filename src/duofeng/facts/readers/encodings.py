"""Which encoding the bytes of a text are in, by how usual the characters are that each one makes of them.

GB18030 and Big5 read each other's bytes, and both read those of Western encodings: what tells them apart is that the
right one gives characters that people use, the wrong one rare, private or misplaced ones.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

CHINESE = ("gb18030", "big5")
WESTERN = ("cp1252", "mac_roman")
FOUND = (*CHINESE, *WESTERN)
"""What is looked for by content. Any other encoding has to be declared."""
SURE, APART = 0.75, 0.15
PRIVATE = re.compile("[\ue000-\uf8ff]")
DAMAGED = re.compile("\ufffd|锟斤拷")
"""A character that once stood for bytes nobody could read; 锟斤拷 is what two of them become in GBK."""
_SIGNS = frozenset("“”‘’–—…€£§°«»•™®©ºª½¼¾²³·¿¡")
_LONGEST_RUN = 2
"""Letters beyond ASCII that follow each other in a Western word."""


@dataclass(frozen=True)
class Guess:
    """An encoding and how usual, from 0 to 1, what it makes of the bytes is."""

    encoding: str
    usual: float


def guesses(sample: bytes) -> list[Guess]:
    """Every encoding looked for, the likeliest first."""
    found = [Guess(encoding, usual(sample, encoding)) for encoding in FOUND]
    return sorted(found, key=lambda guess: -guess.usual)


def found_in(sample: bytes) -> str | None:
    """The encoding of these lines where one is likely by itself and well before the others."""
    first, second, *_ = guesses(sample)
    return first.encoding if first.usual >= SURE and first.usual - second.usual >= APART else None


def usual(sample: bytes, encoding: str) -> float:
    """The share of usual characters among those beyond ASCII."""
    text = sample.decode(encoding, "replace")
    if encoding in WESTERN:
        return _usual_in_words(text)
    beyond = [sign for sign in text if sign > "\x7f"]
    return sum(map(_usual_chinese, beyond)) / len(beyond) if beyond else 0.0


def _usual_chinese(sign: str) -> float:
    """By the level at which the two national sets list it; both keep letters, kana and signs before."""
    try:
        simplified = sign.encode("gb2312")
    except UnicodeEncodeError:
        simplified = b""
    try:
        traditional = sign.encode("big5")
    except UnicodeEncodeError:
        traditional = b""
    if b"\xb0" <= simplified[:1] <= b"\xd7" or b"\xa4" <= traditional[:1] <= b"\xc6":
        return 1.0
    if simplified[:1] in (b"\xa1", b"\xa3") or traditional[:1] == b"\xa1":
        return 1.0
    return 0.4 if b"\xd8" <= simplified[:1] <= b"\xf7" else 0.0


def _usual_in_words(text: str) -> float:
    total = good = 0
    for run in re.finditer(r"[^\x00-\x7f]+", text):
        before, after = text[run.start() - 1 : run.start()], text[run.end() : run.end() + 1]
        total += len(run[0])
        for sign in run[0]:
            if sign in _SIGNS:
                good += not (before.isalpha() and after.isalpha() and sign not in "’·")
            elif sign.isalpha() and sign <= "\u017f" and len(run[0]) <= _LONGEST_RUN:
                good += not (sign.isupper() and before.islower())
    return good / total if total else 0.0


def looks_like_utf16(start: bytes) -> str | None:
    """The byte order of UTF-16 without a mark, by the characters that it gives."""
    for encoding in ("utf-16-le", "utf-16-be"):
        text = start[: len(start) // 2 * 2].decode(encoding, "replace")
        plain = sum(sign in "\t\r\n" or " " <= sign <= "~" or "\u3000" <= sign <= "\u9fff" for sign in text)
        if len(text) >= 8 and plain >= 0.95 * len(text):
            return encoding
    return None
