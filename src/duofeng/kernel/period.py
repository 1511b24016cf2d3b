"""Periods of the calendar: what a flow is of, when a state holds, which column of a profile is meant.

A `Period` is a run of whole days; its grain and its canonical text follow from the days, so `1~6月`, `上半年` and
`2023-01..2023-06` are the same value. It never knows today: a text without a year needs one from its caller.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Literal, get_args

from duofeng.kernel.problem import ProblemError
from duofeng.kernel.problems import PERIOD_BACKWARDS, PERIOD_UNREADABLE, PERIOD_WITHOUT_YEAR

Grain = Literal["year", "half", "quarter", "month", "day"]
GRAINS: tuple[Grain, ...] = get_args(Grain)
MONTHS_IN: dict[str, int] = {"year": 12, "half": 6, "quarter": 3, "month": 1}
FIRST_YEAR, LAST_YEAR = 1900, 2199


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A run of days, both ends inclusive. Ordered by first day, then last day."""

    first_day: date
    last_day: date

    def __post_init__(self) -> None:
        if self.last_day < self.first_day:
            raise ValueError(f"a period cannot end ({self.last_day}) before it begins ({self.first_day})")

    @staticmethod
    def parse(text: str, year: int | None = None) -> Period:
        """A period from ISO-like or Chinese text; `year` stands in where the text names none.

        Raises ProblemError (E100, E101, E102) with the nearest form that can be read.
        """
        return _parse(text, year)

    @staticmethod
    def of(grain: Grain, day: date) -> Period:
        """The single year, half, quarter, month or day that contains `day`."""
        if grain == "day":
            return Period(day, day)
        width = MONTHS_IN[grain]
        return _of_months(day.year, (day.month - 1) // width * width + 1, width)

    @staticmethod
    def span(first: Period, last: Period) -> Period:
        """From the first day of `first` to the last day of `last`. Raises ValueError when that runs backwards."""
        return Period(first.first_day, last.last_day)

    @property
    def grain(self) -> Grain:
        """The coarsest grain whose borders both ends keep: `2023Q1..2023Q3` has grain quarter."""
        if not self._whole_months:
            return "day"
        begins, ends = self.first_day.month - 1, self.last_day.month
        return next(grain for grain in GRAINS if begins % MONTHS_IN[grain] == 0 and ends % MONTHS_IN[grain] == 0)

    @property
    def count(self) -> int:
        """How many units of its grain it holds: 1 for a year, 3 for `2023Q1..2023Q3`."""
        grain = self.grain
        return self.days if grain == "day" else self._month_count // MONTHS_IN[grain]

    @property
    def is_range(self) -> bool:
        return self.count > 1

    @property
    def year(self) -> int:
        """The year it ends in, the one a report means by "this year"."""
        return self.last_day.year

    @property
    def days(self) -> int:
        return (self.last_day - self.first_day).days + 1

    @property
    def months(self) -> tuple[Period, ...]:
        """Its whole months in order; empty when it does not consist of whole months."""
        return self.split("month") if self._whole_months else ()

    def split(self, grain: Grain) -> tuple[Period, ...]:
        """Its parts of a finer or equal grain, in order. Raises ValueError when the parts do not fill it exactly."""
        parts: list[Period] = []
        day = self.first_day
        while day <= self.last_day:
            part = Period.of(grain, day)
            parts.append(part)
            day = part.last_day + timedelta(days=1)
        if parts[0].first_day != self.first_day or parts[-1].last_day != self.last_day:
            raise ValueError(f"{self} does not consist of whole units of {grain}")
        return tuple(parts)

    def contains(self, other: Period | date) -> bool:
        if isinstance(other, Period):
            return self.first_day <= other.first_day and other.last_day <= self.last_day
        return self.first_day <= other <= self.last_day

    def overlaps(self, other: Period) -> bool:
        return self.first_day <= other.last_day and other.first_day <= self.last_day

    def shifted(self, steps: int) -> Period:
        """Moved by `steps` times its own length: whole months by months, other runs of days by days."""
        if self._whole_months:
            return self._shifted_months(steps * self._month_count)
        step = timedelta(days=steps * self.days)
        return Period(self.first_day + step, self.last_day + step)

    def previous(self) -> Period:
        """The period of the same length just before. Undone by `next()` for whole months and for single days."""
        return self.shifted(-1)

    def next(self) -> Period:
        return self.shifted(1)

    def year_ago(self) -> Period:
        """The same period last year (同期). 29 February becomes 28 February."""
        if self._whole_months:
            return self._shifted_months(-12)
        return Period(_a_year_before(self.first_day), _a_year_before(self.last_day))

    def __str__(self) -> str:
        grain = self.grain
        first = _unit_text(grain, self.first_day)
        return first if self.count == 1 else f"{first}..{_unit_text(grain, self.last_day)}"

    @property
    def _whole_months(self) -> bool:
        return self.first_day.day == 1 and self.last_day.day == _last_of(self.last_day.year, self.last_day.month)

    @property
    def _month_count(self) -> int:
        return (self.last_day.year - self.first_day.year) * 12 + self.last_day.month - self.first_day.month + 1

    def _shifted_months(self, months: int) -> Period:
        index = self.first_day.year * 12 + self.first_day.month - 1 + months
        return _of_months(index // 12, index % 12 + 1, self._month_count)


def last_complete(grain: Grain, as_of: date) -> Period:
    """The last unit of `grain` that is over at the end of the day `as_of`: on 2023-12-31 the year 2023 is complete."""
    current = Period.of(grain, as_of)
    return current if current.last_day == as_of else current.previous()


def _last_of(year: int, month: int) -> int:
    return calendar.monthrange(year, month)[1]


def _of_months(year: int, month: int, count: int) -> Period:
    end = year * 12 + month - 1 + count - 1
    end_year, end_month = end // 12, end % 12 + 1
    return Period(date(year, month, 1), date(end_year, end_month, _last_of(end_year, end_month)))


def _a_year_before(day: date) -> date:
    return day.replace(year=day.year - 1, day=min(day.day, _last_of(day.year - 1, day.month)))


def _unit_text(grain: Grain, day: date) -> str:
    match grain:
        case "year":
            return f"{day.year:04d}"
        case "half":
            return f"{day.year:04d}H{(day.month - 1) // 6 + 1}"
        case "quarter":
            return f"{day.year:04d}Q{(day.month - 1) // 3 + 1}"
        case "month":
            return f"{day.year:04d}-{day.month:02d}"
        case _:
            return day.isoformat()


# ---- reading --------------------------------------------------------------------------------------------------------

_CHINESE_DIGITS = {word: str(value) for value, word in enumerate("零一二三四五六七八九")} | {"两": "2", "〇": "0"}
_ISO = re.compile(
    r"(?P<year>\d{4})(?:-?(?:H(?P<half>[12])|Q(?P<quarter>[1-4]))"
    r"|(?P<sign>[-/.])(?P<month>\d{1,2})(?:(?P=sign)(?P<day>\d{1,2}))?|(?P<cmonth>\d{2})(?P<cday>\d{2})?)?"
)
_YEAR = r"(?:(?P<year>\d{4})年(?:度)?)?"
_CHINESE = tuple(
    re.compile(_YEAR + body)
    for body in (
        r"(?:全年)?(?P<whole>)",
        r"(?P<half>[上下])半年",
        r"前(?P<first_quarters>[1-4])个?季度",
        r"第?(?P<quarter>[1-4])季度",
        r"第?(?P<quarter_from>[1-4])(?:季度)?~第?(?P<quarter_to>[1-4])季度",
        r"前(?P<first_months>\d{1,2})个月",
        r"(?P<month>\d{1,2})月份?",
        r"(?P<month>\d{1,2})月(?P<day>\d{1,2})[日号]",
        r"(?P<month_from>\d{1,2})(?:月份?)?[~-](?P<month_to>\d{1,2})月份?",
        r"(?P<month>\d{1,2})月(?P<day_from>\d{1,2})[日号]?[~-](?P<day_to>\d{1,2})[日号]",
    )
)
_YEARS = re.compile(r"(?P<from>\d{4})年?[~-](?P<to>\d{4})年")


class _YearMissingError(Exception):
    """The text is a period, but of which year?"""


@lru_cache(maxsize=4096)
def _parse(text: str, year: int | None) -> Period:
    clean = _normalise(text)
    try:
        found = _range(clean, year)
    except _YearMissingError:
        raise ProblemError(PERIOD_WITHOUT_YEAR.at(text=text, nearest=f"2023年{clean}")) from None
    except ValueError:
        found = None
    if found is None:
        raise ProblemError(PERIOD_UNREADABLE.at(text=text, nearest=_nearest_form(clean)))
    first, last = found
    if last.last_day < first.first_day:
        raise ProblemError(PERIOD_BACKWARDS.at(text=text, nearest=f"{last}..{first}"))
    return Period.span(first, last)


def _normalise(text: str) -> str:
    """Half-width, without spaces, Chinese numerals of months and quarters as digits, one sign for every dash."""
    clean = re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).upper()
    clean = re.sub(r"[〜∼～—–―‐‑−]+|--+|至|到", "~", clean)
    clean = re.sub(
        r"[零〇一二三四五六七八九十两]{1,3}(?=~|月|季度?|日|号|个月|个季度)",
        lambda match: _chinese_number(match[0]),
        clean,
    )
    clean = re.sub(r"季(?!度)", "季度", clean)
    return re.sub(r"[零〇一二三四五六七八九]{4}(?=年)", lambda match: "".join(map(_digit, match[0])), clean)


def _digit(word: str) -> str:
    return _CHINESE_DIGITS[word]


def _chinese_number(words: str) -> str:
    """Up to 39 as months and days need it: 十二 → 12, 二十三 → 23."""
    if "十" not in words:
        return "".join(map(_digit, words))
    tens, _, ones = words.partition("十")
    if "十" in ones or len(tens) > 1 or len(ones) > 1:
        return words  # 十十 is no number: left as it is, it will be no period either
    return str(int(_digit(tens) if tens else "1") * 10 + int(_digit(ones) if ones else "0"))


def _range(text: str, year: int | None) -> tuple[Period, Period] | None:
    """Both ends of what the text says; None when it says no period. ValueError when a month or day does not exist."""
    single = _single(text, year)
    if single is not None:
        return single, single
    if years := _YEARS.fullmatch(text):
        return _of_months(_year(years["from"]), 1, 12), _of_months(_year(years["to"]), 1, 12)
    left, sign, right = text.partition(".." if ".." in text else "~")
    if not sign:
        return None
    first = _single(left, year)
    if first is None and (bare := re.fullmatch(r"(\d{4}年)?\d{1,2}", left)):
        first = _single(f"{bare[0]}月", year)
    last = _single(right, first.year if first else year)
    return (first, last) if first and last else None


def _single(text: str, year: int | None) -> Period | None:
    if match := _ISO.fullmatch(text):
        return _from_iso(match)
    for pattern in _CHINESE:
        if text and (match := pattern.fullmatch(text)):
            return _from_chinese(match, year)
    return None


def _year(text: str) -> int:
    year = int(text)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"year {year} is outside {FIRST_YEAR}–{LAST_YEAR}")
    return year


