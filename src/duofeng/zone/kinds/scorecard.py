"""scorecards/*.yaml: how a subject is scored, so plainly that it can redo its score by hand.

A card is a tree. A leaf takes one value and gives it points; a branch puts its parts together. A card that changes is a
new file with the same `card` and a later `from`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, model_validator

from duofeng.kernel.problem import declare, nearest
from duofeng.zone import problems
from duofeng.zone.kinds.policy import Authority
from duofeng.zone.kinds.vocabulary import ELEMENTS
from duofeng.zone.model import Day, Declared, Id, Number, Part, Text, Word, refusal, wording
from duofeng.zone.registry import Report, kind

if TYPE_CHECKING:
    from duofeng.zone.zone import Zone

Path = tuple[str | int, ...]
Aggregate = Literal["sum", "arithmetic", "geometric", "best", "worst"]
Method = Literal["bands", "linear", "log", "given", "zscore", "minmax", "rank", "percentile", "blend"]

LEAF_OR_BRANCH = declare(
    "E080",
    zh="一项要么有 value 和 scoring，要么有 parts，二者取一。",
    en="an entry has value and scoring, or parts: one of the two.",
    explain_zh="叶子取一个值并打分，枝干把下面各项合起来。",
    explain_en="A leaf takes one value and scores it; a branch puts its parts together.",
)
SCORING_NEEDS = declare(
    "E081",
    zh="{method} 计分需要写 {needs}。",
    en="scoring by {method} needs {needs}.",
    explain_zh="bands 要写分档；linear、log 要写起止值；其余方法与同组比较，卡上要写 peers。",
    explain_en="bands needs its bands; linear and log need from and to; the other methods compare with peers and need "
    "peers on the card.",
)
BANDS_ORDER = declare(
    "E082",
    zh="分档要从高到低写：{after} 之后是 {value}。",
    en="bands are written from high to low: {value} comes after {after}.",
    explain_zh="取第一个达到的档；从高到低写才不会错档。越低越好的指标写 at_most，从低到高。",
    explain_en="The first band reached is taken, so they go from high to low; where low is good write "
    "at_most, from low to high.",
)
NO_WEIGHT_FOR = declare(
    "E083",
    zh="“{stage}”没有权重。{hint_zh}",
    en="there is no weight for '{stage}'. {hint_en}",
    explain_zh="按阶段给权重时，每一项都要写全每个阶段。",
    explain_en="Where weights go by stage, every entry names every stage.",
)
PEER_METHODS = frozenset({"zscore", "minmax", "rank", "percentile", "blend"})


class Band(Part):
    """One step: the first whose bound is reached gives its points."""

    at_least: Number | None = Field(None, description="达到此值（含）/ at or above")
    above: Number | None = Field(None, description="超过此值 / above")
    at_most: Number | None = Field(None, description="不高于此值（含）/ at or below")
    below: Number | None = Field(None, description="低于此值 / below")
    points: Number = Field(description="得分 / points")

    @property
    def bound(self) -> tuple[Literal["at_least", "above", "at_most", "below", "else"], Any]:
        for name in ("at_least", "above", "at_most", "below"):
            if getattr(self, name) is not None:
                return name, getattr(self, name)
        return "else", None


class Scoring(Part):
    by: Method = Field(description="计分方法 / method")
    points: Number | None = Field(None, gt=0, description="满分；不写为100 / full marks; 100 if left out")
    bands: tuple[Band, ...] = Field((), description="分档，取第一个达到的 / bands, the first reached counts")
    from_: Number | None = Field(None, alias="from", description="得零分的值 / the value that scores nothing")
    to: Number | None = Field(None, description="得满分的值 / the value that scores full marks")
    winsorize: tuple[Number, Number] | None = Field(
        None, description="缩尾的两个分位，如 [0.01, 0.99] / quantiles to clip to"
    )
    clip: tuple[Number, Number] | None = Field(None, description="取值上下限 / bounds of the value itself")
    log: bool = Field(False, description="先取 ln(1+x) / take ln(1+x) first")

    @model_validator(mode="after")
    def _complete(self) -> Scoring:
        if self.by == "bands" and not self.bands:
            raise refusal(SCORING_NEEDS, method=self.by, needs="bands")
        if self.by in {"linear", "log"} and (self.from_ is None or self.to is None):
            raise refusal(SCORING_NEEDS, method=self.by, needs="from, to")
        return self


class Entry(Part):
    """A leaf (value, scoring) or a branch (parts)."""

    title: Text = Field(description="名称 / what it is called")
    weight: Number | Mapping[Word, Number] = Field(
        Decimal(1), description="权重，可按阶段分别写 / weight, or one per stage"
    )
    note: Text | None = wording(None, description="口径 / definition")
    parts: Mapping[Id, Entry] = Field({}, description="下级各项 / its parts")
    aggregate: Aggregate = Field("sum", description="合成：相加、算术、几何、取优、取劣 / how parts are put together")
    value: Word | None = Field(None, description="取值的表达式 / expression of the value")
    unit: Word | None = Field(None, description="取值的单位，用于显示 / unit of the value, for display")
    direction: Literal["up", "down"] = Field("up", description="越高越好或越低越好 / which way is better")
    scoring: Scoring | None = Field(None, description="怎样计分 / how it is scored")
    effort: int = Field(3, ge=1, le=5, description="改善它要费多大力 / how hard it is to improve")
    improvable: bool = Field(True, description="企业自己能否如实改善 / whether the subject can honestly improve it")

    @model_validator(mode="after")
    def _one_way(self) -> Entry:
        if bool(self.parts) == (self.value is not None) or (self.value is None) != (self.scoring is None):
            raise refusal(LEAF_OR_BRANCH)
        return self

    def weight_for(self, stage: str | None) -> Any:
        """The weight at a stage; a weight written once counts for all."""
        return self.weight[stage] if isinstance(self.weight, Mapping) and stage is not None else self.weight

    def leaves(self, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Entry]]:
        """Every leaf below with the ids that lead to it."""
        for id, part in self.parts.items():
            if part.parts:
                yield from part.leaves((*path, id))
            else:
                yield (*path, id), part


class Grade(Part):
    grade: Word = Field(description="等级 / grade")
    from_: Number = Field(alias="from", description="不低于此分 / at this score or above")


class CardExample(Part):
    title: Text = wording(description="例子 / the example")
    as_of: Day = Field(description="基准日 / as of")
    given: Mapping[Word, Any] = Field(description="属性[期间] → 值 / attribute[period] → value")
    score: Number = Field(description="应得总分 / the score expected")
    parts: Mapping[Word, Number] = Field(
        {}, description="应得分项，键为 组.项 / scores expected of entries, keyed group.entry"
    )


def check_scorecard(item: Scorecard, zone: Zone, report: Report) -> None:
    from duofeng.zone.expressions import check_expression  # noqa: PLC0415  # the engine is needed only here

    if item.kind not in ELEMENTS:
        report(
            problems.UNKNOWN_ELEMENT, ("kind",), word=item.kind, **problems.hint(nearest(item.kind, ELEMENTS), ELEMENTS)
        )
        return
    if item.rates is not None:
        check_expression(zone, item.kind, item.rates, "flag", ("rates",), report)
    if item.stage is not None:
        check_expression(zone, item.kind, item.stage, None, ("stage",), report)
    for index, peer in enumerate(item.peers):
        check_expression(zone, item.kind, peer, None, ("peers", index), report)
    for path, entry in item.entries():
        _check_weights(item, path, entry, report)
        if entry.value is not None and entry.scoring is not None:
            check_expression(zone, item.kind, entry.value, None, (*path, "value"), report)
            _check_scoring(item, entry.scoring, (*path, "scoring"), report)


def _check_weights(item: Scorecard, path: Path, entry: Entry, report: Report) -> None:
    if isinstance(entry.weight, Mapping):
        for stage in sorted(item.stages - set(entry.weight)):
            report(NO_WEIGHT_FOR, (*path, "weight"), stage=stage, **problems.hint(nearest(stage, entry.weight)))


def _check_scoring(item: Scorecard, scoring: Scoring, path: Path, report: Report) -> None:
    if scoring.by in PEER_METHODS and not item.peers:
        report(SCORING_NEEDS, (*path, "by"), method=scoring.by, needs="peers")
    previous = None
    for index, band in enumerate(scoring.bands):
        side, value = band.bound
        if previous is not None and value is not None:
            falls = value > previous if side in {"at_least", "above"} else value < previous
            if falls:
                report(BANDS_ORDER, (*path, "bands", index), after=previous, value=value)
        previous = value if value is not None else previous


@kind("scorecard", files="scorecards/*.yaml", title=("评分卡", "scorecards"), check=check_scorecard)
class Scorecard(Declared):
    """One dated version of a scorecard."""

    card: Id = Field(description="评分卡编号，各版本相同；不写则同文件名 / the card's id, the same in all versions")
    title: Text = Field(description="名称 / title")
    summary: Text | None = wording(None, description="一句话说明 / in one sentence")
    source: Authority = Field(description="依据 / authority")
    from_: Day = Field(alias="from", description="启用日 / first day in use")
    until: Day | None = Field(None, description="停用日（含）/ last day in use")
    kind: Word = Field("organisation", description="对象类别 / kind of subject")
    rates: Word | None = Field(
        None, description="对谁评分的表达式，不写为全部 / expression: who is rated; everybody if left out"
    )
    stage: Word | None = Field(None, description="决定权重的阶段表达式 / expression of the stage that chooses weights")
    peers: tuple[Word, ...] = Field((), description="同组比较的分组表达式 / expressions that make peer groups")
    missing: Literal["range", "reweight", "zero"] = Field(
        "range", description="缺数据时：给出区间、按其余权重、计零 / when data are missing"
    )
    aggregate: Aggregate = Field("sum", description="各组如何合成 / how the top entries are put together")
    parts: Mapping[Id, Entry] = Field(min_length=1, description="各组 / top entries")
    grades: tuple[Grade, ...] = Field((), description="等级，从高到低 / grades, from high to low")
    examples: tuple[CardExample, ...] = Field((), description="算例 / worked examples")

    @model_validator(mode="before")
    @classmethod
    def _named_like_its_file(cls, value: Any) -> Any:
        return (
            {**value, "card": value["id"]}
            if isinstance(value, dict) and "card" not in value and "id" in value
            else value
        )

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

    def entries(self) -> Iterator[tuple[Path, Entry]]:
        """Every entry with its place in the file, branches before their parts."""

        def below(path: Path, parts: Mapping[str, Entry]) -> Iterator[tuple[Path, Entry]]:
            for id, entry in parts.items():
                yield (*path, "parts", id), entry
                yield from below((*path, "parts", id), entry.parts)

        return below((), self.parts)

    def in_force(self, day: date) -> bool:
        return self.from_ <= day and (self.until is None or day <= self.until)


def scorecards_in_force(zone: Zone, day: date) -> tuple[Scorecard, ...]:
    """The version in use of each card, by id. Of two that overlap the later one counts."""
    latest: dict[str, Scorecard] = {}
    for item in zone.declared(Scorecard).values():
        if item.in_force(day) and (item.card not in latest or latest[item.card].from_ < item.from_):
            latest[item.card] = item
    return tuple(latest[name] for name in sorted(latest))
