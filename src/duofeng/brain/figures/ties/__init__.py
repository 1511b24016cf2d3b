"""Relations that a text itself states between its numbers: part of, share of, growth to a base, completion, per head.

They need no declared indicator. Each is read from the words between two numbers and becomes a check with the intervals
of what is printed. Of several bindings that the words allow, the one that holds is meant: a break is told only when
none holds, and as an error only where the words leave no other binding.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from duofeng.brain.figures.rules.check import Check
from duofeng.brain.figures.ties import changes, parts, ratios, repeats
from duofeng.brain.figures.ties.told import Told, sentences


def ties(told: Sequence[Told], text: str) -> tuple[Check, ...]:
    """Every relation that the words of the draft state."""
    return tuple(chain(_within_sentences(told), repeats.repeated(told), ratios.structures(text)))


def _within_sentences(told: Sequence[Told]) -> Iterator[Check]:
    before: Sequence[Told] = ()
    for sentence in sentences(told):
        yield from parts.parts(sentence, before)
        yield from ratios.ratios(sentence, told)
        yield from changes.changes(sentence, told)
        before = sentence
