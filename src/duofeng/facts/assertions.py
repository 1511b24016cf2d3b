"""Whether a delivery is what its source promised: what quarantines it, and what only warns."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import polars as pl

from duofeng.facts.batch import Tally
from duofeng.facts.cells import ABSENT
from duofeng.facts.mapping import Mapper
from duofeng.facts.readers import problems, table_problems
from duofeng.facts.readers.header import same_title
from duofeng.facts.readers.table import RawTable
from duofeng.kernel.identifiers import OWN, validate_many
from duofeng.kernel.message import Message, Said, say
from duofeng.kernel.problem import KINDS, Problem, Span, hint, nearest
from duofeng.zone.kinds.source import LEDGER_KEY, Assertions, Rows, Source

SAMPLE = 2000
NEARLY_ALL = 0.9
ENOUGH = 5
"""Fewer cells than this say nothing about a column."""


def header_problems(source: Source, table: RawTable, file: str) -> Iterator[Problem]:
    """What the header alone shows. An error quarantines the delivery, a warning does not."""
    span = Span(f"{file}!{table.sheet}" if table.sheet else file)
    yield from _missing(source, table, span)
    yield from _nobody_named(source, frozenset(table.titles), span)
    yield from _duplicates(source, table, span)
    yield from _unknown(source, table, span)
    yield from table.problems


def said_by(source: Source) -> list[str]:
    """The columns each of which alone says of whom a row speaks; a key of several columns is beside them."""
    return [*source.identifier, *([source.name] if source.name else [])]


def _missing(source: Source, table: RawTable, span: Span) -> Iterator[Problem]:
    unknown = _undeclared(source, table)
    for title in _absent(source, table):
        yield problems.COLUMN_MISSING.at(span, column=title, **hint(title, unknown, listed=False))


def _absent(source: Source, table: RawTable) -> list[str]:
    return [title for title in source.known_columns if title not in table.titles]


def _undeclared(source: Source, table: RawTable) -> list[str]:
    known = source.known_columns
    return [title for title in table.titles if title not in known]


def _nobody_named(source: Source, present: frozenset[str], span: Span) -> Iterator[Problem]:
    """Columns without which no row says of whom it speaks, or what it says."""
    ways, lacking = said_by(source), [column for column in source.key if column not in present]
    whole_key = source.key and not lacking
    if (ways or lacking) and not whole_key and present.isdisjoint(ways):
        yield problems.NO_SUBJECT_COLUMN.at(span, columns="、".join([*ways, *lacking]))
    for title in filter(None, (source.attribute, source.value)):
        if title not in present:
            yield problems.NO_SUBJECT_COLUMN.at(span, columns=title)


def _duplicates(source: Source, table: RawTable, span: Span) -> Iterator[Problem]:
    count: dict[str, int] = {}
    for title in table.header:
        count[same_title(title)] = count.get(same_title(title), 0) + 1
    declared = {same_title(title): title for title in source.known_columns}
    for title, times in count.items():
        if title and times > 1 and title in declared:
            yield problems.COLUMN_TWICE.at(span, column=declared[title], count=times)


def _unknown(source: Source, table: RawTable, span: Span) -> Iterator[Problem]:
    treatment = source.asserts.unknown_columns if source.asserts else "warn"
    unknown = [title for title in _undeclared(source, table) if not title.startswith("#")]
    if treatment == "quarantine" and unknown:
        yield problems.UNKNOWN_COLUMNS.at(span, columns="、".join(unknown))
    elif treatment == "warn":
        for title in unknown:
            near = nearest(title, _absent(source, table))
            hint = say("，最接近的是“{near}”", near=near) if near else ""
            yield problems.COLUMN_UNKNOWN.at(span, column=title, hint=hint)


# ---- contents -----------------------------------------------------------------------------------------------------


def content_problems(mapper: Mapper, cells: pl.DataFrame, file: str) -> list[Problem]:
    """Columns whose contents belong under another title, from the first rows of a table."""
    source, tally = mapper.source, mapper.tally
    sample = cells.head(SAMPLE)
    found: list[Problem] = []
    for column, wrong in tally.wrong.items():
        total = wrong + tally.usable[column]
        if column not in sample.columns or total < ENOUGH or wrong < NEARLY_ALL * total:
            continue
        numbers = {"column": column, "bad": wrong, "rows": total}
        other = _belongs(mapper, column, sample)
        if other is not None:
            expected = _kind_of(mapper, column)
            found.append(problems.SWAPPED.at(Span(file), **numbers, other=other, expected=expected))
        elif column in source.identifier:
            found.append(problems.IDENTIFIERS_WRONG.at(Span(file), **numbers, example=sample[column][0]))
        else:
            found.append(problems.COLUMN_WRONG.at(Span(file), **numbers, example=sample[column][0]))
    return found


def _belongs(mapper: Mapper, column: str, sample: pl.DataFrame) -> str | None:
    """The column whose contents read as `column` should, while its own title expects something else."""
    for other in mapper.table.titles:
        if other == column or not _may_be_misplaced(mapper, other):
            continue
        texts = sample[other].filter(~sample[other].str.strip_chars().is_in(list(ABSENT)))
        if len(texts) >= ENOUGH and _reads_as(mapper, column, texts) >= NEARLY_ALL:
            return other
    return None


def _may_be_misplaced(mapper: Mapper, column: str) -> bool:
    """A column that is itself wrong nearly everywhere, holds free text, or is not declared at all."""
    wrong, usable = mapper.tally.wrong.get(column, 0), mapper.tally.usable.get(column, 0)
    if wrong >= NEARLY_ALL * (wrong + usable) and wrong:
        return True
    declared = mapper.source.columns.get(column)
    return declared is None or mapper.attributes[declared.attribute].type == "text"


def _reads_as(mapper: Mapper, column: str, texts: pl.Series) -> float:
    scheme = mapper.source.identifier.get(column)
    if scheme is not None:
        schemes = mapper.zone.identifier_schemes
        return 0.0 if scheme in (LEDGER_KEY, OWN) else float(validate_many(schemes[scheme], texts)["ok"].mean() or 0)  # type: ignore[arg-type]  # a mean of booleans is a float
    declared = mapper.source.columns.get(column)
    if declared is None or mapper.attributes[declared.attribute].type in ("text", "reference"):
        return 0.0
    parsed = mapper.values.read(texts, mapper.attributes[declared.attribute], declared.unit, declared)
    return 1 - parsed.values.null_count() / len(texts)


def _kind_of(mapper: Mapper, column: str) -> Said | str:
    scheme = mapper.source.identifier.get(column)
    if scheme is not None and scheme != LEDGER_KEY:
        return mapper.zone.identifier_schemes[scheme].title
    declared = mapper.source.columns.get(column)
    return say("“{column}”", column=column) if declared is None else declared.attribute


# ---- the whole ----------------------------------------------------------------------------------------------------


OF_A_WHOLE = frozenset({problems.TOO_FEW.code, problems.FILL_LOW.code})
"""What a few rows sent again to be put right cannot be held to."""


def delivery_problems(source: Source, tally: Tally, facts: int, rejects: int, today: date, file: str) -> list[Problem]:
    """What only the whole delivery shows. An error quarantines it."""
    span = Span(file)
    found = list(_broken_promises(source.asserts, tally, today, span)) if source.asserts else []
    if tally.rows and not facts:
        found.append(problems.NO_FACTS.at(span, rows=tally.rows, rejects=rejects))
    found += _left_out(tally, span)
    for code, count in sorted(tally.irregular.items()):
        kind = KINDS[code]
        found.append(problems.IRREGULAR.at(span, count=count, code=code, why=Message(kind.explain)))
    return found


def _broken_promises(asserts: Assertions, tally: Tally, today: date, span: Span) -> Iterator[Problem]:
    """Where a delivery is not what its source said a sound one is."""
    if asserts.rows:
        yield from _out_of_bounds(asserts.rows, tally.rows, span)
    for column, minimum in asserts.filled.items():
        share = tally.usable.get(column, 0) / tally.rows if tally.rows else 0.0
        if share < minimum:
            yield problems.FILL_LOW.at(span, column=column, filled=f"{share:.1%}", minimum=f"{float(minimum):.0%}")
    days = (today - tally.latest).days if tally.latest else 0
    if asserts.freshness_days and days > asserts.freshness_days:
        yield problems.STALE.at(span, latest=tally.latest, days=days, maximum=asserts.freshness_days)


def _out_of_bounds(bounds: Rows, rows: int, span: Span) -> Iterator[Problem]:
    if rows < bounds.min:
        yield problems.TOO_FEW.at(span, rows=rows, minimum=bounds.min)
    if bounds.max is not None and rows > bounds.max:
        yield problems.TOO_MANY.at(span, rows=rows, maximum=bounds.max)


LEFT_OUT = {"total": table_problems.TOTALS, "note": problems.NOTES, "header": table_problems.HEADER_AGAIN}
MOST_TOLD = 20


def _left_out(tally: Tally, span: Span) -> Iterator[Problem]:
    """What was read as no data, by kind, each with its row and text."""
    for kind, problem in LEFT_OUT.items():
        rows = [(row, text) for row, found, text in tally.left_out if found == kind]
        if rows:
            shown = [f"{row}: {text}" for row, text in rows[:MOST_TOLD]] + ["…"] * (len(rows) > MOST_TOLD)
            yield problem.at(span, count=len(rows), rows="；".join(shown))
