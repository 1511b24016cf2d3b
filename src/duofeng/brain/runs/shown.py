"""What declared pages read of subjects: a run keeps it, so that no page folds the ledger again."""

from __future__ import annotations

from datetime import date

from duofeng.brain.policies.plan import RESULT
from duofeng.engine.expression import columns_needed
from duofeng.zone.expressions import expression
from duofeng.zone.kinds.page import PeakPage
from duofeng.zone.zone import Zone


def shown_columns(zone: Zone, kind: str, as_of: date) -> tuple[str, ...]:
    """Profile columns of subjects of a kind that some page shows, groups or chooses by; results of rules apart."""
    blocks = [block for page in zone.declared(PeakPage).values() for block in page.blocks.values()]
    texts = dict.fromkeys(text for block in blocks if block.register == kind for text in block.texts)
    columns = columns_needed([expression(zone, kind, text, None) for text in texts], as_of)
    return tuple(name for name in columns if RESULT.fullmatch(name) is None)
