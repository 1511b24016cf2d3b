"""Why a profile says what it says: every fact beside the one that won, and the values that sources dispute."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import polars as pl

from duofeng.facts.fact import FACT, VALUES
from duofeng.facts.ledger import Ledger
from duofeng.facts.names import codes_of
from duofeng.facts.order import FIRST_DAY, LAST_DAY, OPEN_START, ProfileZone, day_number, holds, rank, ranked, speaks

STANDING = pl.Schema(
    {
        **FACT,
        "id": pl.String(),
        "file": pl.String(),
        "priority": pl.Int64(),
        "standing": pl.Int64(),
        "lost_by": pl.String(),
        "disputes": pl.Boolean(),
    }
)
"""A fact, the file it came in and its place in line: 1 won. `lost_by` says why another did not: `lapsed` (not in force
on the day asked), `type` (its value is of another type than the attribute has), `priority` of its source, `older`
state, `recorded` earlier; null for the winner. `disputes`: it is
the last word of another source of the winner's priority, and says something else."""

DISPUTE = pl.Schema(
    {
        "subject": pl.String(),
        "attribute": pl.String(),
        "period": pl.String(),
        "source": pl.String(),
        "arrival": pl.String(),
        "sequence": pl.Int64(),
        **VALUES,
    }
)

_RANK = rank(pl.col("arrived"), FIRST_DAY)
_BEST_LAST = ("rank", "sequence")
_DAYS = {"first_day": FIRST_DAY, "last_day": LAST_DAY}
_ID = pl.format("{}:{}", "arrival", "sequence")


