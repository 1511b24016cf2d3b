"""Texts of cells as values: numbers and money with units, dates, flags, codes, periods. Whole columns at a time.

What is clearly a value takes the short way; only what is left is normalised and looked at again. Nothing is guessed:
a text that is no value becomes a fault with its code, a mark of absence (—, /, blank) becomes null without one.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import polars as pl

from duofeng.facts.habits import MONTH_NAMES, MONTHS, YEAR_FIRST, full_year, month_named, undecided_days, year_first
from duofeng.facts.readers import problems, table_problems
from duofeng.kernel.absence import ABSENT_IN_TEXT, MISSING_MARKS
from duofeng.kernel.message import stored
from duofeng.kernel.money import money_unit
from duofeng.kernel.numbers import convert_numbers, money_minor, parse_numbers
from duofeng.kernel.period import Period
from duofeng.kernel.problem import Problem, ProblemError, hint
from duofeng.kernel.problems import NUMBER_UNREADABLE, UNIT_UNKNOWN, UNITS_INCOMPATIBLE
from duofeng.kernel.units import MAGNITUDES, convert, main_unit_of_money, split_number_unit, unit

FAULT = pl.Schema({"position": pl.UInt32(), "code": pl.String(), "params": pl.String()})
ABSENT = tuple(sorted(ABSENT_IN_TEXT))
"""Marks of absence in any column; 无 and the like say in a text that there is none."""
MISSING = tuple(sorted(MISSING_MARKS))
"""Marks of absence where no text is told."""
HINTED = 200
"""Distinct wrong texts of one column and batch that get a hint of their own."""
FORMULA_ERROR = r"^#(?:REF!|DIV/0!|N/A|NAME\?|NULL!|NUM!|VALUE!|SPILL!|CALC!|DATA!|ERROR!|UNCALCULATED!|STRUCK! .*)$"
_FLAGS = {True: "是 有 真 true yes y t 1 √ ✓ ☑", False: "否 无 假 false no n f 0 × x ✗ ☐"}
FLAGS = {word: value for value, words in _FLAGS.items() for word in words.split()}
EXCEL_EPOCH = -25569  # days from 1899-12-30, where workbooks count from, to 1970-01-01
SERIAL = "serial"
"""Stands as the format of a column for days as workbooks count them."""
FIRST_SERIAL, LAST_SERIAL = 3654, 73051  # 1910 to 2100: a date in a register of today, not a count


@dataclass(frozen=True)
class Parsed:
    """`values`: null where absent or at fault; `faults`: FAULT, by position in the column."""

    values: pl.Series
    faults: pl.DataFrame


def no_faults() -> pl.DataFrame:
    return pl.DataFrame(schema=FAULT)


PERSONAL = "#personal"
"""In the params of a fault whose text is a number of a person, which no screen shows whole."""


def params_of(problem: Problem, personal: bool = False) -> str:
    kept = {name: stored(value) for name, value in problem.params.items()}
    return json.dumps(kept | ({PERSONAL: "1"} if personal else {}), ensure_ascii=False)


def param(value: object) -> pl.Expr:
    """One parameter of a problem as a literal, in the form that `params_of` keeps it."""
    return _literal(stored(value))


def _literal(kept: object) -> pl.Expr:
    if isinstance(kept, dict):
        return pl.struct(*(_literal(each).alias(name) for name, each in kept.items()))
    return pl.lit(kept)


# ---- numbers and money --------------------------------------------------------------------------------------------


def read_numbers(texts: pl.Series, written_in: str | None, wanted: str | None, whole: bool = False) -> Parsed:
    """Float64 in the unit `wanted`; a bare number is in `written_in`, else in `wanted`. `whole` refuses fractions."""
    unit = written_in or wanted
    found = _pure_numbers(texts) if unit is None else convert_numbers(texts, unit, wanted or unit)
    faults = _quantity_faults(texts, found["code"], written_in, wanted)
    values = found["value"]
    if whole:
        broken = (values != values.floor()).fill_null(False)
        faults = pl.concat([faults, _faults(texts, broken, problems.NOT_WHOLE.code)])
        values = pl.select(pl.when(~broken).then(values)).to_series()
    return Parsed(values, faults)


def read_money(texts: pl.Series, written_in: str | None) -> Parsed:
    """Int64 minor units, exact; a bare number is in `written_in`, else in 元."""
    found = money_minor(texts, written_in or "元")
    main = main_unit_of_money(written_in or "元")
    return Parsed(found["minor"], _quantity_faults(texts, found["code"], written_in, main))


def _pure_numbers(texts: pl.Series) -> pl.DataFrame:
    """Numbers of an attribute without unit: 1.2万 is 12000, a written unit of things is a fault."""
    found = parse_numbers(texts)
    written = found["unit"]
    if written.null_count() == len(written):
        code = pl.when(~pl.col("ok")).then(pl.lit(NUMBER_UNREADABLE.code))
        return found.select("value", code.alias("code"))
    factors = {text: 10.0 ** MAGNITUDES[text] for text in written.unique().drop_nulls() if text in MAGNITUDES}
    factor = written.replace_strict(factors, default=None, return_dtype=pl.Float64)
    misfit = written.is_not_null() & factor.is_null()
    unreadable = pl.when(~pl.col("ok")).then(pl.lit(NUMBER_UNREADABLE.code))
    why = unreadable.when(misfit).then(pl.lit(UNITS_INCOMPATIBLE.code))
    return found.select(
        pl.when(~misfit).then(pl.col("value") * factor.fill_null(1.0)).alias("value"), why.alias("code")
    )


def _quantity_faults(texts: pl.Series, codes: pl.Series, written_in: str | None, wanted: str | None) -> pl.DataFrame:
    positions = codes.is_not_null().arg_true()
    if not len(positions):
        return no_faults()
    wrong = pl.DataFrame({"position": positions, "text": texts.gather(positions), "code": codes.gather(positions)})
    about_units = wrong["code"].is_in([UNIT_UNKNOWN.code, UNITS_INCOMPATIBLE.code])
    said = _said_of_units(wrong.filter(about_units)["text"].unique(maintain_order=True), written_in, wanted)
    wrong = wrong.join(said, on="text", how="left", maintain_order="left")
    plain = pl.struct(text="text", amount="text").struct.json_encode()
    hinted = pl.col("hint_code").is_not_null() & about_units
    fallback = pl.when(about_units).then(pl.lit(NUMBER_UNREADABLE.code)).otherwise("code")
    return wrong.select(
        pl.col("position").cast(pl.UInt32),
        code=pl.when(hinted).then("hint_code").otherwise(fallback),
        params=pl.when(hinted).then("hint_params").otherwise(plain),
    )


def _said_of_units(texts: pl.Series, written_in: str | None, wanted: str | None) -> pl.DataFrame:
    """What is wrong with the units in these texts, in full for as many as a person would read."""
    rows = []
    for text in texts.head(HINTED).to_list():
        try:
            _, written = split_number_unit(text)
            is_money = wanted is not None and unit(wanted).is_money
            symbol = money_unit(written, wanted or "") if is_money or written_in == "元" else (written or "")
            convert(Decimal(1), symbol, wanted or written_in or "")
        except ProblemError as error:
            rows.append((text, error.problems[0].code, params_of(error.problems[0])))
    schema = {"text": pl.String, "hint_code": pl.String, "hint_params": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


# ---- dates, flags, codes, texts -----------------------------------------------------------------------------------


def read_dates(texts: pl.Series, serials: bool, format: str | None = None, order: str = YEAR_FIRST) -> Parsed:
    """As `format` says, or by the `order` of a zone's habits, or 2020-03-04, 2020/3/4, 2020.3.4, 20200304, 2020年3月4日
    each with or without time; workbook serials if asked."""
    if format is not None:
        clean = texts.str.strip_chars()
        values = _serial(clean) if format == SERIAL else clean.str.to_date(format, strict=False)
        unread = values.is_null() & ~clean.is_in(MISSING)
        return Parsed(values, _faults(texts, unread, problems.NOT_A_DATE.code))
    values = texts.str.to_date("%Y-%m-%d", strict=False)
    left = (values.is_null() & (texts != "")).arg_true()
    if not len(left):
        return Parsed(values, no_faults())
    rest = texts.gather(left)
    clean = year_first(month_named(rest.str.normalize("NFKC").str.strip_chars()), order)
    either = undecided_days(clean)
    clean = either.select(pl.coalesce("sure", "text")).to_series()
    signs = clean.str.replace_all(r"\s*[年月/.．－]\s*", "-").str.replace_all("[日号]", "")
    day = signs.str.extract(r"^(\d{4}-\d{1,2}-\d{1,2})(?:[ T].*)?$")
    dates = day.str.to_date("%Y-%m-%d", strict=False)
    eight = clean.str.extract(r"^(\d{8})$").str.to_date("%Y%m%d", strict=False) if len(dates) else dates
    dates = dates.fill_null(eight)
    dates = dates.fill_null(_serial(clean)) if serials else dates
    unread = dates.is_null() & ~clean.is_in(MISSING)
    two = unread & either["two"]
    faults = pl.concat([_faults(rest, unread & ~two, problems.NOT_A_DATE.code), _two_days(rest, two, either)])
    faults = faults.with_columns(position=left.gather(faults["position"]))
    return Parsed(values.scatter(left, dates), faults)


def _serial(texts: pl.Series) -> pl.Series:
    """Days as workbooks count them, within the years that registers of today speak of."""
    days = pl.col("text").str.extract(r"^(\d{4,5})(?:\.\d+)?$").cast(pl.Int32, strict=False)
    serial = pl.when(days.is_between(FIRST_SERIAL, LAST_SERIAL)).then((days + EXCEL_EPOCH).cast(pl.Date))
    return pl.DataFrame({"text": texts}).select(serial.alias("day")).to_series()


def _two_days(texts: pl.Series, where: pl.Series, either: pl.DataFrame) -> pl.DataFrame:
    """Faults of days that are two, by what stands first."""
    at = where.fill_null(value=False).arg_true()
    rows = either.select("day_first", "month_first")[at].iter_rows()
    said = [
        params_of(table_problems.TWO_DAYS.at(text=text, one=one, other=other))
        for text, (one, other) in zip(texts.gather(at), rows, strict=True)
    ]
    return pl.DataFrame({"position": at, "code": table_problems.TWO_DAYS.code, "params": said}, schema=FAULT)


def two_readings(texts: pl.Series, where: pl.Series) -> pl.DataFrame:
    """Faults of numbers that are two, by what the decimal mark is."""
    at = where.arg_true()
    written = pl.DataFrame({"text": texts.gather(at)}).with_columns(
        grouped=pl.col("text").str.replace("[.,]", ""), decimal=pl.col("text").str.replace(",", ".", literal=True)
    )
    params = written.select(pl.struct("text", "grouped", "decimal").struct.json_encode()).to_series()
    return pl.DataFrame({"position": at, "code": table_problems.TWO_NUMBERS.code, "params": params}, schema=FAULT)


def read_flags(texts: pl.Series) -> Parsed:
    clean = texts.str.normalize("NFKC").str.strip_chars().str.to_lowercase()
    values = clean.replace_strict(FLAGS, default=None, return_dtype=pl.Boolean)
    unread = values.is_null() & ~clean.is_in(list(ABSENT))
    return Parsed(values, _faults(texts, unread, problems.NOT_A_FLAG.code))


def read_codes(texts: pl.Series, names: Mapping[str, str], list_id: str) -> Parsed:
    """The code; `names` leads from every accepted writing (the code itself, its titles) to the code."""
    clean = texts.str.normalize("NFKC").str.strip_chars()
    values = clean.replace_strict(dict(names), default=None, return_dtype=pl.String)
    unread = values.is_null() & ~clean.is_in(MISSING)
    found = _faults(texts, unread, problems.CODE_UNKNOWN.code)
    if found.is_empty():
        return Parsed(values, found)
    wrong = texts.gather(found["position"]).unique().to_list()
    said = {
        text: params_of(problems.CODE_UNKNOWN.at(text=text, list=list_id, **hint(text, names))) for text in wrong[:1000]
    }
    texts = texts.gather(found["position"])
    plain = pl.struct(text=texts, list=pl.lit(list_id), hint=pl.lit("")).struct.json_encode()
    params = texts.replace_strict(said, default=pl.select(plain).to_series())
    return Parsed(values, found.with_columns(params=params.alias("params")))


def read_texts(texts: pl.Series) -> Parsed:
    clean = texts.str.strip_chars()
    frame = pl.DataFrame({"t": clean})
    absent = pl.col("t").is_in(list(ABSENT))
    return Parsed(frame.select(pl.when(~absent).then("t")).to_series(), no_faults())


# ---- periods ------------------------------------------------------------------------------------------------------

WHEN = pl.Schema({"period": pl.String(), "valid_from": pl.Date(), "valid_until": pl.Date(), "grain": pl.String()})
"""A period as text, its first and last day, and its grain if it is a single year, half, quarter, month or day."""
PERIODS = pl.Schema({"text": pl.String()} | dict(WHEN) | {"code": pl.String(), "params": pl.String()})


def when(period: Period) -> tuple[str, date, date, str | None]:
    """The values of WHEN for a period."""
    return str(period), period.first_day, period.last_day, None if period.is_range else period.grain


_REPORT = re.compile(r"^((?:19|20)\d{2})\s*(?:年?\s*年?度?\s*(?:年报|报告|报表|报)|\.0)$")
_QUARTER = re.compile(r"^(?:([QH][1-4])[\s-]*((?:19|20)\d{2})|([1-4])([QH])[\s-]*((?:19|20)\d{2}))$", re.IGNORECASE)
_MONTH = re.compile(r"^([A-Za-z]{3,9})\.?[\s,-]*((?:19|20)\d{2}|\d{2})$")


def plain_period(text: str) -> str:
    """`2022年年报`, `2022.0` as `2022`; `Q1 2022` as `2022Q1`; `Jan 2022` as `2022-01`. Other texts as they are."""
    clean = unicodedata.normalize("NFKC", text).strip()
    if report := _REPORT.match(clean):
        return report[1]
    if quarter := _QUARTER.match(clean):
        return (f"{quarter[2]}{quarter[1]}" if quarter[1] else f"{quarter[5]}{quarter[4]}{quarter[3]}").upper()
    month = _MONTH.match(clean)
    number = MONTHS.get(month[1][:3].lower()) if month else None
    if month is None or number is None or not MONTH_NAMES[number].startswith(month[1].lower()):
        return text
    year = month[2] if len(month[2]) == 4 else full_year(month[2])
    return f"{year}-{number:02d}"


_TENTH = re.compile(r"^((?:19|20)\d{2})\.1$")
"""A month kept as a number: 2022.10 has become 2022.1."""


def read_periods(texts: list[str], order: str = YEAR_FIRST, *, numbers: bool = False) -> pl.DataFrame:
    """One row per distinct text: its period and its days, or the code of what is wrong with it. `order` is that of
    dates in the habits of the zone; `numbers`: the texts may have been numbers."""
    rows: list[tuple[object, ...]] = []
    for text, read in zip(texts, year_first(pl.Series(texts, dtype=pl.String), order), strict=True):
        tenth = _TENTH.match(text.strip()) if numbers else None
        if tenth:
            two = table_problems.TWO_DAYS.at(text=text, one=f"{tenth[1]}-01", other=f"{tenth[1]}-10")
            rows.append((text, None, None, None, None, two.code, params_of(two)))
            continue
        try:
            period = Period.parse(plain_period(read))
        except ProblemError as error:
            rows.append((text, None, None, None, None, error.problems[0].code, params_of(error.problems[0])))
        else:
            rows.append((text, *when(period), None, None))
    return pl.DataFrame(rows, schema=PERIODS, orient="row")


# ---- faults -------------------------------------------------------------------------------------------------------


def broken_cells(texts: pl.Series, where: pl.Series) -> pl.DataFrame:
    """Faults of cells that hold a formula error or a NUL character, that were never calculated or are struck out."""
    kinds = {
        problems.NUL.code: texts.str.contains("\0", literal=True),
        table_problems.UNCALCULATED.code: texts.str.starts_with("#UNCALCULATED!"),
        table_problems.STRUCK_CELL.code: texts.str.starts_with("#STRUCK!"),
    }
    found = []
    for code, these in kinds.items():
        found.append(_faults(texts, where & these, code))
        where = where & ~these
    return pl.concat([*found, _faults(texts, where, problems.SPREADSHEET_ERROR.code)])


def _faults(texts: pl.Series, where: pl.Series, code: str) -> pl.DataFrame:
    positions = where.fill_null(False).arg_true()
    if not len(positions):
        return no_faults()
    params = pl.DataFrame({"text": texts.gather(positions)}).select(pl.struct("text").struct.json_encode())
    return pl.DataFrame({"position": positions, "code": code, "params": params.to_series()}, schema=FAULT)
