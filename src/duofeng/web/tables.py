"""A list on a page: filtered, sorted, paged, and exported exactly as it is shown.

A view makes a `Listing` of a frame and its columns and returns `listing.respond(request, template, context)`. The same
address with `?format=csv` gives the same rows as a file; a part of the page asked for by HTMX gets the table only.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal
from urllib.parse import quote, urlencode

import polars as pl
import xlsxwriter
from django.forms.utils import flatatt
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from duofeng.web.periods import written_period
from duofeng.web.tongue import is_foreign

Form = Literal[
    "text", "key", "figure", "period", "number", "score", "integer", "percent", "money", "date", "badge", "flag"
]  # fmt: skip
PAGE = 50
EXPORTS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
}
# A text of more characters gets a column as wide as a few of its words, however narrow the screen.
LONG = 60
# A spreadsheet runs a cell that begins so as a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


FORMS: dict[str, Form] = {
    "number": "number", "integer": "integer", "money": "money", "date": "date", "flag": "flag",
}  # fmt: skip
"""How values of an attribute's type are written; all others as text."""


class _Quoted(dict[str, Any]):
    """A row whose values stand in an address: a key may hold any sign. An address itself begins with a slash."""

    def __getitem__(self, name: str) -> Any:
        value = str(super().__getitem__(name))
        return value if value.startswith("/") else quote(value, safe="")


@dataclass(frozen=True)
class Column:
    """One column. `link` is a `str.format` pattern over the row; `words` turns codes into a title, or (title, badge
    class); one that is `chosen` from is also a filter.

    A figure is a number already written with its unit; a score is a number of two decimals.
    """

    name: str
    title: Any
    form: Form = "text"
    link: str | None = None
    words: Mapping[str, Any] = field(default_factory=dict)
    sortable: bool = True
    chosen: bool = False

    @property
    def is_number(self) -> bool:
        return self.form in {"figure", "number", "score", "integer", "percent", "money"}

    @property
    def titles(self) -> dict[str, Any]:
        """Codes and what they are called."""
        return {code: each[0] if isinstance(each, tuple) else each for code, each in self.words.items()}

    def cell(self, row: Mapping[str, Any]) -> str:
        """The cell as HTML. Written here and not by a template: a page has hundreds, and each took longer there."""
        value = row[self.name]
        said = self.words.get(str(value))
        title, badge = said if isinstance(said, tuple) else (said, "")
        text = str(title if title is not None else written(value, self.form))
        kind = "number" if self.is_number else "long" if len(text) > LONG else ""
        shown: str = format_html('<span class="badge {}">{}</span>', badge, text) if badge else text
        if self.link and value is not None:
            shown = format_html('<a href="{}">{}</a>', self.link.format_map(_Quoted(row)), shown)
        attributes = {"class": kind, "lang": "zh" if is_foreign(text) else ""}
        return format_html("<td{}>{}</td>", flatatt({name: each for name, each in attributes.items() if each}), shown)


