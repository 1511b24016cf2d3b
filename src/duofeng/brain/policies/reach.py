"""Near is a promise: what keeps a subject from a policy is something it can change, this year, by little.

A near miss is kept where each failing condition is within reach: `now`, or within the year by a gap that is small
against what the subject has. Everything else is no.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from duofeng.brain.rules.condition import Condition
from duofeng.engine.distance import A_HAIR, distance, leaves, structure
from duofeng.engine.expression import bind
from duofeng.engine.statuses import MOST_CONDITIONS, NOT_ELIGIBLE, TWO_MISSING
from duofeng.engine.truths import Truths
from duofeng.engine.words import MINOR_UNITS

Bytes = NDArray[np.uint8]
Mask = NDArray[np.bool_]
A_PART = 0.25
"""So much of what it has may a subject lack, where a condition does not say how much is `within` reach."""
A_YEAR = 366
"""Days that a day may be away."""


def within_reach(
    code: Bytes,
    conditions: Sequence[Condition],
    places: Sequence[int],
    truths: Truths,
    frame: pl.DataFrame,
    as_of: date,
) -> Bytes:
    """The outcomes of one policy, with those near misses made a no that nobody could help with.

    `frame` has the columns of the conditions; `places` say where each condition's truth stands.
    """
    rows = np.flatnonzero(((code > 0) & (code <= MOST_CONDITIONS)) | (code == TWO_MISSING))
    if not len(rows):
        return code
    failing = np.stack([truths.of(place)[rows] == 0 for place in places])
    honest = np.ones(len(rows), bool)
    for condition, fails in zip(conditions, failing, strict=True):
        if condition.reach == "never":
            honest &= ~fails
    for condition, fails in zip(conditions, failing, strict=True):
        asked = np.flatnonzero(fails & honest)
        if condition.reach == "year" and len(asked):
            honest[asked] = _is_little(condition, frame[rows[asked]], as_of)
    kept = code.copy()
    kept[rows[~honest]] = NOT_ELIGIBLE
    return kept


def _is_little(condition: Condition, frame: pl.DataFrame, as_of: date) -> Mask:
    """Whether the gap is small; a condition of yes and no alone is as its `reach` says."""
    compared = [leaf.comparison for leaf in leaves(structure(bind(condition.expression, as_of)))]
    if not any(compared):
        return np.ones(frame.height, bool)
    found = distance(condition.expression, frame, as_of)
    gap, value = (found[name].cast(pl.Float64).fill_null(np.nan).to_numpy() for name in ("gap", "value"))
    if condition.within is not None:
        minor = MINOR_UNITS if any(each is not None and each.left.type == "money" for each in compared) else 1
        most = np.full(len(gap), float(condition.within) * minor)
    else:
        most = np.where(np.isnan(value), A_YEAR, np.abs(value) * A_PART)
    return np.asarray(np.abs(gap) <= most * (1 + A_HAIR), bool)
