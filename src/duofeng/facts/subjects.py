"""Whom a row is about: a validated identifier, else a key of the source and the name; else nobody, and the row
is kept."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import polars as pl

from duofeng.facts.asides import apart
from duofeng.facts.cells import FAULT
from duofeng.facts.keys import KEYED, Way, joined
from duofeng.facts.readers import problems, table_problems
from duofeng.kernel.identifiers import OWN
from duofeng.zone.kinds.source import BY_NAME, LEDGER_KEY, Source
from duofeng.zone.zone import Zone

ANYTHING = frozenset({OWN, LEDGER_KEY})
"""Schemes by which any text is a number."""


@dataclass(frozen=True)
class Identified:
    """`subject`: a key or null per row; `faults` by column title (FAULT); `apart`: ASIDE rows, which speak of nobody;
    how many rows are blank altogether; `usable`: by column, how many rows it identifies."""

    subject: pl.Series
    faults: dict[str, pl.DataFrame]
    apart: pl.DataFrame
    by_name: pl.Series
    """Which rows nothing but a name tells whom they are about."""
    blank: int = 0
    usable: dict[str, int] = field(default_factory=dict)

    def among(self, keep: pl.Series) -> Identified:
        """The same of the kept rows alone."""
        position = (keep.cum_sum() - 1).cast(pl.UInt32)
        faults = {
            column: found.filter(keep.gather(found["position"])).with_columns(
                position=position.gather(found["position"]).filter(keep.gather(found["position"]))
            )
            for column, found in self.faults.items()
        }
        return replace(self, subject=self.subject.filter(keep), faults=faults, by_name=self.by_name.filter(keep))


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

    def of(self, cells: pl.DataFrame, titles: tuple[str, ...], written: tuple[str, ...]) -> Identified:
        """Whom the rows of a batch are about. `written` are the titles as they stand in the file."""
        # 1. by number
        subject = pl.repeat(self.source.subject, cells.height, dtype=pl.String, eager=True)
        sure = subject.is_not_null()
        faults: dict[str, pl.DataFrame] = {}
        usable: dict[str, int] = {}
        for column in self.columns:
            found = self._validated(column, cells[column])
            usable[column] = cells.height - found["subject"].null_count()
            subject = subject.fill_null(found["subject"]) if subject.null_count() < cells.height else found["subject"]
            if self.source.identifier[column] not in ANYTHING:
                sure = sure | found["subject"].is_not_null()
            if found["code"].null_count() < cells.height:
                faults[column] = _faults_at(found["code"].is_not_null().arg_true(), found)
        if self.key and subject.null_count():
            number, incomplete = joined(cells, self.key)
            found = self._validated(self.key[0], number)
            subject = subject.fill_null(found["subject"])
            usable[self.key[0]] = cells.height - found["subject"].null_count()
            faults[self.key[0]] = pl.concat([incomplete, _faults_at(found["code"].is_not_null().arg_true(), found)])
        # 2. what a validated number makes nobody's may be no row of data at all
        doubtful = (~sure).arg_true()
        blank = _blank(cells, titles, doubtful.filter(subject.gather(doubtful).is_null()))
        rest = apart(cells, titles, written, self._anything(), _except(doubtful, blank))
        nobody = pl.repeat(False, cells.height, dtype=pl.Boolean, eager=True)
        identified = Identified(subject, faults, rest, nobody, len(blank), usable)
        # 3. by name
        return self._by_name(cells, titles, identified, blank) if subject.null_count() else identified

    def _anything(self) -> list[str]:
        """The columns that say who by what no rule can tell from other words."""
        own = [column for column in self.columns if self.source.identifier[column] in ANYTHING]
        return list(dict.fromkeys([*own, *self.key, *([self.name] if self.name else [])]))

    def _by_name(self, cells: pl.DataFrame, titles: tuple[str, ...], found: Identified, blank: pl.Series) -> Identified:
        subject, faults = found.subject, dict(found.faults)
        wrong = [each["position"] for each in faults.values()]
        open_rows = _except(subject.is_null().arg_true(), pl.concat([blank, found.apart["position"], *wrong]))
        column = self.columns[0] if self.columns else self.name or titles[0]
        either = found.apart.filter(pl.col("kind") == "either")
        if either.height:
            said = either.select(
                "position", code=pl.lit(table_problems.NOTE_OR_NAME.code), params=pl.struct("text").struct.json_encode()
            )
            _add(faults, self.name or column, said)
        if self.name is not None and len(open_rows):
            way = Way(self.zone, self.source.register, BY_NAME, self.source.id)
            named = way.keys(cells[self.name].gather(open_rows))["subject"]
            subject = subject.scatter(open_rows, named)
            found = replace(found, by_name=found.by_name.scatter(open_rows, True))
            open_rows = open_rows.filter(named.is_null())
        if len(open_rows):
            _add(
                faults,
                column,
                pl.DataFrame({"position": open_rows, "code": problems.SUBJECT_MISSING.code, "params": "{}"}),
            )
        return replace(found, subject=subject, faults=faults)

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


def _add(faults: dict[str, pl.DataFrame], column: str, found: pl.DataFrame) -> None:
    new = found.select(FAULT.names()).cast(dict(FAULT))  # type: ignore[arg-type]  # a schema is a mapping
    faults[column] = pl.concat([faults[column], new]) if column in faults else new


def _except(positions: pl.Series, others: pl.Series) -> pl.Series:
    return positions.filter(~positions.is_in(others.implode())) if len(others) else positions


def _blank(cells: pl.DataFrame, titles: tuple[str, ...], candidates: pl.Series) -> pl.Series:
    blank = pl.all_horizontal(pl.col(title).str.strip_chars() == "" for title in titles)
    return candidates.filter(cells.select(titles)[candidates].select(blank).to_series())
