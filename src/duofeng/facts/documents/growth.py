"""Growth: of the level before it, or a figure of its own."""

from __future__ import annotations

import re
from decimal import Decimal

from duofeng.facts.documents import heads
from duofeng.facts.documents.grammar import Phrase
from duofeng.facts.documents.kinds import kind_of
from duofeng.facts.documents.numbers import Quantity, falls
from duofeng.facts.documents.sentence import Draft, Sentence, repeats_the_head
from duofeng.facts.documents.words import AVERAGE_BASES

HUNDRED = Decimal(100)
COMPARED = re.compile("(?:降幅|增幅|增速|涨幅|升幅)?(?:较|比)?")
"""What only says that something is compared: 较1—10月加快, 降幅比上月收窄."""
SINCE_YEAR = re.compile(r"[较比](20\d\d)年(?:同期|末|底)?$")


def compares(sentence: Sentence, written: str, base: str) -> bool:
    """增加8400个 is a result of its own, unless something is compared with what it was."""
    if base and base != "累计":
        return True
    return bool(sentence.levels()) and len(heads.cleaned(written)) <= 1


def add_growth(sentence: Sentence, phrase: Phrase, number: Quantity, base: str, word: str) -> None:
    start, written, _ = sentence.before(phrase)
    own = heads.cleaned(written)
    compared = own != "" and COMPARED.fullmatch(own) is not None
    own = "" if compared else own
    is_rate = phrase.number.tag in "PX"
    against_last_year = is_rate and not any(mark in base + written for mark in AVERAGE_BASES)
    period = sentence.period_at(phrase)
    since = SINCE_YEAR.search(sentence.text, 0, phrase.start)
    if since and sentence.times.year is not None and int(since[1]) != sentence.times.year - 1:
        against_last_year = False
    sign = -1 if falls(word) else 1
    percent = number.value * sign * (HUNDRED if number.unit == "倍" else 1)
    levels = sentence.levels()
    if against_last_year and levels and levels[-1].yoy is None and _belongs(sentence, phrase, own):
        levels[-1].yoy = percent
        levels[-1].end = max(levels[-1].end, phrase.end)
        sentence.read_to = phrase.end
        return
    head = own or (sentence.head if compared else "") or sentence.head_or_topic(phrase)
    if not against_last_year:
        head = f"{head}{'' if head.endswith(base) else base}{word}"
    number.value *= sign
    if number.unit == "倍":
        number.value, number.unit, number.base = percent, "%", "%"
    kind = kind_of(sentence, phrase, written, period, "growth")
    draft = Draft(head, number, kind, start, phrase.end, 0.9 if own else 0.75, period, is_level=False)
    draft.yoy = percent if against_last_year else None
    if own:
        sentence.head = own
    sentence.add(draft, phrase.end)


def _belongs(sentence: Sentence, phrase: Phrase, own: str) -> bool:
    """Growth without a head of its own, for the time of the level."""
    level = sentence.levels()[-1]
    another_time = any(token.tag == "p" and level.end <= token.start < phrase.start for token in sentence.tokens)
    return not another_time and (not own or is_of(own, level))


def is_of(own: str, level: Draft) -> bool:
    """增加值增速 after a level of 产业增加值 is the growth of that level."""
    return repeats_the_head(own) or (len(own) > 1 and level.head.endswith(own))


def read_zero_growth(sentence: Sentence, phrase: Phrase, _following: Phrase | None) -> None:
    start, written, _ = sentence.before(phrase)
    period = sentence.period_at(phrase)
    kind = kind_of(sentence, phrase, written, period, "growth")
    head = heads.cleaned(written) or sentence.head
    number = Quantity(Decimal(0), "%", Decimal(1), "%")
    draft = Draft(head, number, kind, start, phrase.end, 0.85, period, yoy=Decimal(0), is_level=False)
    sentence.add(draft, phrase.end)
