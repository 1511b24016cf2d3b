"""Planted mistakes: what people do to tables, one cell at a time, each written down in the answer key.

At most one mistake in a row, so that the key can say what should have happened to it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from duofeng.kernel.check_digits import CREDIT_ALPHABET

if TYPE_CHECKING:
    from duofeng.zone.kinds.synth import Dirt

KEY = ("file", "row", "column", "kind", "expected", "written", "truth", "subject")
EXPECTED: Mapping[str, str] = {
    "wrong_check": "reject",
    "forbidden_letter": "reject",
    "lost_character": "reject",
    "scientific": "reject",
    "missing_code": "resolve",
    "duplicate": "resolve",
    "wrong_unit": "conflict",
    "foreign_unit": "reject",
    "not_a_number": "reject",
    "impossible_date": "reject",
    "future_date": "doubt",
    "unknown_code": "reject",
    "gap": "absent",
    "full_width": "accept",
    "thousands": "accept",
    "magnitude": "accept",
    "dispute": "conflict",
}
"""What a good reader does: refuse the cell, find the firm by name, show a conflict, ask, leave it unknown, read it."""
GAP_MARKS = ("", "—", "/")
LONGEST_GAP = 3

_CODE = ("wrong_check", "forbidden_letter", "lost_character", "scientific", "missing_code")
_MONEY = ("wrong_unit", "foreign_unit", "full_width", "thousands", "magnitude")
_DATE = ("impossible_date", "future_date")
Spoil = Callable[[str, np.random.Generator], str]


@dataclass(frozen=True)
class Columns:
    """The columns of a file by what can go wrong in them."""

    codes: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    money: Mapping[str, str] = field(default_factory=dict)  # column → its unit
    numbers: tuple[str, ...] = ()  # money included
    dates: tuple[str, ...] = ()
    coded: tuple[str, ...] = ()

    def open_to(self, kind: str) -> tuple[str, ...]:
        if kind in _CODE:
            return self.codes
        if kind in _MONEY:
            return tuple(self.money)
        if kind in _DATE:
            return self.dates
        return {"unknown_code": self.coded, "duplicate": self.names}.get(kind, self.numbers)


@dataclass
class AnswerKey:
    """What was planted, in the order of the files."""

    rows: list[tuple[str, int, str, str, str, str, str, str]] = field(default_factory=list)

    def add(self, file: str, row: int, column: str, kind: str, *, written: str, truth: str, subject: str) -> None:
        self.rows.append((file, row, column, kind, EXPECTED[kind], written, truth, subject))

    def frame(self) -> pl.DataFrame:
        schema = {name: pl.Int64 if name == "row" else pl.String for name in KEY}
        return pl.DataFrame(self.rows, schema=schema, orient="row")


@dataclass
class Planter:
    """Spoils the chunks of one file. `row` of the key is the line in the file; the header is line 1."""

    file: str
    columns: Columns
    rates: Mapping[Dirt, Decimal]
    last_year: int
    variants: Callable[[int, np.random.Generator], str]
    key: AnswerKey

    def plant(
        self,
        texts: pl.DataFrame,
        subjects: pl.Series,
        organisations: np.ndarray,
        first_row: int,
        draw: np.random.Generator,
    ) -> pl.DataFrame:
        """The chunk with its mistakes; duplicates follow at its end. `texts` holds only text."""
        kinds = [kind for kind in self.rates if self.columns.open_to(kind)]
        edges = np.cumsum([float(self.rates[kind]) for kind in kinds])
        bucket = np.searchsorted(edges, draw.random(texts.height), side="right")
        changes: dict[str, dict[int, str]] = {}
        copies: list[tuple[int, str]] = []
        for at in np.flatnonzero(bucket < len(kinds)).tolist():
            kind, place = kinds[bucket[at]], first_row + at
            column = str(draw.choice(self.columns.open_to(kind)))
            subject = str(subjects[at])
            if kind == "duplicate":
                copies.append((at, self.variants(int(organisations[at]), draw)))
                continue
            for name, truth, written in self._spoiled(kind, column, texts, at, draw):
                changes.setdefault(name, {})[at] = written
                self.key.add(self.file, place, name, kind, written=written, truth=truth, subject=subject)
        spoiled = texts.with_columns(
            texts[name].scatter(list(cells), pl.Series(list(cells.values()), dtype=pl.String))
            for name, cells in changes.items()
        )
        return self._with_copies(spoiled, texts, copies, subjects, first_row)

    def _spoiled(
        self, kind: str, column: str, texts: pl.DataFrame, at: int, draw: np.random.Generator
    ) -> list[tuple[str, str, str]]:
        if kind == "gap":
            order = self.columns.numbers
            first = order.index(column)
            run = order[first : first + int(draw.integers(1, LONGEST_GAP + 1))]
            mark = str(draw.choice(GAP_MARKS))
            return [(name, texts[name][at], mark) for name in run if texts[name][at]]
        truth = texts[column][at]
        if not truth:
            return []
        written = self._spoil(kind, column)(truth, draw)
        return [(column, truth, written)] if written != truth else []

    def _spoil(self, kind: str, column: str) -> Spoil:
        unit = self.columns.money.get(column, "")
        by_kind: dict[str, Spoil] = {
            "wrong_check": lambda text, draw: text[:-1] + _other(text[-1], draw),
            "forbidden_letter": lambda text, _: _first_replaced(text, {"0": "O", "1": "I", "5": "S", "2": "Z"}),
            "lost_character": lambda text, draw: _without(text, int(draw.integers(2, 17))),
            "scientific": lambda text, _: f"{text[0]}.{text[1:5]}E+17",
            "missing_code": lambda _text, _draw: "",
            "wrong_unit": lambda text, _: plain(Decimal(text).scaleb(4 if unit == "万元" else -4)),
            "foreign_unit": lambda text, _: text + "亩",
            "not_a_number": lambda text, _: "约" + text,
            "impossible_date": lambda text, _: text[:4] + "-02-30",
            "future_date": lambda text, draw: f"{self.last_year + int(draw.integers(6, 10))}{text[4:]}",
            "unknown_code": lambda text, _: text + "?",
            "full_width": lambda text, _: text.translate(_FULL_WIDTH),
            "thousands": lambda text, _: f"{Decimal(text):,f}",
            "magnitude": lambda text, _: _in_yuan_magnitude(text, unit),
        }
        return by_kind[kind]

    def _with_copies(
        self,
        spoiled: pl.DataFrame,
        texts: pl.DataFrame,
        copies: list[tuple[int, str]],
        subjects: pl.Series,
        first_row: int,
    ) -> pl.DataFrame:
        """The same organisations once more, without their code and with another way to write the name."""
        if not copies:
            return spoiled
        rows = texts[[at for at, _ in copies]]
        name = self.columns.names[0]
        blank = [pl.lit("").alias(code) for code in self.columns.codes]
        rows = rows.with_columns(pl.Series(name, [variant for _, variant in copies]), *blank)
        for position, (at, variant) in enumerate(copies):
            line = first_row + texts.height + position
            self.key.add(
                self.file, line, name, "duplicate", written=variant, truth=texts[name][at], subject=str(subjects[at])
            )
        return pl.concat([spoiled, rows])


_FULL_WIDTH = str.maketrans("0123456789.", "０１２３４５６７８９．")


def plain(number: Decimal) -> str:
    """Without exponent and trailing zeros."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _other(character: str, draw: np.random.Generator) -> str:
    shift = int(draw.integers(1, len(CREDIT_ALPHABET)))
    return CREDIT_ALPHABET[(CREDIT_ALPHABET.index(character) + shift) % len(CREDIT_ALPHABET)]


def _first_replaced(text: str, pairs: Mapping[str, str]) -> str:
    at = next((at for at in range(8, len(text)) if text[at] in pairs), None)
    at = next((at for at in range(2, len(text)) if text[at] in pairs), None) if at is None else at
    return text if at is None else text[:at] + pairs[text[at]] + text[at + 1 :]


def _without(text: str, at: int) -> str:
    return text[:at] + text[at + 1 :]


def _in_yuan_magnitude(text: str, unit: str) -> str:
    """The same amount with the magnitude in the cell: 12345600 in a column of 元 as 1234.56万元."""
    yuan = Decimal(text).scaleb(4) if unit == "万元" else Decimal(text)
    return f"{plain(yuan.scaleb(-8))}亿" if abs(yuan) >= 10**8 else f"{plain(yuan.scaleb(-4))}万元"
