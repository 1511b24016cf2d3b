"""The payment list for finance: exact to the cent, nobody twice."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from duofeng.kernel.message import Said, loaded


@dataclass(frozen=True)
class PaymentList:
    """`rows`: register, subject, name, policy, amount, paid in minor units, sorted by policy and subject.

    `digest` is the SHA-256 of every row and the total: two people who sign the digest signed the same list.
    `unit` is what the money of the zone is called; `titles` and `authorities` are of its policies.
    """

    rows: pl.DataFrame
    titles: Mapping[str, Said]
    authorities: Mapping[str, Said]
    run: str
    unit: str

    @property
    def total(self) -> int:
        return int(self.rows["paid"].sum())

    @property
    def digest(self) -> str:
        columns = ("subject", "name", "policy", "amount", "paid")
        lines = (json.dumps(row, ensure_ascii=False) for row in self.rows.select(columns).iter_rows())
        text = "\n".join([self.run, self.unit, *lines, str(self.total)])
        return hashlib.sha256(text.encode()).hexdigest()

    def by_policy(self) -> pl.DataFrame:
        """policy, subjects, amount, paid."""
        sums = (pl.len().alias("subjects"), pl.col("amount").sum(), pl.col("paid").sum())
        return self.rows.group_by("policy").agg(*sums).sort("policy")


def payment_list(paid: pl.DataFrame, policies: pl.DataFrame, names: pl.DataFrame, run: str, unit: str) -> PaymentList:
    """The list of one run. `paid` has register, policy, subject, amount, paid; `policies` what the run kept of each
    policy: policy, title, authority; `names` has register, subject and name.

    Only money that is really paid is listed. Raises ValueError if a subject stands twice under one policy, which no
    bundle allows.
    """
    named = names.select("register", "subject", "name")
    rows = paid.filter(pl.col("paid") > 0).join(named, on=["register", "subject"], how="left")
    if rows.select("policy", "subject").is_duplicated().any():
        raise ValueError("a subject is listed twice under one policy")
    said = {row["policy"]: row for row in policies.iter_rows(named=True)}
    return PaymentList(
        rows.select("register", "subject", pl.col("name").fill_null(""), "policy", "amount", "paid").sort(
            "policy", "subject"
        ),
        {policy: loaded(row["title"]) for policy, row in said.items()},
        {policy: loaded(row["authority"]) for policy, row in said.items()},
        run,
        unit,
    )
