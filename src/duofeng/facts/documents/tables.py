"""Rows of a table → figures: the head from the row's title, the unit and the meaning from the column's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from duofeng.facts.documents import heads
from duofeng.facts.documents.lexer import TOKEN, UNIT, Token, lex
from duofeng.facts.documents.numbers import Quantity, quantity
from duofeng.facts.documents.numerals import decimal_of
from duofeng.facts.documents.periods import Times, arabic_year, resolve, year_before
from duofeng.facts.documents.sections import Stretch
from duofeng.facts.documents.sentence import Draft

BARE = re.compile(r"\s*([-−+]?\d[\d,]*(?:\.\d+)?)\s*(%?)\s*$")
UNIT_IN_BRACKETS = re.compile(rf"\(\s*(?:单位:?)?((?:万|亿|千|百|万亿)?{UNIT}|%)\s*\)")
UNIT_ALONE = re.compile(rf"(?:单位:?)?((?:万|亿|千|百|万亿)?{UNIT}|%)$")
GROWTH = re.compile(r"增长|增速|同比|±|[比较]上年|涨幅|增减|升降|增幅")
SHARE = re.compile(r"占比|比重|占")
TARGET = re.compile(r"目标|计划|预期|任务数|预算数")
COMPLETION = re.compile(r"完成率|完成比例|完成.{0,3}%|序时")
UNIT_COLUMN = re.compile(r"计量单位|单位")
SKIPPED = re.compile(r"序号|编号|备注|责任|联系|电话|日期|代码|位次变化")
ROW_WORDS = re.compile(r"^\s*(?:其中[::]?|#|[一二三四五六七八九十\d]+[、.])\s*")
CELL = re.compile(r"[^\t|]+|(?<=[\t|])(?=[\t|])")
UNIT_ABOVE = re.compile(
    rf"^[^,。;]{{0,20}}?(?:计量)?单位[:：]\s*((?:万|亿|千|百|万亿)?{UNIT}|%)(?=\W|$)[^,。;]{{0,12}}$"
)
BEFORE = re.compile(r"(?:上年|去年)")
AVERAGE = re.compile(r"年均|平均")
OF_NO_NAME = re.compile(
    r"^(?:绝对[数值量]|指标值|数[值额量据]|实绩|实[际现]?数?|完成[数值量]?|完成情况|总[量额]|累计|本[年月期].{0,3}|合计|.{0,4}(?:目标|计划|预期|任务|预算)[数值]?|年末?数?|(?:上年|去年)(?:同期|实绩)?数?)*$"
)
"""Titles of columns that say nothing about what is measured."""
LONGEST_CAPTION = 40


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a row that holds a bare number, under the title of its column."""

    column: str
    value: Decimal
    percent: bool
    start: int
    end: int


@dataclass(slots=True)
class TableReader:
    """Rows of one table, one after another; a row without numbers names the columns, a line above them the unit."""

    columns: list[str] = field(default_factory=list)
    unit: str = ""

    def read(self, line: str, within: Stretch) -> Iterator[Draft] | None:
        """The figures of a row whose cells hold bare numbers; None when it is to be read as sentences."""
        if "\t" not in line and "|" not in line:
            self._between(line)
            return None
        cells = list(CELL.finditer(line))
        numbers = [BARE.match(cell.group()) for cell in cells]
        if not any(numbers):
            if _names_columns([cell.group() for cell in cells]):
                self.columns = [cell.group().strip() for cell in cells]
            return None
        if not self.columns and "\t" not in line:
            return None
        return iter(self._figures(cells, numbers, within))

    def _between(self, line: str) -> None:
        """A line that is no row: it ends a table, and may be the caption or the unit of the next."""
        above = UNIT_ABOVE.search(line)
        if above:
            self.unit = above[1]
        elif self.columns or len(line) > LONGEST_CAPTION:
            self.unit = ""
        self.columns = []

    def _figures(
        self, cells: Sequence[re.Match[str]], numbers: Sequence[re.Match[str] | None], within: Stretch
    ) -> list[Draft]:
        """A level, with the growth and the share that stand in columns behind it, as one figure; the rest alone."""
        title = next((cell.group() for cell, number in zip(cells, numbers, strict=True) if _names(cell, number)), "")
        head = heads.cleaned(ROW_WORDS.sub("", UNIT_IN_BRACKETS.sub("", title)).strip())
        unit_of_row = self._unit_of_row(cells) or _unit(title) or self.unit
        years = sorted({year for year in map(arabic_year, self.columns) if year})
        drafts: list[Draft] = []
        for cell in self._numbers(cells, numbers) if head else ():
            at = None if AVERAGE.search(cell.column) else _level_of(drafts)
            told = _with(drafts[at], cell) if at is not None else None
            if told and at is not None:
                drafts[at] = told
                continue
            unit = "%" if cell.percent or "%" in cell.column else _unit(cell.column) or unit_of_row
            drafts.append(_placed(_draft(head, cell, unit), cell.column, years, within))
        return drafts

    def _numbers(self, cells: Sequence[re.Match[str]], numbers: Sequence[re.Match[str] | None]) -> Iterator[Cell]:
        """Each number that measures something."""
        for at, (cell, number) in enumerate(zip(cells, numbers, strict=True)):
            column = self.columns[at] if at < len(self.columns) else ""
            if number and not SKIPPED.search(column):
                start, end = cell.start() + number.start(1), cell.start() + number.end(2)
                yield Cell(column, decimal_of(number[1].lstrip("+")), bool(number[2]), start, end)

    def _unit_of_row(self, cells: Sequence[re.Match[str]]) -> str:
        for cell, column in zip(cells, self.columns, strict=False):
            if UNIT_COLUMN.fullmatch(column) and UNIT_ALONE.fullmatch(cell.group().strip()):
                return cell.group().strip()
        return ""


