"""How each number of a score sheet came about, in the words and digits with which a person redoes it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import groupby
from typing import Any

import numpy as np

from duofeng.brain.rules.explain import Used
from duofeng.brain.scores.card import GROUP_SEPARATOR, Compiled
from duofeng.brain.scores.improvements import Improvement
from duofeng.brain.scores.points import SIDES, full_marks, scoring_of
from duofeng.brain.scores.sheet import Line, Sheet
from duofeng.brain.scores.statistics import Standing
from duofeng.brain.scores.tree import WEIGHTED, Path
from duofeng.engine import tree
from duofeng.engine.columns import attribute_in, period_in
from duofeng.engine.expression import Expression
from duofeng.kernel.message import say
from duofeng.kernel.quantity import Amount
from duofeng.tell.values import amount
from duofeng.tell.words import told
from duofeng.zone.kinds.codes import CodeList
from duofeng.zone.kinds.scorecard import PEER_METHODS, Entry, Scoring
from duofeng.zone.kinds.vocabulary import Attribute
from duofeng.zone.zone import Zone

SIGNS = {"at_least": "≥", "above": ">", "at_most": "≤", "below": "<"}
MANY = 4
"""Unknown periods that are told as one."""


def points(number: float | None) -> str:
    """Points with as many decimals as are needed to add them up by hand, four at most."""
    if number is None:
        return "—"
    text = f"{number:.4f}".rstrip("0").rstrip(".")
    return "0" if text in {"", "-0"} else text


def exact(number: float) -> str:
    """A statistic of a group with six digits, so that the quotient comes out to what is printed."""
    text = f"{number:.6g}"
    return f"(−{text[1:]})" if text.startswith("-") else text


def number(value: float) -> str:
    """A number of the card or of a value, six decimals at most; in brackets below zero, where signs would meet."""
    text = f"{value:,.6f}".rstrip("0").rstrip(".")
    return f"(−{text[1:]})" if text.startswith("-") else text


def between(low: float | None, high: float | None) -> str:
    """One number, or the range an unknown leaves."""
    if low is None or high is None or points(low) == points(high):
        return points(low)
    return f"[{points(low)}–{points(high)}]"


def shown(value: float | None, unit: str | None) -> str:
    return "?" if value is None else amount(Amount(value, unit))


def used(one: Used, attributes: Mapping[str, Attribute], codes: Mapping[str, CodeList]) -> str:
    """`营业收入 2023 = 3,500万元`."""
    return f"{column_title(one.column, attributes)} = {_value(one, attributes, codes)}"


def _value(one: Used, attributes: Mapping[str, Attribute], codes: Mapping[str, CodeList]) -> str:
    if one.value is None:
        return "?"
    if isinstance(one.value, bool):
        return told("是") if one.value else told("否")
    if isinstance(one.value, (float, Decimal)):
        return amount(Amount(one.value, one.unit))
    known = attributes.get(attribute_in(one.column))
    listed = codes.get(known.codes or "") if known is not None else None
    title = listed.title_of(str(one.value)) if listed is not None else None
    return told(title) if title is not None else str(one.value)


def used_lines(line: Line, attributes: Mapping[str, Attribute], codes: Mapping[str, CodeList]) -> list[tuple[str, str]]:
    """What a leaf read, each with the column it stands for; many unknown periods of one attribute are one line."""
    lines: list[tuple[str, str]] = []
    for (_, unknown), group in groupby(line.used, key=lambda one: (attribute_in(one.column), one.value is None)):
        members = list(group)
        if unknown and len(members) >= MANY:
            lines.append((f"{_span(members, attributes)} = ?", members[0].column))
        else:
            lines += [(used(one, attributes, codes), one.column) for one in members]
    return lines


def lacking(line: Line, attributes: Mapping[str, Attribute]) -> list[str]:
    """What a leaf without a value would need."""
    unknown = groupby((one for one in line.used if one.value is None), key=lambda one: attribute_in(one.column))
    wanted = [list(group) for _attribute, group in unknown]
    return [
        text
        for group in wanted
        for text in (
            [_span(group, attributes)]
            if len(group) >= MANY
            else [column_title(one.column, attributes) for one in group]
        )
    ]


def _span(members: Sequence[Used], attributes: Mapping[str, Attribute]) -> str:
    """`用电量 2022-07…2024-06（24 期）`."""
    first, last = column_title(members[0].column, attributes), period_in(members[-1].column)
    return told("{first}…{last}（{count} 期）", first=first, last=last, count=len(members))


def column_title(column: str, attributes: Mapping[str, Attribute]) -> str:
    """`营业收入 2023` of the column `revenue[2023]`."""
    name = attribute_in(column)
    title = told(attributes[name].title) if name in attributes else name
    return f"{title} {period_in(column)}".strip()


def leaf_step(line: Line) -> str:
    """From the value of a leaf to its points."""
    scoring = scoring_of(line.entry)
    if line.value is None:
        return told("数据缺失")
    if line.points is None:
        return told("同组不足两家有数据，不能比较")
    if scoring.by in PEER_METHODS:
        return _peer_step(line, scoring)
    if scoring.by == "bands":
        return f"{_band_reached(line.entry, scoring, line.value)} → {points(line.points)}"
    if scoring.by == "given":
        return told("照录 {value} → {points}", value=shown(line.value, line.entry.unit), points=points(line.points))
    return _line_step(line, scoring)


def _band_reached(entry: Entry, scoring: Scoring, value: float) -> str:
    reached = shown(value, entry.unit)
    for band in scoring.bands:
        side, bound = band.bound
        if side == "else":
            break
        if SIDES[side](np.array([value]), float(bound))[0]:
            return f"{reached} {SIGNS[side]} {shown(float(bound), entry.unit)}"
    return told("{value}，未达各档", value=reached)


def _line_step(line: Line, scoring: Scoring) -> str:
    assert line.value is not None
    assert scoring.from_ is not None
    assert scoring.to is not None
    start, stop, value = float(scoring.from_), float(scoring.to), _clipped(scoring, line.value)
    first, last, here = number(start), number(stop), number(value)
    if scoring.by == "log":
        share = (math.log(max(value, 5e-324)) - math.log(start)) / (math.log(stop) - math.log(start))
        text = f"(ln {here} − ln {first}) ÷ (ln {last} − ln {first})"
    else:
        share = (value - start) / (stop - start)
        text = f"({here} − {first}) ÷ ({last} − {first})"
    inside = min(max(share, 0.0), 1.0)
    cut = "" if inside == share else f" → {points(inside)}"
    # Nothing has no logarithm: it lies before the lower end.
    working = f"{text} = {points(share)}{cut}" if scoring.by != "log" or value > 0 else f"{here} → {points(inside)}"
    marks = f"{_marks(line.entry, scoring, points(inside))} = {points(line.points)}"
    return f"{working}{told('；')}{marks}"


def _clipped(scoring: Scoring, value: float) -> float:
    return value if scoring.clip is None else min(max(value, float(scoring.clip[0])), float(scoring.clip[1]))


def _marks(entry: Entry, scoring: Scoring, share: str) -> str:
    """What is done with a share of full marks."""
    full = number(full_marks(entry))
    if scoring.least:
        least = number(float(scoring.least))
        return f"{least} + {share} × ({full} − {least})"
    return f"{share} × {full}"


def _peer_step(line: Line, scoring: Scoring) -> str:
    stands, group = line.standing, line.group
    assert stands is not None and group is not None
    steps = [*_prepared_steps(line.value or 0.0, stands, scoring)]
    low, high = _bounds(line)
    spread = f"[{exact(low)}, {exact(high)}]{told('：')}{_span_part(line, low, high)}"
    where = told("从低到高第 {place} 位，共 {known}", place=points(stands.place), known=stands.known)
    rank_part = f"{where}{told('：')}{_percentile(stands)}"
    match scoring.by:
        case "percentile":
            steps.append(rank_part)
        case "rank":
            steps.append(where)
        case "zscore":
            steps.append(_zscore(line.entry, stands.cut, group["mean"], group["deviation"]))
        case "minmax":
            steps.append(spread)
        case "blend":
            steps += [f"a {rank_part}", f"b {spread}", "(a + b) ÷ 2"]
    if scoring.least or full_marks(line.entry) != 100:
        steps.append(_marks(line.entry, scoring, "÷ 100"))
    return f"{told('；').join(steps)} → {points(line.points)}"


def _zscore(entry: Entry, value: float, mean: float, deviation: float) -> str:
    sign = "−" if entry.direction == "down" else "+"
    return f"50 {sign} 10 × ({exact(value)} − {exact(mean)}) ÷ {exact(deviation)}"


def _percentile(stands: Standing) -> str:
    percentile = (stands.place - 1) / (stands.known - 1) * 100
    return f"({points(stands.place)} − 1) ÷ ({stands.known} − 1) × 100 = {points(percentile)}"


def _prepared_steps(value: float, stands: Standing, scoring: Scoring) -> Iterator[str]:
    """From the value to the one that is compared."""
    prepared = exact(stands.prepared)
    if scoring.log:
        yield f"ln(1 + {shown(_clipped(scoring, value), None)}) = {prepared}"
    elif scoring.clip is not None and exact(value) != prepared:
        yield f"{exact(value)} → {prepared}"
    if stands.cut != stands.prepared:
        yield told("缩尾 → {value}", value=exact(stands.cut))


def _bounds(line: Line) -> tuple[float, float]:
    """The smallest and the largest value of the group after cutting."""
    assert line.group is not None
    low = line.group["minimum"] if line.group["p_low"] is None else line.group["p_low"]
    return low, line.group["maximum"] if line.group["p_high"] is None else line.group["p_high"]


def _span_part(line: Line, low: float, high: float) -> str:
    assert line.standing is not None
    cut = line.standing.cut
    if low == high:
        return told("没有差别 = 50")
    top, share = (high, (high - cut)) if line.entry.direction == "down" else (cut, (cut - low))
    below = cut if line.entry.direction == "down" else low
    text = f"({exact(top)} − {exact(below)}) ÷ ({exact(high)} − {exact(low)}) × 100"
    return f"{text} = {points(share / (high - low) * 100)}"


def branch_step(sheet: Sheet, path: Path) -> str:
    """How the parts of a branch, or of the whole card (path ()), are put together, with their numbers."""
    card = sheet.compiled.card
    entry = sheet.lines[path].entry if path else card.root
    parts = [sheet.lines[(*path, id)] for id in entry.parts]
    counted = [line for line in parts if not line.left_out]
    if not counted:
        return "—"
    whole = sheet.lines[path] if path else None
    total = between(whole.low, whole.high) if whole else between(sheet.row["low"], sheet.row["high"])
    return f"{_put_together(sheet, entry.aggregate, parts, counted)} = {total}"


def _put_together(sheet: Sheet, aggregate: str, parts: list[Line], counted: list[Line]) -> str:
    shown = [between(line.low, line.high) for line in counted]
    match aggregate:
        case "best":
            return f"max({', '.join(shown)})"
        case "worst":
            return f"min({', '.join(shown)})"
        case "sum":
            return " + ".join(shown) + ("" if len(counted) == len(parts) else f" × {_scaled(sheet, parts, counted)}")
    weights = [points(line.weight) for line in counted]
    whole = points(sum(line.weight for line in counted))
    if aggregate == "geometric":
        powers = " × ".join(map("{}^{}".format, shown, weights))
        return f"({powers})^(1 ÷ {whole})"
    if len(set(weights)) == 1:
        return f"({' + '.join(shown)}) ÷ {len(shown)}"
    products = " + ".join(map("{} × {}".format, shown, weights))
    return f"({products}) ÷ {whole}"


def weighted(sheet: Sheet, path: Path) -> bool:
    """Whether the branch above an entry looks at weights."""
    return _above(sheet, path).aggregate in WEIGHTED


def _above(sheet: Sheet, path: Path) -> Entry:
    return sheet.lines[path[:-1]].entry if path[:-1] else sheet.compiled.card.root


def contribution(sheet: Sheet, path: Path) -> float | None:
    """What an entry adds to the branch above it; None where parts are not added up, or it takes no part."""
    above, line = _above(sheet, path), sheet.lines[path]
    if line.low is None or above.aggregate not in {"sum", "arithmetic"}:
        return None
    parts = [sheet.lines[(*path[:-1], id)] for id in above.parts]
    counted = [part for part in parts if not part.left_out]
    if above.aggregate == "arithmetic":
        return line.low * line.weight / sum(part.weight for part in counted)
    whole, present = _full(sheet, parts), _full(sheet, counted)
    return line.low * (whole / present if present else 1.0)


def _full(sheet: Sheet, lines: list[Line]) -> float:
    return sum(sheet.full[line.path] for line in lines)


def _scaled(sheet: Sheet, parts: list[Line], counted: list[Line]) -> str:
    """What a sum is scaled up by where parts were left out."""
    return f"{points(_full(sheet, parts))} ÷ {points(_full(sheet, counted))}"


def entry_title(sheet: Sheet, entry: str) -> str:
    """An entry of the run by its title; one that the card has no more by its id, the whole card as the total."""
    line = sheet.lines.get(tuple(entry.split(".")))
    if line is not None:
        return told(line.entry.title)
    return entry or told("总分")


STEPS = {"band": say("下一档"), "line": say("一成满分"), "peers": say("超过同组的一成")}


def improvement_text(each: Improvement) -> str:
    """`研发费用占营业收入：从 0.048 到 0.05（下一档，分子增加 12万元）`."""
    unit = each.entry.unit
    goal = shown(each.target, unit)
    if each.beyond:
        goal = told("低于 {goal}", goal=goal) if each.target < each.value else told("超过 {goal}", goal=goal)
    why = told(STEPS[each.step])
    if each.also is not None:
        size = shown(_readable(each.also), each.also_unit)
        more = told("{why}，分子增加 {size}", why=why, size=size)
        why = more if each.also > 0 else told("{why}，分子减少 {size}", why=why, size=size)
    value = shown(each.value, unit)
    return told("{title}：从 {value} 到 {goal}（{why}）", title=each.entry.title, value=value, goal=goal, why=why)


def _readable(size: float) -> float:
    """What a change is rounded to for a plan: cents and millionths of a large one tell nobody anything."""
    return float(f"{abs(size):.0f}") if abs(size) >= 1e4 else float(f"{abs(size):.4g}")


def alarm_text(row: Mapping[str, Any], attribute: Attribute) -> str:
    """`研发费用 2023：900万元，此前 100万元、120万元、110万元，是中位数的 8.2 倍`."""
    text = told(
        "{title} {period}：{value}，此前 {earlier}，是中位数的 {ratio:.1f} 倍",
        title=attribute.title,
        period=row["period"],
        value=shown(row["value"], attribute.unit),
        earlier=[shown(one, attribute.unit) for one in row["history"] if one is not None],
        ratio=row["ratio"],
    )
    if not row.get("deadline"):
        return text
    return told("{text}，记录于 {day}，截止日 {deadline}", text=text, day=row["recorded_on"], deadline=row["deadline"])


def group_title(zone: Zone, compiled: Compiled, group: str | None) -> str:
    """`制造业 · 成长期`: the codes of a peer group by their titles, where a list declares them."""
    if group is None:
        return "—"
    parts = group.split(GROUP_SEPARATOR)
    if len(parts) != len(compiled.peers):
        return group
    register = compiled.card.register
    titles = [_code_title(zone, register, peer, part) for peer, part in zip(compiled.peers, parts, strict=True)]
    return GROUP_SEPARATOR.join(titles)


def _code_title(zone: Zone, register: str, peer: Expression, code: str) -> str:
    """By the list of the attribute; of an expression that writes codes itself, by the one list that has all of them."""
    lists = list(zone.codes.values())
    if isinstance(peer.node, tree.Attribute):
        attribute = zone.attributes[register].get(peer.node.name)
        lists = [each for each in lists if attribute is not None and each.id == attribute.codes]
    else:
        written = _written(peer.node)
        lists = [each for each in lists if written and written <= set(each.codes)]
    title = lists[0].title_of(code) if len(lists) == 1 else None
    return told(title) if title is not None else code


def _written(node: tree.Node) -> set[str]:
    """The texts a case answers with."""
    if not isinstance(node, tree.Case):
        return set()
    values = [value for _, value in node.branches] + ([node.default] if node.default is not None else [])
    return {str(value.value) for value in values if isinstance(value, tree.Constant)}
