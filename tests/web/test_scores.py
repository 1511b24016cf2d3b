"""Scorecards on the site: the ranking is the run's, and exports say the same."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

Site = Callable[..., Any]


@pytest.mark.parametrize(
    "address", ["/scores/", "/scores/high-tech/", "/scores/high-tech/card/", "/scores/high-tech/compare/"]
)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_of_scores_opens_in_both_languages(site: Site, address: str, language: str) -> None:
    browser = site("leader")
    browser.cookies["django_language"] = language
    assert browser.get(address).status_code == 200


def test_the_exported_ranking_is_the_runs(site: Site, data: Path) -> None:
    from duofeng.brain.runs.store import Runs  # noqa: PLC0415

    content = site("leader").get("/scores/high-tech/", {"format": "parquet"}).content
    found = pl.read_parquet(io.BytesIO(content))
    kept = Runs(data / "runs").current().table("score-high-tech").collect().sort("rank", nulls_last=True)
    assert (
        found.sort("subject")
        .select("subject", "score", "rank")
        .equals(kept.sort("subject").select("subject", "score", "rank"))
    )


def test_a_card_that_is_not_in_use_is_not_found(site: Site) -> None:
    assert site("leader").get("/scores/nothing/").status_code == 404
    assert site("leader").get("/scores/high-tech/compare/", {"before": "no-such-run"}).status_code == 404


def test_scores_are_not_for_finance_nor_another_firm(site: Site, firms: list[str]) -> None:
    assert site("finance").get("/scores/").status_code == 403
    assert site("enterprise", subject=firms[0]).get("/scores/high-tech/").status_code == 403


def test_a_comparison_with_fewer_than_five_peers_is_not_drawn(data: Path, desk: None, firms: list[str]) -> None:
    from duofeng.web import reader  # noqa: PLC0415
    from duofeng.web.pages.scores import reading  # noqa: PLC0415

    run = reader.run()
    assert run is not None
    for card in reading.cards(run):
        table = reading.scored(run, card.card)
        for group, size in table.group_by("group").len().iter_rows():
            subject = table.filter(pl.col("group").eq_missing(pl.lit(group, pl.String)))["subject"][0]
            assert (reading.against_group(run, card, subject) is not None) == (size >= reading.FEWEST_PEERS)
