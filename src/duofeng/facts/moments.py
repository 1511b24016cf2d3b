"""Texts of cells as moments: UTC in microseconds. Whole columns at a time, nothing guessed.

A text without an offset is a moment on the wall clock of a time zone; one that the clock never showed, or showed twice,
is a fault.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

import polars as pl

from duofeng.facts.cells import FAULT, MISSING, Parsed, params_of
from duofeng.facts.fact import INSTANT
from duofeng.facts.habits import YEAR_FIRST, year_first
from duofeng.facts.values_problems import NO_SUCH_MOMENT, NOT_A_MOMENT, TWICE_THAT_NIGHT

_CLOCK = (
    r"^(?P<y>\d{4})(?:[-/.年]\s*(?P<m>\d{1,2})[-/.月]\s*(?P<d>\d{1,2})\s*日?\s*[Tt,\s]?\s*(?P<h>\d{1,2})\s*[:时点]\s*"
    r"(?P<i>\d{1,2})?\s*(?:[:分]\s*)?(?P<s>\d{1,2})?(?:\.(?P<f>\d{1,6})\d*)?\s*秒?"
    r"|(?P<m2>\d{2})(?P<d2>\d{2})[Tt]?(?P<h2>\d{2})(?P<i2>\d{2})(?P<s2>\d{2})?)"
    r"\s*(?P<offset>[Zz]|UTC|[+-]\d{2}(?::?\d{2})?)?$"
)
_SERIAL = r"^\d{4,5}\.\d+$"
FIRST_SERIAL, LAST_SERIAL = 3654, 73051
EXCEL_EPOCH = pl.datetime(1899, 12, 30)
SECONDS = 86_400


def read_moments(
    texts: pl.Series,
    time_zone: ZoneInfo,
    format: str | None = None,
    *,
    serials: bool = False,
    order: str = YEAR_FIRST,
) -> Parsed:
    """In `format`, or by the `order` of a zone's habits, or ISO 8601, 2024年3月5日14时30分, 20240305143000; workbook
    serials with a fraction if asked."""
    clean = texts.str.normalize("NFKC").str.strip_chars()
    frame = pl.DataFrame({"text": clean if format is not None else year_first(clean, order)})
    wall = _in_format(format) if format is not None else _on_the_clock(serials)
    found = frame.select("text", wall=wall, offset=_offset() if format is None else pl.lit(None, pl.Int32))
    zone = time_zone.key
    local = {
        which: pl.col("wall").dt.replace_time_zone(zone, ambiguous=which, non_existent="null")
        for which in ("earliest", "latest")
    }
    told = (pl.col("wall") - pl.duration(seconds="offset")).dt.replace_time_zone("UTC")
    found = found.with_columns(
        told=told, first=local["earliest"].dt.convert_time_zone("UTC"), last=local["latest"].dt.convert_time_zone("UTC")
    )
    here = pl.when(pl.col("first") == pl.col("last")).then("first")
    values = found.select(pl.coalesce("told", here).cast(INSTANT).alias("value")).to_series()
    code = (
        pl.when(pl.col("text").is_in(MISSING) | pl.col("value").is_not_null())
        .then(None)
        .when(pl.col("wall").is_null())
        .then(pl.lit(NOT_A_MOMENT.code))
        .when(pl.col("first").is_null())
        .then(pl.lit(NO_SUCH_MOMENT.code))
        .otherwise(pl.lit(TWICE_THAT_NIGHT.code))
    )
    codes = found.with_columns(values).select(code=code).to_series()
    return Parsed(values, _faults(texts, codes, zone))


def _on_the_clock(serials: bool) -> pl.Expr:
    """The wall clock that a text shows, without its offset; null when it shows none."""
    part = pl.col("text").str.extract_groups(_CLOCK).struct

    def number(name: str, otherwise: str | None = None) -> pl.Expr:
        shown = part.field(name) if otherwise is None else pl.coalesce(part.field(name), part.field(otherwise))
        return shown.fill_null("0").str.zfill(2)

    date = [part.field("y"), number("m", "m2"), number("d", "d2")]
    time = [number("h", "h2"), number("i", "i2"), number("s", "s2")]
    written = pl.concat_str(
        pl.concat_str(date, separator="-"), pl.lit(" "), pl.concat_str(time, separator=":"),
        pl.lit("."), part.field("f").fill_null("").str.pad_end(6, "0"),
    )  # fmt: skip
    shown = written.str.to_datetime("%Y-%m-%d %H:%M:%S%.6f", time_unit="us", strict=False)
    if not serials:
        return shown
    days = pl.when(pl.col("text").str.contains(_SERIAL)).then(pl.col("text").cast(pl.Float64, strict=False))
    sensible = days.is_between(FIRST_SERIAL, LAST_SERIAL)
    since = EXCEL_EPOCH + pl.duration(seconds=(days * SECONDS).round().cast(pl.Int64))
    return pl.coalesce(shown, pl.when(sensible).then(since).cast(pl.Datetime("us")))


def _offset() -> pl.Expr:
    """Seconds east of Greenwich that the text states, null when it states none."""
    text = pl.col("text").str.extract_groups(_CLOCK).struct.field("offset")
    digits = text.str.extract(r"^[+-](.*)$").str.replace(":", "").str.pad_end(4, "0")
    seconds = digits.str.slice(0, 2).cast(pl.Int32) * 3600 + digits.str.slice(2, 2).cast(pl.Int32) * 60
    east = pl.when(text.str.starts_with("-")).then(-seconds).otherwise(seconds)
    return pl.when(text.is_not_null()).then(east.fill_null(0))


def _in_format(format: str) -> pl.Expr:
    return pl.col("text").str.to_datetime(format, time_unit="us", strict=False)


def _faults(texts: pl.Series, codes: pl.Series, zone: str) -> pl.DataFrame:
    at = codes.is_not_null().arg_true()
    kinds = {kind.code: kind for kind in (NOT_A_MOMENT, NO_SUCH_MOMENT, TWICE_THAT_NIGHT)}
    said = [
        params_of(kinds[code].at(text=text, time_zone=zone))
        for code, text in zip(codes.gather(at), texts.gather(at), strict=True)
    ]
    return pl.DataFrame({"position": at, "code": codes.gather(at), "params": said}, schema=FAULT)
