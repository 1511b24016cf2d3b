"""What the words of organisations' names mean for telling two of them apart, and how often they stand in names.

`telling.txt` holds closed lists by language, `corpus.txt` words and characters with their frequency, `divisions.txt`
the places of the country. A zone adds its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

KINDS = ("side", "relation", "group", "number")
ORDINAL = "第"
ENDINGS = frozenset("店总子")
"""Relations where a name without its legal form ends with them: a shop, 总公司, 子公司."""
HAN_NUMBER = (
    rf"{ORDINAL}[〇零一二三四五六七八九十百]+|[二三四五六七八九]?十[一二三四五六七八九]?|[〇零一二三四五六七八九]"
)
"""A number as it is said, or a digit: 一零三 differs from 一零五 by its last."""


def _lines(name: str) -> Iterator[list[str]]:
    for line in Path(__file__).with_name(name).read_text("utf-8").splitlines():
        if not line.startswith("#"):
            yield line.split()


@cache
def listed(kind: str) -> frozenset[str]:
    """The words of a kind in every language: a name does not say in which it is."""
    return frozenset(word for said, _, *words in _lines("telling.txt") if said == kind for word in words)


@cache
def corpus() -> Mapping[str, float]:
    """Words and brands' characters → the share of organisations' names that hold them."""
    found: dict[str, float] = {}
    for mark, *rest in _lines("corpus.txt"):
        share, said = (int(rest[0]), list(rest[1])) if mark == ">" else (int(mark), rest)
        found.update(dict.fromkeys(said, share / 1000))
    return found


@cache
def known_words() -> Mapping[str, str]:
    """Every listed word → what it is: one of KINDS, "place", or "word" of a trade, where it is no other."""
    found = {word: "word" for word in corpus() if len(word) > 1}
    found |= {word: "place" for line in _lines("divisions.txt") for word in line}
    return found | {word: kind for kind in KINDS for word in listed(kind)}
