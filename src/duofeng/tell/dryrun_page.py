"""A dry run as one self-contained page: numbers, SVG bars, tables. It prints as it looks; it fetches nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from importlib import resources

import numpy as np
import polars as pl

from duofeng.brain.policies.budget import whole_units
from duofeng.brain.policies.dryrun import CLOSE, STRIPS, Cliff, DryRun, Moved
from duofeng.tell.words import told_in

STYLE = resources.files("duofeng.brain.policies").joinpath("dryrun_page.css")
COLOURS = {"yes": "#1c6b3c", "near": "#d59a2b", "unknown": "#7d8f99", "no": "#d3dbe0"}
NAMES = {
    "yes": ("符合", "eligible"),
    "near": ("差一点", "near miss"),
    "unknown": ("未知", "unknown"),
    "no": ("不符合", "no"),
}
ACCENT, PALE = "#0b5a6f", "#9fc4cf"
LISTED = 20


@dataclass(frozen=True)
class Heading:
    """What the page says of where its numbers come from. `names` has subject and name."""

    zone: str
    run: str
    as_of: str
    known_at: str
    unit: str
    names: Mapping[str, str]


def dryrun_page(run: DryRun, heading: Heading, language: str = "zh") -> str:
    """The page in one language."""
    return _Page(run, heading, language).text()


@dataclass(frozen=True)
class _Page:
    run: DryRun
    heading: Heading
    language: str

    def say(self, zh: str, en: str) -> str:
        return zh if self.language == "zh" else en

    def text(self) -> str:
        say, policy = self.say, self.run.planned.policy
        title, about = escape(policy.title.of(self.language)), escape(policy.source.document.of(self.language))
        warnings = "".join(
            f'<p class="warning"><b>{each.code}</b>{escape(told_in(self.language, each.message))}</p>'
            for each in self.run.warnings
        )
        clocks = say(
            f"截至 {self.heading.as_of}，按 {self.heading.known_at} 所知；计算 {self.heading.run}",
            f"as of {self.heading.as_of}, as known at {self.heading.known_at}; run {self.heading.run}",
        )
        lang = "zh-CN" if self.language == "zh" else "en"
        reach = say("离门槛一半以内的对象，每格为门槛的一成", "within half of a threshold; each strip is a tenth of it")
        return f"""<!doctype html>
