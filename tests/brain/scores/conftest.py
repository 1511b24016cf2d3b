"""A small zone with words to score, and cards written into it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from duofeng.brain.scores.card import Compiled, Scored, compile_card, score
from duofeng.zone.kinds.scorecard import Scorecard
from duofeng.zone.load import load_zone
from duofeng.zone.zone import Zone

PROJECT = Path(__file__).resolve().parents[3]
AS_OF = date(2024, 6, 30)
WORDS = """
name: {title: {zh: 名称, en: Name}, type: text, sensitivity: public}
a: {title: {zh: 甲, en: A}, type: number}
b: {title: {zh: 乙, en: B}, type: number}
c: {title: {zh: 丙, en: C}, type: number}
d: {title: {zh: 丁, en: D}, type: number}
e: {title: {zh: 戊, en: E}, type: number}
f: {title: {zh: 己, en: F}, type: number}
g: {title: {zh: 庚, en: G}, type: number}
h: {title: {zh: 辛, en: H}, type: number}
count: {title: {zh: 件数, en: Count}, type: integer, unit: 件}
done: {title: {zh: 已办, en: Done}, type: flag}
sector: {title: {zh: 行业, en: Sector}, type: text}
phase: {title: {zh: 阶段, en: Phase}, type: text}
park: {title: {zh: 园区, en: Park}, type: reference, to: park}
cost: {title: {zh: 费用, en: Cost}, type: money, unit: 元, per: year}
sales: {title: {zh: 收入, en: Sales}, type: money, unit: 元, per: year}
"""
HEAD = """title: {zh: 测试卡, en: Test card}
source: {document: {zh: 虚构, en: Invented}, trust: illustrative}
from: 2020-01-01
"""
WriteCard = Callable[[str], Zone]
ScoreCard = Callable[..., Scored]


@pytest.fixture
def write_card(tmp_path: Path) -> WriteCard:
    """The zone with one card, whose head is written already."""

    def write(text: str) -> Zone:
        folder = tmp_path / "zones" / "sample"
        files = {
            "zone.yaml": "title: {zh: 样例区, en: Sample}\nlanguages: [zh, en]\npeaks: []\n",
            "vocabulary/organisation.yaml": WORDS,
            "registers/park.yaml": "title: Park\nelement: place\n",
            "vocabulary/park.yaml": "name: {title: Name, type: text}\n",
            "scorecards/card.yaml": HEAD + text,
        }
        for name, content in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(content, "utf-8")
        return load_zone(folder)

    return write


@pytest.fixture
def compiled(write_card: WriteCard) -> Callable[[str], Compiled]:
    def compile_text(text: str) -> Compiled:
        zone = write_card(text)
        return compile_card(zone, zone.declared(Scorecard)["card"], AS_OF)

    return compile_text


@pytest.fixture
def scored(compiled: Callable[[str], Compiled]) -> ScoreCard:
    """`scored(card, a=[…], b=[…])`: columns not given are unknown for everybody."""

    def run(text: str, **columns: list[object]) -> Scored:
        card = compiled(text)
        rows = len(next(iter(columns.values())))
        types = {"sector": pl.String, "phase": pl.String, "park": pl.String, "done": pl.Boolean}
        given = {
            name: pl.Series(
                name,
                columns.get(name, [None] * rows),
                types.get(name, pl.Int64 if "[" in name else pl.Float64),
                strict=False,
            )
            for name in card.columns
        }
        return score(card, pl.DataFrame({"subject": [f"s{row}" for row in range(rows)], **given}))

    return run
