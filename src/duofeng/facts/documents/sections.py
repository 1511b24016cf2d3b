"""Which parts of a document report and which parts plan, and for what time.

A work report looks back in one section and ahead in the next; a plan is a plan from its title on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import takewhile

from duofeng.facts.documents.lexer import PERIOD
from duofeng.facts.documents.periods import FIVE_YEARS, SEVERAL_YEARS, Times, arabic_year, at_the_end, resolve
from duofeng.facts.documents.speaking import RANGE_OF_YEARS, document_times
from duofeng.kernel.period import Period

PLAN_TITLE = re.compile(r"计划|规划|方案|要点|工作部署|任务分工|纲要|目标任务|发力|怎么干|工作打算|行动")
REPORT_TITLE = re.compile(r"总结|执行情况|公报|回顾|答卷|成绩|交出|简报|通报|综述|快报|工作报告|讲话")
LOOKS_BACK = re.compile(
    r"回顾|总结|情况|成效|成绩|成就|成果|过去的?[一三五]年|时期发展|发展基础|发展现状|发展环境|不足|差距|存在的?问题|主要工作及|怎么看$|短板"
)
LOOKS_AHEAD = re.compile(
    r"安排$|重点工作|打算|下一步|下阶段|目标|任务|工作计划|总体要求|总体思路|政策取向|草案|展望|部署|建议$|工作建议|举措$|工作重点|今后|未来|明年|怎么[干办]$"
)
FUTURE_CUES = re.compile(r"力争|争取|确保|计划|谋划|不少于|将要|加快|推动|打造|到20\d\d年|\d个以上|\d家以上|左右")
RESULT_CUES = re.compile(r"同比|增速|比上年|累计|完成了?\d|获批|入选|荣获|一年来|以来|已|位居|达到?\d|成功|占全[市省]")
LEADING_PERIOD = re.compile(
    rf"(?:——)?[(\d一二三四五六七八九十)、.\s]*(?:初步核算,|据统计,)?(到)?({PERIOD})(?:以来|里)?(?=[,、:]|全[省市县区州]|我[省市县区]|是)"
)
LASTING = re.compile(r"过去|年来|年间|十.五|今后|未来|今年|去年|20\d\d年$")
"""Times that hold beyond the paragraph, or beyond the sentence inside one, that opens with them."""
ANNOUNCES = re.compile(r"(?:目标|重点任务)(?:是|为|如下)?[:：]$")
"""A line after which a list of aims follows."""
AIMS = re.compile(r"力争|争取|确保|(?:将|要|拟|计划)(?=新|建|完|实现|达|投|引|开|大力|继续|全面|着力|重点)")
PERIOD_WORD = re.compile(PERIOD)
READ_BELOW = 200
"""Characters below a heading in which its year may stand."""
NOT_ITS_TIME = re.compile(rf"《[^》\n]*》|{RANGE_OF_YEARS.pattern}年?")
"""Years a section is not about: those in the name of a document, and those something lasts from and to."""
PARAGRAPH = re.compile(r"[^\n]+")
LONGEST = 800
"""Characters after which a sentence without a full stop is cut where a part ends, so that reading stays linear."""
SENTENCE = re.compile(
    rf"[^。!?…]{{1,{LONGEST}}}(?=[。!?…]|\Z)|[^。!?…]{{1,{LONGEST}}};|[^。!?…]{{1,{LONGEST}}}[,、\s]|[^。!?…]{{1,{LONGEST}}}"
)
GAPS = re.compile(r"不足|差距|问题|短板")
"""What is still wanting is so at the end of the years reviewed."""
ITEM = re.compile(r"[一二三四五六七八九十]是")
"""What opens the next item of an enumeration inside a paragraph, to which the time of the last does not reach."""
NUMBERING = re.compile(r"^[\s#*(]*(?:第?[一二三四五六七八九十\d]+[、.)章节部分篇]*)?\s*")
SPANS_YEARS = re.compile(r"[三四五]年(?!级)|十[一二三四五六七]五")
NUMBERED = re.compile(r"[\s#*(]*第?[一二三四五六七八九十]+[、.)章节部]")
FIRST_HEADING = re.compile(r"\s*(?:一、|第一[章节部])")
STATES_A_NUMBER = re.compile(r"\d(?![\d]*年)")
HEADING_LENGTH = 40
YEARS_ALONE = frozenset("0123456789.")
CUES_READ = 30_000


@dataclass(frozen=True, slots=True)
class Stretch:
    """What holds for a stretch of text: its time, and whether it states intentions."""

    times: Times
    plan: bool
    spans_years: bool = False
    """Whether its heading speaks of several years, so that 五年来 may open more than one paragraph."""
    review: bool = False
    """Whether its heading looks back, so that 预计 estimates what came out and plans nothing."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph with what it inherits."""

    start: int
    text: str
    within: Stretch

    def sentences(self) -> Iterator[tuple[int, str, Stretch]]:
        """Where each sentence begins, and what holds for it: a time that opens one may hold for those behind it."""
        holding = opened = self.within
        for match in SENTENCE.finditer(self.text):
            if ITEM.match(match.group()):
                holding = opened
            led, lasts = _led_by(match.group(), holding)
            yield self.start + match.start(), match.group(), led
            if match.start() == 0:
                holding = opened = led
            elif lasts or opened is not self.within:
                holding = led


