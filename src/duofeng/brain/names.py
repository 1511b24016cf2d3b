"""What subjects are called: the first of their names that is known, or several of their attributes joined."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import polars as pl

from duofeng.zone.zone import Zone

Part = Sequence[str]
"""An attribute and, where it is a reference, the register it leads to: there it stands for the name of the other."""
Ways = Sequence[Sequence[Part]]
"""How subjects may be called, the first that is known counts; the parts of one way are joined."""
Read = Callable[[str, tuple[str, ...]], pl.LazyFrame]
"""By register and columns: subject and these columns."""


def ways_to_call(zone: Zone, register: str) -> Ways:
    known, declared = zone.attributes.get(register, {}), zone.registers.get(register)
    if declared is None:
        return ()
    joined = [(name, to) if (to := known[name].to) else (name,) for name in declared.called if name in known]
    alone = [((name,),) for name in declared.name if name in known and (name,) not in joined]
    return (tuple(joined), *alone) if joined else tuple(alone)


def columns_of_names(ways: Ways) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part[0] for way in ways for part in way))


def called(register: str, ways: Mapping[str, Ways], read: Read) -> pl.LazyFrame:
    """subject, name: what every subject of a register is called, null where nobody said."""
    mine = ways.get(register, ())
    columns = columns_of_names(mine)
    frame = read(register, columns)
    for name, to in ((part[0], part[1]) for way in mine for part in way if len(part) > 1):
        other = called(to, ways, read).rename({"subject": name, "name": _OTHER})
        frame = (
            frame.join(other, on=name, how="left", maintain_order="left")
            .with_columns(pl.coalesce(_OTHER, name).alias(name))
            .drop(_OTHER)
        )
    return frame.select("subject", name=pl.coalesce(*map(_joined, mine), pl.lit(None, pl.String)))


_OTHER = ":other"


def _joined(way: Sequence[Part]) -> pl.Expr:
    parts = [pl.col(part[0]).cast(pl.String) for part in way]
    said = pl.concat_str(parts, separator=" ", ignore_nulls=True)
    return pl.when(said != "").then(said) if len(parts) > 1 else parts[0]
