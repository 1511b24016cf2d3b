"""Who claims: a subject for itself, or all that name the same household, park, owner together (`once_per`).

What such a policy pays, it pays once: to the one of them with the highest amount, of equal ones the first. What it paid
any of them before counts against all. Who names nobody claims alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from duofeng.brain.policies.plan import Plan, Planned

ALONE = "="
"""Before the key of a subject that claims alone, so that it is never taken for a household of the same key."""


@dataclass(frozen=True)
class Claims:
    """Reference → `subject` and `claimant`, for every reference by which some policy is had once."""

    by_reference: Mapping[str, pl.DataFrame]

    @staticmethod
    def of(plan: Plan, frame: pl.DataFrame) -> Claims:
        """`frame` has `subject` and the plan's columns, of everybody who may claim."""
        alone = pl.lit(ALONE) + pl.col("subject")
        return Claims(
            {name: frame.select("subject", claimant=pl.col(name).fill_null(alone)) for name in plan.once_per_columns}
        )

    def claimed(self, planned: Planned, table: pl.DataFrame) -> pl.DataFrame:
        """The rows of a table with `subject`, and for whom each would claim the policy: `claimant`."""
        reference = planned.policy.once_per
        if reference is None:
            return table.with_columns(claimant="subject")
        return table.join(self.by_reference[reference], on="subject", how="left", maintain_order="left")


NOBODY_TOGETHER = Claims({})
"""For plans of which no policy says `once_per`."""
