"""From the cells of a batch to facts and rejects, as the source declares it. Whole columns at a time, nothing guessed.

Wide tables have a column per attribute, long ones a row per value. A row whose subject is unknown gives no facts and is
kept whole; a cell that cannot be read gives no fact and is kept with its reason; the other cells of its row are facts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

import polars as pl

from duofeng.facts.arrivals import REJECTED
from duofeng.facts.batch import Mapped, Tally, Work
from duofeng.facts.cells import (
    FAULT,
    MISSING,
    WHEN,
    Parsed,
    params_of,
    read_dates,
    read_periods,
)
from duofeng.facts.fact import DELIVERED, PRINTED, VALUE_OF_TYPE, VALUES, place_in
from duofeng.facts.habits import year_first
from duofeng.facts.keys import joined
from duofeng.facts.listed import lists, members_in
from duofeng.facts.long_form import LongForm
from duofeng.facts.merged_cells import of_one_each
from duofeng.facts.readers import problems
from duofeng.facts.readers.table import RawBatch, RawTable
from duofeng.facts.rejects import rejected_cells, rejected_rows, standing_in
from duofeng.facts.resent import Origin
from duofeng.facts.stated_units import StatedUnits
from duofeng.facts.subjects import Subjects
from duofeng.facts.totals import adds_up
from duofeng.facts.values import Values
from duofeng.facts.values_problems import ENDS_BEFORE
from duofeng.facts.when import always, misfits
from duofeng.kernel.period import Period
from duofeng.kernel.problem import ProblemError, Span
from duofeng.zone.kinds.source import BY_NAME, Column, Source
from duofeng.zone.kinds.vocabulary import Attribute
from duofeng.zone.zone import Zone

ACROSS = "#across"
"""The title under which a cell stood that was across."""


class Mapper:
    """Maps the batches of one table. `names` are the file's, as delivered and as corrected rows first came; the first
    that names a period gives it. `delivered_on` is the day from which whole lists hold that are of no period."""

    def __init__(
        self,
        source: Source,
        zone: Zone,
        table: RawTable,
        *names: str,
        delivered_on: date | None = None,
        tally: Tally | None = None,
        origin: Origin | None = None,
    ) -> None:
        self.source, self.zone, self.table, self.delivered_on = source, zone, table, delivered_on
        self.origin, self.sheet = origin, origin.sheet if origin else table.sheet
        # Workbooks keep days as numbers.
        self.values = Values(zone, source, serials=bool(self.sheet), native=source.reader != "csv")
        self.attributes = zone.attributes.get(source.register, {})
        self.tally = tally or Tally()
        titles = zip(table.titles, table.header, strict=True)
        self.units = StatedUnits.of(source, self.attributes, titles, table.above, Span(names[0] if names else ""))
        self._begun = False
        present = set(table.titles)
        identifying = tuple(column for column in source.identifier if column in present)
        name = source.name if source.name in present else None
        self.subjects = Subjects(source, zone, identifying, name, source.key if present >= set(source.key) else ())
        self._long = LongForm(self)
        self.fixed = fixed_period(source, names, self.values.dates)
        self._periods = read_periods([])

    def map(self, batch: RawBatch) -> Mapped:
        """Facts and rejects of a batch. The batches of a table are mapped in order."""
        cells, rejected = self._present(self._below_units(batch.cells)), []
        if batch.refused.height:
            title = self.table.titles[0]
            said = (cells, self.table.titles, self.sheet, "", cells[title], batch.refused)
            rejected.append(rejected_cells(*said))
            keep = pl.repeat(True, cells.height, dtype=pl.Boolean, eager=True)
            cells = cells.filter(keep.scatter(batch.refused["position"], False))
        found = self.subjects.of(cells, self.table.titles, self.table.header)
        left = found.apart.filter(pl.col("kind") != "either")
        totals = pl.DataFrame()
        if left.height:
            keep = pl.repeat(True, cells.height, dtype=pl.Boolean, eager=True).scatter(left["position"], False)
            totals = self._left_out(cells, left, keep)
            cells, found = cells.filter(keep), found.among(keep)
        work = Work(cells, pl.DataFrame(), pl.Series([], dtype=pl.Boolean), totals)
        for column, faults in found.faults.items():
            self.reject(work, column, cells[column], faults)
        for column, usable in found.usable.items():
            faults = found.faults.get(column, pl.DataFrame(schema=FAULT))
            self.tally.count(column, usable, faults.filter(pl.col("code") != problems.SUBJECT_MISSING.code).height)
        work.base, work.bad_period = self._base(work, found.subject)
        self._values(work)
        rows = cells.height - found.blank + batch.broken.height + batch.refused.height
        work.rejects += rejected
        self.tally.rows += rows
        self.tally.irregular = self.subjects.irregular
        if batch.broken.height:
            work.rejects.append(rejected_rows(batch.broken, self.sheet))
        facts = pl.concat(work.facts) if work.facts else pl.DataFrame(schema=DELIVERED)
        rejects = pl.concat(work.rejects) if work.rejects else pl.DataFrame(schema=REJECTED)
        if self.origin is not None:
            rejects = standing_in(rejects, self.origin.arrival, self.origin.file)
        return Mapped(facts, rejects, rows, work, found.by_name)

    def _below_units(self, cells: pl.DataFrame) -> pl.DataFrame:
        """The rows of data: the first row of a table may hold the units of its columns. Raises ProblemError when what
        the table says of units contradicts the source."""
        if not self._begun:
            self._begun = True
            who = [*self.source.identifier, *self.source.key, *([self.source.name] if self.source.name else [])]
            cells = cells[1:] if self.units.take_row(cells, who) else cells
        if self.units.contradictions:
            raise ProblemError(self.units.contradictions)
        return cells

    def _present(self, cells: pl.DataFrame) -> pl.DataFrame:
        """The cells, blank where they hold what the zone calls absent beside the usual marks."""
        marks = list(self.zone.habits.absent)
        if not marks:
            return cells
        known = [title for title in self.source.known_columns if title in cells.columns]
        blank = pl.when(~pl.col(known).str.strip_chars().is_in(marks)).then(pl.col(known)).otherwise(pl.lit(""))
        return cells.with_columns(blank.name.keep())

    def _left_out(self, cells: pl.DataFrame, left: pl.DataFrame, keep: pl.Series) -> pl.DataFrame:
        """Tell the rows that are no data; those of totals come back with `before`, the data rows above each."""
        rows = cells[left["position"]].with_columns(
            left["kind"], left["text"].alias("#label"), before=keep.cum_sum().gather(left["position"]).cast(pl.Int64)
        )
        said = rows.filter(pl.col("kind") == "note")
        contradicted = [each for text in said["#label"] for each in self.units.later(text)]
        if contradicted:
            raise ProblemError(contradicted)
        self.tally.left_out += rows.select("#row", "kind", "#label").rows()
        return rows.filter(pl.col("kind") == "total")

    # ---- when ------------------------------------------------------------------------------------------------------

    def _base(self, work: Work, subject: pl.Series) -> tuple[pl.DataFrame, pl.Series]:
        cells = work.cells
        when, bad = self._when(work)
        since, _ = self._day(work, self.source.valid_from)
        until, unread = self._day(work, self.source.valid_until)
        since = since.fill_null(when["valid_from"])
        early = (until < since).fill_null(value=False).arg_true()
        if len(early):
            days = zip(until.gather(early), since.gather(early), strict=True)
            said = [params_of(ENDS_BEFORE.at(text=f"{last}", start=f"{first}")) for last, first in days]
            faults = pl.DataFrame({"position": early, "code": ENDS_BEFORE.code, "params": said}, schema=FAULT)
            self.reject(work, self.source.valid_until or "", cells[self.source.valid_until or ""], faults)
        # A state whose last day cannot be read would look as if it still held.
        subject = subject.scatter(pl.concat([early, unread]), None) if len(early) or len(unread) else subject
        named = [subject.alias("subject"), cells["#row"].alias("row"), since.alias("since"), until.alias("until")]
        if self.source.melt is not None and self.source.melt.into in cells.columns:
            named.append(cells[self.source.melt.into].alias(ACROSS))
        return pl.DataFrame([*named, *when.get_columns()]), bad

    def _day(self, work: Work, column: str | None) -> tuple[pl.Series, pl.Series]:
        """The days of a column, open where the source names none, and the rows whose day cannot be read."""
        if column is None or column not in work.cells.columns:
            return pl.repeat(None, work.cells.height, dtype=pl.Date, eager=True), pl.Series([], dtype=pl.UInt32)
        parsed = read_dates(work.cells[column], serials=self.values.serials, order=self.values.dates)
        self.reject(work, column, work.cells[column], parsed.faults)
        return parsed.values, parsed.faults["position"]

    def _when(self, work: Work) -> tuple[pl.DataFrame, pl.Series]:
        cells, height = work.cells, work.cells.height
        column = self.source.period.column if self.source.period else None
        if column is None or column not in cells.columns:
            never_bad = pl.repeat(False, height, dtype=pl.Boolean, eager=True)
            return always(self.fixed, height), never_bad
        texts = cells[column]
        found = self._known_periods(texts)
        new = texts.filter(found["period"].is_null() & found["code"].is_null()).unique()
        asked = new.filter(~new.str.strip_chars().is_in(MISSING))
        if len(asked):
            self._periods = pl.concat([self._periods, self._read_periods(asked.to_list())])
            found = self._known_periods(texts)
        bad = found["code"].is_not_null()
        if bad.any():
            at = bad.arg_true()
            faults = pl.DataFrame(
                {"position": at, "code": found["code"].gather(at), "params": found["params"].gather(at)}, schema=FAULT
            )
            self.reject(work, column, texts, faults)
        usable = height - found["period"].null_count()
        self.tally.count(column, usable, int(bad.sum()))
        self._seen(found["valid_until"].max())
        return found.select(WHEN.names()), bad

    def _read_periods(self, texts: list[str]) -> pl.DataFrame:
        return read_periods(texts, self.values.dates, numbers=self.values.serials)

    def _known_periods(self, texts: pl.Series) -> pl.DataFrame:
        return texts.alias("text").to_frame().join(self._periods, on="text", how="left", maintain_order="left")

    def _seen(self, day: object) -> None:
        if isinstance(day, date) and (self.tally.latest is None or day > self.tally.latest):
            self.tally.latest = day

    # ---- values ----------------------------------------------------------------------------------------------------

    def _values(self, work: Work) -> None:
        if self.fixed is not None:
            self._seen(self.fixed.last_day)
        if self.source.name is not None and self.subjects.name is not None:
            self._name(work, self.source.name)
        for title, column in self.source.columns.items():
            if title in work.cells.columns:
                self._column(work, title, column)
        if self.source.attribute is not None:
            self._long.map(work)

    def _column(self, work: Work, title: str, column: Column) -> None:
        attribute = self.attributes[column.attribute]
        texts = self._texts(work, title, column)
        at: pl.Series | None = None
        if attribute.many:
            if column.complete:
                self._whole_list(work, title, texts, attribute)
            texts, at = members_in(texts, attribute, column)
        parsed = self.values.read(texts, attribute, self._unit(title, column), column)
        if attribute.type in ("money", "number", "integer") and at is None:
            parsed = of_one_each(parsed, texts, work.base, [block for block in self.table.merged if block[0] == title])
        self._add(work, title, parsed, attribute, Period.parse(column.period) if column.period else None, at)
        if adds_up(attribute):
            self._add_up(work, title, column, attribute, parsed.values)
        if attribute.type == "reference" and self.values.way(attribute, column).scheme == BY_NAME:
            self._named(work, title, attribute, texts, parsed, at)

    def _unit(self, title: str, column: Column) -> str | None:
        """The unit of bare numbers in a column: as declared, else as the table states it."""
        return column.unit or self.units.unit_of(title)

    def _add_up(self, work: Work, title: str, column: Column, attribute: Attribute, values: pl.Series) -> None:
        """Hold a column's printed totals against the rows they total."""
        mine = work.base["subject"].is_not_null()
        added = pl.select(pl.when(mine).then(values)).to_series() if not mine.all() else values
        if not work.totals.height:
            self.tally.totals.column(title, added, work.totals, pl.Series([]))
            return
        printed = work.totals.select(row="#row", label="#label", text=title, before="before")
        self.tally.totals.column(
            title,
            added,
            printed,
            self.values.read(printed["text"], attribute, self._unit(title, column), column).values,
        )

    def _texts(self, work: Work, title: str, column: Column) -> pl.Series:
        """The cells of a column; those of several columns that say one thing together, as one text."""
        cells = work.cells
        if column.latitude in cells.columns:
            parts = pl.DataFrame(
                [
                    self.values.with_point(cells[each]).alias(name)
                    for each, name in ((title, "x"), (column.latitude, "y"))
                ]
            )
            blank = pl.all_horizontal(pl.col("x", "y").str.strip_chars().is_in(MISSING))
            pair = pl.when(blank).then(pl.lit("")).otherwise(pl.format("{}, {}", "x", "y"))
            return parts.select(pair.alias(title)).to_series()
        if column.key and set(column.key) <= set(cells.columns):
            number, faults = joined(cells, column.key)
            self.reject(work, title, cells[title], faults)
            return number
        return _replaced(cells[title], column.values)

    def _whole_list(self, work: Work, title: str, texts: pl.Series, attribute: Attribute) -> None:
        """One fact for each subject that the members it has in this delivery are all there are."""
        day = pl.coalesce("valid_from", pl.lit(self.delivered_on, pl.Date))
        frame = work.base.filter(lists(texts) & work.base["subject"].is_not_null())
        frame = frame.unique("subject", keep="first", maintain_order=True).with_columns(
            flag=pl.lit(value=True), since=day, until=pl.lit(None, pl.Date)
        )
        work.facts.append(self.facts(frame, pl.lit(attribute.id), {"flag"}, True, self.place(title)))

    def _named(
        self, work: Work, title: str, attribute: Attribute, names: pl.Series, parsed: Parsed, at: pl.Series | None
    ) -> None:
        """A subject known by its name is one more name in its register, for `resolve` to settle."""
        register = attribute.to or ""
        base = work.base if at is None else work.base[at]
        frame = base.with_columns(parsed.values.alias("subject"), names.str.strip_chars().alias("text"))
        frame = frame.filter(parsed.values.is_not_null() & base["subject"].is_not_null())
        frame = frame.unique("subject", keep="first", maintain_order=True).with_columns(
            since=pl.lit(None, pl.Date), until=pl.lit(None, pl.Date)
        )
        name = pl.lit(self.zone.registers[register].name[0])
        facts = self.facts(frame, name, {"text"}, True, self.place(title))
        work.facts.append(facts.with_columns(kind=pl.lit(register)))

    def place(self, title: str) -> pl.Expr:
        """Where the values of a column stand: under its title, or, of what was across, under the title there."""
        file, melt = self.origin.file if self.origin else None, self.source.melt
        if melt is None or title != melt.value or melt.into not in self.table.titles:
            return pl.lit(place_in(self.sheet, title, file))
        return pl.lit(place_in(self.sheet, "", file)) + pl.col(ACROSS)

    def _name(self, work: Work, title: str) -> None:
        """The name is a fact too: two sources are matched by it."""
        names = work.cells[title]
        if title not in self.source.columns and "name" in self.attributes:
            attribute = self.attributes["name"]
            self._add(work, title, self.values.read(names, attribute, None), attribute)

    def _add(
        self,
        work: Work,
        title: str,
        parsed: Parsed,
        attribute: Attribute,
        period: Period | None = None,
        at: pl.Series | None = None,
    ) -> None:
        """Facts and rejects of a whole column of one attribute; `at` are the rows that its values stand in, if they are
        not the rows one by one."""
        base = work.base if at is None else work.base[at]
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
        if at is not None:
            found = found.with_columns(position=at.gather(found["position"]).cast(pl.UInt32))
        self.reject(work, title, work.cells[title], found)
        self.tally.count(title, int(ok.sum()) if at is None else at.filter(ok).n_unique(), found.height)
        value = VALUE_OF_TYPE[attribute.type]
        frame = base.with_columns(parsed.values.alias(value)).filter(ok & base["subject"].is_not_null())
        state = attribute.per == "state"
        work.facts.append(self.facts(frame, pl.lit(attribute.id), {value}, state, self.place(title)))

    def facts(
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
            pl.col("until").alias("valid_until") if state else pl.col("valid_until"),
            place.alias("place"),
            "row",
            *(name if name in frame.columns else pl.lit(None, dtype).alias(name) for name, dtype in PRINTED.items()),
            pl.lit(None, pl.Int64).alias("sequence"),
            pl.lit(None, pl.String).alias("retracts"),
        )

    def reject(self, work: Work, column: str, raw: pl.Series, faults: pl.DataFrame) -> None:
        if faults.height:
            work.rejects.append(rejected_cells(work.cells, self.table.titles, self.sheet, column, raw, faults))


def _replaced(texts: pl.Series, values: Mapping[str, str]) -> pl.Series:
    return texts.str.strip_chars().replace(dict(values)) if values else texts


def fixed_period(source: Source, names: tuple[str, ...], dates: str) -> Period | None:
    """The one period of a whole delivery, if it has one: declared, or named by its file."""
    period = source.period
    if period is None or period.column is not None:
        return None
    if period.fixed is not None:
        return Period.parse(period.fixed)
    match = next(filter(None, (re.search(period.file_name or "", name) for name in names)), None)
    if match is None:
        raise ProblemError(problems.PERIOD_NOT_IN_NAME.at(Span(names[0]), file=names[0]))
    written = pl.Series([match[1] if match.re.groups else match[0]])
    return Period.parse(year_first(written, dates).item())
