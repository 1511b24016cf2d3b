"""What a run answers: for each register the policies in force, the cards in use, the columns lists and pages show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from duofeng.brain.policies.plan import Plan, plan
from duofeng.brain.runs.record import rule_digests
from duofeng.brain.runs.shown import listed_columns, shown_columns, shown_expressions
from duofeng.brain.scores.card import Compiled, compile_card
from duofeng.engine.links import Links, links_needed
from duofeng.zone.kinds.scorecard import scorecards_in_force
from duofeng.zone.zone import Zone

ZONE = "zone"
"""The register whose one subject is the zone: its facts are figures, which have a room of their own."""


@dataclass(frozen=True)
class Judged:
    """One register on a day."""

    register: str
    plan: Plan
    cards: tuple[Compiled, ...]
    shown: tuple[str, ...]
    links: Links
    """What all of them ask of other subjects."""

    @property
    def rules(self) -> dict[str, str]:
        return rule_digests(self.plan, self.cards)


def judged(zone: Zone, as_of: date) -> tuple[Judged, ...]:
    """Every register that has words, in their order; the zone's own where a policy or card asks about it."""
    cards = [compile_card(zone, card, as_of) for card in scorecards_in_force(zone, as_of)]
    found = (_judged(zone, register, as_of, cards) for register in sorted(zone.attributes))
    return tuple(each for each in found if each.register != ZONE or each.plan.policies or each.cards)


def _judged(zone: Zone, register: str, as_of: date, cards: list[Compiled]) -> Judged:
    shown = (*listed_columns(zone, register), *shown_columns(zone, register, as_of))
    own, planned = tuple(card for card in cards if card.card.register == register), plan(zone, as_of, register)
    scoring = (each for card in own for each in card.expressions)
    links = links_needed([*planned.expressions, *scoring, *shown_expressions(zone, register)], as_of)
    return Judged(register, planned, own, shown, links)
