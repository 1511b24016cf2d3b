"""What a person wants to know first of a subject: who it is, what is open, what changed, what money is in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from duofeng.brain.profiles import name_columns
from duofeng.desk.disputes.models import Dispute
from duofeng.kernel.problem import ProblemError
from duofeng.tell.words import told
from duofeng.web.differences import changes, previous
from duofeng.web.pages.subjects.listing import telling
from duofeng.web.pages.subjects.profile import Line, Profile, Said
from duofeng.web.policy_words import OUTCOMES
from duofeng.web.sight import Sight
from duofeng.web.subject_view import SubjectView

NEWEST = 5


@dataclass(frozen=True)
class Summary:
    """`due` in minor units and `near` are nothing where the run answers no policy for the register."""

    who: tuple[Line, ...]
    newest: tuple[tuple[Line, Said], ...]
    answers: tuple[tuple[str, str, Any, Any], ...]
    open: int
    due: int | None
    near: int | None


def summary_of(subject: SubjectView, sight: Sight, profile: Profile, disputes: Sequence[Dispute]) -> Summary:
    view, register = subject.view, subject.register
    lines = {line.attribute: line for topic in profile.topics for line in topic.lines}
    leading = [lines[each.id] for each in telling(view, register) if each.id in lines]
    shown = {line.attribute for line in leading} | {*name_columns(view.zone, register)}
    due = view.due(register).filter(pl.col("subject") == subject.subject)
    answered, found = view.answers_for(register), due.row(0, named=True) if due.height else {}
    return Summary(
        who=tuple(line for line in leading if not line.guarded),
        newest=_newest(lines.values(), shown),
        answers=tuple(_changed(subject)) if sight.rights.allows("cockpit.view") else (),
        open=sum(claim.state == Dispute.OPEN for claim in disputes),
        due=(found.get("due") or 0) if answered else None,
        near=(found.get("near") or 0) if answered else None,
    )


def _newest(lines: Iterable[Line], shown: set[str]) -> tuple[tuple[Line, Said], ...]:
    """What was recorded last, but for what is told of it anyway and for the day it was first heard of: that is no
    news."""
    said = [(line, one) for line in lines for one in (line.now, *line.earlier)]
    first = min((one.recorded for _line, one in said), default=None)
    news = [each for each in said if each[1].recorded != first and not each[0].guarded]
    besides = [(line, one) for line, one in news if line.attribute not in shown]
    return tuple(sorted(besides, key=lambda each: each[1].recorded, reverse=True)[:NEWEST])


def _changed(subject: SubjectView) -> Iterator[tuple[str, str, Any, Any]]:
    """Policy, its title, the answer in the run before and now, where they differ."""
    view, plan = subject.view, subject.view.plan(subject.register)
    before = previous(view.run)
    if plan is None or before is None:
        return
    try:
        rows = changes(before, view.run).filter(register=subject.register, subject=subject.subject)
    except ProblemError:  # the run before kept less
        return
    for row in rows.iter_rows(named=True):
        if row["policy"] in plan.by_id and row["before"] and row["after"]:
            title = told(plan[row["policy"]].policy.title)
            yield row["policy"], title, OUTCOMES[row["before"]], OUTCOMES[row["after"]]
