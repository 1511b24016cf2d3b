"""One run as pages read it: subjects and their names, plans and cards, each worked out once and kept with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial, wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

import polars as pl
from django.http import Http404

from duofeng.brain.names import called, ways_to_call
from duofeng.brain.policies.plan import Plan
from duofeng.brain.profiles import One
from duofeng.brain.runs.store import Run
from duofeng.brain.runs.subject import folded_as_run, others_of_run, profile_with_results, subject_row, subjects_as_one
from duofeng.brain.scores.card import Compiled
from duofeng.brain.scores.sheet import card_of
from duofeng.facts.search import SearchIndex
from duofeng.facts.snapshot import Snapshot
from duofeng.web import reader
from duofeng.web.tables import number
from duofeng.zone.kinds.scorecard import Scorecard, scorecards_in_force
from duofeng.zone.zone import Zone

FEW = 20_000
"""Subjects whose profiles a process keeps in memory: 50 MB."""


Self = TypeVar("Self")
Answer = TypeVar("Answer")
Asked = ParamSpec("Asked")


def kept(
    most: int,
) -> Callable[[Callable[Concatenate[Self, Asked], Answer]], Callable[Concatenate[Self, Asked], Answer]]:
    """A method whose last answers stay with the object that gave them, and go with it."""

    def keeping(method: Callable[Concatenate[Self, Asked], Answer]) -> Callable[Concatenate[Self, Asked], Answer]:
        place = f"_kept_{method.__name__}"

        @wraps(method)
        def answer(self: Self, /, *asked: Asked.args, **named: Asked.kwargs) -> Answer:
            own: dict[str, Any] = self.__dict__  # a frozen value may be written to here, as `cached_property` does
            if place not in own:
                own[place] = lru_cache(most)(partial(method, self))
            found: Answer = own[place](*asked, **named)
            return found

        return answer

    return keeping


@dataclass(frozen=True, eq=False)
class RunView:
    """A run read with the zone as it is declared now. Read-only, shared between requests."""

    zone: Zone
    run: Run

    @cached_property
    def ledger(self) -> Snapshot:
        """The ledger the run stood on."""
        return reader.snapshot(self.run.manifest.ledger_version)

    @kept(16)
    def canonical(self, register: str) -> One:
        """By register which subjects the run took as one: of this register and of those it refers to."""
        return subjects_as_one(self.run, self.ledger, self.zone, register)

    def profile(self, register: str, columns: tuple[str, ...]) -> pl.LazyFrame:
        """subject and the asked columns of the profile: from the run where it kept them, from its ledger else."""
        if {"subject", *columns} <= {*self.profile_columns(register)}:
            return self.run.table("profile", register).select("subject", *columns)
        return self.frame(register, columns).lazy()

    @kept(16)
    def frame(self, register: str, columns: tuple[str, ...]) -> pl.DataFrame:
        """The same, kept."""
        if {"subject", *columns} <= {*self.profile_columns(register)}:
            return self.run.table("profile", register).select("subject", *columns).collect()
        if not columns:
            return self.ledger.subjects(known_at=self.run.known_at, kind=register).select("subject")
        return folded_as_run(self.run, self.ledger, self.zone, register, columns).select("subject", *columns)

    @kept(16)
    def profile_columns(self, register: str) -> tuple[str, ...]:
        """The columns of subjects of this register that the run kept; none where it did not answer for it."""
        kept_here = self.run.has("profile", register)
        return tuple(self.run.table("profile", register).collect_schema().names()) if kept_here else ()

    def answers_for(self, register: str) -> bool:
        """Whether the run holds answers of policies for the register."""
        return self.run.counts(register).get("policies", 0) > 0

    @kept(16)
    def named(self, register: str) -> pl.DataFrame:
        """subject, name: what each is called, its key where nobody said."""
        ways = {each: ways_to_call(self.zone, each) for each in self.zone.registers}
        named = called(register, ways, lambda each, columns: self.frame(each, columns).lazy()).collect()
        return named.with_columns(pl.col("name").fill_null(pl.col("subject")))

    def with_names(self, rows: pl.DataFrame, register: str) -> pl.DataFrame:
        """The rows of `subject` with a `name` each, that of who is not in the register its key."""
        return self.called(rows.lazy(), register).collect()

    def called(self, rows: pl.LazyFrame, register: str) -> pl.LazyFrame:
        """The same, not computed yet."""
        named = rows.join(self.named(register).lazy(), on="subject", how="left", maintain_order="left")
        return named.with_columns(pl.col("name").fill_null(pl.col("subject")))

    @kept(16)
    def index(self, register: str) -> SearchIndex:
        return SearchIndex.of(self.named(register))

    @kept(16)
    def _names(self, register: str) -> dict[str, str]:
        return dict(self.named(register).iter_rows())

    def name_of(self, register: str, subject: str) -> str | None:
        """What the subject is called, its number where nobody named it; nothing where the run does not know it."""
        name = self._names(register).get(subject)
        return number(subject) if name == subject else name

    @kept(16)
    def due(self, register: str) -> pl.DataFrame:
        """subject, due (minor units of the best bundle), near (policies with an award nearly met), of who has any."""
        if not self.answers_for(register):
            return pl.DataFrame(schema={"subject": pl.String, "due": pl.Int64, "near": pl.Int64})
        taken = self.run.table("bundles", register).filter("taken").group_by("subject").agg(due=pl.col("amount").sum())
        gives = [each.id for each in reader.current_plan(register).policies if each.award is not None]
        near = self.run.table("near", register).filter(pl.col("policy").is_in(gives))
        close = near.group_by("subject").agg(near=pl.len().cast(pl.Int64))
        return taken.join(close, on="subject", how="full", coalesce=True).collect()

    @kept(16)
    def plan(self, register: str) -> Plan | None:
        """The policies in force for the register; nothing where the run answered none."""
        return reader.plan_of(self.zone, self.run.as_of, register) if self.answers_for(register) else None

    @kept(4)
    def others(self, register: str) -> dict[str, pl.DataFrame]:
        """What the register's policies ask of other subjects, by their register."""
        plan = self.plan(register)
        assert plan is not None
        return others_of_run(self.run, self.ledger, self.zone, plan.links)

    def row(self, register: str, subject: str) -> pl.DataFrame:
        """The subject's row of the profile with its scores. Raises ProblemError (E554)."""
        plan = self.plan(register)
        assert plan is not None
        whole = self._profiles(register)
        row = whole.filter(pl.col("subject") == subject) if whole is not None else None
        return subject_row(self.run, plan, subject) if row is None or row.is_empty() else row

    @kept(4)
    def _profiles(self, register: str) -> pl.DataFrame | None:
        """The rows of all subjects, where they are so few that they may stay in memory; nothing where they are many."""
        plan = self.plan(register)
        assert plan is not None
        few = self.run.counts(register).get("subjects", 0) <= FEW
        return profile_with_results(self.run, plan).collect() if few else None

    @kept(16)
    def cards(self, register: str) -> Sequence[Scorecard]:
        """The cards the run scored subjects of the register by, in the versions of its day."""
        in_use = scorecards_in_force(self.zone, self.run.as_of)
        return [each for each in in_use if each.register == register and self.run.has(f"score-{each.card}", register)]

    @kept(32)
    def compiled(self, card: str) -> Compiled:
        return card_of(self.zone, self.run, card)

    @kept(4)
    def read_by_cards(self, register: str) -> pl.DataFrame:
        """The columns of the profile that some card of the register reads, for all its subjects."""
        read = {name for card in self.cards(register) for name in self.compiled(card.card).columns}
        return self.frame(register, tuple(name for name in self.profile_columns(register) if name in read))


def view_of(run: Run) -> RunView:
    return _view(reader.zone(), run)


_view = lru_cache(maxsize=3)(RunView)


def current_run() -> Run:
    """The run or question that pages speak of. Raises Http404 while nothing was computed."""
    run = reader.run()
    if run is None:
        raise Http404
    return run


def published_run() -> Run:
    """The run that counts for everybody, whatever question is looked at. Raises Http404 while there is none."""
    run = reader.published()
    if run is None:
        raise Http404
    return run


def current() -> RunView:
    return view_of(current_run())
