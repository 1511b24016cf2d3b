"""Cells and rows that could not become facts, with everything a person needs to put them right.

A reject keeps the raw text, the reason, and under `#row` in its params the whole row as it was written.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

import polars as pl

from duofeng.facts.arrivals import REJECTED
from duofeng.facts.cells import PERSONAL
from duofeng.facts.readers.table import ROW
from duofeng.kernel.identifiers import SCHEMES, mask
from duofeng.kernel.message import Message, restored, say, stored
from duofeng.kernel.problem import KINDS

ROW_CONTENT = "#row"
CAME_FROM, CAME_IN = "#file", "#arrival"
"""In the params of a reject that a later arrival says again: the file and the arrival in which the row stands."""


def rejected_cells(
    cells: pl.DataFrame, titles: Sequence[str], sheet: str, column: str, raw: pl.Series, faults: pl.DataFrame
) -> pl.DataFrame:
    """REJECTED rows for the faults (by position in `cells`) of one column."""
    if faults.is_empty():
        return pl.DataFrame(schema=REJECTED)
    at = faults["position"]
    content = cells.select(titles)[at].select(pl.struct(pl.all()).struct.json_encode()).to_series()
    return pl.DataFrame(
        {
            "sheet": pl.repeat(sheet, len(at), eager=True),
            "row": cells[ROW].gather(at),
            "column": pl.repeat(column, len(at), eager=True),
            "raw": raw.gather(at),
            "code": faults["code"],
            "params": with_content(faults["params"], content),
        },
        schema=REJECTED,
    )


def rejected_rows(broken: pl.DataFrame, sheet: str) -> pl.DataFrame:
    """REJECTED rows for what a reader could not split into cells: the raw text is the whole row."""
    return broken.select(
        pl.lit(sheet or "").alias("sheet"), "row", pl.lit("").alias("column"), "raw", "code", "params"
    ).cast(dict(REJECTED))  # type: ignore[arg-type]  # a schema is a mapping of names to types


def with_content(params: pl.Series, content: pl.Series) -> pl.Series:
    frame = pl.DataFrame({"p": params, "c": content})
    open_end = pl.col("p").str.head(-1)
    comma = pl.when(pl.col("p").str.len_bytes() > 2).then(pl.lit(", ")).otherwise(pl.lit(""))
    return frame.select(open_end + comma + pl.lit(f'"{ROW_CONTENT}": ') + pl.col("c") + pl.lit("}")).to_series()


def reason(code: str, params: str) -> Message:
    """The sentence that says why."""
    if code not in KINDS:
        return Message("{code}", {"code": code})
    kept = {name: value for name, value in _loaded(params).items() if not name.startswith("#")}
    return Message(KINDS[code].message, _Kept({name: restored(value) for name, value in kept.items()}))


class _Kept(dict[str, object]):
    """Parameters as they were kept; one that was not kept yet is a dash."""

    def __missing__(self, name: str) -> str:
        return "—"


def carried(rejects: pl.DataFrame) -> pl.DataFrame:
    """Rejects of an earlier arrival (REJECT) for a later one to carry over, each still saying where it stands."""
    rows = rejects.select("arrival", "file", "params").iter_rows()
    params = [stands_in(text, arrival, file) for arrival, file, text in rows]
    return rejects.select(REJECTED.names()).with_columns(params=pl.Series(params, dtype=pl.String))


def standing_in(rejects: pl.DataFrame, arrival: str, file: str) -> pl.DataFrame:
    """REJECTED of rows that stood in an earlier arrival first."""
    params = [stands_in(text, arrival, file) for text in rejects["params"]]
    return rejects.with_columns(params=pl.Series(params, dtype=pl.String))


def stands_in(params: str, arrival: str, file: str) -> str:
    return json.dumps({CAME_IN: arrival, CAME_FROM: file} | _loaded(params), ensure_ascii=False)


def arrival_of(arrival: str, params: str) -> str:
    """The arrival in which a rejected row stood first."""
    return str(_loaded(params).get(CAME_IN, arrival))


def where(sheet: str, column: str, params: str) -> Message:
    """Where in its file a reject stands: a column, of a sheet or not, or the characters of a document."""
    at = _loaded(params)
    if "end" in at:
        return say("{column}，第 {start}-{end} 字", column=column, start=at["start"], end=at["end"])
    return Message("{place}", {"place": f"{sheet}!{column}" if sheet else column})


def file_of(file: str, params: str) -> str:
    """The file in which a rejected row stands."""
    return str(_loaded(params).get(CAME_FROM, file))


def shown_raw(raw: str, params: str) -> str:
    """The raw text as it may stand on a screen: a person's number masked."""
    titles = [scheme.title for scheme in SCHEMES.values() if scheme.personal]
    personal = [form for title in titles for form in (stored(title), str(title))]  # before the mark was kept
    told = _loaded(params)
    return mask(raw) if PERSONAL in told or told.get("scheme") in personal else raw


def row_content(params: str) -> dict[str, str]:
    """The whole row by column title; empty when the row could not be split into cells."""
    content = _loaded(params).get(ROW_CONTENT, {})
    return {title: str(cell) for title, cell in content.items()} if isinstance(content, dict) else {}


def _loaded(params: str) -> dict[str, object]:
    loaded = json.loads(params)
    return loaded if isinstance(loaded, dict) else {}
