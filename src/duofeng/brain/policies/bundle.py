"""What a subject may really take: of the policies it is entitled to, the set worth most that breaks no exclusion.

Exact for everybody at once. In each group of conflicting policies all sets that may be had together are listed once and
every subject takes its best; a group with too many sets is solved as integer programmes, whose answers are the sets.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import highspy
import numpy as np
import polars as pl
from numpy.typing import NDArray

from duofeng.brain.policies.claims import NOBODY_TOGETHER, Claims
from duofeng.brain.policies.conflicts import Component, Conflicts
from duofeng.brain.policies.plan import Plan

Ints = NDArray[np.int64]
SCHEMA: Mapping[str, pl.DataType] = {
    "subject": pl.String(), "policy": pl.String(), "amount": pl.Int64(), "taken": pl.Boolean(), "loss": pl.Int64(),
    "instead": pl.String(), "paid_to": pl.String(),
}  # fmt: skip
PASSED_OVER = {
    "policy": pl.String(), "subject": pl.String(), "amount": pl.Int64(), "best": pl.String(), "highest": pl.Int64(),
}  # fmt: skip
CELLS_AT_ONCE = 2**23
"""Subjects times sets that are weighed together."""
PROGRAMMED_AT_ONCE = 256


def bundles(plan: Plan, entitled: pl.DataFrame, claims: Claims = NOBODY_TOGETHER) -> pl.DataFrame:
    """subject, policy, amount, taken, loss, instead, paid_to: every entitled pair, whether the best bundle takes it.

    `entitled` has policy, subject, amount in minor units; a null amount is not known yet and never taken. Of a policy
    that is taken `loss` is what the bundle is worth less without it, of another what taking it costs, and `instead`
    names the policies it would push out. Ties go to the set whose policies come first. Of those who have a policy once
    together only the one with the highest amount can take it, of equal ones the first; for the others it is `paid_to`.
    """
    best, others = _once(plan, entitled.drop_nulls("amount"), claims)
    there = set(best["policy"].unique())
    tied = [component for component in plan.components if len(component.policies) > 1]
    parts = [_alone(best.filter(~pl.col("policy").is_in([id for each in tied for id in each.policies])))]
    for component in tied:
        if not there.isdisjoint(component.policies):
            pairs = best.filter(pl.col("policy").is_in(component.policies))
            parts.append(_of_claimants(_decided(component, plan.conflicts, pairs), pairs))
    chosen = pl.concat(parts)
    undecided = _undecided(entitled.filter(pl.col("amount").is_null()))
    return pl.concat([chosen, _passed_over(others, chosen), undecided]).sort("subject", "policy")


def _once(plan: Plan, known: pl.DataFrame, claims: Claims) -> tuple[pl.DataFrame, pl.DataFrame]:
    """policy, subject, amount, claimant: the one pair of each policy and claimant that may be taken. And the others:
    policy, subject, amount, best (who has the higher amount), highest."""
    shared = {each.id: each for each in plan.policies if each.policy.once_per is not None}
    best = [known.filter(~pl.col("policy").is_in(list(shared))).with_columns(claimant="subject")]
    others = [pl.DataFrame(schema=PASSED_OVER)]
    for id, planned in shared.items():
        pairs = claims.claimed(planned, known.filter(pl.col("policy") == id))
        order = pairs.sort("amount", "subject", descending=[True, False])
        first = order.unique("claimant", keep="first", maintain_order=True)
        best.append(first)
        chosen = first.select("claimant", best="subject", highest="amount")
        left = order.join(first, on="subject", how="anti", maintain_order="left").join(chosen, on="claimant")
        others.append(left.select(list(PASSED_OVER)))
    return pl.concat(best), pl.concat(others)


def _of_claimants(decided: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """What was decided for claimants, said of the subject that claims for each."""
    who = pairs.select("policy", "claimant", who="subject")
    named = decided.rename({"subject": "claimant"}).join(who, on=["policy", "claimant"], how="left")
    return named.rename({"who": "subject"}).select(list(SCHEMA))


def _passed_over(others: pl.DataFrame, chosen: pl.DataFrame) -> pl.DataFrame:
    """Those who have a policy once together with one of a higher amount: paid to that one, or pushed out with it."""
    there = chosen.select("policy", "instead", best="subject", had="taken", cost="loss")
    found = others.join(there, on=["policy", "best"], how="left")
    more = pl.col("highest") - pl.col("amount")
    return found.select(
        "subject",
        "policy",
        "amount",
        taken=pl.lit(False),
        loss=pl.when("had").then(more).otherwise(pl.col("cost") + more),
        instead="instead",
        paid_to=pl.when("had").then("best"),
    )


def _undecided(pairs: pl.DataFrame) -> pl.DataFrame:
    nobody = pl.lit(None, pl.String)
    return pairs.select(
        "subject", "policy", "amount", taken=False, loss=pl.lit(None, pl.Int64), instead=nobody, paid_to=nobody
    )


def _alone(pairs: pl.DataFrame) -> pl.DataFrame:
    nobody = pl.lit(None, pl.String)
    return pairs.select("subject", "policy", "amount", taken=True, loss="amount", instead=nobody, paid_to=nobody)


def _decided(component: Component, graph: Conflicts, pairs: pl.DataFrame) -> pl.DataFrame:
    wide = pairs.pivot(on="policy", index="claimant", values="amount").sort("claimant")
    names = [name for name in component.policies if name in wide.columns]
    listed = _listed(component, names) if component.sets is not None else None
    at_once = max(1, CELLS_AT_ONCE // len(listed)) if listed is not None else PROGRAMMED_AT_ONCE
    frames = []
    for first in range(0, wide.height, at_once):
        part = wide.slice(first, at_once)
        amounts = part.select(pl.col(names).fill_null(0)).to_numpy().astype(np.int64)
        entitled = part.select(pl.col(names).is_not_null()).to_numpy()
        sets = listed if listed is not None else _programmed(names, amounts, graph)
        frames.append(_chosen(part["claimant"].alias("subject"), names, amounts, entitled, sets))
    return pl.concat(frames)


def _listed(component: Component, names: Sequence[str]) -> Ints:
    """Sets × policies, 1 where the policy belongs to the set; policies nobody is entitled to are left out."""
    rows = {tuple(int(name in chosen) for name in names) for chosen in component.sets or ()}
    return np.array(sorted(rows, reverse=True), np.int64)


def _chosen(
    subjects: pl.Series, names: Sequence[str], amounts: Ints, entitled: NDArray[np.bool_], sets: Ints
) -> pl.DataFrame:
    worth = amounts @ sets.T
    best = _first_best(worth, sets, entitled)
    frames = []
    for position, name in enumerate(names):
        rows = np.flatnonzero(entitled[:, position])
        inside = sets[:, position] == 1
        here = worth[rows]
        taken = inside[best[rows]]
        # The best other way: without the policy where it is taken, with it where it is not.
        other = np.where(inside[None, :] != taken[:, None], here, -1)
        # Any set less the policy may be had too, so leaving it never costs more than its own amount.
        alternative = np.where(
            taken, np.maximum(other.max(axis=1), here.max(axis=1) - amounts[rows, position]), other.max(axis=1)
        )
        pushed = _pushed_out(names, sets, best[rows], other.argmax(axis=1), entitled[rows])
        frames.append(
            pl.DataFrame(
                {
                    "subject": subjects.gather(rows),
                    "policy": pl.repeat(name, len(rows), eager=True),
                    "amount": amounts[rows, position],
                    "taken": taken,
                    "loss": here.max(axis=1) - alternative,
                    "instead": pl.Series(pushed, dtype=pl.String).set(pl.Series(taken), None),
                    "paid_to": pl.repeat(None, len(rows), dtype=pl.String, eager=True),
                },
                schema=SCHEMA,
            )
        )
    return pl.concat(frames)


def _first_best(worth: Ints, sets: Ints, entitled: NDArray[np.bool_]) -> Ints:
    """The set worth most; of several the one whose first policies, of those the subject is entitled to, come first."""
    tied = worth == worth.max(axis=1, keepdims=True)
    best: Ints = tied.argmax(axis=1)
    rows = np.flatnonzero(tied.sum(axis=1) > 1)
    left = tied[rows]
    for position in range(sets.shape[1]):
        having = left & (sets[:, position] == 1) & entitled[rows, position, None]
        left = np.where(having.any(axis=1, keepdims=True), having, left)
    best[rows] = left.argmax(axis=1)
    return best


def _pushed_out(
    names: Sequence[str], sets: Ints, best: Ints, other: Ints, entitled: NDArray[np.bool_]
) -> list[str | None]:
    """What stands in the best set and not in the other one, and is the subject's; as a list of ids."""
    lost = (sets[best] == 1) & (sets[other] == 0) & entitled
    packed = np.packbits(lost, axis=1)
    # To tell rows apart as texts of bytes takes a tenth of the time that telling rows of numbers apart takes.
    rows = np.ascontiguousarray(packed).view(f"V{packed.shape[1]}").ravel()
    _, first, which = np.unique(rows, return_index=True, return_inverse=True)
    patterns = lost[first]
    texts = [", ".join(name for name, gone in zip(names, row, strict=True) if gone) or None for row in patterns]
    return [texts[index] for index in which.ravel()]


