"""What a run pays, whoever receives it: one list over all its registers."""

from __future__ import annotations

import polars as pl

from duofeng.brain.policies.payments import PaymentList, payment_list
from duofeng.brain.runs import problems
from duofeng.brain.runs.store import Run
from duofeng.kernel.problem import ProblemError


def payments_of(run: Run) -> PaymentList:
    """The payment list of a run. Raises ProblemError (E658) for a question."""
    if run.is_question:
        raise ProblemError(problems.NEVER_PAID.at(run=run.manifest.title or run.id))
    paid = [run.table("bundles", each).filter("taken").select(_register(each), *PAID) for each in run.registers]
    kept = [run.table("policies", each) for each in run.registers]
    names = pl.concat([run.names(each).select(_register(each), "subject", "name") for each in run.registers])
    policies = pl.concat(kept).collect()
    return payment_list(pl.concat(paid).collect(), policies, names.collect(), run.id, run.manifest.unit)


PAID = ("policy", "subject", "amount", "paid")


def _register(name: str) -> pl.Expr:
    return pl.lit(name).alias("register")
