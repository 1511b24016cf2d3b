"""What a run pays, whoever receives it: one list over all its registers."""

from __future__ import annotations

import polars as pl

from duofeng.brain.policies.payments import PaymentList, payment_list
from duofeng.brain.runs import problems
from duofeng.brain.runs.store import Run
from duofeng.kernel.problem import Language, ProblemError


def payments_of(run: Run, language: Language | None = None) -> PaymentList:
    """The payment list of a run, in the language asked for, else in the first of its zone. Raises ProblemError (E658)
    for a question."""
    if run.is_question:
        raise ProblemError(problems.NEVER_PAID.at(run=run.manifest.title or run.id))
    paid = [run.table("bundles", each).filter("taken").select(_register(each), *PAID) for each in run.registers]
    kept = [run.table("policies", each) for each in run.registers]
    names = pl.concat([run.names(each).select(_register(each), "subject", "name") for each in run.registers])
    return payment_list(
        pl.concat(paid).collect(), pl.concat(kept).collect(), names.collect(), run.id, run.manifest.unit,
        language or run.manifest.language,
    )  # fmt: skip


PAID = ("policy", "subject", "amount", "paid")


def _register(name: str) -> pl.Expr:
    return pl.lit(name).alias("register")
