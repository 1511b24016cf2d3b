"""Relations that a draft's own words state: what is planted is found, traps are left alone."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from duofeng.brain.figures.book import Book
from duofeng.brain.figures.gate import Finding, GateReport, gate
from duofeng.brain.figures.statement import Statement
from duofeng.facts.documents.reading import read_figures
from duofeng.facts.documents.source import zone_context
from duofeng.tell.words import told
from duofeng.zone.zone import Zone

PROJECT = Path(__file__).resolve().parents[3]
SHARED = Path(os.environ.get("DUOFENG_SHARED", PROJECT.parent / "shared"))
DRAFTS = tomllib.loads(Path(__file__).with_name("drafts.toml").read_text("utf-8"))
PLANTED, CLEAN = DRAFTS["planted"], DRAFTS["clean"]
NOW = datetime(2025, 1, 31, tzinfo=UTC)
Gate = Callable[[str], GateReport]


@pytest.fixture(scope="module")
def run(zone: Zone, said: tuple[Statement, ...]) -> Gate:
    known = Book.of(said, zone.indicators)
    return lambda text: gate(text, read_figures(text, zone_context(zone)), zone, known, now=NOW)


def complaints(report: GateReport) -> list[Finding]:
    return [each for each in report.findings if each.severity != "note"]


@pytest.mark.parametrize("name", PLANTED)
def test_what_cannot_be_is_found(run: Gate, name: str) -> None:
    text, arithmetic = PLANTED[name]
    assert arithmetic in [told(each.arithmetic) for each in complaints(run(text))]


@pytest.mark.parametrize("name", CLEAN)
def test_traps_are_left_alone(run: Gate, name: str) -> None:
    assert [told(each.arithmetic) for each in complaints(run(CLEAN[name]))] == []


@pytest.mark.parametrize("text", DRAFTS["elsewhere"])
def test_a_report_of_another_place_is_held_against_itself_only(run: Gate, text: str) -> None:
    report = run(text)
    assert report.elsewhere
    assert complaints(report) == []


def test_each_number_says_what_it_was_held_against(run: Gate) -> None:
    report = run(CLEAN["declines"])
    (first,) = [each for each in report.held if "3900" in each.place.phrase]
    assert [told(how) for _, how in first.by] == ["3900人 ÷ 4200人 − 1 = -7.14% ≈ -7.1%"]


def _shared_drafts(kind: str) -> list[Path]:
    return sorted((SHARED / "cases/gate").glob(f"{kind}*.txt"))


@pytest.mark.skipif(not _shared_drafts("b"), reason="the shared drafts are not on this machine (DUOFENG_SHARED)")
def test_of_the_shared_drafts_the_planted_are_found_and_the_clean_are_clean(run: Gate) -> None:
    found = {path.name: bool(complaints(run(path.read_text("utf-8")))) for path in _shared_drafts("[bg]")}
    assert found == {name: name.startswith("b") for name in found}
