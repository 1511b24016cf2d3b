"""What one subject has, may take, nearly has and cannot be told, in the words of a page."""

from __future__ import annotations

from typing import Any

from django.http import Http404

from duofeng.brain.policies.plan import Plan, Planned
from duofeng.brain.policies.subject import Open, suppliers
from duofeng.kernel.problem import ProblemError
from duofeng.tell.words import told
from duofeng.web import reader
from duofeng.web.sight import Sight
from duofeng.web.steps import near_shown
from duofeng.web.subject_view import SubjectView
from duofeng.web.values import column_title
from duofeng.zone.model import Text


def policies_shown(subject: SubjectView, sight: Sight) -> dict[str, Any]:
    """Everything the template shows; only the problem when the policies cannot be answered from this run."""
    try:
        answers = subject.answers
    except ProblemError as error:
        return {"problem": error.problems[0]}
    if answers is None:
        raise Http404
    plan = subject.view.plan(subject.register)
    taken = [each for each in answers.bundle if each.taken]
    return {
        "answers": answers,
        "taken": taken,
        "passed": [(each, _titles(plan, each.instead)) for each in answers.bundle if not each.taken],
        "near": [near_shown(each, sight, subject.view) for each in answers.near if each.planned.award is not None],
        "unknown": [(each.planned, _lacking(each)) for each in answers.unknown],
    }


def _lacking(open: Open) -> list[tuple[str, tuple[Text, ...]]]:
    register = open.planned.policy.register
    return [(column_title(register, column), _suppliers(open.planned, column)) for column in open.missing]


def _suppliers(planned: Planned, column: str) -> tuple[Text, ...]:
    return suppliers(reader.zone(), planned.policy.register, column)


def _titles(plan: Plan | None, policies: str | None) -> list[tuple[str, str]]:
    """Ids joined by commas as (id, title)."""
    ids = [each.strip() for each in (policies or "").split(",") if each.strip()]
    known = plan.by_id if plan is not None else {}
    return [(id, told(known[id].policy.title) if id in known else id) for id in ids]
