"""Sets: the attributes of which a subject has several values at once, folded from facts that add and withdraw members.

Each member is a value of its own, and the last word on it that has begun by the day asked decides: a fact that has
ended says the member has left. A fact with a flag in place of a member says that the members its source names in the
same delivery are all there are: what stands below that list in the order of facts is out, whoever said it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import polars as pl

from duofeng.facts.asked import Asked
from duofeng.facts.canonical import led_on
from duofeng.facts.ledger import Ledger
from duofeng.facts.names import ATTRIBUTE, code_of, codes_of
from duofeng.facts.order import FIRST_DAY, LAST_DAY, day_number, rank

WHOLE_LIST = pl.col("flag")
"""Set on the fact by which a list is whole; no member is a flag."""


def members(
    ledger: Ledger,
    kind: str,
    asked: Sequence[Asked],
    subjects: pl.DataFrame,
    counted: pl.DataFrame,
    *,
    as_of: date,
    one_with: Mapping[str, pl.DataFrame],
) -> list[pl.Series]:
    """A list column for each asked set, for the subjects that stand for themselves, sorted by subject.

    `subjects` has `subject`, `code` and `canonical`; `counted` is ranked. Null is a subject of whose members nobody
    said anything; an empty list one whose members have all left. A reference's members are those that stand for them.
    """
    codes = subjects.select("code", canonical=pl.Series(codes_of(kind, subjects["canonical"]), dtype=pl.Int64))
    shown = subjects.filter(pl.col("subject") == pl.col("canonical")).sort("subject")
    said = (
        ledger.scan(counted, kind, attributes=sorted({column.attribute for column in asked}))
        .filter(day_number(as_of) >= FIRST_DAY)
        .join(ledger.withdrawn(counted).lazy(), on=["delivery", "sequence"], how="anti")
        .join(codes.lazy(), left_on="subject", right_on="code")
        .join(counted.lazy().select("delivery", "standing"), on="delivery")
        .with_columns(subject="canonical", rank=rank(pl.col("standing"), FIRST_DAY), last_day=LAST_DAY)
    )
    found = []
    for column in asked:
        held = _folded(said, column, day_number(as_of), one_with.get(column.to or "")).collect(engine="streaming")
        lists = shown.join(held, left_on="code", right_on="subject", how="left", maintain_order="left")["members"]
        found.append(lists.cast(column.dtype).alias(column.column))
    return found


def _folded(said: pl.LazyFrame, asked: Asked, as_of: int, canonical: pl.DataFrame | None) -> pl.LazyFrame:
    """`subject` (a code) and the list of its `members`, sorted."""
    of_this = said.filter(pl.col("attribute") == code_of(ATTRIBUTE, asked.attribute))
    lists = of_this.filter(WHOLE_LIST).group_by("subject", "delivery").agg(list_rank=pl.col("rank").max())
    newest = lists.group_by("subject").agg(whole_from=pl.col("list_rank").max())
    named = of_this.filter(pl.col(asked.value).is_not_null()).with_columns(member=asked.value)
    if canonical is not None:
        named = led_on(named, "member", canonical)
    held = (
        named.join(lists, on=["subject", "delivery"], how="left")
        .join(newest, on="subject", how="left")
        .filter(stands(pl.coalesce("list_rank", "rank"), pl.col("whole_from")))
        .group_by("subject", "member")
        .agg(pl.col("last_day").sort_by("rank", "sequence").last())
        .filter(pl.col("last_day") >= as_of)
        .group_by("subject")
        .agg(members=pl.col("member").sort())
    )
    every = pl.concat([newest.select("subject"), named.select("subject")]).unique()
    return every.join(held, on="subject", how="left").select("subject", pl.col("members").fill_null([]))


def stands(rank_of_list: pl.Expr, newest: pl.Expr) -> pl.Expr:
    """Whether a fact still counts beside the newest whole list: it came with that one, or stands above it. A fact that
    came with a whole list ranks as that list."""
    return (rank_of_list >= newest).fill_null(value=True)
