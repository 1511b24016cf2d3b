"""From evidence to an answer: how likely each candidate is the one, and yes, no or ask for every asked name."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from duofeng.facts.resolve.candidates import Floats, Ints
from duofeng.facts.resolve.differences import told_apart
from duofeng.facts.resolve.evidence import MEASURES, Names, Register, measure
from duofeng.facts.resolve.names import NameRules, parse_names

WEIGHTS = {
    "agreement": 3.39,
    "share": 1.16,
    "one_character": -2.17,
    "more_characters": -4.77,
    "same_characters": 5.0,
    "pairs": 3.8,
    "same_head": 1.54,
    "numbers": -1.55,
    "places_differ": -7.47,
    "place_missing": -1.23,
    "group": -1.21,
    "namesakes": -1.05,
    "neighbours": -4.21,
    "branch": -9.0,
}
"""Log-odds for one unit of each measure, fitted by `python -m benchmarks.resolve_fit` with every sign fixed beforehand.

`branch` is set by hand: neither the made names nor the published pairs contain branches, and a branch is not the firm.
"""

INTERCEPT = -3.71


@dataclass(frozen=True)
class Thresholds:
    """At or above `yes` two names are taken as one; below `no` nobody is asked; between them a person decides."""

    yes: float = 0.7
    no: float = 0.05


LISTED = 3
"""Candidates of a name at most, each with a score that is not 0 when written in hundredths."""
LEAST = 0.005
TOLD_APART = 0.5
"""The highest score of two names that something tells apart: asked, never taken as one."""
_SLICE = 50_000
_APART = {"asked": pl.Int64(), "owner": pl.Int64()}
MATCHES = pl.Schema({
    "asked": pl.Int64(), "register": pl.Int64(), "how": pl.String(), "score": pl.Float64(), "answer": pl.String(),
    "rank": pl.Int64(), **dict.fromkeys(MEASURES, pl.Float64()),
})  # fmt: skip


def match_names(
    asked: pl.Series,
    register: pl.Series,
    rules: NameRules | None = None,
    *,
    same_subject: Ints | None = None,
    apart: pl.DataFrame | None = None,
    thresholds: Thresholds | None = None,
    top: int = 10,
) -> pl.DataFrame:
    """At most LISTED candidates of each asked name in `register`, best first (`rank` 1), columns MATCHES.

    `asked` and `register` are row numbers. `how` is "name" (same normal form, one owner: score 1, answer yes) or
    "likeness". `answer` is that of the asked name as a whole and stands on each of its rows; an asked name without any
    candidate has no row. `same_subject[row]` numbers the owners of register rows when an owner has several names;
    `apart` (columns `asked`, `owner`) are pairs that are known not to be one and are not considered.
    Measures are null where the normal form decided.
    """
    limits = thresholds or Thresholds()
    spoken = rules or NameRules()
    parsed, known = parse_names(asked, spoken), parse_names(register, spoken)
    owner = np.arange(len(register)) if same_subject is None else same_subject
    never = pl.DataFrame(schema=_APART) if apart is None else apart.select(pl.col("asked", "owner").cast(pl.Int64))
    exact = _same_normal_form(parsed, known, owner, never)
    settled = np.zeros(len(asked), dtype=bool)
    settled[exact.get_column("asked").to_numpy()] = True
    open_rows = np.nonzero(~settled & (parsed.get_column("core") != "").to_numpy())[0]
    found = [exact]
    if len(open_rows) and len(register):
        ready = Register.of(known)
        for start in range(0, len(open_rows), _SLICE):
            rows = open_rows[start : start + _SLICE]
            found.append(_likely(Names.of(parsed[rows]), rows, ready, owner, never, top))
        found[1:] = [_held_apart(each, parsed, known, spoken, limits, small=ready.small) for each in found[1:]]
    return _answered(pl.concat(found), limits)


def log_odds(measures: NDArray[np.float64]) -> Floats:
    """Weighted evidence of each pair, before competing candidates are taken into account."""
    return np.asarray(measures @ np.array([WEIGHTS[name] for name in MEASURES]) + INTERCEPT, dtype=np.float32)


def _same_normal_form(asked: pl.DataFrame, register: pl.DataFrame, owner: Ints, never: pl.DataFrame) -> pl.DataFrame:
    known = register.select("normal", register=pl.int_range(pl.len(), dtype=pl.Int64), owner=pl.Series(owner))
    known = known.filter(register.get_column("core") != "").unique(["normal", "owner"], maintain_order=True)
    rows = asked.select("normal", "core", asked=pl.int_range(pl.len(), dtype=pl.Int64)).filter(pl.col("core") != "")
    pairs = rows.join(known, on="normal", how="inner", maintain_order="left_right")
    pairs = pairs.join(never, on=["asked", "owner"], how="anti", maintain_order="left")
    scored = pairs.with_columns(how=pl.lit("name"), score=1 / pl.len().over("asked"))
    return _complete(scored)


def _likely(asked: Names, rows: Ints, register: Register, owner: Ints, never: pl.DataFrame, top: int) -> pl.DataFrame:
    pairs = register.index.search(asked.encoded, top)
    measures = measure(asked, register, pairs)
    frame = pl.DataFrame(measures, schema=list(MEASURES)).with_columns(
        asked=pl.Series(rows[pairs[0]]),
        register=pl.Series(pairs[1]),
        owner=pl.Series(owner[pairs[1]]),
        odds=pl.Series(np.exp(np.clip(log_odds(measures), -40, 40)).astype(np.float64)),
    )
    frame = frame.sort("asked", "odds", "register", descending=[False, True, False])
    frame = frame.unique(["asked", "owner"], keep="first", maintain_order=True)
    frame = frame.join(never, on=["asked", "owner"], how="anti", maintain_order="left")
    # At most one candidate is the one: each gets its odds over those of all candidates and of nobody (1).
    score = pl.col("odds") / (1 + pl.col("odds").sum().over("asked"))
    return _complete(frame.with_columns(how=pl.lit("likeness"), score=score))


def _held_apart(
    found: pl.DataFrame,
    asked: pl.DataFrame,
    register: pl.DataFrame,
    rules: NameRules,
    limits: Thresholds,
    *,
    small: bool,
) -> pl.DataFrame:
    """Names that would be taken as one, but that something tells apart, get a score for asking."""
    sure = found.with_row_index("at").filter(pl.col("score") >= limits.yes).select("at", "asked", "register")
    if not small:  # of one core, only a place is left out
        sure = sure.filter(asked["core"].gather(sure["asked"]) != register["core"].gather(sure["register"]))
    sides = [frame[sure[column]].iter_rows(named=True) for frame, column in ((asked, "asked"), (register, "register"))]
    apart = [told_apart(one, other, rules, small=small) for one, other in zip(*sides, strict=True)]
    rows = sure.filter(pl.Series(apart, dtype=pl.Boolean))["at"]
    return found.with_columns(score=found["score"].scatter(rows, TOLD_APART) if len(rows) else found["score"])


def _complete(frame: pl.DataFrame) -> pl.DataFrame:
    """The columns of MATCHES without answer and rank; measures nobody took are null."""
    missing = [pl.lit(None, pl.Float64).alias(name) for name in MEASURES if name not in frame.columns]
    return frame.with_columns(missing).select(
        pl.col(name).cast(kind) for name, kind in MATCHES.items() if name not in ("answer", "rank")
    )


def _answered(candidates: pl.DataFrame, limits: Thresholds) -> pl.DataFrame:
    best = pl.col("score").max().over("asked")
    answer = pl.when(best >= limits.yes).then(pl.lit("yes")).when(best < limits.no).then(pl.lit("no"))
    ranked = candidates.sort("asked", "score", "register", descending=[False, True, False]).with_columns(
        answer=answer.otherwise(pl.lit("ask")), rank=pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over("asked")
    )
    shown = (pl.col("rank") == 1) | ((pl.col("rank") <= LISTED) & (pl.col("score") >= LEAST))
    return ranked.filter(shown).select(MATCHES.names())
