"""The numbers read from a draft, as statements beside those of the ledger."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from typing import Any, cast

from duofeng.brain.figures.rules.shares import PLAN
from duofeng.brain.figures.statement import THE_ZONE, Measure, Statement, statement, unit_of_measure
from duofeng.brain.figures.ties.told import UNNAMED, Places, Told, percent_in
from duofeng.facts.documents.figures import CandidateFigure
from duofeng.facts.hedge import hedge_of
from duofeng.kernel.period import Period
from duofeng.kernel.problem import ProblemError
from duofeng.kernel.quantity import PERCENT, base_factor
from duofeng.kernel.units import factor_between
from duofeng.zone.kinds.indicator import Indicator
from duofeng.zone.zone import Zone

DRAFT = "draft"
SCOPES = {"全市": "city", "全省": "province", "全国": "nation"}
PLAN_WORDS = ("计划", "目标", "任务", "预算")
AIM = re.compile(r"力争突破|力争|争取|确保|突破|达到?|不少于|不低于|控制在")
OURSELVES = ("全", "我", "本", "区内", "辖区", "占")
"""How a zone's own report begins to speak of the zone; `占全市` is a share of it, not another place."""
SURE = 0.5
"""Below this confidence a number is not held against other documents."""


@dataclass(frozen=True, slots=True)
class Draft:
    told: tuple[Told, ...]
    indicators: Mapping[str, Indicator]
    """Those of the zone, and one for each number of the draft that is none of them."""
    period: Period | None

    @property
    def figures(self) -> tuple[CandidateFigure, ...]:
        return tuple(each.figure for each in self.told)

    @property
    def said(self) -> tuple[Statement, ...]:
        return tuple(said for each in self.told for said in (each.said, each.growth, each.share) if said is not None)


def draft_statements(
    text: str, figures: Sequence[CandidateFigure], zone: Zone, *, now: datetime, period: str | None
) -> Draft:
    """Level, growth and shares of each number. A number of no known indicator stands for itself alone."""
    own = Period.parse(period) if period else _usual_period(figures)
    indicators = dict(zone.indicators)
    heads: dict[str, Indicator] = {}
    before: Indicator | None = None
    told: list[Told] = []
    places = Places(text)
    for number, figure in enumerate(figures):
        stem = _stem(figure)
        level = heads.get(stem) if stem != figure.indicator else None
        if _of_the_level_before(figure):
            level = before
        found = level or _known(figure, zone) or _unnamed(number, figure)
        indicators[found.id] = found
        if stem == figure.indicator:
            heads[stem] = before = found
        said = _said(figure, found, zone, (own, now), text)
        told.append(Told(figure, *said, *places.words(figure)))
    return Draft(tuple(told), indicators, own)


def aim_in(clause: str) -> str:
    """力争, 突破 …: the word by which a clause sets an aim; empty when it says it plainly."""
    found = AIM.search(clause)
    return found.group() if found else ""


_SAID_OF = re.compile(
    r"(占[^占]*|(与.*之比)|(全市|全省|全国|[^，、]{0,4})?(排名|位次)"
    r"|(完成[^占]{0,12}?|(全年|年度)?(计划|目标)(完成)?)比例)$"
)
_VERBS = ("新增", "竣工", "交付", "新开工", "累计")


def _stem(figure: CandidateFigure) -> str:
    """What a share, rank or completion ratio is said of: `新增就业完成全年目标比例` → 新增就业."""
    if figure.kind in ("share", "rank") or (figure.unit == PERCENT and figure.indicator.endswith("比例")):
        return _SAID_OF.sub("", figure.indicator) or figure.indicator
    return figure.indicator


def _of_the_level_before(figure: CandidateFigure) -> bool:
    """`完成年度投资24.8亿元，完成比例83.2%`: a bare completion ratio is of the number just before it."""
    return figure.unit == PERCENT and figure.indicator == "完成比例"


def _known(figure: CandidateFigure, zone: Zone) -> Indicator | None:
    """The zone's indicator, if the reader is sure, the unit fits and the verb is the same."""
    declared = zone.indicators.get(figure.indicator_id) if figure.confidence >= SURE else None
    if declared is None or not _fits(figure, declared):
        return None
    names = "".join((*declared.title.texts.values(), *declared.aliases))
    other_verb = any(verb in figure.indicator and verb not in names for verb in _VERBS)
    return None if other_verb else declared