def _from_iso(match: re.Match[str]) -> Period:
    year = _year(match["year"])
    month, day = match["month"] or match["cmonth"], match["day"] or match["cday"]
    if match["half"]:
        return _of_months(year, int(match["half"]) * 6 - 5, 6)
    if match["quarter"]:
        return _of_months(year, int(match["quarter"]) * 3 - 2, 3)
    if day:
        return Period.of("day", date(year, int(month), int(day)))
    return _of_months(year, _month(month), 1) if month else _of_months(year, 1, 12)


def _from_chinese(match: re.Match[str], default_year: int | None) -> Period:
    part = {name: value for name, value in match.groupdict().items() if value is not None}
    if "year" not in part and default_year is None:
        raise _YearMissingError
    year = _year(part.pop("year", str(default_year)))
    first_day = part.pop("day_from", part.get("day"))
    if first_day is not None:
        last_day, month = part.get("day_to", first_day), int(part["month"])
        return Period(date(year, month, int(first_day)), date(year, month, int(last_day)))
    first, last = _months_named(part)
    return Period.span(_of_months(year, first, 1), _of_months(year, last, 1))


def _months_named(part: dict[str, str]) -> tuple[int, int]:
    """First and last month, from 1 to 12, of what one of the Chinese patterns found."""
    match part:
        case {"half": half}:
            months = (1, 6) if half == "上" else (7, 12)
        case {"first_quarters": count}:
            months = (1, int(count) * 3)
        case {"quarter": quarter}:
            months = (int(quarter) * 3 - 2, int(quarter) * 3)
        case {"quarter_from": begins, "quarter_to": ends}:
            months = (int(begins) * 3 - 2, int(ends) * 3)
        case {"first_months": count}:
            months = (1, _month(count))
        case {"month_from": begins, "month_to": ends}:
            months = (_month(begins), _month(ends))
        case {"month": month}:
            months = (_month(month), _month(month))
        case _:
            months = (1, 12)
    return months


