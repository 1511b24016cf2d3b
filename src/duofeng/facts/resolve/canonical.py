"""Which subjects are one, as known at an instant: people's decisions, then identifiers, then names, then likeness.

The answer is computed from facts and can always be thrown away; only people's decisions are kept, in the ledger.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import polars as pl

from duofeng.facts.fact import Fact
from duofeng.facts.keys import flat
from duofeng.facts.ledger import Ledger
from duofeng.facts.resolve.components import CREDIT_CODE, CREDIT_CODE_FORM, consistent, harmless, mapped
from duofeng.facts.resolve.decisions import NOT_SAME_AS, SAME_AS, Decisions, live_facts, with_decision
from duofeng.facts.resolve.manner import FIRMS, HasRegisters, Manner, manner_of
from duofeng.facts.resolve.names import NameRules, parse_names
from duofeng.facts.resolve.score import MATCHES, Thresholds, match_names
from duofeng.kernel.problem import Problem

DECIDED = (SAME_AS, NOT_SAME_AS)

PLACES = "places"
"""The code list whose titles are the place words of the zone's names."""

QUESTION = pl.Schema(
    {"subject": pl.String(), "name": pl.String(), "candidate": pl.String(), "candidate_name": pl.String()}
    | {name: kind for name, kind in MATCHES.items() if name not in ("asked", "register")}
)


class HasCodes(HasRegisters, Protocol):
    """The part of a zone that is read here."""

    @property
    def codes(self) -> Mapping[str, object]: ...
    @property
    def file(self) -> Any: ...


@dataclass(frozen=True)
class Resolution:
    """`canonical`: one row per subject, columns CANONICAL, sorted by subject; `how` is the step that joined it to
    another ("decision", "identifier", "name", "likeness"), or "self"; "stated" is the number a subject states, by which
    references lead to it though nothing is known under that number itself. `candidates`: QUESTION, every scored
    candidate of subjects not settled before scoring; those with answer "ask" wait for a person.
    """

    canonical: pl.DataFrame
    candidates: pl.DataFrame
    problems: tuple[Problem, ...]

    @property
    def questions(self) -> pl.DataFrame:
        return self.candidates.filter(pl.col("answer") == "ask")

    def counts(self) -> dict[str, int]:
        """Subjects by how they were settled; "ask" counts those that wait for a person."""
        subjects = self.canonical.filter(pl.col("how") != "stated")
        by_how = dict(subjects.group_by("how").len().sort("how").iter_rows())
        waiting = self.questions.get_column("subject").n_unique()
        return {**by_how, "self": by_how.get("self", 0) - waiting, "ask": waiting}


def resolution(
    ledger: Ledger, zone: HasCodes, register: str, known_at: datetime, trying: Fact | None = None, by: str = ""
) -> Resolution:
    """Which subjects of a register are one, as known at an instant; with one decision more if one is tried."""
    manner = manner_of(zone, register)
    facts = statements(ledger, register, known_at, manner)
    facts = pl.concat([facts, _unnamed(facts, ledger, register, known_at, manner)], how="diagonal")
    if trying is not None:
        facts = with_decision(facts, trying, by, known_at)
    return resolve(facts, name_rules(zone), manner=manner)


def canonical(ledger: Ledger, zone: HasCodes, register: str, known_at: datetime) -> pl.DataFrame:
    """Subject → canonical subject of a register as known at an instant; columns CANONICAL."""
    return resolution(ledger, zone, register, known_at).canonical


def attributes_read(zone: HasCodes, register: str) -> frozenset[str]:
    """The attributes from whose facts it follows which subjects of a register are one."""
    return frozenset((*DECIDED, *manner_of(zone, register).said))


def statements(ledger: Ledger, register: str, known_at: datetime, manner: Manner = FIRMS) -> pl.DataFrame:
    """The facts that say who is who: people's decisions, and every name and identifier, however often said, once."""
    decided = ledger.facts(known_at=known_at, kind=register, attributes=DECIDED).collect()
    said = ledger.texts(known_at=known_at, kind=register, attributes=manner.said)
    return pl.concat([decided, said], how="diagonal")


def _unnamed(facts: pl.DataFrame, ledger: Ledger, register: str, known_at: datetime, manner: Manner) -> pl.DataFrame:
    """Subjects of whom no name is known, under a key that is the number another subject states."""
    if not manner.numbers:
        return facts.select("subject").clear()
    stated = pl.concat([each.select(subject="code") for each in stated_numbers(facts, manner)]).drop_nulls().unique()
    absent = stated.join(facts, on="subject", how="anti")
    if absent.is_empty():
        return absent
    return absent.join(ledger.subjects(known_at=known_at, kind=register), on="subject", how="semi")


