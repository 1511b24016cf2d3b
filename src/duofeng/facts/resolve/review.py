"""What a person needs to see to decide: both sides of a question, what else is known of them, and the reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import polars as pl

from duofeng.facts.ledger import Ledger
from duofeng.facts.order import ProfileZone
from duofeng.facts.profile import profile
from duofeng.facts.resolve.evidence import MEASURES
from duofeng.facts.resolve.score import WEIGHTS
from duofeng.kernel.message import Message

HELPFUL = ("address", "industry", "industry_class", "legal_representative", "registered_on")
"""Attributes shown beside the names where the vocabulary has them as public ones."""

REASONS = 4


def with_background(
    candidates: pl.DataFrame, ledger: Ledger, zone: ProfileZone, kind: str, *, as_of: date, known_at: datetime
) -> pl.DataFrame:
    """The candidates with `subject_<attribute>` and `candidate_<attribute>` of HELPFUL, as of a date."""
    declared = zone.attributes.get(kind, {})
    columns = [name for name in HELPFUL if name in declared and declared[name].sensitivity == "public"]
    if not columns or candidates.is_empty():
        return candidates
    keys = pl.concat([candidates["subject"], candidates["candidate"]]).unique()
    known = profile(ledger, zone, kind, columns, as_of=as_of, known_at=known_at)
    known_of = known.filter(pl.col("subject").is_in(keys.implode())).collect()
    for side in ("subject", "candidate"):
        named = known_of.rename({name: f"{side}_{name}" for name in columns} | {"subject": side})
        candidates = candidates.join(named, on=side, how="left", maintain_order="left")
    return candidates


def reasons(measures: Mapping[str, float | None]) -> Sequence[Message]:
    """The measures that moved the score most, strongest first, each with the log-odds it added or took away."""
    moved = {name: WEIGHTS[name] * (measures[name] or 0.0) for name in MEASURES}
    strongest = sorted(moved, key=lambda name: -abs(moved[name]))[:REASONS]
    shown = [name for name in strongest if abs(moved[name]) >= 0.05]
    return [Message("{measure} {moved:+.1f}", {"measure": MEASURES[name], "moved": moved[name]}) for name in shown]
