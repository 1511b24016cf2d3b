"""Two runs compared: who changed answer, from what to what, and why."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from duofeng.brain.policies.outcomes import name_of
from duofeng.brain.runs.store import Run

CAUSES = {
    "rule": ("规则改了", "the rule changed"),
    "fact": ("事实改了", "a fact changed"),
    "calendar": ("日期到了", "the date moved on"),
    "result": ("同组的评分改了", "scores of its peers changed"),
    "new": ("新增对象", "a new subject"),
    "gone": ("对象不在了", "the subject is gone"),
}
SCHEMA = {name: pl.String() for name in ("policy", "subject", "before", "after", "cause")}
_NAMES = {code: name_of(code) for code in range(256)}


def changed_outcomes(before: Run, after: Run) -> pl.DataFrame:
    """policy, subject, before, after, cause: every pair whose outcome is another, in both runs or in one of them.

    Only what the runs themselves kept is read, so that any two can be compared whatever the zone declares today.
    """
    rested = {
        row["policy"]: (row["rests_on"], row["columns"])
        for run in (before, after)
        for row in run.table("policies").collect().iter_rows(named=True)
    }
    parts = [
        rows.with_columns(cause=_causes(before, after, *rested[policy], rows))
        for policy, rows in _changed(before, after)
        if rows.height
    ]
    return pl.concat([pl.DataFrame(schema=SCHEMA), *(part.select(list(SCHEMA)) for part in parts)])


def _changed(before: Run, after: Run) -> Iterator[tuple[str, pl.DataFrame]]:
    """Policy by policy, so that a whole city's answers need not stand side by side."""
    tables = [run.table("outcomes") for run in (before, after)]
    names = [set(table.collect_schema().names()) - {"subject"} for table in tables]
    subjects = [table.select("subject").with_row_index(row) for table, row in zip(tables, ("old", "new"), strict=True)]
    both = subjects[0].join(subjects[1], on="subject", how="full", coalesce=True).sort("subject").collect()
    for policy in sorted(names[0] | names[1]):
        old, new = (
            table.select(policy).collect()[policy].gather(both[row])
            if policy in known
            else pl.Series(policy, [None], pl.UInt8).new_from_index(0, both.height)
            for table, known, row in zip(tables, names, ("old", "new"), strict=True)
        )
        said = [each.replace_strict(_NAMES, return_dtype=pl.String) for each in (old, new)]
        rows = pl.DataFrame({"subject": both["subject"], "before": said[0], "after": said[1]})
        changed = rows.filter(pl.col("before").ne_missing(pl.col("after")))
        yield policy, changed.select(pl.lit(policy).alias("policy"), "subject", "before", "after")


def _causes(before: Run, after: Run, rests_on: list[str], columns: list[str], rows: pl.DataFrame) -> pl.Series:
    """One cause per row: a changed rule explains everything, else a changed fact it reads, else the later date."""
    known = [set(run.manifest.rules) for run in (before, after)]
    gone, new = (pl.col(name).is_null() for name in ("after", "before"))
    listed = all(rows["policy"][0] in rules for rules in known)
    one_sided = pl.when(new & listed).then(pl.lit("new")).when(gone & listed).then(pl.lit("gone"))
    if any(before.manifest.rules.get(id) != after.manifest.rules.get(id) for id in rests_on):
        return rows.select(one_sided.otherwise(pl.lit("rule")).alias("cause")).to_series()
    fact = _with_changed_facts(before, after, columns, rows)
    moved = pl.lit("calendar" if before.manifest.as_of != after.manifest.as_of else "result")
    cause = one_sided.when(pl.col("subject").is_in(fact.implode())).then(pl.lit("fact")).otherwise(moved)
    return rows.select(cause.alias("cause")).to_series()


def _with_changed_facts(before: Run, after: Run, columns: list[str], rows: pl.DataFrame) -> pl.Series:
    """Subjects of which a column that both runs kept has another value."""
    kept = [set(run.table("profile").collect_schema().names()) for run in (before, after)]
    shared = [name for name in columns if name in kept[0] and name in kept[1]]
    wanted, subjects = ["subject", *shared], rows.lazy().select("subject")
    old, new = (run.table("profile").select(wanted).join(subjects, on="subject", how="semi") for run in (before, after))
    both = old.join(new, on="subject", how="inner", suffix=" after")
    different = [pl.col(name).ne_missing(pl.col(f"{name} after")) for name in shared] or [pl.lit(False)]
    return both.filter(pl.any_horizontal(different)).select("subject").collect()["subject"]
