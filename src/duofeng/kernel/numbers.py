"""Columns of text as numbers and money: full-width digits, thousands separators, 万 and 亿, units, missing marks.

Plain numbers take one cast. The rest is cleaned as columns too, and a decimal factor is applied to the text, before it
becomes binary, so `12.3456万` is exactly the double nearest to 123456 and money is exact or refused.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal, DecimalException
from fractions import Fraction

import numpy as np
import polars as pl

from duofeng.kernel.absence import MISSING_MARKS
from duofeng.kernel.money import LARGEST_MINOR, MINOR_PER_YUAN
from duofeng.kernel.problem import ProblemError
from duofeng.kernel.problems import MONEY_NOT_EXACT, MONEY_TOO_LARGE, NUMBER_UNREADABLE
from duofeng.kernel.units import (
    NUMBER_PATTERN,
    UNIT_PATTERN,
    cell_unit,
    factor_between,
    main_unit_of_money,
)

_SURE_DIGITS = 15  # decimals of so many digits stay different as doubles, so an integer test on them cannot lie
_LARGEST_SURE = 10**15
_MISSING = sorted({re.sub(r"\s", "", unicodedata.normalize("NFKC", mark)) for mark in MISSING_MARKS})
_POWERS = np.array([float(10**power) for power in range(21)])  # exact as doubles


def parse_numbers(texts: pl.Series) -> pl.DataFrame:
    """`value` Float64 in the cell's own unit, `unit` as written (null when bare), `ok`. One row per text, same order.

    Missing marks (— / … 无, blank, null) are ok with a null value. A column of numbers passes through.
    """
    split = _split(texts)
    value = split["number"].cast(pl.Float64, strict=False)
    return split.select(value.alias("value"), "unit", "ok")


def convert_numbers(texts: pl.Series, unit: str, to_unit: str) -> pl.DataFrame:
    """`value` Float64 in `to_unit`, `ok`, `code` (E120 not a number, E121 no such unit, E122 another kind of thing).

    A bare number is in `unit`; a bare magnitude stands before it (`1.2万` in a column of 家 is 12,000 家).
    Raises ProblemError when the two declared units themselves do not fit.
    """
    factor_between(unit, to_unit)
    split = _split(texts)
    factors = _factors(split["unit"], unit, to_unit)
    value = _scaled(split["number"], factors["exponent"], factors["factor"])
    code = _code(split["ok"], factors["code"])
    table = pl.DataFrame({"value": value, "ok": code.is_null(), "code": code})
    return table.with_columns(pl.when("ok").then("value").alias("value"))


def money_minor(texts: pl.Series, unit: str = "元") -> pl.DataFrame:
    """`minor` Int64 (分, or hundredths of the currency of `unit`), `ok`, `code` (as `convert_numbers`, and E123 for a
    part of a 分, E124 too large). Exact."""
    main = main_unit_of_money(unit)
    factor_between(unit, main)
    split = _split(texts)
    factors = _factors(split["unit"], unit, main)
    minor, sure, exact = _whole_minor(split["number"], factors["exponent"])
    code = _code(split["ok"], factors["code"])
    code = code.zip_with(~(sure & ~exact) | code.is_not_null(), _constant(MONEY_NOT_EXACT.code, len(texts)))
    table = pl.DataFrame({"minor": minor, "code": code, "sure": sure & split["number"].is_not_null()})
    table = table.select(pl.when(pl.col("sure") & pl.col("code").is_null()).then("minor").alias("minor"), "code")
    if not sure.all():
        table = _with_long_amounts(table, split, factors, ~sure & code.is_null())
    return table.select("minor", pl.col("code").is_null().alias("ok"), "code")


def _whole_minor(number: pl.Series, exponent: pl.Series) -> tuple[pl.Series, pl.Series, pl.Series]:
    """Minor units, whether doubles can tell (`sure`; missing cells are), and whether nothing is left over.

    A decimal of 15 digits is `m` minor units exactly when its double is the one nearest to m / 10^k, which a correctly
    rounded division gives; so dividing back is a proof, not an approximation. Done in numpy: Polars divides by a
    constant through its reciprocal.
    """
    value = number.cast(pl.Float64, strict=False).to_numpy()
    shift = exponent.fill_null(0).to_numpy()
    shift = shift[:1] if len(shift) and (shift == shift[0]).all() else shift
    scale = _POWERS[np.clip(shift + 2, 0, len(_POWERS) - 1)]
    with np.errstate(over="ignore", invalid="ignore"):
        minor = np.rint(value * scale)
        exact = minor / scale == value
        sure = (np.abs(minor) < _LARGEST_SURE) & (number.str.len_bytes() <= _SURE_DIGITS + 1).fill_null(
            False
        ).to_numpy()
    missing = np.isnan(value)
    sure |= missing
    whole = pl.Series(np.where(sure & ~missing, minor, 0.0).astype(np.int64))
    return whole, pl.Series(sure), pl.Series(exact | missing)


# ---- cells → number text and unit text ------------------------------------------------------------------------------


def _split(texts: pl.Series) -> pl.DataFrame:
    """Columns `number` (text a cast reads, null when missing or wrong), `unit`, `ok`."""
    written = texts if texts.dtype == pl.String else texts.cast(pl.String)
    plain = (written.str.len_bytes() < 32) & written.cast(pl.Float64, strict=False).is_finite()
    if (plain | written.is_null()).fill_null(False).all():
        return pl.DataFrame({"number": written, "unit": _constant(None, len(texts)), "ok": _constant(True, len(texts))})
    plain = plain.fill_null(written.is_null())
    odd = _split_odd(written.filter(~plain))
    rows = pl.select(pl.when(~plain).then((~plain).cum_sum().cast(pl.Int64) - 1)).to_series()
    number, unit, ok = (odd[name].gather(rows) for name in ("number", "unit", "ok"))
    return pl.DataFrame({"number": number.zip_with(~plain, written), "unit": unit, "ok": ok.fill_null(True)})


def _split_odd(texts: pl.Series) -> pl.DataFrame:
    clean = texts.str.normalize("NFKC").str.replace_all(r"\s", "").str.replace_all("−", "-", literal=True)
    clean = clean.str.replace_all("，", ",", literal=True)
    groups = clean.str.extract_groups(rf"^(?<number>{NUMBER_PATTERN})(?<unit>{UNIT_PATTERN})?$").struct.unnest()
    number = groups["number"].str.replace_all(",", "", literal=True)
    missing = clean.is_in(_MISSING).fill_null(True)
    return pl.DataFrame({"number": number, "unit": groups["unit"], "ok": number.is_not_null() | missing})


def _constant(value: str | bool | None, length: int) -> pl.Series:
    return pl.select(pl.repeat(value, length, dtype=pl.Boolean if isinstance(value, bool) else pl.String)).to_series()


_FACTORS = {"unit": pl.String, "exponent": pl.Int64, "factor": pl.Float64, "code": pl.String}

# ---- units → factors ------------------------------------------------------------------------------------------------


def _factors(units: pl.Series, declared: str, to_unit: str) -> pl.DataFrame:
    """Per cell: `exponent` of a decimal factor, `factor` as a double, `code` of what is wrong with the unit."""
    table: list[tuple[str | None, int | None, float | None, str | None]] = []
    for written in units.unique():
        try:
            factor = factor_between(cell_unit(written, declared), to_unit)
            table.append((written, _exponent(factor), float(factor), None))
        except ProblemError as error:
            table.append((written, None, None, error.problems[0].code))
    known = pl.DataFrame(table, schema=_FACTORS, orient="row")
    if len(table) == 1:
        return known.select(pl.repeat(pl.col(name).first(), len(units)).alias(name) for name in known.columns[1:])
    joined = units.alias("unit").to_frame().join(known, on="unit", how="left", nulls_equal=True, maintain_order="left")
    return joined.drop("unit")


def _exponent(factor: Fraction) -> int | None:
    """The power of ten the factor is, or None."""
    size = len(str(max(factor.numerator, factor.denominator))) - 1
    exponent = size if factor >= 1 else -size
    return exponent if factor == Fraction(10) ** exponent else None


def _scaled(number: pl.Series, exponent: pl.Series, factor: pl.Series) -> pl.Series:
    """The numbers times their factors: a power of ten goes into the text, any other factor is multiplied."""
    if (exponent == 0).fill_null(False).all():
        return number.cast(pl.Float64, strict=False)
    bare = number.cast(pl.Float64, strict=False)
    shifted = (number + "e" + exponent.cast(pl.String)).cast(pl.Float64, strict=False)
    return pl.select(pl.coalesce(shifted, bare * factor)).to_series()


def _code(readable: pl.Series, unit_code: pl.Series) -> pl.Series:
    return unit_code.zip_with(readable, _constant(NUMBER_UNREADABLE.code, len(readable)))


def _with_long_amounts(
    table: pl.DataFrame, split: pl.DataFrame, factors: pl.DataFrame, rows: pl.Series
) -> pl.DataFrame:
    """Amounts of more digits than a double keeps apart, one by one in Decimal; they are rare."""
    at = rows.arg_true()
    cells = pl.DataFrame([split["number"], factors["exponent"], factors["factor"]])[at]
    amounts = [_long_amount(*cell) for cell in cells.iter_rows()]
    minor = pl.Series([amount for amount, _ in amounts], dtype=pl.Int64)
    code = pl.Series([problem for _, problem in amounts], dtype=pl.String)
    return table.with_columns(table["minor"].scatter(at, minor), table["code"].scatter(at, code))


def _long_amount(number: str, exponent: int | None, factor: float) -> tuple[int | None, str | None]:
    try:
        scale = Decimal(factor) if exponent is None else Decimal(10) ** exponent
        amount = Decimal(number) * scale * MINOR_PER_YUAN
        if amount != amount.to_integral_value():
            return None, MONEY_NOT_EXACT.code
    except DecimalException:
        return None, MONEY_TOO_LARGE.code
    return (int(amount), None) if abs(amount) <= LARGEST_MINOR else (None, MONEY_TOO_LARGE.code)
