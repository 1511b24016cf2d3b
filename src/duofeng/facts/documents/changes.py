"""From–to pairs: 由38.5%提高到41.2% states two figures of one head, each of its own time."""

from __future__ import annotations

import re

from duofeng.facts.documents import words
from duofeng.facts.documents.lexer import PERIOD
from duofeng.facts.documents.numbers import Quantity, quantity, rank_of
from duofeng.facts.documents.numerals import chinese_number
from duofeng.facts.documents.patterns import alternation
from duofeng.facts.documents.patterns import words as listed
from duofeng.facts.documents.periods import Times, at_the_end, last_year, resolve, year_before
from duofeng.facts.documents.sentence import Here, Reading

WHEN = rf"(?:{PERIOD}|上年|去年|年初|期初|当初|最初|原来|[三四五六七八九十]年前)(?:年?[末底初]|同期|全年)?"
FROM = re.compile(rf"(?:由|从)(?:(?P<when>{WHEN})的?|的)?(?:全[国省市县区州]|(?:每[一-鿿]{{1,3}}){{1,2}})?$")
TURNS = alternation(listed(words.GROWTH_UP, words.GROWTH_DOWN, words.TURNS))
TO = re.compile(rf"的?[,]?(?:已|又|再|大幅|稳步|逐步|持续|进一步)*(?:{TURNS})?了?(?:到|至|为|成)(?P<when>{WHEN})?的?$")
NOT_YET = re.compile(
    rf"的?,?(?:已|又|再|大幅|稳步|逐步|持续|进一步)*(?:(?:{TURNS})?了?(?:到|至|为|成)|(?:{TURNS})(?=[,;。]|$))"
)
YEARS_AGO = re.compile(r"([三四五六七八九十])年前")
LONGEST_TURN = 24


def opens(here: Here) -> bool:
    """Whether a phrase states what something was before: 由 in front of its number, 提高到 behind it."""
    return _from(here) is not None and NOT_YET.match(here.text, here.phrase.number.end) is not None


def _from(here: Here) -> re.Match[str] | None:
    start = here.phrase.number.start
    lead = here.text[max(0, start - LONGEST_TURN) : start]
    if "由" not in lead and "从" not in lead:
        return None
    return FROM.search(lead.removesuffix(here.words("h")))


def opened(here: Here, reading: Reading) -> Reading:
    """The figure just read as the one of the time before."""
    if len(reading.drafts) <= len(here.so_far.drafts):
        return reading
    now, found = here.period, _from(here)
    when = found["when"] if found else None
    kind = reading.drafts[-1].kind
    return reading.changing(
        -1,
        period=_before(when, now, here.sentence.times),
        kind="actual" if kind in {"target", "cumulative"} else kind,
        is_level=False,
        opens_change=True,
    )


def end_of(here: Here) -> Reading | None:
    """The figure a change leads to: the one it began with, at another time and with another number."""
    first, token = here.so_far.last, here.phrase.number
    if first is None or not first.opens_change or token.start - here.so_far.read_to > LONGEST_TURN:
        return None
    turn = TO.fullmatch(here.text[here.so_far.read_to : token.start].removesuffix(here.words("h")))
    number = _number(here)
    if turn is None or number is None:
        return None
    plan = here.sentence.plan or here.looks_ahead()
    draft = first._replace(
        number=number,
        kind="target" if plan and first.kind != "rank" else first.kind,
        start=here.so_far.read_to,
        end=here.phrase.end,
        period=_after(turn["when"], here.period, here.sentence.times),
        share=number.value if first.share is not None else None,
        yoy=number.value if first.yoy is not None else None,
        is_level=first.kind != "rank",
        opens_change=False,
    )
    return here.adding(draft)


def _number(here: Here) -> Quantity | None:
    number = rank_of(here.phrase.number) if here.tag == "I" else quantity(here.phrase.number)
    hedge = here.words("h")
    return number._replace(hedge=hedge) if number and hedge else number


def _before(when: str | None, now: str | None, times: Times) -> str | None:
    if when is None or "同期" in when:
        return year_before(times.span or now) if now else None
    years = YEARS_AGO.match(when)
    if years:
        return str(last_year(now) - (chinese_number(years[1]) or 0)) if now else None
    if when in {"上年", "去年", "年初", "期初", "当初", "最初", "原来"} or "年初" in when:
        return str(last_year(year_before(now))) if now else None
    return resolve(when, times)


def _after(when: str | None, now: str | None, times: Times) -> str | None:
    if when is not None:
        return resolve(when, times)
    return at_the_end(now)
