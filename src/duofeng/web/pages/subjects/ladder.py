"""The ladder of recognitions for one subject: held until when, met, nearly met, or what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import polars as pl
from django.http import Http404

from duofeng.brain.policies.outcomes import name_of
from duofeng.brain.policies.plan import Plan, Planned
from duofeng.brain.rules.explain import Explanation, explain
from duofeng.kernel.problem import ProblemError
from duofeng.tell.words import told
from duofeng.web.sight import Sight
from duofeng.web.steps import Step, step_of
from duofeng.web.subject_view import SubjectView
from duofeng.web.values import column_title

OUTCOMES: Mapping[str, bool | None] = {"yes": True, "near": False, "no": False, "unknown": None}


@dataclass(frozen=True)
class Rung:
    """One rung. `held` with its days says it is recorded as recognised, whatever the conditions say today."""

    id: str
    title: str
    rung: int
    outcome: str
    held: bool
    since: date | None
    until: date | None
    steps: tuple[Step, ...]
    missing: tuple[str, ...]


def ladder_of(subject: SubjectView, sight: Sight) -> list[Rung]:
    """The rungs of the run's policies, lowest first. Raises ProblemError when the run lacks what they read."""
    facts = subject.facts.filter(pl.col("standing") == 1)
    return [_rung(*each, facts, sight, subject) for each in _told(subject)]


@lru_cache(maxsize=256)
def _told(subject: SubjectView) -> list[tuple[Planned, str, Explanation | None]]:
    """Each rung with its outcome, and why it is not met, as far as the run holds what it reads."""
    plan = subject.view.plan(subject.register)
    if plan is None:
        raise Http404
    codes = subject.view.run.table("outcomes", subject.register).filter(pl.col("subject") == subject.subject).collect()
    outcomes = {each.id: name_of(codes[each.id][0]) for each in plan.policies if each.id in codes.columns}
    row = subject.row.with_columns(
        pl.lit(OUTCOMES[outcome], pl.Boolean).alias(f"outcome:{id}") for id, outcome in outcomes.items()
    )
    rungs = sorted(
        (each for each in plan.policies if each.policy.rung is not None and each.id in outcomes),
        key=lambda each: (each.policy.rung or 0, each.id),
    )
    return [(each, outcomes[each.id], _why(plan, each, row, outcomes[each.id])) for each in rungs]


def _why(plan: Plan, planned: Planned, row: pl.DataFrame, outcome: str) -> Explanation | None:
    """Nothing for a rung that is met, or reads an amount or a score that this run does not hold."""
    try:
        return explain(planned.rule, row, plan.as_of) if outcome != "yes" else None
    except ProblemError:
        return None


def _rung(
    planned: Planned, outcome: str, why: Explanation | None, facts: pl.DataFrame, sight: Sight, subject: SubjectView
) -> Rung:
    policy = planned.policy
    recorded = facts.filter(
        (pl.col("attribute") == (policy.grants or "")) & pl.col("flag") & pl.col("lost_by").is_null()
    )
    said = recorded.row(0, named=True) if recorded.height else None
    steps = tuple(step_of(each, sight, subject.row, subject.view) for each in why.failed) if why else ()
    missing = tuple(column_title(sight.register, column) for column in why.missing) if why else ()
    return Rung(
        planned.id,
        told(policy.title),
        int(policy.rung or 0),
        outcome,
        said is not None,
        said["valid_from"] if said else None,
        said["valid_until"] if said else None,
        steps,
        missing,
    )


def next_rung(ladder: list[Rung]) -> Rung | None:
    """The lowest rung above everything held that is within reach: met already, or one or two conditions short."""
    highest = max((rung.rung for rung in ladder if rung.held), default=0)
    above = [rung for rung in ladder if not rung.held and rung.rung > highest]
    reachable = [rung for rung in above if rung.outcome in {"yes", "near"}]
    return min(reachable or above, key=lambda rung: rung.rung, default=None)