def _programmed(names: Sequence[str], amounts: Ints, graph: Conflicts) -> Ints:
    """The optimal sets of every subject, also with each of its policies forced in or out, by HiGHS."""
    rows = {solution for values in np.unique(amounts, axis=0) for solution in _solutions(names, values, graph)}
    return np.array(sorted(rows, reverse=True), np.int64)


def _solutions(names: Sequence[str], values: Ints, graph: Conflicts) -> Iterator[tuple[int, ...]]:
    """The best set, of equal ones that whose first policies come first; then for each policy the best other way."""
    free = _optimum(names, values, graph, {})
    worth, fixed = values @ np.array(free), dict[int, int]()
    for position in np.flatnonzero(values):
        inside = _optimum(names, values, graph, {**fixed, int(position): 1})
        fixed[int(position)] = int(len(inside) > 0 and values @ np.array(inside) == worth)
        if fixed[int(position)]:
            free = inside
    yield free
    for position in np.flatnonzero(values):
        yield _optimum(names, values, graph, {int(position): 1 - free[position]})


def _optimum(names: Sequence[str], values: Ints, graph: Conflicts, forced: Mapping[int, int]) -> tuple[int, ...]:
    """One of the sets worth most, as ones and zeros; nothing when the forced ones exclude each other."""
    model = highspy.Highs()  # type: ignore[no-untyped-call]  # the library types everything but its constructor
    model.setOptionValue("output_flag", False)
    model.setOptionValue("mip_rel_gap", 0.0)
    chosen = [model.addBinary() for _ in names]
    for first, name in enumerate(names):
        for second in range(first + 1, len(names)):
            if names[second] in graph[name]:
                model.addConstr(chosen[first] + chosen[second] <= 1)
    for position, value in forced.items():
        model.addConstr(chosen[position] == value)
    model.maximize(sum(int(value) * variable for value, variable in zip(values, chosen, strict=True)))
    if model.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return ()
    return tuple(round(value) for value in model.getSolution().col_value)
