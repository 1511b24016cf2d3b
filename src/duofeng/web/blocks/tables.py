"""Tables of a declared page: its first rows, and where all of them are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import polars as pl
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from duofeng.brain.figures.targets import VERDICTS
from duofeng.brain.policies.plan import Planned
from duofeng.brain.runs.store import Run
from duofeng.brain.scores.changes import changed_scores
from duofeng.kernel.problem import ProblemError
from duofeng.tell.words import told
from duofeng.web import attention, habits, reader, registers
from duofeng.web import policy_tables as reading
from duofeng.web.blocks.columns import listed, sort_of
from duofeng.web.blocks.seen import Seen
from duofeng.web.differences import previous
from duofeng.web.figures import Known
from duofeng.web.freshness import sources
from duofeng.web.run_view import view_of
from duofeng.web.tables import Column
from duofeng.web.templatetags.duofeng import VERDICT_BADGES
from duofeng.zone.kinds.page import Block


@dataclass(frozen=True)
class Rows:
    """`nothing` says why there is no row; `address` is where all rows are listed, filtered and exported."""

    columns: list[Column]
    frame: pl.DataFrame
    total: int
    address: str
    nothing: Any = ""
    masked: bool = False
    register: str = ""

    @property
    def unit(self) -> str:
        """The counting word of what it lists."""
        return registers.word(self.register, self.total) if self.register else ""

    @property
    def written(self) -> list[SafeString]:
        """Each row as HTML; each cell escapes what it holds."""
        rows = self.frame.iter_rows(named=True)
        return [mark_safe("".join(column.cell(row) for column in self.columns)) for row in rows]

    @property
    def wide(self) -> bool:
        """Whether it wants the whole width of a page: for many columns, or for one of long sentences."""
        return len(self.columns) > 4 or any(column.name == "missing" for column in self.columns)


def table(seen: Seen, id: str, block: Block) -> Rows:
    """Raises ProblemError when the run lacks what it lists."""
    return TABLES[block.source](seen, id, block)


def profiles(seen: Seen, id: str, block: Block) -> Rows:
    address = seen.address(id)
    if seen.run is None:
        return Rows([], pl.DataFrame(), 0, address, _("还没有计算过。"))
    found = seen.subjects(block)
    frame, columns = listed(seen, block, found)
    order = sort_of(seen, block)
    descending = order.startswith("-")
    first = frame.sort(order.removeprefix("-"), "subject", descending=[descending, False], nulls_last=True)
    # The id stands in the whole list; here it would take the room of a column that says more.
    narrow = [column for column in columns if column.name != "subject"]
    masked = any(not seen.reads(block.register, column.name) for column in columns if column.name in found.expressions)
    return Rows(narrow, first.head(block.limit), frame.height, address, _("没有符合条件的记录。"), masked)


def near(seen: Seen, id: str, block: Block) -> Rows:
    """Subjects one or two conditions short of a policy, the nearest first."""
    assert block.near is not None
    address = seen.address(id)
    planned = reader.planned(block.near)
    if seen.run is None:
        return Rows([], pl.DataFrame(), 0, address, _("还没有计算过。"))
    if planned is None or not reading.answered(seen.run, planned):
        return Rows([], pl.DataFrame(), 0, seen.address(id), _("这项政策这一天没有生效。"))
    register = planned.policy.register
    frame = reading.near(seen.run, planned, seen.sight(register)).collect()
    columns = [
        *registers.whom(register)[:1],
        Column("missing", _("还差")),
        Column("relative", _("差距"), "percent"),
        Column("effort", _("费力"), "integer"),
    ]
    first = frame.sort("relative", "effort", "subject", nulls_last=True).head(block.limit)
    return Rows(columns, first, frame.height, address, _("没有只差一两条的对象。"), register=register)


def changes(seen: Seen, id: str, block: Block) -> Rows:
    """Scores that are others than in the run before, the largest moves first."""
    assert block.changes is not None
    address = seen.address(id)
    before = previous(seen.run)
    if seen.run is None or before is None:
        return Rows([], pl.DataFrame(), 0, address, _("还没有可以对比的上一次计算"))
    try:
        moved = _changed(before, seen.run, block.changes)
    except ProblemError as error:
        return Rows([], pl.DataFrame(), 0, address, told(error.problems[0].message))
    register = _rated(seen.run, block.changes)
    columns = [
        *registers.whom(register, "scores")[:1],
        Column("before", _("原来"), "score"),
        Column("after", _("现在"), "score"),
        Column("change", _("变化"), "score"),
    ]
    first = view_of(seen.run).with_names(moved.head(block.limit), register)
    return Rows(columns, first, moved.height, address, _("两次计算之间没有一个得分改变。"), register=register)


@lru_cache(maxsize=8)
def _changed(before: Run, after: Run, card: str) -> pl.DataFrame:
    return changed_scores(before, after, card, _rated(after, card))


def _rated(run: Run, card: str) -> str:
    """Whose subjects a card of the run rates."""
    return run.holding(f"score-{card}") or reader.FIRMS


def policies(seen: Seen, id: str, block: Block) -> Rows:
    """Each policy: how many meet it, nearly meet it, cannot be told, and have it on record."""
    if seen.run is None:
        return Rows([], pl.DataFrame(), 0, seen.address(id), _("还没有计算过。"))
    columns = [
        Column("title", _("政策"), link="/policies/{policy}/"),
        Column("held", _("已认定"), "integer", link=f"{seen.holders(id)}?policy={{policy}}"),
        Column("yes", _("符合"), "integer", link="/policies/{policy}/who/?outcome=yes"),
        Column("near", _("差一点"), "integer", link="/policies/{policy}/near/"),
        Column("unknown", _("未知"), "integer", link="/policies/{policy}/unknown/"),
    ]
    frame = counted(seen.run, block.policies)
    if not frame["held"].count():
        columns = [column for column in columns if column.name != "held"]
    return Rows(columns, frame, frame.height, seen.address(id), _("没有生效的政策。"))


def counted(run: Run, wanted: tuple[str, ...]) -> pl.DataFrame:
    """policy, title, held, yes, near, unknown: those of the wanted policies that are in force, in their order."""
    there = [each for each in map(reader.planned, wanted) if each is not None]
    rows = [{"policy": each.id, "title": told(each.policy.title), "held": _held(run, each)} for each in there]
    frame = pl.DataFrame(rows, schema={"policy": pl.String, "title": pl.String, "held": pl.Int64})
    return frame.join(reading.summary(run), on="policy", how="left", maintain_order="left")


def _held(run: Run, planned: Planned) -> int | None:
    """How many have on record what the policy grants; nothing where the run does not know."""
    held = _on_record(run, planned)
    return held.select(pl.len()).collect().item() if held is not None else None


def _on_record(run: Run, planned: Planned) -> pl.LazyFrame | None:
    register, grants = planned.policy.register, planned.policy.grants
    if grants is None or not run.has("profile", register):
        return None
    profile = run.table("profile", register)
    return profile.filter(pl.col(grants)) if grants in profile.collect_schema().names() else None


def holders(run: Run, wanted: tuple[str, ...]) -> pl.DataFrame:
    """subject, name, policy, title, begin (of the address): who has on record what a policy grants."""
    there = [each for each in map(reader.planned, wanted) if each is not None]
    parts = [
        reading.named(run, each, held.select("subject")).with_columns(
            policy=pl.lit(each.id),
            title=pl.lit(told(each.policy.title)),
            begin=pl.lit(registers.list_address(each.policy.register)),
        )
        for each in there
        if (held := _on_record(run, each)) is not None
    ]
    schema = dict.fromkeys(("subject", "name", "policy", "title", "begin"), pl.String)
    return pl.concat(parts).collect() if parts else pl.DataFrame(schema=schema)


def figures(seen: Seen, id: str, block: Block) -> Rows:
    """The stated figures of a topic: those with a value first, then those most often stated."""
    known = seen.known
    said = [each for each in known.book.indicators.values() if each.topic == block.figures and known.said_of(each.id)]
    ordered = sorted(said, key=lambda each: (not known.book.series(each.id), -len(known.said_of(each.id))))
    rows = [_figure_row(known, each.id, told(each.title)) for each in ordered[: block.limit]]
    columns = [
        Column("title", _("指标"), link="/figures/{id}/"),
        Column("level", _("最近数值"), "figure"),
        Column("period", _("时期"), "period"),
    ]
    frame = pl.DataFrame(rows, schema=dict.fromkeys(("id", "title", "level", "period"), pl.String))
    return Rows(columns, frame, len(said), seen.address(id), _("账本里还没有园区公布的数字。"))


def _figure_row(known: Known, id: str, title: str) -> Mapping[str, str | None]:
    levels = known.book.series(id)
    level = levels[-1] if levels else None
    shown, period = (told(level.said), str(level.period)) if level else (None, None)
    return {"id": id, "title": title, "level": shown, "period": period}


def targets(seen: Seen, id: str, block: Block) -> Rows:
    lines = [line for line in seen.known.targets if line.verdict in block.targets]
    rows = [
        {
            "verdict": line.verdict, "id": line.target.indicator, "title": told(line.title),
            "period": line.target.period, "aim": told(line.aimed),
            "result": told(line.reached) if line.reached else None,
            "ratio": float(line.ratio) if line.ratio is not None else None,
        }
        for line in lines[: block.limit]
    ]  # fmt: skip
    words = {str(name): (told(title), VERDICT_BADGES[name]) for name, title in VERDICTS.items()}
    columns = [
        Column("verdict", _("结论"), words=words),
        Column("title", _("指标"), link="/figures/{id}/?period={period}"),
        Column("period", _("时期"), "period"),
        Column("aim", _("目标"), "figure"),
        Column("result", _("结果"), "figure"),
        Column("ratio", _("完成"), "percent"),
    ]
    names = ("verdict", "id", "title", "period", "aim", "result")
    frame = pl.DataFrame(rows, schema={**dict.fromkeys(names, pl.String()), "ratio": pl.Float64()})
    return Rows(columns, frame, len(lines), seen.address(id), _("没有这样的目标。"))


def findings(seen: Seen, id: str, block: Block) -> Rows:
    address = seen.address(id)
    match block.findings:
        case "contradictions":
            heads, made = (_("矛盾"), _("算式")), _contradictions(seen, address)
        case "silent_sources":
            heads, made = (_("来源"), _("上次到达")), _silent_sources(address)
        case _:
            heads, made = (_("政策"), _("有效期到")), _pressing_policies(seen)
    columns = [Column("what", heads[0], link="{at}"), Column("more", heads[1])]
    schema = dict.fromkeys(("at", "what", "more"), pl.String)
    frame = pl.DataFrame([*made[: block.limit]], schema=schema, orient="row")
    return Rows(columns, frame, len(made), address, _("没有发现。"))


Finding = tuple[str, str, str]
"""Its address, what it is, and more of it."""


def _contradictions(seen: Seen, address: str) -> list[Finding]:
    breaks = enumerate(seen.known.board.breaks, 1)
    return [(f"{address}#break-{number}", told(each.title), told(each.arithmetic)) for number, each in breaks]


def _silent_sources(address: str) -> list[Finding]:
    silent = (each for each in sources(datetime.now(UTC)) if each.silent)
    return [(address, told(each.source.title), str(habits.day_of(each.last)) if each.last else "—") for each in silent]


def _pressing_policies(seen: Seen) -> list[Finding]:
    pressed = (each.policy for each in attention.policies(seen.run))
    return [(reverse("policy", args=[each.policy]), told(each.title), str(each.until or "—")) for each in pressed]


TABLES: dict[str, Callable[[Seen, str, Block], Rows]] = {
    "profiles": profiles,
    "near": near,
    "changes": changes,
    "policies": policies,
    "figures": figures,
    "targets": targets,
    "findings": findings,
}
