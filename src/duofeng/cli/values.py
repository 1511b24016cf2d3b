"""How a value of the ledger is written for people: with its unit, its code's title, and masked when it is personal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from duofeng.facts.fact import VALUES
from duofeng.kernel.identifiers import mask
from duofeng.kernel.money import format_money, from_minor
from duofeng.tell.words import told
from duofeng.zone.kinds.vocabulary import Attribute
from duofeng.zone.zone import Zone


def written(zone: Zone, attribute: Attribute | None, fact: Mapping[str, Any]) -> str:
    """The value of a row with the value columns of a fact; "—" when none is set."""
    column = next((name for name in VALUES if fact[name] is not None), None)
    if column is None:
        return "—"
    if attribute is not None and attribute.sensitivity == "personal":
        return mask(str(fact[column]))
    return _written(zone, attribute, column, fact[column])


def _written(zone: Zone, attribute: Attribute | None, column: str, value: Any) -> str:
    match column:
        case "money":
            amount, unit = from_minor(value), zone.currency.unit
            return format_money(amount) if unit == "元" else f"{amount:,.2f} {unit}"
        case "instant":
            return f"{value.astimezone(zone.time_zone):%Y-%m-%d %H:%M:%S}"
        case "flag":
            return told("是") if value else told("否")
        case "number":
            return f"{_plain(value)} {(attribute and attribute.unit) or ''}".rstrip()
    title = _code_title(zone, attribute, str(value))
    return f"{title}（{value}）" if title else str(value)


def _plain(number: float) -> str:
    text = f"{number:,.6f}".rstrip("0").rstrip(".")
    return text if text not in ("", "-0") else "0"


def _code_title(zone: Zone, attribute: Attribute | None, code: str) -> str | None:
    if attribute is None or attribute.codes is None or attribute.codes not in zone.codes:
        return None
    title = zone.codes[attribute.codes].title_of(code)
    return told(title) if title else None