def _names(cell: re.Match[str], number: re.Match[str] | None) -> bool:
    return number is None and bool(cell.group().strip())


def _level_of(drafts: Sequence[Draft]) -> int | None:
    """The level that a column behind it says more about: the one of the latest time."""
    levels = [at for at, draft in enumerate(drafts) if draft.is_level]
    return max(levels, key=lambda at: (drafts[at].period or "", at)) if levels else None


def _with(level: Draft, cell: Cell) -> Draft | None:
    """The level before, told its growth or its share; None when the column says neither, or says it again."""
    if GROWTH.search(cell.column) and level.yoy is None:
        return level._replace(yoy=cell.value, end=cell.end)
    if SHARE.search(cell.column) and level.share is None:
        return level._replace(share=cell.value, end=cell.end)
    return None


def _draft(head: str, cell: Cell, unit: str) -> Draft:
    """The head is the title of the row, with that of the column where it names something."""
    if COMPLETION.search(cell.column):
        name = f"{head}完成比例"
    else:
        own = re.sub(r"\(.*?\)|\d{4}年(?:末|底|度)?|[上下]半年|\d+-\d+月", "", cell.column)
        says_nothing = OF_NO_NAME.match(own) or GROWTH.search(own) or SHARE.search(own) or own in head
        name = head if says_nothing else head + own
    return Draft(name, quantity_in(cell.value, unit), "actual", cell.start, cell.end, 0.85 if unit else 0.5)


def _names_columns(cells: list[str]) -> bool:
    """A row of titles: more than one, and no quantity among them."""
    filled = [cell for cell in cells if cell.strip()]
    return len(filled) > 1 and not any(token.tag in "NPDXC" for cell in filled for token in lex(cell))


def _placed(draft: Draft, column: str, years: Sequence[int], within: Stretch) -> Draft:
    """With the time and the kind that its column says."""
    times = within.times
    year = arabic_year(column)
    period = (resolve(column, times) if year else None) or times.period
    draft = draft._replace(period=year_before(period) if period and BEFORE.match(column) else period)
    value, last = draft.number.value, year or (years[-1] if AVERAGE.search(column) and years else None)
    ahead = bool(TARGET.search(column)) or (within.plan if last is None else _is_to_come(last, times, within.plan))
    if GROWTH.search(column):
        average = AVERAGE.search(column)
        if average and len(years) > 1:
            draft = draft._replace(period=f"{years[0] + 1}..{years[-1]}")
        return draft._replace(
            head=f"{draft.head}年均增长" if average else draft.head,
            kind="target" if ahead else "growth",
            yoy=None if average else value,
            number=quantity_in(value, "%"),
            is_level=False,
        )
    if SHARE.search(column) and not ahead:
        return draft._replace(kind="share", share=value, is_level=False)
    return draft._replace(kind="target") if ahead else draft


def _is_to_come(year: int, times: Times, plan: bool) -> bool:
    """Whether a column's year is still to come when the table is published."""
    return year > times.past if times.past is not None else plan


def _unit(text: str) -> str:
    found = UNIT_IN_BRACKETS.search(text)
    return found[1] if found else ""


def quantity_in(value: Decimal, unit: str) -> Quantity:
    """A number in a unit that stands elsewhere: 564.6 in 亿元."""
    token = TOKEN.match(f"1{unit}") if unit else None
    known = token and token.lastgroup in {"N", "P"} and token.end() == len(unit) + 1
    if not token or not known:
        return Quantity(value, unit, Decimal(1), unit)
    found = quantity(Token(token.lastgroup or "N", *token.span(), token))
    return Quantity(value, unit, found.scale, found.base) if found else Quantity(value, unit, Decimal(1), unit)
