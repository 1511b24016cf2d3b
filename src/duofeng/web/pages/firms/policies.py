"""What one firm has, may take, nearly has and cannot be told, in the words of a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from duofeng.brain.policies.firm import Near, suppliers
from duofeng.brain.policies.plan import Planned
from duofeng.brain.rules.explain import ConditionAnswer
from duofeng.brain.runs.store import Run
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
            (each.planned, [(column_title(column), _suppliers(each.planned, column)) for column in each.missing])
            for each in answers.unknown
        ],
    }


def _suppliers(planned: Planned, column: str) -> tuple[str, ...]:
    return suppliers(reader.zone(), planned.policy.kind, column, language())


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