<html lang="{lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{say("试算", "Dry run")} · {title}</title><style>{STYLE.read_text("utf-8")}</style></head><body>
<header><span class="draft">{say("草案，未发布", "draft, not published")}</span>
<h1>{say("试算", "Dry run")} · {title}</h1><p>{escape(self.heading.zone)} · {about}</p><p>{escape(clocks)}</p></header>
<main>{warnings}{self._tiles()}
{self._section(say("谁符合", "Who"), self._shares())}
{self._budget()}
<div class="pair">{self._section(say("金额分布", "How the amounts spread"), self._histogram())}
{self._section(say("差在哪一条", "Which condition is missing"), self._missing())}</div>
{self._section(say("悬崖", "Cliffs"), self._cliffs(), reach)}
{self._section(say("门槛移动 ±10 %", "Thresholds moved by ±10 %"), self._moved())}
{self._section(say("与现有政策重叠", "Overlap with policies in force"), self._overlaps())}
{self._section(say("与现行版本相比", "Against the version in force"), self._change())}
{self._section(say("应得最多的对象", "Who is due most"), self._eligible())}
</main><footer>duofeng policies dry-run</footer></body></html>
"""

    def _section(self, title: str, body: str, note: str = "") -> str:
        small = f"<small>{escape(note)}</small>" if note else ""
        return f"<section><h2>{escape(title)}{small}</h2>{body}</section>"

    def _money(self, minor: int | None) -> str:
        return "—" if minor is None else whole_units(minor)

    def _short(self, minor: int) -> str:
        """A large amount as a tile shows it: in 万 or 亿 of the unit, or thousands and millions."""
        whole = minor / 100
        steps = ((1e8, "亿"), (1e4, "万")) if self.language == "zh" else ((1e6, " m"), (1e3, " k"))
        for size, name in steps:
            if abs(whole) >= size:
                return f"{whole / size:,.2f}{name}"
        return f"{whole:,.2f}"

    def _tiles(self) -> str:
        run, say, unit = self.run, self.say, self.heading.unit
        open_ = say(f"另有 {run.unknown_amounts:,} 户金额未知", f"{run.unknown_amounts:,} amounts unknown")
        tiles = [
            (say("符合", "eligible"), f"{run.counts['yes']:,}", say(f"共 {run.subjects:,} 户", f"of {run.subjects:,}")),
            (say("差一点", "near misses"), f"{run.counts['near']:,}", say("差一两条", "one or two conditions short")),
            (say("未知", "unknown"), f"{run.counts['unknown']:,}", say("缺事实，不能判定", "facts are missing")),
            (say("应得", "due"), self._short(run.due), unit + (f" · {open_}" if run.unknown_amounts else "")),
            (say("实付", "paid"), self._short(run.paid), unit + say("，择优并计预算后", ", after choices and budget")),
        ]
        body = "".join(
            f'<div class="tile"><span>{escape(label)}</span><b>{value}</b><small>{escape(note)}</small></div>'
            for label, value, note in tiles
        )
        return f'<section class="tiles">{body}</section>'

    def _shares(self) -> str:
        """One bar in four colours, with a legend."""
        total, left = max(self.run.subjects, 1), 0.0
        bars, legend = [], []
        for name, colour in COLOURS.items():
            count = self.run.counts[name]
            width = count / total * 1000
            bars.append(f'<rect x="{left:.1f}" y="0" width="{width:.1f}" height="30" fill="{colour}"/>')
            left += width
            label = f"{self.say(*NAMES[name])} {count:,} ({count / total:.1%})"
            legend.append(f'<li><i style="background:{colour}"></i>{label}</li>')
        return f'<svg viewBox="0 0 1000 30" role="img">{"".join(bars)}</svg><ul class="legend">{"".join(legend)}</ul>'

    def _budget(self) -> str:
        end, say = self.run.budget, self.say
        if end is None:
            return ""
        needed = end.spent + self.run.taken
        scale = 1000 / max(end.total, needed, 1)
        spent, taken, edge = end.spent * scale, self.run.taken * scale, min(end.total * scale, 998)
        inside = max(0.0, min(taken, edge - spent))
        bar = (
            f'<rect x="0" y="8" width="{spent:.1f}" height="24" fill="{COLOURS["unknown"]}"/>'
            f'<rect x="{spent:.1f}" y="8" width="{taken:.1f}" height="24" fill="{PALE}"/>'
            f'<rect x="{spent:.1f}" y="8" width="{inside:.1f}" height="24" fill="{ACCENT}"/>'
            f'<line x1="{edge:.1f}" x2="{edge:.1f}" y1="0" y2="40" stroke="#a3361f" stroke-width="3"/>'
        )
        rows = [
            (say("预算（红线）", "budget (red line)"), self._money(end.total)),
            (say("当年已兑现", "paid this year already"), self._money(end.spent)),
            (say("本次需要", "needed"), self._money(self.run.taken)),
            (say("够付", "paid in full"), say(f"{end.full:,} 户", f"{end.full:,}")),
            (say("打折", "paid in part"), say(f"{end.less:,} 户", f"{end.less:,}")),
            (say("付不到", "not paid"), say(f"{end.none:,} 户", f"{end.none:,}")),
        ]
        legend = "".join(f"<li>{label} <b>{value}</b></li>" for label, value in rows)
        body = f'<svg viewBox="0 0 1000 40" role="img">{bar}</svg><ul class="legend">{legend}</ul>'
        return self._section(say("预算到哪里为止", "Where the budget ends"), body)

    def _histogram(self) -> str:
        amounts = self.run.amounts.to_numpy() / 100
        if not len(amounts):
            return f"<p>{self.say('没有应得金额。', 'Nothing is due.')}</p>"
        distinct = np.unique(amounts)
        if len(distinct) <= 8:
            counts = [(f"{value:,.0f}", int((amounts == value).sum())) for value in distinct]
            unit = self.say(f"每户金额（{self.heading.unit}），户数", f"amount for one ({self.heading.unit}), how many")
            return _bars(counts) + f'<p class="soft">{unit}</p>'
        sizes, edges = np.histogram(amounts, bins=20)
        top, width = max(int(sizes.max()), 1), 50
        highest = (int(sizes.argmax()) + 0.5) * width
        bars = "".join(
            f'<rect x="{index * width + 2}" y="{240 - size / top * 206:.1f}" width="{width - 4}" '
            f'height="{size / top * 206:.1f}" fill="{ACCENT}"><title>{edges[index]:,.0f}–{edges[index + 1]:,.0f}: '
            f"{size:,}</title></rect>"
            for index, size in enumerate(sizes)
        )
        ends = (
            f'<text x="2" y="270" style="font-size:26px">{edges[0]:,.0f}</text>'
            f'<text x="998" y="270" text-anchor="end" style="font-size:26px">{edges[-1]:,.0f}</text>'
            f'<text x="{highest:.0f}" y="24" text-anchor="middle" style="font-size:26px">{top:,}</text>'
        )
        across = f"每户金额（{self.heading.unit}）", f"amount for one ({self.heading.unit})"
        unit = self.say(f"横：{across[0]}；纵：户数", f"across: {across[1]}; up: how many")
        return f'<svg viewBox="0 0 1000 280" role="img">{bars}{ends}</svg><p class="soft">{unit}</p>'

    def _missing(self) -> str:
        near = self.run.near
        if near.is_empty():
            return f"<p>{self.say('没有差一点的。', 'Nobody is a near miss.')}</p>"
        sizes = near.explode("missing").group_by("missing").len().sort(["len", "missing"], descending=[True, False])
        alone = near.filter(pl.col("missing").list.len() == 1).height
        note = self.say(f"其中 {alone:,} 户只差一条。", f"{alone:,} of them miss one condition only.")
        bars = [(self._condition(id), size) for id, size in sizes.head(6).iter_rows()]
        return _bars(bars) + f'<p class="soft">{note}</p>'

    def _condition(self, id: str) -> str:
        return self.run.planned.policy.conditions[id].title.of(self.language)

    def _cliffs(self) -> str:
        if not self.run.cliffs:
            nobody = self.say("没有对象紧挨着门槛。", "Nobody stands close to a threshold.")
            return f"<p>{nobody}</p>"
        charts = "".join(
            f"<div><h3>{escape(self._condition(each.condition))}</h3>{self._cliff(each)}</div>"
            for each in self.run.cliffs
        )
        said = self.say(
            "红线左边：只差这一条；右边：刚好达到。", "Left of the line: only this is missing. Right: just met."
        )
        return f'<div class="cliffs">{charts}</div><p class="soft">{said}</p>'

    def _cliff(self, cliff: Cliff) -> str:
        strips = [*reversed(cliff.below), *cliff.above]
        top, width = max(*strips, 1), 500 / (2 * STRIPS)
        bars = []
        for index, size in enumerate(strips):
            colour, height = COLOURS["near" if index < STRIPS else "yes"], size / top * 76
            left = f'x="{index * width + 2:.1f}" width="{width - 4:.1f}"'
            bars.append(f'<rect {left} y="{96 - height:.1f}" height="{height:.1f}" fill="{colour}"/>')
            place = f'x="{(index + 0.5) * width:.1f}" y="{91 - height:.1f}"'
            bars.append(f'<text {place} text-anchor="middle">{size:,}</text>' if size else "")
        line = '<line x1="250" x2="250" y1="4" y2="98" stroke="#a3361f" stroke-width="2"/>'
        reach = f"{CLOSE * STRIPS:.0%}"
        ends = f'<text x="2" y="112">−{reach}</text><text x="498" y="112" text-anchor="end">+{reach}</text>'
        return f'<svg viewBox="0 0 500 116" role="img">{"".join(bars)}{line}{ends}</svg>'

    def _moved(self) -> str:
        if not self.run.moved:
            return f"<p>{self.say('没有数字门槛。', 'There is no numeric threshold.')}</p>"
        head = self._head("条件 门槛 移到 符合 变化 应得", "condition threshold moved-to eligible change due", 3)
        return f"<table>{head}{''.join(self._moved_row(each) for each in self.run.moved)}</table>"

    def _moved_row(self, moved: Moved) -> str:
        title = escape(self._condition(moved.condition))
        change = moved.eligible - self.run.counts["yes"]
        coloured = f'<span class="{"up" if change > 0 else "down"}">{change:+,}</span>' if change else "0"
        numbers = [f"{moved.eligible:,}", coloured, self._money(moved.due)]
        cells = "".join(f'<td class="n">{number}</td>' for number in numbers)
        shown = [escape(each.replace("_", ",")) for each in (moved.written, moved.to)]
        return f"<tr><td>{title}</td><td>{shown[0]}</td><td>{shown[1]}</td>{cells}</tr>"

    def _overlaps(self) -> str:
        if not self.run.overlaps:
            nobody = self.say("没有对象同时享受别的奖补。", "Nobody has another policy that gives money.")
            return f"<p>{nobody}</p>"
        head = self._head("政策 同时符合 占比 那边应得 须二选一", "policy both share due-there must-choose", 1)
        rows = []
        for each in self.run.overlaps[:LISTED]:
            share = each.subjects / max(self.run.counts["yes"], 1)
            bar = f'<td class="bar"><div style="width:{min(share, 1):.1%}"></div></td>'
            title = escape(each.planned.policy.title.of(self.language))
            numbers = f'<td class="n">{self._money(each.amount)}</td><td class="n">{each.choose:,}</td>'
            rows.append(f'<tr><td>{title}</td><td class="n">{each.subjects:,}</td>{bar}{numbers}</tr>')
        return f"<table>{head}{''.join(rows)}</table>"

    def _change(self) -> str:
        change, say = self.run.change, self.say
        if change is None:
            return f"<p>{say('没有现行版本，是一项新政策。', 'No version is in force; the policy is new.')}</p>"
        said = say(
            f"{change.gain:,} 户多得 {self._money(change.more)}，{change.lose:,} 户少得 {self._money(change.less)}。",
            f"{change.gain:,} gain {self._money(change.more)}, {change.lose:,} lose {self._money(change.less)}.",
        )
        if self.run.losers.is_empty():
            return f"<p>{said}</p>"
        head = self._head("少得的对象 代码 现行 草案", "who-loses id in-force draft", 2)
        rows = "".join(
            f'<tr><td>{self._name(subject)}</td><td>{escape(subject)}</td><td class="n">{self._money(before)}</td>'
            f'<td class="n">{self._money(after)}</td></tr>'
            for subject, before, after in self.run.losers.head(LISTED).iter_rows()
        )
        return f"<p>{said}</p><table>{head}{rows}</table>{self._rest(self.run.losers.height)}"

    def _eligible(self) -> str:
        if self.run.eligible.is_empty():
            return f"<p>{self.say('没有对象应得。', 'Nobody is due anything.')}</p>"
        head = self._head("对象 代码 应得 实付 说明", "who id due paid note", 2)
        rows = []
        for subject, amount, paid, taken in (
            self.run.eligible.head(LISTED).select("subject", "amount", "paid", "taken").iter_rows()
        ):
            left = self.say("另选了更多的政策", "chooses a better policy") if amount is not None and not taken else ""
            unknown = self.say("金额所需的事实不全", "facts for the amount are missing") if amount is None else ""
            rows.append(
                f'<tr><td>{self._name(subject)}</td><td>{escape(subject)}</td><td class="n">{self._money(amount)}</td>'
                f'<td class="n">{self._money(paid)}</td><td>{left}{unknown}</td></tr>'
            )
        return f"<table>{head}{''.join(rows)}</table>{self._rest(self.run.eligible.height)}"

    def _rest(self, count: int) -> str:
        if count <= LISTED:
            return ""
        return f'<p class="soft">{self.say(f"另有 {count - LISTED:,} 户", f"and {count - LISTED:,} more")}</p>'

    def _name(self, subject: str) -> str:
        return escape(self.heading.names.get(subject) or "—")

    def _head(self, zh: str, en: str, texts: int) -> str:
        """A row of headings. After the first `texts` columns come numbers, but for bars and notes."""
        words = [word.replace("-", " ") for word in self.say(zh, en).split()]
        left = [place < texts or word in {"说明", "note", "占比", "share"} for place, word in enumerate(words)]
        cells = (f"<th{'' if one else ' class=n'}>{word}</th>" for word, one in zip(words, left, strict=True))
        return f"<tr>{''.join(cells)}</tr>"


def _bars(counts: Sequence[tuple[str, int]] | Iterable[tuple[str, int]]) -> str:
    """Labelled horizontal bars with their counts."""
    listed = list(counts)
    top = max((size for _, size in listed), default=1) or 1
    rows = "".join(
        f'<tr><td>{escape(label)}</td><td class="bar" style="width:38%"><div style="width:{size / top:.1%}"></div></td>'
        f'<td class="n">{size:,}</td></tr>'
        for label, size in listed
    )
    return f"<table>{rows}</table>"
