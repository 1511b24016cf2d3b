"""Whose facts are other ones than an earlier reader saw: the subjects that must be folded again."""

from __future__ import annotations

from datetime import datetime

import polars as pl

from duofeng.facts.ledger import Ledger


def touched(before: Ledger, known_before: datetime, now: Ledger, known_at: datetime, register: str) -> pl.Series | None:
    """The subjects of a register with a fact that counts now and did not, or the other way round, sorted.

    None where an arrival that counted no longer does: then nobody can say.
    """
    then, counted = before.counted(known_before), now.counted(known_at)
    added = counted.join(then, on="delivery", how="anti")
    if counted.height - added.height < then.height:
        return None
    fact = ["delivery", "sequence"]
    withdrawals = (before.withdrawn(then).select(fact), now.withdrawn(counted).select(fact))
    other = pl.concat([each.unique() for each in withdrawals]).unique(keep="none")
    holding = counted.join(other, on="delivery", how="semi")
    codes = pl.concat(
        [
            now.scan(added, register).select("subject"),
            now.scan(holding, register).join(other.lazy(), on=fact, how="semi").select("subject"),
        ]
    )
    found = codes.unique().collect(engine="streaming")
    known = now.subjects(known_at=known_at, kind=register)
    return known.join(found, left_on="code", right_on="subject", how="semi")["subject"].sort()
