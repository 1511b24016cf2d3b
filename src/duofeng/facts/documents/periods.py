"""Which time a number is about: 1—5月, 上半年, 去年 against the year a text speaks of and the day it is spoken."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from duofeng.facts.documents.lexer import RANGE_MARK
from duofeng.facts.documents.numerals import DIGITS, chinese_number

YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?=年|[一-鿿])(?!年?(?:-|~|—|–|至)\d)")
YEAR_IN_CHINESE = re.compile(r"([一二][九〇零][〇零一二三四五六七八九]{2})年")
HALF = re.compile(r"([上下])半年")
QUARTER = re.compile(r"(?<!前)第?([一二三四1-4])季度")
MONTHS = re.compile(rf"(\d{{1,2}}|元)月?{RANGE_MARK}(\d{{1,2}})月")
FIRST_MONTHS = re.compile(r"前(\d{1,2}|[二三四五六七八九十]|十一)个月")
MONTH = re.compile(r"(?<![\d-])(\d{1,2})月(?!\d{0,2}日)")
FIVE_YEARS = re.compile(r"十([一二三四五六七])五")
YEARS_ON_END = re.compile(r"([三四五])年")
AHEAD = re.compile(r"今后|未来")
YEAR_JUST_OVER = re.compile(r"过去的?一年|一年来")
NAMED_SPANS = {(1, 6): "H1", (7, 12): "H2", (1, 3): "Q1", (1, 12): None}
"""First and last month → what that part of a year is called."""
LAST_MONTH_OF = {"H1": 6, "H2": 12, "Q1": 3, "Q2": 6, "Q3": 9, "Q4": 12}
SEVERAL_YEARS = re.compile(r"(\d{4})\.\.(\d{4})")


@dataclass(frozen=True, slots=True)
class Times:
    """The year and the period a stretch of text speaks of when it names none, and when it is spoken."""

    year: int | None
    """The year of which 全年 and 上半年 are parts."""
    period: str | None
    today: int | None = None
    """The year 今年 means; None when the text does not say when it was spoken."""
    past: int | None = None
    """The last year that was over by then: 过去一年, and the end of 五年来."""
    span: str | None = None
    """The years a section is about, also where a sentence speaks of one of them: those of 年均增长 and 由…提高到."""

    def resolve(self, words: str) -> str | None:
        """The period of a period word, or None when it names a time that is none (本年度 alone is the year)."""
        return resolve(words, self)

    def about(self, period: str | None) -> Times:
        """The same when another period is spoken of; unchanged when that names no year."""
        if not period or not period[:4].isdigit():
            return self
        span = period if SEVERAL_YEARS.fullmatch(period) else self.span
        return replace(self, year=last_year(period), period=period, span=span)


def arabic_year(words: str) -> int | None:
    found = YEAR.search(words)
    if found:
        return int(found[1])
    chinese = YEAR_IN_CHINESE.search(words)
    if chinese:
        return int("".join(str(DIGITS[digit]) for digit in chinese[1]))
    return None


def resolve(words: str, times: Times) -> str | None:
    plan = FIVE_YEARS.search(words)
    if plan:
        first, last = five_year_plan(plan[1])
        return str(last) if words.endswith("末") else f"{first}..{last}"
    year = arabic_year(words)
    if year is not None:
        return _in_year(year, words, times)
    if times.year is None:
        return times.period
    return _several_years(words, times) or _relative(words, times) or _in_year(times.year, words, times)


def five_year_plan(number: str) -> tuple[int, int]:
    """First and last year of a five-year plan: 四 of 十四五 → 2021, 2025."""
    first = 2001 + 5 * DIGITS[number]
    return first, first + 4


def _several_years(words: str, times: Times) -> str | None:
    """近三年, 五年来, 今后五年; inside a section about so many years those are meant."""
    found = YEARS_ON_END.search(words)
    last = times.past or times.year
    if not found or last is None or "季度" in words:
        return None
    count = DIGITS[found[1]]
    if AHEAD.search(words):
        return f"{last + 1}..{last + count}"
    section = SEVERAL_YEARS.fullmatch(times.period or "")
    if section and int(section[2]) - int(section[1]) + 1 == count:
        return times.period
    return f"{last - count + 1}..{last}"


def _relative(words: str, times: Times) -> str | None:
    """去年, 今年上半年, 过去一年."""
    today = times.today or times.year or 0
    if "去年" in words or "明年" in words:
        return _part_of(today + (1 if "明" in words else -1), words)
    if "上年" in words:
        return _part_of((times.year or today) - 1, words)
    if YEAR_JUST_OVER.search(words):
        return str(times.past) if times.past else times.period
    if "今年" in words:
        whole_section = sub_period(words) is None and times.period and last_year(times.period) == today
        return times.period if whole_section else _part_of(today, words)
    return None


def _in_year(year: int, words: str, times: Times) -> str:
    """The part of a year that words name; 截至9月底 of a report up to September is its own period."""
    part = sub_period(words)
    is_month = part is not None and part.startswith("-") and "." not in part
    if is_month and times.period and words.startswith("截") and int((part or "")[1:]) == last_month(times.period):
        return times.period
    return _part_of(year, words)


def _part_of(year: int, words: str) -> str:
    part = sub_period(words)
    return str(year) if part is None else with_year(year, part)


def with_year(year: int, part: str) -> str:
    first, dots, last = part.partition("..")
    return f"{year}{first}{dots}{year}{last}" if dots else f"{year}{first}"


def sub_period(words: str) -> str | None:
    """`H1`, `Q3`, `-06`, `-01..-05`, or None for a whole year."""
    half = HALF.search(words)
    if half:
        return "H1" if half[1] == "上" else "H2"
    if "前三季度" in words:
        return "-01..-09"
    first = FIRST_MONTHS.search(words)
    if first:
        last = int(first[1]) if first[1].isdigit() else chinese_number(first[1]) or 1
        return NAMED_SPANS.get((1, last), f"-01..-{last:02}")
    quarter = QUARTER.search(words)
    if quarter:
        return f"Q{DIGITS.get(quarter[1]) or quarter[1]}"
    months = MONTHS.search(words)
    if months:
        span = 1 if months[1] == "元" else int(months[1]), int(months[2])
        return NAMED_SPANS.get(span, f"-{span[0]:02}..-{span[1]:02}")
    month = MONTH.search(words)
    return f"-{int(month[1]):02}" if month and 1 <= int(month[1]) <= 12 else None


def last_month(period: str) -> int:
    """The month in which a period ends."""
    ending = period.rpartition("..")[2]
    if "-" in ending:
        return int(ending.rpartition("-")[2])
    return LAST_MONTH_OF.get(ending[4:], 12)


def last_year(period: str) -> int:
    """The year in which a period ends."""
    return int(period.rpartition("..")[2][:4])


def year_before(period: str) -> str:
    """The same stretch one year earlier; before several years, the year before their first."""
    several = SEVERAL_YEARS.fullmatch(period)
    if several:
        return str(int(several[1]) - 1)
    return re.sub(r"\d{4}(?=-|H|Q|$|\.)", lambda year: str(int(year.group()) - 1), period)


def at_the_end(period: str | None) -> str | None:
    """When a state holds that is told of several years: in the last of them."""
    several = SEVERAL_YEARS.fullmatch(period or "")
    return several[2] if several else period
