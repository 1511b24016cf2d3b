"""Subjects of a kind with a column for every expression of a declared page, worked out once a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import polars as pl

from duofeng.brain.runs.store import Run
from duofeng.brain.runs.subject import columns_of_run, linked_as_run
from duofeng.engine.expression import Expression, columns_needed
from duofeng.engine.links import links_needed
from duofeng.engine.program import evaluate
from duofeng.web import reader
from duofeng.web.run_view import view_of
from duofeng.zone.expressions import expression
from duofeng.zone.kinds.page import PeakPage
from duofeng.zone.zone import Zone

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
    return _subjects(reader.zone(), run, page.id, kind)


@lru_cache(maxsize=KEPT)
def _subjects(zone: Zone, run: Run, page: str, kind: str) -> Subjects:
    blocks = zone.declared(PeakPage)[page].blocks.values()
    texts = dict.fromkeys(text for block in blocks if block.register == kind for text in block.texts)
    parsed = {text: expression(zone, kind, text, None) for text in texts}
    columns, links = columns_needed(parsed.values(), run.as_of), links_needed(parsed.values(), run.as_of)
    ledger = reader.snapshot(run.manifest.ledger_version)
    own = columns_of_run(run, ledger, zone, kind, columns, links.names)
    frame = linked_as_run(run, ledger, zone, links, own)
    values = [evaluate(each, frame, run.as_of).alias(text) for text, each in parsed.items()]
    return Subjects(kind, run.as_of, view_of(run).with_names(frame.select("subject", *values), kind), parsed)
