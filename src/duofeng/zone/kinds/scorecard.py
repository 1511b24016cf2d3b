"""scorecards/*.yaml: how a subject is scored, so plainly that it can redo its score by hand.

A card is a tree. A leaf takes one value and gives it points; a branch puts its parts together. A card that changes is a
new file with the same `card` and a later `from`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from duofeng.kernel.message import Message, say
from duofeng.kernel.problem import declare
from duofeng.zone.kinds.policy import Authority
from duofeng.zone.model import (
    Day,
    Id,
    Number,
    OneOrMany,
    Part,
    RegisterId,
    Text,
    UnitText,
    Word,
    frozen,
    refusal,
    wording,
)
from duofeng.zone.registry import kind
from duofeng.zone.versioned import Versioned, in_force

if TYPE_CHECKING:
    from duofeng.zone.zone import Zone

Path = tuple[str | int, ...]
Aggregate = Literal["sum", "arithmetic", "geometric", "best", "worst"]
SIDES: tuple[Literal["at_least", "above", "at_most", "below"], ...] = ("at_least", "above", "at_most", "below")
Method = Literal["bands", "linear", "log", "given", "zscore", "minmax", "rank", "percentile", "blend"]

FULL_MARKS = Decimal(100)
LEAF_OR_BRANCH = declare(
    "E080",
    "一项要么有 value 和 scoring，要么有 parts，二者取一。",
    explain="叶子取一个值并打分，枝干把下面各项合起来。",
)
SCORING_NEEDS = declare(
    "E081",
    "{method} 计分需要写 {needs}。",
    explain="bands 要写分档；linear、log 要写起止值。",
)
BAND_BOUNDS = declare(
    "E084",
    "一档只写一个界限，不写界限的一档放在最后。",
    explain="at_least、above、at_most、below 四者取一；没有界限的一档接住其余的值，后面的档永远轮不到。",
)
NO_SUCH_NUMBERS = declare(
    "E087",
    "计分的数不成立：{reason}。",
    explain="改正后才能计分，否则每家企业的分都会错。",
)
PEER_METHODS = frozenset({"zscore", "minmax", "rank", "percentile", "blend"})


class Band(Part):
    """One step: the first whose bound is reached gives its points."""

    at_least: Number | None = Field(None, description="达到此值（含）")
    above: Number | None = Field(None, description="超过此值")
    at_most: Number | None = Field(None, description="不高于此值（含）")
    below: Number | None = Field(None, description="低于此值")
    points: Number = Field(description="得分")

    def goes_together(self) -> None:
        if sum(getattr(self, side) is not None for side in SIDES) > 1:
            raise refusal(BAND_BOUNDS)

    @property
    def bound(self) -> tuple[Literal["at_least", "above", "at_most", "below", "else"], Any]:
        for name in SIDES:
            if getattr(self, name) is not None:
                return name, getattr(self, name)
        return "else", None


class Scoring(Part):
    by: Method = Field(description="计分方法")
    points: Number | None = Field(None, gt=0, description="满分；不写为100，分档不写为最高一档")
    least: Number = Field(Decimal(0), ge=0, description="有数据时的最低分，几何合成时不致归零")
    bands: tuple[Band, ...] = Field((), description="分档，取第一个达到的")
    from_: Number | None = Field(None, alias="from", description="得零分的值")
    to: Number | None = Field(None, description="得满分的值")
    winsorize: tuple[Number, Number] | None = Field(None, description="缩尾的两个分位，如 [0.01, 0.99]")
    clip: tuple[Number, Number] | None = Field(None, description="取值上下限")
    log: bool = Field(False, description="先取 ln(1+x)")

    def goes_together(self) -> None:
        if self.by == "bands" and not self.bands:
            raise refusal(SCORING_NEEDS, method=self.by, needs="bands")
        if self.by in {"linear", "log"} and (self.from_ is None or self.to is None):
            raise refusal(SCORING_NEEDS, method=self.by, needs="from, to")
        for wrong, reason in self._impossible():
            if wrong:
                raise refusal(NO_SUCH_NUMBERS, reason=reason)

    def _impossible(self) -> Iterator[tuple[bool, Message]]:
        full = self.full_marks
        if self.from_ is not None and self.to is not None:
            yield self.from_ == self.to, say("from 与 to 相同，连不成线")
            yield (
                self.by == "log" and min(self.from_, self.to) <= 0,
                say("log 的 from 和 to 要大于零"),
            )
        if self.winsorize is not None:
            low, high = self.winsorize
            yield (
                not 0 <= low < high <= 1,
                say("缩尾的两个分位要在 0 到 1 之间，由小到大"),
            )
        yield (
            self.clip is not None and self.clip[0] >= self.clip[1],
            say("clip 的上限要大于下限"),
        )
        yield any(band.points > full for band in self.bands), say("有一档高于满分")
        yield self.least >= full, say("最低分要低于满分")
        yield (
            self.log and self.by not in PEER_METHODS,
            say("log: true 只用于同组比较；绝对计分写 by: log"),
        )

    @property
    def full_marks(self) -> Decimal:
        """The points of the best value."""
        if self.points is not None:
            return self.points
        return max((band.points for band in self.bands), default=FULL_MARKS) if self.by == "bands" else FULL_MARKS


class Entry(Part):
    """A leaf (value, scoring) or a branch (parts)."""

    title: Text = Field(description="名称")
    weight: Number | Mapping[Word, Number] = Field(Decimal(1), description="权重，可按阶段分别写")
    note: Text | None = wording(None, description="口径")
    parts: Mapping[Id, Entry] = Field({}, description="下级各项")
    aggregate: Aggregate = Field("sum", description="合成：相加、算术、几何、取优、取劣")
    value: Word | None = Field(None, description="取值的表达式")
    unit: UnitText | None = Field(None, description="取值的单位，用于显示")
    direction: Literal["up", "down"] = Field("up", description="越高越好或越低越好")
    scoring: Scoring | None = Field(None, description="怎样计分")
    effort: int = Field(3, ge=1, le=5, description="改善它要费多大力")
    improvable: bool = Field(True, description="企业自己能否如实改善")

    def goes_together(self) -> None:
        if bool(self.parts) == (self.value is not None) or (self.value is None) != (self.scoring is None):
            raise refusal(LEAF_OR_BRANCH)

    def leaves(self, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Entry]]:
        """Every leaf below with the ids that lead to it."""
        for id, part in self.parts.items():
            if part.parts:
                yield from part.leaves((*path, id))
            else:
                yield (*path, id), part


class Grade(Part):
    grade: Word = Field(description="等级")
    from_: Number = Field(alias="from", description="不低于此分")


class CardExample(Part):
    title: Text = wording(description="例子")
    as_of: Day = Field(description="基准日")
    given: Mapping[Word, OneOrMany] = Field(description="属性[期间] → 值")
    score: Number = Field(description="应得总分")
    parts: Mapping[Word, Number] = Field({}, description="应得分项，键为 组.项")


MonthDay = Annotated[Word, Field(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$")]


class Watch(Part):
    """When a value is so far from its own history that somebody should look at its papers."""

    ratio: Number = Field(Decimal(3), gt=1, description="与往年中位数之比超过几倍")
    deviations: Number = Field(Decimal(5), gt=0, description="且偏离超过几个中位绝对偏差")
    earlier: int = Field(4, ge=2, le=12, description="看前几期")
    known: int = Field(3, ge=2, le=12, description="至少要有几期")
    deadlines: tuple[Day, ...] = Field((), description="申报截止日")
    every_year: tuple[MonthDay, ...] = Field((), description="每年的申报截止日，月-日")
    within: int = Field(60, ge=1, le=366, description="截止日前多少天内记录的排在前面")


@kind("scorecard", files="scorecards/*.yaml", title=say("评分卡", context="kind"))
class Scorecard(Versioned):
    """One dated version of a scorecard."""

    called = "card"
    implied = frozenset({"id", "card"})
    former = frozen({"members": say("成员的事实直接写在各项的 value 里，如 share(organisation.park, …)。")})

    card: Id = Field(description="评分卡编号，各版本相同；不写则同文件名")
    title: Text = Field(description="名称")
    summary: Text | None = wording(None, description="一句话说明")
    source: Authority = Field(description="依据")
    from_: Day = Field(alias="from", description="启用日")
    until: Day | None = Field(None, description="停用日（含）")
    of: RegisterId = Field("organisation", description="哪个台账的对象")
    rates: Word | None = Field(None, description="对谁评分的表达式，不写为全部")
    stage: Word | None = Field(None, description="决定权重的阶段表达式")
    peers: tuple[Word, ...] = Field((), description="同组比较的分组表达式")
    missing: Literal["range", "reweight", "zero"] = Field("range", description="缺数据时：给出区间、按其余权重、计零")
    weights_within: Number = Field(
        Decimal("0.25"),
        ge=0,
        lt=1,
        description="权重的不确定幅度，用于名次区间",
    )
    watch: Watch | None = Field(None, description="异常提醒的门槛")
    aggregate: Aggregate = Field("sum", description="各组如何合成")
    parts: Mapping[Id, Entry] = Field(min_length=1, description="各组")
    grades: tuple[Grade, ...] = Field((), description="等级，从高到低")
    examples: tuple[CardExample, ...] = Field((), description="算例")

    @property
    def root(self) -> Entry:
        """The whole card as one branch."""
        return Entry(title=self.title, parts=self.parts, aggregate=self.aggregate)

    @property
    def stages(self) -> frozenset[str]:
        """Every stage some weight is written for."""
        return frozenset(
            stage for _, entry in self.entries() if isinstance(entry.weight, Mapping) for stage in entry.weight
        )

    def entry_paths(self) -> Iterator[tuple[str, ...]]:
        """The ids that lead to each entry."""
        for path, _ in self.entries():
            yield tuple(str(step) for step in path[1::2])

    def entries(self) -> Iterator[tuple[Path, Entry]]:
        """Every entry with its place in the file, branches before their parts."""

        def below(path: Path, parts: Mapping[str, Entry]) -> Iterator[tuple[Path, Entry]]:
            for id, entry in parts.items():
                yield (*path, "parts", id), entry
                if entry.has("parts"):
                    yield from below((*path, "parts", id), entry.parts)

        return below((), self.parts)


def scorecards_in_force(zone: Zone, day: date) -> tuple[Scorecard, ...]:
    """The version in use of each card, by id. Of two that overlap the later one counts."""
    return in_force(zone, Scorecard, day)
