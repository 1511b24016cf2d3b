"""What readers of facts do with subjects that are one: facts and references lead to the one that stands for them."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from duofeng.facts.names import codes_of

Canonical = pl.DataFrame | Mapping[str, pl.DataFrame]
"""`subject`, `canonical`, the one that stands for it: of the register asked, or by register, those that references lead
to included."""


def by_register(canonical: Canonical | None, register: str) -> Mapping[str, pl.DataFrame]:
    if canonical is None:
        return {}
    return {register: canonical} if isinstance(canonical, pl.DataFrame) else canonical


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


def merged(canonical: pl.DataFrame) -> pl.DataFrame:
    """Only those that are one with another."""
    return canonical.filter(pl.col("subject") != pl.col("canonical")).select("subject", "canonical")


def led_on(frame: pl.LazyFrame, column: str, canonical: pl.DataFrame) -> pl.LazyFrame:
    """With the keys in a column led on to the subjects that stand for those they name."""
    stands = merged(canonical).lazy().rename({"subject": column, "canonical": "stands_for"})
    joined = frame.join(stands, on=column, how="left", maintain_order="left")
    return joined.with_columns(pl.coalesce("stands_for", column).alias(column)).drop("stands_for")
