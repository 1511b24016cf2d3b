"""Tables with years, months or indicators across, as tables with a row for each of their cells."""

from __future__ import annotations

import re
from dataclasses import replace

import polars as pl

from duofeng.facts.readers.table import ROW, RawBatch, RawTable
from duofeng.zone.kinds.source import Melt

_AT, _BLANK = "#at", "#blank"


def melted(table: RawTable, melt: Melt | None) -> RawTable:
    """The table with a row for each cell under a title that `melt` names; a row with nothing under them stays one. A
    table that lies so already, as rows sent again to be put right do, stays as it is."""
    if melt is None:
        return table
    further = tuple(melted(each, melt) for each in table.further)
    across = [title for title in table.titles if re.fullmatch(melt.columns, title)]
    if melt.value in table.titles or not across:
        return replace(table, further=further)
    stay = [title for title in table.titles if title not in across]
    written = dict(zip(table.titles, table.header, strict=True))
    titles = (*stay, melt.into, melt.value)
    header = tuple(written.get(title, title) for title in titles)
    batches = (_down(batch, stay, across, melt) for batch in table.batches)
    return replace(table, titles=titles, header=header, batches=batches, further=further)


def _down(batch: RawBatch, stay: list[str], across: list[str], melt: Melt) -> RawBatch:
    blank = pl.all_horizontal(pl.col(title).str.strip_chars() == "" for title in across)
    rows = batch.cells.with_row_index(_AT).with_columns(blank.alias(_BLANK))
    down = rows.unpivot(on=across, index=[_AT, _BLANK, ROW, *stay], variable_name=melt.into, value_name=melt.value)
    down = down.sort(_AT, maintain_order=True).filter(~pl.col(_BLANK) | pl.col(_AT).is_first_distinct())
    into = pl.when(_BLANK).then(pl.lit("")).otherwise(melt.into)
    cells = down.select(*stay, into.alias(melt.into), melt.value, ROW)
    refused = down.select(_AT).with_row_index("position").join(
        batch.refused.rename({"position": _AT}), on=_AT, maintain_order="left"
    )  # fmt: skip
    return replace(batch, cells=cells, refused=refused.select(batch.refused.columns))
