"""pages.yaml: pages of the site that a peak or a zone declares: tiles, tables and charts over what is known.

A block shows one thing: a figure, figures of a topic, targets, findings, policies, near misses of a policy, changes
of a score, or, where it names none of these, the profiles of subjects.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from pydantic import Field

from duofeng.kernel.message import say
from duofeng.kernel.problem import declare
from duofeng.zone.kinds.role import Capability
from duofeng.zone.kinds.vocabulary import AttributeId
from duofeng.zone.model import Declared, Id, OverRegister, Part, RegisterId, Text, Word, frozen, refusal, wording
from duofeng.zone.problems import ONE_OF
from duofeng.zone.registry import kind

Show = Literal["tile", "table", "chart"]
Source = Literal["figure", "figures", "targets", "findings", "policies", "near", "changes", "profiles"]
Take = Literal["count", "share", "sum", "mean", "median"]
Verdict = Literal["met", "missed", "on_pace", "behind", "not_comparable", "awaited", "silent"]
Finding = Literal["contradictions", "silent_sources", "pressed_policies"]
SOURCES: tuple[Source, ...] = ("figure", "figures", "targets", "findings", "policies", "near", "changes")
_PROFILES = frozenset({"of", "where", "columns", "sort"})
BELONGS: Mapping[Source, Mapping[Show, frozenset[str]]] = {
    "figure": {"tile": frozenset({"cockpit"}), "chart": frozenset()},
    "figures": {"table": frozenset({"limit"})},
    "targets": {"tile": frozenset({"cockpit"}), "table": frozenset({"limit"}), "chart": frozenset()},
    "findings": {"tile": frozenset({"cockpit"}), "table": frozenset({"limit"})},
    "policies": {"table": frozenset(), "chart": frozenset()},
    "near": {"tile": frozenset({"cockpit"}), "table": frozenset({"limit"})},
    "changes": {"tile": frozenset({"cockpit"}), "table": frozenset({"limit"})},
    "profiles": {
        "tile": _PROFILES | {"value", "take", "percent", "cockpit"},
        "table": _PROFILES | {"limit"},
        "chart": _PROFILES | {"value", "take", "percent", "by", "form"},
    },
}
"""What a block of each source can be shown as, and the keys it may have besides."""
ALWAYS = frozenset({"show", "title", "note"})
SHOWN_ROWS = 10
DOES_NOT_BELONG = declare(
    "E096",
    "“{key}”不能用在这一块：来源是 {source}，可用 {allowed}。",
    explain="一块只显示一种来源：figure、figures、targets、findings、policies、near、changes 之一；都不写就是档"
    "案（profiles）。各种来源能做成什么、能写哪些键，见 docs/zone-files/page.md。",
)
NEEDS_KEY = declare(
    "E097",
    "这一块（show: {show}）还要写 {key}。",
    explain="档案的图要写按什么分组（by）或看哪个数的分布（value）；取占比、合计、平均、中位数要写 value。",
)


class Shown(Part):
    """One column: an attribute, a score or any expression; in short, the expression alone."""

    shorthand = "value"

    value: Word = Field(description="表达式，如 revenue[-1]、score('…')")
    title: Text | None = Field(None, description="列名，不写用属性的名称")
    percent: bool = Field(False, description="比值按百分数显示")


class Block(Part, OverRegister):
    former = frozen({"opens": say("每行通向对象自己的页；由汇总得出的数（如 count(organisation.park)）通向它的成员。")})

    show: Show = Field(description="数字块、表、图")
    title: Text = Field(description="标题")
    note: Text | None = Field(None, description="一句说明")
    cockpit: bool = Field(False, description="数字块也放进驾驶舱")
    figure: AttributeId | None = Field(None, description="一个指标：最近数值或历期")
    figures: Word | None = Field(None, description="一个主题的各项指标")
    targets: tuple[Verdict, ...] = Field((), description="这些结论的目标")
    findings: Finding | None = Field(None, description="矛盾、不来数的来源、到期或预算将尽的政策")
    policies: tuple[Id, ...] = Field((), description="几项政策各有多少企业符合、差一点")
    near: Id | None = Field(None, description="离一项政策只差一两条的企业")
    changes: Id | None = Field(None, description="一张评分卡上次计算以来的变化")
    of: RegisterId = Field("organisation", description="哪个台账的对象")
    where: Word | None = Field(None, description="其中哪些，条件表达式")
    value: Word | None = Field(None, description="取什么数或条件，表达式")
    take: Take | None = Field(None, description="个数、占比、合计、平均、中位数")
    by: Word | None = Field(None, description="图按什么分组，表达式")
    percent: bool = Field(False, description="数值按百分数显示")
    form: Literal["bar", "line"] = Field("bar", description="柱或线")
    columns: tuple[Shown, ...] = Field((), description="名单的各列，名称和编号总在")
    sort: Word | None = Field(None, description="按哪一列排，前面加 - 为从大到小")
    limit: int = Field(SHOWN_ROWS, ge=1, le=50, description="页上先列几行")

    def goes_together(self) -> None:
        named = [source for source in SOURCES if getattr(self, source)]
        if len(named) > 1:
            raise refusal(ONE_OF, keys=", ".join(SOURCES), count=len(named))
        shapes = BELONGS[self.source]
        if self.show not in shapes:
            raise refusal(DOES_NOT_BELONG, key=f"show: {self.show}", source=self.source, allowed=", ".join(shapes))
        allowed = ALWAYS | shapes[self.show] | {self.source}
        for key in sorted(self.model_fields_set - allowed):
            raise refusal(DOES_NOT_BELONG, key=key, source=self.source, allowed=", ".join(sorted(allowed)))
        for key in self._lacking():
            raise refusal(NEEDS_KEY, key=key, show=self.show)

    def _lacking(self) -> Iterator[str]:
        if self.source != "profiles":
            return
        if self.show == "chart" and self.by is None and self.value is None:
            yield "by"
        if self.value is None and self.taken != "count":
            yield "value"

    @property
    def source(self) -> Source:
        return next((source for source in SOURCES if getattr(self, source)), "profiles")

    @property
    def taken(self) -> Take:
        """What a tile shows or a group of a chart is measured by."""
        return self.take or "count"

    @property
    def texts(self) -> tuple[str, ...]:
        """Every expression over its subjects, its condition first; none where its rows are not profiles."""
        if self.source != "profiles":
            return ()
        condition = (self.where,) if self.where is not None else ()
        return (*condition, *(text for _path, text in self.expressions()))

    def expressions(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """Every expression over its subjects, with its place; the condition apart."""
        if self.value is not None:
            yield ("value",), self.value
        if self.by is not None:
            yield ("by",), self.by
        for index, each in enumerate(self.columns):
            yield ("columns", index, "value"), each.value


@kind("page", files="pages.yaml", holds="many", title=say("页面", context="kind"))
class PeakPage(Declared):
    """A page changes no answer: what stands on it is wording."""

    title: Text = Field(description="页面名称")
    about: Text | None = Field(None, description="一句话说明")
    needs: Capability = wording(description="要有哪项权限才能打开")
    order: int = wording(0, description="在“专题”里的先后，小的在前")
    blocks: Mapping[Id, Block] = wording(min_length=1, description="各块，依次排列")
