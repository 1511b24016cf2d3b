"""Writes the made-up zone as files with the columns of its declared sources, and the key of what was planted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import reduce
from operator import or_
from pathlib import Path

import numpy as np
import polars as pl

from duofeng.kernel.period import Period
from duofeng.kernel.problem import Problem, ProblemError
from duofeng.kernel.units import factor_between
from duofeng.synth.areas import Areas
from duofeng.synth.dirt import AnswerKey, Columns, Planter
from duofeng.synth.made import MadeFiles
from duofeng.synth.naming import name_variants
from duofeng.synth.population import Integers, Population, minor
from duofeng.synth.problems import CANNOT_WRITE, NO_PLAN, NOT_MODELLED
from duofeng.synth.spells import changes
from duofeng.synth.truths import Truths
from duofeng.zone.kinds.source import Column, Source
from duofeng.zone.kinds.synth import Synth, SynthFile
from duofeng.zone.kinds.vocabulary import Attribute
from duofeng.zone.zone import Zone

ROWS_AT_ONCE = 200_000
ANSWER_KEY = "answer_key.csv"


@dataclass(frozen=True)
class Written:
    """One file: its name, its rows without the header, how many mistakes were planted in it."""

    file: str
    rows: int
    planted: int


@dataclass
class _Writer:
    zone: Zone
    plan: Synth
    population: Population
    folder: Path
    events: int
    key: AnswerKey = field(default_factory=AnswerKey)

    def __post_init__(self) -> None:
        self.made = MadeFiles(self.population)
        self.truths = Truths(self.population, self.zone.attributes["organisation"])

    def write(self, source: Source, file: SynthFile) -> Iterator[Written]:
        if file.rows == "areas":
            yield self._areas(source, file)
        elif file.rows == "events":
            yield self._events(source, file)
        elif file.rows == "made":
            yield self._made(source, file)
        elif file.rows == "spells":
            yield self._spells(source, file)
        else:
            for period in (*map(Period.parse, file.periods),) or (None,):
                yield self._organisations(source, file, period)

    # ---- rows about organisations -----------------------------------------------------------------------------------

    def _organisations(self, source: Source, file: SynthFile, period: Period | None) -> Written:
        truths = {title: self._truth(source, declared, period) for title, declared in source.columns.items()}
        chosen = self._chosen(source, file, period)
        chosen = chosen[_says_something(truths.values()).to_numpy()[chosen]]
        columns: dict[str, pl.Series] = {}
        for title in source.identifier:
            columns[title] = self.population.naming.credit_codes.gather(chosen)
        if source.name is not None:
            columns[source.name] = self.population.naming.names.gather(chosen)
        if source.period is not None and source.period.column is not None:
            columns[source.period.column] = pl.Series([str(period)]).new_from_index(0, len(chosen))
        name = file.name.format(period=period)
        for title, declared in source.columns.items():
            truth = truths.pop(title).gather(chosen)
            attribute = self._attribute(source, declared)
            told = self._told(file, truth, attribute, f"{name} {title}")
            columns[title] = as_text(told, attribute, declared)
            self._note_disputes(name, title, truth, told, attribute, declared, chosen)
        return self._write(name, pl.DataFrame(columns), chosen, source, file)

    def _chosen(self, source: Source, file: SynthFile, period: Period | None) -> Integers:
        """Who is in the file: those in business then; of them a share, the larger ones first if asked."""
        there = self.population.present(period)
        count = round(float(file.share) * int(there.sum()))
        score = self.population.followed("size" if file.larger_first else "chance", f"in {source.id}")
        if count >= int(there.sum()):
            return np.flatnonzero(there)
        score = np.where(there, score, -np.inf)
        return np.sort(np.argpartition(-score, max(count - 1, 0))[:count])

    def _truth(self, source: Source, declared: Column, period: Period | None) -> pl.Series:
        when = Period.parse(declared.period) if declared.period is not None else period
        is_state = self._attribute(source, declared).per == "state"
        return self.truths.column(declared.attribute, None if is_state else when)

    def _told(self, file: SynthFile, truth: pl.Series, attribute: Attribute, name: str) -> pl.Series:
        """What the reporter says: mostly the truth, sometimes a little off, seldom far off."""
        if file.differs is None or truth.dtype != pl.Int64:
            return truth
        draw = self.population.stream(f"told {name}")
        luck, noise = draw.random(len(truth)), draw.standard_normal(len(truth))
        large = luck < float(file.differs.large)
        small = ~large & (luck < float(file.differs.large + file.differs.small))
        value = truth.fill_null(0).to_numpy()
        factor = np.where(large, np.exp(0.9 * noise + np.sign(noise) * 0.3), 1 + 0.02 * noise)
        off = minor(value / 100 * factor) if attribute.type == "money" else np.round(value * factor).astype(np.int64)
        return pl.Series(np.where(large | small, off, value)).zip_with(truth.is_not_null(), truth)

    def _note_disputes(
        self,
        file: str,
        title: str,
        truth: pl.Series,
        told: pl.Series,
        attribute: Attribute,
        declared: Column,
        who: Integers,
    ) -> None:
        """Values far from the truth go into the key; small differences are everyday."""
        if truth is told:
            return
        far = ((told - truth).abs().cast(pl.Float64) > truth.abs().cast(pl.Float64) * 0.15).fill_null(False)
        at = far.arg_true()
        texts = [as_text(series.gather(at), attribute, declared) for series in (told, truth)]
        codes = self.population.naming.credit_codes.gather(who[at.to_numpy()])
        for position, written, right, subject in zip(at, *texts, codes, strict=True):
            self.key.add(file, position + 2, title, "dispute", written=written, truth=right, subject=subject)

    def _spells(self, source: Source, file: SynthFile) -> Written:
        """First the share that is entered with nothing recognised, then every change."""
        titles = list(source.columns)
        flags = tuple(source.columns[title].attribute for title in titles)
        for title, flag in zip(titles, flags, strict=True):
            if flag not in self.plan.quotas:
                raise ProblemError(_not_modelled(source, title, source.columns[title]))
        found = changes(self.population, flags)
        entered = self._chosen(source, file, None)
        who = np.concatenate([entered, found.organisation])
        columns = {title: self.population.naming.credit_codes.gather(who) for title in source.identifier}
        if source.name is not None:
            columns[source.name] = self.population.naming.names.gather(who)
        if source.valid_from is not None:
            day = np.concatenate([self.population.registered_on[entered], found.day])
            columns[source.valid_from] = pl.Series(day).cast(pl.String)
        said = pl.Series(["否", "是"]).gather(found.on.astype(np.int64))
        blank = pl.Series([""], dtype=pl.String).new_from_index(0, len(said))
        nothing = pl.Series(["否"]).new_from_index(0, len(entered))
        for position, title in enumerate(titles):
            columns[title] = pl.concat([nothing, said.zip_with(pl.Series(found.flag == position), blank)])
        return self._write(file.name, pl.DataFrame(columns), who, source, file)

    def _write(self, name: str, texts: pl.DataFrame, who: Integers, source: Source, file: SynthFile) -> Written:
        """Chunk by chunk, each spoiled on its way."""
        before, rows = len(self.key.rows), 0
        planter = Planter(name, self._columns(source), file.dirt, self.plan.as_of.year, self._variant, self.key)
        disputes = {row for key_file, row, *_ in self.key.rows if key_file == name}
        with (self.folder / name).open("wb") as out:
            for start in range(0, max(len(who), 1), ROWS_AT_ONCE):
                chunk, rowed = texts.slice(start, ROWS_AT_ONCE), who[start : start + ROWS_AT_ONCE]
                subjects = self.population.naming.credit_codes.gather(rowed)
                draw = self.population.stream(f"dirt {name} {start}")
                spoiled = planter.plant(chunk, subjects, rowed, rows + 2, draw)
                text = spoiled.write_csv(include_header=start == 0, null_value="")
                out.write(text.encode("utf-8" if start and file.encoding == "utf-8-sig" else file.encoding))
                rows += spoiled.height
        return Written(name, rows, len(self.key.rows) - before + len(disputes))

    def _variant(self, organisation: int, draw: np.random.Generator) -> str:
        naming = self.population.naming
        return str(
            draw.choice(
                name_variants(naming.places[organisation], naming.cores[organisation], naming.forms[organisation])
            )
        )

    def _columns(self, source: Source) -> Columns:
        of_type: dict[str, list[str]] = {}
        money: dict[str, str] = {}
        for title, declared in source.columns.items():
            attribute = self._attribute(source, declared)
            of_type.setdefault(attribute.type, []).append(title)
            if attribute.type == "money":
                money[title] = declared.unit or attribute.unit or "元"
        numeric = {"money", "integer", "number"}
        numbers = [title for title, each in source.columns.items() if self._attribute(source, each).type in numeric]
        return Columns(
            codes=tuple(source.identifier),
            names=(source.name,) if source.name else (),
            money=money,
            numbers=tuple(numbers),
            dates=(*of_type.get("date", ()), *((source.valid_from,) if source.valid_from else ())),
            coded=tuple(of_type.get("code", ())),
        )

    def _attribute(self, source: Source, declared: Column) -> Attribute:
        return self.zone.attributes[source.register][declared.attribute]

    # ---- other registers --------------------------------------------------------------------------------------------

    def _made(self, source: Source, file: SynthFile) -> Written:
        rows = self.made.make(source.id, file)
        blank = pl.all() == ""
        rows.select(pl.when(~blank).then(pl.all())).write_csv(self.folder / file.name)
        return Written(file.name, rows.height, 0)

    # ---- areas and events -------------------------------------------------------------------------------------------

    def _areas(self, source: Source, file: SynthFile) -> Written:
        frame = Areas(self.population).frame()
        _titled(frame, source).write_csv(self.folder / file.name)
        return Written(file.name, frame.height, 0)

    def _events(self, source: Source, file: SynthFile) -> Written:
        plan = self.plan.events
        if plan is None:
            raise ProblemError(NO_PLAN.at(zone=self.zone.id))
        rows = 0
        with (self.folder / file.name).open("wb") as out:
            for chunk in Areas(self.population).events(plan, self.events):
                _titled(chunk, source).write_csv(out, include_header=rows == 0, null_value="")
                rows += chunk.height
        return Written(file.name, rows, 0)


def write_zone(
    zone: Zone,
    organisations: int,
    folder: Path,
    *,
    seed: int = 1,
    events: int | None = None,
    progress: Callable[[Written], None] = lambda _: None,
) -> tuple[Written, ...]:
    """Make up a zone of so many organisations and write it into `folder`. The same arguments give the same bytes.

    `events` defaults to the plan's number scaled to the organisations. Raises ProblemError: E296 the zone has no plan,
    E297 a source asks for what is not modelled, E298 more organisations than names, E299 the folder cannot be written.
    """
    plan = _plan_of(zone)
    population = Population(plan, organisations, seed)
    if events is None:
        events = population.scaled(plan.events.count) if plan.events is not None else 0
    writer = _Writer(zone, plan, population, folder, events)
    sources = [(zone.sources[id], file) for id, file in plan.files.items()]
    _check_modelled(writer.truths, [source for source, file in sources if file.rows in ("organisations", "spells")])
    try:
        folder.mkdir(parents=True, exist_ok=True)
        done: list[Written] = []
        for source, file in sources:
            for written in writer.write(source, file):
                done.append(written)
                progress(written)
        writer.key.frame().write_csv(folder / ANSWER_KEY)
    except OSError as error:
        raise ProblemError(CANNOT_WRITE.at(path=folder, reason=error.strerror or error)) from None
    return tuple(done)


def _plan_of(zone: Zone) -> Synth:
    for plan in zone.declared(Synth).values():
        return plan
    raise ProblemError(NO_PLAN.at(zone=zone.id))


def _check_modelled(truths: Truths, sources: list[Source]) -> None:
    missing = [
        _not_modelled(source, title, declared)
        for source in sources
        for title, declared in source.columns.items()
        if not truths.is_modelled(declared.attribute)
    ]
    if missing:
        raise ProblemError(missing)


def _not_modelled(source: Source, title: str, declared: Column) -> Problem:
    return NOT_MODELLED.at(source.spans["columns", title], source=source.id, column=title, attribute=declared.attribute)


def _says_something(truths: Iterable[pl.Series]) -> pl.Series:
    """Who has a value in any of the columns; an office has no row for one it knows nothing about."""
    return reduce(or_, (truth.is_not_null() for truth in truths))


def _titled(frame: pl.DataFrame, source: Source) -> pl.DataFrame:
    """The frame's columns under the titles of the source."""
    titles = dict.fromkeys(source.identifier, "id") | {title: each.attribute for title, each in source.columns.items()}
    return frame.select(pl.col(name).alias(title) for title, name in titles.items())


