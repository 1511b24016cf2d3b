"""What was paid before: it bars a policy that may be had once in so many years, lowers what a family still gives."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from duofeng.brain.policies.plan import Plan, Planned
from duofeng.zone.kinds.policy import as_money
from duofeng.zone.measures import payment_attribute

LOOK_BACK = 10
BARRED = {"policy": pl.String, "subject": pl.String, "paid": pl.Int64, "year": pl.Int32}


def payment_columns(plan: Plan) -> tuple[str, ...]:
    """Profile columns with the payments of the years that count, for the policies whose rules look back."""
    return tuple(
        f"{payment_attribute(planned.id)}[{year}]"
        for planned in plan.policies
        if _looks_back(planned)
        for year in _years(plan, planned)
    )


def after_history(plan: Plan, entitled: pl.DataFrame, frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """What is still due, and what earlier payments bar: policy, subject, paid, year of the last payment.

    `frame` has `subject` and the columns of `payment_columns`; a year without a payment fact counts as nothing paid.
    Amounts are lowered to what a lifetime cap leaves and, in a family of differences, by the most paid within it.
    """
    paid = _payments(plan, frame)
    due, barred = [], []
    for planned in plan.policies:
        pairs = entitled.filter(pl.col("policy") == planned.id)
        recent = _recent(plan, planned, paid).join(pairs.select("subject"), on="subject", how="semi")
        barred.append(recent)
        due.append(_lowered(plan, planned, pairs.join(recent.select("subject"), on="subject", how="anti"), paid))
    empty = entitled.clear()
    return (
        (pl.concat(due) if due else empty).filter(pl.col("amount").is_null() | (pl.col("amount") > 0)),
        pl.concat(barred) if barred else pl.DataFrame(schema=BARRED),
    )


def _recent(plan: Plan, planned: Planned, paid: pl.DataFrame) -> pl.DataFrame:
    """Payments so recent that the policy may not be had again yet."""
    years = planned.policy.once_every_years
    since = plan.as_of.year - years if years is not None else plan.as_of.year
    before = paid.filter((pl.col("policy") == planned.id) & (pl.col("year") > since))
    return (_totals(before) if years is not None else before.clear()).select(list(BARRED))


def _lowered(plan: Plan, planned: Planned, pairs: pl.DataFrame, paid: pl.DataFrame) -> pl.DataFrame:
    award = planned.policy.amount
    if award is not None and award.lifetime_cap is not None:
        already = _totals(paid.filter(pl.col("policy") == planned.id)).select("subject", "paid")
        left = as_money(award.lifetime_cap) - pl.col("paid").fill_null(0)
        pairs = pairs.join(already, on="subject", how="left").select(
            "policy", "subject", amount=pl.min_horizontal("amount", left.clip(lower_bound=0))
        )
    differences = [family for family, rule in planned.policy.families.items() if rule == "difference"]
    for family in differences:
        members = [each.id for each in plan.policies if family in each.policy.families]
        most = paid.filter(pl.col("policy").is_in(members)).group_by("subject").agg(pl.col("paid").max())
        less = pl.col("amount") - pl.col("paid").fill_null(0)
        pairs = pairs.join(most, on="subject", how="left").select("policy", "subject", amount=less.clip(lower_bound=0))
    return pairs


def _totals(payments: pl.DataFrame) -> pl.DataFrame:
    return payments.group_by("policy", "subject").agg(pl.col("paid").sum(), pl.col("year").max()).sort("subject")


def _payments(plan: Plan, frame: pl.DataFrame) -> pl.DataFrame:
    parts = [
        frame.select("subject", paid=column)
        .drop_nulls()
        .with_columns(policy=pl.lit(planned.id), year=pl.lit(year, pl.Int32))
        for planned in plan.policies
        if _looks_back(planned)
        for year in _years(plan, planned)
        if (column := f"{payment_attribute(planned.id)}[{year}]") in frame.columns
    ]
    rows = pl.concat(parts) if parts else pl.DataFrame(schema=BARRED)
    return rows.select(list(BARRED)).filter(pl.col("paid") > 0)


def _looks_back(planned: Planned) -> bool:
    award = planned.policy.amount
    return award is not None and (
        planned.policy.once_every_years is not None
        or award.lifetime_cap is not None
        or "difference" in planned.policy.families.values()
    )


def _years(plan: Plan, planned: Planned) -> Iterator[int]:
    """The current year and those before it, as far as the policy's own rule or its history reaches."""
    start = max(planned.policy.from_.year, plan.as_of.year - LOOK_BACK)
    return iter(range(start, plan.as_of.year + 1))
