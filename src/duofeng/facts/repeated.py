"""One value said several times in a delivery: by whom, of what and when it is said are equal.

What is said alike is said once. What differs is told, and the source says what it means: lines to `sum`, the `last` or
the `first` word, or, unless it says so, a mistake that a person settles: all its rows are refused.

A first walk over the delivery remembers a hash of each fact's key. Only if some come twice is it walked again, and the
facts of those keys are put aside with the rows they stand in. The last word wins in the ledger anyway.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

import polars as pl

from duofeng.facts.arrivals import REJECTED
from duofeng.facts.fact import VALUES
from duofeng.facts.readers import table_problems
from duofeng.facts.readers.table import ROW
from duofeng.facts.rejects import stands_in, with_content
from duofeng.facts.resent import Origin
from duofeng.kernel.message import say
from duofeng.kernel.problem import Problem, Span
from duofeng.zone.kinds.source import Source
from duofeng.zone.zone import Zone

KEY = ("kind", "subject", "attribute", "period", "valid_from", "valid_until")
ADDED = ("number", "money")
MOST_ROWS = 50
MOST_NAMES = 10
COUNTERS = frozenset({"序号", "编号", "行号", "no", "no.", "nr", "nr.", "#", "№", "num", "index"})
"""Titles of columns that number the rows of a table and tell nothing of who is meant."""


class AgainError(Exception):
    """The delivery has to be walked again, now that it is known what comes twice in it."""


@dataclass
class Repeated:
    """What comes more than once in one delivery of a source."""

    source: Source
    zone: Zone
    keys: pl.Series | None = None
    """Hashes of the keys that come more than once; None as long as the first walk is not over."""
    hashes: list[pl.Series] = field(default_factory=list)
    aside: list[pl.DataFrame] = field(default_factory=list)
    named: list[pl.DataFrame] = field(default_factory=list)

    @property
    def meaning(self) -> str:
        return self.source.repeated or "refuse"

    def once(self, facts: pl.DataFrame, cells: pl.DataFrame, sheet: str, origin: Origin | None) -> pl.DataFrame:
        """The facts of a batch to go on with now."""
        key = self._hashed(facts)
        if self.meaning != "sum" and key.n_unique() < len(key):
            facts = facts.unique([*KEY, *VALUES], keep="first", maintain_order=True)
            key = self._hashed(facts)
        if self.keys is None:
            self.hashes.append(key)
            return facts
        again = key.is_in(self.keys.implode())
        if again.any():
            titles = [title for title in cells.columns if title != ROW]
            rows = cells.select(pl.col(ROW).alias("row"), cells=pl.struct(titles).struct.json_encode())
            held = facts.filter(again).with_columns(key.filter(again).alias("key"), sheet=pl.lit(sheet))
            held = held.with_columns(
                arrival=pl.lit(origin and origin.arrival, pl.String), file=pl.lit(origin and origin.file, pl.String)
            )
            self.aside.append(held.join(rows, on="row", how="left", maintain_order="left"))
        return facts.filter(~again)

    def _hashed(self, facts: pl.DataFrame) -> pl.Series:
        """A hash of who, what and when; of the member, too, where there may be several at once."""
        key = facts.select(KEY).hash_rows()
        many = [id for id, each in self.zone.attributes.get(self.source.register, {}).items() if each.many]
        if not many:
            return key
        member = facts.select(VALUES.keys()).hash_rows()
        mine = facts["attribute"].is_in(many)
        return pl.select(pl.when(mine).then(key ^ member).otherwise(key)).to_series()

    def walked(self, span: Span) -> Iterator[Problem]:
        """What the first walk shows. Raises AgainError when there has to be another one."""
        if self.keys is not None or not self.hashes:
            return
        every = pl.concat(self.hashes)
        count = len(every) - every.n_unique()
        if not count:
            return
        if self.meaning == "last":
            yield table_problems.REPEATED_TOLD.at(span, count=count, meaning=MEANINGS["last"])
            return
        self.keys = every.filter(every.is_duplicated()).unique()
        self.hashes.clear()
        self.named.clear()
        raise AgainError

    def settled(self, span: Span) -> tuple[pl.DataFrame, pl.DataFrame, tuple[Problem, ...]]:
        """Of the facts put aside: those that stand, the rejects of those that cannot, and what to tell."""
        facts, refused, count = self._settled()
        told = table_problems.REPEATED_TOLD.at(span, count=count, meaning=MEANINGS[self.meaning])
        return facts, refused, (told,) if count else ()

    def _settled(self) -> tuple[pl.DataFrame, pl.DataFrame, int]:
        held = pl.concat(self.aside)
        columns = [name for name in held.columns if name not in ("key", "cells", "sheet", "arrival", "file")]
        if self.meaning == "sum":
            held = held.unique(["key", "cells"], keep="first", maintain_order=True)
        value = pl.struct(VALUES.keys())
        differs = value.n_unique().over("key") > 1
        addable = pl.any_horizontal(pl.col(name).is_not_null() for name in ADDED)
        several = (pl.len().over("key") > 1) & addable if self.meaning == "sum" else differs
        same, other = held.filter(~(differs | several)), held.filter(differs | several)
        alike = same.unique("key", keep="first", maintain_order=True).select(columns)
        count = other["key"].n_unique()
        if self.meaning == "sum":
            lines = other.filter(addable)
            summed = lines.with_columns(
                pl.when(pl.col(name).is_not_null()).then(pl.col(name).sum().over("key")) for name in ADDED
            )
            summed = summed.unique("key", keep="first", maintain_order=True).select(columns)
            return pl.concat([alike, summed]), _refused(other.filter(~addable)), count
        if self.meaning == "first":
            return (
                pl.concat([alike, other.unique("key", keep="first", maintain_order=True).select(columns)]),
                _NONE,
                count,
            )
        return alike, _refused(other), count

    # ---- names -----------------------------------------------------------------------------------------------------

    def namesakes(self, cells: pl.DataFrame, base: pl.DataFrame, by_name: pl.Series) -> None:
        """Remember the rows whose subject is known by nothing but its name."""
        if self.source.repeated not in (None, "refuse") or not by_name.any():
            return
        many = {title for title, column in self.source.columns.items() if self._is_many(column.attribute)}
        titles = [title for title in cells.columns if title not in many and title.casefold() not in COUNTERS]
        content = cells.select(title for title in titles if title != ROW).hash_rows()
        rows = (
            base.select("subject", "row", "period", "since")
            .with_columns(content=content, by_name=by_name)
            .filter(by_name & base["subject"].is_not_null())
        )
        self.named.append(rows.filter(pl.col("by_name") & pl.col("subject").is_not_null()).drop("by_name"))

    def _is_many(self, attribute: str) -> bool:
        return self.zone.attributes.get(self.source.register, {})[attribute].many

    def unsure(self, span: Span) -> Iterator[Problem]:
        """A warning for the names that stand in several rows that are not alike."""
        if not self.named:
            return
        rows = pl.concat(self.named)
        groups = (
            rows.group_by("subject", "period", "since", maintain_order=True)
            .agg("row", several=pl.col("content").n_unique() > 1)
            .filter("several")
        )
        if groups.is_empty():
            return
        told = [
            f"{subject.partition(':')[2]} ({_listed(listed)})"
            for subject, listed in groups.head(MOST_NAMES).select("subject", "row").iter_rows()
        ]
        more = ["…"] if groups.height > MOST_NAMES else []
        yield table_problems.NAMESAKES.at(span, count=groups.height, names="；".join([*told, *more]))


_NONE = pl.DataFrame(schema=REJECTED)
MEANINGS = {"sum": say("已相加"), "first": say("取最先写的"), "last": say("取最后写的"), "refuse": say("各行都未加载")}


def _listed(rows: list[int]) -> str:
    return "、".join(map(str, rows[:MOST_ROWS])) + (" …" if len(rows) > MOST_ROWS else "")


def _refused(facts: pl.DataFrame) -> pl.DataFrame:
    """A reject for each fact of a key, which names the rows of all."""
    if facts.is_empty():
        return _NONE
    rows = facts.group_by("key").agg(rows=pl.col("row").unique().sort())
    said = {key: _listed(listed) for key, listed in rows.iter_rows()}
    told = facts.with_columns(
        rows=pl.col("key").replace_strict(said, return_dtype=pl.String), column=pl.col("place").str.extract(r"([^!]*)$")
    )
    raw = [json.loads(cells).get(title, "") for cells, title in told.select("cells", "column").iter_rows()]
    told = told.with_columns(raw=pl.Series(raw, dtype=pl.String), code=pl.lit(table_problems.REPEATED.code))
    params = told.select(pl.struct("rows", text="raw").struct.json_encode()).to_series()
    contents = with_content(params, told["cells"]).to_list()
    rows_of = zip(contents, told["arrival"], told["file"], strict=True)
    params = pl.Series([text if arrival is None else stands_in(text, arrival, file) for text, arrival, file in rows_of])
    return told.with_columns(params=params).select(REJECTED.names()).cast(dict(REJECTED))  # type: ignore[arg-type]  # a schema is a mapping