def standing(
    ledger: Ledger,
    zone: ProfileZone,
    kind: str,
    *,
    as_of: date,
    known_at: datetime,
    subjects: Sequence[str] | None = None,
    canonical: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """All facts of the subjects, each value's winner first, in the columns of `STANDING`.

    A state has one winner on `as_of`; an amount of a period has one for each period. With `canonical` (`subject`,
    `canonical`), facts of the subjects that are one with those asked stand in line together.
    """
    counted = ranked(ledger.counted(known_at), zone).select("priority", "file", arrival="id", arrived="standing")
    if canonical is not None:
        wanted = pl.lit(True) if subjects is None else pl.col("canonical").is_in(list(subjects))
        canonical = canonical.filter(wanted & (pl.col("canonical") != pl.col("subject"))).select("subject", "canonical")
        subjects = None if subjects is None else [*subjects, *canonical["subject"]]
    facts = ledger.facts(known_at=known_at, kind=kind, subjects=subjects)
    if canonical is not None:
        facts = facts.join(canonical.lazy(), on="subject", how="left").with_columns(
            subject=pl.coalesce("canonical", "subject")
        )
    declared = zone.attributes.get(kind, {})
    state = pl.col("attribute").is_in(_states(declared))
    key = ["subject", "attribute", *_DAYS]
    return (
        facts.join(counted.lazy(), on="arrival")
        .with_columns(
            id=_ID,
            rank=_RANK,
            speaks=speaks(pl.col("attribute"), declared),
            holds=~state | holds(FIRST_DAY, LAST_DAY, day_number(as_of)),
            **{name: pl.when(~state).then(day) for name, day in _DAYS.items()},
        )
        .with_columns(holds=pl.col("holds") & pl.col("speaks"), in_force="holds")
        .sort("holds", *_BEST_LAST, descending=True)
        .with_columns(standing=pl.int_range(1, pl.len() + 1).over(key))
        .with_columns(lost_by=_lost_by(key, state), disputes=_disputes_winner(key))
        .sort("subject", "attribute", pl.col("period").first().over(key), *_DAYS, "standing")
        .select(STANDING.names())
        .collect()
    )


def _lost_by(key: list[str], state: pl.Expr) -> pl.Expr:
    """Why facts in line did not win, as `STANDING` says."""
    winner = {name: pl.col(name).first().over(key) for name in ("priority", "valid_from")}
    return (
        pl.when(~pl.col("in_force"))
        .then(pl.lit("lapsed"))
        .when(~pl.col("speaks"))
        .then(pl.lit("type"))
        .when(pl.col("standing") == 1)
        .then(None)
        .when(pl.col("priority") < winner["priority"])
        .then(pl.lit("priority"))
        .when(state & (pl.col("valid_from").ne_missing(winner["valid_from"])))
        .then(pl.lit("older"))
        .otherwise(pl.lit("recorded"))
    )


def disputes(
    ledger: Ledger,
    zone: ProfileZone,
    kind: str,
    *,
    as_of: date,
    known_at: datetime,
    canonical: pl.DataFrame | None = None,
    tolerance: float = 0.0,
) -> pl.DataFrame:
    """The last word of each source where sources of the same standing disagree, in the columns of `DISPUTE`.

    Only the sources of the highest priority that speaks of the value are compared: a lower one has lost, not disputed.
    Numbers and money agree when they differ by no more than `tolerance` of the greater; the rest must be equal.
    With `canonical` (`subject`, `canonical`), what is said of subjects that are one is compared. One attribute is in
    memory at a time.
    """
    counted = ranked(ledger.counted(known_at), zone)
    withdrawn = ledger.withdrawn(counted).lazy()
    arrived = counted.lazy().select("delivery", "priority", "source", arrival="id", arrived="standing")
    declared = zone.attributes.get(kind, {})
    states = set(_states(declared))
    key = ["subject", "first_day", "last_day"]
    found = [pl.DataFrame(schema={**DISPUTE, "subject": pl.Int64()})]
    for attribute in ledger.attributes(known_at=known_at)["attribute"]:
        said = ledger.scan(counted, kind, attributes=[attribute]).join(
            withdrawn, on=["delivery", "sequence"], how="anti"
        )
        said = said.filter(speaks(pl.lit(attribute), declared))
        said = said.filter(holds(FIRST_DAY, LAST_DAY, day_number(as_of))) if attribute in states else said
        days = {name: pl.lit(OPEN_START, pl.Int64) if attribute in states else day for name, day in _DAYS.items()}
        last_words = (
            _merged(said, kind, canonical)
            .with_columns(**days, attribute=pl.lit(attribute))
            .join(arrived, on="delivery")
            .with_columns(rank=_RANK)
            .sort(_BEST_LAST)
            .group_by(*key, "source")
            .last()
        )
        highest = last_words.filter(pl.col("priority") == pl.col("priority").max().over(key))
        found.append(highest.filter(_disagree(tolerance).over(key)).select(DISPUTE.names()).collect())
    known = ledger.subjects(known_at=known_at, kind=kind)
    named = pl.concat(found).rename({"subject": "code"}).join(known, on="code")
    return named.select(DISPUTE.names()).sort("subject", "attribute", "period", "source", "arrival")


def _merged(said: pl.LazyFrame, kind: str, canonical: pl.DataFrame | None) -> pl.LazyFrame:
    """The facts under the codes of canonical subjects."""
    if canonical is None:
        return said
    merged = canonical.filter(pl.col("subject") != pl.col("canonical"))
    codes = {name: pl.Series(codes_of(kind, merged[name]), dtype=pl.Int64) for name in ("subject", "canonical")}
    other = pl.LazyFrame(codes)
    return said.join(other, on="subject", how="left").with_columns(subject=pl.coalesce("canonical", "subject"))


def _disputes_winner(key: list[str]) -> pl.Expr:
    """For facts in line: the newest of its source, another source than the winner's, as good a one, another value."""
    newest = pl.col("source").is_first_distinct().over(key)
    other_source = pl.col("source") != pl.col("source").first().over(key)
    as_good = pl.col("priority") == pl.col("priority").first().over(key)
    differs = pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).first().over(key)) for name in VALUES)
    return pl.col("holds") & newest & other_source & as_good & differs


def _states(attributes: Mapping[str, Any]) -> list[str]:
    return [name for name, attribute in attributes.items() if attribute.per == "state"]


def _disagree(tolerance: float) -> pl.Expr:
    apart = [
        (pl.col(name).max() - pl.col(name).min()) > tolerance * pl.col(name).abs().max() for name in ("number", "money")
    ]
    other = [pl.col(name).drop_nulls().n_unique() > 1 for name in ("text", "date", "flag")]
    return pl.any_horizontal(*apart, *other).fill_null(False)
