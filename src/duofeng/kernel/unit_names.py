"""What units are called in the language of the reader. Measure words of Chinese have no English and are left out."""

from __future__ import annotations

from collections.abc import Mapping

from duofeng.kernel.message import inflected
from duofeng.kernel.problem import Language
from duofeng.kernel.units import add_counts

ENGLISH: Mapping[str, str] = {
    "元": "yuan", "万元": "10,000 yuan", "亿元": "100 million yuan", "美元": "US dollars",
    "人": "people", "人次": "person-times", "分": "points", "倍": "times", "次": "times", "百分点": "percentage points",
    "pp": "percentage points", "平方米": "m²", "平方公里": "km²", "公顷": "ha", "亩": "mu", "米": "m", "公里": "km",
    "吨": "t", "公斤": "kg", "立方米": "m³", "千瓦时": "kWh", "千瓦": "kW", "吨标准煤": "t of coal equivalent",
    "天": "days", "月": "months", "年": "years", "小时": "hours", "工作日": "working days",
    "家次": "visits", "场次": "sessions", "day": "days", "month": "months", "year": "years",
}  # fmt: skip
CHINESE: Mapping[str, str] = {"day": "天", "month": "个月", "year": "年", "pp": "个百分点"}
PER: Mapping[str, str] = {
    "日": "day",
    "人": "person",
    "万人": "10,000 people",
    "户": "household",
    "月": "month",
    "年": "year",
}
MEASURE_WORDS = frozenset("家个件项户宗条台辆套所座处起份张篇种批只株棵栋幢期场位")


_DECLARED: dict[str, Mapping[str, tuple[str, ...]]] = {}


def know_counts(declared: Mapping[str, Mapping[str, tuple[str, ...]]]) -> None:
    """From now on the words of a zone are counting units, written behind a number in the forms it gives."""
    add_counts(declared)
    _DECLARED.update(declared)


def unit_name(unit: str | None, language: Language, number: float | None = None) -> str:
    """The unit as it is written behind a number, of which a zone's own units take the form; a unit nobody translated
    stays as it is declared."""
    if not unit:
        return ""
    if unit in _DECLARED:
        return inflected(_DECLARED[unit], 2 if number is None else number, language)
    if language == "zh":
        return CHINESE.get(unit, unit)
    if unit in MEASURE_WORDS:
        return ""
    above, slash, below = unit.partition("/")
    if slash and (above in ENGLISH or above in MEASURE_WORDS):
        name = PER.get(below, ENGLISH.get(below, below))
        return f"per {name}" if above in MEASURE_WORDS else f"{ENGLISH[above]}/{name}"
    return ENGLISH.get(unit, unit)
