"""A draft tried on the real profile before anybody publishes it: who, how much, where the cliffs are, who loses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from duofeng.brain.policies import problems
from duofeng.brain.policies.budget import within_budget
from duofeng.brain.policies.bundle import bundles
from duofeng.brain.policies.claims import Claims
from duofeng.brain.policies.history import after_history, payments
from duofeng.brain.policies.nearby import near_misses
from duofeng.brain.policies.outcomes import OUTCOME_NAMES, Outcomes, answer
from duofeng.brain.policies.plan import Plan, Planned, plan
from duofeng.engine import tree
from duofeng.engine.distance import Leaf, distance, measure
from duofeng.engine.expression import Expression
from duofeng.engine.statuses import ELIGIBLE
from duofeng.engine.words import MINOR_UNITS
from duofeng.kernel.problem import Problem
from duofeng.zone.kinds.policy import Policy, as_money, policies_in_force
from duofeng.zone.zone import Zone

CLOSE = 0.10
"""How near a threshold counts as near it, as a share of what is needed."""
STRIPS = 5
"""How many strips of that width a cliff is drawn with, on either side."""
PAYS_ALL = 0.90
STEPS = (Decimal("0.9"), Decimal("1.1"))


@dataclass(frozen=True)
class Cliff:
    """A condition with a threshold. `below` counts those who miss only this one, `above` those who meet all, in strips
    of a tenth of the threshold, the nearest first. Beyond the last strip nobody is counted."""

    condition: str
    below: tuple[int, ...]
    above: tuple[int, ...]


@dataclass(frozen=True)
class Moved:
    """A threshold moved by a tenth, of things that are counted by one at least: the number as written and as moved, who
    would then be eligible, what would be due."""

    condition: str
    written: str
    to: str
    eligible: int
    due: int | None


@dataclass(frozen=True)
class Overlap:
    """Another policy in force that gives money to some of the same subjects: how many, how much it gives them, and how
    many would have to choose between the two."""

    planned: Planned
    subjects: int
    amount: int
    choose: int


@dataclass(frozen=True)
class BudgetEnd:
    """Minor units: the budget, what of it earlier payments of the year have used, what the draft pays. `full` subjects
    get all, `less` a part, `none` nothing."""

    total: int
    spent: int
    full: int
    less: int
    none: int


@dataclass(frozen=True)
class Change:
    """Against the version in force: counts of subjects, and minor units gained and lost by them."""

    gain: int
    lose: int
    more: int
    less: int


@dataclass(frozen=True)
class DryRun:
    """Everything an office wants to know of a draft. Money in minor units.

    `due` is what is owed after earlier payments, `taken` what remains where subjects choose better policies that
    exclude this one, `paid` what the budget allows. `eligible` has subject, amount, taken, paid.
    """

    planned: Planned
    subjects: int
    counts: dict[str, int]
    due: int
    taken: int
    paid: int
    unknown_amounts: int
    budget: BudgetEnd | None
    eligible: pl.DataFrame
    near: pl.DataFrame
    cliffs: tuple[Cliff, ...]
    moved: tuple[Moved, ...]
    overlaps: tuple[Overlap, ...]
    change: Change | None
    losers: pl.DataFrame
    warnings: tuple[Problem, ...]

    @property
    def amounts(self) -> pl.Series:
        """What each eligible subject is due, where that is known."""
        return self.eligible["amount"].drop_nulls()


def together_with(zone: Zone, draft: Policy, current: Plan) -> Plan:
    """The plan in force with the draft in place of its own earlier version."""
    others = [each for each in policies_in_force(zone, current.as_of) if each.policy != draft.policy]
    return plan(zone, current.as_of, draft.register, policies=[*others, draft])


def dry_run(draft: Policy, frame: pl.DataFrame, together: Plan, current: Plan) -> DryRun:
    """Answer a draft, beside the policies in force, for every row of a profile.

    `frame` has the columns of both plans, payments, and the results of cards.
    """
    outcomes, paid_before = answer(together, frame), payments(together, frame)
    planned = together[draft.policy]
    claims = Claims.of(together, frame)
    every, _ = after_history(together, outcomes.entitled(), paid_before, claims)
    chosen = bundles(together, every, claims)
    mine = pl.col("policy") == draft.policy
    due, taken = every.filter(mine), chosen.filter(mine & pl.col("taken"))
    spent = int(paid_before.filter(mine & (pl.col("year") == together.as_of.year))["paid"].sum())
    paid, warnings = within_budget(together, taken, outcomes.frame, {draft.policy: spent})
    eligible = (
        due.select("subject", "amount")
        .join(paid.select("subject", "paid"), on="subject", how="left")
        .with_columns(pl.col("subject").is_in(taken["subject"].implode()).alias("taken"), pl.col("paid").fill_null(0))
        .sort("amount", "subject", descending=[True, False], nulls_last=True)
    )
    counts = dict.fromkeys(OUTCOME_NAMES, 0) | dict(outcomes.names(draft.policy).value_counts().iter_rows())
    change, losers = _against_old(draft, due, frame, current)
    near = near_misses(outcomes, [draft.policy])
    return DryRun(
        planned=planned,
        subjects=frame.height,
        counts=counts,
        due=int(due["amount"].sum()),
        taken=int(taken["amount"].sum()),
        paid=int(paid["paid"].sum()),
        unknown_amounts=due["amount"].null_count(),
        budget=_budget_end(planned, paid, spent),
        eligible=eligible,
        near=near,
        cliffs=tuple(_cliffs(outcomes, planned)),
        moved=tuple(_moved(together, planned, outcomes, paid_before, claims)),
        overlaps=tuple(_overlaps(together, every, chosen, draft)),
        change=change,
        losers=losers,
        warnings=(*warnings, *_pays_all(draft, counts, frame.height)),
    )


def _pays_all(draft: Policy, counts: dict[str, int], subjects: int) -> Iterator[Problem]:
    if subjects and counts["yes"] / subjects > PAYS_ALL:
        yield problems.DRAFT_PAYS_ALL.at(draft.spans["conditions"], share=f"{counts['yes'] / subjects:.0%}")


def _budget_end(planned: Planned, paid: pl.DataFrame, spent: int) -> BudgetEnd | None:
    if planned.policy.budget is None:
        return None
    full, none = paid.filter(pl.col("paid") == pl.col("amount")).height, paid.filter(pl.col("paid") == 0).height
    return BudgetEnd(as_money(planned.policy.budget.total), spent, full, paid.height - full - none, none)


def _cliffs(outcomes: Outcomes, planned: Planned) -> Iterator[Cliff]:
    """Conditions with a measurable threshold, those with most subjects close below first."""
    truths = np.stack([outcomes.truths.of(place) for place in outcomes.plan.places[planned.id]])
    met = np.flatnonzero((truths == 1).all(axis=0))
    found = []
    for position, condition in enumerate(planned.rule.conditions):
        others = np.delete(truths, position, axis=0)
        only = np.flatnonzero((truths[position] == 0) & (others == 1).all(axis=0))
        below = _strips(condition.expression, outcomes, only)
        above = _strips(_negated(condition.expression), outcomes, met)
        if any(below) or any(above):
            found.append(Cliff(condition.id, below, above))
    yield from sorted(found, key=lambda cliff: (-cliff.below[0], cliff.condition))


def _strips(expression: Expression, outcomes: Outcomes, rows: NDArray[np.int64]) -> tuple[int, ...]:
    """How many of the rows lie in each strip before the condition holds. What is counted in steps (things, cents, days)
    is measured from the threshold itself, not from the step beside it."""
    if not len(rows):
        return (0,) * STRIPS
    frame, as_of = outcomes.frame[rows], outcomes.plan.as_of
    found = distance(expression, frame, as_of).drop_nulls()
    beside = np.array([_is_beside(each.leaf) for each in measure(expression, frame, as_of)], np.float64)
    steps = beside[found["leaf"].to_numpy()] / np.maximum(found["gap"].abs().to_numpy(), 1e-15)
    # A value exactly at an edge of a strip belongs to the nearer one, whatever the last bits of a quotient say.
    shares = np.round(found["relative"].to_numpy() * (1 - np.minimum(steps, 1)) / CLOSE, 4)
    places = np.maximum(np.ceil(shares) - 1, 0)
    return tuple(int((places == strip).sum()) for strip in range(STRIPS))


def _is_beside(leaf: Leaf) -> bool:
    """Whether what the comparison needs is one step beside the number written."""
    one = leaf.comparison
    return one is not None and one.operator in {"<", ">"} and one.left.type in {"integer", "money", "date"}


def _negated(expression: Expression) -> Expression:
    node = tree.Not(arg=expression.node, type="flag")
    return Expression(node, expression.text)


def _moved(
    together: Plan, planned: Planned, outcomes: Outcomes, paid_before: pl.DataFrame, claims: Claims
) -> Iterator[Moved]:
    for position, condition in enumerate(planned.rule.conditions):
        for threshold, counted in _thresholds(condition.expression.node):
            for factor in STEPS:
                value = _moved_by(threshold, factor, counted)
                scaled = _with_threshold(condition.expression, threshold, value)
                conditions = list(planned.rule.conditions)
                conditions[position] = replace(condition, expression=scaled)
                other = replace(planned, rule=replace(planned.rule, conditions=tuple(conditions)))
                answered = answer(Plan(together.register, together.as_of, (other,), ((other,),)), outcomes.frame)
                due, _ = after_history(together, answered.entitled(), paid_before, claims)
                written = condition.expression.source_of(threshold) or str(threshold.value)
                total = int(due["amount"].sum()) if planned.award is not None else None
                eligible = int((answered.codes[0] == ELIGIBLE).sum())
                yield Moved(condition.id, written, _plain(threshold, value), eligible, total)


def _thresholds(node: tree.Node) -> tuple[tuple[tree.Constant, bool], ...]:
    """The written numbers a quantity is compared with, and whether it is counted in whole things."""
    return tuple(
        dict.fromkeys(
            (each.right, each.left.type == "integer")
            for each in tree.walk(node)
            if isinstance(each, tree.Compare)
            and isinstance(each.right, tree.Constant)
            and each.right.type in {"number", "integer", "money"}
            and each.right.value
        )
    )


def _moved_by(threshold: tree.Constant, factor: Decimal, counted: bool) -> Decimal:
    """Money stays whole minor units; what is counted moves by one at least, away from where it was."""
    value = Decimal(str(threshold.value))
    moved = value * factor
    if threshold.type == "money":
        return Decimal(int(moved))
    return moved.to_integral_value(ROUND_FLOOR if moved < value else ROUND_CEILING) if counted else moved


def _plain(threshold: tree.Constant, value: Decimal) -> str:
    whole = value / MINOR_UNITS if threshold.type == "money" else value
    return f"{whole.normalize():,f}".replace(",", "_")


def _with_threshold(expression: Expression, threshold: tree.Constant, value: Decimal) -> Expression:
    """The same condition with another number for one threshold, wherever it stands."""

    def changed(node: tree.Node) -> tree.Node:
        if node == threshold and isinstance(node, tree.Constant):
            return replace(node, value=int(value) if node.type == "money" else value)
        return tree.mapped(node, changed)

    return Expression(changed(expression.node), expression.text)


def _overlaps(together: Plan, every: pl.DataFrame, chosen: pl.DataFrame, draft: Policy) -> Iterator[Overlap]:
    """Other policies that give to the draft's subjects, those with most in common first."""
    mine = every.filter(pl.col("policy") == draft.policy).select("subject")
    shared = every.filter(pl.col("policy") != draft.policy).join(mine, on="subject", how="semi")
    sums = shared.group_by("policy").agg(pl.len().alias("subjects"), pl.col("amount").sum())
    lost = pl.col("instead").str.split(", ")
    pushed = chosen.filter(~pl.col("taken")).select("subject", "policy", lost).explode("instead")
    ours = pushed.filter(pl.col("policy") == draft.policy).group_by(policy="instead").len("ours")
    theirs = pushed.filter(pl.col("instead") == draft.policy).group_by("policy").len("theirs")
    table = sums.join(ours, on="policy", how="left").join(theirs, on="policy", how="left")
    for row in table.sort("subjects", "policy", descending=[True, False]).iter_rows(named=True):
        choose = (row["ours"] or 0) + (row["theirs"] or 0)
        yield Overlap(together[row["policy"]], row["subjects"], row["amount"], choose)


