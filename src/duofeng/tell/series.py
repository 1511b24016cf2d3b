"""The series of a figure as a chart: levels as bars, targets as marks, growth as a line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from duofeng.brain.figures.book import Book
from duofeng.brain.figures.problems import NOTHING_TO_PLOT
from duofeng.brain.figures.statement import THE_ZONE, Measure, Statement
from duofeng.kernel.period import Period
from duofeng.kernel.problem import ProblemError
from duofeng.kernel.quantity import base_factor, plain
from duofeng.tell.pages import page
from duofeng.tell.values import period_name, unit_name
from duofeng.tell.words import told
from duofeng.zone.kinds.indicator import Indicator
from duofeng.zone.zone import Zone

WHOLE_YEAR, PART = "#2f7f95", "#9cc5d0"
LABEL = "#6f818b"  # readable on light and dark paper
AIM, GROWTH = "#b3473b", "#d08a1d"


@dataclass(frozen=True, slots=True)
class Series:
    """What was stated of an indicator by period, in the order of time; the levels are numbered as their sources are."""

    indicator: Indicator
    levels: Mapping[Period, tuple[int, Statement]]
    targets: Mapping[Period, Statement]
    growths: Mapping[Period, Statement]

    @property
    def periods(self) -> list[Period]:
        return sorted({*self.levels, *self.targets, *self.growths}, key=lambda each: (each.last_day, each.days))

    def value(self, said: Statement) -> Fraction:
        """In the unit of the indicator."""
        return said.value / base_factor(self.indicator.unit)


def series_of(indicator: Indicator, book: Book) -> Series:
    levels = {said.period: (number, said) for number, said in marks(indicator.id, book) if said.period is not None}
    return Series(indicator, levels, _by_period(indicator.id, book, "target"), _by_period(indicator.id, book, "growth"))


def marks(indicator: str, book: Book) -> list[tuple[int, Statement]]:
    """The levels of the chart, numbered as its marks are."""
    return list(enumerate(book.series(indicator), 1))


def _by_period(indicator: str, book: Book, measure: Measure) -> dict[Period, Statement]:
    slots = [slot for slot in book.slots(indicator, measure) if slot[0] == THE_ZONE]
    found = [book.one((indicator, measure, ""), slot) for slot in slots]
    return {said.period: said for said in found if said is not None and said.period is not None}


def series_chart(indicator: Indicator, book: Book) -> dict[str, Any] | None:
    """As an ECharts option; None when nothing was stated."""
    found = series_of(indicator, book)
    if not found.periods:
        return None
    bars = _in_periods(found, {each: _bar(found, *level) for each, level in found.levels.items()})
    series: list[dict[str, Any]] = [{"type": "bar", "name": told("数值"), "barMaxWidth": 46, "data": bars}]
    axes: list[dict[str, Any]] = [
        {"type": "value", "name": unit_name(indicator.unit), "scale": indicator.behaviour == "rank"}
    ]
    if found.targets:
        aims = _in_periods(found, {each: float(found.value(said)) for each, said in found.targets.items()})
        look: dict[str, Any] = {"symbol": "rect", "symbolSize": [46, 4], "itemStyle": {"color": AIM}}
        series.append({"type": "scatter", "name": told("目标"), **look, "data": aims})
    if found.growths:
        axes.append({"type": "value", "name": told("同比 %"), "splitLine": {"show": False}})
        line = _in_periods(found, {each: float(said.value) for each, said in found.growths.items()})
        look = {"symbolSize": 7, "itemStyle": {"color": GROWTH}, "lineStyle": {"color": GROWTH}, "connectNulls": True}
        series.append({"type": "line", "name": told("同比"), "yAxisIndex": 1, **look, "data": line})
    return {
        "legend": {"top": 0, "left": "center"},
        "xAxis": {"type": "category", "data": [period_name(each) for each in found.periods]},
        "yAxis": axes,
        "series": series,
    }


def _in_periods(found: Series, values: Mapping[Period, Any]) -> list[Any]:
    """A value or nothing for each period of the chart."""
    return [values.get(each) for each in found.periods]


def _bar(found: Series, number: int, said: Statement) -> dict[str, Any]:
    value = found.value(said)
    label = {"show": True, "position": "top", "formatter": f"{plain(value)} [{number}]"}
    return {
        "value": float(value),
        "itemStyle": {"color": _colour(said)},
        "label": {**label, "color": LABEL, "textBorderWidth": 0},
        "href": f"?period={said.period}",
    }


def _colour(said: Statement) -> str:
    return WHOLE_YEAR if said.period is not None and said.period.grain == "year" else PART


# ---- the same as a picture ------------------------------------------------------------------------------------------

SLOT, TALL, TOP, LINE = 96, 240, 72, 16
"""The width of a period, the height of the tallest bar, the room above it, the height of a line of sources."""


def series_svg(indicator: Indicator, book: Book, zone: Zone) -> str:
    """The levels and targets as an SVG with real text. Raises ProblemError (E455) where no level was stated."""
    found = series_of(indicator, book)
    if not found.levels:
        raise ProblemError(NOTHING_TO_PLOT.at(indicator=indicator.title))
    periods = [each for each in found.periods if each in found.levels or each in found.targets]
    drawn = [*(said for _number, said in found.levels.values()), *found.targets.values()]
    scale = Fraction(TALL) / max((abs(found.value(each)) for each in drawn if each.value), default=Fraction(1))
    columns = [_column(found, each, scale) for each in periods]
    sources = [_source(number, said, zone) for number, said in found.levels.values()]
    return page(
        "series.svg",
        indicator=indicator,
        unit=unit_name(indicator.unit),
        columns=columns,
        sources=sources,
        width=max(640, SLOT * len(columns) + SLOT),
        base=TOP + TALL,
        sizes={"slot": SLOT, "line": LINE},
        colours={"aim": AIM, "label": LABEL},
    )


def _column(found: Series, period: Period, scale: Fraction) -> dict[str, Any]:
    column: dict[str, Any] = {"period": period, "bar": None, "aim": None}
    if period in found.levels:
        number, said = found.levels[period]
        value = found.value(said)
        text = f"{plain(value)} [{number}]"
        column["bar"] = {"height": round(float(value * scale), 1), "text": text, "colour": _colour(said)}
    if period in found.targets:
        value = found.value(found.targets[period])
        column["aim"] = {"height": round(float(value * scale), 1), "text": f"{told('目标')} {plain(value)}"}
    return column


def _source(number: int, said: Statement, zone: Zone) -> dict[str, object]:
    document = zone.documents.get(said.document)
    return {"number": number, "said": said, "title": document.title if document else said.document}
