"""A score sheet as one self-contained page: everything a person needs to redo the score, and nothing fetched."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from importlib import resources

import polars as pl

from duofeng.brain.scores import words
from duofeng.brain.scores.changes import CAUSES, TOTAL
from duofeng.brain.scores.points import scoring_of
from duofeng.brain.scores.sheet import Line, Sheet
from duofeng.kernel.problem import Language
from duofeng.zone.kinds.scorecard import PEER_METHODS
from duofeng.zone.zone import Zone

STYLE = resources.files("duofeng.brain.scores").joinpath("sheet.css")
LISTED = 3
Say = Callable[[str, str], str]
MISSING_RULES = {
    "range": (
        "缺的数据按最差和最好各算一次，总分写成区间",
        "What is unknown counts at its worst and at its best: a range",
    ),
    "reweight": (
        "缺的数据不计入，其余各项按权重放大",
        "What is unknown takes no part; the weights of the rest are scaled up",
    ),
    "zero": ("缺的数据计零分", "What is unknown scores nothing"),
}


@dataclass(frozen=True)
class Extras:
    """What may stand beside a sheet: the subject's name, where its values come from, what moved, what is odd."""

    name: str | None = None
    sources: Mapping[str, str] = field(default_factory=dict)
    before: str | None = None
    moved: pl.DataFrame | None = None
    alarms: pl.DataFrame | None = None
    known_at: str | None = None
    """The run's instant as the reader's clock shows it; in UTC where it is left out."""


def sheet_page(sheet: Sheet, zone: Zone, extras: Extras, language: Language = "zh") -> str:
    """The page in one language."""

    def say(zh: str, en: str) -> str:
        return zh if language == "zh" else en

    card = sheet.compiled.card
    title, who = card.title.of(language), extras.name or sheet.subject
    sections = [
        (say("怎样算出来的", "How it is worked out"), _working(sheet, zone, extras, language, say)),
        (say("最省力的三项改进", "The three cheapest improvements"), _improvements(sheet, language, say)),
        (say("还缺的数据", "Data still missing"), _missing(sheet, zone, language, say)),
        (say(f"与 {extras.before} 相比", f"Against {extras.before}"), _moved(sheet, extras, language, say)),
        (say("异常提醒", "Values to look at"), _alarms(zone, sheet, extras, language, say)),
    ]
    body = "".join(f"<section><h2>{escape(head)}</h2>{text}</section>" for head, text in sections if text)
    where = _where(sheet, zone, extras, language, say)
    tiled, foot = _tiles(sheet, zone, language, say), "<br>".join(escape(line) for line in notes(sheet, language))
    return f"""<!doctype html>
<html lang="{"zh-CN" if language == "zh" else "en"}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>{escape(title)} · {escape(who)}</title>
<style>{STYLE.read_text("utf-8")}</style></head><body>
<header><h1>{escape(who)}<small>{escape(title)}</small></h1><p>{escape(where)}</p></header>
<main>{tiled}{body}<footer>{foot}</footer></main>
</body></html>
"""


def _where(sheet: Sheet, zone: Zone, extras: Extras, language: Language, say: Say) -> str:
    card, made = sheet.compiled.card, sheet.run.manifest
    trust = {
        "sourced": "",
        "secondary": say("（转载）", " (reprint)"),
        "illustrative": say("（示例）", " (illustrative)"),
    }
    basis, known = card.source.document.of(language) + trust[card.source.trust], extras.known_at or made.known_at[:16]
    return say(
        f"{zone.title.of(language)} · {sheet.subject} · 截至 {made.as_of}，按 {known} 所知 · {basis}",
        f"{zone.title.of(language)} · {sheet.subject} · as of {made.as_of}, as known at {known} · {basis}",
    )


