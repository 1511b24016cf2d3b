"""The numbers of a draft with the words around them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby

from duofeng.brain.figures.interval import Interval, printed
from duofeng.brain.figures.statement import Statement
from duofeng.facts.documents.figures import CandidateFigure
from duofeng.facts.hedge import hedge_of
from duofeng.kernel.period import Period
from duofeng.kernel.problem import ProblemError
from duofeng.kernel.quantity import PERCENT
from duofeng.kernel.units import split_magnitude
from duofeng.kernel.units import unit as unit_of

UNNAMED = "unnamed_"
"""How the ids of numbers begin that are no indicator of the zone."""
SENTENCE_END = re.compile(r"[。！？!?]|\n\s*\n|(?<=[。；：;:])\s*\n|\n(?=\s*(?:[一二三四五六七八九十]+、|[（(]))")
NUMERAL = re.compile(r"\d[\d,.]*[余多]?[万亿千百]*[%％‰]?")
OF_A_NAME = re.compile(r"[元户人个家岁亩吨]{0,2}(?:以上|以下)")
"""Behind a number that is a size inside a name: 10亿元以上项目."""
CLAUSE = re.compile(r"[，,；;、：:（(]")
AROUND = re.compile(
    r"^(?:20\d\d年[末底度]?|[上下]半年|全年|年[末底]|截至|[全我本][国省市州区县]|辖区|区内|累计|共计?|完成|实现|达到?|为|的)+"
)
LOOSE = re.compile(r"[\s“”\"'()（）·]")
PERCENT_IN_TEXT = re.compile(
    r"(?P<before>近|约|超过?|逾|不低于|高于|低于)?(?P<number>\d+(?:\.\d+)?)(?P<over>[余多])?\s*"
    r"(?P<unit>%|％|倍|成)(?P<after>以上|左右|多|以内|以下)?"
)
HUNDREDTHS = {"倍": Fraction(100), "成": Fraction(10)}


@dataclass(frozen=True, slots=True)
class Told:
    """A number, what it states, and its words."""

    figure: CandidateFigure
    said: Statement
    growth: Statement | None
    share: Statement | None
    sentence: int
    opening: str
    """The sentence up to the number."""
    tail: str
    """From the number's end to the end of its clause."""

    @property
    def lead(self) -> str:
        """The words between the number before and this one."""
        found = [each for each in NUMERAL.finditer(self.opening) if not OF_A_NAME.match(self.opening, each.end())]
        words = self.opening[found[-1].end() :] if found else self.opening
        first = CLAUSE.search(words)
        return words[first.start() :] if found and first else words

    @property
    def clause(self) -> str:
        """The words of its clause before it."""
        found = list(CLAUSE.finditer(self.opening))
        return self.opening[found[-1].end() :] if found else self.opening

    @property
    def head(self) -> str:
        return self.figure.indicator

    @property
    def name(self) -> str:
        """Its head without the words of time and place."""
        return named(self.head)

    @property
    def is_amount(self) -> bool:
        """Whether it says how much of something there is, was or shall be."""
        return self.said.measure in ("level", "target") and self.figure.unit not in (PERCENT, "‰", "位", "倍", "")

    @property
    def is_rate(self) -> bool:
        return self.figure.unit == PERCENT and self.figure.kind != "growth"

    @property
    def names_itself(self) -> bool:
        """Whether its head stands before it as one phrase, and was not inherited or put together."""
        return len(self.name) >= 2 and self.name in LOOSE.sub("", self.opening)

    @property
    def period(self) -> Period | None:
        return self.said.period


def named(head: str) -> str:
    return AROUND.sub("", LOOSE.sub("", head))


def alike(one: Told, other: Told) -> bool:
    """Whether two numbers are measured in one unit and of one subject."""
    return one.said.subject == other.said.subject and measured(one.figure.unit) == measured(other.figure.unit)


def measured(unit: str) -> str:
    """What a unit measures: money, area, 家."""
    try:
        return unit_of(unit).dimension
    except ProblemError:
        return split_magnitude(unit)[1]


def sentences(told: Sequence[Told]) -> Iterator[Sequence[Told]]:
    for _, group in groupby(told, key=lambda each: each.sentence):
        yield tuple(group)


class Places:
    """Where the sentences of a text end, to find the words of a number."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._ends = [0, *(found.end() for found in SENTENCE_END.finditer(text)), len(text)]
        self._at = 0

    def words(self, figure: CandidateFigure) -> tuple[int, str, str]:
        """The number of its sentence, the sentence up to the number, and its clause behind it."""
        phrase = self._text[figure.start : figure.end]
        within = phrase.find(figure.written)
        digits = NUMERAL.match(figure.written)
        if within < 0 and digits:
            within = phrase.find(digits.group())
        start = figure.start + max(0, within)
        while self._at + 1 < len(self._ends) and self._ends[self._at + 1] <= start:
            self._at += 1
        while self._at and self._ends[self._at] > start:
            self._at -= 1
        behind = self._text[start + len(figure.written) : start + len(figure.written) + 40]
        stop = re.search(r"[，,；;、。\n]", behind)
        return self._at, self._text[self._ends[self._at] : start], behind[: stop.start()] if stop else behind


def percent_in(text: str, value: Fraction) -> tuple[str, str, Interval] | None:
    """How a text prints a percentage, its hedge, and what it can stand for; 增长1.5倍 is 145 to 155 per cent."""
    for found in PERCENT_IN_TEXT.finditer(text):
        scale = HUNDREDTHS.get(found["unit"], Fraction(1))
        if Fraction(found["number"]) * scale == abs(value):
            hedge = hedge_of(found["before"] or found["over"] or found["after"] or "")
            written = found["number"] + found["unit"].replace("％", PERCENT)
            room = printed(abs(value), written, scale, count=False, hedge=hedge)
            written = ("-" if value < 0 else "") + written
            return written, hedge, Interval(_less(room.high), _less(room.low)) if value < 0 else room
    return None


def _less(end: Fraction | None) -> Fraction | None:
    return None if end is None else -end