def stated_numbers(facts: pl.DataFrame, manner: Manner) -> list[pl.DataFrame]:
    """Subject and `code`, the key of whoever has the number it states; a table for each attribute of numbers."""
    return [
        facts.filter(pl.col("attribute") == attribute).select(
            "subject", code=pl.lit(manner.prefix_of(scheme, "")) + pl.col("text")
        )
        for attribute, scheme in manner.numbers.items()
    ]


def name_rules(zone: HasCodes) -> NameRules:
    """The zone's place words, which are the titles of its code list `places`, and its other words of names."""
    declared = zone.codes.get(PLACES)
    titles = getattr(declared, "codes", {}).values()
    places = (str(getattr(entry, "title", entry)) for entry in titles)
    return NameRules.of(places, zone.file.names.legal_forms, zone.file.names.telling)


def resolve(
    facts: pl.DataFrame,
    rules: NameRules | None = None,
    thresholds: Thresholds | None = None,
    manner: Manner = FIRMS,
) -> Resolution:
    """Decisions first, then identifiers, names and likeness; what a person decided is never scored again.

    A subject whose key is an identifier is never joined to another one except by a person or by the identifier itself.
    """
    live = live_facts(facts)
    held = Decisions.of(live)
    names = _names(live, manner)
    subjects = _subjects(live, held, names, manner)
    certain = pl.concat([_decided(held), _identified(live, subjects, manner)])
    problems, certain = consistent(subjects, certain, held)
    settled = pl.concat([certain.get_column("subject"), held.alone.get_column("subject")]).unique()
    candidates = _weighed(_candidates(names, subjects, settled, held, rules, thresholds), manner)
    likely = _taken(candidates)
    alike = likely.clear()
    if manner.by_name == "likeness":
        alike = _same_names(names, subjects, settled, likely, rules)
    automatic = harmless(subjects, certain, pl.concat([likely, alike]), held)
    one = mapped(subjects, certain, automatic)
    return Resolution(pl.concat([one, _stated(one, live, manner)]).sort("subject"), candidates, problems)


def _stated(one: pl.DataFrame, facts: pl.DataFrame, manner: Manner) -> pl.DataFrame:
    """CANONICAL of keys that are no subject's but a number that subjects state, all of whom are one."""
    if not manner.numbers:
        return one.clear()
    stated = pl.concat(stated_numbers(facts, manner)).drop_nulls().join(one, on="subject")
    stated = stated.join(one, left_on="code", right_on="subject", how="anti").unique(["code", "canonical"])
    return stated.filter(pl.col("code").is_unique()).select(
        "canonical", subject="code", how=pl.lit("stated"), score=pl.lit(1.0)
    ).select(one.columns)  # fmt: skip


def _subjects(facts: pl.DataFrame, held: Decisions, names: pl.DataFrame, manner: Manner) -> pl.DataFrame:
    """Every subject once, sorted; `own`: its key is an identifier (a key made by a source has a colon that follows no
    scheme). `identified`: it is told from others by more than a name."""
    keys = pl.concat([facts["subject"], held.same["other"], held.different["other"]]).unique().sort()
    frame = pl.DataFrame({"subject": keys})
    before = pl.col("subject").str.extract("^([^:]*):")
    own = before.is_null() | before.is_in(list(manner.schemes))
    stated = facts.filter(pl.col("attribute").is_in(list(manner.numbers))).get_column("subject").unique()
    told = own | pl.col("subject").is_in(stated.implode())
    if manner.by_name != "likeness":
        told |= ~pl.col("subject").is_in(_known_by_name(names).implode())
    return frame.with_columns(own=own, identified=told)


def _known_by_name(names: pl.DataFrame) -> pl.Series:
    """Subjects whose key a source made of their name, for want of a number."""
    made = names.filter(pl.col("subject").str.replace("^[^:]*:", "") == flat(names["name"]))
    return made.get_column("subject").unique()


def _weighed(candidates: pl.DataFrame, manner: Manner) -> pl.DataFrame:
    """A likeness of names that are no firms' is a question; so is every name of a person."""
    if manner.by_name == "likeness":
        return candidates
    sure = (pl.col("how") == "name") & pl.lit(manner.by_name == "unique")
    asked = pl.when((pl.col("answer") == "yes") & ~sure).then(pl.lit("ask")).otherwise("answer")
    return candidates.with_columns(answer=asked)


def _decided(held: Decisions) -> pl.DataFrame:
    return held.same.select("subject", "other", how=pl.lit("decision"), score=pl.lit(1.0))


