"""What people decided about subjects being one: facts like any other, so they outlive every re-run.

`same_as` with another subject's key joins, `same_as` "none" says it is none of the others, `not_same_as` keeps a pair
apart. The last word on a pair, and the last union said of a subject, holds; the earlier ones stay in the ledger.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from duofeng.facts.fact import VALUES, Fact
from duofeng.facts.resolve.problems import NO_DECISION, NO_PERSON, SAME_SUBJECT, UNKNOWN_SUBJECT
from duofeng.kernel.problem import Problem, ProblemError, hint

SAME_AS, NOT_SAME_AS = "same_as", "not_same_as"
NONE = "none"
PERSON = "person:"
"""Before the name in a decision's source, so that no declared source is taken for a person."""

DECIDED = pl.Schema({"subject": pl.String(), "other": pl.String(), "by": pl.String(), "fact": pl.String()})


@dataclass(frozen=True)
class Decisions:
    """What holds now, each with columns DECIDED: pairs that are one, pairs that are not, subjects that are alone."""

    same: pl.DataFrame
    different: pl.DataFrame
    alone: pl.DataFrame

    @staticmethod
    def of(facts: pl.DataFrame) -> Decisions:
        """From live facts (see `live_facts`); their order does not matter."""
        said = facts.filter(pl.col("attribute").is_in([SAME_AS, NOT_SAME_AS]) & pl.col("text").is_not_null())
        said = said.with_columns(other="text", by="source", fact=fact_id()).sort("recorded_at", "arrival", "sequence")
        pair = pl.struct(pl.min_horizontal("subject", "other"), second=pl.max_horizontal("subject", "other"))
        joins = pl.col("attribute") == SAME_AS
        said = said.with_columns(
            last_on_pair=pair.is_last_distinct(),
            last_union=joins & pl.struct("subject", "attribute").is_last_distinct(),
        )
        alone = pl.col("other") == NONE
        columns = list(DECIDED)
        return Decisions(
            said.filter(joins & ~alone & pl.col("last_on_pair") & pl.col("last_union")).select(columns),
            said.filter(~joins & ~alone & pl.col("last_on_pair")).select(columns),
            said.filter(joins & alone & pl.col("last_union")).select(columns),
        )


def live_facts(facts: pl.DataFrame) -> pl.DataFrame:
    """Without what is withdrawn, and without retractions that say nothing themselves; a correction withdraws one fact
    and states another. Harmless where the ledger has already done so.
    """
    withdrawn = facts.get_column("retracts").drop_nulls().unique()
    says = pl.any_horizontal(pl.col(name).is_not_null() for name in VALUES if name in facts.columns)
    return facts.filter(
        (pl.col("retracts").is_null() | says) & ~fact_id().is_in(withdrawn.implode()).fill_null(value=False)
    )


def fact_id() -> pl.Expr:
    return pl.concat_str("arrival", pl.lit(":"), "sequence")


def decide(
    kind: str, subject: str, other: str | None, known: Iterable[str], *, by: str, different: bool = False
) -> Fact:
    """The fact that records a decision; `other` None says that `subject` is none of the others.

    Raises ProblemError: a subject outside `known` (E302), the same on both sides (E303), nobody named (E305).
    """
    problems = [] if by.strip() else [NO_PERSON.at()]
    subjects = set(known)
    named = [subject] if other is None else [subject, other]
    problems += [_unknown(kind, word, subjects) for word in named if word not in subjects]
    if subject == other:
        problems.append(SAME_SUBJECT.at(subject=subject))
    if problems:
        raise ProblemError(problems)
    return Fact(kind, subject, NOT_SAME_AS if different else SAME_AS, NONE if other is None else other)


def with_decision(facts: pl.DataFrame, decision: Fact, by: str, now: datetime) -> pl.DataFrame:
    """The facts as they would be once the decision is recorded; to see beforehand whether it contradicts another."""
    row = decision.row() | {"source": source_of(by), "arrival": "", "recorded_at": now, "sequence": 0}
    return pl.concat([facts, pl.DataFrame([row], schema=facts.schema)])


def withdraw(kind: str, subject: str, facts: pl.DataFrame, *, by: str) -> list[Fact]:
    """The facts that take back every decision that now holds on `subject`.

    Raises ProblemError: no decision holds (E304), nobody named (E305).
    """
    if not by.strip():
        raise ProblemError(NO_PERSON.at())
    held = Decisions.of(live_facts(facts))
    mine = pl.concat([held.same, held.different, held.alone]).filter(pl.col("subject") == subject)
    if mine.is_empty():
        raise ProblemError(NO_DECISION.at(subject=subject))
    attribute = facts.select(fact_id().alias("fact"), "attribute").join(mine, on="fact").sort("fact")
    return [Fact(kind, subject, row["attribute"], retracts=row["fact"]) for row in attribute.iter_rows(named=True)]


def source_of(person: str) -> str:
    return f"{PERSON}{person.strip()}"


def _unknown(kind: str, word: str, subjects: set[str]) -> Problem:
    return UNKNOWN_SUBJECT.at(kind=kind, subject=word, **hint(word, sorted(subjects), listed=False))
