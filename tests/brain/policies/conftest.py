"""A small zone of policies that tests write, and a table of subjects to answer them for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from duofeng.brain.given import column_types, given_row
from duofeng.brain.policies.plan import Plan, plan
from duofeng.zone.load import load_zone
from duofeng.zone.zone import Zone

AS_OF = date(2024, 6, 30)
VOCABULARY = """
name: {title: Name, type: text}
revenue: {title: Revenue, type: money, unit: 元, per: year}
costs: {title: Costs, type: money, unit: 元, per: year}
staff: {title: Staff, type: integer, unit: 人, per: year}
patents: {title: Patents, type: integer, unit: 件}
clean: {title: Clean, type: flag}
listed: {title: On a list, type: flag}
"""
HEAD = "source: {document: d, trust: illustrative}\nfrom: 2020-01-01\n"
EXAMPLE = "examples: [{title: t, as_of: 2024-06-30, given: {}, expect: unknown}]\n"

Declare = Callable[..., Zone]
Rows = Callable[..., pl.DataFrame]


@pytest.fixture
def folder_of(tmp_path: Path) -> Callable[..., Path]:
    """Writes a zone of policies (id → text after the head); returns its folder. `whole` texts are taken as they are."""

    def write(policies: Mapping[str, str], whole: Mapping[str, str] | None = None, name: str = "tried") -> Path:
        folder = tmp_path / name
        for kind in ("policies", "vocabulary"):
            (folder / kind).mkdir(parents=True, exist_ok=True)
        (folder / "zone.yaml").write_text("title: Tried\n", "utf-8")
        (folder / "vocabulary" / "organisation.yaml").write_text(VOCABULARY, "utf-8")
        for id, text in policies.items():
            examples = "" if "examples:" in text else EXAMPLE
            head = "" if "from:" in text else HEAD
            (folder / "policies" / f"{id}.yaml").write_text(f"title: {id}\n{head}{text}\n{examples}", "utf-8")
        for path, text in (whole or {}).items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, "utf-8")
        return folder

    return write


@pytest.fixture
def declare(folder_of: Callable[..., Path]) -> Declare:
    return lambda policies, whole=None: load_zone(folder_of(policies, whole))


@pytest.fixture
def planned(declare: Declare) -> Callable[..., Plan]:
    return lambda policies, as_of=AS_OF: plan(declare(policies), as_of, "organisation")


@pytest.fixture
def rows_for() -> Rows:
    """One row per mapping of columns to values as people write them; what is left out is unknown."""

    def make(zone: Zone, plan: Plan, *given: Mapping[str, object], more: tuple[str, ...] = ()) -> pl.DataFrame:
        types = column_types(zone, plan.register, (*plan.columns, *more))
        named = (given_row(types, one).with_columns(subject=pl.lit(f"s{at}")) for at, one in enumerate(given))
        return pl.concat(named)

    return make
