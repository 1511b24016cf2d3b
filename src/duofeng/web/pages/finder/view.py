"""The public finder: anybody types what they like and sees what they may have. Nothing typed is stored or logged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from duofeng.brain.given import column_types, given_row
from duofeng.brain.policies.subject import SubjectAnswers, answers_for
from duofeng.desk.accounts.permissions import SENSITIVITIES, Rights
from duofeng.engine.expression import columns_needed
from duofeng.kernel.problem import Problem, ProblemError
from duofeng.tell.words import told
from duofeng.web import reader, registers
from duofeng.web.page import Page
from duofeng.web.reader import FIRMS
from duofeng.web.sight import Sight
from duofeng.web.steps import near_shown
from duofeng.web.values import as_typed, attribute_of, column_title, unit_of
from duofeng.zone.zone import Zone

ASKED = 24
"""Fields of the form: the columns most policies wait for."""
LONGEST = 60
"""Characters of one answer."""
MOST_ASKS = 8
RESULTS = ("score", "grade", "rank")


@dataclass(frozen=True)
class Field:
    column: str
    title: str
    type: str
    unit: str
    options: tuple[tuple[str, str], ...]
    policies: int
    value: str = ""


@lru_cache(maxsize=8)
def _read_by(_zone: Zone, register: str, plan_id: int) -> Counter[str]:
    """How many policies that give something read each column, themselves or through what they build on."""
    plan = reader.current_plan(register)
    counted: Counter[str] = Counter()
    for planned in plan.policies:
        below = [plan[id] for id in plan.rests_on(planned.id) if id in plan.by_id]
        columns = columns_needed([each for one in below for each in one.expressions], plan.as_of)
        counted.update({name for name in columns if _may_be_typed(register, name)})
    return counted


def _may_be_typed(register: str, column: str) -> bool:
    """A person types values, not which line of another register is meant, nor what was paid."""
    attribute = attribute_of(register, column)
    return attribute is not None and attribute.to is None and not column.startswith("paid:")


def fields(register: str, typed: Mapping[str, str]) -> list[Field]:
    """The form, with what was typed."""
    counted = _read_by(reader.zone(), register, id(reader.current_plan(register)))
    first = sorted(counted, key=lambda name: (-counted[name], name))
    return [_field(register, name, counted[name], typed.get(name, "")) for name in first[:ASKED]]


def _field(register: str, column: str, policies: int, value: str) -> Field:
    attribute = attribute_of(register, column)
    assert attribute is not None
    options: tuple[tuple[str, str], ...] = ()
    if attribute.codes is not None and attribute.codes in reader.zone().codes:
        listed = reader.zone().codes[attribute.codes].codes
        options = tuple((code, told(each.title)) for code, each in listed.items())
    unit = unit_of(attribute.type, attribute)
    return Field(column, column_title(register, column), attribute.type, unit, options, policies, value)


@never_cache
def finder(request: HttpRequest) -> HttpResponse:
    """For subjects of one register; the address says of which, firms where it says nothing."""
    judged = {each.policy.register for each in reader.policies_in_force()}
    register = request.GET.get("of", FIRMS)
    if register not in judged | {FIRMS}:
        raise Http404
    known = [each.column for each in fields(register, {})]
    typed = {name: request.POST[name].strip()[:LONGEST] for name in known if request.POST.get(name, "").strip()}
    context: dict[str, Any] = {
        "fields": fields(register, typed),
        "asked": request.method == "POST",
        "typed": len(typed),
        "of": register,
        "others": [(each, registers.title(each)) for each in sorted(judged, key=lambda each: (each != FIRMS, each))],
    }
    if request.method == "POST":
        try:
            context |= _answered(register, _answers(register, typed))
        except ProblemError as error:
            context["problems"] = [_said(register, problem) for problem in error.problems]
    response = render(request, "pages/finder/finder.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _answers(register: str, typed: Mapping[str, str]) -> SubjectAnswers:
    """Raises ProblemError (E552) for a value that is not of its column's type."""
    plan = reader.current_plan(register)
    results = sorted({f"{what}:{id}" for each in plan.policies for what, id in each.reads if what in RESULTS})
    types = column_types(reader.zone(), register, (*plan.columns, *results), plan.links)
    given = {name: as_typed(name, types[name], value) for name, value in typed.items()}
    return answers_for(reader.zone(), plan, given_row(types, given, clock=reader.zone().time_zone))


def _said(register: str, problem: Problem) -> str:
    column = str(problem.params.get("column", ""))
    said = told(problem.message)
    return column_title(register, column) + gettext("：") + said if column else said


def _answered(register: str, answers: SubjectAnswers) -> dict[str, Any]:
    title = partial(column_title, register)
    # Who typed a value may see it.
    own = Sight(Rights(frozenset(), frozenset(SENSITIVITIES), own_subject=""), register)
    return {
        "answers": answers,
        "taken": [each for each in answers.bundle if each.taken],
        "open": [each for each in answers.bundle if each.amount is None],
        "near": [near_shown(each, own) for each in answers.near],
        "unknown": [(each.planned, [title(name) for name in each.missing]) for each in answers.unknown],
        "asks": [(title(name), count) for name, count in _waited_for(register, answers).most_common(MOST_ASKS)],
        "done": True,
    }


def _waited_for(register: str, answers: SubjectAnswers) -> Counter[str]:
    """How many policies wait for each fact."""
    lacking = {each.planned.id: each.missing for each in answers.unknown}
    return Counter(name for id in lacking for name in _facts_behind(register, id, lacking))


def _facts_behind(register: str, policy: str, lacking: Mapping[str, tuple[str, ...]]) -> set[str]:
    """The facts a policy waits for, through the policies whose outcomes it waits for."""
    found: set[str] = set()
    reached, pending = {policy}, [policy]
    while pending:
        for name in lacking.get(pending.pop(), ()):
            below = name.partition(":")[2]
            if attribute_of(register, name) is not None:
                found.add(name)
            elif below not in reached:
                reached.add(below)
                pending.append(below)
    return found


PAGES = [Page("finder/", "finder", finder, None, _("找政策"), order=90)]