def title_of(text: str) -> str:
    """The first lines up to the first sentence: where a document says what it is."""
    lines: list[str] = []
    for match in PARAGRAPH.finditer(text[:600]):
        line = match.group()
        if "。" in line or len(lines) == 3 or len(line) > 60 or FIRST_HEADING.match(line):
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
        times = replace(times, year=arabic_year(period + "年") or int(period[:4]), period=period)
    section = holding = Stretch(times, is_plan(text, title) if plan is None else plan)
    for match in PARAGRAPH.finditer(text):
        paragraph = match.group()
        if _is_heading(paragraph) and match.start() >= len(title):
            section = holding = _after_heading(paragraph, _below(text, match.end()), times, section)
        yield Passage(match.start(), paragraph, holding)
        led, lasts = _led_by(paragraph, holding)
        if lasts and _is_of_years(led.times, times) and (section.spans_years or paragraph.endswith(":") or led.plan):
            holding = led
        if ANNOUNCES.search(paragraph):
            section, holding = replace(section, plan=True), replace(holding, plan=True)


def _below(text: str, offset: int) -> str:
    """The lines below a heading, up to the next."""
    lines = text[offset : offset + READ_BELOW].lstrip("\n").split("\n")
    return "\n".join(takewhile(lambda line: not (NUMBERED.match(line) and _is_heading(line)), lines))


def _is_heading(line: str) -> bool:
    """A short line that is no sentence and states no number."""
    return len(line) <= HEADING_LENGTH and "。" not in line and not STATES_A_NUMBER.search(NUMBERING.sub("", line))


def _after_heading(heading: str, below: str, document: Times, section: Stretch) -> Stretch:
    """What holds below a heading: 一、2024年工作回顾, 二、2025年工作安排; a year it leaves out is looked for below."""
    back, forward = LOOKS_BACK.search(heading), LOOKS_AHEAD.search(heading)
    if not back and not forward:
        return section
    ahead = bool(forward and not back)
    period = _named_in(heading, section.times)
    if not period:
        year = arabic_year(heading) or (None if document.today else arabic_year(NOT_ITS_TIME.sub("", below)))
        period = str(year) if year is not None else _not_named(document, section, ahead)
    if GAPS.search(heading):
        period = at_the_end(period)
    return Stretch(document.about(period), ahead, SPANS_YEARS.search(heading) is not None, review=not ahead)


def _named_in(heading: str, times: Times) -> str | None:
    """The period a heading names; a year of its own before the years of a plan: 2025年工作和“十四五”发展成就."""
    named = [resolve(match.group(), times) for match in PERIOD_WORD.finditer(heading)]
    plan = FIVE_YEARS.search(heading)
    found = [period for period in (*named, resolve(plan.group(), times) if plan else None) if period]
    return next((period for period in found if not SEVERAL_YEARS.fullmatch(period)), found[0] if found else None)


def _not_named(document: Times, section: Stretch, ahead: bool) -> str | None:
    """The time of a heading that names none: what is reviewed, or the year begun when the text is spoken."""
    outline = SEVERAL_YEARS.fullmatch(document.period or "")
    if outline and ahead:
        return document.period
    if outline:
        years = int(outline[2]) - int(outline[1]) + 1
        return f"{int(outline[1]) - years}..{int(outline[1]) - 1}"
    if not ahead or document.today is None:
        return document.period if section.plan != ahead else section.times.period
    return str(document.today if document.today != document.past else document.today + 1)


def _led_by(written: str, holding: Stretch) -> tuple[Stretch, bool]:
    """What holds for text that opens with a time, and whether it goes on behind it."""
    lead = LEADING_PERIOD.match(written)
    if not lead or lead[2].startswith("截"):
        return holding, False
    section = holding.times
    period = resolve(lead[2], section)
    times = replace(section.about(period), today=section.today or section.year)
    if times.year is None or period is None:
        return holding, False
    lasts = LASTING.search(lead[2]) is not None and (lead[1] is not None or "20" not in lead[2])
    if lead[1] is not None:
        return replace(holding, times=times, plan=True), lasts
    is_past = section.year is not None and times.year < section.year
    begun = _begins_after(times, section)
    aims = begun and (AIMS.search(written) is not None or (times.period == str(section.today) != str(section.past)))
    return replace(holding, times=times, plan=(holding.plan and not is_past) or aims), lasts


def _is_of_years(times: Times, document: Times) -> bool:
    """Whether a lead speaks of whole years, in a document that does so too."""
    return all(period is not None and set(period) <= YEARS_ALONE for period in (times.period, document.period))


def _begins_after(times: Times, other: Times) -> bool:
    if times.period is None or other.period is None:
        return False
    return Period.parse(times.period).first_day > Period.parse(other.period).last_day
