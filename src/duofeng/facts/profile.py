"""The profile: for each subject of a kind, the best value of each asked column, as of a date, as known at an instant.

Which of the facts that hold is the best is said once, in `order`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import polars as pl

from duofeng.facts.asked import asked_columns
from duofeng.facts.canonical import Canonical, by_register, led_on, with_canonical
from duofeng.facts.fold import Fold
from duofeng.facts.ledger import Ledger, that_may_hold
from duofeng.facts.members import members
from duofeng.facts.order import ProfileZone, ranked
from duofeng.facts.store import outside_faults

FEW = 0.5
"""Below this share of the attributes it is cheaper to let the reader leave rows out than to read all."""


def profile(  # noqa: PLR0913  # what, of whom, by both clocks
    ledger: Ledger,
    zone: ProfileZone,
    kind: str,
    columns: Sequence[str],
    *,
    as_of: date,
    known_at: datetime,
    canonical: Canonical | None = None,
    only: pl.Series | None = None,
) -> pl.LazyFrame:
    """One row for each subject of the kind known at `known_at`, sorted by `subject`, and only the asked columns.

    A column is an attribute (a state, as of `as_of`) or `attribute[period]` (that period exactly). Unknown is null; a
    set (`many`) is a list. With `canonical`, facts of subjects that are one are folded together, under the canonical,
    and a reference is the subject that stands for the one it names. `only` names the few subjects that are wanted.
    Raises ProblemError (E270–E272) naming every column that cannot be answered.
    """
    asked = asked_columns(zone.attributes, kind, columns)
    one_with = by_register(canonical, kind)
    subjects = with_canonical(ledger.subjects(known_at=known_at, kind=kind), kind, one_with.get(kind))
    if only is not None:
        subjects = subjects.filter(pl.col("canonical").is_in(only.implode()))
    counted = ranked(ledger.counted(known_at), zone)
    fold = Fold(ledger.fact_table, subjects, as_of, counted, ledger.withdrawn(counted), others=only is not None)
    sets, singles = [column for column in asked if column.many], [column for column in asked if not column.many]
    few = len({column.attribute for column in asked}) < FEW * ledger.attributes(known_at=known_at).height
    with outside_faults(ledger.folder):
        files = ledger.fact_files(counted, kind)
        if only is not None:
            files = that_may_hold(files, subjects["code"])
        wide = fold.run(files["path"].to_list(), singles, only_asked=few)
        if sets:
            wide = wide.with_columns(members(ledger, kind, sets, subjects, counted, as_of=as_of, one_with=one_with))
    found = wide.lazy().select("subject", *(column.column for column in asked))
    for column in singles:
        if column.to is not None and column.to in one_with:
            found = led_on(found, column.column, one_with[column.to])
    return found
