"""Two runs compared: who changed answer, from what to what, and why."""

from __future__ import annotations

import polars as pl

from duofeng.brain.policies.outcomes import name_of
from duofeng.brain.policies.plan import Plan
from duofeng.brain.runs.store import Run

CAUSES = {
    "rule": ("规则改了", "the rule changed"),
    "fact": ("事实改了", "a fact changed"),
    "calendar": ("日期到了", "the date moved on"),
    "result": ("别的评分或政策改了", "another score or policy changed"),
    "new": ("新增对象", "a new subject"),
    "gone": ("对象不在了", "the subject is gone"),
}
SCHEMA = {name: pl.String() for name in ("policy", "subject", "before", "after", "cause")}
_NAMES = {code: name_of(code) for code in range(256)}


def changed_outcomes(before: Run, after: Run, plan: Plan) -> pl.DataFrame:
    """policy, subject, before, after, cause: every pair whose outcome is another, in both runs or in one of them.

    `plan` is the one of the later run: a policy's own columns say whether a fact it reads changed.
    """
    both = _long(before).join(_long(after), on=["subject", "policy"], how="full", coalesce=True, suffix="_after")
    changed = both.filter(pl.col("outcome").ne_missing(pl.col("outcome_after")))
    rows = (
        changed.select("policy", "subject", before="outcome", after="outcome_after").sort("policy", "subject").collect()
    )
    parts = [
        part.with_columns(cause=_causes(before, after, plan, str(policy), part))
        for (policy,), part in sorted(rows.partition_by("policy", as_dict=True).items(), key=lambda each: str(each[0]))
    ]
    return pl.concat(parts) if parts else pl.DataFrame(schema=SCHEMA)


def _long(run: Run) -> pl.LazyFrame:
    outcomes = run.table("outcomes")
    return outcomes.unpivot(index="subject", variable_name="policy", value_name="code").select(
        "subject", "policy", outcome=pl.col("code").replace_strict(_NAMES, return_dtype=pl.String)
    )


def _causes(before: Run, after: Run, plan: Plan, policy: str, rows: pl.DataFrame) -> pl.Series:
    """One cause per row. A changed rule explains everything; else a changed fact it reads, else the later date."""
    one_sided = (
        pl.when(pl.col("before").is_null()).then(pl.lit("new")).when(pl.col("after").is_null()).then(pl.lit("gone"))
    )
    if before.manifest.rules.get(policy) != after.manifest.rules.get(policy):
        return rows.select(one_sided.otherwise(pl.lit("rule"))).to_series().alias("cause")
    columns = _shared_columns(before, after, plan, policy)
    fact = _with_changed_facts(before, after, columns, rows)
    moved = pl.lit("calendar" if before.manifest.as_of != after.manifest.as_of else "result")
    cause = one_sided.when(pl.col("subject").is_in(fact.implode())).then(pl.lit("fact")).otherwise(moved)
    return rows.select(cause).to_series().alias("cause")


def _shared_columns(before: Run, after: Run, plan: Plan, policy: str) -> list[str]:
    """Columns the policy reads, directly or through recognitions, that both runs kept."""
    reached, pending = {policy}, [policy]
    while pending:
        below = {id for what, id in plan[pending.pop()].reads if what in {"outcome", "amount"} and id in plan.by_id}
        pending.extend(below - reached)
        reached |= below
    attributes = {name for id in reached for each in plan[id].expressions for name in each.attributes}
    kept = set(before.table("profile").collect_schema().names())
    return sorted(
        name
        for name in after.table("profile").collect_schema().names()
        if name in kept and name.partition("[")[0] in attributes
    )


def _with_changed_facts(before: Run, after: Run, columns: list[str], rows: pl.DataFrame) -> pl.Series:
    subjects = rows.lazy().select("subject")
    wanted = ["subject", *columns]
    old, new = (run.table("profile").select(wanted).join(subjects, on="subject", how="semi") for run in (before, after))
    both = old.join(new, on="subject", how="inner", suffix=" after")
    different = [pl.col(name).ne_missing(pl.col(f"{name} after")) for name in columns] or [pl.lit(False)]
    return both.filter(pl.any_horizontal(different)).select("subject").collect()["subject"]
