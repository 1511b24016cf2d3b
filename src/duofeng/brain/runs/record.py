"""What a run keeps of the rules it was decided under, so that it can be read when the zone has moved on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable

import polars as pl

from duofeng.brain.policies.plan import Plan
from duofeng.brain.scores.card import Compiled
from duofeng.engine.expression import columns_needed
from duofeng.engine.words import is_result
from duofeng.kernel.message import Message, Said, dumped
from duofeng.zone.fingerprint import canonical
from duofeng.zone.kinds.policy import Policy
from duofeng.zone.model import Declared

POLICIES = {
    "policy": pl.String(), "version": pl.String(), "title": pl.String(), "authority": pl.String(),
    "gives": pl.String(), "delivery": pl.String(), "rests_on": pl.List(pl.String()), "columns": pl.List(pl.String()),
}  # fmt: skip
"""`title` and `authority` as JSON in no language; `kernel.message.loaded` reads them back."""
CONDITIONS = {"policy": pl.String, "condition": pl.String, "place": pl.Int32}


def policies_kept(plan: Plan, cards: Iterable[Compiled]) -> pl.DataFrame:
    """One row a policy: its version (the file), wording, and what it rests on: ids of rules, profile columns."""
    inputs = {f"score:{each.card.card}": each.profile_columns for each in cards}
    rows = []
    for planned in plan.policies:
        policy, rests_on = planned.policy, sorted(plan.rests_on(planned.id))
        below = [each for id in rests_on if id in plan.by_id for each in plan[id].expressions]
        columns = {*columns_needed(below, plan.as_of), *(name for id in rests_on for name in inputs.get(id, ()))}
        kept = sorted(name for name in columns if not is_result(name))
        words = [dumped(policy.title), dumped(_authority(policy))]
        rows.append([planned.id, policy.id, *words, policy.gives, policy.delivery, rests_on, kept])
    return pl.DataFrame(rows, schema=POLICIES, orient="row")


def conditions_kept(plan: Plan) -> pl.DataFrame:
    """Which row of `truths` answers which condition of which policy."""
    rows = [
        (planned.id, condition, place)
        for planned in plan.policies
        for condition, place in zip(planned.condition_ids, plan.places[planned.id], strict=True)
    ]
    return pl.DataFrame(rows, schema=CONDITIONS, orient="row")


def rule_digests(plan: Plan, cards: Iterable[Compiled]) -> dict[str, str]:
    """What every policy and card means, as a hash that its wording does not change."""
    digests = {each.id: _digest(each.policy) for each in plan.policies}
    return digests | {f"score:{each.card.card}": "+".join((_digest(each.card), *each.parts)) for each in cards}


def _digest(item: Declared) -> str:
    text = json.dumps(canonical(item, wording=False), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _authority(policy: Policy) -> Said:
    document, clause = policy.source.document, policy.source.clause
    return Message("{document} {clause}", {"document": document, "clause": clause}) if clause else document
