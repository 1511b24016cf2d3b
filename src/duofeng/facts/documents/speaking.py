"""When a document is spoken and what it is about: its day, and the period its figures have when none is named."""

from __future__ import annotations

import re
from collections import Counter

from duofeng.facts.documents.lexer import RANGE_MARK
from duofeng.facts.documents.periods import YEAR, Times, arabic_year, five_year_plan, sub_period, with_year

DATELINE = re.compile(r"^[^。\n]{0,24}?((?:19|20)\d\d)年(\d{1,2})月(?:\d{1,2}日)?[^。\n]{0,40}$", re.MULTILINE)
SPOKEN_BELOW = 400
"""Characters in which a document says on which day it was spoken or published."""
TO_A_CONGRESS = re.compile(r"政府工作报告|人民代表大会|预算草案|计划草案")
"""What is spoken to a congress in the first months of a year, about the year before and the year begun."""
PLANNED = re.compile(
    r"^(?!.{0,20}远景)[^。\n]{0,20}(20\d\d)年[^。\n]{0,16}?(?:安排|部署|任务|目标|草案|打算|建议|重点)[^。\n]{0,12}$",
    re.MULTILINE,
)
"""A heading of what is to be done in a year."""
OUTLINE = re.compile(r"第?十([一二三四五六七])个五年|十([一二三四五六七])五”?(?:规划|纲要)")
REVIEWED = re.compile(r"(20\d{2})年?(?:度|上半年)?[^。,\d]{0,12}(?:执行情况|工作总结|工作回顾|完成情况|答卷|成绩|总结)")
RANGE_OF_YEARS = re.compile(rf"\d{{4}}年?{RANGE_MARK}\d{{4}}")
SUB_PERIOD = re.compile(
    rf"(?=[上前一二三四1元])(?<!战)(?<!决胜)(?<!冲刺)(?:上半年|前三季度|(?<!前)[一二三四]季度(?!度)|(?<!\d)(?:1|元){RANGE_MARK}\d{{1,2}}月)"
)
WHOLE_YEAR = re.compile(r"全年|一年来|这一年|年度|过去一年")
FAR_YEAR = re.compile(r"(?:到|自|至|从|较|比|于)$")
LATE = 10
"""From this month on, the year just over is the running one."""


def document_times(text: str, title: str) -> Times:
    """The year and period a document reports on or plans for, and when it is spoken."""
    today, past = _spoken(text, title)
    outline = OUTLINE.search(title)
    if outline:
        first, last = five_year_plan(outline[1] or outline[2])
        return Times(last, f"{first}..{last}", today or first, past or first - 1)
    head = text[:20_000]
    if past is not None and "工作报告" in title and TO_A_CONGRESS.search(title) and not REVIEWED.search(title):
        return Times(past, str(past), today, past)
    votes = _votes(head, title)
    if not votes:
        return Times(None, None, today, past)
    best = max(votes.values())
    year = min(year for year, count in votes.items() if count == best)
    part = _part_of_year(head, title)
    return Times(year, str(year) if part is None else with_year(year, part), today, past)


def _spoken(text: str, title: str) -> tuple[int | None, int | None]:
    """The year in which a document is spoken and the last one that was over then, where it says so."""
    dated = DATELINE.search(text, 0, SPOKEN_BELOW)
    if dated:
        year, month = int(dated[1]), int(dated[2])
        return year, year if month >= LATE else year - 1
    if not TO_A_CONGRESS.search(title):
        return None, None
    planned = [int(year) for year in PLANNED.findall(text[:20_000])]
    year = max(planned) if planned else arabic_year(title) or 0
    return (year, year - 1) if year else (None, None)


def _votes(head: str, title: str) -> Counter[int]:
    """How much speaks for each year: every mention once, one in the title or as what is reviewed for more."""
    ranges = {match.start() for match in RANGE_OF_YEARS.finditer(head)}
    votes = Counter(
        int(match[1])
        for match in YEAR.finditer(head)
        if match.start() not in ranges and not FAR_YEAR.search(head[max(0, match.start() - 1) : match.start()])
    )
    title = DATELINE.sub("", title)
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
