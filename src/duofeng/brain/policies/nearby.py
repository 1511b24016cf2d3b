"""Near misses: who is one or two conditions short, of what, by how much, and what it would be worth."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from duofeng.brain.policies.outcomes import Outcomes, award_amounts
from duofeng.brain.policies.plan import Planned
from duofeng.engine.distance import distance
from duofeng.engine.statuses import MOST_CONDITIONS, TWO_MISSING

Rows = NDArray[np.int64]
SCHEMA = {
    "policy": pl.String(), "subject": pl.String(), "missing": pl.List(pl.String()), "gap": pl.Float64(),
    "relative": pl.Float64(), "effort": pl.Int64(), "amount": pl.Int64(), "worth": pl.Float64(),
}  # fmt: skip


def near_misses(
    answered: Outcomes | Sequence[Outcomes], policies: Sequence[str] | None = None, *, measured: bool = True
) -> pl.DataFrame:
    """One row per near miss of all policies or of some, the most money per effort first; then the least effort, then by
    policy, then in the order of the subjects. `answered` may be the slices of one table.

    `missing` are the ids of the one or two failing conditions; `gap` and `relative` say how far the first of them is
    (see `engine.distance`: in its own unit, money in minor units; null where it cannot be measured). `amount` is what
    the policy would pay if they held, `effort` the sum of theirs, `worth` is whole units of money per effort. A
    recognition, which pays nothing by itself, comes last. Without `measured` the two gaps are left null.
    """
    slices = [answered] if isinstance(answered, Outcomes) else answered
    wanted = [each for each in slices[0].plan.policies if policies is None or each.id in policies]
    parts = [_of_policy(outcomes, planned, measured) for planned in wanted for outcomes in slices]
    rows = pl.concat([pl.DataFrame(schema=SCHEMA), *(part for part in parts if part is not None)])
    return rows.sort(["worth", "effort"], descending=[True, False], nulls_last=True, maintain_order=True)


def _of_policy(outcomes: Outcomes, planned: Planned, measured: bool) -> pl.DataFrame | None:
    code = outcomes.code(planned.id)
    one, two = (code > 0) & (code <= MOST_CONDITIONS), code == TWO_MISSING
    rows = np.flatnonzero(one | two)
    if not len(rows):
        return None
    frame = outcomes.frame.select(outcomes.plan.columns_of[planned.id])[rows]
    first, second = _missing(outcomes, planned, rows)
    blank = pl.Series([None], dtype=pl.Float64).new_from_index(0, len(rows))
    gap, relative = _gaps(outcomes, planned, frame, first) if measured else (blank, blank)
    efforts = np.array([condition.effort for condition in planned.rule.conditions] + [0], np.int64)
    nothing = pl.Series([None], dtype=pl.Int64).new_from_index(0, len(rows))
    amount = award_amounts(planned.award, frame, outcomes.plan)["amount"] if planned.award is not None else nothing
    effort = efforts[first] + efforts[second]
    return pl.DataFrame(
        {
            "policy": pl.repeat(planned.id, len(rows), eager=True),
            "subject": frame["subject"],
            "missing": _ids(planned, first, second),
            "gap": gap,
            "relative": relative,
            "effort": effort,
            "amount": amount,
            "worth": amount / 100 / pl.Series(effort),
        },
        schema=SCHEMA,
    )


def _ids(planned: Planned, first: Rows, second: Rows) -> pl.Series:
    """One or two ids a row: the pairs that occur are few, so each list is made once."""
    width = len(planned.condition_ids) + 1
    pairs = first * width + second
    ids = [*planned.condition_ids, ""]
    kinds, which = np.unique(pairs, return_inverse=True)
    lists = [[ids[kind // width]] + ([ids[kind % width]] if kind % width < width - 1 else []) for kind in kinds]
    return pl.Series(lists, dtype=pl.List(pl.String)).gather(which)


def _missing(outcomes: Outcomes, planned: Planned, rows: Rows) -> tuple[Rows, Rows]:
    """Positions of the first and second failing condition; the number of conditions where there is no second."""
    failing = np.stack([outcomes.truths.of(place)[rows] == 0 for place in outcomes.plan.places[planned.id]])
    first = failing.argmax(axis=0)
    failing[first, np.arange(len(rows))] = False
    return first, np.where(failing.any(axis=0), failing.argmax(axis=0), len(failing))


def _gaps(
    outcomes: Outcomes,
    planned: Planned,
    frame: pl.DataFrame,
    first: Rows,
) -> tuple[pl.Series, pl.Series]:
    gap, relative = np.full(len(first), np.nan), np.full(len(first), np.nan)
    for position in np.unique(first):
        here = np.flatnonzero(first == position)
        found = distance(planned.rule.conditions[position].expression, frame[here], outcomes.plan.as_of)
        gap[here] = found["gap"].fill_null(np.nan).to_numpy()
        relative[here] = found["relative"].fill_null(np.nan).to_numpy()
    return pl.Series(gap).fill_nan(None), pl.Series(relative).fill_nan(None)
