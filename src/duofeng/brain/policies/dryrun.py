"""A draft tried on the real profile before anybody publishes it: who, how much, where the cliffs are, who loses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np
import polars as pl

from duofeng.brain.policies import problems
from duofeng.brain.policies.budget import within_budget
from duofeng.brain.policies.history import after_history
from duofeng.brain.policies.nearby import near_misses
from duofeng.brain.policies.outcomes import Outcomes, answer
from duofeng.brain.policies.plan import Plan, Planned, plan
from duofeng.engine import tree
from duofeng.engine.distance import distance
from duofeng.engine.expression import Expression
from duofeng.engine.statuses import ELIGIBLE
from duofeng.kernel.problem import Problem
from duofeng.zone.kinds.policy import Policy, policies_in_force
from duofeng.zone.zone import Zone

CLOSE = 0.10
"""How near a threshold counts as near it, as a share of what is needed."""
PAYS_ALL = 0.90
STEPS = (Decimal("0.9"), Decimal("1.1"))


@dataclass(frozen=True)
class Cliff:
    """A condition many stand close to: how many miss only it by little, and how many meet it by little."""

    condition: str
    below: int
    above: int


@dataclass(frozen=True)
class Moved:
    """A threshold moved by a factor: the number as written, who would then be eligible, what would be due."""

    condition: str
    written: str
    factor: Decimal
    eligible: int
    due: int | None


@dataclass(frozen=True)
class Overlap:
    """Another policy in force that pays some of the same subjects."""

    policy: str
    subjects: int
    paid_there: int


@dataclass(frozen=True)
class Change:
    """Against the version in force: counts of subjects, and minor units gained and lost by them."""

    gain: int
    lose: int
    more: int
    less: int


@dataclass(frozen=True)
class DryRun:
    """Everything an office wants to know of a draft. Money in minor units."""

    planned: Planned
    subjects: int
    counts: dict[str, int]
    due: int
    paid: int
    amounts: pl.Series
    eligible: pl.DataFrame
    near: pl.DataFrame
    cliffs: tuple[Cliff, ...]
    moved: tuple[Moved, ...]
    overlaps: tuple[Overlap, ...]
    change: Change | None
    losers: pl.DataFrame
    warnings: tuple[Problem, ...]


def dry_run(zone: Zone, draft: Policy, frame: pl.DataFrame, current: Plan) -> DryRun:
    """Answer a draft, beside the policies in force, for every row of a profile.

    `frame` has the columns of `current` and of the draft with the results of cards; `zone` holds the draft.
    """
    others = [each for each in policies_in_force(zone, current.as_of) if each.policy != draft.policy]
    together = plan(zone, current.as_of, draft.kind, policies=[*others, draft])
    outcomes = answer(together, frame)
    planned = together[draft.policy]
    entitled = outcomes.entitled()
    due, _ = after_history(together, entitled.filter(pl.col("policy") == draft.policy), frame)
    paid, warnings = within_budget(together, due.drop_nulls("amount"), frame)
    counts = {name: 0 for name in ("yes", "near", "unknown", "no")}
    for name, size in outcomes.names(draft.policy).value_counts().iter_rows():
        counts[name] = size
    if frame.height and counts["yes"] / frame.height > PAYS_ALL:
        share = f"{counts['yes'] / frame.height:.0%}"
        warnings = [*warnings, problems.DRAFT_PAYS_ALL.at(draft.spans["conditions"], share=share)]
    change, losers = _against_old(draft, due, frame, current)
    return DryRun(
        planned=planned,
        subjects=frame.height,
        counts=counts,
        due=int(due["amount"].sum()),
        paid=int(paid["paid"].sum()),
        amounts=due["amount"].drop_nulls(),
        eligible=due.sort("amount", "subject", descending=[True, False]),
        near=near_misses(outcomes).filter(pl.col("policy") == draft.policy),
        cliffs=tuple(_cliffs(outcomes, planned)),
        moved=tuple(_moved(together, planned, outcomes)),
        overlaps=tuple(_overlaps(due, entitled.filter(pl.col("policy") != draft.policy))),
        change=change,
        losers=losers,
        warnings=tuple(warnings),
    )


def _cliffs(outcomes: Outcomes, planned: Planned) -> Iterator[Cliff]:
    """Conditions with a measurable threshold, those with most subjects close below first."""
    truths = np.stack([outcomes.truths.of(place) for place in outcomes.plan.places[planned.id]])
    found = []
    for position, condition in enumerate(planned.rule.conditions):
        others = np.delete(truths, position, axis=0)
        only = np.flatnonzero((truths[position] == 0) & (others == 1).all(axis=0))
        met = np.flatnonzero((truths == 1).all(axis=0))
        below = _close(condition.expression, outcomes, only)
        above = _close(_negated(condition.expression), outcomes, met)
        if below or above:
            found.append(Cliff(condition.id, below, above))
    yield from sorted(found, key=lambda cliff: (-cliff.below, cliff.condition))


def _close(expression: Expression, outcomes: Outcomes, rows: np.typing.NDArray[np.int64]) -> int:
    if not len(rows):
        return 0
    found = distance(expression, outcomes.frame[rows], outcomes.plan.as_of)["relative"]
    return int((found.drop_nulls() <= CLOSE).sum())


def _negated(expression: Expression) -> Expression:
    node = tree.Not(arg=expression.node, type="flag")
    return Expression(node, expression.text)


def _moved(together: Plan, planned: Planned, outcomes: Outcomes) -> Iterator[Moved]:
    for position, condition in enumerate(planned.rule.conditions):
        for threshold in _thresholds(condition.expression.node):
            for factor in STEPS:
                scaled = _scaled(condition.expression, threshold, factor)
                conditions = list(planned.rule.conditions)
                conditions[position] = replace(condition, expression=scaled)
                other = replace(planned, rule=replace(planned.rule, conditions=tuple(conditions)))
                alone = Plan(together.kind, together.as_of, (other,), ((other,),))
                answered = answer(alone, outcomes.frame)
                due = int(answered.entitled()["amount"].sum()) if planned.award is not None else None
                written = condition.expression.source_of(threshold) or str(threshold.value)
                yield Moved(condition.id, written, factor, int((answered.codes[0] == ELIGIBLE).sum()), due)


def _thresholds(node: tree.Node) -> tuple[tree.Constant, ...]:
    """The written numbers a quantity is compared with."""
    return tuple(
        dict.fromkeys(
            each.right
            for each in tree.walk(node)
            if isinstance(each, tree.Compare)
            and isinstance(each.right, tree.Constant)
            and each.right.type in {"number", "integer", "money"}
            and each.right.value
        )
    )


def _scaled(expression: Expression, threshold: tree.Constant, factor: Decimal) -> Expression:
    """The same condition with one threshold, wherever it stands, multiplied by a factor."""

    def changed(node: tree.Node) -> tree.Node:
        if node == threshold and isinstance(node, tree.Constant):
            scaled = Decimal(str(node.value)) * factor
            return replace(node, value=int(scaled) if node.type == "money" else scaled)
        return tree.rebuilt(node, changed)

    return Expression(changed(expression.node), expression.text)


def _overlaps(due: pl.DataFrame, others: pl.DataFrame) -> Iterator[Overlap]:
    shared = others.join(due.select("subject"), on="subject", how="semi")
    sums = shared.group_by("policy").agg(pl.len().alias("subjects"), pl.col("amount").sum())
    for row in sums.sort("subjects", "policy", descending=[True, False]).iter_rows(named=True):
        yield Overlap(row["policy"], row["subjects"], row["amount"])


def _against_old(
    draft: Policy, due: pl.DataFrame, frame: pl.DataFrame, current: Plan
) -> tuple[Change | None, pl.DataFrame]:
    """Who gains and who loses against the version in force; nothing when there is none."""
    nobody = pl.DataFrame(schema={"subject": pl.String, "before": pl.Int64, "after": pl.Int64})
    if draft.policy not in current.by_id:
        return None, nobody
    before = answer(current, frame).entitled().filter(pl.col("policy") == draft.policy)
    both = before.select("subject", before="amount").join(
        due.select("subject", after="amount"), on="subject", how="full", coalesce=True
    )
    both = both.with_columns(pl.col("before", "after").fill_null(0))
    rise = both["after"] - both["before"]
    change = Change(int((rise > 0).sum()), int((rise < 0).sum()), int(rise.clip(0).sum()), int((-rise).clip(0).sum()))
    return change, both.filter(pl.col("after") < pl.col("before")).sort("subject")
