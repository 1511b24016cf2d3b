"""The series of a figure as an ECharts option: levels as bars, targets as marks, growth as a line."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from duofeng.brain.figures.statement import THE_ZONE, Statement, base_factor, plain
from duofeng.kernel.period import Period
from duofeng.kernel.unit_names import unit_name
from duofeng.web.context import language
from duofeng.web.figures import Known
from duofeng.web.periods import written_period
from duofeng.zone.kinds.indicator import Indicator

WHOLE_YEAR, PART = "#2f7f95", "#9cc5d0"
LABEL = "#6f818b"  # readable on light and dark paper
AIM, GROWTH = "#b3473b", "#d08a1d"


def marks(known: Known, indicator: str) -> list[tuple[int, Statement]]:
    """The levels of the chart, numbered as its marks are."""
    return list(enumerate(known.book.series(indicator), 1))


def series_chart(indicator: Indicator, known: Known) -> dict[str, Any] | None:
    """None when nothing was stated."""
    levels = {str(each.period): (number, each) for number, each in marks(known, indicator.id)}
    growths = _by_period(known, indicator.id, "growth")
    targets = _by_period(known, indicator.id, "target")
    labels = sorted(
        {*levels, *growths, *targets}, key=lambda text: (Period.parse(text).last_day, Period.parse(text).days)
    )
    if not labels:
        return None
    factor = base_factor(indicator.unit)
    series: list[dict[str, Any]] = [
        {
            "type": "bar",
            "name": _("数值"),
            "barMaxWidth": 46,
            "data": [_bar(*levels[label], factor) if label in levels else None for label in labels],
        }
    ]
    if targets:
        series.append(
            {
                "type": "scatter",
                "name": _("目标"),
                "symbol": "rect",
                "symbolSize": [46, 4],
                "itemStyle": {"color": AIM},
                "data": [float(targets[label].value / factor) if label in targets else None for label in labels],
            }
        )
    axes: list[dict[str, Any]] = [
        {"type": "value", "name": unit_name(indicator.unit, language()), "scale": indicator.behaviour == "rank"}
    ]
    if growths:
        axes.append({"type": "value", "name": _("同比 %"), "splitLine": {"show": False}})
        series.append(
            {
                "type": "line",
                "name": _("同比"),
                "yAxisIndex": 1,
                "connectNulls": True,
                "symbolSize": 7,
                "itemStyle": {"color": GROWTH},
                "lineStyle": {"color": GROWTH},
                "data": [float(growths[label].value) if label in growths else None for label in labels],
            }
        )
    return {
        "legend": {"top": 0, "left": "center"},
        "xAxis": {"type": "category", "data": [written_period(label) for label in labels]},
        "yAxis": axes,
        "series": series,
    }


def _bar(number: int, said: Statement, factor: Any) -> dict[str, Any]:
    whole = said.period is not None and said.period.grain == "year"
    value = said.value / factor
    return {
        "value": float(value),
        "itemStyle": {"color": WHOLE_YEAR if whole else PART},
        "label": {
            "show": True,
            "position": "top",
            "formatter": f"{plain(value)} [{number}]",
            "color": LABEL,
            "textBorderWidth": 0,
        },
        "href": f"?period={said.period}",
    }


def _by_period(known: Known, indicator: str, measure: Any) -> dict[str, Statement]:
    slots = [slot for slot in known.book.slots(indicator, measure) if slot[0] == THE_ZONE]
    found = {slot[1]: known.book.one((indicator, measure, ""), slot) for slot in slots}
    return {period: said for period, said in found.items() if said is not None}
