"""From the cells of a batch to facts and rejects, as the source declares it. Whole columns at a time, nothing guessed.

Wide tables have a column per attribute, long ones a row per value. A row whose subject is unknown gives no facts and is
kept whole; a cell that cannot be read gives no fact and is kept with its reason; the other cells of its row are facts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import polars as pl

from duofeng.facts.arrivals import REJECTED
from duofeng.facts.cells import (
    ABSENT,
    FAULT,
    WHEN,
    Parsed,
    params_of,
    read_codes,
    read_dates,
    read_flags,
    read_money,
    read_numbers,
    read_periods,
    read_texts,
    when,
)
from duofeng.facts.fact import DELIVERED, VALUE_OF_TYPE, VALUES
from duofeng.facts.readers import problems
from duofeng.facts.readers.table import RawBatch, RawTable
from duofeng.facts.rejects import rejected_cells, rejected_rows
from duofeng.facts.subjects import Subjects
from duofeng.kernel.period import GRAINS, Period
from duofeng.kernel.problem import ProblemError, Span, nearest
from duofeng.zone.kinds.source import Source
from duofeng.zone.kinds.vocabulary import Attribute
from duofeng.zone.zone import Zone

PER = {
    "year": ("年", "year"),
    "half": ("半年", "half year"),
    "quarter": ("季度", "quarter"),
    "month": ("月", "month"),
    "day": ("日", "day"),
}


@dataclass(frozen=True)
class Mapped:
    """`facts`: DELIVERED without sequence; `rejects`: REJECTED; `rows`: data rows seen, notes and blank rows aside."""

    facts: pl.DataFrame
    rejects: pl.DataFrame
    rows: int


@dataclass
class Tally:
    """What the assertions ask about a delivery, summed over its batches."""

    rows: int = 0
    usable: dict[str, int] = field(default_factory=dict)
    wrong: dict[str, int] = field(default_factory=dict)
    notes: list[int] = field(default_factory=list)
    latest: date | None = None
    irregular: dict[str, int] = field(default_factory=dict)

    def count(self, column: str, usable: int, wrong: int) -> None:
        self.usable[column] = self.usable.get(column, 0) + usable
        self.wrong[column] = self.wrong.get(column, 0) + wrong


@dataclass
class _Work:
    """A batch under way: its cells, whom and when each row is about, and what has come of it so far."""

    cells: pl.DataFrame
    base: pl.DataFrame
    """`subject`, `row`, WHEN and `since` (first day of a state), one row per row of `cells`."""
    bad_period: pl.Series
    facts: list[pl.DataFrame] = field(default_factory=list)
    rejects: list[pl.DataFrame] = field(default_factory=list)


class Mapper:
    """Maps the batches of one table. `name` is the file's name as delivered, for periods taken from it."""

    def __init__(self, source: Source, zone: Zone, table: RawTable, name: str) -> None:
        self.source, self.zone, self.table = source, zone, table
        self.serials = bool(table.sheet)  # workbooks keep days as numbers
        self.attributes = zone.attributes.get(source.kind, {})
        self.tally = Tally()
        present = set(table.titles)
        identifying = tuple(column for column in source.identifier if column in present)
        self.subjects = Subjects(source, identifying, source.name if source.name in present else None)
        self.fixed = self._fixed_period(name)
        self._periods = read_periods([])

    def map(self, batch: RawBatch) -> Mapped:
        """Facts and rejects of a batch. The batches of a table are mapped in order."""
        cells = _without_blank_rows(batch.cells, self.table.titles)
        found = self.subjects.of(cells, self.table.titles)
        work = _Work(cells, pl.DataFrame(), pl.Series([], dtype=pl.Boolean))
        for column, faults in found.faults.items():
            self._reject(work, column, cells[column], faults)
        for column in self.subjects.columns:
            faults = found.faults.get(column, pl.DataFrame(schema=FAULT))
            blank = cells[column].str.strip_chars().is_in(list(ABSENT)).sum()
            self.tally.count(column, cells.height - int(blank) - faults.height, faults.height)
        work.base, work.bad_period = self._base(work, found.subject)
        self._values(work)
        rows = cells.height - len(found.notes) + batch.broken.height
        self.tally.rows += rows
        self.tally.notes += cells["#row"].gather(found.notes).to_list()
        self.tally.irregular = self.subjects.irregular
        if batch.broken.height:
            work.rejects.append(rejected_rows(batch.broken, self.table.sheet))
        facts = pl.concat(work.facts) if work.facts else pl.DataFrame(schema=DELIVERED)
        rejects = pl.concat(work.rejects) if work.rejects else pl.DataFrame(schema=REJECTED)
        return Mapped(facts, rejects, rows)

    # ---- when ------------------------------------------------------------------------------------------------------

    def _fixed_period(self, name: str) -> Period | None:
        period = self.source.period
        if period is None or period.column is not None:
            return None
        if period.fixed is not None:
            return Period.parse(period.fixed)
        match = re.search(period.file_name or "", name)
        if match is None:
            raise ProblemError(problems.PERIOD_NOT_IN_NAME.at(Span(name), file=name))
        return Period.parse(match[1] if match.re.groups else match[0])

    def _base(self, work: _Work, subject: pl.Series) -> tuple[pl.DataFrame, pl.Series]:
        cells = work.cells
        when, bad = self._when(work)
        base = pl.DataFrame([subject.alias("subject"), cells["#row"].alias("row"), *when.get_columns()])
        since = base["valid_from"].alias("since")
        column = self.source.valid_from
        if column is not None and column in cells.columns:
            parsed = read_dates(cells[column], serials=self.serials)
            self._reject(work, column, cells[column], parsed.faults)
            since = parsed.values.alias("since").fill_null(since)
        return base.with_columns(since), bad

    def _when(self, work: _Work) -> tuple[pl.DataFrame, pl.Series]:
        cells, height = work.cells, work.cells.height
        column = self.source.period.column if self.source.period else None
        if column is None or column not in cells.columns:
            never_bad = pl.repeat(False, height, dtype=pl.Boolean, eager=True)
            return _always(self.fixed, height), never_bad
        texts = cells[column]
        new = texts.unique().alias("text").to_frame().join(self._periods, on="text", how="anti")["text"]
        if len(new):
            asked = new.filter(~new.str.strip_chars().is_in(list(ABSENT)))
            self._periods = pl.concat([self._periods, read_periods(asked.to_list())])
        found = texts.alias("text").to_frame().join(self._periods, on="text", how="left", maintain_order="left")
        bad = found["code"].is_not_null()
        if bad.any():
            at = bad.arg_true()
            faults = pl.DataFrame(
                {"position": at, "code": found["code"].gather(at), "params": found["params"].gather(at)}, schema=FAULT
            )
            self._reject(work, column, texts, faults)
        usable = height - found["period"].null_count()
        self.tally.count(column, usable, int(bad.sum()))
        self._seen(found["valid_until"].max())
        return found.select(WHEN.names()), bad

    def _seen(self, day: object) -> None:
        if isinstance(day, date) and (self.tally.latest is None or day > self.tally.latest):
            self.tally.latest = day

    # ---- values ----------------------------------------------------------------------------------------------------

    def _values(self, work: _Work) -> None:
        if self.fixed is not None:
            self._seen(self.fixed.last_day)
        if self.source.name is not None and self.subjects.name is not None:
            self._name(work, self.source.name)
        for title, column in self.source.columns.items():
            if title in work.cells.columns:
                attribute = self.attributes[column.attribute]
                texts = _replaced(work.cells[title], column.values)
                parsed = self.parsed(texts, attribute, column.unit)
                self._add(
                    work,
                    title,
                    work.cells[title],
                    parsed,
                    attribute,
                    Period.parse(column.period) if column.period else None,
                )
        if self.source.attribute is not None:
            self._long(work)

    def _name(self, work: _Work, title: str) -> None:
        """The name is a fact too: two sources are matched by it."""
        names = work.cells[title]
        if title not in self.source.columns and "name" in self.attributes:
            self._add(work, title, names, read_texts(names), self.attributes["name"], None)

    def parsed(self, texts: pl.Series, attribute: Attribute, unit: str | None) -> Parsed:
        """The texts of a column as values of the attribute; `unit` is the column's own."""
        match attribute.type:
            case "money":
                return read_money(texts, unit or attribute.unit)
            case "number" | "integer":
                return read_numbers(texts, unit, attribute.unit, whole=attribute.type == "integer")
            case "date":
                return read_dates(texts, serials=self.serials)
            case "flag":
                return read_flags(texts)
            case "code":
                return read_codes(texts, self._code_names[attribute.codes or ""], attribute.codes or "")
            case _:
                return read_texts(texts)

    @cached_property
    def _code_names(self) -> Mapping[str, Mapping[str, str]]:
        names = {}
        for id_, code_list in self.zone.codes.items():
            titles = {
                title: code for code, entry in code_list.codes.items() for title in (entry.title.zh, entry.title.en)
            }
            names[id_] = titles | {code: code for code in code_list.codes}
        return names

    def _add(
        self, work: _Work, title: str, raw: pl.Series, parsed: Parsed, attribute: Attribute, period: Period | None
    ) -> None:
        """Facts and rejects of a whole column of one attribute."""
        base = work.base
        if period is not None:
            base = base.with_columns(_always(period, base.height).get_columns())
        faults = [parsed.faults]
        ok = parsed.values.is_not_null()
        if attribute.per != "state":
            misfit = _misfits(base, ok, work.bad_period if period is None else None, attribute, self.source.kind)
            faults.append(misfit)
            ok = ok & base["period"].is_not_null()
            ok = ok.scatter(misfit["position"], False) if misfit.height else ok
        found = pl.concat(faults)
        self._reject(work, title, raw, found)
        self.tally.count(title, int(ok.sum()), found.height)
        place = f"{self.table.sheet}!{title}" if self.table.sheet else title
        frame = base.with_columns(value=parsed.values).filter(ok & base["subject"].is_not_null())
        work.facts.append(
            self._facts(frame, pl.lit(attribute.id), attribute.type, attribute.per == "state", pl.lit(place))
        )

    def _facts(self, frame: pl.DataFrame, attribute: pl.Expr, type_: str, state: bool, place: pl.Expr) -> pl.DataFrame:
        value = VALUE_OF_TYPE[type_]
        return frame.select(
            pl.lit(self.source.kind).alias("kind"),
            "subject",
            attribute.alias("attribute"),
            *(
                pl.col("value").cast(dtype).alias(name) if name == value else pl.lit(None, dtype).alias(name)
                for name, dtype in VALUES.items()
            ),
            pl.lit(None, pl.String).alias("period") if state else pl.col("period"),
            pl.col("since").alias("valid_from") if state else pl.col("valid_from"),
            pl.lit(None, pl.Date).alias("valid_until") if state else pl.col("valid_until"),
            place.alias("place"),
            "row",
            pl.lit(None, pl.Int64).alias("sequence"),
            pl.lit(None, pl.String).alias("retracts"),
        )

    def _reject(self, work: _Work, column: str, raw: pl.Series, faults: pl.DataFrame) -> None:
        if faults.height:
            work.rejects.append(rejected_cells(work.cells, self.table.titles, self.table.sheet, column, raw, faults))

    # ---- the long form ---------------------------------------------------------------------------------------------

    def _long(self, work: _Work) -> None:
        named = self._attribute_of_row(work)
        source, cells = self.source, work.cells
        value = source.value or ""
        units = cells[source.unit] if source.unit in cells.columns else None
        groups = named if units is None else named.with_columns(unit=units.str.strip_chars())
        usable = wrong = 0
        for keys, at in _grouped(groups):
            parts = _Work(
                cells,
                work.base if at is None else work.base[at],
                work.bad_period if at is None else work.bad_period.gather(at),
            )
            usable_here, wrong_here = self._long_group(
                work, parts, groups if at is None else groups[at], at, keys, value
            )
            usable, wrong = usable + usable_here, wrong + wrong_here
        self.tally.count(value, usable, wrong)

    def _long_group(
        self,
        work: _Work,
        part: _Work,
        named: pl.DataFrame,
        at: pl.Series | None,
        keys: dict[str, str | None],
        title: str,
    ) -> tuple[int, int]:
        """Rows whose attributes have the same type, unit and grain. Returns how many were usable and how many wrong."""
        attribute = self.attributes[keys["like"] or ""]
        raw = work.cells[title]
        texts = raw if at is None else raw.gather(at)
        parsed = self.parsed(texts, attribute, keys.get("unit") or None)
        ok = parsed.values.is_not_null()
        faults = [parsed.faults]
        if attribute.per != "state":
            misfit = _misfits(part.base, ok, part.bad_period, attribute, self.source.kind)
            faults.append(misfit)
            ok = ok & part.base["period"].is_not_null()
            ok = ok.scatter(misfit["position"], False) if misfit.height else ok
        found = pl.concat(faults)
        if at is not None:
            found = found.with_columns(position=at.gather(found["position"]).cast(pl.UInt32))
        self._reject(work, title, raw, found)
        keep = ok & part.base["subject"].is_not_null()
        frame = part.base.with_columns(named["attribute"], value=parsed.values)
        place = pl.lit(f"{self.table.sheet}!{title}" if self.table.sheet else title)
        if self.source.place in work.cells.columns:
            told = work.cells[self.source.place]
            frame, place = frame.with_columns(told=told if at is None else told.gather(at)), pl.col("told")
        if not keep.all():
            frame = frame.filter(keep)
        work.facts.append(self._facts(frame, pl.col("attribute"), attribute.type, attribute.per == "state", place))
        return int(ok.sum()), found.height

    def _attribute_of_row(self, work: _Work) -> pl.DataFrame:
        """`attribute` and `like` (one attribute that stands for all read alike) per row; unknown ones are rejected."""
        title = self.source.attribute or ""
        texts = work.cells[title]
        found = texts.alias("text").to_frame().join(self._writings, on="text", how="left", maintain_order="left")
        unknown = found["attribute"].is_null()
        if unknown.any():
            at = unknown.arg_true()
            said = {text: self._unknown_attribute(text) for text in texts.gather(at).unique().head(200).to_list()}
            general = params_of(problems.ATTRIBUTE_UNKNOWN.at(text="…", nearest="—"))
            params = texts.gather(at).replace_strict(said, default=general, return_dtype=pl.String)
            code = pl.repeat(problems.ATTRIBUTE_UNKNOWN.code, len(at), eager=True)
            self._reject(
                work, title, texts, pl.DataFrame({"position": at, "code": code, "params": params}, schema=FAULT)
            )
        self.tally.count(title, len(texts) - int(unknown.sum()), int(unknown.sum()))
        return found.select("attribute", "like")

    def _unknown_attribute(self, text: str) -> str:
        near = nearest(text, self._writings["text"].to_list()) or "—"
        return params_of(problems.ATTRIBUTE_UNKNOWN.at(text=text, nearest=near))

    @cached_property
    def _writings(self) -> pl.DataFrame:
        """Every writing of an attribute: its id and its titles, and the first attribute that is read like it."""
        like: dict[tuple[object, ...], str] = {}
        rows: dict[str, tuple[str, str, str]] = {}
        for id_, attribute in self.attributes.items():
            key = (attribute.type, attribute.unit, attribute.per, attribute.codes)
            first = like.setdefault(key, id_)
            for text in (attribute.title.zh, attribute.title.en):
                rows.setdefault(text, (text, id_, first))
        for id_, attribute in self.attributes.items():
            key = (attribute.type, attribute.unit, attribute.per, attribute.codes)
            rows[id_] = (id_, id_, like[key])
        return pl.DataFrame(list(rows.values()), schema=["text", "attribute", "like"], orient="row")


