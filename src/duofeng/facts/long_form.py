"""The long form of a table, one value a row: rows that are read alike are read together."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

import polars as pl

from duofeng.facts.batch import Work
from duofeng.facts.cells import FAULT, Parsed, params_of, read_codes, read_numbers, read_texts
from duofeng.facts.fact import PRINTED, VALUE_OF_TYPE, VALUES
from duofeng.facts.hedge import HEDGE_OF
from duofeng.facts.readers import problems
from duofeng.facts.readers.table import ROW
from duofeng.facts.when import misfits
from duofeng.kernel.message import writings
from duofeng.kernel.problem import hint
from duofeng.zone.kinds.vocabulary import Attribute

if TYPE_CHECKING:
    from duofeng.facts.mapping import Mapper


class LongForm:
    """Maps the value column of a long table."""

    def __init__(self, mapper: Mapper) -> None:
        self.mapper = mapper

    def map(self, work: Work) -> None:
        """Each group of rows read alike is parsed by itself; its values go back to their rows."""
        named = self._attribute_of_row(work)
        title, cells, height = self.mapper.source.value or "", work.cells, work.cells.height
        if self.mapper.source.unit in cells.columns:
            named = named.with_columns(cells[self.mapper.source.unit].str.strip_chars().alias("unit"))
        values: dict[str, pl.Series] = {}
        state = pl.repeat(False, height, dtype=pl.Boolean, eager=True)
        keep = pl.repeat(False, height, dtype=pl.Boolean, eager=True)
        faults = [pl.DataFrame(schema=FAULT)]
        for keys, at in _grouped(named):
            attribute = self.mapper.attributes[keys["like"] or ""]
            unit = keys.get("unit") or self.mapper.units.for_attribute(attribute)
            texts = cells[title] if at is None else cells[title].gather(at)
            parsed = self.mapper.values.read(texts, attribute, unit)
            found, ok = self._dated(work, parsed, attribute, at)
            faults.append(found)
            name = VALUE_OF_TYPE[attribute.type]
            values[name] = _placed(values.get(name), parsed.values.cast(VALUES[name]), at, height).alias(name)
            keep = _placed(keep, ok, at, height)
            if attribute.per == "state":
                state = _placed(state, ok, at, height)
        found = pl.concat(faults)
        self.mapper.reject(work, title, cells[title], found)
        printed, sound = self._printed(work)
        keep = keep & sound
        self.mapper.tally.count(title, int(keep.sum()), found.height)
        self._add_long(work, [named["attribute"], *values.values(), *printed], set(values), keep, state)

    def _printed(self, work: Work) -> tuple[list[pl.Series], pl.Series]:
        """The columns of `PRINTED` that the source gives, and which rows are sound in them: a value whose hedge cannot
        be read would count as exact."""
        columns, sound = [], pl.repeat(True, work.cells.height, dtype=pl.Boolean, eager=True)
        for name, title in self.mapper.source.printed.columns if self.mapper.source.printed else ():
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
            self.mapper.reject(work, title, texts, parsed.faults)
            self.mapper.tally.count(title, len(texts) - parsed.values.null_count(), parsed.faults.height)
            sound = sound.scatter(parsed.faults["position"], False) if parsed.faults.height else sound
            columns.append(parsed.values.cast(PRINTED[name]).alias(name))
        return columns, sound

    def _dated(
        self, work: Work, parsed: Parsed, attribute: Attribute, at: pl.Series | None
    ) -> tuple[pl.DataFrame, pl.Series]:
        """Faults by row of the batch, and which of the group's values are facts."""
        ok = parsed.values.is_not_null()
        faults = parsed.faults
        if attribute.per != "state":
            base = work.base.select("period", "grain")
            base, bad = (base, work.bad_period) if at is None else (base[at], work.bad_period.gather(at))
            misfit = misfits(base, ok, bad, attribute, self.mapper.source.register)
            ok = ok & base["period"].is_not_null()
            ok = ok.scatter(misfit["position"], False) if misfit.height else ok
            faults = pl.concat([faults, misfit])
        if at is not None:
            faults = faults.with_columns(position=at.gather(faults["position"]).cast(pl.UInt32))
        return faults, ok

    def _add_long(
        self, work: Work, columns: list[pl.Series], values: set[str], keep: pl.Series, state: pl.Series
    ) -> None:
        title = self.mapper.source.value or ""
        place = self.mapper.place(title)
        frame = work.base.with_columns(columns)
        keep = keep & frame["subject"].is_not_null()
        for is_state in (False, True):
            chosen = keep & state if is_state else keep & ~state
            if chosen.any():
                part = frame if chosen.all() else frame.filter(chosen)
                work.facts.append(self.mapper.facts(part, pl.col("attribute"), values, is_state, place))

    def _attribute_of_row(self, work: Work) -> pl.DataFrame:
        """`attribute` and `like` (one attribute that stands for all read alike) per row; unknown ones are rejected."""
        title = self.mapper.source.attribute or ""
        texts = work.cells[title]
        found = texts.alias("text").to_frame().join(self._writings, on="text", how="left", maintain_order="left")
        unknown = found["attribute"].is_null()
        melt = self.mapper.source.melt
        if melt is not None and melt.into in work.cells.columns:
            # Under no year there is anything: a heading or a remark, told as such.
            nothing = unknown & (work.cells[melt.into] == "")
            told = work.cells.filter(nothing).select(ROW, pl.lit("note").alias("kind"), pl.col(title))
            self.mapper.tally.left_out += told.rows()
            unknown = unknown & ~nothing
        if unknown.any():
            at = unknown.arg_true()
            said = {text: self._unknown_attribute(text) for text in texts.gather(at).unique().head(200).to_list()}
            general = params_of(problems.ATTRIBUTE_UNKNOWN.at(text="…", hint=""))
            params = texts.gather(at).replace_strict(said, default=general, return_dtype=pl.String)
            code = pl.repeat(problems.ATTRIBUTE_UNKNOWN.code, len(at), eager=True)
            self.mapper.reject(
                work, title, texts, pl.DataFrame({"position": at, "code": code, "params": params}, schema=FAULT)
            )
        self.mapper.tally.count(title, len(texts) - int(unknown.sum()), int(unknown.sum()))
        return found.select("attribute", "like")

    def _unknown_attribute(self, text: str) -> str:
        return params_of(problems.ATTRIBUTE_UNKNOWN.at(text=text, **hint(text, self._writings["text"].to_list())))

    @cached_property
    def _writings(self) -> pl.DataFrame:
        """Every writing of an attribute: its id and its titles, and the first attribute that is read like it."""
        like: dict[tuple[object, ...], str] = {}
        rows: dict[str, tuple[str, str, str]] = {}
        for id_, attribute in self.mapper.attributes.items():
            key = (attribute.type, attribute.unit, attribute.per, attribute.codes)
            first = like.setdefault(key, id_)
            for text in writings(attribute.title):
                rows.setdefault(text, (text, id_, first))
        for id_, attribute in self.mapper.attributes.items():
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
