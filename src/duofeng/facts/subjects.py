"""Whom a row is about: a validated identifier, else a key of the source and the name; else nobody, and the row
is kept."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import polars as pl

from duofeng.facts.cells import FAULT
from duofeng.facts.keys import KEYED, Way, joined
from duofeng.facts.readers import problems
from duofeng.kernel.identifiers import OWN
from duofeng.zone.kinds.source import BY_NAME, Source
from duofeng.zone.zone import Zone

NOTE = (
    r"^\s*(?:(?:注|备注|说明|附注|填表人?|制表人?|审核人?|填报人|填报单位|联系人|数据来源|资料来源|来源|单位|[Nn]otes?|[Ss]ource)"
    r"\s*[:：].*|注\s*\d*\s*[:：.、].*|[合总小]\s*计|[Tt]otal)\s*$"
)


@dataclass(frozen=True)
class Identified:
    """`subject`: a key or null per row; `faults` by column title (FAULT); positions of totals and remarks, and how many
    rows are blank altogether; `usable`: by column, how many rows it identifies."""

    subject: pl.Series
    faults: dict[str, pl.DataFrame]
    notes: pl.Series
    blank: int = 0
    usable: dict[str, int] = field(default_factory=dict)


@dataclass
class Subjects:
    """Finds the subjects of batch after batch of one table. Remembers texts it has validated: they come again."""

    source: Source
    zone: Zone
    columns: tuple[str, ...]
    """The identifying columns the table has, in declared order."""
    name: str | None
    key: tuple[str, ...] = ()
    """Columns that make up the subject's number together, where no column identifies it by itself."""
    tried: dict[str, pl.DataFrame] = field(default_factory=dict)
    irregular: dict[str, int] = field(default_factory=dict)
    """Codes of warnings (an odd class, an inner check) and how many distinct identifiers they concern."""

    @property
    def scheme_of_key(self) -> str:
        """A number of several columns is the register's where that has a scheme, else the source's own."""
        of_register = self.zone.registers[self.source.register].key
        return of_register if of_register in self.zone.identifier_schemes else OWN

    def of(self, cells: pl.DataFrame, titles: tuple[str, ...]) -> Identified:
        subject = pl.repeat(self.source.subject, cells.height, dtype=pl.String, eager=True)
        faults: dict[str, pl.DataFrame] = {}
        usable: dict[str, int] = {}
        for column in self.columns:
            found = self._validated(column, cells[column])
            usable[column] = cells.height - found["subject"].null_count()
            subject = subject.fill_null(found["subject"]) if subject.null_count() < cells.height else found["subject"]
            if found["code"].null_count() < cells.height:
                faults[column] = _faults_at(found["code"].is_not_null().arg_true(), found)
        if self.key and subject.null_count():
            number, incomplete = joined(cells, self.key)
            found = self._validated(self.key[0], number)
            subject = subject.fill_null(found["subject"])
            usable[self.key[0]] = cells.height - found["subject"].null_count()
            faults[self.key[0]] = pl.concat([incomplete, _faults_at(found["code"].is_not_null().arg_true(), found)])
        if not subject.null_count():
            return Identified(subject, faults, subject.clear().cast(pl.UInt32), usable=usable)
        return replace(self._without_identifier(cells, titles, subject, faults), usable=usable)

    def _without_identifier(
        self, cells: pl.DataFrame, titles: tuple[str, ...], subject: pl.Series, faults: dict[str, pl.DataFrame]
    ) -> Identified:
        nobody = subject.is_null().arg_true()
        blank = _blank(cells, titles, nobody)
        notes = _notes(cells, titles, _except(nobody, blank))
        faults = {column: found.filter(~found["position"].is_in(notes.implode())) for column, found in faults.items()}
        wrong = [found["position"] for found in faults.values()]
        open_rows = _except(nobody, pl.concat([blank, notes, *wrong]))
        if self.name is not None and len(open_rows):
            way = Way(self.zone, self.source.register, BY_NAME, self.source.id)
            named = way.keys(cells[self.name].gather(open_rows))["subject"]
            subject = subject.scatter(open_rows, named)
            open_rows = open_rows.filter(named.is_null())
        if len(open_rows):
            column = self.columns[0] if self.columns else self.name or titles[0]
            missing = {"position": open_rows, "code": problems.SUBJECT_MISSING.code, "params": "{}"}
            found = pl.DataFrame(missing, schema=FAULT)
            faults[column] = pl.concat([faults[column], found]) if column in faults else found
        return Identified(subject, faults, notes, len(blank))

    def _validated(self, column: str, raw: pl.Series) -> pl.DataFrame:
        """`subject`, `code`, `params` per row; all null where the cell is blank or a mark of absence."""
        found = self._known(column, raw)
        new = raw.filter(found["seen"].is_null()).unique()
        if len(new):
            tried = self._try(column, new).with_columns(seen=True)
            self.tried[column] = pl.concat([self.tried[column], tried])
            found = self._known(column, raw)
        return found

    def _known(self, column: str, raw: pl.Series) -> pl.DataFrame:
        known = self.tried.setdefault(column, pl.DataFrame(schema=KEYED | {"seen": pl.Boolean}))
        return raw.alias("raw").to_frame().join(known, on="raw", how="left", maintain_order="left")

    def _try(self, column: str, texts: pl.Series) -> pl.DataFrame:
        scheme = self.source.identifier.get(column, self.scheme_of_key)
        found = Way(self.zone, self.source.register, scheme, self.source.id).keys(texts)
        for code, count in found["irregular"].drop_nulls().value_counts().iter_rows():
            self.irregular[code] = self.irregular.get(code, 0) + count
        return found.drop("irregular")


def _faults_at(positions: pl.Series, found: pl.DataFrame) -> pl.DataFrame:
    rows = found[positions]
    return pl.DataFrame({"position": positions, "code": rows["code"], "params": rows["params"]}, schema=FAULT)


def _except(positions: pl.Series, others: pl.Series) -> pl.Series:
    return positions.filter(~positions.is_in(others.implode())) if len(others) else positions


def _blank(cells: pl.DataFrame, titles: tuple[str, ...], candidates: pl.Series) -> pl.Series:
    blank = pl.all_horizontal(pl.col(title).str.strip_chars() == "" for title in titles)
    return candidates.filter(cells.select(titles)[candidates].select(blank).to_series())


def _notes(cells: pl.DataFrame, titles: tuple[str, ...], candidates: pl.Series) -> pl.Series:
    """Which of these rows are totals or remarks: by their first word, or a lone text in a table of three
    columns or more."""
    if not len(candidates):
        return candidates
    rows = cells.select(titles)[candidates]
    filled = [pl.when(pl.col(title).str.strip_chars() != "").then(pl.col(title)) for title in titles]
    first = pl.coalesce(filled)
    lone = pl.sum_horizontal(text.is_not_null() for text in filled) == 1
    wordy = first.str.strip_chars().str.len_chars() >= 6
    by_word = first.str.contains(NOTE)
    is_note = by_word | (lone & wordy & first.str.contains(r"[：:，。,]")) if len(titles) >= 3 else by_word
    return candidates.filter(rows.select(is_note.fill_null(False)).to_series())
