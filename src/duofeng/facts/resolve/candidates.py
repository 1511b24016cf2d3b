"""The few names of a register most like each asked name, found by rare character pairs.

Blocking only: a candidate says nothing yet about being the same firm. Work is done in slices, so memory is bounded by
the register and not by the number of pairs.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse
from sparse_dot_topn import sp_matmul_topn

from duofeng.facts.resolve.words import corpus

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]

LONGEST = 32
"""Characters of a core that are compared; the longest registered names have about 30 without their legal form."""

SMALLEST = 2_000
"""A register of as many names or more speaks for itself: what is rare, and how near its names are to each other."""
_LEAST = 3_000
_BUCKETS = 1 << 22
_SLICE = 20_000
_COMMON = 1_000
_COMMON_SHARE = 0.01


def rarity_of(seen: Ints, names: int, share: Floats | float = 0.0) -> Floats:
    """Nats: how surprising it is to meet what `seen` of the names hold. A handful of names says nothing about rarity:
    those that a register lacks of SMALLEST hold it as often as names in general do (`share`).
    """
    lacking = max(SMALLEST - names, 0)
    held = seen.astype(np.float32) + (1 + lacking * share if lacking else 1)
    return np.asarray(np.log(1 + max(names, _LEAST)) - np.log(held), dtype=np.float32)


@dataclass(frozen=True)
class Encoded:
    """Names as code points, `points[row, position]`, zero where the name has ended."""

    points: NDArray[np.int32]
    lengths: NDArray[np.int32]

    @staticmethod
    def of(names: pl.Series) -> Encoded:
        short = names.fill_null("").str.slice(0, LONGEST)
        lengths = short.str.len_chars().to_numpy().astype(np.int32)
        flat = np.frombuffer("".join(short.to_list()).encode("utf-32-le"), dtype=np.int32)
        points = np.zeros((len(short), LONGEST), dtype=np.int32)
        points[np.arange(LONGEST)[None, :] < lengths[:, None]] = flat
        return Encoded(points, lengths)

    def __len__(self) -> int:
        return len(self.lengths)

    def take(self, rows: Ints) -> Encoded:
        return Encoded(self.points[rows], self.lengths[rows])


def grams(names: Encoded, gaps: tuple[int, ...]) -> sparse.csr_matrix:
    """Rows × buckets, 1 where the name has that ordered pair of characters `gap` apart (0: a single character)."""
    rows, buckets = [], []
    for gap in gaps:
        first = names.points[:, : LONGEST - gap].astype(np.uint64)
        second = names.points[:, gap:].astype(np.uint64)
        row, position = np.nonzero(second)
        mixed = first[row, position] * np.uint64(0x9E3779B1) + second[row, position] * np.uint64(0x85EBCA6B)
        mixed += np.uint64(min(gap, 1) * 7919)
        buckets.append(((mixed ^ (mixed >> np.uint64(17))) % np.uint64(_BUCKETS)).astype(np.int32))
        rows.append(row.astype(np.int32))
    row, bucket = np.concatenate(rows), np.concatenate(buckets)
    shape = (len(names), _BUCKETS)
    matrix = sparse.csr_matrix((np.ones(len(row), dtype=np.float32), (row, bucket)), shape=shape)
    matrix.data[:] = 1.0
    return matrix


@cache
def _general_share(gaps: tuple[int, ...]) -> Floats:
    """The share of names in general that hold a gram, by bucket."""
    words = corpus()
    found = grams(Encoded.of(pl.Series(list(words))), gaps)
    each = np.repeat(np.fromiter(words.values(), np.float32), np.diff(found.indptr))
    share = np.bincount(found.indices, weights=each, minlength=_BUCKETS)
    return np.minimum(share, 1).astype(np.float32)


@dataclass(frozen=True)
class GramIndex:
    """The register's grams, ready to be multiplied; common grams are left out, they cost most and say least."""

    gaps: tuple[int, ...]
    weights: Floats
    searched: Floats
    matrix: sparse.csr_matrix

    @staticmethod
    def of(names: Encoded, gaps: tuple[int, ...]) -> GramIndex:
        found = grams(names, gaps)
        seen = np.bincount(found.indices, minlength=_BUCKETS)
        share = _general_share(gaps) if len(names) < SMALLEST else 0.0
        weights = rarity_of(seen, len(names), share)
        rare = np.where(seen <= max(_COMMON, _COMMON_SHARE * len(names)), weights, 0).astype(np.float32)
        return GramIndex(gaps, weights, rare, _unit_rows(found, rare))

    def search(self, names: Encoded, top: int) -> tuple[Ints, Ints]:
        """Row numbers (asked, register) of at most `top` candidates for each name, best first inside a name."""
        asked, found = [], []
        transposed = self.matrix.T.tocsr()
        for start in range(0, len(names), _SLICE):
            rows = np.arange(start, min(start + _SLICE, len(names)))
            queries = _unit_rows(grams(names.take(rows), self.gaps), self.searched)
            best = sp_matmul_topn(queries, transposed, top_n=top, threshold=0.05, sort=True, n_threads=2)
            asked.append(np.repeat(rows, np.diff(best.indptr)))
            found.append(best.indices.astype(np.int64))
        if not asked:
            return np.empty(0, np.int64), np.empty(0, np.int64)
        return np.concatenate(asked), np.concatenate(found)


def _unit_rows(matrix: sparse.csr_matrix, weights: Floats) -> sparse.csr_matrix:
    weighted = matrix.copy()
    weighted.data = weights[matrix.indices]
    weighted.eliminate_zeros()
    lengths = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=1)).ravel())
    scale = np.repeat(1 / np.maximum(lengths, 1e-9), np.diff(weighted.indptr))
    weighted.data = (weighted.data * scale).astype(np.float32)
    return weighted
