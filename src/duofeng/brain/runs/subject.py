"""Reading one subject, or all, back from a run as the policies saw them."""

from __future__ import annotations

import polars as pl

from duofeng.brain.policies import problems
from duofeng.brain.policies.plan import Plan
from duofeng.brain.runs.store import Run
from duofeng.kernel.problem import ProblemError, nearest
from duofeng.zone.problems import hint

RESULTS = ("score", "grade", "rank")


def profile_with_results(run: Run, plan: Plan) -> pl.LazyFrame:
    """The run's profile with the results of the cards its policies read, one row per subject."""
    frame = run.table("profile")
    for card in sorted(plan.cards):
        if not run.has(f"score-{card}"):
            raise ProblemError(problems.SCORE_NEEDED.at(policy="—", card=card))
        columns = [pl.col(name).alias(f"{name}:{card}") for name in RESULTS]
        scores = run.table(f"score-{card}").select("subject", *columns)
        frame = frame.join(scores, on="subject", how="left", maintain_order="left")
    return frame.with_columns(pl.col(f"rank:{card}").cast(pl.Float64) for card in plan.cards)


def subject_row(run: Run, plan: Plan, subject: str) -> pl.DataFrame:
    """The one row of a subject, found by its key. Raises ProblemError (E554)."""
    row = profile_with_results(run, plan).filter(pl.col("subject") == subject).collect()
    if row.is_empty():
        known = run.table("profile").select("subject").collect()["subject"].to_list()
        raise ProblemError(problems.NO_SUBJECT.at(subject=subject, **hint(nearest(subject, known[:10_000]))))
    return row
