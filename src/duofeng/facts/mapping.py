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
    read_numbers,
    read_periods,
    read_texts,
)
from duofeng.facts.fact import DELIVERED, PRINTED, VALUE_OF_TYPE, VALUES
from duofeng.facts.hedge import HEDGE_OF
from duofeng.facts.readers import problems
from duofeng.facts.readers.table import RawBatch, RawTable
from duofeng.facts.rejects import rejected_cells, rejected_rows
from duofeng.facts.subjects import Subjects
from duofeng.facts.values import Values
from duofeng.facts.when import always, misfits
from duofeng.kernel.period import Period
from duofeng.kernel.problem import ProblemError, Span, nearest
from duofeng.zone.kinds.source import Source
from duofeng.zone.kinds.vocabulary import Attribute
from duofeng.zone.zone import Zone


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
    """Maps the batches of one table. `names` are the file's, as delivered and as corrected rows first came; the first
    that names a period gives it."""

    def __init__(self, source: Source, zone: Zone, table: RawTable, *names: str) -> None:
        self.source, self.zone, self.table = source, zone, table
        self.values = Values(zone, serials=bool(table.sheet))  # workbooks keep days as numbers
        self.attributes = zone.attributes.get(source.register, {})
        self.tally = Tally()
        present = set(table.titles)
        identifying = tuple(column for column in source.identifier if column in present)
        self.subjects = Subjects(source, zone, identifying, source.name if source.name in present else None)
        self.fixed = self._fixed_period(names)
        self._periods = read_periods([])

    def map(self, batch: RawBatch) -> Mapped:
        """Facts and rejects of a batch. The batches of a table are mapped in order."""
        cells = batch.cells
        found = self.subjects.of(cells, self.table.titles)
        work = _Work(cells, pl.DataFrame(), pl.Series([], dtype=pl.Boolean))
        for column, faults in found.faults.items():
            self._reject(work, column, cells[column], faults)
        for column, usable in found.usable.items():
            faults = found.faults.get(column, pl.DataFrame(schema=FAULT))
            self.tally.count(column, usable, faults.filter(pl.col("code") != problems.SUBJECT_MISSING.code).height)
        work.base, work.bad_period = self._base(work, found.subject)
        self._values(work)
        rows = cells.height - found.blank - len(found.notes) + batch.broken.height
        self.tally.rows += rows
        self.tally.notes += cells["#row"].gather(found.notes).to_list()
        self.tally.irregular = self.subjects.irregular
        if batch.broken.height:
            work.rejects.append(rejected_rows(batch.broken, self.table.sheet))
        facts = pl.concat(work.facts) if work.facts else pl.DataFrame(schema=DELIVERED)
        rejects = pl.concat(work.rejects) if work.rejects else pl.DataFrame(schema=REJECTED)
        return Mapped(facts, rejects, rows)

    # ---- when ------------------------------------------------------------------------------------------------------

    def _fixed_period(self, names: tuple[str, ...]) -> Period | None:
        period = self.source.period
        if period is None or period.column is not None:
            return None
        if period.fixed is not None:
            return Period.parse(period.fixed)
        match = next(filter(None, (re.search(period.file_name or "", name) for name in names)), None)
        if match is None:
            raise ProblemError(problems.PERIOD_NOT_IN_NAME.at(Span(names[0]), file=names[0]))
        return Period.parse(match[1] if match.re.groups else match[0])

    def _base(self, work: _Work, subject: pl.Series) -> tuple[pl.DataFrame, pl.Series]:
        cells = work.cells
        when, bad = self._when(work)
        base = pl.DataFrame([subject.alias("subject"), cells["#row"].alias("row"), *when.get_columns()])
        since = base["valid_from"].alias("since")
        column = self.source.valid_from
        if column is not None and column in cells.columns:
            parsed = read_dates(cells[column], serials=self.values.serials)
            self._reject(work, column, cells[column], parsed.faults)
            since = parsed.values.alias("since").fill_null(since)
        return base.with_columns(since), bad

    def _when(self, work: _Work) -> tuple[pl.DataFrame, pl.Series]:
        cells, height = work.cells, work.cells.height
        column = self.source.period.column if self.source.period else None
        if column is None or column not in cells.columns:
            never_bad = pl.repeat(False, height, dtype=pl.Boolean, eager=True)
            return always(self.fixed, height), never_bad
        texts = cells[column]
        found = self._known_periods(texts)
        new = texts.filter(found["period"].is_null() & found["code"].is_null()).unique()
        asked = new.filter(~new.str.strip_chars().is_in(list(ABSENT)))
        if len(asked):
            self._periods = pl.concat([self._periods, read_periods(asked.to_list())])
            found = self._known_periods(texts)
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

    def _known_periods(self, texts: pl.Series) -> pl.DataFrame:
        return texts.alias("text").to_frame().join(self._periods, on="text", how="left", maintain_order="left")

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
                parsed = self.values.read(texts, attribute, column.unit)
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
            attribute = self.attributes["name"]
            self._add(work, title, names, self.values.read(names, attribute, None), attribute, None)

    def _add(
        self, work: _Work, title: str, raw: pl.Series, parsed: Parsed, attribute: Attribute, period: Period | None
    ) -> None:
        """Facts and rejects of a whole column of one attribute."""
        base = work.base
        if period is not None:
            base = base.with_columns(always(period, base.height).get_columns())
        faults = [parsed.faults]
        ok = parsed.values.is_not_null()
        if attribute.per != "state":
            misfit = misfits(base, ok, work.bad_period if period is None else None, attribute, self.source.register)
            faults.append(misfit)
            ok = ok & base["period"].is_not_null()
            ok = ok.scatter(misfit["position"], False) if misfit.height else ok
        found = pl.concat(faults)
        self._reject(work, title, raw, found)
        self.tally.count(title, int(ok.sum()), found.height)
        place = f"{self.table.sheet}!{title}" if self.table.sheet else title
        value = VALUE_OF_TYPE[attribute.type]
        frame = base.with_columns(parsed.values.alias(value)).filter(ok & base["subject"].is_not_null())
        state = attribute.per == "state"
        work.facts.append(self._facts(frame, pl.lit(attribute.id), {value}, state, pl.lit(place)))

    def _facts(
        self, frame: pl.DataFrame, attribute: pl.Expr, values: set[str], state: bool, place: pl.Expr
    ) -> pl.DataFrame:
        return frame.select(
            pl.lit(self.source.register).alias("kind"),
            "subject",
            attribute.alias("attribute"),
            *(
                pl.col(name).cast(dtype) if name in values else pl.lit(None, dtype).alias(name)
                for name, dtype in VALUES.items()
            ),
            pl.lit(None, pl.String).alias("period") if state else pl.col("period"),
            pl.col("since").alias("valid_from") if state else pl.col("valid_from"),
            pl.lit(None, pl.Date).alias("valid_until") if state else pl.col("valid_until"),
            place.alias("place"),
            "row",
            *(name if name in frame.columns else pl.lit(None, dtype).alias(name) for name, dtype in PRINTED.items()),
            pl.lit(None, pl.Int64).alias("sequence"),
            pl.lit(None, pl.String).alias("retracts"),
        )

    def _reject(self, work: _Work, column: str, raw: pl.Series, faults: pl.DataFrame) -> None:
        if faults.height:
            work.rejects.append(rejected_cells(work.cells, self.table.titles, self.table.sheet, column, raw, faults))

    # ---- the long form ---------------------------------------------------------------------------------------------

    def _long(self, work: _Work) -> None:
        """Each group of rows read alike is parsed by itself; its values go back to their rows."""
        named = self._attribute_of_row(work)
        title, cells, height = self.source.value or "", work.cells, work.cells.height
        if self.source.unit in cells.columns:
            named = named.with_columns(cells[self.source.unit].str.strip_chars().alias("unit"))
        values: dict[str, pl.Series] = {}
        state = pl.repeat(False, height, dtype=pl.Boolean, eager=True)
        keep = pl.repeat(False, height, dtype=pl.Boolean, eager=True)
        faults = [pl.DataFrame(schema=FAULT)]
        for keys, at in _grouped(named):
            attribute = self.attributes[keys["like"] or ""]
            parsed = self.values.read(
                cells[title] if at is None else cells[title].gather(at), attribute, keys.get("unit") or None
            )
            found, ok = self._dated(work, parsed, attribute, at)
            faults.append(found)
            name = VALUE_OF_TYPE[attribute.type]
            values[name] = _placed(values.get(name), parsed.values.cast(VALUES[name]), at, height).alias(name)
            keep = _placed(keep, ok, at, height)
            if attribute.per == "state":
                state = _placed(state, ok, at, height)
        found = pl.concat(faults)
        self._reject(work, title, cells[title], found)
        printed, sound = self._printed(work)
        keep = keep & sound
        self.tally.count(title, int(keep.sum()), found.height)
        self._add_long(work, [named["attribute"], *values.values(), *printed], set(values), keep, state)

    def _printed(self, work: _Work) -> tuple[list[pl.Series], pl.Series]:
        """The columns of `PRINTED` that the source gives, and which rows are sound in them: a value whose hedge cannot
        be read would count as exact."""
        columns, sound = [], pl.repeat(True, work.cells.height, dtype=pl.Boolean, eager=True)
        for name, title in self.source.printed.columns if self.source.printed else ():
            if title not in work.cells.columns:
                continue
            texts = work.cells[title]
            match name:
                case "start" | "end":
                    parsed = read_numbers(texts, None, None, whole=True)
                case "hedge":
                    parsed = read_codes(texts, HEDGE_OF, title)
                case _:
                    parsed = read_texts(texts)
            self._reject(work, title, texts, parsed.faults)
            self.tally.count(title, len(texts) - parsed.values.null_count(), parsed.faults.height)
            sound = sound.scatter(parsed.faults["position"], False) if parsed.faults.height else sound
            columns.append(parsed.values.cast(PRINTED[name]).alias(name))
        return columns, sound

    def _dated(
        self, work: _Work, parsed: Parsed, attribute: Attribute, at: pl.Series | None
    ) -> tuple[pl.DataFrame, pl.Series]:
        """Faults by row of the batch, and which of the group's values are facts."""
        ok = parsed.values.is_not_null()
        faults = parsed.faults
        if attribute.per != "state":
            base = work.base.select("period", "grain")
            base, bad = (base, work.bad_period) if at is None else (base[at], work.bad_period.gather(at))
            misfit = misfits(base, ok, bad, attribute, self.source.register)
            ok = ok & base["period"].is_not_null()
            ok = ok.scatter(misfit["position"], False) if misfit.height else ok
            faults = pl.concat([faults, misfit])
        if at is not None:
            faults = faults.with_columns(position=at.gather(faults["position"]).cast(pl.UInt32))
        return faults, ok

    def _add_long(
        self, work: _Work, columns: list[pl.Series], values: set[str], keep: pl.Series, state: pl.Series
    ) -> None:
        title = self.source.value or ""
        place = pl.lit(f"{self.table.sheet}!{title}" if self.table.sheet else title)
        frame = work.base.with_columns(columns)
        keep = keep & frame["subject"].is_not_null()
        for is_state in (False, True):
            chosen = keep & state if is_state else keep & ~state
            if chosen.any():
                part = frame if chosen.all() else frame.filter(chosen)
                work.facts.append(self._facts(part, pl.col("attribute"), values, is_state, place))

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


def _placed(all_rows: pl.Series | None, values: pl.Series, at: pl.Series | None, height: int) -> pl.Series:
    """The values of a group of rows at their places among all rows."""
    if at is None:
        return values
    if all_rows is None:
        all_rows = pl.repeat(None, height, dtype=values.dtype, eager=True)
    return all_rows.scatter(at, values)


def _replaced(texts: pl.Series, values: Mapping[str, str]) -> pl.Series:
    return texts.str.strip_chars().replace(dict(values)) if values else texts
