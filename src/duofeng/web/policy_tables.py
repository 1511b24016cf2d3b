"""What pages of policies read from a run: counts and sums, who, who nearly, who is unknown, what fails."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import polars as pl
from django.http import Http404
from django.utils.translation import gettext

from duofeng.brain.policies.outcomes import OUTCOME_NAMES, name_of
from duofeng.brain.policies.plan import Planned
from duofeng.brain.policies.subject import suppliers
from duofeng.brain.rules.condition import Condition
from duofeng.brain.runs.store import Run
from duofeng.engine.expression import columns_needed
from duofeng.engine.statuses import UNKNOWN
from duofeng.engine.truths import Truths
from duofeng.tell.words import told
from duofeng.web import reader
from duofeng.web.run_view import view_of
from duofeng.web.sight import Sight
from duofeng.web.values import column_title
from duofeng.zone.model import Text

NAMES = {code: name_of(code) for code in range(256)}
SUMMARY = pl.Schema({"policy": pl.String()} | dict.fromkeys((*OUTCOME_NAMES, "due", "paid"), pl.Int64()))


def planned_of(id: str) -> Planned:
    found = reader.planned(id)
    if found is None:
        raise Http404
    return found


@lru_cache(maxsize=4)
def summary(run: Run) -> pl.DataFrame:
    """policy; subjects by outcome; due and paid in minor units: one row per policy of the run."""
    rows = []
    answering = [register for register in run.registers if run.has("outcomes", register)]
    for register in answering:
        outcomes = run.table("outcomes", register).drop("subject").collect()
        for policy in outcomes.iter_columns():
            rows.append({"policy": policy.name, **_counts(policy)})
    sums = [
        run.table("bundles", register)
        .filter("taken")
        .group_by("policy")
        .agg(due=pl.col("amount").sum().cast(pl.Int64), paid=pl.col("paid").sum().cast(pl.Int64))
        for register in answering
    ]
    nothing = pl.LazyFrame(schema={name: SUMMARY[name] for name in ("policy", "due", "paid")})
    taken = pl.concat([nothing, *sums]).collect()
    counted = pl.DataFrame(rows, schema={name: SUMMARY[name] for name in ("policy", *OUTCOME_NAMES)})
    joined = counted.join(taken, on="policy", how="left").with_columns(pl.col("due", "paid").fill_null(0))
    return joined.select(SUMMARY.names())


def _counts(outcomes: pl.Series) -> dict[str, int]:
    counts = dict.fromkeys(OUTCOME_NAMES, 0)
    for code, size in outcomes.value_counts().iter_rows():
        counts[NAMES[code]] += size
    return counts


@lru_cache(maxsize=4)
def _truths(path: Path) -> Truths:
    return Truths.read(path)


def answered(run: Run, planned: Planned) -> bool:
    """Whether the run answered the policy; one that was declared since, or not in force then, it did not."""
    register = planned.policy.register
    return run.has("outcomes", register) and planned.id in run.table("outcomes", register).collect_schema().names()


def named(run: Run, planned: Planned, rows: pl.LazyFrame) -> pl.LazyFrame:
    """The rows with the name of whom the policy is for."""
    return view_of(run).called(rows, planned.policy.register)


def places(run: Run, planned: Planned) -> dict[str, int]:
    """Condition → its row in the run's truths; empty where the run was decided under other conditions."""
    kept = run.table("conditions", planned.policy.register).filter(pl.col("policy") == planned.id).collect()
    found = dict(zip(kept["condition"], kept["place"], strict=True))
    return found if set(found) == set(planned.condition_ids) else {}


@dataclass(frozen=True)
class ConditionShown:
    """How many subjects meet a condition, fail it, cannot be told, and fail nothing else."""

    condition: Condition
    yes: int
    no: int
    unknown: int
    only: int

    @property
    def total(self) -> int:
        return self.yes + self.no + self.unknown


def conditions_shown(run: Run, planned: Planned) -> list[ConditionShown]:
    rows = places(run, planned)
    truths = _truths(run.path("truths", planned.policy.register))
    alone = (
        run.table("near", planned.policy.register)
        .filter((pl.col("policy") == planned.id) & (pl.col("missing").list.len() == 1))
        .group_by(pl.col("missing").list.first())
        .len()
        .collect()
    )
    only = dict(alone.iter_rows())
    shown = []
    for condition in planned.rule.conditions:
        place = rows.get(condition.id)
        if place is None or place >= truths.conditions:
            continue
        sizes = np.bincount(truths.of(place), minlength=3)
        shown.append(
            ConditionShown(condition, int(sizes[1]), int(sizes[0]), int(sizes[2]), int(only.get(condition.id, 0)))
        )
    return shown


def who(run: Run, planned: Planned) -> pl.LazyFrame:
    """subject, name, outcome, amount, taken, paid: every subject of the run."""
    outcomes = run.table("outcomes", planned.policy.register).select(
        "subject", pl.col(planned.id).replace_strict(NAMES, return_dtype=pl.String).alias("outcome")
    )
    money = (
        run.table("bundles", planned.policy.register)
        .filter(pl.col("policy") == planned.id)
        .select("subject", "amount", "taken", "paid")
    )
    return named(run, planned, outcomes).join(money, on="subject", how="left")


def near(run: Run, planned: Planned, sight: Sight) -> pl.LazyFrame:
    """subject, name, missing (titles), relative, effort, amount. A distance is masked like its values."""
    titles = _titles(planned)
    guarded = [each.id for each in planned.rule.conditions if not sight.sees_parts(each.expression)]
    mine = run.table("near", planned.policy.register).filter(pl.col("policy") == planned.id)
    missing = (
        pl.col("missing").list.eval(pl.element().replace_strict(titles, default=pl.element())).list.join(gettext("；"))
    )
    hidden = pl.col("missing").list.eval(pl.element().is_in(guarded)).list.any()
    shown = mine.select(
        "subject", "effort", "amount", missing=missing, first=pl.col("missing").list.first(),
        relative=pl.when(~hidden).then("relative"),
    )  # fmt: skip
    return named(run, planned, shown)


def unknown(run: Run, planned: Planned) -> pl.LazyFrame:
    """subject, name, asks: the conditions that cannot be told for want of a fact."""
    codes = run.table("outcomes", planned.policy.register).select("subject", planned.id).collect()
    frame = pl.DataFrame({"subject": codes["subject"], "wanted": codes[planned.id] == UNKNOWN})
    truths, rows, titles = _truths(run.path("truths", planned.policy.register)), places(run, planned), _titles(planned)
    asked = [
        pl.when(pl.Series(truths.of(place) == 2)).then(pl.lit(titles[id])).alias(id)
        for id, place in rows.items()
        if place < truths.conditions
    ]
    asks = frame.with_columns(
        asks=pl.concat_str(asked, separator=gettext("；"), ignore_nulls=True) if asked else pl.lit("")
    )
    listed = asks.lazy().filter("wanted").select("subject", "asks")
    return named(run, planned, listed)


def _titles(planned: Planned) -> dict[str, str]:
    return {each.id: told(each.title) for each in planned.rule.conditions}


def asked_for(planned: Planned) -> list[tuple[str, tuple[Text, ...]]]:
    """The columns a policy reads with the sources that could supply them."""
    register, columns = planned.policy.register, columns_needed(list(planned.expressions), reader.as_of())
    known = [name for name in columns if name.partition(":")[0] not in {"outcome", "amount", "score", "grade", "rank"}]
    return [(column_title(register, name), suppliers(reader.zone(), register, name)) for name in known]
