"""Whom a row is about: a validated identifier, else a key of the source and the name; else nobody, and the row
is kept."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import polars as pl

from duofeng.facts.cells import ABSENT, FAULT, params_of
from duofeng.facts.readers import problems
from duofeng.kernel.identifiers import OWN, scheme_named, validate, validate_many
from duofeng.zone.kinds.source import LEDGER_KEY, Source

TRIED = pl.Schema({"raw": pl.String(), "subject": pl.String(), "code": pl.String(), "params": pl.String()})
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
    columns: tuple[str, ...]
    """The identifying columns the table has, in declared order."""
    name: str | None
    tried: dict[str, pl.DataFrame] = field(default_factory=dict)
    irregular: dict[str, int] = field(default_factory=dict)
    """Codes of warnings (an odd class, an inner check) and how many distinct identifiers they concern."""

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
            named = _named(self.source, cells[self.name].gather(open_rows))
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
            tried = self._try(self.source.identifier[column], new).with_columns(seen=True)
            self.tried[column] = pl.concat([self.tried[column], tried])
            found = self._known(column, raw)
        return found

    def _known(self, column: str, raw: pl.Series) -> pl.DataFrame:
        known = self.tried.setdefault(column, pl.DataFrame(schema=TRIED | {"seen": pl.Boolean}))
        return raw.alias("raw").to_frame().join(known, on="raw", how="left", maintain_order="left")

    def _try(self, scheme: str, texts: pl.Series) -> pl.DataFrame:
        clean = texts.str.strip_chars()
        absent = clean.is_in(list(ABSENT))
        if scheme in (LEDGER_KEY, OWN):
            prefix = "" if scheme == LEDGER_KEY else f"{self.source.id}:"
            frame = pl.DataFrame({"raw": texts, "clean": clean, "absent": absent})
            key = pl.when(~pl.col("absent")).then(pl.lit(prefix) + pl.col("clean"))
            return frame.select("raw", key.alias("subject"), code=pl.lit(None), params=pl.lit(None)).cast(dict(TRIED))  # type: ignore[arg-type]  # a schema is a mapping
        found = validate_many(scheme, texts)
        warned = found.filter(pl.col("ok") & pl.col("code").is_not_null())["code"].value_counts()
        for code, count in warned.iter_rows():
            self.irregular[code] = self.irregular.get(code, 0) + count
        wrong = ~found["ok"] & ~absent
        return pl.DataFrame(
            {
                "raw": texts,
                "subject": found["normalised"],
                "code": pl.select(pl.when(wrong).then(found["code"])).to_series(),
                "params": _params(scheme, texts, wrong),
            },
            schema=TRIED,
        )


EXPLAINED = 500
"""Distinct wrong identifiers of a batch that are explained one by one (which character, which length)."""


def _params(scheme: str, texts: pl.Series, wrong: pl.Series) -> pl.Series:
    """What the messages of the wrong ones need; null for the others. Numbers of persons are masked."""
    rules = scheme_named(scheme)
    said = {}
    for text in texts.filter(wrong).head(EXPLAINED).to_list():
        found = [problem for problem in validate(scheme, text).problems if problem.severity == "error"]
        said[text] = params_of(found[0])
    shown = pl.lit("…") if rules.personal else pl.col("raw")
    known = {"scheme": rules.zh, "scheme_en": rules.en}
    general = [pl.lit(known.get(name, "?")).alias(name) for name in (*_PARAMETERS, *known)]
    exact = pl.col("raw").replace_strict(said, default=None, return_dtype=pl.String)
    plain = pl.struct(*general, shown.alias("text")).struct.json_encode()
    return (
        pl.DataFrame({"raw": texts, "wrong": wrong}).select(pl.when("wrong").then(exact.fill_null(plain))).to_series()
    )


_PARAMETERS = ("length", "expected", "position", "character", "classes", "date")


def _faults_at(positions: pl.Series, found: pl.DataFrame) -> pl.DataFrame:
    rows = found[positions]
    return pl.DataFrame({"position": positions, "code": rows["code"], "params": rows["params"]}, schema=FAULT)


def _named(source: Source, names: pl.Series) -> pl.Series:
    clean = names.str.normalize("NFKC").str.replace_all(r"\s+", "")
    frame = pl.DataFrame({"n": clean})
    present = ~pl.col("n").is_in(list(ABSENT))
    return frame.select(pl.when(present).then(pl.lit(f"{source.id}:") + pl.col("n"))).to_series()


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
