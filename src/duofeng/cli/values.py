"""How a value of the ledger is written in the terminal: masked when it is personal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from duofeng.kernel.identifiers import mask
from duofeng.tell.facts import fact_value
from duofeng.zone.kinds.vocabulary import Attribute
from duofeng.zone.zone import Zone


def written(zone: Zone, attribute: Attribute | None, fact: Mapping[str, Any]) -> str:
    """The value of a row with the value columns of a fact."""
    value = fact_value(zone, attribute, fact)
    return mask(value) if attribute is not None and attribute.sensitivity == "personal" and value != "—" else value
