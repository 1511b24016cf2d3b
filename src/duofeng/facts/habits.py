"""Texts written by the habits of a zone, as the one form that every reader knows: year first, a point before decimals.

A text that is not clearly in the zone's form is left as it is: the reader refuses it, nobody guesses. `1.5` where
decimals follow a comma is no number, and `14/06/2012` is no date unless the zone says what comes first.
"""

from __future__ import annotations

import polars as pl

YEAR_FIRST = "year_first"
_DAY, _YEAR, _MARK = r"(\d{1,2})", r"(\d{4})", r"\s*[-/.－／．]\s*"
_REST = r"((?:[\sTt,].*)?)"
_ORDERS = {
    "day_first": (rf"^\s*{_DAY}{_MARK}{_DAY}{_MARK}{_YEAR}{_REST}$", "$3-$2-$1$4"),
    "month_first": (rf"^\s*{_DAY}{_MARK}{_DAY}{_MARK}{_YEAR}{_REST}$", "$3-$1-$2$4"),
}
_MONTH_OF = rf"^\s*{_DAY}{_MARK}{_YEAR}\s*$"
_COMMA_NUMBER = (
    r"^([+\-−]?)((?:\d{1,3}(?:[.\s]\d{3})+|\d+)?)(?:,(\d+))?((?:[eE][+\-]?\d{1,3})?\s*[^\d\s.,+\-−][^\s,]*|)$"
)
_NATIVE = r"^-?\d+(?:\.\d+)?(?:[eE][+\-]?\d+)?$"
_NO_NUMBER = "‹{}›"


def as_written(faults: pl.DataFrame) -> pl.DataFrame:
    """Faults that show the texts as the file has them."""
    return faults.with_columns(pl.col("params").str.replace_all("[‹›]", ""))


def year_first(texts: pl.Series, dates: str) -> pl.Series:
    """`14/06/2012` and `14.6.2012 09:30` as `2012-06-14`, `2012-6-14 09:30`; `06/2012` as `2012-06`."""
    if dates not in _ORDERS:
        return texts
    pattern, order = _ORDERS[dates]
    return texts.str.replace(pattern, order).str.replace(_MONTH_OF, "$2-$1")


def with_point(texts: pl.Series, decimal: str, *, native: bool) -> pl.Series:
    """`1.234,56 EUR` as `1234.56 EUR`. `native`: the file keeps numbers as numbers, and those have a point already.

    What has a point where none belongs gets brackets, so that no reader takes it for a number with decimals.
    """
    if decimal != "comma":
        return texts
    clean = texts.str.normalize("NFKC").str.strip_chars()
    part = pl.col("clean").str.extract_groups(_COMMA_NUMBER).struct
    whole = part.field("2").str.replace_all(r"[.\s]", "")
    fraction = pl.when(part.field("3").is_not_null()).then(pl.format(".{}", part.field("3"))).otherwise(pl.lit(""))
    number = pl.concat_str(part.field("1"), whole, fraction, part.field("4"))
    written = pl.col("clean").str.contains(r"\d")
    read = (
        pl.when(part.field("2").is_not_null() & written)
        .then(number)
        .otherwise(pl.when(written).then(pl.format(_NO_NUMBER, "text")).otherwise("text"))
    )
    if native:
        read = pl.when(pl.col("clean").str.contains(_NATIVE)).then("clean").otherwise(read)
    return pl.DataFrame({"text": texts, "clean": clean}).select(read.alias(texts.name)).to_series()