def as_text(values: pl.Series, attribute: Attribute, declared: Column) -> pl.Series:
    """The cells as the column writes them: amounts in its unit, flags and codes by its own words, null as blank."""
    match attribute.type:
        case "money":
            texts = _amounts(values, declared.unit or attribute.unit or "元")
        case "flag":
            texts = pl.Series(["否", "是"]).gather(values.cast(pl.Int64))
        case "number":
            texts = _numbers(values, attribute, declared)
        case _:
            texts = values.cast(pl.String)
    spoken = {value: word for word, value in declared.values.items()}
    return (texts.replace(spoken) if spoken else texts).fill_null("")


def _amounts(minor_units: pl.Series, unit: str) -> pl.Series:
    """Exact decimal text; a unit of money is a power of ten of 元."""
    per_unit = int(100 * factor_between(unit, "元"))
    whole, rest = minor_units.abs() // per_unit, minor_units.abs() % per_unit
    sign = pl.Series(["", "-"]).gather((minor_units < 0).cast(pl.Int64))
    if (rest == 0).all():
        return sign + whole.cast(pl.String)
    decimals = rest.cast(pl.String).str.zfill(len(str(per_unit)) - 1)
    return sign + (whole.cast(pl.String) + "." + decimals).str.strip_chars_end("0").str.strip_suffix(".")


def _numbers(values: pl.Series, attribute: Attribute, declared: Column) -> pl.Series:
    factor = Decimal(1)
    if declared.unit is not None and attribute.unit is not None:
        ratio = factor_between(attribute.unit, declared.unit)
        factor = Decimal(ratio.numerator) / Decimal(ratio.denominator)
    return (values * float(factor)).round(4).cast(pl.String).str.strip_suffix(".0")