def tiles(sheet: Sheet, zone: Zone, language: Language, say: Say) -> Iterator[tuple[str, str, str]]:
    """Label, figure and remark: score, grade, rank in all, rank among peers, coverage."""
    row = sheet.row
    if row["score"] is not None:
        yield say("总分", "score"), words.points(row["score"]), ""
    else:
        remark = (
            say("缺数据，是区间", "a range: data are missing") if row["low"] is not None else say("无数据", "no data")
        )
        yield say("总分", "score"), words.between(row["low"], row["high"]).strip("[]"), remark
    if sheet.compiled.card.grades:
        yield say("等级", "grade"), row["grade"] or "—", ""
    yield say("名次", "rank"), _rank(row["rank"]), _of(row, "rank", sheet.rated, say)
    if sheet.compiled.card.peers:
        group = words.group_title(zone, sheet.compiled, row["group"], language)
        label = say(f"同组名次（{group}）", f"rank among peers ({group})")
        yield label, _rank(row["group_rank"]), _of(row, "group_rank", sheet.peers, say)
    yield say("数据完整度", "coverage"), "—" if row["coverage"] is None else f"{row['coverage']:.0%}", ""


def _rank(rank: int | None) -> str:
    return "—" if rank is None else f"{rank:,}"


def _of(row: Mapping[str, object], name: str, among: int, say: Say) -> str:
    low, high = row.get(f"{name}_low"), row.get(f"{name}_high")
    if low is None:
        return ""
    return say(f"共 {among:,}；区间 {low}–{high}", f"of {among:,}; interval {low}–{high}")


def _tiles(sheet: Sheet, zone: Zone, language: Language, say: Say) -> str:
    shown = "".join(
        f'<div class="tile"><span>{escape(label)}</span><b>{escape(figure)}</b><small>{escape(remark)}</small></div>'
        for label, figure, remark in tiles(sheet, zone, language, say)
    )
    return f'<div class="tiles">{shown}</div>'


def _table(heads: Sequence[tuple[str, str]], rows: Sequence[str]) -> str:
    cells = "".join(f'<th class="{kind}">{escape(head)}</th>' for head, kind in heads)
    return f"<table><thead><tr>{cells}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _working(sheet: Sheet, zone: Zone, extras: Extras, language: Language, say: Say) -> str:
    heads = [
        (say("项目", "entry"), ""), (say("数据（来源）", "data (source)"), ""), (say("计算", "working"), ""),
        (say("得分", "points"), "n"), (say("权重", "weight"), "n"), (say("计入上级", "adds"), "n"),
    ]  # fmt: skip
    rows = [_row(sheet, line, zone, extras, language) for line in sheet.lines.values()]
    total, step = words.between(sheet.row["low"], sheet.row["high"]).strip("[]"), words.branch_step(sheet, ())
    rows.append(
        f'<tr class="total"><td>{say("总分", "total")}</td><td></td><td class="step">{escape(step)}</td>'
        f'<td class="n">{escape(total)}</td><td></td><td></td></tr>'
    )
    return _table(heads, rows)


def _row(sheet: Sheet, line: Line, zone: Zone, extras: Extras, language: Language) -> str:
    known = zone.attributes[sheet.compiled.card.register]
    kind = "branch" if not line.is_leaf else ("lost" if line.points is None else "")
    step = words.leaf_step(line, language) if line.is_leaf else words.branch_step(sheet, line.path)
    adds = words.contribution(sheet, line.path) if line.low == line.high else None
    data = "<br>".join(
        _used(text, extras.sources.get(column), language)
        for text, column in words.used_lines(line, known, zone.codes, language)
    )
    title = f'<td style="padding-left:{8 + 18 * (len(line.path) - 1)}px">{escape(line.entry.title.of(language))}</td>'
    weight = words.points(line.weight) if words.weighted(sheet, line.path) else ""
    return (
        f'<tr class="{kind}">{title}<td class="data">{data}</td><td class="step">{escape(step)}</td>'
        f'<td class="n">{escape(words.between(line.low, line.high))}</td><td class="n">{weight}</td>'
        f'<td class="n">{"" if adds is None else words.points(adds)}</td></tr>'
    )


def _used(text: str, source: str | None, language: Language) -> str:
    if not source:
        return escape(text)
    told = f"<em>{escape(source)}</em>"
    return escape(text) + (f"（{told}）" if language == "zh" else f" ({told})")


