"""What scorecards are checked for: mistakes that would score everybody wrongly, each at its place in the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from duofeng.engine.checking import NAMES
from duofeng.engine.words import NUMERIC
from duofeng.kernel.message import say
from duofeng.kernel.problem import declare, hint, nearest
from duofeng.zone import problems
from duofeng.zone.checks.names import register_exists, warn_of_nobody
from duofeng.zone.expressions import check_expression, check_single
from duofeng.zone.kinds.scorecard import BAND_BOUNDS, PEER_METHODS, Entry, Scorecard, Scoring
from duofeng.zone.report import Report, alone
from duofeng.zone.zone import Zone

Path = tuple[str | int, ...]
NO_PEERS = declare(
    "E068",
    "{method} 与同组比较，卡上要写 peers：分组的表达式，如 peers: [{example}]；与所有对象比较写 peers: [\"'all'\"]。",
    explain="同组的对象这些表达式的值相同。一个人人相同的值（如 \"'all'\"）把所有对象放在一组。",
)
BANDS_ORDER = declare(
    "E082",
    "分档要从高到低写：{after} 之后是 {value}。",
    explain="取第一个达到的档；从高到低写才不会错档。越低越好的指标写 at_most，从低到高。",
)
NO_WEIGHT_FOR = declare(
    "E083",
    "“{stage}”没有权重。{hint}",
    explain="按阶段给权重时，每一项都要写全每个阶段。",
)
AGAINST_DIRECTION = declare(
    "E085",
    "计分与方向相反：direction 是 {direction}，计分却让{scored}。",
    explain="越低越好的指标写 direction: down，分档用 at_most 或 below，直线的 from 大于 to。",
)
WEIGHT_UNUSED = declare(
    "E086",
    "这里的权重不起作用：上级是{aggregate}。",
    explain="相加、取优、取劣都不看权重；要按权重就写 arithmetic 或 geometric，相加时用满分表示轻重。",
)
NOT_A_NUMBER = declare(
    "E088",
    "取值要是数，“{text}”是{type}。",
    explain="文字、代码和日期要先用 case when 变成数，如 case when rd_body_level = 'national' then 4 else 0 end。",
)

COUNTABLE = NUMERIC | {"money", "flag"}
"""What a value that is counted, summed or scored may be."""
UNWEIGHTED = ("sum", "best", "worst")


def check_scorecard(item: Scorecard, zone: Zone, report: Report) -> None:
    if not register_exists(item.register, ("of",), zone, report):
        return
    warn_of_nobody(item.register, zone, report)
    _check_groups(item, zone, report)
    for path, entry in item.entries():
        _check_weights(item, path, entry, zone, report)
        _check_value(item, path, entry, zone, report)
        _check_scoring(item, entry, (*path, "scoring"), zone, report)
    _check_grades(item, report)


@alone
def _check_groups(item: Scorecard, zone: Zone, report: Report) -> None:
    if item.rates is not None:
        check_expression(zone, item.register, item.rates, "flag", ("rates",), report, computed=False)
    if item.stage is not None:
        check_single(zone, item.register, item.stage, ("stage",), report)
    for index, peer in enumerate(item.peers):
        check_single(zone, item.register, peer, ("peers", index), report)


@alone
def _check_value(item: Scorecard, path: Path, entry: Entry, zone: Zone, report: Report) -> None:
    if entry.value is not None:
        found = check_expression(zone, item.register, entry.value, None, (*path, "value"), report, computed=False)
        if found is not None and found.type not in COUNTABLE:
            report(NOT_A_NUMBER, (*path, "value"), text=entry.value, type=NAMES[found.type])


def _stages(item: Scorecard, zone: Zone) -> frozenset[str] | None:
    """The stages there are, when the card takes them from a code list."""
    attribute = zone.attributes.get(item.register, {}).get(item.stage or "")
    listed = zone.codes.get(attribute.codes or "") if attribute is not None else None
    return frozenset(listed.codes) if listed is not None else None


@alone
def _check_weights(item: Scorecard, path: Path, entry: Entry, zone: Zone, report: Report) -> None:
    above = _above(item, path)
    if above in UNWEIGHTED and entry.weight != 1:
        report(WEIGHT_UNUSED, (*path, "weight"), aggregate=above)
    if isinstance(entry.weight, Mapping):
        known = _stages(item, zone)
        wrong = [stage for stage in entry.weight if known is not None and stage not in known]
        for stage in wrong:
            near = hint(stage, sorted(known or ()))
            attribute = item.stage or ""
            report(
                problems.VALUE_MISFIT, (*path, "weight", stage), on_key=True, text=stage, attribute=attribute, **near
            )
        meant = {nearest(stage, known or ()) for stage in wrong}  # a stage misspelt is not missing as well
        used = item.stages if known is None else item.stages & known
        for stage in sorted(used - set(entry.weight) - meant):
            report(NO_WEIGHT_FOR, (*path, "weight"), stage=stage, **hint(stage, entry.weight, listed=False))


def _above(item: Scorecard, path: Path) -> str:
    """How the branch an entry belongs to is put together."""
    branch: Scorecard | Entry = item
    for id in path[1:-2:2]:
        branch = branch.parts[str(id)]
    return branch.aggregate


@alone
def _check_scoring(item: Scorecard, entry: Entry, path: Path, zone: Zone, report: Report) -> None:
    scoring = entry.scoring
    if scoring is None:
        return
    if scoring.by in PEER_METHODS and not item.peers:
        codes = (name for name, each in zone.attributes.get(item.register, {}).items() if each.type == "code")
        report(NO_PEERS, (*path, "by"), method=scoring.by, example=next(codes, "size > 10"))
    falls = set(_falling(scoring))
    if falls and falls != {entry.direction == "down"}:
        good = say("低的更好") if True in falls else say("高的更好")
        report(AGAINST_DIRECTION, path, direction=entry.direction, scored=good)
    previous, last = None, len(scoring.bands) - 1
    for index, band in enumerate(scoring.bands):
        side, value = band.bound
        if side == "else" and index != last:
            report(BAND_BOUNDS, (*path, "bands", index))
        if previous is not None and value is not None:
            wrong = value > previous if side in {"at_least", "above"} else value < previous
            if wrong:
                report(BANDS_ORDER, (*path, "bands", index), after=previous, value=value)
        previous = value if value is not None else previous


def _falling(scoring: Scoring) -> Iterator[bool]:
    """For every sign of it, whether less is better."""
    if scoring.by in {"linear", "log"} and scoring.from_ is not None and scoring.to is not None:
        yield scoring.from_ > scoring.to
    for band in scoring.bands:
        side, _ = band.bound
        if side != "else":
            yield side in {"at_most", "below"}


@alone
def _check_grades(item: Scorecard, report: Report) -> None:
    for index, (above, grade) in enumerate(zip(item.grades, item.grades[1:], strict=False), 1):
        if grade.from_ >= above.from_:
            report(BANDS_ORDER, ("grades", index), after=above.from_, value=grade.from_)
