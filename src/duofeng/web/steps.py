"""How far a subject is from a policy, condition by condition, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from duofeng.brain.policies.subject import Near
from duofeng.brain.rules.explain import ConditionAnswer
from duofeng.tell.words import told
from duofeng.web.resting import rests_on
from duofeng.web.run_view import RunView
from duofeng.web.sight import MASK, Sight


@dataclass(frozen=True)
class Step:
    """One failing condition: how far it is, and what to do."""

    title: str
    gap: str
    advice: str
    clause: str
    rests_on: tuple[str, ...] = ()
    """Whom it rests on, where the condition asks other subjects."""


@dataclass(frozen=True)
class NearShown:
    id: str
    title: str
    amount: int | None
    effort: int
    steps: tuple[Step, ...]


def near_shown(near: Near, sight: Sight, view: RunView | None = None) -> NearShown:
    """Without a view nobody else is named: answers to what somebody typed rest on no run."""
    failed = near.explanation.failed
    steps = tuple(step_of(each, sight, near.frame, view) for each in failed)
    return NearShown(near.planned.id, told(near.planned.policy.title), near.amount, near.effort, steps)


def step_of(failed: ConditionAnswer, sight: Sight, row: pl.DataFrame, view: RunView | None) -> Step:
    """A gap says the value itself to who knows the threshold, so it is guarded like the value."""
    condition = failed.condition
    gaps = told("；").join(told(gap.said) for gap in failed.gaps)
    seen = sight.sees_all(one.column for one in failed.used)
    return Step(
        told(condition.title),
        gaps if seen or not gaps else MASK,
        told(condition.advice) if condition.advice else "",
        condition.clause or "",
        rests_on(view, sight, condition.expression, row) if view is not None else (),
    )
