"""Reading one subject, or all, back from a run as the policies saw them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl

from duofeng.brain.policies import problems
from duofeng.brain.policies.history import payment_columns
from duofeng.brain.policies.outcomes import name_of
from duofeng.brain.policies.plan import Plan
from duofeng.brain.profiles import One, canonical_subjects, referred_to
from duofeng.brain.runs import problems as run_problems
from duofeng.brain.runs.record import rule_digests
from duofeng.brain.runs.store import Run
from duofeng.brain.scores.card import Compiled
from duofeng.engine.links import Links, linked
from duofeng.engine.words import is_result, part_of, rule_of
from duofeng.facts.ledger import Ledger
from duofeng.facts.profile import profile
from duofeng.kernel.problem import ProblemError, hint
from duofeng.zone.zone import Zone

RESULTS = ("score", "grade", "rank")
MERGED = "merged"
TRUTHS = {code: {"yes": True, "unknown": None}.get(name_of(code), False) for code in range(256)}


def refuse_changed_rules(run: Run, plan: Plan, cards: Sequence[Compiled]) -> None:
    """Raises ProblemError (E655) when a policy or card of the plan's register means something else now than when the
    run was computed."""
    now, then = rule_digests(plan, cards), run.rules(plan.register)
    changed = sorted(id for id in {*now, *then} if now.get(id) != then.get(id))
    if changed:
        shown = "、".join(changed[:6]) + (" …" if len(changed) > 6 else "")
        raise ProblemError(run_problems.RULES_CHANGED.at(run=run.id, rules=shown))


def profile_with_results(run: Run, plan: Plan) -> pl.LazyFrame:
    """The run's profile with the results of the cards its policies read, one row per subject."""
    return with_results(run, plan, run.table("profile", plan.register))


def with_results(run: Run, plan: Plan, frame: pl.LazyFrame) -> pl.LazyFrame:
    """The rows of the run's subjects with the results of the cards that the policies read."""
    for card in sorted(plan.cards):
        if not run.has(f"score-{card}", plan.register):
            raise ProblemError(problems.SCORE_NEEDED.at(card=card, run=run.id))
        columns = [pl.col(name).alias(f"{name}:{card}") for name in RESULTS]
        table = run.table(f"score-{card}", plan.register)
        there = table.collect_schema().names()
        asked = {part_of(f"{what}:{id}") for what, id in plan.results_read if id.startswith(f"{card}.")}
        columns += [
            pl.col(f"score.{part}").alias(f"score:{card}.{part}") for part in sorted(asked) if f"score.{part}" in there
        ]
        scores = table.select("subject", *columns)
        frame = frame.join(scores, on="subject", how="left", maintain_order="left")
    return frame.with_columns(pl.col(f"rank:{card}").cast(pl.Float64) for card in plan.cards)


def whole_profile(run: Run, plan: Plan, zone: Zone, ledger: Ledger) -> pl.DataFrame:
    """The same for all subjects, with columns that the run did not need folded from the ledger it stood on."""
    frame = profile_with_results(run, plan).collect()
    then = Ledger(ledger.folder, run.manifest.ledger_version)
    recorded = set(then.attributes(known_at=run.known_at)["attribute"])
    wanted = (*plan.columns, *payment_columns(plan, recorded))
    return linked_as_run(
        run, then, zone, plan.links, with_columns_of_run(run, then, zone, plan.register, frame, wanted)
    )


