"""The texts of a column as values of the attribute they are said to be of."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import polars as pl

from duofeng.facts.cells import (
    FORMULA_ERROR,
    Parsed,
    broken_cells,
    read_codes,
    read_dates,
    read_flags,
    read_money,
    read_numbers,
    read_texts,
)
from duofeng.zone.kinds.vocabulary import Attribute
from duofeng.zone.zone import Zone


class Values:
    """Reads columns by the types and code lists of a zone. `serials`: numbers may be days, as in workbooks."""

    def __init__(self, zone: Zone, *, serials: bool) -> None:
        self.zone, self.serials = zone, serials

    def read(self, texts: pl.Series, attribute: Attribute, unit: str | None) -> Parsed:
        """The texts of a column as values of the attribute; `unit` is the column's own."""
        # What is no number or date anyway needs no second look; a text would be taken as it is.
        if not self.serials and attribute.type in ("number", "integer", "money", "date"):
            return self._typed(texts, attribute, unit)
        broken = (texts.str.starts_with("#") & texts.str.contains(FORMULA_ERROR)) | texts.str.contains(
            "\0", literal=True
        )
        if not broken.any():
            return self._typed(texts, attribute, unit)
        parsed = self._typed(pl.select(pl.when(broken).then(pl.lit("")).otherwise(texts)).to_series(), attribute, unit)
        return Parsed(parsed.values, pl.concat([parsed.faults, broken_cells(texts, broken)]))

    def _typed(self, texts: pl.Series, attribute: Attribute, unit: str | None) -> Parsed:
        match attribute.type:
            case "money":
                return read_money(texts, unit or attribute.unit)
            case "number" | "integer":
                return read_numbers(texts, unit, attribute.unit, whole=attribute.type == "integer")
            case "date":
                return read_dates(texts, serials=self.serials)
            case "flag":
                return read_flags(texts)
            case "code":
                return read_codes(texts, self._code_names[attribute.codes or ""], attribute.codes or "")
            case _:
                return read_texts(texts)

    @cached_property
    def _code_names(self) -> Mapping[str, Mapping[str, str]]:
        names = {}
        for id_, code_list in self.zone.codes.items():
            titles = {
                title: code for code, entry in code_list.codes.items() for title in (entry.title.zh, entry.title.en)
            }
            names[id_] = titles | {code: code for code in code_list.codes}
        return names
