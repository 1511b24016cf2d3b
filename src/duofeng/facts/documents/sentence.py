"""A sentence, what has been read of it so far, and where a reader stands in it: values, of which none is changed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple

from duofeng.facts.documents import heads
from duofeng.facts.documents.figures import Kind
from duofeng.facts.documents.grammar import Phrase
from duofeng.facts.documents.lexer import Token, lex
from duofeng.facts.documents.numbers import Quantity
from duofeng.facts.documents.periods import Times, resolve
from duofeng.facts.documents.sections import Stretch
from duofeng.facts.documents.subjects import area_of_clause, area_or_body
from duofeng.facts.documents.words import NUMBER_NOUNS

COMPLETION = re.compile(r"(?:计划|目标|任务|预算|进度)(?:任务|目标|数|值|开工|竣工|投资|完成)?的?(?:比例|比重)?$")
FUTURE = re.compile(
    r"力争|争取(?!了?(?:到|上级|中央|国家|省|专项|新增|各类|资金|债券))|确保(?![^,;]*(?:推进|落实|安全|稳定))|计划(?=新|建|开|完|到|今|用|引|实|全年|20)|"
    r"要(?=确保|完成|实现|力争|达)|目标(?:是|为|:)|(?<![加高升少降展大小])到20\d\d年(?!的)|争创|(?:^|,)下半年,|将(?=新建|建成|完成|实现|达|继续|力争|再|引进)"
)
"""Words that make all the rest of a sentence part a plan."""
FUTURE_IN_CLAUSE = re.compile(
    r"预计(?!(?:全年|年内|全[县市区省州])?(?:可?实现|可?完成|全))|预期(?!性|寿命)|计划(?=总?投资)|(?:^|[^模虚])拟(?=新|建|投|于|引)|将(?=于|在|新|建|投|完|实现|达)|有望"
)
"""Words that make a plan of their own clause only."""
DONE = re.compile(r"目前|实际|已(?!有)|累计完成|共获")
ONLY_OPENING = re.compile(r"[\s“(\d一二三四五六七八九十.、)到在-]*$")
SEPARATOR = re.compile(r"[,;、。:\d]")
CHANGES = ("由", "从")
OPENING_AIM = re.compile(r"^[^,;]{0,24}(?:目标|任务)(?:建议)?(?:是|为|如下)?:|^[^,;]{0,24}目标(?:建议)?(?:是|为)")
"""What makes aims of all that a sentence lists, over its semicolons."""
PAST = re.compile(r"(?:到|于|比|较|自|从|与|年的|是|为)$")
MARKS = frozenset("ckjidfp")
BEFORE_A_HEAD = " ,、;:)”"


class Draft(NamedTuple):
    """A figure as a sentence states it; offsets are inside the sentence."""

    head: str
    number: Quantity
    kind: Kind
    start: int
    end: int
    confidence: float
    period: str | None = None
    subject: str = ""
    yoy: Decimal | None = None
    share: Decimal | None = None
    share_of: str = ""
    is_level: bool = True
    """Whether growth and shares may belong to it."""
    leans: bool = False
    """Whether its head is only a part of the head before."""
    is_structure: bool = False
    """A count inside a name, as in 四大主导产业."""
    opens_change: bool = False
    """Whether it says what was before: 由38.5% of 由38.5%提高到41.2%."""


class Sentence(NamedTuple):
    """The text between two full stops, with the time it speaks of and whether it states intentions."""

    text: str
    times: Times
    plan: bool
    review: bool
    tokens: list[Token]
    marks: list[Token]
    """Those that part one stretch from the next: , : ; 、 分别, words of the future and of periods."""
    periods: list[Token]

    @classmethod
    def of(cls, text: str, within: Stretch) -> Sentence:
        tokens = lex(text)
        marks = [token for token in tokens if token.tag in MARKS]
        periods = [token for token in marks if token.tag == "p"]
        return cls(text, within.times, within.plan, within.review, tokens, marks, periods)

    def marks_between(self, first: int, last: int) -> list[Token]:
        return [token for token in self.marks if first <= token.start < last]

    def clause(self, offset: int) -> int:
        """Where the clause of an offset begins."""
        return self.text.rfind(",", 0, offset) + 1

    def opens_with(self, period: Token) -> bool:
        """Whether a period word stands where a sentence says of when all of it is."""
        lead = self.text[: period.start]
        if ONLY_OPENING.match(lead):
            return True
        return len(lead) <= 8 and not SEPARATOR.search(lead) and "年" in self.text[period.start : period.end]

    def in_a_title(self, offset: int) -> bool:
        return self.text.rfind("《", 0, offset) > self.text.rfind("》", 0, offset)

    def quotes(self, offset: int) -> bool:
        return self.text.rfind("“", 0, offset) > self.text.rfind("”", 0, offset)


class Reading(NamedTuple):
    """What the phrases so far have given, and what the next one may inherit."""

    drafts: tuple[Draft, ...] = ()
    read_to: int = 0
    """Up to here the text has been given to a figure."""
    head: str = ""
    """The head that a number without one inherits."""
    verb: str = ""
    """新增, 新建 …: what the next item of a list inherits."""
    subject: str = ""
    part: int = 0
    """Where the part between semicolons begins."""
    first_in_part: int = 0

    @property
    def levels(self) -> tuple[int, ...]:
        """Which drafts are the levels of this part of the sentence, to which growth and shares may belong."""
        own = range(self.first_in_part, len(self.drafts))
        return tuple(at for at in own if self.drafts[at].is_level and not self.drafts[at].is_structure)

    @property
    def last_level(self) -> Draft | None:
        levels = self.levels
        return self.drafts[levels[-1]] if levels else None

    @property
    def last(self) -> Draft | None:
        return self.drafts[-1] if self.drafts else None

    def entering(self, sentence: Sentence, phrase: Phrase) -> Reading:
        """A semicolon ends what growth and shares may belong to; heads may still be carried over it."""
        cut = sentence.text.rfind(";", 0, phrase.start) + 1
        if cut <= self.part:
            subject = area_of_clause(sentence.text[self.read_to : phrase.start])
            return self if subject is None else self._replace(subject=subject)
        subject = area_or_body(sentence.text[cut : cut + 30])
        return self._replace(part=cut, subject=subject, first_in_part=len(self.drafts))

    def adding(self, draft: Draft, text: str, read_to: int) -> Reading:
        """With one figure more, whose head the next number may inherit."""
        draft = _trimmed(draft, text)
        if self.subject and not draft.subject:
            draft = draft._replace(subject=self.subject)
        head, verb = self.head, self.verb
        if draft.is_level and draft.head and not draft.is_structure and not draft.leans:
            head, verb = draft.head, heads.verb_for_the_next(draft.head)
        drafts, read_to = (*self.drafts, draft), max(self.read_to, read_to)
        return Reading(drafts, read_to, head, verb, self.subject, self.part, self.first_in_part)

    def changing(self, at: int, **changes: Any) -> Reading:
        """With one figure told more about: its growth, its share, its subject."""
        drafts = list(self.drafts)
        drafts[at] = drafts[at]._replace(**changes)
        return self._replace(drafts=tuple(drafts))


def _trimmed(draft: Draft, text: str) -> Draft:
    start = draft.start
    while start < draft.end and text[start] in BEFORE_A_HEAD:
        start += 1
    return draft if start == draft.start else draft._replace(start=start)


class Before(NamedTuple):
    """The stretch before a phrase: where it begins, how it is written, the separator in front of it."""

    start: int
    written: str
    separator: str


@dataclass(frozen=True)
class Here:
    """A phrase in its sentence, after what has been read of it: all that a reader of figures may look at."""

    sentence: Sentence
    so_far: Reading
    phrase: Phrase
    following: Phrase | None = None

    @cached_property
    def text(self) -> str:
        return self.sentence.text

    def after(self, so_far: Reading) -> Here:
        """The same phrase when more has been read."""
        return Here(self.sentence, so_far, self.phrase, self.following)

    def adding(self, draft: Draft, read_to: int | None = None) -> Reading:
        """What has been read with a figure of this phrase."""
        return self.so_far.adding(draft, self.text, self.phrase.end if read_to is None else read_to)

    @property
    def tag(self) -> str:
        """What kind of number the phrase has, as the lexer's letter."""
        return self.phrase.number.tag

    @cached_property
    def before(self) -> Before:
        first = start = max(self.so_far.read_to, self.so_far.part)
        separator = lead = ""
        for token in self.sentence.marks_between(first, self.phrase.start):
            if self._separates(token):
                start, separator = token.end, token.tag
            elif token.tag == "d":
                start = token.end
            elif token.tag == "p" and self._stands_apart(token):
                lead = lead or self.text[start : token.start]
                start = token.end
        written = self.text[start : self.phrase.start]
        if lead and len(heads.cleaned(written)) <= 4 and "," not in self.text[start - 1 : self.phrase.start]:
            written = lead + written
        return Before(start, written, separator)

    def _separates(self, token: Token) -> bool:
        if token.tag == "i":
            return token.start == self.so_far.read_to and bool(self.so_far.drafts)
        return token.tag in "ckj" or (token.tag == "f" and token.end < self.phrase.start)

    def _stands_apart(self, period: Token) -> bool:
        """A period word is no part of the head, unless it belongs to a phrase such as 全年目标的."""
        return not COMPLETION.search(self.text, period.end, self.phrase.start)

    @property
    def behind(self) -> str:
        """The text between this phrase and the next."""
        return self.text[self.phrase.end : self.following.start if self.following else len(self.text)]

    def words(self, tag: str) -> str:
        """The words of a kind in the phrase, as written."""
        tokens = self.phrase.tokens
        if len(tokens) == 1:  # the number alone, as a rule
            return ""
        return "".join([self.text[token.start : token.end] for token in tokens if token.tag == tag])

    @cached_property
    def period(self) -> str | None:
        """A period word that opens the sentence reaches to its end, another one to the next semicolon."""
        of_sentence: str | None = None
        of_part: str | None = None
        for token in self.sentence.periods:
            if token.start >= self.phrase.start:
                break
            if not self._stands_apart(token) or self.sentence.in_a_title(token.start):
                continue
            if self.text[max(0, token.start - 1) : token.start] in CHANGES:
                continue
            opens = self.sentence.opens_with(token)
            if opens:
                of_sentence = self._resolved(token)
            elif self._reaches_here(token):
                of_part = self._resolved(token)
        return of_part or of_sentence or self.sentence.times.period

    def _resolved(self, period: Token) -> str | None:
        return resolve(self.text[period.start : period.end], self.sentence.times)

    def _reaches_here(self, period: Token) -> bool:
        """Whether a period word inside the sentence is of this phrase too, and not only compared with."""
        if not self.sentence.plan and PAST.search(self.text[max(0, period.start - 2) : period.start]):
            return False
        if period.start < self.so_far.part:
            return False
        if self.text[period.start - 1] in ",;:" or "," not in self.text[period.end : self.phrase.start]:
            return True
        last = self.so_far.last
        of_last = last is not None and self.sentence.clause(last.start) <= period.start < last.end
        return of_last and not heads.cleaned(self.before.written)

    def looks_ahead(self) -> bool:
        """Whether the sentence part up to the phrase speaks of what is to come."""
        clause = self.sentence.clause(self.phrase.start)
        if DONE.search(self.text, max(clause, self.so_far.part), self.phrase.start):
            return False
        end = self.text.find(",", self.phrase.end)
        end = end if end >= 0 else len(self.text)
        if OPENING_AIM.search(self.text, 0, self.phrase.start):
            return True
        announced = FUTURE.search(self.text, self.so_far.part, end)
        if announced and announced.start() < self.phrase.end:
            return True
        planned = FUTURE_IN_CLAUSE.search(self.text, clause, end)
        return planned is not None and not (self.sentence.review and planned.group() == "预计")

    def head_or_topic(self) -> str:
        """The head to inherit: of the level before, else the topic of the clause before, else of the part before."""
        if self.so_far.levels:
            return self.so_far.head
        first = max(self.so_far.read_to, self.so_far.part)
        between = self.text[first : self.before.start].strip(" ,;、")
        return heads.topic_of(between) or self.so_far.head


def repeats_the_head(own: str) -> bool:
    """Whether a head only says "their number": 数量, 总数."""
    return own in NUMBER_NOUNS