def _improvements(sheet: Sheet, language: Language, say: Say) -> str:
    if not sheet.improvements:
        return ""
    rows = [
        f'<tr><td>{escape(words.improvement_text(each, language))}</td><td class="n">+{words.points(each.gain)}</td>'
        f'<td class="n">{each.entry.effort}</td><td class="n">{words.points(each.per_effort)}</td></tr>'
        for each in sheet.improvements[:LISTED]
    ]
    heads = [
        (say("改进（其他企业不变）", "improvement (others staying)"), ""), (say("总分增加", "total gains"), "n"),
        (say("费力（1–5）", "effort (1–5)"), "n"), (say("每份力气", "per effort"), "n"),
    ]  # fmt: skip
    return _table(heads, rows)


def _missing(sheet: Sheet, zone: Zone, language: Language, say: Say) -> str:
    lines, known = [line for line in sheet.without_data if line.missing], zone.attributes[sheet.compiled.card.register]
    items = "".join(
        f"<li>{escape(line.entry.title.of(language))}{say('：', ': ')}"
        f"{escape(say('、', ', ').join(words.lacking(line, known, language)))}</li>"
        for line in lines
    )
    rule = say(*MISSING_RULES[sheet.compiled.card.missing])
    return f'<p class="soft">{escape(rule)}</p><ul>{items}</ul>' if items else ""


def _moved(sheet: Sheet, extras: Extras, language: Language, say: Say) -> str:
    if extras.moved is None:
        return ""
    if extras.moved.is_empty():
        return f"<p>{say('各项得分都没有变。', 'No entry moved.')}</p>"
    rows = []
    for row in extras.moved.iter_rows(named=True):
        line = sheet.lines.get(tuple(row["entry"].split(".")))
        title, unit = words.entry_title(sheet, row["entry"], language), line.entry.unit if line else None
        known = row["entry"] != TOTAL
        values = [words.amount(row[name], unit, language) if known else "" for name in ("value_before", "value")]
        rows.append(
            f"<tr><td>{escape(title)}</td><td>{escape(' → '.join(values)) if known else ''}</td>"
            f'<td class="n">{words.points(row["points_before"])} → {words.points(row["points"])}</td>'
            f"<td>{say(*CAUSES[row['cause']])}</td></tr>"
        )
    heads = [
        (say("项目", "entry"), ""),
        (say("数值", "value"), ""),
        (say("得分", "points"), "n"),
        (say("原因", "why"), ""),
    ]
    return _table(heads, rows)


def _alarms(zone: Zone, sheet: Sheet, extras: Extras, language: Language, say: Say) -> str:
    if extras.alarms is None or extras.alarms.is_empty():
        return ""
    known = zone.attributes[sheet.compiled.of]
    items = "".join(
        f"<li>{escape(words.alarm_text(row, known[row['attribute']], language))}</li>"
        for row in extras.alarms.iter_rows(named=True)
    )
    remark = say(
        "只说明与自己往年不同，不说明有错；请核对材料。",
        "They differ from the subject's own years; whether they are wrong the papers tell.",
    )
    return f'<ul class="warn">{items}</ul><p class="soft">{remark}</p>'


def notes(sheet: Sheet, language: Language) -> list[str]:
    """What the reader should know: the missing-data rule, how peers are compared, what the interval means."""

    def say(zh: str, en: str) -> str:
        return zh if language == "zh" else en

    card = sheet.compiled.card
    lines = [say(*MISSING_RULES[card.missing]) + say("。", ".")]
    if any(scoring_of(leaf).by in PEER_METHODS for leaf, _ in sheet.compiled.leaves.values()):
        lines.append(
            say(
                "同组比较：相同的值取平均名次；方括号内为同组缩尾后的最小值和最大值（取过对数的写对数）。",
                "Among peers equal values share the mean place; brackets hold the group's smallest and largest value "
                "after cutting (as logarithms where those are taken).",
            )
        )
    within = f"{float(card.weights_within):.0%}"
    lines.append(
        say(
            f"名次区间：各项权重在 ±{within} 内随机变动一千次，九成的名次落在区间内。",
            f"Rank interval: with every weight moved at random within ±{within} a thousand times, nine ranks in ten "
            "lie in it.",
        )
    )
    lines.append(
        say(f"计算编号 {sheet.run.id}；数字最多写四位小数。", f"Run {sheet.run.id}; four decimals at most are shown.")
    )
    return lines
