"""Scorecards on the site: the ranking is the run's, and exports say the same."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

pytestmark = pytest.mark.pages

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
    kept = (
        Runs(data / "runs").current().table("score-high-tech", "organisation").collect().sort("rank", nulls_last=True)
    )
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
    from duofeng.web import score_tables as reading  # noqa: PLC0415

    run = reader.run()
    assert run is not None
    for card in reading.cards(run):
        table = reading.scored(run, card.card)
        for group, size in table.group_by("group").len().iter_rows():
            subject = table.filter(pl.col("group").eq_missing(pl.lit(group, pl.String)))["subject"][0]
            assert (reading.against_group(run, card, subject) is not None) == (size >= reading.FEWEST_PEERS)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_two_versions_of_a_card_are_compared(site: Site, language: str) -> None:
    browser = site("leader")
    browser.cookies["django_language"] = language
    page = browser.get("/scores/innovation-points/versions/").content.decode()
    assert 'id="change-spread"' in page and 'id="shares"' in page
    assert ("本区附加" if language == "zh-hans" else "The zone&#x27;s own") in page


def test_the_exported_comparison_says_how_far_everybody_moves(site: Site) -> None:
    content = site("leader").get("/scores/innovation-points/versions/", {"format": "parquet"}).content
    table = pl.read_parquet(io.BytesIO(content)).drop_nulls(["before", "after"])
    assert table.height > 0
    assert (table["after"] - table["before"] - table["change"]).abs().max() < 1e-9
    ranked = table.drop_nulls(["rank_before", "rank_after"])
    assert (ranked["rank_before"] - ranked["rank_after"]).equals(ranked["climb"], check_names=False)
    assert table.filter(pl.col("change").abs() > 1e-6)["most"].null_count() == 0


def test_the_other_way_round_says_the_opposite(site: Site) -> None:
    ways = (("innovation-points", "innovation-points-20n"), ("innovation-points-20n", "innovation-points"))
    there, back = (
        pl.read_parquet(
            io.BytesIO(
                site("leader")
                .get("/scores/innovation-points/versions/", {"format": "parquet", "before": before, "after": after})
                .content
            )
        ).sort("subject")
        for before, after in ways
    )
    assert (there["change"] + back["change"]).abs().max() < 1e-9


def test_what_each_entry_does_to_one_firm_is_listed(site: Site) -> None:
    from duofeng.web import reader  # noqa: PLC0415
    from duofeng.web.pages.scores import versions  # noqa: PLC0415

    run, both = reader.run(), versions.versions_of(reader.zone(), "innovation-points")
    assert run is not None and len(both) == 2
    found = versions._compared(run, reader.zone(), *(each.id for each in both))
    subject = found.table.drop_nulls("most")["subject"][0]
    page = site("leader").get("/scores/innovation-points/versions/", {"subject": subject}).content.decode()
    assert page.count('<td class="number">') > len(found.of(subject)) > 0


def test_a_card_of_one_version_says_why_nothing_is_compared(site: Site) -> None:
    page = site("leader").get("/scores/high-tech/versions/").content.decode()
    assert "只声明了一个版本" in page


def test_a_version_nobody_declared_is_not_found(site: Site) -> None:
    for asked in ({"before": "tech-sme"}, {"after": "x"}, {"after": "' OR 1=1 --"}):
        assert site("leader").get("/scores/innovation-points/versions/", asked).status_code == 404
