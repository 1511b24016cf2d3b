"""One subject as a page reads it: who it is, every fact said of it, its answers and scores, what refers to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import polars as pl
from django.http import Http404

from duofeng.brain.policies.subject import SubjectAnswers, answers_for
from duofeng.brain.scores.sheet import Sheet, sheet
from duofeng.facts.evidence import standing
from duofeng.kernel.problem import Problem, ProblemError
from duofeng.web.run_view import RunView, kept
from duofeng.web.score_tables import scored
from duofeng.zone.kinds.scorecard import Scorecard
from duofeng.zone.kinds.vocabulary import Attribute

SHOWN = 10
"""How many of those that refer to a subject stand on its page; a list has all."""


@dataclass(frozen=True)
class Referring:
    """The subjects of one register that say by one attribute that they belong to this one."""

    register: str
    attribute: Attribute
    total: int
    first: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class SubjectView:
    view: RunView
    register: str
    subject: str
    name: str

    @cached_property
    def facts(self) -> pl.DataFrame:
        """Every fact of the subject, winners first, as the run knew them."""
        run, one = self.view.run, self.view.canonical(self.register)
        return standing(
            self.view.ledger, self.view.zone, self.register, as_of=run.as_of, known_at=run.known_at,
            subjects=[self.subject], canonical=one,
        )  # fmt: skip

    @cached_property
    def row(self) -> pl.DataFrame:
        """Its row of the profile with its scores. Raises ProblemError (E554)."""
        return self.view.row(self.register, self.subject)

    @cached_property
    def answers(self) -> SubjectAnswers | None:
        """All policies for it. Raises ProblemError when the run lacks what the policies of today read."""
        plan = self.view.plan(self.register)
        return answers_for(self.view.zone, plan, self.row) if plan is not None else None

    @cached_property
    def sheets(self) -> list[tuple[Scorecard, Sheet | Problem]]:
        """One sheet a card; the problem instead where the subject is not rated or the card has changed since."""
        return [(card, self._sheet(card.card)) for card in self.view.cards(self.register)]

    def _sheet(self, card: str) -> Sheet | Problem:
        view = self.view
        try:
            compiled = view.compiled(card)
            frame = view.read_by_cards(self.register).lazy().select("subject", *compiled.columns)
            return sheet(compiled, view.run, self.subject, scored(view.run, card), frame)
        except ProblemError as error:
            return error.problems[0]

    @cached_property
    def referring(self) -> tuple[Referring, ...]:
        """Who refers to it, by register and attribute."""
        return tuple(self._referring())

    def _referring(self) -> Iterator[Referring]:
        for register, attributes in self.view.zone.attributes.items():
            leading = [each for each in attributes.values() if each.type == "reference" and each.to == self.register]
            for attribute in leading:
                found = referring(self.view, register, attribute, self.subject)
                if found.len():
                    yield Referring(register, attribute, found.len(), tuple(found.head(SHOWN)))


def referring(view: RunView, register: str, attribute: Attribute, subject: str) -> pl.Series:
    """The subjects of a register whose attribute leads to this one."""
    references = [each.id for each in view.zone.attributes[register].values() if each.type == "reference"]
    frame, value = view.frame(register, tuple(references)), pl.col(attribute.id)
    return frame.filter(value.list.contains(subject) if attribute.many else value == subject)["subject"]


def subject_of(view: RunView, register: str, subject: str) -> SubjectView:
    """What was worked out for those looked at last stays with the run. Raises Http404 for one it does not know."""
    name = view.name_of(register, subject)
    if name is None:
        raise Http404
    return _subject(view, register, subject, name)


@kept(256)
def _subject(view: RunView, register: str, subject: str, name: str) -> SubjectView:
    return SubjectView(view, register, subject, name)
