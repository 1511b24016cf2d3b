"""The pages in a language made by a program: Chinese outside its brackets was left out of the catalogues."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po
from django.test import override_settings
from django.utils.translation import trans_real

from duofeng.tell import catalogue
from duofeng.tell.extract import entries
from duofeng.web import habits

pytestmark = pytest.mark.pages

ROOT = Path(__file__).resolve().parents[2]
MADE_UP = "xx"
CHINESE = re.compile("[\u3400-\u9fff]")
DAY = date(2024, 6, 30)
FIRST, LAST = "⟦", "⟧"
ADDRESSES = (
    "/", "/?screen=1", "/figures/", "/targets/", "/contradictions/", "/gate/", "/subjects/", "/firms/", "/policies/",
    "/policies/research-grant/", "/policies/research-grant/who/", "/policies/research-grant/near/",
    "/policies/research-grant/unknown/", "/scores/", "/scores/resilience/", "/scores/resilience/card/",
    "/scores/resilience/compare/", "/scores/resilience/versions/", "/topics/", "/topics/companies/",
    "/topics/companies/all/", "/questions/", "/finder/", "/disputes/", "/steward/arrivals/",
    "/steward/rejects/", "/steward/quarantine/", "/steward/sources/", "/steward/runs/", "/steward/runs/difference/",
    "/steward/resolve/", "/zone/", "/tokens/", "/studio/", "/payments/", "/nowhere/",
)  # fmt: skip
OF_A_FIRM = ("", "policies/", "ladder/", "scores/", "dispute/?attribute=name")


@pytest.fixture(scope="module")
def abroad(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, str]:
    """A zone without a Chinese word, its data, and one of its firms."""
    from duofeng.brain.runs.compute import Inputs, compute  # noqa: PLC0415
    from duofeng.brain.runs.store import Runs  # noqa: PLC0415
    from duofeng.facts.ledger import Ledger  # noqa: PLC0415
    from duofeng.facts.loading import Loader  # noqa: PLC0415
    from duofeng.zone.load import load_zone  # noqa: PLC0415

    folder, data, now = ROOT / "zones" / "second", tmp_path_factory.mktemp("abroad"), datetime.now(UTC)
    zone, ledger = load_zone(folder), Ledger.open(data / "ledger")
    loader = Loader(zone, ledger, data, "alice", DAY)
    for path in sorted((ROOT / "docs" / "examples" / "second").glob("*.csv")):
        loader.load(path, now)
    run = compute(Inputs(zone, ledger, DAY, datetime.now(UTC)), Runs(data / "runs"))
    return folder, data, str(run.table("profile", "organisation").select("subject").collect()["subject"][0])


@pytest.fixture
def speaking(
    abroad: tuple[Path, Path, str], site: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Any]:
    """A browser of an administrator for whom every text of the product stands in brackets."""
    place = tmp_path / MADE_UP / catalogue.FOLDER
    place.mkdir(parents=True)
    made = Catalog(locale="en")
    for entry in sorted(entries()):
        said = f"{FIRST}{entry.id}{LAST}"
        id, told = ((entry.id, entry.id), (said, said)) if entry.plural else (entry.id, said)
        made.add(id, told, context=entry.context or None)
    with (place / "duofeng.po").open("wb") as file:
        write_po(file, made)
    monkeypatch.setattr(catalogue, "LOCALE", tmp_path)
    monkeypatch.setattr(habits, "languages", lambda: [MADE_UP, "en"])
    caches = (catalogue.compiled, catalogue.sources_known, catalogue._chain)
    for cache in caches:
        cache.cache_clear()
    with override_settings(ZONE=abroad[0], DATA=abroad[1], DESK=tmp_path, LOCALE_PATHS=[catalogue.compiled()]):
        yield site("administrator")
    for cache in caches:
        cache.cache_clear()
    trans_real._translations.pop(MADE_UP, None)


def left_out(html: str) -> list[str]:
    """What is Chinese and stands outside the brackets; brackets may stand in each other."""
    text = unescape(re.sub(r"<(script|style)\b.*?</\1>|>中文<", "", html, flags=re.DOTALL))
    while (shorter := re.sub(rf"{FIRST}[^{FIRST}{LAST}]*{LAST}", "", text)) != text:
        text = shorter
    return [line.strip() for line in text.splitlines() if CHINESE.search(line)]


def test_no_text_of_a_page_is_left_out_of_the_catalogues(speaking: Any, abroad: tuple[Path, Path, str]) -> None:
    of_a_firm = [f"/firms/{abroad[2]}/{tab}" for tab in OF_A_FIRM]
    found = {}
    for address in (*ADDRESSES, *of_a_firm):
        page = speaking.get(address)
        assert page.status_code in {200, 302, 404}, address
        if page.status_code == 200:
            html = page.content.decode()
            assert FIRST in html, address
            found[address] = left_out(html)
    assert {address: lines for address, lines in found.items() if lines} == {}


def test_what_the_finder_answers_is_left_out_of_no_catalogue(speaking: Any) -> None:
    assert left_out(speaking.post("/finder/", {}).content.decode()) == []
