"""Texts written by the habits of a zone, as the one form that every reader knows: year first, a point before decimals.

A text that is not clearly in the zone's form is left as it is: the reader refuses it, nobody guesses. `1.5` where
decimals follow a comma is no number, and `14/06/2012` is no date unless the zone says what comes first.
"""

from __future__ import annotations

import re

import polars as pl

from duofeng.kernel.problem import ProblemError
from duofeng.kernel.units import unit

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


_SIGNS = {
    "money": ("¥", "￥", "RMB", "CNY"),
    "JPY": ("¥", "￥", "JPY"),
    "EUR": ("€", "EUR"),
    "GBP": ("£", "GBP"),
    "USD": ("$", "US$", "USD"),
}
"""Signs before an amount of a currency, by the dimension of its unit."""
_UNDECIDED = r"^[+\-−]?[1-9]\d{0,2}[.,]\d{3}(?:[^\d.,][^\d]*)?$"
_COMMA_UNDECIDED = r"^[+\-−]?[1-9]\d{0,2},\d{3}(?:[^\d.,][^\d]*)?$"


def ledger_style(texts: pl.Series, unit_text: str | None) -> pl.Series:
    """Numbers as bookkeepers write them: `(1,234.50)` and `1234.50-` are below zero, `¥` is the money of the column,
    `'12` was typed as text, `1'234` is grouped. What is a plain number already is passed through."""
    odd = texts.cast(pl.Float64, strict=False).is_null().fill_null(True).arg_true()
    if not len(odd):
        return texts
    clean = texts.gather(odd).str.normalize("NFKC").str.strip_chars()
    marked = clean.str.contains(r"^['‘’]|^\(.*\)$|[-−]$|[¥￥€£$]|^(?:RMB|CNY|EUR|GBP|USD|JPY)|\d['’]\d").fill_null(
        False
    )
    if not marked.any():
        return texts
    read = clean.str.replace(r"^['‘’]\s*", "").str.replace_all(r"['’](\d{3})", "$1")
    read = read.str.replace(r"^\(\s*([^()+\-−]*\d[^()]*)\)$", "-$1").str.replace(r"^([^+\-−]*\d)\s*[-−]$", "-$1")
    signs = _signs_of(unit_text)
    if signs:
        read = read.str.replace(rf"^([+\-−]?)\s*(?:{'|'.join(map(re.escape, signs))})\s*([+\-−]?)\s*(\d)", "$1$2$3")
    at = marked.arg_true()
    return texts.clone().scatter(odd.gather(at), read.gather(at))


def _signs_of(unit_text: str | None) -> tuple[str, ...]:
    """The signs that may stand before a number of the unit: those of its currency, where it is no multiple of it."""
    try:
        found = unit(unit_text) if unit_text else None
    except ProblemError:
        return ()
    return _SIGNS.get(found.dimension, ()) if found is not None and found.factor == 1 else ()


def undecided(texts: pl.Series, *, commas_only: bool) -> pl.Series | None:
    """Which numbers say one thing with a decimal point and a thousand times as much with a decimal comma; None for
    none. `commas_only`: the file keeps numbers as numbers, and those have a point."""
    clean = texts.str.strip_chars()
    found = clean.str.contains(_COMMA_UNDECIDED if commas_only else _UNDECIDED).fill_null(False)
    return found if found.any() else None


def as_written(faults: pl.DataFrame) -> pl.DataFrame:
    """Faults that show the texts as the file has them."""
    return faults.with_columns(pl.col("params").str.replace_all("[‹›]", ""))


MONTH_NAMES = {
    number: name
    for number, name in enumerate(
        [
            "january",
            "february",
            "march",
            "april",
            "may",
            "june",
            "july",
            "august",
            "september",
            "october",
            "november",
            "december",
        ],
        1,
    )
}
MONTHS = {name[:3]: number for number, name in MONTH_NAMES.items()}
_PIVOT = 30
"""Years of two digits below are of this century, as spreadsheets have it."""
_NAMED = r"(?i)^(\d{1,2})[\s./-]*([a-z]{3})[a-z]*\.?[\s.,/-]*(\d{4}|\d{2})$"
_NAMED_FIRST = r"(?i)^([a-z]{3})[a-z]*\.?\s*(\d{1,2})(?:st|nd|rd|th)?[\s,]+(\d{4})$"
_TWO = rf"^(\d{{1,2}}){_MARK}(\d{{1,2}}){_MARK}(\d{{4}})$"


def full_year(two: str) -> str:
    return f"20{two}" if int(two) < _PIVOT else f"19{two}"


def month_named(texts: pl.Series) -> pl.Series:
    """`02-Jan-08`, `2 January 2008`, `Jan 2, 2008` as `2008-1-2`; other texts as they are."""
    if not texts.str.contains("[A-Za-z]{3}").any():
        return texts
    frame = pl.DataFrame({"text": texts})
    ways = []
    for pattern, day, month in ((_NAMED, "1", "2"), (_NAMED_FIRST, "2", "1")):
        part = pl.col("text").str.extract_groups(pattern).struct
        number = part.field(month).str.to_lowercase().replace_strict(MONTHS, default=None, return_dtype=pl.Int64)
        year = part.field("3")
        short = pl.when(year.cast(pl.Int64, strict=False) < _PIVOT).then(pl.lit("20")).otherwise(pl.lit("19"))
        full = pl.when(year.str.len_chars() == 2).then(short + year).otherwise(year)
        ways.append(pl.concat_str([full, number.cast(pl.String), part.field(day)], separator="-"))
    return frame.select(pl.coalesce(*ways, "text").alias(texts.name)).to_series()


def undecided_days(texts: pl.Series) -> pl.DataFrame:
    """`text`; `sure`, the day with the year first where only one order makes a day of `14/06/2012`; `two` where both
    do, and then `day_first` and `month_first`."""
    part = pl.col("text").str.extract_groups(_TWO).struct
    one, other, year = part.field("1"), part.field("2"), part.field("3")
    shown = pl.DataFrame({"text": texts}).with_columns(
        day_first=pl.concat_str([year, other.str.zfill(2), one.str.zfill(2)], separator="-"),
        month_first=pl.concat_str([year, one.str.zfill(2), other.str.zfill(2)], separator="-"),
    )
    days = {name: pl.col(name).str.to_date("%Y-%m-%d", strict=False).is_not_null() for name in shown.columns[1:]}
    same = pl.col("day_first") == pl.col("month_first")
    only = pl.when(days["day_first"] & (~days["month_first"] | same)).then("day_first")
    sure = only.when(days["month_first"] & ~days["day_first"]).then("month_first")
    return shown.with_columns(sure=sure, two=(days["day_first"] & days["month_first"] & ~same).fill_null(value=False))


def year_first(texts: pl.Series, dates: str) -> pl.Series:
    """`14/06/2012` and `14.6.2012 09:30` as `2012-06-14`, `2012-6-14 09:30`; `06/2012` as `2012-06`."""
    if dates not in _ORDERS:
        return texts
    pattern, order = _ORDERS[dates]
    return texts.str.replace(pattern, order).str.replace(_MONTH_OF, "$2-$1")


def with_point(texts: pl.Series, decimal: str | None, *, native: bool) -> pl.Series:
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