def _month(text: str) -> int:
    month = int(text)
    if not 1 <= month <= 12:
        raise ValueError(f"month {month} does not exist")
    return month


def _nearest_form(text: str) -> str:
    """The readable form that begins like the text and is most like it, of the year it names if any."""
    named = re.search(r"(?:19|20)\d\d", text)
    year = int(named[0]) if named else 2023
    forms = [f"{year}", f"{year}-01..{year}-05", f"{year}年", f"{year}年上半年", f"{year}年下半年", f"{year}年6月15日"]
    forms += [f"{year}年1~5月", f"{year}年前3季度"] + [f"{year}年第{quarter}季度" for quarter in (1, 2, 3, 4)]
    forms += [f"{year}H{half}" for half in (1, 2)] + [f"{year}Q{quarter}" for quarter in (1, 2, 3, 4)]
    for month in range(1, 13):
        forms += [f"{year}-{month:02d}", f"{year}年{month}月", f"{year}-{month:02d}-{_last_of(year, month)}"]

    def likeness(form: str) -> tuple[int, float]:
        same = next((at for at, (one, two) in enumerate(zip(form, text, strict=False)) if one != two), len(form))
        return same, SequenceMatcher(None, form, text).ratio()

    return max(reversed(forms), key=likeness) if text and text[0].isdigit() else f"{year}H1"
