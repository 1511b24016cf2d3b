"""What lists and declared pages read of subjects: a run keeps it, so that no page folds the ledger again."""

from __future__ import annotations

from datetime import date

from duofeng.brain.profiles import name_columns
from duofeng.engine.expression import Expression, columns_needed
from duofeng.engine.words import RESULT
from duofeng.zone.expressions import expression
from duofeng.zone.kinds.page import PeakPage
from duofeng.zone.zone import Zone


def listed_columns(zone: Zone, register: str) -> tuple[str, ...]:
    """What every list of a register shows and is narrowed by: names, and codes that hold as of a day."""
    known = zone.attributes.get(register, {})
    codes = [name for name, attribute in known.items() if attribute.type == "code" and attribute.per == "state"]
    return (*name_columns(zone, register), *codes)


def shown_expressions(zone: Zone, register: str) -> tuple[Expression, ...]:
    """What pages show of subjects of a register, group or choose them by."""
    blocks = [block for page in zone.declared(PeakPage).values() for block in page.blocks.values()]
    texts = dict.fromkeys(text for block in blocks if block.register == register for text in block.texts)
    return tuple(expression(zone, register, text, None) for text in texts)


def shown_columns(zone: Zone, register: str, as_of: date) -> tuple[str, ...]:
    """Profile columns that those read; results of rules apart."""
    columns = columns_needed(shown_expressions(zone, register), as_of)
    return tuple(name for name in columns if RESULT.fullmatch(name) is None)