def _against_old(
    draft: Policy, due: pl.DataFrame, frame: pl.DataFrame, current: Plan
) -> tuple[Change | None, pl.DataFrame]:
    """Who gains and who loses against the version in force; nothing when there is none. An amount that is not known
    under one of the two versions is no loss and no gain."""
    nobody = pl.DataFrame(schema={"subject": pl.String, "before": pl.Int64, "after": pl.Int64})
    if draft.policy not in current.by_id:
        return None, nobody
    paid = payments(current, frame)
    old, _ = after_history(current, answer(current, frame).entitled(), paid, Claims.of(current, frame))
    before = old.filter(pl.col("policy") == draft.policy).select("subject", before="amount", had=True)
    after = due.select("subject", after="amount", has=True)
    both = before.join(after, on="subject", how="full", coalesce=True).with_columns(
        before=pl.when(pl.col("had").is_null()).then(0).otherwise("before"),
        after=pl.when(pl.col("has").is_null()).then(0).otherwise("after"),
    )
    both = both.select(list(nobody.columns)).drop_nulls()
    rise = both["after"] - both["before"]
    change = Change(int((rise > 0).sum()), int((rise < 0).sum()), int(rise.clip(0).sum()), int((-rise).clip(0).sum()))
    loss = pl.col("before") - pl.col("after")
    return change, both.filter(loss > 0).sort(loss, pl.col("subject"), descending=[True, False])
