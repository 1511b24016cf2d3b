"""Why a profile says what it says: every fact beside the one that won, and the values that sources dispute."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import polars as pl

from duofeng.facts.canonical import Canonical, by_register, led_on, merged
from duofeng.facts.fact import FACT, VALUES, file_and_place
from duofeng.facts.ledger import Ledger
from duofeng.facts.members import WHOLE_LIST, stands
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
state, `recorded` earlier, of a member of a set that it has `left` or is not in the newest whole `list`; null for the
winner. `disputes`: it is
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
_MEASURED = ("number", "money")
_ID = pl.format("{}:{}", "arrival", "sequence")


def standing(
    ledger: Ledger,
    zone: ProfileZone,
    kind: str,
    *,
    as_of: date,
    known_at: datetime,
    subjects: Sequence[str] | None = None,
    canonical: Canonical | None = None,
) -> pl.DataFrame:
    """All facts of the subjects, each value's winner first, in the columns of `STANDING`.

    A state has one winner on `as_of`; an amount of a period has one for each period; a set has one for each member.
    With `canonical`, facts of the subjects that are one with those asked stand in line together, and references are
    compared by the subjects that stand for those they name.
    """
    counted = ranked(ledger.counted(known_at), zone).select("priority", "file", arrival="id", arrived="standing")
    declared, one_with = zone.attributes.get(kind, {}), by_register(canonical, kind)
    facts = _of_one(ledger, kind, known_at, subjects, one_with.get(kind))
    for name in _references(declared, one_with):
        facts = _referring(facts, name, one_with[declared[name].to])
    state, many = (pl.col("attribute").is_in(names) for names in (_states(declared), _sets(declared)))
    key = ["subject", "attribute", *_DAYS, "member"]
    begun = day_number(as_of) >= FIRST_DAY
    lists = pl.col("rank").filter(begun & WHOLE_LIST).max()
    of_list = pl.coalesce(lists.over("subject", "attribute", "arrival"), "rank")
    return (
        facts.join(counted.lazy(), on="arrival")
        .with_columns(
            id=_ID,
            **file_and_place(pl.col("file"), pl.col("place")),
            rank=_RANK,
            speaks=speaks(pl.col("attribute"), declared),
            ended=many & (day_number(as_of) > LAST_DAY),
            in_force=~state | begun & (many | (day_number(as_of) <= LAST_DAY)),
            member=pl.when(many).then(pl.coalesce(pl.col(name).cast(pl.String) for name in VALUES)),
            **{name: pl.when(~state).then(day) for name, day in _DAYS.items()},
        )
        .with_columns(listed=~many | stands(of_list, lists.over("subject", "attribute")))
        .with_columns(holds=pl.col("in_force") & pl.col("speaks") & pl.col("listed"))
        .filter(~(many & WHOLE_LIST.is_not_null()))
        .sort("holds", *_BEST_LAST, descending=True)
        .with_columns(standing=pl.int_range(1, pl.len() + 1).over(key))
        .with_columns(lost_by=_lost_by(key, state), disputes=~many & _disputes_winner(key))
        .sort("subject", "attribute", pl.col("period").first().over(key), *_DAYS, "member", "standing")
        .select(STANDING.names())
        .collect()
    )


def _of_one(
    ledger: Ledger, kind: str, known_at: datetime, subjects: Sequence[str] | None, canonical: pl.DataFrame | None
) -> pl.LazyFrame:
    """The facts of the subjects and of those that are one with them, under the asked ones."""
    if canonical is None:
        return ledger.facts(known_at=known_at, kind=kind, subjects=subjects)
    others = merged(canonical)
    if subjects is not None:
        others = others.filter(pl.col("canonical").is_in(list(subjects)))
        subjects = [*subjects, *others["subject"]]
    return led_on(ledger.facts(known_at=known_at, kind=kind, subjects=subjects), "subject", others)


def _referring(facts: pl.LazyFrame, attribute: str, canonical: pl.DataFrame) -> pl.LazyFrame:
    """With the references of an attribute led on to the subjects that stand for those they name."""
    led = led_on(facts.with_columns(led="text"), "led", canonical)
    of_this = pl.col("attribute") == attribute
    return led.with_columns(text=pl.when(of_this).then("led").otherwise("text")).drop("led")


def _lost_by(key: list[str], state: pl.Expr) -> pl.Expr:
    """Why facts in line did not win, as `STANDING` says."""
    winner = {name: pl.col(name).first().over(key) for name in ("priority", "valid_from")}
    return (
        pl.when(~pl.col("in_force"))
        .then(pl.lit("lapsed"))
        .when(~pl.col("speaks"))
        .then(pl.lit("type"))
        .when(~pl.col("listed"))
        .then(pl.lit("list"))
        .when((pl.col("standing") == 1) & pl.col("ended"))
        .then(pl.lit("left"))
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
    canonical: Canonical | None = None,
    tolerance: float = 0.0,
) -> pl.DataFrame:
    """The last word of each source where sources of the same standing disagree, in the columns of `DISPUTE`.

    Only the sources of the highest priority that speaks of the value are compared: a lower one has lost, not disputed.
    Numbers and money agree when they differ by no more than `tolerance` of the greater; the rest must be equal.
    With `canonical`, what is said of subjects that are one is compared, and references by the subjects that stand for
    those they name. Members of sets do not dispute: each source adds its own. One attribute is in memory at a time.
    """
    counted = ranked(ledger.counted(known_at), zone)
    withdrawn = ledger.withdrawn(counted).lazy()
    arrived = counted.lazy().select("delivery", "priority", "source", arrival="id", arrived="standing")
    declared, one_with = zone.attributes.get(kind, {}), by_register(canonical, kind)
    states, sets, references = set(_states(declared)), _sets(declared), _references(declared, one_with)
    key = ["subject", "first_day", "last_day"]
    found = [pl.DataFrame(schema={**DISPUTE, "subject": pl.Int64()})]
    for attribute in ledger.attributes(known_at=known_at).filter(~pl.col("attribute").is_in(sets))["attribute"]:
        said = ledger.scan(counted, kind, attributes=[attribute]).join(
            withdrawn, on=["delivery", "sequence"], how="anti"
        )
        said = led_on(said, "text", one_with[declared[attribute].to]) if attribute in references else said
        said = said.filter(speaks(pl.lit(attribute), declared))
        said = said.filter(holds(FIRST_DAY, LAST_DAY, day_number(as_of))) if attribute in states else said
        days = {name: pl.lit(OPEN_START, pl.Int64) if attribute in states else day for name, day in _DAYS.items()}
        last_words = (
            _merged(said, kind, one_with.get(kind))
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
    others = merged(canonical)
    codes = {name: pl.Series(codes_of(kind, others[name]), dtype=pl.Int64) for name in ("subject", "canonical")}
    return said.join(pl.LazyFrame(codes), on="subject", how="left").with_columns(
        subject=pl.coalesce("canonical", "subject")
    )


def _disputes_winner(key: list[str]) -> pl.Expr:
    """For facts in line: the newest of its source, another source than the winner's, as good a one, another value."""
    newest = pl.col("source").is_first_distinct().over(key)
    other_source = pl.col("source") != pl.col("source").first().over(key)
    as_good = pl.col("priority") == pl.col("priority").first().over(key)
    differs = pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).first().over(key)) for name in VALUES)
    return pl.col("holds") & newest & other_source & as_good & differs


def _states(attributes: Mapping[str, Any]) -> list[str]:
    return [name for name, attribute in attributes.items() if attribute.per == "state"]


def _sets(attributes: Mapping[str, Any]) -> list[str]:
    return [name for name, attribute in attributes.items() if getattr(attribute, "many", False)]


def _references(attributes: Mapping[str, Any], one_with: Mapping[str, pl.DataFrame]) -> list[str]:
    """Those that lead to a register whose subjects may be one with another."""
    return [name for name, attribute in attributes.items() if getattr(attribute, "to", None) in one_with]


def _disagree(tolerance: float) -> pl.Expr:
    apart = [(pl.col(name).max() - pl.col(name).min()) > tolerance * pl.col(name).abs().max() for name in _MEASURED]
    other = [pl.col(name).drop_nulls().n_unique() > 1 for name in VALUES if name not in _MEASURED]
    return pl.any_horizontal(*apart, *other).fill_null(False)
