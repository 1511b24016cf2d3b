"""What speaks for and against two names being one firm, as numbers a person can read; every measure is symmetric.

Weights of characters are nats: the logarithm of how rare a character is in the register. Two names of a register of
n firms agree by chance on about log n nats, which is why agreement is measured above log n.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import polars as pl
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import LCSseq

from duofeng.facts.resolve.candidates import SMALLEST, Encoded, Floats, GramIndex, Ints, grams, rarity_of
from duofeng.facts.resolve.words import corpus

MEASURES = (
    "agreement",  # the weight of common characters above chance
    "share",  # of the longer name in the shorter
    "one_character",  # exactly one character differs
    "more_characters",
    "same_characters",  # in another order
    "pairs",  # common grams
    "same_head",
    "numbers",  # or sides differ
    "places_differ",
    "place_missing",
    "group",
    "namesakes",  # a place is missing, in a register with many of one name in different places
    "neighbours",  # one character differs, in a register with many such names
    "branch",
)
"""In the order of the columns."""

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
        weights = rarity_of(seen, len(names), _general_share())
        return Rarity(weights, float(rarity_of(np.zeros(1, dtype=np.int64), len(names))[0]))


@cache
def _general_share() -> Floats:
    """The share of names in general that hold a character, by code point."""
    share = np.zeros(0x110000, dtype=np.float32)
    for word, often in corpus().items():
        for character in set(word):
            share[ord(character)] += often
    return np.minimum(share, 1)


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
    small: bool
    """Too small to hold both of two subjects that are easily mistaken for each other."""

    @staticmethod
    def of(parsed: pl.DataFrame) -> Register:
        names = Names.of(parsed)
        index = GramIndex.of(names.encoded, GAPS)
        once = parsed.get_column("normal").is_first_distinct()
        shared = parsed.filter(once).get_column("core").is_duplicated().mean()
        alike = float(shared) if isinstance(shared, float) else 0.0
        near, small = _near_share(names, index), len(parsed) < SMALLEST
        return Register(names, index, Rarity.of(names.encoded), _crowding(alike), _crowding(near), small)


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
