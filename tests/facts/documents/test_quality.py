"""The labelled texts stay above the floors."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
TEXTS = sorted((Path(__file__).parent / "texts").glob("*.txt"))


@pytest.fixture(scope="module")
def scorer():
    spec = importlib.util.spec_from_file_location("reading_scorer", ROOT / "benchmarks" / "reading.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def below(scorer, score):
    rates = score.rates()
    return {what: round(rates[what], 3) for what, floor in scorer.FLOORS.items() if rates[what] < floor}


def test_our_own_texts_together_stay_above_the_floors(scorer):
    assert len(TEXTS) >= 10
    assert below(scorer, scorer.score_all([(p.stem, p, p.with_suffix(".csv")) for p in TEXTS])[-1]) == {}


def test_the_published_reports_with_an_answer_stay_above_the_floors(scorer, shared):
    published = [text for text in scorer.labelled_texts() if text[0].startswith("gold")]
    scores = scorer.score_all(published)[:-1]
    assert {score.name: below(scorer, score) for score in scores} == {"gold 000": {}, "gold 002": {}}


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_labels_stand_where_they_say(scorer, path):
    text = path.read_text(encoding="utf-8")
    for label in scorer.labels_of(path.with_suffix(".csv")):
        assert text[int(label["start"]) : int(label["end"])] == label["span_text"]


def test_a_figure_is_matched_once_and_a_wrong_unit_is_no_match(scorer):
    labels = scorer.labels_of(TEXTS[0].with_suffix(".csv"))
    perfect = scorer.score("none", [], labels)
    assert perfect.matched == 0
    assert perfect.labels == sum("ambiguous" not in label["note"] for label in labels)
