from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from duofeng.facts.fact import FACT

FIRST = datetime(2026, 3, 2, 9, tzinfo=UTC)
State = Callable[..., pl.DataFrame]


@pytest.fixture
def state() -> State:
    """Facts from (subject, attribute, text, source) tuples, one day apart in this order; a text may be a retraction."""

    def made(*rows: tuple[str, ...]) -> pl.DataFrame:
        facts = []
        for number, (subject, attribute, text, *rest) in enumerate(rows):
            withdrawn = text.removeprefix("retract ") if text.startswith("retract ") else None
            facts.append(
                {
                    "kind": "organisation",
                    "subject": subject,
                    "attribute": attribute,
                    "text": None if withdrawn else text,
                    "source": rest[0] if rest else "register",
                    "arrival": "a",
                    "recorded_at": FIRST + timedelta(days=number),
                    "sequence": number,
                    "retracts": withdrawn,
                }
            )
        return pl.DataFrame(facts, schema=FACT)

    return made
