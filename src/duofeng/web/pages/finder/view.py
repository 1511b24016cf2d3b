"""The public finder: a firm types what it likes and sees what it may have. Nothing typed is stored or logged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from duofeng.brain.given import column_types, given_row
from duofeng.brain.policies.plan import Plan
from duofeng.brain.policies.subject import SubjectAnswers, answers_for
from duofeng.desk.accounts.permissions import SENSITIVITIES, Rights
from duofeng.engine.expression import columns_needed
from duofeng.kernel.problem import Problem, ProblemError
from duofeng.tell.values import unit_name
from duofeng.tell.words import told
from duofeng.web import reader
from duofeng.web.page import Page
from duofeng.web.reader import FIRMS
from duofeng.web.sight import Sight
from duofeng.web.steps import near_shown
from duofeng.web.values import as_typed, attribute_of, column_title
from duofeng.zone.zone import Zone

ASKED = 24
"""Fields of the form: the columns most policies wait for."""
LONGEST = 60
"""Characters of one answer."""
MOST_ASKS = 8
RESULTS = ("score", "grade", "rank")
OWN = Sight(Rights(frozenset(), frozenset(SENSITIVITIES), own_subject=""), FIRMS)
"""Who typed a value may see it."""


@dataclass(frozen=True)
class Field:
    column: str
    title: str
    type: str
    unit: str
    options: tuple[tuple[str, str], ...]
    policies: int
    value: str = ""


@lru_cache(maxsize=2)
def _read_by(_zone: Zone, plan_id: int) -> Counter[str]:
    """How many policies that give something read each column, themselves or through what they build on."""
    plan = reader.current_plan(FIRMS)
    counted: Counter[str] = Counter()
    for planned in plan.policies:
        below = [plan[id] for id in plan.rests_on(planned.id) if id in plan.by_id]
        columns = columns_needed([each for one in below for each in one.expressions], plan.as_of)
        counted.update({name for name in columns if attribute_of(FIRMS, name) is not None})
    return counted


def fields(typed: Mapping[str, str]) -> list[Field]:
    """The form, with what was typed."""
    plan = reader.current_plan(FIRMS)
    counted = _read_by(reader.zone(), id(plan))
    first = sorted(counted, key=lambda name: (-counted[name], name))
    wanted = [name for name in first if not name.startswith("paid:")][:ASKED]
    return [_field(name, counted[name], typed.get(name, "")) for name in wanted]


def _field(column: str, policies: int, value: str) -> Field:
    attribute = attribute_of(FIRMS, column)
    assert attribute is not None
    options: tuple[tuple[str, str], ...] = ()
    if attribute.codes is not None and attribute.codes in reader.zone().codes:
        listed = reader.zone().codes[attribute.codes].codes
        options = tuple((code, told(each.title)) for code, each in listed.items())
    unit = reader.zone().currency.unit if attribute.type == "money" else attribute.unit or ""
    unit = unit_name(unit)
    return Field(column, column_title(FIRMS, column), attribute.type, unit, options, policies, value)


@never_cache
def finder(request: HttpRequest) -> HttpResponse:
    typed = {name: request.POST[name].strip()[:LONGEST] for name in _known() if request.POST.get(name, "").strip()}
    context: dict[str, Any] = {"fields": fields(typed), "asked": request.method == "POST", "typed": len(typed)}
    if request.method == "POST":
        try:
            context |= _answered(_answers(typed))
        except ProblemError as error:
            context["problems"] = [_said(problem) for problem in error.problems]
    response = render(request, "pages/finder/finder.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _known() -> list[str]:
    return [each.column for each in fields({})]


def _answers(typed: Mapping[str, str]) -> SubjectAnswers:
    """Raises ProblemError (E552) for a value that is not of its column's type."""
    plan = reader.current_plan(FIRMS)
    results = _results(plan)
    types = column_types(reader.zone(), FIRMS, (*plan.columns, *results), plan.links)
    given = {name: as_typed(name, types[name], value) for name, value in typed.items()}
    return answers_for(reader.zone(), plan, given_row(types, given))


def _results(plan: Plan) -> list[str]:
    return sorted({f"{what}:{id}" for each in plan.policies for what, id in each.reads if what in RESULTS})


def _said(problem: Problem) -> str:
    column = str(problem.params.get("column", ""))
    said = told(problem.message)
    return column_title(FIRMS, column) + gettext("：") + said if column else said


def _answered(answers: SubjectAnswers) -> dict[str, Any]:
    lacking = {each.planned.id: each.missing for each in answers.unknown}
    waits = Counter(name for id in lacking for name in _facts_behind(id, lacking))
    asks = [(column_title(FIRMS, name), count) for name, count in waits.most_common(MOST_ASKS)]
    return {
        "answers": answers,
        "taken": [each for each in answers.bundle if each.taken],
        "open": [each for each in answers.bundle if each.amount is None],
        "near": [near_shown(each, OWN) for each in answers.near],
        "unknown": [(each.planned, [column_title(FIRMS, name) for name in each.missing]) for each in answers.unknown],
        "asks": asks,
        "done": True,
    }


def _facts_behind(policy: str, lacking: Mapping[str, tuple[str, ...]]) -> set[str]:
    """The facts a policy waits for, through the policies whose outcomes it waits for."""
    found: set[str] = set()
    reached, pending = {policy}, [policy]
    while pending:
        for name in lacking.get(pending.pop(), ()):
            below = name.partition(":")[2]
            if attribute_of(FIRMS, name) is not None:
                found.add(name)
            elif below not in reached:
                reached.add(below)
                pending.append(below)
    return found


PAGES = [Page("finder/", "finder", finder, None, _("找政策"), order=90)]
