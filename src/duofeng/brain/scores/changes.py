"""Why a score moved between two runs: which entries, and whether by data, value, date, card, stage or peers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from duofeng.brain.runs.store import Run
from duofeng.brain.scores import problems
from duofeng.brain.scores.card import Compiled
from duofeng.engine.links import columns_read
from duofeng.kernel.message import Message, say
from duofeng.kernel.problem import ProblemError

CAUSES: Mapping[str, Message] = {
    "data": say("补充了数据"),
    "lost": say("数据失效"),
    "value": say("数值变化"),
    "calendar": say("日期到了，改看另一期"),
    "rule": say("评分卡修改"),
    "stage": say("阶段变了"),
    "group": say("换了同组"),
    "peers": say("同组变化"),
    "entered": say("开始评价"),
    "left": say("不再评价"),
}
TOTAL = ""
"""The entry of a row about the whole card."""
TINY = 1e-9


def changed_scores(before: Run, after: Run, card: str, register: str) -> pl.DataFrame:
    """One row per subject whose score or range moved, the largest move first.

    subject, before, after (score, or the middle of its range), change, rank_before, rank_after, stage_before, stage,
    entered: rated in one run only. Null where a run did not rate the subject.
    """
    _scored_both(before, after, card, register)
    name = f"score-{card}"
    columns = (pl.col("subject"), (pl.col("low") + pl.col("high")) / 2, pl.col("rank"), pl.col("stage"))
    old, new = (
        run.table(name, register).select(columns[0], columns[1].alias("score"), *columns[2:]).collect()
        for run in (before, after)
    )
    both = old.join(new, on="subject", how="full", coalesce=True, suffix="_after")
    return (
        both.select(
            "subject",
            before="score",
            after="score_after",
            change=pl.col("score_after") - pl.col("score"),
            rank_before="rank",
            rank_after="rank_after",
            stage_before="stage",
            stage="stage_after",
        )
        .filter((pl.col("change").abs() > TINY) | (pl.col("before").is_null() != pl.col("after").is_null()))
        .sort(pl.col("change").abs(), "subject", descending=[True, False], nulls_last=True)
    )


def changed_entries(
    before: Run, after: Run, card: str, register: str, subject: str | None = None, compiled: Compiled | None = None
) -> pl.DataFrame:
    """One row per subject and leaf that moved: subject, entry, value_before, value, points_before, points, cause.

    A leaf whose value stayed while its points moved was moved by the card where its meaning changed, by other peers
    where the subject changed group, else by what its peers did. A value that moved although no fact that both runs
    kept of the subject did was moved by the card, or by the date. `TOTAL` stands for the whole card: in a row of its
    own where weights changed, by the subject's stage or in the card, and where only one of the runs rates the subject.
    With the card `compiled`, the facts asked about are those an entry reads, else all of the subject.
    """
    _scored_both(before, after, card, register)
    leaves = _moved_leaves(before, after, card, register, subject, compiled)
    totals = _moved_totals(before, after, card, register, subject)
    told = pl.col("cause").is_in(["stage", "entered", "left"])
    kept = totals.filter(told | ~pl.col("subject").is_in(leaves["subject"].implode()))
    order = (pl.col("points") - pl.col("points_before")).abs()
    return pl.concat([leaves, kept]).sort("subject", order, "entry", descending=[False, True, False])


def _moved_leaves(
    before: Run, after: Run, card: str, register: str, subject: str | None, compiled: Compiled | None
) -> pl.DataFrame:
    old, new = (_leaves(run, card, register, subject) for run in (before, after))
    known = old.select("entry").unique().with_columns(known=pl.lit(True))
    both = (
        old.join(new, on=["subject", "entry"], how="full", coalesce=True, suffix="_after")
        .join(
            _places(before, card, register).join(_places(after, card, register), on="subject", suffix="_after"),
            on="subject",
        )
        .join(known, on="entry", how="left")
    )
    points = (pl.col("points") - pl.col("points_after")).abs() > TINY
    there = pl.col("points").is_null() != pl.col("points_after").is_null()
    changed = both.filter(points | there)
    if _rule_changed(before, after, card, register) or before.manifest.as_of != after.manifest.as_of:
        facts = _other_facts(before, after, register, changed, compiled)
        changed = changed.join(facts, on=["subject", "entry"], how="left")
    else:
        changed = changed.with_columns(by_fact=pl.lit(True))
    return changed.select(
        "subject", "entry", value_before="value", value="value_after", points_before="points", points="points_after",
        cause=_cause(_rule_changed(before, after, card, register)),
    )  # fmt: skip


def _cause(rule: bool) -> pl.Expr:
    value, after_value, by_fact = pl.col("value"), pl.col("value_after"), pl.col("by_fact").fill_null(False)
    moved = (value - after_value).abs() > TINY * (1 + value.abs())
    new_entry = pl.col("known").is_null()
    other = pl.lit("rule" if rule else "calendar")
    return (
        pl.when(new_entry | (pl.lit(rule) & ~by_fact))
        .then(pl.lit("rule"))
        .when(value.is_null() & after_value.is_not_null())
        .then(pl.when(by_fact).then(pl.lit("data")).otherwise(other))
        .when(value.is_not_null() & after_value.is_null())
        .then(pl.when(by_fact).then(pl.lit("lost")).otherwise(other))
        .when(moved)
        .then(pl.when(by_fact).then(pl.lit("value")).otherwise(other))
        .when(pl.lit(rule))
        .then(pl.lit("rule"))
        .when(pl.col("group").ne_missing(pl.col("group_after")))
        .then(pl.lit("group"))
        .otherwise(pl.lit("peers"))
    )


def _moved_totals(before: Run, after: Run, card: str, register: str, subject: str | None) -> pl.DataFrame:
    """A row for every subject whose total moved, or that only one of the runs rates."""
    middle = (pl.col("low") + pl.col("high")) / 2
    old, new = (
        run.table(f"score-{card}", register).select("subject", "stage", points=middle, rated=pl.lit(True))
        for run in (before, after)
    )
    both = old.join(new, on="subject", how="full", coalesce=True, suffix="_after")
    if subject is not None:
        both = both.filter(pl.col("subject") == subject)
    entered, left = pl.col("rated").is_null(), pl.col("rated_after").is_null()
    moved = (pl.col("points") - pl.col("points_after")).abs() > TINY
    staged = pl.col("stage").ne_missing(pl.col("stage_after"))
    cause = (
        pl.when(entered).then(pl.lit("entered")).when(left).then(pl.lit("left"))
        .when(staged).then(pl.lit("stage")).otherwise(pl.lit("rule"))
    )  # fmt: skip
    nothing = pl.lit(None, pl.Float64)
    return (
        both.filter(entered | left | moved)
        .select(
            "subject", entry=pl.lit(TOTAL), value_before=nothing, value=nothing, points_before="points",
            points="points_after", cause=cause,
        )
        .collect()
    )  # fmt: skip


def _rule_changed(before: Run, after: Run, card: str, register: str) -> bool:
    return before.rules(register).get(f"score:{card}") != after.rules(register).get(f"score:{card}")


def _places(run: Run, card: str, register: str) -> pl.DataFrame:
    return run.table(f"score-{card}", register).select("subject", "stage", "group").collect()


def _other_facts(
    before: Run, after: Run, register: str, changed: pl.DataFrame, compiled: Compiled | None
) -> pl.DataFrame:
    """subject, entry, by_fact (true): something the entry reads, kept by both runs, is different now."""
    subjects = changed["subject"].unique().implode()
    old, new = (run.table("profile", register).filter(pl.col("subject").is_in(subjects)) for run in (before, after))
    shared = sorted((set(old.collect_schema()) & set(new.collect_schema())) - {"subject"})
    both = old.select("subject", *shared).join(new.select("subject", *shared), on="subject", suffix=" after")
    marks = both.select("subject", *(pl.col(each).ne_missing(pl.col(f"{each} after")) for each in shared)).collect()
    parts = []
    for entry in changed["entry"].unique().sort():
        read = [each for each in _read(compiled, entry, shared) if each in shared]
        if read:
            parts.append(marks.filter(pl.any_horizontal(read)).select("subject", entry=pl.lit(entry)))
    listed = pl.concat(parts) if parts else pl.DataFrame(schema={"subject": pl.String, "entry": pl.String})
    return listed.with_columns(by_fact=pl.lit(True))


def _read(compiled: Compiled | None, entry: str, shared: list[str]) -> Sequence[str]:
    leaf = compiled.leaves.get(tuple(entry.split("."))) if compiled is not None else None
    return shared if compiled is None or leaf is None else columns_read(leaf[1], compiled.as_of)


def _scored_both(before: Run, after: Run, card: str, register: str) -> None:
    """Raises ProblemError (E605) when one of the runs did not score the card."""
    for run in (before, after):
        if not run.has(f"score-{card}", register):
            raise ProblemError(problems.NOT_SCORED_THEN.at(run=run.id, card=card))


def _leaves(run: Run, card: str, register: str, subject: str | None) -> pl.DataFrame:
    table = run.table(f"breakdown-{card}", register).select("subject", "entry", "value", "points")
    if subject is not None:
        table = table.filter(pl.col("subject") == subject)
    return table.collect()