@dataclass(frozen=True)
class Choice:
    """A filter by one column: a drop-down of its values, or of the given ones."""

    name: str
    title: Any
    words: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Listing:
    """`search` names the text columns a typed word is looked for in. Money columns are in minor units."""

    name: str
    frame: pl.LazyFrame
    columns: Sequence[Column]
    search: Sequence[str] = ()
    choices: Sequence[Choice] = ()
    sort: str = ""
    empty: Any = ""

    @property
    def filters(self) -> list[Choice]:
        own = [Choice(column.name, column.title, column.titles) for column in self.columns if column.chosen]
        return [*own, *self.choices]

    def respond(self, request: HttpRequest, template: str, context: Mapping[str, Any] | None = None) -> HttpResponse:
        export = request.GET.get("format", "")
        if export in EXPORTS:
            return self._export(request, export)
        shown = self.shown(request)
        if getattr(request, "htmx", False) and request.htmx.target == self.name:
            return render(request, "components/table.html", {"table": shown})
        return render(request, template, {**(context or {}), "table": shown})

    def shown(self, request: HttpRequest) -> dict[str, Any]:
        """Everything the template needs: one page of rows, the filters, the pager, the export addresses."""
        rows = self._wanted(request)
        page = max(_whole(request.GET.get("page"), 1), 1)
        counted, part = pl.collect_all([rows.select(pl.len()), rows.slice((page - 1) * PAGE, PAGE)])
        total = counted.item()
        pages = max(1, -(-total // PAGE))
        if page > pages:
            page = pages
            part = rows.slice((page - 1) * PAGE, PAGE).collect()
        sort = self._sort(request)
        return {
            "name": self.name,
            "headers": [self._header(request, column, sort) for column in self.columns],
            "rows": [self._row(row) for row in part.iter_rows(named=True)],
            "total": total,
            "page": page,
            "pages": pages,
            "previous": self._address(request, page=page - 1) if page > 1 else None,
            "next": self._address(request, page=page + 1) if page < pages else None,
            "exports": [(name, self._address(request, format=name, page=None)) for name in EXPORTS],
            "search": bool(self.search),
            "query": request.GET.get("q", ""),
            "choices": [self._choice(request, choice) for choice in self.filters],
            "sort": sort,
            "empty": self.empty,
        }

    def _row(self, row: Mapping[str, Any]) -> str:
        return mark_safe("".join(column.cell(row) for column in self.columns))  # each cell escapes what it holds

    def _wanted(self, request: HttpRequest) -> pl.LazyFrame:
        rows = self.frame
        typed = request.GET.get("q", "").strip()[:100]
        if typed and self.search:
            looked = [pl.col(name).str.to_lowercase().str.contains(typed.lower(), literal=True) for name in self.search]
            rows = rows.filter(pl.any_horizontal(looked))
        for choice in self.filters:
            value = request.GET.get(choice.name, "")
            if value:
                rows = rows.filter(holds(choice.name, value, rows))
        sort = self._sort(request)
        if sort:
            name, descending = sort.removeprefix("-"), sort.startswith("-")
            rows = rows.sort(name, descending=descending, nulls_last=True, maintain_order=True)
        return rows

    def _sort(self, request: HttpRequest) -> str:
        asked = request.GET.get("sort", self.sort)
        sortable = {column.name for column in self.columns if column.sortable}
        return asked if asked.removeprefix("-") in sortable else self.sort

    def _header(self, request: HttpRequest, column: Column, sort: str) -> dict[str, Any]:
        current = {column.name: "ascending", f"-{column.name}": "descending"}.get(sort)
        # Numbers are asked for largest first, everything else in its order.
        first = f"-{column.name}" if column.is_number else column.name
        turned = column.name if first.startswith("-") else f"-{column.name}"
        target = turned if sort == first else first
        link = self._address(request, sort=target, page=None) if column.sortable else None
        return {"title": column.title, "number": column.is_number, "current": current, "link": link}

    def _choice(self, request: HttpRequest, choice: Choice) -> dict[str, Any]:
        values = list(choice.words) or [
            str(value) for value in self.frame.select(choice.name).unique().collect()[choice.name].drop_nulls().sort()
        ]
        options = [(value, choice.words.get(value, value)) for value in values]
        return {
            "name": choice.name,
            "title": choice.title,
            "options": options,
            "value": request.GET.get(choice.name, ""),
        }

    def _address(self, request: HttpRequest, **changes: object) -> str:
        query = {key: value for key, value in request.GET.items() if key not in {"format"}}
        for key, value in changes.items():
            query.pop(key, None)
            if value is not None:
                query[key] = str(value)
        return f"?{urlencode(query)}"

    def _export(self, request: HttpRequest, export: str) -> HttpResponse:
        rows = self._wanted(request).select(column.name for column in self.columns).collect()
        rows = rows.with_columns(
            (pl.col(column.name).cast(pl.Decimal(38, 2)) / 100).cast(pl.Decimal(38, 2)).alias(column.name)
            for column in self.columns
            if column.form == "money"
        )
        if export != "parquet":  # people read the words of the page, programs the codes
            rows = rows.with_columns(_worded(column) for column in self.columns if column.words)
        content = {"csv": self._csv, "xlsx": self._xlsx, "parquet": _parquet}[export](rows)
        response = HttpResponse(content, content_type=EXPORTS[export])
        response["Content-Disposition"] = f'attachment; filename="{self.name}.{export}"'
        return response

    def _csv(self, rows: pl.DataFrame) -> bytes:
        safe = rows.with_columns(
            pl.when(pl.col(name).str.contains(r"^[=+\-@\t\r]"))
            .then(pl.lit("'") + pl.col(name))
            .otherwise(pl.col(name))
            .alias(name)
            for name, kind in rows.schema.items()
            if kind == pl.String
        )
        titled = safe.rename({column.name: str(column.title) for column in self.columns})
        return b"\xef\xbb\xbf" + titled.write_csv(line_terminator="\r\n").encode()

    def _xlsx(self, rows: pl.DataFrame) -> bytes:
        out = io.BytesIO()
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "constant_memory": False}
        with xlsxwriter.Workbook(out, options) as book:
            sheet = book.add_worksheet()
            bold, money = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0.00"})
            sheet.write_row(0, 0, [str(column.title) for column in self.columns], bold)
            for number, row in enumerate(rows.iter_rows(), 1):
                for position, value in enumerate(row):
                    if isinstance(value, str):
                        sheet.write_string(number, position, value)
                    elif isinstance(value, (Decimal, float, int)) and not isinstance(value, bool):
                        sheet.write_number(
                            number, position, float(value), money if isinstance(value, Decimal) else None
                        )
                    elif value is not None:
                        sheet.write_string(number, position, written(value, self.columns[position].form))
            sheet.freeze_panes(1, 0)
        return out.getvalue()


OF_A_SOURCE = re.compile(r"[a-z][a-z0-9_-]*:")
"""How a key begins that a source gave, or a scheme that is not the register's own."""


def number(key: str) -> str:
    """What people call a key: the number alone, without who gave it."""
    begin = OF_A_SOURCE.match(key)
    return key[begin.end() :] if begin else key


WRITERS: Mapping[str, Callable[[Any], str]] = {
    "money": lambda minor: f"{Decimal(int(minor)) / 100:,.2f}",
    "integer": lambda value: f"{int(value):,}",
    "number": lambda value: f"{float(value):,.4f}".rstrip("0").rstrip("."),
    "score": lambda value: f"{float(value):,.2f}",
    "percent": lambda ratio: f"{float(ratio):.1%}",
    "period": written_period,
    "flag": lambda value: "✓" if value else "✗",
    "key": number,
}


def written(value: Any, form: Form) -> str:
    """A value as text: thousands separated, money from minor units, a dash for unknown."""
    if value is None:
        return "—"
    if form in WRITERS:
        return WRITERS[form](value)
    if form == "date" and isinstance(value, (date, datetime)):
        return value.isoformat()[:10]
    return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)


