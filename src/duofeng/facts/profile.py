"""The profile: for each subject of a kind, the best value of each asked column, as of a date, as known at an instant.

Which of the facts that hold is the best is said once, in `order`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import polars as pl

from duofeng.facts.asked import asked_columns
from duofeng.facts.fold import Fold
from duofeng.facts.ledger import Ledger
from duofeng.facts.names import codes_of
from duofeng.facts.order import ProfileZone, ranked
from duofeng.facts.store import outside_faults

FEW = 0.5
"""Below this share of the attributes it is cheaper to let the reader leave rows out than to read all."""


def profile(
    ledger: Ledger,
    zone: ProfileZone,
    kind: str,
    columns: Sequence[str],
    *,
    as_of: date,
    known_at: datetime,
    canonical: pl.DataFrame | None = None,
) -> pl.LazyFrame:
    """One row for each subject of the kind known at `known_at`, sorted by `subject`, and only the asked columns.

    A column is an attribute (a state, as of `as_of`) or `attribute[period]` (that period exactly). Unknown is null.
    With `canonical` (`subject`, `canonical`), facts of subjects that are one are folded together, under the canonical.
    Raises ProblemError (E270–E272) naming every column that cannot be answered.
    """
    asked = asked_columns(zone.attributes, kind, columns)
    subjects = with_canonical(ledger.subjects(known_at=known_at, kind=kind), kind, canonical)
    counted = ranked(ledger.counted(known_at), zone)
    fold = Fold(subjects, as_of, counted, ledger.withdrawn(counted))
    few = len({column.attribute for column in asked}) < FEW * ledger.attributes(known_at=known_at).height
    with outside_faults(ledger.folder):
        files = ledger.fact_files(counted, kind)["path"].to_list()
        return fold.run(files, asked, only_asked=few).lazy()


def with_canonical(subjects: pl.DataFrame, kind: str, canonical: pl.DataFrame | None) -> pl.DataFrame:
    """The subjects with the one each is one with; a canonical subject that has no fact of its own is added."""
    if canonical is None:
        return subjects.with_columns(canonical="subject")
    one = subjects.join(canonical.select("subject", "canonical"), on="subject", how="left").with_columns(
        pl.col("canonical").fill_null(pl.col("subject"))
    )
    absent = one.filter(~pl.col("canonical").is_in(one["subject"].implode()))["canonical"].unique()
    added = pl.DataFrame(
        {"subject": absent, "code": codes_of(kind, absent), "canonical": absent}, schema_overrides=one.schema
    )
    return pl.concat([one, added])
