"""What pages of scorecards read from runs: ranking, spread, a firm among its peers, two runs compared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import polars as pl
from django.http import Http404
from django.utils.translation import gettext as _

from duofeng.brain.runs.store import Run
from duofeng.brain.scores.card import compile_card
from duofeng.tell.sheet_words import group_title
from duofeng.tell.words import told
from duofeng.web import reader, registers
from duofeng.web.charts import bars, sideways
from duofeng.web.run_view import view_of
from duofeng.zone.kinds.scorecard import Entry, Scorecard, scorecards_in_force

INTERVALS = ("rank_low", "rank_high", "group_rank_low", "group_rank_high")
FEWEST_PEERS = 5
"""A median of fewer says too much of one of them."""


@dataclass(frozen=True)
class CardLine:
    """One card in the list. `mean` is of known scores."""

    card: Scorecard
    rated: int
    known: int
    mean: float | None


def cards(run: Run) -> list[Scorecard]:
    """Every card the run holds scores of, whatever it rates."""
    return [
        each for each in scorecards_in_force(reader.zone(), run.as_of) if run.has(f"score-{each.card}", each.register)
    ]


def card_of(run: Run, card: str) -> Scorecard:
    found = next((each for each in cards(run) if each.card == card), None)
    if found is None:
        raise Http404
    return found


def lines(run: Run) -> list[CardLine]:
    return [_line(run, each) for each in cards(run)]


def _line(run: Run, card: Scorecard) -> CardLine:
    score = scored(run, card.card)["score"]
    return CardLine(card, score.len(), score.count(), score.mean())  # type: ignore[arg-type]  # a mean of floats


@lru_cache(maxsize=16)
def scored(run: Run, card: str) -> pl.DataFrame:
    """The run's score table with names; rank intervals are null where the run has none."""
    register = run.holding(f"score-{card}") or reader.FIRMS
    table = run.table(f"score-{card}", register).collect()
    absent = [pl.lit(None, pl.Int64).alias(name) for name in INTERVALS if name not in table.columns]
    return view_of(run).with_names(table.with_columns(*absent), register)


def spread(scores: pl.Series, whom: str) -> dict[str, Any] | None:
    """How many subjects reached which ten points."""
    known = scores.drop_nulls()
    if known.is_empty():
        return None
    top = max(100.0, float(known.max() or 0))  # type: ignore[arg-type]  # a maximum of floats
    counts, edges = np.histogram(known.to_numpy(), bins=np.arange(0, top + 5.0001, 5))
    labels = [f"{low:g}" for low in edges[:-1]]
    return bars(labels, [int(each) for each in counts], _("得分（每档五分，标出下限）"), whom)


def grades(card: Scorecard, table: pl.DataFrame) -> list[tuple[str, int]]:
    """Subjects by grade, the best first; those without a grade last."""
    counted = dict(table.group_by("grade").len().iter_rows())
    known = [(each.grade, int(counted.get(each.grade, 0))) for each in card.grades]
    return [*known, ("—", int(counted.get(None, 0)))] if card.grades else []


def group_titles(run: Run, card: Scorecard, groups: Iterable[str]) -> dict[str, str]:
    """Peer groups by what their codes stand for."""
    compiled = compile_card(reader.zone(), card, run.as_of)
    return {each: group_title(reader.zone(), compiled, each) for each in groups}


def stage_title(card: Scorecard, stage: str) -> str:
    """A stage by the one code list that has all stages of the card; as it is written where there is none."""
    lists = [each for each in reader.zone().codes.values() if card.stages and card.stages <= set(each.codes)]
    title = lists[0].title_of(stage) if len(lists) == 1 else None
    return told(title) if title is not None else stage


def weight_text(card: Scorecard, entry: Entry) -> str:
    """One weight, or one per stage."""
    if not isinstance(entry.weight, Mapping):
        return f"{entry.weight:f}"
    return _("，").join(f"{stage_title(card, stage)} {weight:f}" for stage, weight in entry.weight.items())


def against_group(run: Run, card: Scorecard, subject: str) -> dict[str, Any] | None:
    """The top entries of a card: the subject beside the median of its peers. Nothing where peers are too few."""
    table = _top_entries(run, card.register, card.card, tuple(card.parts))
    mine = table.filter(pl.col("subject") == subject).drop("subject")
    if mine.is_empty():
        return None
    peers = table.filter(pl.col("group").eq_missing(mine["group"][0])).drop("subject")
    if peers.height < FEWEST_PEERS:
        return None
    own, middle = mine.row(0, named=True), peers.drop("group").median().row(0, named=True)
    rows = {entry: {"own": own[entry], "middle": middle[entry]} for entry in middle}
    return _side_by_side(card, rows, peers.height)


@lru_cache(maxsize=16)
def _top_entries(run: Run, register: str, card: str, entries: tuple[str, ...]) -> pl.DataFrame:
    """subject, its group, and the low end of each of the entries."""
    table = scored(run, card).select("subject", "group")
    said = run.table(f"breakdown-{card}", register).select("subject", "entry", "low")
    parts = said.filter(pl.col("entry").is_in(entries)).collect().partition_by("entry", as_dict=True)
    for (entry,), part in parts.items():
        low = part["low"].alias(str(entry))
        if part["subject"].equals(table["subject"]):  # as runs write them; a join of texts takes ten times as long
            table = table.with_columns(low)
        else:
            table = table.join(part.select("subject", low), on="subject", how="left", maintain_order="left")
    return table


def _side_by_side(card: Scorecard, rows: dict[str, dict[str, Any]], peers: int) -> dict[str, Any]:

    def row(entry: str, which: str) -> float | None:
        value = rows.get(entry, {}).get(which)
        return None if value is None else float(round(value))

    group = _("同组中位数（%(counted)s）") % {"counted": registers.counted(card.register, peers)}
    named = {_("自己"): "own", group: "middle"}
    sides = {name: [row(entry, which) for entry in card.parts] for name, which in named.items()}
    return sideways([told(each.title) for each in card.parts.values()], sides, whole=False)


def runs_with(card: str) -> list[Run]:
    """Runs that scored the card, the newest first."""
    return [each for each in reversed(reader.runs().all()) if each.holding(f"score-{card}")]
