"""Every policy answered for every subject: yes with an amount, no, unknown, or short of one or two conditions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from duofeng.brain.policies.plan import Award, Plan, Planned
from duofeng.brain.policies.reach import within_reach
from duofeng.brain.rules.condition import RuleBook
from duofeng.engine.program import Program, evaluate, single
from duofeng.engine.statuses import ELIGIBLE, MOST_CONDITIONS, NOT_ELIGIBLE, TWO_MISSING, UNKNOWN, UNKNOWN_NEAR
from duofeng.engine.truths import Truths

Bytes = NDArray[np.uint8]
OUTCOME_NAMES = ("yes", "near", "unknown", "no")


@dataclass(frozen=True)
class Outcomes:
    """Answers for the rows of one frame. `codes` is policies × rows (see `engine.statuses`), in the order of the plan.

    `truths` are all conditions of the plan in order. `amounts` holds, per policy that gives money, the minor units of
    every eligible row, null where the amount itself is unknown; `alone`, where the frame has one row only, what each
    policy would pay it, eligible or not.
    """

    plan: Plan
    frame: pl.DataFrame = field(repr=False)
    codes: Bytes = field(repr=False)
    truths: Truths = field(repr=False)
    amounts: dict[str, pl.DataFrame] = field(repr=False)
    alone: dict[str, int | None] = field(repr=False, default_factory=dict)

    def code(self, policy: str) -> Bytes:
        return self.codes[self.plan.rows[policy]]  # type: ignore[no-any-return]  # a row of bytes

    def names(self, policy: str) -> pl.Series:
        """yes, near, unknown or no for every row."""
        return pl.Series(policy, _NAMES[self.code(policy)])

    def entitled(self) -> pl.DataFrame:
        """policy, subject, amount (minor units): every eligible pair of a policy that gives money."""
        parts = [
            each.select(pl.lit(policy).alias("policy"), "subject", "amount")
            for policy, each in self.amounts.items()
            if each.height
        ]
        return pl.concat([pl.DataFrame(schema=PAIRS), *parts])

    def failing(self, policy: str, row: int) -> tuple[str, ...]:
        """Ids of the conditions that do not hold for a row."""
        return self._with_truth(policy, row, 0)

    def doubtful(self, policy: str, row: int) -> tuple[str, ...]:
        """Ids of the conditions that cannot be told for a row."""
        return self._with_truth(policy, row, 2)

    def _with_truth(self, policy: str, row: int, wanted: int) -> tuple[str, ...]:
        answers = self.truths.at(row)
        numbered = zip(self.plan[policy].condition_ids, self.plan.places[policy], strict=True)
        return tuple(id for id, place in numbered if answers[place] == wanted)


AMOUNT = {"subject": pl.String, "amount": pl.Int64}
NOBODY = pl.DataFrame(schema=AMOUNT)
PAIRS = {"policy": pl.String, "subject": pl.String, "amount": pl.Int64}


def name_of(code: int) -> str:
    """yes, near, unknown or no. Short of one or two conditions, the rest known, is near."""
    if code == ELIGIBLE:
        return "yes"
    if code <= MOST_CONDITIONS or code == TWO_MISSING:
        return "near"
    return "unknown" if code == UNKNOWN else "no"


_NAMES = np.array([name_of(code) for code in range(256)], dtype=object)
IS_NEAR = np.array([name_of(code) == "near" for code in range(256)])
assert {UNKNOWN_NEAR, NOT_ELIGIBLE} <= {code for code in range(256) if _NAMES[code] == "no"}


Answering = Callable[[RuleBook, pl.DataFrame], Truths]
"""Answers every condition of a book for every row: in this process, or elsewhere."""


def answer(plan: Plan, frame: pl.DataFrame, run: Answering = RuleBook.run) -> Outcomes:
    """All policies of the plan for the rows of a profile.

    The frame has `subject`, the plan's columns, and the results of its cards (`score:<card>`, `grade:<card>`). A policy
    that is not in force gives nobody anything; the result of a card that is not in use is unknown. Raises ProblemError
    when a column is missing (E521) or of another type (E522).
    """
    frame = frame.with_columns(_results_out_of_force(plan, frame))
    codes = np.empty((len(plan.policies), frame.height), np.uint8)
    amounts: dict[str, pl.DataFrame] = {}
    alone: dict[str, int | None] = {}
    kept: list[Truths] = []
    for layer, book, awards in zip(plan.layers, plan.books, plan.award_programs, strict=True):
        kept.append(run(book, frame))
        answered = book.statuses(kept[-1])
        if frame.height == 1:
            alone |= _row_amounts(layer, awards, frame)
        for planned, promised in zip(layer, answered, strict=True):
            code = _honest(plan, planned, promised, book.places[planned.id], kept[-1], frame)
            codes[plan.rows[planned.id]] = code
            if planned.award is None:
                continue
            if frame.height == 1:
                amounts[planned.id] = _of_row(frame, alone[planned.id]) if code[0] == ELIGIBLE else NOBODY
            else:
                eligible = frame.select(plan.columns_of[planned.id])[np.flatnonzero(code == ELIGIBLE)]
                amounts[planned.id] = award_amounts(planned.award, eligible, plan)
        frame = frame.with_columns(_result_columns(plan, layer, answered, amounts))
    yes, unknown = (np.concatenate(parts) for parts in zip(*((one.yes, one.unknown) for one in kept), strict=True))
    return Outcomes(plan, frame, codes, Truths(frame.height, yes, unknown), amounts, alone)


def _honest(
    plan: Plan, planned: Planned, code: Bytes, places: Sequence[int], truths: Truths, frame: pl.DataFrame
) -> Bytes:
    columns = frame.select(plan.columns_of[planned.id])
    return within_reach(code, planned.rule.conditions, places, truths, columns, plan.as_of)


def _row_amounts(layer: Sequence[Planned], awards: Program, row: pl.DataFrame) -> dict[str, int | None]:
    """What `award_amounts` gives for a table of one row, for all policies at once and without columns of one value."""
    results = awards.compute(awards.load(row), 0, 1, {})
    values = (results[root] for root in awards.roots)
    found: dict[str, int | None] = {}
    for planned in layer:
        if planned.award is not None:
            steps = [
                (True if when is None else single(next(values), "flag"), single(next(values), "money"))
                for when, _amount in planned.award.steps
            ]
            found[planned.id] = _first_that_holds(steps, planned.award.cap)
    return found


def _first_that_holds(steps: Sequence[tuple[Any, Any]], cap: int | None) -> int | None:
    for holds, amount in steps:
        if holds is None or (holds and amount is None):
            return None
        if holds:
            return int(max(amount, 0) if cap is None else min(max(amount, 0), cap))
    return None


def _of_row(row: pl.DataFrame, amount: int | None) -> pl.DataFrame:
    return pl.DataFrame([row["subject"], pl.Series("amount", [amount], pl.Int64)])


def _results_out_of_force(plan: Plan, frame: pl.DataFrame) -> list[pl.Series]:
    kinds: dict[str, tuple[object, pl.DataType]] = {
        "outcome": (False, pl.Boolean()), "amount": (0, pl.Int64()), "score": (None, pl.Float64()),
        "rank": (None, pl.Float64()), "grade": (None, pl.String()),
    }  # fmt: skip
    read = sorted({each for planned in plan.policies for each in planned.reads if each[1] not in plan.by_id})
    names = [(f"{what}:{id}", *kinds[what]) for what, id in read if f"{what}:{id}" not in frame.columns]
    return [pl.Series(name, [value], kind).new_from_index(0, frame.height) for name, value, kind in names]


def award_amounts(award: Award, eligible: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """subject, amount: the first step that holds, capped. Null when the step, or what it reads, is unknown."""
    if eligible.is_empty():
        return NOBODY
    first, value = award.steps[0]
    if first is None:
        amount = evaluate(value, eligible, plan.as_of).cast(pl.Int64)
    else:
        amount = pl.Series([None], dtype=pl.Int64).new_from_index(0, eligible.height)
        settled = pl.Series([False], dtype=pl.Boolean).new_from_index(0, eligible.height)
        for when, value in award.steps:
            assert when is not None
            holds = evaluate(when, eligible, plan.as_of)
            here = ~settled & holds.fill_null(False)
            if here.any():
                amount = amount.zip_with(~here, evaluate(value, eligible, plan.as_of).cast(pl.Int64))
            # Past an unknown step nobody can say which step is the first that holds.
            settled = settled | holds.fill_null(True)
    amount = amount.clip(lower_bound=0, upper_bound=award.cap)
    return pl.DataFrame([eligible["subject"], amount.alias("amount")])


def _result_columns(
    plan: Plan, layer: tuple[Planned, ...], answered: Bytes, amounts: dict[str, pl.DataFrame]
) -> list[pl.Series]:
    """What later layers read: outcomes, null where unknown; amounts in minor units, 0 where not eligible."""
    columns: list[pl.Series] = []
    for planned, code in zip(layer, answered, strict=True):
        if ("outcome", planned.id) in plan.results_read:
            flag = pl.Series(f"outcome:{planned.id}", code == ELIGIBLE)
            columns.append(flag.set(pl.Series(code == UNKNOWN), None))
        if planned.id in amounts and ("amount", planned.id) in plan.results_read:
            values = np.zeros(len(code), np.int64)
            paid = amounts[planned.id]["amount"]
            values[code == ELIGIBLE] = paid.fill_null(0).to_numpy()
            column = pl.Series(f"amount:{planned.id}", values)
            doubtful = np.zeros(len(code), np.bool_)
            doubtful[code == ELIGIBLE] = paid.is_null().to_numpy()
            columns.append(column.set(pl.Series(doubtful | (code == UNKNOWN)), None))
    return columns
