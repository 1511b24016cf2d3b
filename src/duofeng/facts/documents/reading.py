"""`read_figures`: the numbers a text states."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from duofeng.facts.documents.binding import read_sentence
from duofeng.facts.documents.characters import Readable, readable
from duofeng.facts.documents.confidence import confidence_of
from duofeng.facts.documents.figures import CandidateFigure, ReadingContext
from duofeng.facts.documents.kinds import STRUCTURE
from duofeng.facts.documents.sections import passages, title_of
from duofeng.facts.documents.sentence import Draft
from duofeng.facts.documents.subjects import SAMPLE, compared_place, other_place, own_area
from duofeng.facts.documents.tables import TableReader
from duofeng.facts.documents.vocabulary import Vocabulary

PARTED = re.compile(r"分(?:季度|月份?|阶段)看")
"""A sentence that parts by time what the paragraph before began with."""
PART = re.compile(r"分[一-鿿]{1,6}看")
HAS_NUMERAL = re.compile(r"\d|[一二两三四五六七八九十百][一-鿿]|第[一二三四五六七八九十]|首位|榜首|零增长")


def read_figures(text: str, context: ReadingContext | None = None) -> list[CandidateFigure]:
    """Every level, growth, share, rank, limit or target a numeral states, in the order of the text."""
    return list(iterate_figures(text, context or ReadingContext()))


def iterate_figures(text: str, context: ReadingContext) -> Iterator[CandidateFigure]:
    document = readable(text)
    vocabulary = Vocabulary(context.indicators)
    title = title_of(document.text)
    place = other_place(document.text, title, context.names)
    subjects = {"": place or context.subject, own_area(document.text, title): place or context.subject}
    for draft, offset in _drafts(document, context):
        compared = compared_place(draft.head, context.names)
        other = compared if vocabulary.find(draft.head.removeprefix(compared)) else ""
        yield from _figures(draft, document, offset, vocabulary, other or subjects.get(draft.subject, draft.subject))


def _drafts(document: Readable, context: ReadingContext) -> Iterator[tuple[Draft, int]]:
    """What the rows and sentences state, each with the place from which its own offsets count."""
    structures: set[tuple[Decimal, str]] = set()
    table, topic, told_in = TableReader(), "", -1
    for passage in passages(document.text, context.period, context.plan):
        rows = table.read(passage.text, passage.within)
        if rows is not None:
            yield from ((draft, passage.start) for draft in rows)
            continue
        for start, sentence, within in passage.sentences():
            if not HAS_NUMERAL.search(sentence):
                continue
            parted = PARTED.match(sentence)
            drafts = read_sentence(sentence, within, topic if parted else "")
            if drafts and told_in != passage.start and not PART.match(passage.text):
                topic, told_in = drafts[0].head, passage.start
            for draft in drafts:
                if not _is_repeated_structure(draft, structures):
                    yield draft, start


def place_of(text: str, context: ReadingContext) -> str:
    """The other place a text is about, or empty when it is about the context's own."""
    document = readable(text[:SAMPLE]).text
    return other_place(document, title_of(document), context.names)


def _is_repeated_structure(draft: Draft, seen: set[tuple[Decimal, str]]) -> bool:
    """四大主导产业 named a second time is a name."""
    if not draft.is_structure:
        return False
    named = STRUCTURE.match(draft.head)
    key = (draft.number.value, named.group() if named else draft.head)
    if key in seen:
        return True
    seen.add(key)
    return False


def _figures(
    draft: Draft, document: Readable, offset: int, vocabulary: Vocabulary, subject: str
) -> Iterator[CandidateFigure]:
    """One figure, or the two ends of a range."""
    number = draft.number
    indicator_id = vocabulary.find(draft.head)
    ends = [(number.value, "")] if number.upper is None else [(number.value, "(下限)"), (number.upper, "(上限)")]
    start, last = document.original(offset + draft.start), document.original(offset + draft.end - 1) + 1
    for value, bound in ends:
        yield CandidateFigure(
            indicator=draft.head + bound,
            indicator_id=indicator_id,
            subject=subject,
            value=value,
            unit=number.unit,
            number=value * number.scale,
            period=draft.period,
            kind=draft.kind,
            yoy_pct=draft.yoy,
            share_pct=draft.share,
            share_of=draft.share_of,
            hedge=number.hedge,
            written=number.written or f"{value:f}{number.unit}",
            start=start,
            end=last,
            confidence=confidence_of(draft, known=bool(indicator_id)),
        )
