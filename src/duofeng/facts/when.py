"""The period of each row, and values whose period is missing or of another grain than their attribute."""

from __future__ import annotations

import polars as pl

from duofeng.facts.cells import FAULT, WHEN, param, params_of, when
from duofeng.facts.readers import problems
from duofeng.kernel.message import say
from duofeng.kernel.period import GRAINS, Period
from duofeng.zone.kinds.vocabulary import Attribute

PER = {
    "year": say("年"),
    "half": say("半年"),
    "quarter": say("季度"),
    "month": say("月"),
    "day": say("日"),
}


def always(period: Period | None, height: int) -> pl.DataFrame:
    row = when(period) if period else (None,) * 4
    return pl.DataFrame(
        [
            pl.repeat(value, height, dtype=dtype, eager=True).alias(name)
            for value, (name, dtype) in zip(row, WHEN.items(), strict=True)
        ]
    )


def misfits(
    base: pl.DataFrame, ok: pl.Series, already_rejected: pl.Series | None, attribute: Attribute, kind: str
) -> pl.DataFrame:
    """Faults of values whose period is missing or of another grain than the attribute. The zone's figures may
    be of any."""
    title, per = attribute.title, PER.get(attribute.per, "")
    absent = ok & base["period"].is_null()
    if already_rejected is not None:
        absent = absent & ~already_rejected
    faults = []
    if absent.any():
        params = params_of(problems.PERIOD_MISSING.at(attribute=title, per=per))
        faults.append(
            pl.DataFrame(
                {"position": absent.arg_true(), "code": problems.PERIOD_MISSING.code, "params": params}, schema=FAULT
            )
        )
    if kind != "zone" and attribute.per in GRAINS:
        other = ok & base["period"].is_not_null() & ~base["grain"].eq_missing(attribute.per)
        if other.any():
            at = other.arg_true()
            frame = pl.DataFrame({"text": base["period"].gather(at)}).with_columns(
                attribute=param(title), per=param(per)
            )
            params_column = frame.select(pl.struct(pl.all()).struct.json_encode()).to_series()
            faults.append(
                pl.DataFrame(
                    {"position": at, "code": problems.PERIOD_MISFIT.code, "params": params_column}, schema=FAULT
                )
            )
    return pl.concat(faults) if faults else pl.DataFrame(schema=FAULT)
