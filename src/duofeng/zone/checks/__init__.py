"""What declared items are checked for once all files are read, above the shapes of their kinds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from duofeng.kernel.problem import Problem
from duofeng.zone.checks import figures, pages, policies, scorecards, sources, synth, vocabulary, zone
from duofeng.zone.model import Declared
from duofeng.zone.report import Report, alone
from duofeng.zone.zone import Zone

CHECKS: dict[str, Callable[[Any, Zone, Report], None]] = {
    "calendar": zone.check_calendar,
    "codes": vocabulary.check_codes,
    "figure": figures.check_figure,
    "identifier": vocabulary.check_identifier,
    "identity": figures.check_identity,
    "indicator": figures.check_indicator,
    "page": pages.check_page,
    "peak": zone.check_peak,
    "policy": policies.check_policy,
    "register": vocabulary.check_register,
    "scorecard": scorecards.check_scorecard,
    "source": sources.check_source,
    "synth": synth.check_synth,
    "target": figures.check_target,
    "vocabulary": vocabulary.check_attribute,
    "zone": zone.check_zone,
}
"""By kind; of the others the shape says everything."""


def check(kind: str, item: Declared, among: Zone, problems: list[Problem]) -> None:
    """Add what is wrong with an item of a kind among all that is declared."""
    if kind in CHECKS:
        alone(CHECKS[kind])(item, among, Report(item, problems))
