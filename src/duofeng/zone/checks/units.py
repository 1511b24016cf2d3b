"""Whether a text is a unit that this zone may write, and of the right dimension."""

from __future__ import annotations

from duofeng.kernel.problem import ProblemError
from duofeng.kernel.problems import UNIT_UNKNOWN
from duofeng.kernel.units import count_in, factor_between, is_declared_count, unit, unknown_unit
from duofeng.zone.report import Report
from duofeng.zone.zone import Zone


def check_unit(
    text: str, zone: Zone, report: Report, path: tuple[str | int, ...], like: str | None = None, *, convert: bool = True
) -> bool:
    """Report `text` unless it is a unit, and one that converts to `like`, if that is given. True when all is well.

    Without `convert`, `like` only says which units to name instead of one that does not exist.

    Names the units there are in the writing of the zone: a zone without Chinese reads no 千瓦时.
    """
    unread = text in zone.broken.get("unit", ())  # declared in a zone.yaml that has other mistakes
    latin = bool(zone.items("zone")) and "zh" not in zone.languages
    try:
        found = unit(text)
        count = count_in(found)
        if count is not None and is_declared_count(count) and count not in zone.counts:
            # Another zone of this process declared it; here it is as unknown as ever.
            if not unread:
                report.problem(unknown_unit(text, _dimension(like), latin=latin), path)
            return False
        if like is not None and convert:
            factor_between(text, like)
    except ProblemError as error:
        problem = error.problems[0]
        unknown = problem.code == UNIT_UNKNOWN.code and problem.params["unit"] == text
        if not (unknown and unread):
            report.problem(unknown_unit(text, _dimension(like), latin=latin) if unknown else problem, path)
        return False
    return True


def _dimension(like: str | None) -> str | None:
    try:
        return unit(like).dimension if like is not None else None
    except ProblemError:
        return None
