"""Of whom something else is known than an earlier reader knew, and what: all that must be folded again."""

from __future__ import annotations

from datetime import datetime

import polars as pl

from duofeng.facts.ledger import Ledger


def touched(
    before: Ledger, known_before: datetime, now: Ledger, known_at: datetime, register: str
) -> pl.DataFrame | None:
    """`subject` and `attribute` of every fact of a register that counts now and did not, or the other way round.

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
    said = pl.concat(
        [
            now.scan(added, register).select("subject", "attribute"),
            now.scan(holding, register).join(other.lazy(), on=fact, how="semi").select("subject", "attribute"),
        ]
    )
    codes = said.unique().collect(engine="streaming")
    if codes.is_empty():
        return pl.DataFrame(schema={"subject": pl.String, "attribute": pl.String})
    subjects = now.subjects(known_at=known_at, kind=register).rename({"subject": "name", "code": "subject"})
    attributes = now.attributes(known_at=known_at).rename({"attribute": "word", "code": "attribute"})
    named = codes.join(subjects, on="subject").join(attributes, on="attribute")
    return named.select(subject="name", attribute="word")
