"""A figure as a picture: its series with growth, targets and the marks of its sources. SVG with real text."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from io import StringIO
from typing import TYPE_CHECKING, Any

from duofeng.brain.figures.book import Book
from duofeng.brain.figures.problems import FONT_MISSING, NOTHING_TO_PLOT
from duofeng.brain.figures.statement import THE_ZONE, Statement, base_factor, plain
from duofeng.kernel.period import Period
from duofeng.kernel.problem import Language, ProblemError

if TYPE_CHECKING:
    from duofeng.zone.kinds.indicator import Indicator
    from duofeng.zone.zone import Zone

CHINESE_FONTS = (
    "Noto Sans CJK SC",
    "Noto Sans CJK JP",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei",
    "PingFang SC",
    "Hiragino Sans GB",
    "Microsoft YaHei",
    "SimHei",
    "Droid Sans Fallback",
)
INK, SOFT, FULL, HALF, AIM = "#1d2330", "#667085", "#175cd3", "#84adff", "#b54708"


def chinese_font(installed: Iterable[str]) -> str:
    """The first known Chinese font among those installed. Raises ProblemError (E454) naming what to install."""
    names = frozenset(installed)
    found = next((font for font in CHINESE_FONTS if font in names), None)
    if found is None:
        raise ProblemError(FONT_MISSING.at(fonts="、".join(CHINESE_FONTS[:6])))
    return found


def series_svg(indicator: Indicator, book: Book, zone: Zone, language: Language = "zh") -> str:
    """The levels of an indicator over its periods as an SVG text; years and parts of years are told apart."""
    # matplotlib takes a second to import, and only pictures need it.
    import matplotlib as mpl  # noqa: PLC0415
    from matplotlib import font_manager  # noqa: PLC0415
    from matplotlib.figure import Figure  # noqa: PLC0415

    series = [each for each in book.series(indicator.id) if each.period is not None]
    if not series:
        raise ProblemError(NOTHING_TO_PLOT.at(indicator=indicator.title.of(language)))
    font = chinese_font(each.name for each in font_manager.fontManager.ttflist)
    settings: Any = {
        "svg.fonttype": "none",
        "font.family": [font],
        "axes.unicode_minus": False,
        "svg.hashsalt": "duofeng",
    }
    with mpl.rc_context(settings):
        figure = Figure(figsize=(8.2, 4.6), layout="constrained")
        axes = figure.subplots()
        _draw(axes, series, _targets(indicator, book), indicator.unit, language)
        _frame(axes, indicator, language)
        sources = _sources(series, zone, language)
        figure.supxlabel("\n".join(sources), fontsize=8, color=SOFT, ha="left", x=0.02)
        out = StringIO()
        figure.savefig(out, format="svg", metadata={"Date": None})
    return out.getvalue()


def _draw(axes: Any, series: list[Statement], targets: dict[str, Fraction], unit: str, language: Language) -> None:
    labels = list(dict.fromkeys([*(str(each.period) for each in series), *targets]))
    labels.sort(key=lambda text: (Period.parse(text).last_day, Period.parse(text).days))
    factor = base_factor(unit)
    aimed = "目标" if language == "zh" else "target"
    for number, each in enumerate(series, 1):
        at, height = labels.index(str(each.period)), float(each.value / factor)
        whole = each.period is not None and each.period.grain == "year"
        axes.bar(at, height, width=0.55, color=FULL if whole else HALF, zorder=2)
        axes.annotate(
            f"{plain(each.value / factor)} [{number}]", (at, height), textcoords="offset points", xytext=(0, 4),
            ha="center", color=INK, fontsize=10,
        )  # fmt: skip
    for label, aim in targets.items():
        at, height = labels.index(label), float(aim / factor)
        axes.hlines(height, at - 0.4, at + 0.4, color=AIM, linewidth=2, linestyle=(0, (4, 2)), zorder=3)
        axes.annotate(
            f"{aimed} {plain(aim / factor)}", (at + 0.41, height), textcoords="offset points", xytext=(2, 0),
            va="center", color=AIM, fontsize=9,
        )  # fmt: skip
    axes.set_xticks(range(len(labels)), labels)


def _targets(indicator: Indicator, book: Book) -> dict[str, Fraction]:
    aims = (each for each in book.all(indicator.id, "target") if each.subject == THE_ZONE and each.period)
    return {str(each.period): each.value for each in aims}


def _frame(axes: Any, indicator: Indicator, language: Language) -> None:
    axes.set_title(f"{indicator.title.of(language)}（{indicator.unit}）", color=INK, fontsize=13, loc="left")
    axes.margins(y=0.18)
    axes.set_xlim(-0.8, max(axes.get_xlim()[1], 0.9))
    axes.grid(axis="y", color="#e4e7ec", zorder=0)
    axes.tick_params(colors=SOFT, length=0)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)


def _sources(series: list[Statement], zone: Zone, language: Language) -> list[str]:
    lines = []
    for number, each in enumerate(series, 1):
        document = zone.documents.get(each.document)
        title = document.title.of(language) if document else each.document
        lines.append(f"[{number}] {each.period} {each.shown()} — {title}")
    return lines
