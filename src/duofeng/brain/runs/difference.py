"""Two runs compared: who changed answer, from what to what, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from duofeng.brain.policies.outcomes import name_of
from duofeng.brain.runs.store import Run
from duofeng.kernel.message import say

CAUSES = {
    "rule": say("规则改了"),
    "fact": say("事实改了"),
    "calendar": say("日期到了"),
    "result": say("同组的评分改了"),
    "new": say("新增对象"),
    "gone": say("对象不在了"),
}
SCHEMA = {name: pl.String() for name in ("register", "policy", "subject", "before", "after", "cause")}
_NAMES = {code: name_of(code) for code in range(256)}


def changed_outcomes(before: Run, after: Run) -> pl.DataFrame:
    """register, policy, subject, before, after, cause: every pair whose outcome is another, in both runs or in one.

    Only what the runs themselves kept is read, so that any two can be compared whatever the zone declares today.
    """
    found = [_of_register(before, after, register) for register in sorted({*before.registers, *after.registers})]
    return pl.concat([pl.DataFrame(schema=SCHEMA), *found])


def _of_register(before: Run, after: Run, register: str) -> pl.DataFrame:
    rested = {
        row["policy"]: (row["rests_on"], row["columns"])
        for run in (before, after)
        if run.has("policies", register)
        for row in run.table("policies", register).collect().iter_rows(named=True)
    }
    sides = _Sides(before, after, register)
    parts = [
        rows.with_columns(cause=_causes(sides, *rested[policy], rows), register=pl.lit(register))
        for policy, rows in _changed(sides)
        if rows.height
    ]
    return pl.concat([pl.DataFrame(schema=SCHEMA), *(part.select(list(SCHEMA)) for part in parts)])


@dataclass(frozen=True)
class _Sides:
    """One register in two runs, one of which may not have answered for it."""

    before: Run
    after: Run
    register: str

    @property
    def both(self) -> tuple[Run, Run]:
        return self.before, self.after

    def tables(self, name: str) -> list[pl.LazyFrame]:
        nobody = pl.LazyFrame(schema={"subject": pl.String})
        return [run.table(name, self.register) if run.has(name, self.register) else nobody for run in self.both]

    def rules(self) -> list[Mapping[str, str]]:
        return [run.rules(self.register) for run in self.both]


def _changed(sides: _Sides) -> Iterator[tuple[str, pl.DataFrame]]:
    """Policy by policy, so that a whole city's answers need not stand side by side."""
    tables = sides.tables("outcomes")
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


def _causes(sides: _Sides, rests_on: list[str], columns: list[str], rows: pl.DataFrame) -> pl.Series:
    """One cause per row: a changed rule explains everything, else a changed fact it reads, else the later date."""
    old, now = sides.rules()
    gone, new = (pl.col(name).is_null() for name in ("after", "before"))
    listed = all(rows["policy"][0] in rules for rules in (old, now))
    one_sided = pl.when(new & listed).then(pl.lit("new")).when(gone & listed).then(pl.lit("gone"))
    if any(old.get(id) != now.get(id) for id in rests_on):
        return rows.select(one_sided.otherwise(pl.lit("rule")).alias("cause")).to_series()
    fact = _with_changed_facts(sides, columns, rows)
    moved = pl.lit("calendar" if sides.before.manifest.as_of != sides.after.manifest.as_of else "result")
    cause = one_sided.when(pl.col("subject").is_in(fact.implode())).then(pl.lit("fact")).otherwise(moved)
    return rows.select(cause.alias("cause")).to_series()


def _with_changed_facts(sides: _Sides, columns: list[str], rows: pl.DataFrame) -> pl.Series:
    """Subjects of which a column that both runs kept has another value."""
    profiles = sides.tables("profile")
    kept = [set(table.collect_schema().names()) for table in profiles]
    shared = [name for name in columns if name in kept[0] and name in kept[1]]
    wanted, subjects = ["subject", *shared], rows.lazy().select("subject")
    old, new = (table.select(wanted).join(subjects, on="subject", how="semi") for table in profiles)
    both = old.join(new, on="subject", how="inner", suffix=" after")
    different = [pl.col(name).ne_missing(pl.col(f"{name} after")) for name in shared] or [pl.lit(False)]
    return both.filter(pl.any_horizontal(different)).select("subject").collect()["subject"]
