"""Resolving dirty firm names: which of 100,000 registered names each of 100,000 asked names is, if any, beside peers.

Every method gets the same parsed names (place and core apart), as each would be given them by its user. The note says
what was found: recall over the names with a partner, false claims over the 10 % without one, and how many a person is
asked about. A peer without a third answer claims everything at or above its threshold.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl
from benchmarks.firm_names import DirtyNames, dirty_names, published_pairs
from benchmarks.harness import Case, Scale, Subject
from numpy.typing import NDArray

from duofeng.facts.resolve.names import NameRules, parse_names
from duofeng.facts.resolve.score import match_names

SIZES: dict[Scale, int] = {"quick": 5_000, "full": 100_000, "large": 1_000_000}
SEED = 20_261_120
"""Not among the seeds that the weights were fitted on (`benchmarks.resolve_fit`)."""

Found = tuple[NDArray[np.int64], NDArray[np.bool_]]
"""For each asked name: the row of the register claimed, or −1; and whether a person is asked instead."""


def subject(scale: Scale) -> Subject:
    count = SIZES[scale]
    here, peers = "benchmarks.resolve:", "benchmarks.resolve_peers:"
    plain = {"count": count, "shared_brands": False}
    crowded = {"count": count, "shared_brands": True}
    cases = [
        Case("floor: normal form + exact join", here + "exact", plain),
        Case("**Duofeng resolve**", here + "duofeng", plain),
        Case("character pairs, TF-IDF, top 1, cosine ≥ 0.3", peers + "tfidf", plain),
        Case("the same, cosine ≥ 0.7", peers + "tfidf", {**plain, "least": 0.7}),
        Case("Splink 5 on DuckDB, trained, probability ≥ 0.5", peers + "splink", plain, most_rounds=2),
        Case("crowded brands: exact join", here + "exact", crowded),
        Case("**crowded brands: Duofeng resolve**", here + "duofeng", crowded),
        Case("crowded brands: TF-IDF, cosine ≥ 0.7", peers + "tfidf", {**crowded, "least": 0.7}),
        Case("crowded brands: Splink 5, ≥ 0.5", peers + "splink", crowded, most_rounds=1),
        Case("**published short → full names: Duofeng**", here + "published_duofeng", skip=_missing()),
        Case("published short → full names: TF-IDF", peers + "published_tfidf", skip=_missing()),
    ]
    return Subject(
        title=f"Resolve {count:,} dirty names against {count:,} registered ones",
        cases=cases if scale != "large" else cases[:2] + cases[5:7],
        remark="Seconds include making the names (about 0.5 s for 10⁵) and parsing them, which all methods share. "
        "Crowded brands: two or three characters out of a hundred, most firms in one city; there some asked names "
        "without a partner are spelt exactly like a registered one without its city, and no method can know.",
    )


def _missing() -> str | None:
    return None if published_pairs("test") is not None else "the published pairs are not beside the project"


def exact(count: int, shared_brands: bool) -> str:
    made = dirty_names(count, SEED, shared_brands=shared_brands)
    return note(made, _exact(*parsed(made)))


def duofeng(count: int, shared_brands: bool) -> str:
    made = dirty_names(count, SEED, shared_brands=shared_brands)
    return note(made, _duofeng(made))


def published_duofeng() -> str:
    return published(_duofeng)


def published(method: Callable[[DirtyNames], Found]) -> str:
    pairs = published_pairs("test")
    if pairs is None:
        raise SystemExit(_missing())
    best, asks = method(pairs)
    right = best == pairs.partner
    claimed = (best >= 0) & ~asks
    answered = f"answered {claimed.mean():.3f} with {1 - right[claimed].mean():.3f} wrong, asked {asks.mean():.3f}"
    return f"{len(right):,} of {len(pairs.register):,}: top-1 {right.mean():.3f}; {answered}"


def note(made: DirtyNames, found: Found) -> str:
    best, asks = found
    claimed, partnered = (best >= 0) & ~asks, made.partner >= 0
    recall = (claimed & (best == made.partner))[partnered].mean()
    wrong = (claimed & (best != made.partner)).sum() / max(claimed.sum(), 1)
    false = claimed[~partnered].mean()
    return f"recall {recall:.3f}, false claims {false:.3f}, asked {asks.mean():.3f}, wrong among claimed {wrong:.4f}"


def parsed(made: DirtyNames) -> tuple[pl.DataFrame, pl.DataFrame]:
    rules = NameRules.of(made.places)
    return parse_names(made.asked, rules), parse_names(made.register, rules)


def _duofeng(made: DirtyNames) -> Found:
    """The best candidate of each name, also where a person is asked; "no" claims nothing."""
    matches = match_names(made.asked, made.register, NameRules.of(made.places)).filter(pl.col("rank") == 1)
    best, asks = np.full(len(made.asked), -1), np.zeros(len(made.asked), dtype=bool)
    listed = matches.filter(pl.col("answer") != "no")
    best[listed["asked"]] = listed["register"]
    asks[listed["asked"]] = (listed["answer"] == "ask").to_numpy()
    return best, asks


def _exact(asked: pl.DataFrame, register: pl.DataFrame) -> Found:
    known = register.with_row_index("row").unique("normal", keep="none")
    rows = asked.join(known.select("normal", "row"), on="normal", how="left", maintain_order="left")["row"]
    return rows.cast(pl.Int64).fill_null(-1).to_numpy(), np.zeros(len(asked), dtype=bool)
