"""Rows of a table → figures: the head from the row's title, the unit and the meaning from the column's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from duofeng.facts.documents import heads
from duofeng.facts.documents.lexer import TOKEN, UNIT, Token, lex
from duofeng.facts.documents.numbers import Quantity, quantity
from duofeng.facts.documents.numerals import decimal_of
from duofeng.facts.documents.periods import Times, arabic_year, resolve
from duofeng.facts.documents.sentence import Draft

BARE = re.compile(r"\s*([-−+]?\d[\d,]*(?:\.\d+)?)\s*(%?)\s*$")
UNIT_IN_BRACKETS = re.compile(rf"\(\s*(?:单位:?)?((?:万|亿|千|百|万亿)?{UNIT}|%)\s*\)")
UNIT_ALONE = re.compile(rf"(?:单位:?)?((?:万|亿|千|百|万亿)?{UNIT}|%)$")
GROWTH = re.compile(r"增长|增速|同比|±|比上年|涨幅")
SHARE = re.compile(r"占比|比重|占")
TARGET = re.compile(r"目标|计划|预期|任务数|预算数")
COMPLETION = re.compile(r"完成率|完成比例|完成.{0,3}%|序时")
UNIT_COLUMN = re.compile(r"计量单位|单位")
SKIPPED = re.compile(r"序号|编号|备注|责任|联系|电话|日期|代码|位次变化")
ROW_WORDS = re.compile(r"^\s*(?:其中[::]?|#|[一二三四五六七八九十\d]+[、.])\s*")


@dataclass(slots=True)
class TableReader:
    """Rows of one table, one after another; a row without numbers names the columns."""

    columns: list[str] = field(default_factory=list)

    def read(self, row: str, times: Times, plan: bool) -> Iterator[Draft] | None:
        """The figures of a row whose cells hold bare numbers; None when it is to be read as sentences."""
        cells = row.split("\t")
        numbers = [BARE.match(cell) for cell in cells]
        if not any(numbers):
            if _names_columns(cells):
                self.columns = [cell.strip() for cell in cells]
            return None
        return self._figures(cells, numbers, times, plan)

    def _figures(
        self, cells: list[str], numbers: list[re.Match[str] | None], times: Times, plan: bool
    ) -> Iterator[Draft]:
        """A level, with the growth and the share that stand in columns behind it, as one figure; the rest alone."""
        title = _title(cells, numbers)
        unit_of_row = self._unit_of_row(cells, title)
        head = heads.cleaned(ROW_WORDS.sub("", UNIT_IN_BRACKETS.sub("", title)).strip())
        drafts: list[Draft] = []
        level: int | None = None
        for column, number, offset in self._numbers(cells, numbers) if head else ():
            value = decimal_of(number[1].lstrip("+"))
            start, end = offset + number.start(1), offset + number.end(2)
            told = _with(drafts[level], column, value) if level is not None else None
            if told:
                drafts[level or 0] = told._replace(end=end)
                continue
            unit = "%" if number[2] or "%" in column else _unit(column) or unit_of_row
            drafts.append(_placed(_draft(head, value, unit, column, (start, end)), column, times, plan))
            level = level if drafts[-1].kind in {"growth", "share"} else len(drafts) - 1
        return iter(drafts)

    def _numbers(
        self, cells: list[str], numbers: list[re.Match[str] | None]
    ) -> Iterator[tuple[str, re.Match[str], int]]:
        """The title of its column, the number, and where its cell begins, of each number that measures something."""
        offset = 0
        for at, (cell, number) in enumerate(zip(cells, numbers, strict=True)):
            column = self.columns[at] if at < len(self.columns) else ""
            if number and not SKIPPED.search(column):
                yield column, number, offset
            offset += len(cell) + 1

    def _unit_of_row(self, cells: list[str], title: str) -> str:
        for cell, column in zip(cells, self.columns, strict=False):
            if UNIT_COLUMN.fullmatch(column) and UNIT_ALONE.fullmatch(cell.strip()):
                return cell.strip()
        return _unit(title)


def _title(cells: list[str], numbers: list[re.Match[str] | None]) -> str:
    """The first cell that is no number."""
    return next((cell for cell, number in zip(cells, numbers, strict=True) if cell.strip() and not number), "")


def _with(level: Draft, column: str, value: Decimal) -> Draft | None:
    """The level before, told its growth or its share; None when the column says neither, or says it again."""
    if GROWTH.search(column) and level.yoy is None:
        return level._replace(yoy=value)
    return level._replace(share=value) if SHARE.search(column) and level.share is None else None


def _draft(head: str, value: Decimal, unit: str, column: str, span: tuple[int, int]) -> Draft:
    name = f"{head}{'完成比例' if COMPLETION.search(column) else ''}"
    return Draft(name, quantity_in(value, unit), "actual", *span, 0.85 if unit else 0.5)


def _names_columns(cells: list[str]) -> bool:
    """A row of titles: more than one, and no quantity among them."""
    filled = [cell for cell in cells if cell.strip()]
    return len(filled) > 1 and not any(token.tag in "NPDXC" for cell in filled for token in lex(cell))


def _placed(draft: Draft, column: str, times: Times, plan: bool) -> Draft:
    """With the time and the kind that its column says."""
    draft = draft._replace(period=(resolve(column, times) if arabic_year(column) else None) or times.period)
    value = draft.number.value
    if GROWTH.search(column):
        return draft._replace(kind="growth", yoy=value, number=quantity_in(value, "%"), is_level=False)
    if SHARE.search(column):
        return draft._replace(kind="share", share=value, is_level=False)
    return draft._replace(kind="target") if plan or TARGET.search(column) else draft


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
