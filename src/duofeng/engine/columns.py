"""The name of a profile's column: its attribute, and in brackets the period of its values: `revenue[2023]`."""

from __future__ import annotations


def attribute_in(column: str) -> str:
    return column.partition("[")[0]


def period_in(column: str) -> str:
    """Empty for the column of a state."""
    return column.partition("[")[2].removesuffix("]")
