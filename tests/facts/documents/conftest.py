"""Short ways to read a phrase and look at what was found."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from duofeng.facts.documents.figures import CandidateFigure, ReadingContext
from duofeng.facts.documents.reading import read_figures

ROOT = Path(__file__).resolve().parents[3]
Reader = Callable[..., list[CandidateFigure]]


@pytest.fixture
def read() -> Reader:
    def reading(text: str, *, plan: bool = False, period: str = "2023") -> list[CandidateFigure]:
        return read_figures(text, ReadingContext(period=period, plan=plan))

    return reading


@pytest.fixture
def shared() -> Path:
    folder = Path(os.environ.get("DUOFENG_SHARED", ROOT.parent / "shared"))
    if not (folder / "gold").is_dir():
        pytest.skip("the real reports are not part of the project; set DUOFENG_SHARED to their folder")
    return folder
