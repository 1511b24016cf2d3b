"""A run keeps what declared pages read of firms."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

from duofeng.brain.runs.compute import Inputs, compute
from duofeng.brain.runs.shown import shown_columns
from duofeng.brain.runs.store import Runs
from duofeng.facts.ledger import Ledger
from duofeng.zone.load import load_zone
from duofeng.zone.zone import Zone

ROOT = Path(__file__).resolve().parents[3]
PAGE = "mine:\n  title: Mine\n  needs: firms.view\n  blocks:\n"


def with_page(tmp_path: Path, *blocks: str) -> Zone:
    folder = Path(shutil.copytree(ROOT / "zones" / "second", tmp_path / "zones" / "second"))
    (folder / "pages.yaml").write_text(PAGE + "".join(f"    {block}\n" for block in blocks), "utf-8")
    return load_zone(folder)


def test_columns_are_those_of_conditions_values_groups_and_lists_without_results(tmp_path: Path) -> None:
    zone = with_page(
        tmp_path,
        "a: {show: tile, title: A, where: patents > 2, value: 'revenue[-1]', take: sum}",
        "b: {show: chart, title: B, by: sector}",
        "c: {show: table, title: C, columns: [score('resilience'), 'exports[-1]', outcome('research-grant')]}",
        "d: {show: table, title: D, near: research-grant}",
    )
    found = shown_columns(zone, "organisation", date(2024, 6, 30))
    assert found == ("patents", "revenue[2023]", "sector", "exports[2023]")
    assert shown_columns(zone, "place", date(2024, 6, 30)) == ()


def test_a_run_holds_a_column_that_only_a_page_reads(inputs: Callable[..., Inputs], data: Path, tmp_path: Path) -> None:
    given = inputs()
    assert "founded_on" in compute(given, Runs(data / "runs")).table("profile", "organisation").collect_schema().names()
    zone = with_page(tmp_path, "a: {show: tile, title: A}")
    bare = Inputs(zone, Ledger.open(data / "ledger"), given.as_of, given.known_at)
    assert (
        "founded_on"
        not in compute(bare, Runs(data / "other")).table("profile", "organisation").collect_schema().names()
    )
