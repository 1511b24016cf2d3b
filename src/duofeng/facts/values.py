"""The texts of a column as values of the attribute they are said to be of."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from zoneinfo import ZoneInfo

import polars as pl

from duofeng.facts.cells import (
    FAULT,
    FORMULA_ERROR,
    Parsed,
    broken_cells,
    read_codes,
    read_dates,
    read_flags,
    read_money,
    read_numbers,
    read_texts,
    two_readings,
)
from duofeng.facts.habits import as_written, ledger_style, undecided, with_point
from duofeng.facts.keys import Way
from duofeng.facts.moments import read_moments
from duofeng.facts.places import WGS84, read_geometries, read_points
from duofeng.kernel.identifiers import OWN
from duofeng.zone.kinds.source import Column, Source
from duofeng.zone.kinds.vocabulary import Attribute
from duofeng.zone.zone import Zone


class Values:
    """Reads columns by the types, code lists and habits of a zone. `serials`: numbers may be days, as in workbooks;
    `native`: the file keeps numbers as numbers, not as somebody's writing."""

    def __init__(self, zone: Zone, source: Source, *, serials: bool, native: bool) -> None:
        self.zone, self.source, self.serials, self.native = zone, source.id, serials, native
        self.dates = source.habits.dates or zone.habits.dates
        self.decimal = source.habits.decimal or zone.habits.decimal

    def read(self, texts: pl.Series, attribute: Attribute, unit: str | None, column: Column | None = None) -> Parsed:
        """The texts of a column as values of the attribute; `unit` and what `column` says are the column's own."""
        # What is no number or date anyway needs no second look; a text would be taken as it is.
        if not self.serials and attribute.type in ("number", "integer", "money", "date"):
            return self._typed(texts, attribute, unit, column)
        broken = (texts.str.starts_with("#") & texts.str.contains(FORMULA_ERROR)) | texts.str.contains(
            "\0", literal=True
        )
        if not broken.any():
            return self._typed(texts, attribute, unit, column)
        whole = pl.select(pl.when(broken).then(pl.lit("")).otherwise(texts)).to_series()
        parsed = self._typed(whole, attribute, unit, column)
        return Parsed(parsed.values, pl.concat([parsed.faults, broken_cells(texts, broken)]))

    def _typed(self, texts: pl.Series, attribute: Attribute, unit: str | None, column: Column | None) -> Parsed:
        match attribute.type:
            case "money" | "number" | "integer":
                return self._quantity(texts, attribute, unit)
            case "flag":
                return read_flags(texts)
            case "date" | "instant":
                return self._when(texts, attribute, column)
            case "point":
                return read_points(texts, _system(column))
            case "geometry":
                return read_geometries(texts, _system(column))
            case _:
                return self._texts(texts, attribute, column)

    def _quantity(self, texts: pl.Series, attribute: Attribute, unit: str | None) -> Parsed:
        plain = ledger_style(texts, unit or attribute.unit)
        either = undecided(plain, commas_only=self.native) if self.decimal is None else None
        if either is not None:
            plain = pl.select(pl.when(~either).then(plain).otherwise(pl.lit(""))).to_series()
        plain = self.with_point(plain)
        if attribute.type == "money":
            parsed = read_money(plain, unit or attribute.unit)
        else:
            parsed = read_numbers(plain, unit, attribute.unit, whole=attribute.type == "integer")
        if either is not None:
            return Parsed(parsed.values, pl.concat([parsed.faults, two_readings(texts, either)]))
        return Parsed(parsed.values, as_written(parsed.faults)) if self.decimal == "comma" else parsed

    def with_point(self, texts: pl.Series) -> pl.Series:
        """Numbers by the zone's habit, with a point before decimals; those that a file keeps as numbers have one."""
        return with_point(texts, self.decimal or "point", native=self.native)

    def _when(self, texts: pl.Series, attribute: Attribute, column: Column | None) -> Parsed:
        format = column.format if column else None
        if attribute.type == "date":
            return read_dates(texts, serials=self.serials, format=format, order=self.dates)
        named = column.time_zone if column else None
        time_zone = ZoneInfo(named) if named else self.zone.time_zone
        return read_moments(texts, time_zone, format, serials=self.serials, order=self.dates)

    def _texts(self, texts: pl.Series, attribute: Attribute, column: Column | None) -> Parsed:
        if attribute.type == "reference":
            return keyed(self.way(attribute, column), texts)
        if attribute.scheme is not None:
            return keyed(Way(self.zone, attribute.register, attribute.scheme, self.source), texts, number=True)
        if attribute.codes is not None:
            return read_codes(texts, self._code_names[attribute.codes], attribute.codes)
        return read_texts(texts)

    def way(self, attribute: Attribute, column: Column | None) -> Way:
        """How the texts of a reference lead to its subjects. Own numbers are those of the one source that gives them;
        a name is what this source calls them."""
        register = attribute.to or ""
        scheme = self.zone.way_to(register, column.by if column else None)
        numbering = self.source
        if scheme == OWN:
            sources = self.zone.sources.values()
            numbering = next((each.id for each in sources if each.register == register and each.has_own_numbers), "")
        return Way(self.zone, register, scheme, numbering)

    @cached_property
    def _code_names(self) -> Mapping[str, Mapping[str, str]]:
        names = {}
        for id_, code_list in self.zone.codes.items():
            titles = {title: code for code, entry in code_list.codes.items() for title in entry.title.texts.values()}
            names[id_] = titles | {code: code for code in code_list.codes}
        return names


def _system(column: Column | None) -> str:
    return (column.system if column else None) or WGS84


def keyed(way: Way, texts: pl.Series, *, number: bool = False) -> Parsed:
    """Each text's key, once per distinct text; or its number alone, in its normal form."""
    found = way.keys(texts.unique())
    if number:
        prefix = way.zone.key_of(way.register, way.scheme, "")
        found = found.with_columns(pl.col("subject").str.strip_prefix(prefix))
    rows = texts.alias("raw").to_frame().join(found, on="raw", how="left", maintain_order="left")
    at = rows["code"].is_not_null().arg_true()
    faults = pl.DataFrame(
        {"position": at, "code": rows["code"].gather(at), "params": rows["params"].gather(at)}, schema=FAULT
    )
    return Parsed(rows["subject"], faults)
