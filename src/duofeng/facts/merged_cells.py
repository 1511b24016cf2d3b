"""A number that stands in one cell merged over the rows of several subjects: how much each has, it does not say."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from duofeng.facts.cells import FAULT, Parsed, params_of
from duofeng.facts.readers import table_problems


def of_one_each(parsed: Parsed, texts: pl.Series, base: pl.DataFrame, merged: Sequence[tuple[str, int, int]]) -> Parsed:
    """The values of a column without those that are merged over several subjects of `base`, which are faults."""
    faults = [parsed.faults]
    values = parsed.values
    for _, first, last in merged:
        rows = base["row"].is_between(first, last) & base["subject"].is_not_null()
        if base["subject"].filter(rows).n_unique() < 2:
            continue
        at = (rows & values.is_not_null()).arg_true()
        values = values.scatter(at, None)
        said = [params_of(table_problems.SHARED.at(text=text, first=first, last=last)) for text in texts.gather(at)]
        faults.append(pl.DataFrame({"position": at, "code": table_problems.SHARED.code, "params": said}, schema=FAULT))
    return Parsed(values, pl.concat(faults)) if len(faults) > 1 else parsed
