"""Subjects of a kind with a column for every expression of a declared page, worked out once a run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

import polars as pl

from duofeng.brain.policies.outcomes import name_of
from duofeng.brain.runs.store import Run, Runs
from duofeng.brain.runs.subject import folded_as_run, linked_as_run, with_columns_of_run
from duofeng.engine.expression import Expression, columns_needed
from duofeng.engine.links import links_needed
from duofeng.engine.program import evaluate
from duofeng.engine.words import RESULT
from duofeng.web import reader
from duofeng.web.run_view import view_of
from duofeng.zone.expressions import expression
from duofeng.zone.kinds.page import PeakPage
from duofeng.zone.zone import Zone

TRUTHS = {code: {"yes": True, "unknown": None}.get(name_of(code), False) for code in range(256)}
KEPT = 16
"""Pages whose subjects are kept in memory."""


@dataclass(frozen=True, eq=False)
class Subjects:
    """`frame` has subject, name and one column per expression, called as it is written; unknown is null."""

    kind: str
    as_of: date
    frame: pl.DataFrame
    expressions: Mapping[str, Expression]

    def where(self, condition: str | None) -> pl.DataFrame:
        """Those known to fulfil the condition."""
        return self.frame if condition is None else self.frame.filter(pl.col(condition))

    def untold(self, condition: str | None) -> int:
        """For how many the condition cannot be told."""
        return 0 if condition is None else self.frame[condition].null_count()


def subjects(run: Run, page: PeakPage, kind: str) -> Subjects:
    """As the run knew them. Raises ProblemError when the ledger cannot answer."""
    return _subjects(reader.zone(), run.folder, page.id, kind)


@lru_cache(maxsize=KEPT)
def _subjects(zone: Zone, folder: Path, page: str, kind: str) -> Subjects:
    run = Runs(folder.parent)[folder.name]
    blocks = zone.declared(PeakPage)[page].blocks.values()
    texts = dict.fromkeys(text for block in blocks if block.register == kind for text in block.texts)
    parsed = {text: expression(zone, kind, text, None) for text in texts}
    columns, links = columns_needed(parsed.values(), run.as_of), links_needed(parsed.values(), run.as_of)
    ledger = reader.snapshot(run.manifest.ledger_version)
    frame = linked_as_run(run, ledger, zone, links, _columns(run, zone, kind, columns, links.names))
    values = [evaluate(each, frame, run.as_of).alias(text) for text, each in parsed.items()]
    return Subjects(kind, run.as_of, view_of(run).with_names(frame.select("subject", *values), kind), parsed)


def _columns(run: Run, zone: Zone, kind: str, columns: Iterable[str], linked: Iterable[str]) -> pl.DataFrame:
    """subject and the columns: facts from the run where it kept them, from the ledger else; results of rules. Of the
    `linked` ones those the run kept."""
    wanted = list(columns)
    results = [name for name in wanted if RESULT.fullmatch(name)]
    facts = [name for name in wanted if name not in results]
    if run.has("profile", kind):
        kept = run.table("profile", kind)
        there = set(kept.collect_schema())
        frame = kept.select("subject", *(name for name in (*facts, *linked) if name in there)).collect()
        frame = with_columns_of_run(run, reader.snapshot(run.manifest.ledger_version), zone, kind, frame, facts)
    else:
        frame = folded_as_run(run, reader.snapshot(run.manifest.ledger_version), zone, kind, facts)
    for name in results:
        frame = frame.join(_result(run, kind, name), on="subject", how="left", maintain_order="left")
    return frame


def _result(run: Run, register: str, name: str) -> pl.DataFrame:
    """subject and one result of a card or policy: all null where the run did not work it out."""
    what, _colon, id = name.partition(":")
    if what == "outcome":
        table = run.table("outcomes", register)
        if id not in table.collect_schema().names():
            return pl.DataFrame(schema={"subject": pl.String, name: pl.Boolean})
        answers = pl.col(id).replace_strict(TRUTHS, return_dtype=pl.Boolean)
        return table.select("subject", answers.alias(name)).collect()
    if what == "amount":
        rows = run.table("bundles", register).filter(pl.col("policy") == id)
        return rows.select("subject", pl.col("amount").cast(pl.Int64).alias(name)).collect()
    kind = pl.String if what == "grade" else pl.Float64
    if not run.has(f"score-{id}", register):
        return pl.DataFrame(schema={"subject": pl.String, name: kind})
    return run.table(f"score-{id}", register).select("subject", pl.col(what).cast(kind).alias(name)).collect()
