"""Periods as people read them: `2024年上半年`, `H1 2024`."""

from __future__ import annotations

from duofeng.kernel.period import Period
from duofeng.kernel.problem import Language

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def period_name(period: Period | None, language: Language) -> str:
    """Nothing for no period."""
    if period is None:
        return ""
    return period.chinese() if language == "zh" else _english(period)


def _english(period: Period) -> str:
    first, last = period.first_day, period.last_day
    if period.grain == "day":
        return str(first) if first == last else f"{first} – {last}"
    if period.grain == "year":
        return f"{first.year}" if first.year == last.year else f"{first.year}–{last.year}"
    if first.year != last.year:
        return f"{MONTHS[first.month - 1]} {first.year} – {MONTHS[last.month - 1]} {last.year}"
    return f"{_part(period)} {first.year}"


def _part(period: Period) -> str:
    first, last = period.first_day.month, period.last_day.month
    match period.grain:
        case "half":
            return "H1" if first == 1 else "H2"
        case "quarter":
            return f"Q{last // 3}" if period.count == 1 else f"Q{(first + 2) // 3}–Q{last // 3}"
        case _:
            return MONTHS[first - 1] if first == last else f"{MONTHS[first - 1]}–{MONTHS[last - 1]}"
