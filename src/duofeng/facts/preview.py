"""A delivery looked at before it is loaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from duofeng.facts.assertions import content_problems, header_problems
from duofeng.facts.mapping import Mapper
from duofeng.facts.readers.bytes import deliver
from duofeng.facts.readers.opening import opened, reader_of
from duofeng.facts.readers.table import RawBatch
from duofeng.kernel.problem import Problem
from duofeng.zone.kinds.source import Source
from duofeng.zone.zone import Zone


@dataclass(frozen=True)
class Preview:
    """The beginning of a delivery as it would be loaded. `columns`: title in the file → attribute or role,
    blank for none."""

    source: str
    columns: Mapping[str, str]
    cells: pl.DataFrame
    facts: pl.DataFrame
    rejects: pl.DataFrame
    problems: tuple[Problem, ...]


def preview(path: Path, source: Source, zone: Zone, rows: int = 50) -> Preview:
    """What the first rows would become. Writes nothing. Raises ProblemError when the file cannot be opened as a
    table."""
    delivered = deliver(path, reader_of(path, source) == "xlsx", source.encoding)
    with opened(delivered, source) as table:
        found = list(header_problems(source, table, path.name))
        roles = {title: _role(source, title) for title in table.titles}
        mapper = Mapper(source, zone, table, path.name)
        batch = next(iter(table.batches), None)
        if batch is None:
            return Preview(source.id, roles, pl.DataFrame(), pl.DataFrame(), pl.DataFrame(), tuple(found))
        first = RawBatch(batch.cells.head(rows), batch.broken.head(rows))
        mapped = mapper.map(first)
        found += content_problems(mapper, first.cells, path.name)
        return Preview(source.id, roles, first.cells, mapped.facts, mapped.rejects, tuple(found))


def _role(source: Source, title: str) -> str:
    if title in source.columns:
        return source.columns[title].attribute
    if title in source.identifier:
        return f"identifier:{source.identifier[title]}"
    period = source.period.column if source.period else None
    roles = {source.name: "name", source.attribute: "attribute", source.value: "value", source.unit: "unit"}
    roles |= {source.valid_from: "valid_from", period: "period"}
    roles |= {column: name for name, column in (source.printed.columns if source.printed else ())}
    return roles.get(title, "")
