"""A hedge is kept in the ledger beside the number and decides whether two statements can both be true."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from duofeng.brain.figures.board import contradictions
from duofeng.brain.figures.stated import book_of
from duofeng.facts.arrivals import Arrival
from duofeng.facts.documents.extract import read_document
from duofeng.facts.documents.reading import read_figures
from duofeng.facts.documents.source import candidate_facts, confirmed_facts, zone_context
from duofeng.facts.ledger import Ledger
from duofeng.facts.loading import Loader
from duofeng.tell.words import told
from duofeng.zone.kinds.identity import Identity
from duofeng.zone.zone import Zone

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
LATER = datetime(2026, 1, 6, 9, tzinfo=UTC)


@pytest.fixture
def ledger(tmp_path: Path, zone: Zone) -> Ledger:
    """A ledger in which the published report says 564.6亿元."""
    loader = Loader(zone, Ledger.open(tmp_path / "ledger"), tmp_path, "Alice", NOW.date())
    outcome = loader.load(zone.folder / "published/report-2023.csv", NOW)
    assert outcome.verdict == "accepted", outcome.problems
    return loader.ledger


def broken_by(sentence: str, zone: Zone, ledger: Ledger, folder: Path) -> list[str]:
    """The arithmetic of `one fact, one number` once a document with the sentence is loaded beside the report."""
    path = folder / "speech.txt"
    path.write_text(f"{told(zone.title)}2023年工作总结\n{sentence}。\n", encoding="utf-8")
    document = read_document(path)
    counted, waiting = candidate_facts(document, zone)
    assert (counted.height, waiting.height) == (1, 0), waiting
    ledger.append(Arrival("documents", path.name, document.checksum, NOW, "Alice"), [counted.drop("sequence")])
    found = contradictions(zone.declared(Identity).values(), book_of(ledger, zone, LATER))
    return [told(check.arithmetic) for check in found.breaks if check.identity == "same_fact_same_number"]


@pytest.mark.parametrize("sentence", ["地区生产总值约560亿元", "地区生产总值近570亿元", "地区生产总值超560亿元"])
def test_a_hedged_number_of_a_document_does_not_contradict_the_exact_one(
    sentence: str, zone: Zone, ledger: Ledger, tmp_path: Path
) -> None:
    assert broken_by(sentence, zone, ledger, tmp_path) == []


def test_the_same_number_without_its_hedge_contradicts(zone: Zone, ledger: Ledger, tmp_path: Path) -> None:
    (arithmetic,) = broken_by("地区生产总值560亿元", zone, ledger, tmp_path)
    assert "560亿元" in arithmetic
    assert "564.6亿元" in arithmetic


def test_what_a_document_prints_is_kept_in_columns(zone: Zone, ledger: Ledger, tmp_path: Path) -> None:
    broken_by("地区生产总值约560亿元", zone, ledger, tmp_path)
    facts = ledger.facts(known_at=LATER, kind="zone", attributes=["gdp"]).collect()
    columns = ("document", "written", "hedge", "place")
    assert sorted(facts.filter(period="2023").select(columns).rows()) == [
        ("report-2023", "564.6亿元", None, "value"),
        ("speech.txt", "560亿元", "约", None),
    ]


def test_a_figure_that_a_person_confirms_keeps_its_hedge(zone: Zone, tmp_path: Path) -> None:
    path = tmp_path / "speech.txt"
    path.write_text(f"{told(zone.title)}2023年工作总结\n地区生产总值约560亿元。\n", encoding="utf-8")
    document = read_document(path)
    figures = read_figures(document.text, zone_context(zone))
    (fact,) = confirmed_facts(document, zone, figures, f"{figures[0].start}-{figures[0].end}", None)
    assert fact.printed is not None
    assert (fact.printed.written, fact.printed.hedge) == ("560亿元", "约")
