"""What speaks for and against two names being one firm, as numbers a person can read; every measure is symmetric.

Weights of characters are nats: the logarithm of how rare a character is in the register. Two names of a register of
n firms agree by chance on about log n nats, which is why agreement is measured above log n.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import LCSseq

from duofeng.facts.resolve.candidates import Encoded, Floats, GramIndex, Ints, grams, rarity_of
from duofeng.kernel.message import Message, say

MEASURES: Mapping[str, Message] = {
    "agreement": say("相同的字比偶然多出多少"),
    "share": say("长名称中有多大部分在短名称里"),
    "one_character": say("恰有一字不同"),
    "more_characters": say("两字以上不同"),
    "same_characters": say("字完全相同，只是次序不同"),
    "pairs": say("相邻字对的重合"),
    "same_head": say("字号首字相同"),
    "numbers": say("数字、序号或方位不同"),
    "places_differ": say("地名不同"),
    "place_missing": say("只有一边写了地名"),
    "group": say("只有一边是集团"),
    "namesakes": say("缺地名，而名录中同名不同地的企业多"),
    "neighbours": say("只差一字，而名录中这样的企业多"),
    "branch": say("只有一边是分支机构"),
}
"""Every measure with its Chinese and English reading, in the order of the columns."""

_NUMERALS = r"[0-9一二三四五六七八九十东西南北]"
_CHUNK = 1 << 15
_SAMPLE = 2_000
GAPS = (0, 1, 2)
"""Single characters, neighbours, and characters one apart: 能源建设 is shortened to 能建."""


@dataclass(frozen=True)
class Names:
    """Parsed names (`names.parse_names`) and their cores as code points."""

    parsed: pl.DataFrame
    encoded: Encoded

    @staticmethod
    def of(parsed: pl.DataFrame) -> Names:
        return Names(parsed, Encoded.of(parsed.get_column("core")))

    def __len__(self) -> int:
        return len(self.encoded)


@dataclass(frozen=True)
class Rarity:
    """Character weights of a register; a character it never saw weighs as much as the rarest."""

    weights: Floats
    chance: float

    @staticmethod
    def of(names: Encoded) -> Rarity:
        row, position = np.nonzero(names.points)
        pairs = np.unique(row.astype(np.int64) << 32 | names.points[row, position])
        seen = np.bincount(pairs & 0xFFFFFFFF, minlength=0x110000)
        weights = rarity_of(seen, len(names))
        return Rarity(weights, float(rarity_of(np.zeros(1, dtype=np.int64), len(names))[0]))


@dataclass(frozen=True)
class Register:
    """The names that others are compared with, and what they say about rarity."""

    names: Names
    index: GramIndex
    rarity: Rarity
    namesakes: float
    """How crowded it is, 0 to 1, by the share of names that others have too, apart from the place."""
    neighbours: float
    """How crowded it is, 0 to 1, by the share of names with another one character away; from a sample."""

    @staticmethod
    def of(parsed: pl.DataFrame) -> Register:
        names = Names.of(parsed)
        index = GramIndex.of(names.encoded, GAPS)
        once = parsed.get_column("normal").is_first_distinct()
        shared = parsed.filter(once).get_column("core").is_duplicated().mean()
        crowded = _crowding(float(shared)) if isinstance(shared, float) else 0.0
        return Register(names, index, Rarity.of(names.encoded), crowded, _crowding(_near_share(names, index)))


def _crowding(share: float) -> float:
    return float(np.log1p(1000 * share) / np.log1p(1000))


def _near_share(names: Names, index: GramIndex) -> float:
    """Share of a spread sample of names for which the register holds another that differs in one character."""
    rows = np.unique(np.linspace(0, len(names) - 1, _SAMPLE).astype(np.int64)) if len(names) else np.empty(0, np.int64)
    sample, found = index.search(names.encoded.take(rows), 10)
    asked = rows[sample]
    words = [names.parsed.get_column("core").gather(side).to_list() for side in (asked, found)]
    common = process.cpdist(*words, scorer=LCSseq.similarity, dtype=np.int32)
    long, short = (
        pick(names.encoded.lengths[asked], names.encoded.lengths[found]) for pick in (np.maximum, np.minimum)
    )
    near = np.unique(sample[(long - common == 1) & (short - common <= 1)])
    return len(near) / max(len(rows), 1)


def measure(asked: Names, register: Register, pairs: tuple[Ints, Ints]) -> NDArray[np.float64]:
    """One row per pair of row numbers (asked, register), one column per name in MEASURES."""
    rarity = register.rarity
    left, right = pairs
    a, b = asked.encoded.take(left), register.names.encoded.take(right)
    matched = common_weight(a, b, rarity.weights)
    own_a, own_b = ((rarity.weights[side.points] * (side.points > 0)).sum(axis=1) for side in (a, b))
    words = [
        side.parsed.get_column("core").gather(rows).to_list() for side, rows in ((asked, left), (register.names, right))
    ]
    common = process.cpdist(*words, scorer=LCSseq.similarity, dtype=np.int32)
    conflict = np.minimum(a.lengths, b.lengths) - common
    one_missing = (conflict == 0) & (np.maximum(a.lengths, b.lengths) - common == 1)
    columns = [
        np.clip(matched - rarity.chance, -10, 15) / 10,
        matched / np.maximum(np.maximum(own_a, own_b), 1e-6),
        conflict == 1,
        conflict > 1,
        (np.sort(a.points, axis=1) == np.sort(b.points, axis=1)).all(axis=1) & (conflict > 0),
        _common_pairs(a, b, register.index),
        a.points[:, 0] == b.points[:, 0],
        _numbers_differ(asked, register.names, pairs),
        *_flags(asked, register, pairs, (conflict == 1) | one_missing),
    ]
    return np.column_stack(columns).astype(np.float64)


def common_weight(a: Encoded, b: Encoded, weights: Floats) -> Floats:
    """Heaviest common subsequence of each pair of names: the weight of what both contain in the same order."""
    result = np.zeros(len(a), dtype=np.float32)
    order = np.argsort(np.maximum(a.lengths, b.lengths), kind="stable")
    for start in range(0, len(order), _CHUNK):
        rows = order[start : start + _CHUNK]
        longest_a, longest_b = int(a.lengths[rows].max()), int(b.lengths[rows].max())
        first = np.ascontiguousarray(a.points[rows, :longest_a].T)
        second = np.ascontiguousarray(b.points[rows, :longest_b].T)
        gain = weights[first] * (first > 0)
        before = np.zeros((longest_b + 1, len(rows)), dtype=np.float32)
        for here in range(longest_a):
            now = np.zeros_like(before)
            for there in range(longest_b):
                np.multiply(first[here] == second[there], gain[here], out=now[there + 1])
                now[there + 1] += before[there]
                np.maximum(now[there + 1], before[there + 1], out=now[there + 1])
                np.maximum(now[there + 1], now[there], out=now[there + 1])
            before = now
        result[rows] = before[longest_b]
    return result


def _common_pairs(a: Encoded, b: Encoded, index: GramIndex) -> Floats:
    """Weight of the grams in both over that of the grams in the lighter one."""
    total = np.zeros(len(a), dtype=np.float32)
    for start in range(0, len(a), _CHUNK):
        rows = np.arange(start, min(start + _CHUNK, len(a)))
        one, two = (grams(side.take(rows), index.gaps) for side in (a, b))
        both = one.multiply(two).tocsr() @ index.weights
        lighter = np.minimum(one @ index.weights, two @ index.weights)
        total[rows] = both / np.maximum(lighter, 1e-6)
    return total


def _numbers_differ(asked: Names, register: Names, pairs: tuple[Ints, Ints]) -> NDArray[np.bool_]:
    """Both contain a number or a direction that the other does not: 第一 against 第二, 东 against 西."""
    found = [
        side.parsed.get_column("core").str.extract_all(_NUMERALS).list.join("").gather(rows).to_list()
        for side, rows in zip((asked, register), pairs, strict=True)
    ]
    common = process.cpdist(*found, scorer=LCSseq.similarity, dtype=np.int32)
    shorter = np.minimum(*(np.fromiter(map(len, side), np.int32, len(side)) for side in found))
    return np.asarray(common < shorter)


def _flags(
    asked: Names, register: Register, pairs: tuple[Ints, Ints], one_character: NDArray[np.bool_]
) -> list[NDArray[np.float64]]:
    columns = ("place", "group", "branch")
    left = asked.parsed.select(pl.col(columns).gather(pairs[0]))
    right = register.names.parsed.select(pl.col(columns).gather(pairs[1])).rename(
        {name: f"{name}_" for name in columns}
    )
    both = left.hstack(right)
    stated, other = pl.col("place"), pl.col("place_")
    differ = ~stated.str.contains(other, literal=True) & ~other.str.contains(stated, literal=True)
    flags = both.select(
        differ=differ,
        missing=(stated == "") != (other == ""),
        group=pl.col("group") != pl.col("group_"),
        namesakes=((stated == "") != (other == "")) * register.namesakes,
        neighbours=pl.Series(one_character) * register.neighbours,
        branch=pl.col("branch") != pl.col("branch_"),
    )
    return [column.to_numpy() for column in flags.select(pl.all().cast(pl.Float64))]
