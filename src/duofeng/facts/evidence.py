"""Why a profile says what it says: every fact beside the one that won, and the values that sources dispute."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import polars as pl

from duofeng.facts.fact import FACT, VALUES
from duofeng.facts.ledger import Ledger
from duofeng.facts.names import codes_of
from duofeng.facts.profile import ProfileZone, ranked

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
on the day asked), `priority` of its source, `older` state, `recorded` earlier; null for the winner. `disputes`: it is
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

_NEWEST_LAST = ("priority", "valid_from", "order", "sequence")
_DAYS = ("valid_from", "valid_until")
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
    counted = ranked(ledger.counted(known_at), zone).select("priority", "order", "file", arrival="id")
    if canonical is not None:
        wanted = pl.lit(True) if subjects is None else pl.col("canonical").is_in(list(subjects))
        canonical = canonical.filter(wanted & (pl.col("canonical") != pl.col("subject"))).select("subject", "canonical")
        subjects = None if subjects is None else [*subjects, *canonical["subject"]]
    facts = ledger.facts(known_at=known_at, kind=kind, subjects=subjects)
    if canonical is not None:
        facts = facts.join(canonical.lazy(), on="subject", how="left").with_columns(
            subject=pl.coalesce("canonical", "subject")
        )
    state = pl.col("attribute").is_in(_states(zone.attributes.get(kind, {})))
    key = ["subject", "attribute", "of"]
    winner = {name: pl.col(name).first().over(key) for name in ("priority", "valid_from")}
    lost_by = (
        pl.when(~pl.col("holds"))
        .then(pl.lit("lapsed"))
        .when(pl.col("standing") == 1)
        .then(None)
        .when(pl.col("priority") < winner["priority"])
        .then(pl.lit("priority"))
        .when(state & (pl.col("valid_from").ne_missing(winner["valid_from"])))
        .then(pl.lit("older"))
        .otherwise(pl.lit("recorded"))
    )
    return (
        facts.join(counted.lazy(), on="arrival")
        .with_columns(id=_ID, of=pl.when(state).then(pl.lit("")).otherwise("period"), holds=~state | _holds(as_of))
        .sort("holds", *_NEWEST_LAST, descending=True, nulls_last=True)
        .with_columns(standing=pl.int_range(1, pl.len() + 1).over(key))
        .with_columns(lost_by=lost_by, disputes=_disputes_winner(key))
        .sort("subject", "attribute", "of", "standing")
        .select(STANDING.names())
        .collect()
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
    states = set(_states(zone.attributes.get(kind, {})))
    key = ["subject", "first_day", "last_day"]
    found = [pl.DataFrame(schema={**DISPUTE, "subject": pl.Int64()})]
    for attribute in ledger.attributes(known_at=known_at)["attribute"]:
        said = ledger.scan(counted, kind, attributes=[attribute]).join(
            withdrawn, on=["delivery", "sequence"], how="anti"
        )
        said = said.filter(_holds(as_of)) if attribute in states else said
        no_day = pl.lit(None, pl.Date)
        first_day, last_day = (no_day if attribute in states else pl.col(name) for name in _DAYS)
        last_words = (
            _merged(said.filter(_says_something()), kind, canonical)
            .with_columns(first_day=first_day, last_day=last_day, attribute=pl.lit(attribute))
            .join(counted.lazy().select("delivery", "priority", "order", "source", arrival="id"), on="delivery")
            .sort(_NEWEST_LAST)
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


def _says_something() -> pl.Expr:
    return pl.any_horizontal(pl.col(name).is_not_null() for name in VALUES)


def _disputes_winner(key: list[str]) -> pl.Expr:
    """For facts in line: the newest of its source, another source than the winner's, as good a one, another value."""
    newest = pl.col("source").is_first_distinct().over(key)
    other_source = pl.col("source") != pl.col("source").first().over(key)
    as_good = pl.col("priority") == pl.col("priority").first().over(key)
    differs = pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).first().over(key)) for name in VALUES)
    return pl.col("holds") & newest & other_source & as_good & differs


def _holds(as_of: date) -> pl.Expr:
    """Whether a state is in force on the day; an open end is in force."""
    begun = pl.col("valid_from").fill_null(as_of) <= as_of
    return begun & (pl.col("valid_until").fill_null(as_of) >= as_of)


def _states(attributes: Mapping[str, Any]) -> list[str]:
    return [name for name, attribute in attributes.items() if attribute.per == "state"]


def _disagree(tolerance: float) -> pl.Expr:
    apart = [
        (pl.col(name).max() - pl.col(name).min()) > tolerance * pl.col(name).abs().max() for name in ("number", "money")
    ]
    other = [pl.col(name).drop_nulls().n_unique() > 1 for name in ("text", "date", "flag")]
    return pl.any_horizontal(*apart, *other).fill_null(False)
