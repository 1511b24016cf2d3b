"""Which time a number is about: words like 1—5月, 上半年, 截至9月底 against the year the document speaks of."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from duofeng.facts.documents.lexer import RANGE_MARK
from duofeng.facts.documents.numerals import DIGITS

YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?=年|[一-鿿])(?!年?(?:-|~|—|–|至)\d)")
YEAR_IN_CHINESE = re.compile(r"([一二][九〇零][〇零一二三四五六七八九]{2})年")
RANGE_OF_YEARS = re.compile(rf"\d{{4}}年?{RANGE_MARK}\d{{4}}")
HALF = re.compile(r"([上下])半年")
QUARTER = re.compile(r"(?<!前)第?([一二三四1-4])季度")
MONTHS = re.compile(rf"(\d{{1,2}}|元)月?{RANGE_MARK}(\d{{1,2}})月")
MONTH = re.compile(r"(?<![\d-])(\d{1,2})月(?!\d{0,2}日)")
FIVE_YEARS = re.compile(r"十([一二三四五六七])五")
FIVE_YEAR_PLAN = re.compile(r"第?十([一二三四五六七])个五年|十([一二三四五六七])五”?(?:规划|纲要)")
YEARS_BACK = re.compile(r"([三四五])年")
SUB_PERIOD = re.compile(
    rf"(?=[上前一二三四1元])(?<!战)(?<!决胜)(?<!冲刺)(?:上半年|前三季度|(?<!前)[一二三四]季度(?!度)|(?<!\d)(?:1|元){RANGE_MARK}\d{{1,2}}月)"
)
WHOLE_YEAR = re.compile(r"全年|一年来|这一年|年度|过去一年")
FAR_YEAR = re.compile(r"(?:到|自|至|从|较|比|于)$")
NAMED_SPANS = {(1, 6): "H1", (7, 12): "H2", (1, 3): "Q1", (1, 12): None}
"""First and last month → what that part of a year is called."""
REVIEWED = re.compile(r"(20\d{2})年?(?:度|上半年)?[^。,\d]{0,12}(?:执行情况|工作总结|工作回顾|完成情况|答卷|成绩|总结)")
LAST_MONTH_OF = {"H1": 6, "H2": 12, "Q1": 3, "Q2": 6, "Q3": 9, "Q4": 12}


@dataclass(frozen=True, slots=True)
class Times:
    """The year and the period a stretch of text speaks of when it names none."""

    year: int | None
    period: str | None

    def resolve(self, words: str) -> str | None:
        """The period of a period word, or None when it names a time that is none (本年度 alone is the year)."""
        return resolve(words, self)


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
        first = 2001 + 5 * DIGITS[plan[1]]
        return f"{first}..{first + 4}"
    year = arabic_year(words)
    if year is not None:
        return _in_year(year, words, times)
    if times.year is None:
        return times.period
    return _years_back(words, times.year) or _in_year(times.year, words, times)


def _years_back(words: str, year: int) -> str | None:
    """去年, 近三年."""
    if "去年" in words or "上年" in words:
        return str(year - 1)
    back = YEARS_BACK.search(words)
    return f"{year - DIGITS[back[1]] + 1}..{year}" if back and "季度" not in words else None


def _in_year(year: int, words: str, times: Times) -> str:
    """The part of a year that words name; 今年, and 截至9月底 of a report up to September, are its own period."""
    part = sub_period(words)
    if part is None:
        return times.period if times.period and ("今年" in words or "一年来" in words) else str(year)
    is_month = part.startswith("-") and "." not in part
    if is_month and times.period and words.startswith("截") and int(part[1:]) == last_month(times.period):
        return times.period
    return _with_year(year, part)


def _with_year(year: int, part: str) -> str:
    first, dots, last = part.partition("..")
    return f"{year}{first}{dots}{year}{last}" if dots else f"{year}{first}"


def sub_period(words: str) -> str | None:
    """`H1`, `Q3`, `-06`, `-01..-05`, or None for a whole year."""
    half = HALF.search(words)
    if half:
        return "H1" if half[1] == "上" else "H2"
    if "前三季度" in words:
        return "-01..-09"
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


def document_times(text: str, title: str) -> Times:
    """The year and period a document reports on or plans for: what its title says, else what it speaks of most."""
    head = text[:20_000]
    outline = FIVE_YEAR_PLAN.search(title)
    if outline:
        year = 2000 + 5 * (DIGITS[outline[1] or outline[2]] + 1)
        return Times(year, str(year))
    votes = _votes(head, title)
    if not votes:
        return Times(None, None)
    best = max(votes.values())
    year = min(year for year, count in votes.items() if count == best)
    part = _part_of_year(head, title)
    return Times(year, str(year) if part is None else _with_year(year, part))


def _votes(head: str, title: str) -> Counter[int]:
    """How much speaks for each year: every mention once, one in the title or as what is reviewed for more."""
    ranges = {match.start() for match in RANGE_OF_YEARS.finditer(head)}
    votes = Counter(
        int(match[1])
        for match in YEAR.finditer(head)
        if match.start() not in ranges and not FAR_YEAR.search(head[max(0, match.start() - 1) : match.start()])
    )
    in_title = [int(match[1]) for match in YEAR.finditer(title)]
    written = None if in_title else arabic_year(title)
    for year in (*in_title, *([written] if written else ())):
        votes[year] += 5
    reviewed = REVIEWED.search(head[:2000])
    if reviewed:
        votes[int(reviewed[1])] += 6
    return votes


def _part_of_year(text: str, title: str) -> str | None:
    spoken = Counter(sub_period(match.group()) for match in SUB_PERIOD.finditer(text))
    in_title = [sub_period(match.group()) for match in SUB_PERIOD.finditer(title)]
    for part in in_title:
        spoken[part] += 3
    if not spoken:
        return None
    part, count = spoken.most_common(1)[0]
    whole = len(WHOLE_YEAR.findall(text))
    return part if part in in_title or (count >= 2 and count * 2 > whole) else None


def last_year(period: str) -> int:
    """The year in which a period ends."""
    return int(period.rpartition("..")[2][:4])
