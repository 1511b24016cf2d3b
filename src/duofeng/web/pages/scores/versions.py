"""Two declared versions of a card over one run: what changes in the card, and what that does to whom."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import polars as pl
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from duofeng.brain.runs.store import Run
from duofeng.brain.scores.card import compile_card
from duofeng.brain.scores.versions import Change, Versions, compare_versions, frame_for, versions_of
from duofeng.tell.words import told
from duofeng.web import reader, registers
from duofeng.web import score_tables as reading
from duofeng.web.charts import bars, sideways
from duofeng.web.run_view import current_run as current
from duofeng.web.run_view import view_of
from duofeng.web.tables import Column, Listing
from duofeng.zone.kinds.scorecard import Scorecard
from duofeng.zone.zone import Zone

WHAT = {
    "added": (_("新增"), "good"),
    "removed": (_("不再有"), "bad"),
    "weight": (_("权重"), "warn"),
    "value": (_("取值"), "warn"),
    "scoring": (_("计分方法"), "warn"),
    "aggregate": (_("合成方法"), "warn"),
    "peers": (_("比较组"), "warn"),
}
CHARTED = 12
BARS = 24
SCHEMA = {
    "subject": pl.String, "name": pl.String, "before": pl.Float64, "after": pl.Float64, "change": pl.Float64,
    "rank_before": pl.Int64, "rank_after": pl.Int64, "climb": pl.Int64, "grade_before": pl.String,
    "grade_after": pl.String, "most": pl.String, "most_points": pl.Float64,
}  # fmt: skip


def versions(request: HttpRequest, id: str) -> HttpResponse:
    """The version in force beside the next one declared, or any two."""
    run = current()
    card = reading.card_of(run, id)
    every = versions_of(reader.zone(), id)
    old = _chosen(every, request.GET.get("before")) or card
    new = _chosen(every, request.GET.get("after")) or _other(every, old)
    context: dict[str, Any] = {"card": card, "id": id, "tab": "versions", "every": every, "old": old, "new": new}
    found = _compared(run, reader.zone(), old.id, new.id) if new is not None else None
    if found is not None:
        context |= _told(found, request.GET.get("subject", ""))
    return _listing(run, card.register, found).respond(request, "pages/scores/versions.html", context)


def _chosen(every: tuple[Scorecard, ...], id: str | None) -> Scorecard | None:
    if not id:
        return None
    found = next((each for each in every if each.id == id), None)
    if found is None:
        raise Http404
    return found


def _other(every: tuple[Scorecard, ...], old: Scorecard) -> Scorecard | None:
    """The next version after this one, else the one before it."""
    later = [each for each in every if each.from_ > old.from_]
    earlier = [each for each in every if each.id != old.id]
    return later[0] if later else earlier[-1] if earlier else None


@lru_cache(maxsize=4)
def _compared(run: Run, zone: Zone, old: str, new: str) -> Versions:
    cards = [compile_card(zone, zone.declared(Scorecard)[id], run.as_of) for id in (old, new)]
    return compare_versions(cards[0], cards[1], frame_for(run, zone, reader.ledger(), cards))


def _listing(run: Run, register: str, found: Versions | None) -> Listing:
    frame = pl.LazyFrame(schema=SCHEMA)
    titles: dict[str, Any] = {}
    if found is not None:
        frame = view_of(run).called(found.table.lazy(), register)
        titles = _titles(found)
    return Listing(
        "versions",
        frame,
        (
            *registers.whom(register, "scores"),
            Column("before", _("旧版得分"), "number"),
            Column("after", _("新版得分"), "number"),
            Column("change", _("变化"), "number"),
            Column("rank_before", _("旧版名次"), "integer"),
            Column("rank_after", _("新版名次"), "integer"),
            Column("climb", _("上升名次"), "integer"),
            Column("grade_before", _("旧版等级")),
            Column("grade_after", _("新版等级"), chosen=True),
            Column("most", _("主要因为"), words=titles, chosen=True),
            Column("most_points", _("它带来的分"), "number"),
        ),
        search=("name", "subject"),
        empty=_("两个版本都没有评到对象，或这张评分卡只声明了一个版本。"),
    )


def _titles(found: Versions) -> dict[str, str]:
    return {".".join(path): _title(found, path) for path in found.effects}


def _title(found: Versions, path: tuple[str, ...]) -> str:
    """An entry as the newer version calls it, below what it is part of."""
    for side in (found.new, found.old):
        parts, titles = side.compiled.card.parts, []
        for id in path:
            if id not in parts:
                break
            titles.append(told(parts[id].title))
            parts = parts[id].parts
        if len(titles) == len(path):
            return " · ".join(titles) if titles else gettext("整张卡的合成方法")
    return ".".join(path)


def _told(found: Versions, subject: str) -> dict[str, Any]:
    table = found.table
    both = table.drop_nulls(["before", "after"])
    titles = _titles(found)
    shares = [row | {"title": titles[row["entry"]]} for row in found.shares.iter_rows(named=True)]
    return {
        "changes": [_changed(found, each) for each in found.changes],
        "both": both.height,
        "entered": table["before"].null_count() - (table["before"].is_null() & table["after"].is_null()).sum(),
        "left": table["after"].null_count() - (table["before"].is_null() & table["after"].is_null()).sum(),
        "moved": both.filter(pl.col("climb").abs() > 0).height,
        "typical": both["climb"].abs().mean(),
        "agreement": found.agreement,
        "regraded": both.filter(pl.col("grade_before").ne_missing(pl.col("grade_after"))).height,
        "spread": _spread(both["change"], registers.word(found.new.compiled.card.register)),
        "shares": shares,
        "shares_chart": _shares_chart(shares),
        "subject": subject,
        "own": [(_title(found, path), points) for path, points in found.of(subject)] if subject else [],
    }


def _changed(found: Versions, change: Change) -> dict[str, Any]:
    return {
        "title": _title(found, change.path),
        "what": [WHAT[each] for each in change.what],
        "before": reading.weight_text(found.old.compiled.card, change.before) if change.before else "—",
        "after": reading.weight_text(found.new.compiled.card, change.after) if change.after else "—",
    }


def _spread(changes: pl.Series, whom: str) -> dict[str, Any] | None:
    """How many subjects gain or lose how many points."""
    known = changes.drop_nulls().to_numpy()
    if not known.size:
        return None
    counts, edges = np.histogram(known, bins=min(BARS, max(1, len(np.unique(known)))))
    return bars([f"{low:+.2g}" for low in edges[:-1]], [int(each) for each in counts], _("得分变化"), whom)


def _shares_chart(shares: list[dict[str, Any]]) -> dict[str, Any] | None:
    shown = [each for each in shares if each["size"]][:CHARTED]
    if not shown:
        return None
    sizes = {gettext("平均影响（分）"): [round(each["size"], 3) for each in shown]}
    return sideways([each["title"] for each in shown], sizes, whole=False)
