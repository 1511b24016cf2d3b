"""What one firm has, may take, nearly has and cannot be told, in the words of a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from duofeng.brain.policies.firm import FirmAnswers, Near
from duofeng.brain.policies.plan import Planned
from duofeng.brain.rules.explain import ConditionAnswer, explain
from duofeng.brain.runs.store import Run
from duofeng.brain.runs.subject import subject_row
from duofeng.kernel.problem import ProblemError
from duofeng.web import reader
from duofeng.web.context import language
from duofeng.web.pages.firms import reading
from duofeng.web.pages.firms.sight import MASK, Sight
from duofeng.web.pages.firms.values import column_title


@dataclass(frozen=True)
class Step:
    """One failing condition: how far it is, and what to do."""

    title: str
    gap: str
    advice: str
    clause: str


@dataclass(frozen=True)
class NearShown:
    id: str
    title: str
    amount: int | None
    effort: int
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Rung:
    """One rung of the ladder. `until` is when a held recognition lapses, where that is recorded."""

    id: str
    title: str
    rung: int
    state: str
    held: bool
    met: bool
    steps: tuple[Step, ...]
    missing: tuple[str, ...]


def policies_shown(run: Run, subject: str, sight: Sight) -> dict[str, Any]:
    """Everything the template shows; only the problem when the policies cannot be answered from this run."""
    try:
        answers = reading.answers_of(run, subject)
    except ProblemError as error:
        return {"problem": error.problems[0]}
    taken = [each for each in answers.bundle if each.taken]
    return {
        "answers": answers,
        "taken": taken,
        "passed": [(each, _titles(each.instead)) for each in answers.bundle if not each.taken],
        "near": [near_shown(each, sight) for each in answers.near if each.planned.award is not None],
        "unknown": [
            (each.planned, [(column_title(column), each.sources[column]) for column in each.missing])
            for each in answers.unknown
        ],
        "ladder": _ladder(run, subject, answers, sight),
    }


def _titles(policies: str | None) -> list[tuple[str, str]]:
    """Ids joined by commas as (id, title)."""
    plan = reader.current_plan()
    ids = [each.strip() for each in (policies or "").split(",") if each.strip()]
    return [(id, plan[id].policy.title.of(language()) if id in plan.by_id else id) for id in ids]


def near_shown(near: Near, sight: Sight) -> NearShown:
    failed = near.explanation.failed
    steps = tuple(step_of(each, sight) for each in failed)
    return NearShown(near.planned.id, near.planned.policy.title.of(language()), near.amount, near.effort, steps)


def step_of(failed: ConditionAnswer, sight: Sight) -> Step:
    """A gap says the value itself to who knows the threshold, so it is guarded like the value."""
    condition, words = failed.condition, language()
    gaps = ("；" if words == "zh" else "; ").join(gap.text(words) for gap in failed.gaps)
    seen = sight.sees_all(one.column for one in failed.used)
    return Step(
        condition.title.of(words),
        gaps if seen or not gaps else MASK,
        condition.advice.of(words) if condition.advice else "",
        condition.clause or "",
    )


def _ladder(run: Run, subject: str, answers: FirmAnswers, sight: Sight) -> list[Rung]:
    """The recognitions that are rungs, lowest first: held by the firm, met, nearly met, or what is missing."""
    plan = reader.current_plan()
    row = subject_row(run, plan, subject)
    met = {each.id for each in answers.held}
    rungs = [each for each in plan.policies if each.policy.rung is not None]
    return [
        _rung(each, row, each.id in met, sight) for each in sorted(rungs, key=lambda each: (each.policy.rung, each.id))
    ]


def _rung(planned: Planned, row: pl.DataFrame, met: bool, sight: Sight) -> Rung:
    policy = planned.policy
    held = bool(policy.grants and policy.grants in row.columns and row[policy.grants][0])
    steps: tuple[Step, ...] = ()
    missing: tuple[str, ...] = ()
    if not met:
        try:
            told = explain(planned.rule, row, reader.current_plan().as_of)
            steps = tuple(step_of(each, sight) for each in told.failed)
            missing = tuple(column_title(column) for column in told.missing)
        except ProblemError:
            missing = ()
    state = (
        "held"
        if held
        else "met"
        if met
        else "near"
        if 0 < len(steps) <= 2 and not missing
        else "unknown"
        if missing and not steps
        else "no"
    )
    return Rung(planned.id, policy.title.of(language()), int(policy.rung or 0), state, held, met, steps, missing)
