"""What pages of one firm read: the search index, its facts, its answers and its scores, each worked out once a run."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import polars as pl
from django.http import Http404

from duofeng.brain.policies.subject import SubjectAnswers, answers_for
from duofeng.brain.runs.store import Run, Runs
from duofeng.brain.runs.subject import profile_with_results, subject_row, subjects_as_one
from duofeng.brain.scores.card import Compiled
from duofeng.brain.scores.sheet import Sheet, card_of, sheet
from duofeng.facts.evidence import standing
from duofeng.facts.search import SearchIndex
from duofeng.kernel.problem import Problem, ProblemError
from duofeng.web import reader
from duofeng.web.score_tables import scored
from duofeng.zone.kinds.scorecard import Scorecard, scorecards_in_force
from duofeng.zone.zone import Zone

SCORE = "score-"
FEW = 20_000
"""Firms whose profiles a process keeps in memory: 50 MB."""


def current() -> Run:
    """The current run. Raises Http404 while nothing was computed."""
    run = reader.run()
    if run is None:
        raise Http404
    return run


def index(run: Run) -> SearchIndex:
    return _index(run.id, run.folder)


@lru_cache(maxsize=2)
def _index(_id: str, folder: Path) -> SearchIndex:
    return SearchIndex.of(reader.names(folder))


def name_of(run: Run, subject: str) -> str:
    """The firm's name. Raises Http404 for a subject the run does not know."""
    found = reader.names(run.folder).filter(pl.col("subject") == subject)
    if found.is_empty():
        raise Http404
    return str(found["name"][0] or subject)


def directory(run: Run) -> pl.LazyFrame:
    """subject, name, industry, stage, due (minor units of the best bundle), near (policies nearly met)."""
    return _directory(run.id, run.folder).lazy()


@lru_cache(maxsize=2)
def _directory(_id: str, folder: Path) -> pl.DataFrame:
    run = _run(folder)
    profile = run.table("profile", reader.FIRMS)
    shown = [name for name in ("name", "industry_section", "stage") if name in profile.collect_schema().names()]
    due = run.table("bundles", reader.FIRMS).filter("taken").group_by("subject").agg(due=pl.col("amount").sum())
    near = run.table("near", reader.FIRMS).group_by("subject").agg(near=pl.len().cast(pl.Int64))
    frame = profile.select("subject", *shown).join(due, on="subject", how="left").join(near, on="subject", how="left")
    blank = [pl.lit(None, pl.String).alias(name) for name in ("name", "industry_section", "stage") if name not in shown]
    return frame.with_columns(*blank, due=pl.col("due").fill_null(0), near=pl.col("near").fill_null(0)).collect()


def facts_of(run: Run, subject: str) -> pl.DataFrame:
    """Every fact of the firm, winners first, as the run knew them."""
    return _facts(reader.zone(), run.folder, subject)


@lru_cache(maxsize=256)
def _facts(zone: Zone, run_folder: Path, subject: str) -> pl.DataFrame:
    run, one = _run(run_folder), _canonical(zone, run_folder)
    ledger = reader.snapshot(run.manifest.ledger_version)
    return standing(
        ledger, zone, reader.FIRMS, as_of=run.as_of, known_at=run.known_at, subjects=[subject], canonical=one
    )


@lru_cache(maxsize=2)
def _canonical(zone: Zone, run_folder: Path) -> pl.DataFrame | None:
    run = _run(run_folder)
    return subjects_as_one(run, reader.snapshot(run.manifest.ledger_version), zone, reader.FIRMS)


def _run(folder: Path) -> Run:
    """Runs hold mappings, so caches are keyed by their folders."""
    return Runs(folder.parent)[folder.name]


def answers_of(run: Run, subject: str) -> SubjectAnswers:
    """All policies for the firm. Raises ProblemError when the run lacks what the policies of today read."""
    return _answers(reader.zone(), run.folder, subject)


@lru_cache(maxsize=256)
def _answers(zone: Zone, run_folder: Path, subject: str) -> SubjectAnswers:
    return answers_for(zone, reader.current_plan(), _row(zone, run_folder, subject))


def row_of(run: Run, subject: str) -> pl.DataFrame:
    """The firm's row of the profile with its scores. Raises ProblemError (E554)."""
    return _row(reader.zone(), run.folder, subject)


@lru_cache(maxsize=256)
def _row(zone: Zone, run_folder: Path, subject: str) -> pl.DataFrame:
    whole = _profiles(zone, run_folder)
    row = whole.filter(pl.col("subject") == subject) if whole is not None else None
    return subject_row(_run(run_folder), reader.current_plan(), subject) if row is None or row.is_empty() else row


@lru_cache(maxsize=1)
def _profiles(_zone: Zone, run_folder: Path) -> pl.DataFrame | None:
    """The rows of all firms, where they are so few that they may stay in memory; nothing where they are many."""
    run = _run(run_folder)
    few = run.counts(reader.FIRMS).get("subjects", 0) <= FEW
    return profile_with_results(run, reader.current_plan()).collect() if few else None


def cards(run: Run) -> Sequence[Scorecard]:
    """The cards the run scored its firms by, in the versions of its day."""
    in_use = scorecards_in_force(reader.zone(), run.as_of)
    return [each for each in in_use if each.register == reader.FIRMS and run.has(f"{SCORE}{each.card}", reader.FIRMS)]


def sheets(run: Run, subject: str) -> list[tuple[Scorecard, Sheet | Problem]]:
    """One sheet a card; the problem instead where the firm is not rated or the card has changed since."""
    return [(card, _sheet_or_problem(run, card.card, subject)) for card in cards(run)]


def _sheet_or_problem(run: Run, card: str, subject: str) -> Sheet | Problem:
    try:
        return _sheet(reader.zone(), run.folder, card, subject)
    except ProblemError as error:
        return error.problems[0]


@lru_cache(maxsize=1024)
def _sheet(zone: Zone, run_folder: Path, card: str, subject: str) -> Sheet:
    run = _run(run_folder)
    compiled = _compiled(zone, run_folder, card)
    if compiled.members is not None:
        return sheet(compiled, run, subject, scored(run, card))
    frame = _read_by_cards(zone, run_folder).lazy().select("subject", *compiled.columns)
    return sheet(compiled, run, subject, scored(run, card), frame)


@lru_cache(maxsize=32)
def _compiled(zone: Zone, run_folder: Path, card: str) -> Compiled:
    return card_of(zone, _run(run_folder), card)


@lru_cache(maxsize=1)
def _read_by_cards(zone: Zone, run_folder: Path) -> pl.DataFrame:
    """The columns of the profile that some card reads, for all firms."""
    run = _run(run_folder)
    read = {name for card in cards(run) for name in _compiled(zone, run_folder, card.card).columns}
    profile = run.table("profile", reader.FIRMS)
    return profile.select("subject", *(name for name in profile.collect_schema() if name in read)).collect()
