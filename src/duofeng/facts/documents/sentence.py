"""A sentence on its way to figures: its tokens, what was found so far, and where a phrase stands in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from duofeng.facts.documents import heads
from duofeng.facts.documents.figures import Kind
from duofeng.facts.documents.grammar import Phrase
from duofeng.facts.documents.lexer import Token, lex
from duofeng.facts.documents.numbers import Quantity
from duofeng.facts.documents.periods import Times, resolve
from duofeng.facts.documents.subjects import area_or_body
from duofeng.facts.documents.words import NUMBER_NOUNS

COMPLETION = re.compile(r"(?:计划|目标|任务|预算|进度)(?:任务|目标|数|值|开工|竣工|投资|完成)?的?(?:比例|比重)?$")
FUTURE = re.compile(
    r"力争|争取|确保(?![^,;]*(?:推进|落实|安全|稳定))|计划(?=新|建|开|完|到|今|用|引|实|全年|20)|"
    r"要(?=确保|完成|实现|力争|达)|目标(?:是|为|:)|到20\d\d年|争创|(?:^|,)下半年,|将(?=新建|建成|完成|实现|达|继续|力争|再|引进)"
)
"""Words that make all the rest of a sentence part a plan."""
FUTURE_IN_CLAUSE = re.compile(
    r"预计(?!(?:全年|年内|全[县市区省州])?(?:可?实现|可?完成|全))|预期(?!性)|计划(?=总?投资)|(?:^|[^模虚])拟(?=新|建|投|于|引)|将(?=于|在|新|建|投|完|实现|达)|有望"
)
"""Words that make a plan of their own clause only."""
DONE = re.compile(r"目前|实际|已(?!有)|累计完成|共获")
ONLY_OPENING = re.compile(r"[\s“(\d.、)到在-]*$")
SEPARATOR = re.compile(r"[,;、。:\d]")
PAST = re.compile(r"(?:到|于|比|较|自|从|与|年的|是|为)$")


@dataclass(slots=True)
class Draft:
    """A figure in the making; offsets are inside the sentence."""

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


class Sentence:
    """One sentence between two full stops, read from left to right."""

    def __init__(self, text: str, times: Times, plan: bool) -> None:
        self.text = text
        self.times = times
        self.plan = plan
        self.tokens: list[Token] = lex(text)
        self.drafts: list[Draft] = []
        self.read_to = 0
        """Up to here the text has been given to a figure."""
        self.head = ""
        """The head that a number without one inherits."""
        self.verb = ""
        """新增, 新建 …: what the next item of a list inherits."""
        self.subject = area_or_body(text)
        self.part = 0
        """Where the part between semicolons begins."""
        self.first_in_part = 0

    def enter(self, phrase: Phrase) -> None:
        """A semicolon ends what growth and shares may belong to; heads may still be carried over it."""
        cut = self.text.rfind(";", 0, phrase.start) + 1
        if cut > self.part:
            self.part = cut
            self.subject = area_or_body(self.text[cut : cut + 30])
            self.first_in_part = len(self.drafts)

    def add(self, draft: Draft, read_to: int) -> None:
        while draft.start < draft.end and self.text[draft.start] in " ,、;:)”":
            draft.start += 1
        draft.subject = draft.subject or self.subject
        self.drafts.append(draft)
        if draft.is_level and draft.head and not draft.is_structure and not draft.leans:
            self.head = draft.head
            self.verb = heads.verb_for_the_next(draft.head)
        self.read_to = max(self.read_to, read_to)

    def levels(self) -> list[Draft]:
        """The levels of this part of the sentence, to which growth and shares may belong."""
        return [draft for draft in self.drafts[self.first_in_part :] if draft.is_level and not draft.is_structure]

    def before(self, phrase: Phrase) -> tuple[int, str, str]:
        """Where the stretch before a phrase begins, the stretch as written, and the separator in front of it."""
        start, separator = max(self.read_to, self.part), ""
        lead = ""
        for token in self.tokens:
            if token.start >= phrase.start:
                break
            if token.start < start:
                continue
            tag = token.tag
            if tag in "ckj" or (tag == "f" and token.end < phrase.start):
                start, separator = token.end, tag
            elif tag == "d":
                start = token.end
            elif tag == "i" and token.start == self.read_to and self.drafts:
                start, separator = token.end, "i"
            elif tag == "p" and self._stands_apart(token, phrase):
                lead = lead or self.text[start : token.start]
                start = token.end
        written = self.text[start : phrase.start]
        if lead and len(heads.cleaned(written)) <= 4 and "," not in self.text[start - 1 : phrase.start]:
            written = lead + written
        return start, written, separator

    def _stands_apart(self, period: Token, phrase: Phrase) -> bool:
        """A period word is no part of the head, unless it belongs to a phrase such as 全年目标的."""
        return not COMPLETION.search(self.text, period.end, phrase.start)

    def after(self, phrase: Phrase, following: Phrase | None) -> str:
        return self.text[phrase.end : following.start if following else len(self.text)]

    def words_of(self, phrase: Phrase, tag: str) -> str:
        return "".join([self.text[token.start : token.end] for token in phrase.tokens if token.tag == tag])

    def period_at(self, phrase: Phrase) -> str | None:
        """A period word that opens the sentence reaches to its end, another one to the next semicolon."""
        sentence_wide: str | None = None
        part_wide: str | None = None
        for token in self.tokens:
            if token.start >= phrase.start:
                break
            if token.tag != "p" or not self._stands_apart(token, phrase) or self._in_a_title(token.start):
                continue
            lead = self.text[: token.start]
            opens = ONLY_OPENING.match(lead) is not None or (
                len(lead) <= 8 and not SEPARATOR.search(lead) and "年" in self.text[token.start : token.end]
            )
            if not opens and not self.plan and PAST.search(self.text[: token.start][-2:]):
                continue
            period = resolve(self.text[token.start : token.end], self.times)
            if opens:
                sentence_wide = period
            elif token.start >= self.part and (lead[-1] in ",;:" or "," not in self.text[token.end : phrase.start]):
                part_wide = period
        return part_wide or sentence_wide or self.times.period

    def _in_a_title(self, offset: int) -> bool:
        return self.text.rfind("《", 0, offset) > self.text.rfind("》", 0, offset)

    def looks_ahead(self, phrase: Phrase) -> bool:
        """Whether the sentence part up to a phrase speaks of what is to come."""
        clause = self.text.rfind(",", 0, phrase.start) + 1
        if DONE.search(self.text, max(clause, self.part), phrase.start):
            return False
        end = self.text.find(",", phrase.end)
        end = end if end >= 0 else len(self.text)
        announced = FUTURE.search(self.text, self.part, end)
        if announced and announced.start() < phrase.end:
            return True
        return FUTURE_IN_CLAUSE.search(self.text, clause, end) is not None

    def topic(self) -> str:
        """What the clause before is about, when it has no number: 面积创新高，占…；产业链入围名单，占…"""
        start = max(self.read_to, self.part)
        clauses = [clause for clause in self.text[start:].split(",")[:2] if clause]
        return heads.topic_of(clauses[0]) if clauses else ""

    def head_or_topic(self, phrase: Phrase) -> str:
        """The head to inherit: of the level before, else the topic of the clause before, else of the part before."""
        if self.levels():
            return self.head
        start, _, _ = self.before(phrase)
        between = self.text[max(self.read_to, self.part) : start].strip(" ,;、")
        return heads.topic_of(between) or self.head


def repeats_the_head(own: str) -> bool:
    """Whether a head only says "their number": 数量, 总数."""
    return own in NUMBER_NOUNS
