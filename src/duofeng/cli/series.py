"""Which facts of a subject are worth a line: asked attributes, and of a long series the newest and the odd ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import polars as pl

from duofeng.facts.fact import VALUES
from duofeng.facts.problems import ATTRIBUTE_UNKNOWN
from duofeng.kernel.message import writings
from duofeng.kernel.problem import Problem, ProblemError, hint
from duofeng.zone.zone import Zone

Grain = Literal["quarter", "month", "day"]
GRAINS: Mapping[Grain, str] = {"quarter": r"^\d{4}Q\d$", "month": r"^\d{4}-\d\d$", "day": r"^\d{4}-\d\d-\d\d$"}
SERIES = ("kind", "attribute", "grain")


def asked_attributes(zone: Zone, kind: str, words: Sequence[str]) -> list[str]:
    """Ids of the attributes named by id or by a title. Raises ProblemError with every word that names none."""
    known = zone.attributes.get(kind, {})
    named = {name: name for name in known}
    for name, attribute in known.items():
        named |= {title: name for title in writings(attribute.title) if title not in known}
    unknown: list[Problem] = [
        ATTRIBUTE_UNKNOWN.at(kind=kind, attribute=word, **hint(word, named)) for word in words if word not in named
    ]
    if unknown:
        raise ProblemError(unknown)
    return [named[word] for word in words]


def latest_of_series(facts: pl.DataFrame) -> tuple[pl.DataFrame, dict[str, tuple[int, Grain]]]:
    """The facts without the earlier quarters, months and days of a series, and how many periods each such series has.

    A period about which two facts disagree stays, and so does every value of a year or of a state.
    """
    grain = pl.lit(None, pl.String)
    for name, form in GRAINS.items():
        grain = pl.when(pl.col("period").str.contains(form)).then(pl.lit(name)).otherwise(grain)
    fine = facts.with_columns(grain=grain)
    differs = pl.struct(VALUES.keys()).n_unique().over("attribute", "period") > 1
    newest = pl.col("period") == pl.col("period").max().over(SERIES)
    kept = fine.filter(pl.col("grain").is_null() | newest | differs).drop("grain")
    counted = (
        fine.drop_nulls("grain")
        .group_by("attribute", "grain")
        .agg(pl.col("period").n_unique())
        .join(kept.group_by("attribute").agg(shown=pl.col("period").n_unique()), on="attribute")
        .filter(pl.col("period") > pl.col("shown"))
    )
    return kept, {row["attribute"]: (row["period"], row["grain"]) for row in counted.iter_rows(named=True)}
