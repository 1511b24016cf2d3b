"""Which parts of a document report and which parts plan, and for what time.

A work report looks back in one section and ahead in the next; a plan is a plan from its title on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from duofeng.facts.documents.lexer import PERIOD
from duofeng.facts.documents.periods import Times, arabic_year, document_times, last_year, resolve
from duofeng.kernel.period import Period

PLAN_TITLE = re.compile(r"计划|规划|方案|要点|工作部署|任务分工|纲要|目标任务|发力|怎么干|工作打算|行动")
REPORT_TITLE = re.compile(r"总结|执行情况|公报|回顾|答卷|成绩|交出|简报|通报|综述|快报|工作报告|讲话")
LOOKS_BACK = re.compile(r"回顾|总结|执行情况|完成情况|进展情况|工作成效|主要成绩|过去[一五]年|运行情况|时期发展")
LOOKS_AHEAD = re.compile(
    r"(?:工作)?安排$|重点工作|工作打算|下一步|目标任务|主要目标|预期目标|工作计划|总体要求|草案$|预算草案|展望|下阶段|工作部署"
)
FUTURE_CUES = re.compile(r"力争|争取|确保|计划|谋划|不少于|将要|加快|推动|打造|到20\d\d年|\d个以上|\d家以上|左右")
RESULT_CUES = re.compile(r"同比|增速|比上年|累计|完成了?\d|获批|入选|荣获|一年来|以来|已|位居|达到?\d|成功|占全[市省]")
LEADING_PERIOD = re.compile(
    rf"[(\d一二三四五六七八九十)、.\s]*(?:初步核算,|据统计,)?(到)?({PERIOD})(?:以来)?(?=[,、:]|全[省市县区州]|我[省市县区])"
)
ANNOUNCES = re.compile(r"(?:目标|重点任务)(?:是|为|如下)?[:：]$")
"""A line after which a list of aims follows."""
AIMS = re.compile(r"力争|争取|确保|(?:将|要|拟|计划)(?=新|建|完|实现|达|投|引|开|大力|继续|全面|着力|重点)")
PERIOD_WORD = re.compile(PERIOD)
READ_BELOW = 200
"""Characters below a heading in which its year may stand."""
PARAGRAPH = re.compile(r"[^\n]+")
HEADING_LENGTH = 40
CUES_READ = 30_000


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph with what it inherits: its time and whether it states intentions."""

    start: int
    text: str
    times: Times
    plan: bool


def title_of(text: str) -> str:
    """The first lines up to the first sentence: where a document says what it is."""
    lines: list[str] = []
    for match in PARAGRAPH.finditer(text[:600]):
        line = match.group()
        if "。" in line or len(lines) == 3 or len(line) > 60:
            break
        lines.append(line)
    return "\n".join(lines)


def is_plan(text: str, title: str) -> bool:
    """Whether a document states what is to be done rather than what was."""
    if PLAN_TITLE.search(title) and not REPORT_TITLE.search(title):
        return True
    if REPORT_TITLE.search(title):
        return False
    sample = text[:CUES_READ]
    return len(FUTURE_CUES.findall(sample)) > 1.5 * len(RESULT_CUES.findall(sample)) + 2


def passages(text: str, period: str | None, plan: bool | None) -> Iterator[Passage]:
    """The paragraphs of a document, each with its time. A given period or plan replaces what the text would say."""
    title = title_of(text)
    times = document_times(text, title)
    if period:
        times = Times(arabic_year(period + "年") or int(period[:4]), period)
    whole_is_plan = is_plan(text, title) if plan is None else plan
    section, ahead = times, whole_is_plan
    for match in PARAGRAPH.finditer(text):
        paragraph = match.group()
        if len(paragraph) <= HEADING_LENGTH and "。" not in paragraph and match.start() >= len(title):
            below = text[match.end() : match.end() + READ_BELOW]
            section, ahead = _after_heading(paragraph, below, section, ahead)
        here, here_ahead = _led_by(paragraph, section, ahead)
        ahead = ahead or ANNOUNCES.search(paragraph) is not None
        yield Passage(match.start(), paragraph, here, here_ahead)


def _after_heading(heading: str, below: str, section: Times, ahead: bool) -> tuple[Times, bool]:
    """What holds below a heading: 一、2024年工作回顾, 二、2025年工作安排; a year it leaves out is looked for below."""
    back, forward = LOOKS_BACK.search(heading), LOOKS_AHEAD.search(heading)
    if not back and not forward:
        return section, ahead
    named = PERIOD_WORD.search(heading)
    period = resolve(named.group(), section) if named else None
    if not period:
        year = arabic_year(heading) or arabic_year(below)
        period = str(year) if year is not None else None
    return _times_of(period) or section, bool(forward and not back)


def _times_of(period: str | None) -> Times | None:
    """A time with its year, when the period has one."""
    return Times(last_year(period), period) if period and period[:4].isdigit() else None


def _led_by(paragraph: str, section: Times, ahead: bool) -> tuple[Times, bool]:
    """A paragraph that opens with a time speaks of it to its end."""
    lead = LEADING_PERIOD.match(paragraph)
    if not lead or lead[2].startswith("截"):
        return section, ahead
    times = _times_of(resolve(lead[2], section))
    if times is None or times.year is None:
        return section, ahead
    is_past = section.year is not None and times.year < section.year
    aims = lead[1] is not None or (_begins_after(times, section) and AIMS.search(paragraph) is not None)
    return times, (ahead and not is_past) or aims


def _begins_after(times: Times, other: Times) -> bool:
    if times.period is None or other.period is None:
        return False
    return Period.parse(times.period).first_day > Period.parse(other.period).last_day