def _usual_period(figures: Sequence[CandidateFigure]) -> Period | None:
    """The period most of its numbers are of."""
    named = [each.period for each in figures if each.period]
    return Period.parse(max(sorted(set(named)), key=named.count)) if named else None


def _unnamed(number: int, figure: CandidateFigure) -> Indicator:
    unit = figure.unit or "个"
    return Indicator.model_validate(
        {
            "id": f"{UNNAMED}{number}",
            "title": figure.indicator or figure.unit or "?",
            "unit": unit,
            "behaviour": "stock",
        }
    )


def _fits(figure: CandidateFigure, indicator: Indicator) -> bool:
    """Whether a level's unit can be read in the indicator's: 家 is never held against 亿元."""
    if figure.kind in ("growth", "share", "rank") or figure.unit in (indicator.unit, indicator.unit.split("/")[0]):
        return True
    try:
        factor_between(figure.unit, indicator.unit)
    except ProblemError:
        return False
    return True


def _said(
    figure: CandidateFigure, indicator: Indicator, zone: Zone, when: tuple[Period | None, datetime], text: str
) -> tuple[Statement, Statement | None, Statement | None]:
    """What the number itself states, its growth, its share."""
    own, now = when
    measure = _measure(figure)
    common: dict[str, Any] = {
        "period": _period(figure.period) or own,
        "subject": THE_ZONE if _is_ours(figure.subject, zone) else figure.subject,
        "document": DRAFT,
        "start": figure.start,
        "end": figure.end,
        "known_from": now,
    }
    phrase = text[figure.start : figure.end]
    unit = figure.unit if measure == "increase" else unit_of_measure(_unit(figure, indicator), measure)
    said = statement(
        indicator.id,
        Fraction(figure.value) * base_factor(unit),
        unit,
        measure=measure,
        of=_of(figure, measure, zone),
        written=figure.written,
        hedge=hedge_of(figure.hedge),
        **common,
    )
    if measure == "growth":
        said = _as_printed(said, phrase)
    growth = share = None
    if figure.yoy_pct is not None and measure == "level":
        yoy = Fraction(figure.yoy_pct)
        growth = _as_printed(statement(indicator.id, yoy, PERCENT, measure="growth", **common), phrase)
    if figure.share_pct is not None and measure != "share":
        part, scope = Fraction(figure.share_pct), _scope(figure.share_of, zone)
        share = _as_printed(statement(indicator.id, part, PERCENT, measure="share", of=scope, **common), phrase)
    return said, growth, share


def _as_printed(said: Statement, phrase: str) -> Statement:
    """With the precision and the hedge that the text gives the percentage."""
    found = percent_in(phrase, said.value)
    if found is None:
        return said
    written, hedge, room = found
    return replace(said, written=written, hedge=hedge, interval=room)


def _of(figure: CandidateFigure, measure: Measure, zone: Zone) -> str:
    """Of what a share is, among what a rank is; a ratio that is called none is one of the plan."""
    if measure == "share" and figure.kind != "share":
        return PLAN
    return _scope(figure.share_of or figure.indicator, zone) if measure in ("share", "rank") else ""


def _is_ours(subject: str, zone: Zone) -> bool:
    return subject in (THE_ZONE, zone.id, "", *zone.title.texts.values()) or subject.startswith(OURSELVES)


def _unit(figure: CandidateFigure, indicator: Indicator) -> str:
    """A per-head figure is often printed without its heads: 216.58件 of an indicator in 件/万人."""
    bare = indicator.unit.partition("/")[0]
    return indicator.unit if figure.unit == bare else figure.unit or indicator.unit


def _period(text: str | None) -> Period | None:
    return Period.parse(text) if text else None


def _measure(figure: CandidateFigure) -> Measure:
    if figure.unit == PERCENT and _stem(figure) != figure.indicator and figure.kind in ("actual", "cumulative"):
        return "share"
    if figure.kind in ("actual", "cumulative", "limit"):
        return "level"
    if figure.kind == "growth" and figure.unit != PERCENT:
        return "increase"
    return cast(Measure, figure.kind)


def _scope(words: str, zone: Zone) -> str:
    """The comparison of the zone that the words name, else the words themselves."""
    for start, scope in SCOPES.items():
        if words.startswith(start):
            return scope
    if any(word in words for word in PLAN_WORDS):
        return PLAN
    named = {name: scope for scope, title in zone.file.comparisons.items() for name in title.texts.values()}
    return named.get(words, words or "?")