def holds(name: str, value: str, rows: pl.LazyFrame) -> pl.Expr:
    """Whether a column has the value, or has it among its values."""
    several = isinstance(rows.collect_schema()[name], pl.List)
    return pl.col(name).list.contains(value) if several else pl.col(name).cast(pl.String) == value


def _worded(column: Column) -> pl.Expr:
    words = {code: str(title) for code, title in column.titles.items()}
    return pl.col(column.name).cast(pl.String).replace(words)


STORED: Mapping[str, Any] = {
    "integer": pl.Int64, "money": pl.Int64, "number": pl.Float64, "score": pl.Float64, "percent": pl.Float64,
    "date": pl.Date, "flag": pl.Boolean,
}  # fmt: skip


def frame_of(rows: Sequence[Mapping[str, Any]], columns: Sequence[Column], *others: str) -> pl.LazyFrame:
    """The rows as a frame: what its column says, all else, such as parts of addresses, as text."""
    types = {column.name: STORED.get(column.form, pl.String) for column in columns}
    return pl.LazyFrame(rows, schema=types | dict.fromkeys(others, pl.String))


def _parquet(rows: pl.DataFrame) -> bytes:
    out = io.BytesIO()
    rows.write_parquet(out)
    return out.getvalue()


def _whole(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else otherwise
