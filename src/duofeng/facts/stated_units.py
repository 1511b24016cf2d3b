"""The units a table states for its columns: in a line above it, in the titles, in a row below the header.

What is nearest to a column counts. Where the source declares another size of unit for it, both cannot be right.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from duofeng.facts.readers import table_problems
from duofeng.facts.readers.header import unit_behind
from duofeng.facts.readers.table import ROW
from duofeng.kernel.problem import Problem, ProblemError, Span
from duofeng.kernel.units import Unit, split_magnitude, unit
from duofeng.zone.kinds.source import Source
from duofeng.zone.kinds.vocabulary import Attribute

_LINE = re.compile(
    r"(?:单\s*位|單\s*位|\bunits?|\beinheit|\bunité)\s*(?:均为)?\s*[:：]\s*(?P<unit>[^;；。()（）【】\[\]]{1,30})",
    re.IGNORECASE,
)
_IN = re.compile(
    r"\b(?:amounts? |figures? |values? |all )?in\s+(?:(?P<before>[A-Z]{3}|€|\$|£|¥)\s*)?"
    r"(?P<size>thousands?|millions?|billions?)\b(?:\s+of)?\s*(?P<after>[A-Z]{3}\b|yuan|euros?|dollars?)?",
    re.IGNORECASE,
)
_SIZES = {"thousand": "千", "million": "百万", "billion": "十亿"}
_MONEY = {"€": "EUR", "$": "USD", "£": "GBP", "¥": "元", "yuan": "元", "euro": "EUR", "dollar": "USD", "rmb": "元"}
_NOBODY = frozenset({"", "单位", "计量单位", "unit", "units", "-", "—", "/"})


def known(text: str) -> Unit | None:
    try:
        return unit(text.strip())
    except ProblemError:
        return None


_IN_DIGITS = re.compile(
    r"\b(1(?:[,， ]?0{3}){1,2}|10[,， ]?0{3}|100(?:[,， ]?0{3}){2})\s*(yuan|RMB|CNY|元)", re.IGNORECASE
)
_OF_ZEROS = {3: "千", 4: "万", 6: "百万", 8: "亿"}


def stated_in(text: str) -> list[str]:
    """The units that a line of words states: names of units, or a size alone such as 千."""
    text = _IN_DIGITS.sub(lambda found: f"{_OF_ZEROS[found[1].count('0')]}元", text)
    found = [part for match in _LINE.finditer(text) for part in re.split(r"[、,，/和及]|\s{2,}", match["unit"])]
    for match in _IN.finditer(text):
        size = _SIZES[match["size"].lower().rstrip("s")]
        money = (match["before"] or match["after"] or "").lower().rstrip("s")
        found.append(size + _MONEY.get(money, money.upper()))
    return [part.strip() for part in found if part.strip()]


@dataclass
class StatedUnits:
    """What one table says of the units of the columns of a source."""

    source: Source
    attributes: Mapping[str, Attribute]
    span: Span
    line: list[str] = field(default_factory=list)
    of_column: dict[str, str] = field(default_factory=dict)
    contradictions: list[Problem] = field(default_factory=list)

    @classmethod
    def of(
        cls, source: Source, attributes: Mapping[str, Attribute], titles: Iterable[tuple[str, str]],
        above: Sequence[str], span: Span,
    ) -> StatedUnits:  # fmt: skip
        """`titles`: each column's own and as it is written; `above`: the texts above the header."""
        stated = cls(source, attributes, span, [name for text in above for name in stated_in(text)])
        stated.of_column = {title: found for title, written in titles if (found := unit_behind(written)) is not None}
        for title in source.columns:
            stated.check(title, stated.unit_of(title))
        return stated

    def unit_of(self, title: str) -> str | None:
        """The unit that the table states for a wide column, of the kind its attribute has; None when it says none."""
        attribute = self.attributes.get(self.source.columns[title].attribute)
        return self.for_attribute(attribute, self.of_column.get(title)) if attribute is not None else None

    def for_attribute(self, attribute: Attribute, own: str | None = None) -> str | None:
        if attribute.unit is None or (wanted := known(attribute.unit)) is None:
            return None
        for stated in (own, *self.line):
            for name in _named(stated, attribute.unit, wanted) if stated else ():
                found = known(name)
                if found is not None and found.dimension == wanted.dimension:
                    return name
        return None

    def check(self, title: str, found: str | None) -> None:
        """Remember a contradiction where the source declares another size."""
        declared = self.source.columns[title].unit
        if found is None or declared is None:
            return
        said, meant = known(found), known(declared)
        if said and meant and said.dimension == meant.dimension and said.factor != meant.factor:
            where = {"column": title, "stated": found, "declared": declared}
            self.contradictions.append(table_problems.UNIT_CONTRADICTS.at(self.span, **where))

    def take_row(self, cells: pl.DataFrame, who: Sequence[str]) -> bool:
        """Whether the first row below the header holds units; then they are the columns' own from here on."""
        if not cells.height:
            return False
        row = {
            title: str(text).strip().strip("()（）") for title, text in cells.row(0, named=True).items() if title != ROW
        }
        if any(row.get(title, "").lower() not in _NOBODY for title in who):
            return False
        filled = {title: text for title, text in row.items() if text.lower() not in _NOBODY}
        if not filled or any(known(text) is None for text in filled.values()):
            return False
        self.of_column |= filled
        for title in self.source.columns:
            self.check(title, self.unit_of(title))
        return True

    def later(self, text: str) -> Iterator[Problem]:
        """What a line of units inside or below the table contradicts: columns that were read in another size."""
        for name in stated_in(text):
            for title, column in self.source.columns.items():
                attribute = self.attributes.get(column.attribute)
                if attribute is None or attribute.unit is None:
                    continue
                read = column.unit or self.unit_of(title) or attribute.unit
                wanted, own = known(read), self.of_column.get(title)
                for each in _named(name, attribute.unit, wanted) if wanted and own is None else ():
                    said = known(each)
                    if said and wanted and said.dimension == wanted.dimension and said.factor != wanted.factor:
                        yield table_problems.UNIT_CONTRADICTS.at(self.span, column=title, stated=each, declared=read)


def _named(stated: str, own: str, wanted: Unit) -> Iterator[str]:
    """The stated unit by its name; a size alone is one of the money a column is of."""
    yield stated
    if stated in ("千", "百万", "十亿", "万", "亿") and wanted.is_money:
        yield stated + split_magnitude(own)[1]
