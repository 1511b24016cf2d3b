"""The worked examples beside a scorecard, run."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from duofeng.brain.given import as_columns, column_types, given_row
from duofeng.brain.scores.card import compile_card, score
from duofeng.brain.scores.problems import EXAMPLE_ENTRY, EXAMPLE_FAILS
from duofeng.engine.expression import columns_needed
from duofeng.kernel.message import say
from duofeng.kernel.problem import Problem, ProblemError, Span
from duofeng.zone.kinds.scorecard import CardExample, Scorecard
from duofeng.zone.zone import Zone

TOTAL = say("总分", context="entry")


def failing_examples(zone: Zone) -> Iterator[Problem]:
    """A problem for every worked example of every card that does not come out, at its place in the file."""
    for card in zone.declared(Scorecard).values():
        for index, example in enumerate(card.examples):
            yield from check_example(zone, card, example, card.spans["examples", index, "title"])


def check_example(zone: Zone, card: Scorecard, example: CardExample, span: Span) -> Iterator[Problem]:
    compiled = compile_card(zone, card, example.as_of)
    try:
        own = columns_needed(compiled.expressions, example.as_of)
        types = column_types(zone, card.register, own, compiled.links)
        frame = given_row(
            types, as_columns(zone, card.register, example.as_of, types, example.given), span, clock=zone.time_zone
        )
    except ProblemError as error:
        yield from error.problems
        return
    scored = score(compiled, frame)
    if len(scored.subjects) == 0:
        yield EXAMPLE_FAILS.at(span, title=example.title, entry=TOTAL, expected=example.score, found="—")
        return
    wanted = {(): example.score, **{tuple(name.split(".")): points for name, points in example.parts.items()}}
    for path, expected in wanted.items():
        name = ".".join(path)
        if path not in scored.low:
            yield EXAMPLE_ENTRY.at(span, entry=name)
            continue
        low, high = float(scored.low[path][0]), float(scored.high[path][0])
        if not (np.isclose(low, float(expected), atol=5e-7) and np.isclose(high, float(expected), atol=5e-7)):
            found = f"{low:g}" if np.isclose(low, high) else f"{low:g}–{high:g}"
            entry = say("“{name}”", name=name) if name else TOTAL
            yield EXAMPLE_FAILS.at(span, title=example.title, expected=expected, found=found, entry=entry)
