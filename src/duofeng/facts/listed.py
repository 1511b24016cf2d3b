"""Cells that name several members of a set: one text a member, with the row it stands in."""

from __future__ import annotations

import re

import polars as pl

from duofeng.facts.cells import ABSENT, MISSING
from duofeng.zone.kinds.source import Column
from duofeng.zone.kinds.vocabulary import Attribute

SEPARATORS = "、，,;；|"
"""What separates members where a column does not say; the names that references are found by may hold any of them."""


def members_in(texts: pl.Series, attribute: Attribute, column: Column) -> tuple[pl.Series, pl.Series]:
    """The members that the cells name and the position of the cell of each; a cell that says 无 names none."""
    separators = column.separator or ("" if attribute.type == "reference" else SEPARATORS)
    frame = pl.DataFrame({"member": texts}).with_row_index("position")
    if separators:
        marks = f"[{re.escape(separators)}]"
        split = pl.col("member").str.replace_all(marks, "\x1f").str.split("\x1f")
        frame = frame.with_columns(member=split).explode("member")
    clean = frame.with_columns(pl.col("member").str.strip_chars()).filter(~pl.col("member").is_in(MISSING))
    return clean["member"], clean["position"]


def lists(texts: pl.Series) -> pl.Series:
    """Which cells are lists at all: a blank one or a mark of absence says nothing, 无 says that there is none."""
    return ~texts.str.strip_chars().is_in(list(ABSENT))
