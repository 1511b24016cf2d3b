"""What was paid before: it bars a policy that may be had once in so many years, lowers what is still due.

Money is never due twice: what a policy, or its family, paid within the year counts against what it gives that year.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

import polars as pl

from duofeng.brain.policies.claims import NOBODY_TOGETHER, Claims
from duofeng.brain.policies.conflicts import excluded_with
from duofeng.brain.policies.plan import Plan, Planned
from duofeng.zone.kinds.policy import as_money
from duofeng.zone.measures import payment_attribute

LOOK_BACK = 10
"""Years that caps for ever, and differences to what was received before, look back."""
BARRED = {"policy": pl.String, "subject": pl.String, "by": pl.String, "paid": pl.Int64, "year": pl.Int32}
PAID = {"policy": pl.String, "subject": pl.String, "year": pl.Int32, "paid": pl.Int64}


def payment_columns(plan: Plan, recorded: Collection[str]) -> tuple[str, ...]:
    """Profile columns with the payments that count, of the attributes some payment was ever `recorded` of."""
    return tuple(
        f"{attribute}[{year}]"
        for planned in plan.policies
        if planned.award is not None and (attribute := payment_attribute(planned.id)) in recorded
        for year in _years(plan, planned)
    )


def payments(plan: Plan, frame: pl.DataFrame) -> pl.DataFrame:
    """policy, subject, year, paid: the payments in the columns of `payment_columns`. No fact, no payment."""
    there = set(frame.columns)
    parts = [
        frame.lazy()
        .filter(pl.col(column) > 0)
        .select(pl.lit(planned.id).alias("policy"), "subject", pl.lit(year, pl.Int32).alias("year"), paid=column)
        for planned in plan.policies
        if planned.award is not None
        for year in _years(plan, planned)
        if (column := f"{payment_attribute(planned.id)}[{year}]") in there and frame[column].null_count() < frame.height
    ]
    return pl.concat([pl.LazyFrame(schema=PAID), *parts]).collect()


def after_history(
    plan: Plan, entitled: pl.DataFrame, paid: pl.DataFrame, claims: Claims = NOBODY_TOGETHER
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """What is still due, and what earlier payments bar: policy, subject, by (the policy that was paid), paid, year.

    `paid` is what `payments` gives. The amount due is lowered to what remains of it after what the policy and its
    families paid this year, after everything a family of differences ever paid, and of the cap for a lifetime. Of a
    policy that is had once by several, what any of them was paid counts.
    """
    barred = [pl.DataFrame(schema=BARRED)]
    due = [entitled.clear()]
    there = set(entitled["policy"].unique()) if paid.height else set()
    for planned in plan.policies:
        if planned.id not in there:
            continue
        pairs = claims.claimed(planned, entitled.filter(pl.col("policy") == planned.id))
        before = claims.claimed(planned, paid)
        found = _barred(plan, planned, pairs, before)
        barred.append(found)
        due.append(_lowered(plan, planned, pairs.join(found, on="subject", how="anti", maintain_order="left"), before))
    left = pl.concat(due) if paid.height else entitled
    return left.filter(pl.col("amount").is_null() | (pl.col("amount") > 0)), pl.concat(barred).sort("policy", "subject")


def _barred(plan: Plan, planned: Planned, pairs: pl.DataFrame, paid: pl.DataFrame) -> pl.DataFrame:
    """Pairs whose policy was paid too recently, or one it excludes was paid this year."""
    year = plan.as_of.year
    too_recent = pl.col("year") > year - (planned.policy.once_every_years or 0)
    reasons = (pl.col("policy") == planned.id) & too_recent
    reasons |= pl.col("policy").is_in(excluded_with({each.id: each.policy for each in plan.policies}, planned.id)) & (
        pl.col("year") == year
    )
    return (
        paid.filter(reasons)
        .group_by("claimant", by="policy")
        .agg(pl.col("paid").sum(), pl.col("year").max())
        .sort("claimant", "by")
        .unique("claimant", keep="first", maintain_order=True)
        .join(pairs.select("claimant", "subject"), on="claimant", how="inner")
        .select(pl.lit(planned.id).alias("policy"), "subject", "by", "paid", "year")
        .sort("subject")
    )


def _lowered(plan: Plan, planned: Planned, pairs: pl.DataFrame, paid: pl.DataFrame) -> pl.DataFrame:
    award = planned.policy.amount
    own, this_year = pl.col("policy") == planned.id, pl.col("year") == plan.as_of.year
    rules = [(pl.col("amount"), own & this_year)]
    for family, rule in planned.policy.families.items():
        inside = pl.col("policy").is_in(_members(plan, family))
        rules.append((pl.col("amount"), inside if rule == "difference" else inside & this_year))
    if award is not None and award.lifetime_cap is not None:
        rules.append((pl.lit(as_money(award.lifetime_cap), pl.Int64), own))
    for number, (most, counted) in enumerate(rules):
        sums = paid.filter(counted).group_by("claimant").agg(pl.col("paid").sum())
        left = (most - pl.col("paid").fill_null(0)).alias(f"left {number}")
        pairs = pairs.join(sums, on="claimant", how="left", maintain_order="left").with_columns(left).drop("paid")
    least = pl.min_horizontal(pl.col(f"left {number}") for number in range(len(rules))).clip(lower_bound=0)
    known = pl.when(pl.col("amount").is_not_null()).then(least)
    return pairs.select("policy", "subject", amount=known)


def _members(plan: Plan, family: str) -> list[str]:
    return [each.id for each in plan.policies if family in each.policy.families]


def _years(plan: Plan, planned: Planned) -> Iterator[int]:
    """The current year and those before it, as far as the rules of this policy and of its families reach."""
    award, reach = planned.policy.amount, planned.policy.once_every_years or 1
    if (award is not None and award.lifetime_cap is not None) or plan.differences & planned.policy.families.keys():
        reach = LOOK_BACK
    return iter(range(plan.as_of.year - max(reach, 1) + 1, plan.as_of.year + 1))