def _grouped(named: pl.DataFrame) -> Iterator[tuple[dict[str, str | None], pl.Series | None]]:
    """Groups of rows read alike, with their positions; None when that is every row."""
    columns = [name for name in ("like", "unit") if name in named.columns]
    distinct = named.select(columns).unique(maintain_order=True).filter(pl.col("like").is_not_null())
    if distinct.height == 1 and not named["like"].null_count():
        yield distinct.row(0, named=True), None
        return
    for keys in distinct.iter_rows(named=True):
        same = named["like"] == keys["like"]
        if "unit" in keys:
            same = same & (named["unit"] == keys["unit"])
        yield keys, same.fill_null(value=False).arg_true()


def _always(period: Period | None, height: int) -> pl.DataFrame:
    row = when(period) if period else (None,) * 4
    return pl.DataFrame(
        [
            pl.repeat(value, height, dtype=dtype, eager=True).alias(name)
            for value, (name, dtype) in zip(row, WHEN.items(), strict=True)
        ]
    )


def _misfits(
    base: pl.DataFrame, ok: pl.Series, already_rejected: pl.Series | None, attribute: Attribute, kind: str
) -> pl.DataFrame:
    """Faults of values whose period is missing or of another grain than the attribute. The zone's figures may be of any."""
    per_zh, per_en = PER[attribute.per]
    absent = ok & base["period"].is_null()
    if already_rejected is not None:
        absent = absent & ~already_rejected
    faults = []
    if absent.any():
        params = params_of(problems.PERIOD_MISSING.at(attribute=attribute.title.zh, per=f"{per_zh}/{per_en}"))
        faults.append(
            pl.DataFrame(
                {"position": absent.arg_true(), "code": problems.PERIOD_MISSING.code, "params": params}, schema=FAULT
            )
        )
    if kind != "zone" and attribute.per in GRAINS:
        other = ok & base["period"].is_not_null() & ~base["grain"].eq_missing(attribute.per)
        if other.any():
            at = other.arg_true()
            frame = pl.DataFrame({"text": base["period"].gather(at)}).with_columns(
                attribute=pl.lit(attribute.title.zh), per=pl.lit(f"{per_zh}/{per_en}")
            )
            params_column = frame.select(pl.struct(pl.all()).struct.json_encode()).to_series()
            faults.append(
                pl.DataFrame(
                    {"position": at, "code": problems.PERIOD_MISFIT.code, "params": params_column}, schema=FAULT
                )
            )
    return pl.concat(faults) if faults else pl.DataFrame(schema=FAULT)


def _replaced(texts: pl.Series, values: Mapping[str, str]) -> pl.Series:
    return texts.str.strip_chars().replace(dict(values)) if values else texts


def _without_blank_rows(cells: pl.DataFrame, titles: tuple[str, ...]) -> pl.DataFrame:
    suspects = cells[titles[0]].str.strip_chars() == ""
    if not suspects.any():
        return cells
    blank = pl.all_horizontal(pl.col(title).str.strip_chars() == "" for title in titles)
    return cells.filter(~blank)
