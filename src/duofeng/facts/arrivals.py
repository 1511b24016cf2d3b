"""One delivery of a source: what arrived, from whom, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Literal

import polars as pl

from duofeng.facts.fact import INSTANT

Verdict = Literal["accepted", "warnings", "quarantined", "duplicate", "torn"]
COUNTED: tuple[Verdict, ...] = ("accepted", "warnings")
"""The verdicts whose facts count. What lies there of a `torn` one is not what it brought: none of it counts."""

ARRIVAL = pl.Schema(
    {
        "id": pl.String(),
        "source": pl.String(),
        "file": pl.String(),
        "checksum": pl.String(),
        "recorded_at": INSTANT,
        "by": pl.String(),
        "verdict": pl.String(),
        "rows": pl.Int64(),
        "facts": pl.Int64(),
        "rejects": pl.Int64(),
        "notes": pl.List(pl.String()),
        "replaces": pl.String(),
        "delivery": pl.Int64(),
        "names": pl.Int64(),
        "digest": pl.String(),
    }
)

REJECTED = pl.Schema(
    {
        "sheet": pl.String(),
        "row": pl.Int32(),
        "column": pl.String(),
        "raw": pl.String(),
        "code": pl.String(),
        "params": pl.String(),
    }
)
"""A rejected cell as a reader hands it over: where it was, the raw text, the problem's code and its params as JSON."""

REJECT = pl.Schema(
    {"arrival": pl.String(), "source": pl.String(), "file": pl.String(), "recorded_at": INSTANT} | dict(REJECTED)
)


@dataclass(frozen=True, slots=True)
class Arrival:
    """One delivery. Source and checksum identify it: the same file from the same source is the same arrival.

    `recorded_at` is the instant from which its facts are known. `replaces` names an earlier arrival whose rejects this
    one settles. `facts`, `rejects` and `names` (those it brought) are counted by the ledger, which also takes the
    `digest` of its facts; a ledger of an earlier version has neither names nor digest.
    """

    source: str
    file: str
    checksum: str
    recorded_at: datetime
    by: str
    verdict: Verdict = "accepted"
    rows: int = 0
    facts: int = 0
    rejects: int = 0
    notes: tuple[str, ...] = ()
    replaces: str | None = None
    names: int | None = None
    digest: str | None = None

    def __post_init__(self) -> None:
        if self.recorded_at.tzinfo is None:
            raise ValueError("recorded_at needs a time zone")

    @property
    def id(self) -> str:
        return arrival_id(self.source, self.checksum)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What an append did. `duplicate_of` is the earlier arrival when the same file had been loaded before."""

    arrival: Arrival
    duplicate_of: str | None = None

    @property
    def counted(self) -> bool:
        """Whether the facts of this very delivery count in the ledger."""
        return self.duplicate_of is None and self.arrival.verdict in COUNTED


def arrival_id(source: str, checksum: str) -> str:
    return sha256(f"{source}\0{checksum}".encode()).hexdigest()[:16]
