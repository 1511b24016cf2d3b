"""Phrases of a sentence → figures: each production has its reader, and what one gives is what the next begins with."""

from __future__ import annotations

from itertools import zip_longest

from duofeng.facts.documents import changes
from duofeng.facts.documents.grammar import phrases
from duofeng.facts.documents.growth import read_zero_growth
from duofeng.facts.documents.levels import read_each, read_growth, read_index, read_level
from duofeng.facts.documents.relations import read_distributed, read_parallel, read_rank, read_share
from duofeng.facts.documents.sections import Stretch
from duofeng.facts.documents.sentence import Draft, Here, Reading, Sentence
from duofeng.facts.documents.subjects import area_or_body

READERS = {
    "level": read_level,
    "each": read_each,
    "bare": read_index,
    "growth": read_growth,
    "parallel": read_parallel,
    "zero_growth": read_zero_growth,
    "share": read_share,
    "rank": read_rank,
    "bare_rank": read_rank,
    "distributed": read_distributed,
}


def read_sentence(text: str, within: Stretch, topic: str = "") -> tuple[Draft, ...]:
    """The figures of one sentence, in its order; `topic` is the head of numbers that name none."""
    sentence = Sentence.of(text, within)
    found = phrases(sentence.tokens, len(text))
    reading = Reading(subject=area_or_body(text), head=topic)
    for phrase, following in zip_longest(found, found[1:]):
        here = Here(sentence, reading.entering(sentence, phrase), phrase, following)
        reading = changes.end_of(here) or _read(here)
    return reading.drafts


def _read(here: Here) -> Reading:
    reading = READERS[here.phrase.rule](here)
    return changes.opened(here, reading) if changes.opens(here) else reading
