"""Growth: of the level before it, or a figure of its own."""

from __future__ import annotations

import re
from decimal import Decimal

from duofeng.facts.documents import heads
from duofeng.facts.documents.kinds import kind_of
from duofeng.facts.documents.numbers import Quantity, falls
from duofeng.facts.documents.numerals import chinese_number
from duofeng.facts.documents.periods import SEVERAL_YEARS, at_the_end, last_year
from duofeng.facts.documents.sentence import Draft, Here, Reading, repeats_the_head
from duofeng.facts.documents.words import AVERAGE_BASES

HUNDRED = Decimal(100)
ZERO_PERCENT = Quantity(Decimal(0), "%", Decimal(1), "%")
COMPARED = re.compile("(?:降幅|增幅|增速|涨幅|升幅)?(?:较|比)?")
"""What only says that something is compared: 较1—10月加快, 降幅比上月收窄."""
OF_YEARS = re.compile(r"([二两三四五六七八九十])年(?:间|来|内|里|累计)*$")
"""Growth over years, told by the words in front of it: 十年增长1.3倍."""
WITHOUT = re.compile(r"(?:扣除|剔除|考虑).*(?:因素|影响)后?,?")
"""What the growth of the level before is freed of: 扣除留抵退税因素后增长4.8%."""
OF_A_BUDGET = frozenset({"减收", "少收", "短收", "减支", "少支", "增支", "多收"})
"""Words of budgets that always compare."""
SINCE_YEAR = re.compile(r"[较比](20\d\d)年(?:同期|末|底)?$")


def compares(here: Here, base: str, word: str) -> bool:
    """增加8400个 is a result of its own, unless something is compared with what it was."""
    if word in OF_A_BUDGET or (base and base != "累计"):
        return True
    return bool(here.so_far.levels) and len(heads.cleaned(here.before.written)) <= 1


def add_growth(here: Here, number: Quantity, base: str, word: str) -> Reading:
    written = heads.cleaned(here.before.written)
    own = "" if COMPARED.fullmatch(written) else written
    yearly = _is_against_last_year(here, base)
    percent, period = percent_of(number, word), _period(here, own, base)
    yearly = yearly and not SEVERAL_YEARS.fullmatch(period or "")
    if yearly and _belongs(here, own):
        return _of_last_level(here, percent)
    draft = Draft(
        _head(here, own, "" if yearly else base, "" if yearly else word),
        _in_percent(number, percent),
        kind_of(here, here.before.written, "growth"),
        here.before.start,
        here.phrase.end,
        0.9 if own else 0.75,
        period,
        yoy=percent if yearly else None,
        is_level=False,
    )
    return here.adding(draft)._replace(head=own or here.so_far.head)


def _period(here: Here, own: str, base: str) -> str | None:
    """Of what time the growth is: 五年增长3倍 and 年均增长 are of several years."""
    period, section = here.period, here.sentence.times.span
    if SINCE_YEAR.search(here.text, max(0, here.phrase.start - 12), here.phrase.start):
        return at_the_end(period)
    years = OF_YEARS.search(own)
    if years and period:
        last = last_year(period)
        return f"{last - (chinese_number(years[1]) or 1) + 1}..{last}"
    return section if section and base in {"年均", "年平均"} and not here.sentence.plan else period


def _head(here: Here, own: str, base: str, word: str) -> str:
    """What grows; compared with another base than last year, the base and the word belong to it."""
    if own and (heads.RELATIVE.match(own) or WITHOUT.fullmatch(own)) and here.so_far.levels:
        own = here.so_far.head + own
    head = own or _rate_before(here) or (here.so_far.head if heads.cleaned(here.before.written) else "")
    head = head or here.head_or_topic()
    return head + (word if head.endswith(base) else base + word)


def _rate_before(here: Here) -> str:
    """开工率91%，较去年提高7个百分点: points are of the rate before, though the head that is passed on is another."""
    last = here.so_far.last
    return last.head if here.tag == "D" and last and last.number.base == "%" and last.kind != "growth" else ""


def _of_last_level(here: Here, percent: Decimal) -> Reading:
    at = here.so_far.levels[-1]
    end = max(here.so_far.drafts[at].end, here.phrase.end)
    return here.so_far.changing(at, yoy=percent, end=end)._replace(read_to=here.phrase.end)


def percent_of(number: Quantity, word: str) -> Decimal:
    """A growth in per cent, less than nothing after a word that means less."""
    return number.value * (-1 if falls(word) else 1) * (HUNDRED if number.unit == "倍" else 1)


def _in_percent(number: Quantity, percent: Decimal) -> Quantity:
    return number._replace(value=percent, unit="%", base="%") if number.unit == "倍" else number._replace(value=percent)


def _is_against_last_year(here: Here, base: str) -> bool:
    if here.tag not in "PX" or any(mark in base + here.before.written for mark in AVERAGE_BASES):
        return False
    since, year = SINCE_YEAR.search(here.text, 0, here.phrase.start), here.sentence.times.year
    return since is None or year is None or int(since[1]) == year - 1


def _belongs(here: Here, own: str) -> bool:
    """Growth of the last level, for the time of the level: without a head of its own, or with a part of that head."""
    level = here.so_far.last_level
    if level is None or level.yoy is not None:
        return False
    another_time = any(level.end <= token.start < here.phrase.start for token in here.sentence.periods)
    return not another_time and (not own or is_of(own, level))


def is_of(own: str, level: Draft) -> bool:
    """增加值增速 after a level of 产业增加值 is the growth of that level."""
    return repeats_the_head(own) or (len(own) > 1 and level.head.endswith(own))


def read_zero_growth(here: Here) -> Reading:
    start, written, _ = here.before
    head, kind = heads.cleaned(written) or here.so_far.head, kind_of(here, written, "growth")
    draft = Draft(head, ZERO_PERCENT, kind, start, here.phrase.end, 0.85, here.period, yoy=Decimal(0), is_level=False)
    return here.adding(draft)