def _identified(facts: pl.DataFrame, subjects: pl.DataFrame, manner: Manner) -> pl.DataFrame:
    """Subjects that state the identifier which is another's key, or the same identifier as another.

    Characters 9 to 17 of a credit code are the organisation code of the same organisation.
    """
    own = subjects.filter("own").select("subject", code=pl.col("subject"))
    both = pl.concat([own, *stated_numbers(facts, manner)]).drop_nulls()
    if manner.by_name == "likeness":
        inner = both.filter(pl.col("code").str.contains(CREDIT_CODE_FORM)).with_columns(
            code=pl.col("code").str.slice(8, 9)
        )
        both = pl.concat([both, inner])
    both = both.filter(pl.col("code").is_duplicated())
    both = both.join(subjects, on="subject").unique(["subject", "code"])
    credit = pl.col("own") & CREDIT_CODE
    whole = pl.col("own") & (pl.col("subject") == pl.col("code"))
    ranked = both.sort("code", credit, whole, "subject", descending=[False, True, True, False])
    edges = ranked.with_columns(other=pl.col("subject").first().over("code")).filter(
        pl.col("subject") != pl.col("other")
    )
    first_credit = pl.col("other").str.contains(CREDIT_CODE_FORM)
    clash = credit & first_credit
    edges = edges.filter(~clash).unique("subject", keep="first", maintain_order=True)
    return edges.select("subject", "other", how=pl.lit("identifier"), score=pl.lit(1.0))


def _names(facts: pl.DataFrame, manner: Manner) -> pl.DataFrame:
    """Columns subject, name, current (false for a former or short name); each once."""
    named = facts.filter(pl.col("attribute").is_in(list(manner.names)) & pl.col("text").is_not_null())
    listed = named.select("subject", name="text", current=pl.col("attribute") == manner.names[0], at="recorded_at")
    listed = listed.sort("subject", "current", "at", "name", descending=[False, True, True, False])
    return listed.unique(["subject", "name"], keep="first", maintain_order=True).drop("at")


def _candidates(
    names: pl.DataFrame,
    subjects: pl.DataFrame,
    settled: pl.Series,
    held: Decisions,
    rules: NameRules | None,
    thresholds: Thresholds | None,
) -> pl.DataFrame:
    """QUESTION rows: open subjects without an identifier against the names of those with one."""
    marked = names.join(subjects, on="subject", maintain_order="left")
    register = marked.filter("identified")
    asked = marked.filter(~pl.col("identified") & ~pl.col("subject").is_in(settled.implode()) & pl.col("current"))
    asked = asked.unique("subject", keep="first", maintain_order=True)
    owners = register.select("subject", owner=pl.col("subject").rank("dense").cast(pl.Int64))
    found = match_names(
        asked["name"], register["name"], rules, thresholds=thresholds,
        same_subject=owners["owner"].to_numpy(), apart=_apart(held, asked["subject"], owners),
    )  # fmt: skip
    return found.with_columns(
        subject=asked["subject"].gather(found["asked"]),
        name=asked["name"].gather(found["asked"]),
        candidate=register["subject"].gather(found["register"]),
        candidate_name=register["name"].gather(found["register"]),
    ).select(QUESTION.names())


def _apart(held: Decisions, asked: pl.Series, owners: pl.DataFrame) -> pl.DataFrame:
    """Pairs a person keeps apart, either way round, as row of `asked` and number of the owner."""
    pairs = pl.concat(
        [held.different.select("subject", "other"), held.different.select(subject="other", other="subject")]
    )
    rows = pl.DataFrame({"subject": asked, "asked": pl.int_range(len(asked), eager=True)})
    found = pairs.join(rows, on="subject").join(owners.unique(), left_on="other", right_on="subject")
    return found.select("asked", "owner")


def _taken(candidates: pl.DataFrame) -> pl.DataFrame:
    best = candidates.filter((pl.col("answer") == "yes") & (pl.col("rank") == 1))
    return best.select("subject", "candidate", "how", "score").rename({"candidate": "other"})


def _same_names(
    names: pl.DataFrame, subjects: pl.DataFrame, settled: pl.Series, likely: pl.DataFrame, rules: NameRules | None
) -> pl.DataFrame:
    """Open subjects that found nobody with an identifier, but have the same normal form among themselves."""
    done = pl.concat([settled, likely["subject"]])
    left = names.filter("current").join(subjects.filter(~pl.col("identified")), on="subject")
    left = (
        left.filter(~pl.col("subject").is_in(done.implode()))
        .sort("subject")
        .unique("subject", keep="first", maintain_order=True)
    )
    left = left.with_columns(normal=parse_names(left["name"], rules)["normal"]).filter(pl.col("normal") != "")
    alike = left.with_columns(other=pl.col("subject").first().over("normal")).filter(
        pl.col("subject") != pl.col("other")
    )
    return alike.select("subject", "other", how=pl.lit("name"), score=pl.lit(1.0))
