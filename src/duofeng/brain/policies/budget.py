"""What is really paid when a budget is smaller than what everybody is entitled to."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import polars as pl

from duofeng.brain.policies import problems
from duofeng.brain.policies.plan import Plan, Planned
from duofeng.engine.program import evaluate
from duofeng.kernel.message import say
from duofeng.kernel.problem import Problem
from duofeng.zone.kinds.policy import as_money

RULES = {"order": say("按顺序发完为止"), "pro_rata": say("按比例发放")}
PAID = {"policy": pl.String, "subject": pl.String, "amount": pl.Int64, "paid": pl.Int64}


def within_budget(
    plan: Plan, taken: pl.DataFrame, frame: pl.DataFrame, spent: Mapping[str, int]
) -> tuple[pl.DataFrame, list[Problem]]:
    """policy, subject, amount, paid (minor units), and a warning for every budget that does not reach.

    `taken` are the pairs of the bundles; `frame` has `plan.order_columns`, from which the order of payment is computed;
    `spent` is what each policy has paid this year already. In order: who comes first is paid in full until the next
    does not fit. In proportion: everybody gets the same share, to the minor unit, and the whole budget is spent.
    """
    paid, warnings = [pl.DataFrame(schema=PAID)], []
    for policy, pairs in sorted(taken.partition_by("policy", as_dict=True).items(), key=lambda each: str(each[0][0])):
        planned = plan[str(policy[0])]
        if planned.policy.gives == "relief":
            # Tax not taken is worth as much, but nobody pays it out.
            paid.append(pairs.select("policy", "subject", "amount", paid=pl.lit(0, pl.Int64)))
            continue
        budget = planned.policy.budget
        needed = int(pairs["amount"].sum())
        if budget is None or needed <= (total := max(0, as_money(budget.total) - spent.get(planned.id, 0))):
            paid.append(pairs.select("policy", "subject", "amount", paid="amount"))
            continue
        share = _in_order if budget.when_out == "order" else _pro_rata
        paid.append(share(_ordered(planned, pairs, frame, plan), total))
        numbers = {"policy": planned.id, "total": whole_units(total), "needed": whole_units(needed)}
        warnings.append(
            problems.UNMET_BUDGET.at(planned.policy.spans["budget"], **numbers, rule=RULES[budget.when_out])
        )
    return pl.concat(paid).sort("policy", "subject"), warnings


def whole_units(minor: int) -> str:
    """Minor units as whole units with two decimals and thousands separators, exactly."""
    return f"{Decimal(minor) / 100:,.2f}"


def _ordered(planned: Planned, pairs: pl.DataFrame, frame: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """The larger value of `order_by` first, unknown ones last, ties by subject."""
    pairs = pairs.select("policy", "subject", "amount")
    if planned.order_by is None:
        return pairs.sort("subject")
    rows = frame.join(pairs.select("subject"), on="subject", how="semi")
    values = rows.select("subject").with_columns(evaluate(planned.order_by, rows, plan.as_of).alias("#"))
    return (
        pairs.join(values, on="subject", how="left")
        .sort(["#", "subject"], descending=[True, False], nulls_last=True)
        .drop("#")
    )


def _in_order(pairs: pl.DataFrame, total: int) -> pl.DataFrame:
    fits = pairs["amount"].cum_sum() <= total
    return pairs.with_columns(paid=pl.when(fits).then("amount").otherwise(0))


def _pro_rata(pairs: pl.DataFrame, total: int) -> pl.DataFrame:
    """Largest remainders: exact integers, so that the parts add up to the budget to the minor unit."""
    needed = int(pairs["amount"].sum())
    amounts = [int(amount) for amount in pairs["amount"]]
    parts = [amount * total // needed for amount in amounts]
    remainders = sorted(range(len(amounts)), key=lambda row: (-(amounts[row] * total % needed), row))
    for row in remainders[: total - sum(parts)]:
        parts[row] += 1
    return pairs.with_columns(paid=pl.Series(parts, dtype=pl.Int64))