def linked_as_run(run: Run, ledger: Ledger, zone: Zone, links: Links, frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with what other subjects say, as the run knew them; what it kept of that already stays."""
    if all(name in frame.columns for name in links.names):
        return frame
    return linked(frame, links, others_of_run(run, ledger, zone, links))


def others_of_run(run: Run, ledger: Ledger, zone: Zone, links: Links) -> dict[str, pl.DataFrame]:
    """By register, what links ask of other subjects, as the run knew them."""
    return {each: columns_of_run(run, ledger, zone, each, columns) for each, columns in links.columns.items()}


def columns_of_run(
    run: Run, ledger: Ledger, zone: Zone, register: str, columns: Iterable[str], links: Iterable[str] = ()
) -> pl.DataFrame:
    """subject and the columns as the run knew them: facts it kept, and else from its ledger; results of its rules. Of
    `links` those it kept."""
    wanted = list(columns)
    facts = [name for name in wanted if not is_result(name)]
    if run.has("profile", register):
        table = run.table("profile", register)
        there = set(table.collect_schema().names())
        frame = table.select("subject", *(name for name in (*facts, *links) if name in there)).collect()
        frame = with_columns_of_run(run, ledger, zone, register, frame, facts)
    else:
        frame = folded_as_run(run, ledger, zone, register, facts)
    for name in filter(is_result, wanted):
        frame = frame.join(_result(run, register, name), on="subject", how="left", maintain_order="left")
    return frame


def _result(run: Run, register: str, name: str) -> pl.DataFrame:
    """subject and one result of a card or policy: unknown of everybody where the run did not work it out."""
    what, _, id = name.partition(":")
    if what == "outcome":
        table = run.table("outcomes", register)
        if id not in table.collect_schema().names():
            return pl.DataFrame(schema={"subject": pl.String, name: pl.Boolean})
        answers = pl.col(id).replace_strict(TRUTHS, return_dtype=pl.Boolean)
        return table.select("subject", answers.alias(name)).collect()
    if what == "amount":
        rows = run.table("bundles", register).filter(pl.col("policy") == id)
        return rows.select("subject", pl.col("amount").cast(pl.Int64).alias(name)).collect()
    kind, card = pl.String if what == "grade" else pl.Float64, rule_of(name)
    column = f"{what}.{part_of(name)}".rstrip(".")
    if not run.has(f"score-{card}", register):
        return pl.DataFrame(schema={"subject": pl.String, name: kind})
    table = run.table(f"score-{card}", register)
    if column not in table.collect_schema().names():
        return pl.DataFrame(schema={"subject": pl.String, name: kind})
    return table.select("subject", pl.col(column).cast(kind).alias(name)).collect()


def with_columns_of_run(
    run: Run, ledger: Ledger, zone: Zone, register: str, frame: pl.DataFrame, columns: Sequence[str]
) -> pl.DataFrame:
    """The frame with those of the columns it lacks, folded from the ledger the run stood on."""
    missing = [name for name in columns if name not in frame.columns]
    if not missing:
        return frame
    more = folded_as_run(run, ledger, zone, register, missing)
    return frame.join(more, on="subject", how="left", maintain_order="left")


def folded_as_run(run: Run, ledger: Ledger, zone: Zone, register: str, columns: Sequence[str]) -> pl.DataFrame:
    """Columns the run did not keep, folded from the ledger it stood on, as it knew them."""
    version = run.manifest.ledger_version
    then = ledger if ledger.version == version else Ledger(ledger.folder, version)
    one = subjects_as_one(run, then, zone, register)
    return profile(then, zone, register, columns, as_of=run.as_of, known_at=run.known_at, canonical=one).collect()


def merged(canonical: pl.DataFrame | None) -> pl.DataFrame:
    """`subject` and the `canonical` one it is one with, where they differ: what a run keeps of it."""
    if canonical is None:
        return pl.DataFrame(schema={"subject": pl.String(), "canonical": pl.String()})
    return canonical.filter(pl.col("subject") != pl.col("canonical")).select("subject", "canonical").sort("subject")


def subjects_as_one(run: Run, ledger: Ledger, zone: Zone, register: str) -> One:
    """By register which subjects the run took as one: of this register, and of those that its references lead to."""
    found = {each: register_as_one(run, ledger, zone, each) for each in referred_to(zone, [register])}
    return {each: one for each, one in found.items() if one is not None}


def register_as_one(run: Run, ledger: Ledger, zone: Zone, register: str) -> pl.DataFrame | None:
    """Which subjects the run took as one; worked out from its ledger where it did not answer for the register."""
    if not run.has(MERGED, register):
        return canonical_subjects(ledger, zone, register, run.known_at)
    kept = run.table(MERGED, register).collect()
    return kept if kept.height else None


def rows_together(run: Run, plan: Plan, row: pl.DataFrame) -> pl.DataFrame | None:
    """The rows of all with whom a subject has some policy only once, its own among them; nothing where it has all its
    policies for itself."""
    named = [(name, row[name][0]) for name in plan.once_per_columns if row[name][0] is not None]
    if not named:
        return None
    same = pl.any_horizontal(pl.col(name) == key for name, key in named)
    return profile_with_results(run, plan).filter(same).collect()


def subject_row(run: Run, plan: Plan, subject: str) -> pl.DataFrame:
    """The one row of a subject, found by its key. Raises ProblemError (E554)."""
    row = profile_with_results(run, plan).filter(pl.col("subject") == subject).collect()
    if row.is_empty():
        known = run.table("profile", plan.register).select("subject").collect()["subject"].to_list()
        raise ProblemError(problems.NO_SUBJECT.at(subject=subject, **hint(subject, known[:10_000], listed=False)))
    return row
