"""The value of a fact as people read it: with its unit, or with the title of its code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from duofeng.facts.fact import VALUES
from duofeng.kernel.money import from_minor
from duofeng.kernel.problem import ProblemError
from duofeng.kernel.quantity import Amount
from duofeng.tell.values import amount
from duofeng.tell.words import told
from duofeng.zone.kinds.vocabulary import Attribute
from duofeng.zone.zone import Zone


def fact_value(zone: Zone, attribute: Attribute | None, fact: Mapping[str, Any]) -> str:
    """Of a row with the value columns of a fact; "—" when none is set."""
    column = next((name for name in VALUES if fact[name] is not None), None)
    return value_in(zone, attribute, column, fact[column]) if column is not None else "—"


def value_in(zone: Zone, attribute: Attribute | None, column: str, value: Any) -> str:
    """A value of this column of the ledger; a moment in the zone's time."""
    match column:
        case "money":
            return amount(Amount(from_minor(value), zone.currency.unit))
        case "flag":
            return told("是") if value else told("否")
        case "number":
            return amount(Amount(value, attribute.unit if attribute is not None else None))
        case "instant":
            return f"{value.astimezone(zone.time_zone):%Y-%m-%d %H:%M:%S}"
    title = code_title(zone, attribute, str(value))
    if title is None:
        return str(value)
    # A code of a register, `C` or `38`, is read beside its title; a word of our own says nothing more.
    return told("{title}（{code}）", title=title, code=value) if not str(value).islower() else title


def code_title(zone: Zone, attribute: Attribute | None, code: str) -> str | None:
    if attribute is None or attribute.codes is None or attribute.codes not in zone.codes:
        return None
    try:
        title = zone.codes[attribute.codes].title_of(code)
    except ProblemError:
        return None
    return told(title) if title else None
