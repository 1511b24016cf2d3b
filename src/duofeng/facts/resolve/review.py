"""What a person needs to see to decide: both sides of a question, what else is known of them, and the reasons."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import polars as pl

from duofeng.facts.ledger import Ledger
from duofeng.facts.order import ProfileZone
from duofeng.facts.profile import profile
from duofeng.facts.resolve.differences import WHY, common, differences
from duofeng.facts.resolve.names import NameRules, parse_names
from duofeng.kernel.message import Message, say

HELPFUL = ("address", "industry", "industry_class", "legal_representative", "registered_on")
"""Attributes shown beside the names where the vocabulary has them as public ones."""

NOTHING = "—"
SAME_NAME = say("名称相同")


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


def reasons(candidates: pl.DataFrame, rules: NameRules) -> list[list[Message]]:
    """For each candidate, in words: what its name and the asked one have in common, and in what they differ."""
    sides = [parse_names(candidates[column], rules).iter_rows(named=True) for column in ("name", "candidate_name")]
    found = zip(candidates["how"], *sides, strict=True)
    return [[SAME_NAME] if how == "name" else _reasons(asked, known, rules) for how, asked, known in found]


def _reasons(asked: Mapping[str, Any], known: Mapping[str, Any], rules: NameRules) -> list[Message]:
    both = common(asked, known, rules)
    said = [say("相同：{text}", text=both)] if both else []
    for each in differences(asked, known, rules):
        sides = f"{each.first or NOTHING} / {each.second or NOTHING}"
        said.append(say("{why}：{sides}", why=WHY[each.why], sides=sides))
    return said
