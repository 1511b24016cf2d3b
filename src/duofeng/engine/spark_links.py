"""The same follows and look-backs as `links` and `totals`, on a cluster: one join per reference followed, one grouped
pass per reference looked back along."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import groupby
from typing import TYPE_CHECKING

from duofeng.engine.links import SUBJECT, Links, along, links_of
from duofeng.engine.spark import BEYOND, DECIMAL, Writer, finite, quoted, with_functions
from duofeng.engine.totals import CERTAIN
from duofeng.engine.tree import Follow, Linked, LookBack, Node

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

KEY, LINES = "`link:key`", "`link:lines`"


def linked(frame: DataFrame, links: Links, frames: Mapping[str, DataFrame]) -> DataFrame:
    """The frame with a column per link. `frames` hold, by register, the columns `links.columns` names and `subject`."""
    frame, missing = with_functions(frame), [node for node in links.nodes if node.name not in frame.columns]
    for _, together in groupby(sorted(missing, key=along), key=along):
        nodes = list(together)
        join = _followed if isinstance(nodes[0].link, Follow) else _looked_back
        frame = join(frame, nodes, frames)
    return frame


def _followed(frame: DataFrame, nodes: list[Linked], frames: Mapping[str, DataFrame]) -> DataFrame:
    follows = {node: node.link for node in nodes if isinstance(node.link, Follow)}
    first = next(iter(follows.values()))
    there = linked(frames[first.to], links_of(follow.inner for follow in follows.values()), frames)
    values = [f"{Writer().text(follow.inner)} AS {quoted(node.name)}" for node, follow in follows.items()]
    named = there.selectExpr(f"{quoted(SUBJECT)} AS {KEY}", *values)
    return frame.join(named, frame[quoted(first.via)] == named[KEY], "left").drop(KEY.strip("`"))


def _looked_back(frame: DataFrame, nodes: list[Linked], frames: Mapping[str, DataFrame]) -> DataFrame:
    looks = {node: node.link for node in nodes if isinstance(node.link, LookBack)}
    first = next(iter(looks.values()))
    asked = [part for look in looks.values() for part in (look.where, look.value) if part is not None]
    names = {part: f"a{number}" for number, part in enumerate(dict.fromkeys(asked))}
    lines = linked(frames[first.register], links_of(names), frames)
    key = f"explode(array_distinct({quoted(first.via)}))" if first.many else quoted(first.via)
    asked_of_lines = lines.selectExpr(
        f"{key} AS {KEY}", *(f"{Writer().text(part)} AS {name}" for part, name in names.items())
    )
    totals = [f"{_total(look, names)} AS {quoted(node.name)}" for node, look in looks.items()]
    grouped = asked_of_lines.groupBy(KEY.strip("`")).agg(*_expressions([f"count(1) AS {LINES}", *totals]))
    joined = frame.join(grouped, frame[quoted(SUBJECT)] == grouped[KEY], "left")
    own = [quoted(name) for name in frame.columns]
    return joined.selectExpr(
        *own, *(f"{_of_nobody(look, node.name)} AS {quoted(node.name)}" for node, look in looks.items())
    )


def _expressions(texts: list[str]) -> list[Column]:
    from pyspark.sql.functions import expr  # noqa: PLC0415  # Spark is optional

    return [expr(text) for text in texts]


def _of_nobody(look: LookBack, name: str) -> str:
    nothing = {"any": "false", "sum": "0L" if look.type == "money" else "0.0D"}
    if look.function.startswith("count"):
        nothing[look.function] = "0.0D"
    given = nothing.get(look.function, "NULL")
    return f"CASE WHEN {LINES} IS NULL THEN {given} ELSE {quoted(name)} END"


def _total(look: LookBack, names: Mapping[Node, str]) -> str:
    """One aggregate; `sure` lines count, `doubt` may, `lacking` count and have no value."""
    where = "true" if look.where is None else names[look.where]
    sure, doubt = f"count_if({where})", f"count_if({where} IS NULL)"
    if look.value is None:
        return COUNTS[look.function](sure, doubt)
    value = names[look.value]
    known = f"{doubt} = 0 AND count_if({where} AND {value} IS NULL) = 0"
    some = f"{known} AND {sure} > 0"
    counted = f"FILTER (WHERE {where})"
    money = look.type == "money"
    total = _exact(f"coalesce(sum(CAST({value} AS {DECIMAL})) {counted}, 0BD)") if money else finite(
        f"coalesce(sum({value}) {counted}, 0.0D)"
    )  # fmt: skip
    match look.function:
        case "share":
            return f"CASE WHEN {some} THEN count_if({where} AND {value}) / CAST({sure} AS DOUBLE) END"
        case "sum":
            return f"CASE WHEN {known} THEN {total} END"
        case "avg":
            mean = Writer().scaled(total, "1BD", f"CAST(greatest({sure}, 1) AS decimal(19,0))")
            return f"CASE WHEN {some} THEN {mean if money else f'{total} / {sure}'} END"
        case "median":
            return f"CASE WHEN {some} THEN {_middle(f'sort_array(collect_list({value}) {counted})', money)} END"
        case "min" | "max":
            return f"CASE WHEN {some} THEN {look.function}({value}) {counted} END"
        case bound if bound in CERTAIN:
            return f"{bound[:3]}({value}) {counted}"
        case bound:
            may = f"coalesce({where}, true)"
            every = f"{sure} > 0 AND count_if({may} AND {value} IS NULL) = 0"
            return f"CASE WHEN {every} THEN {bound[:3]}({value}) FILTER (WHERE {may}) END"


COUNTS: Mapping[str, Callable[[str, str], str]] = {
    "count": lambda sure, doubt: f"CASE WHEN {doubt} = 0 THEN CAST({sure} AS DOUBLE) END",
    "count_least": lambda sure, _: f"CAST({sure} AS DOUBLE)",
    "count_most": lambda sure, doubt: f"CAST({sure} + {doubt} AS DOUBLE)",
    "any": lambda sure, doubt: f"CASE WHEN {sure} > 0 THEN true WHEN {doubt} = 0 THEN false END",
}


def _exact(total: str) -> str:
    """A sum of cents, unknown when it leaves sixty-four bits."""
    return Writer().let(total, lambda name: f"CASE WHEN abs({name}) < {BEYOND} THEN CAST({name} AS BIGINT) END")


def _middle(values: str, money: bool) -> str:
    def middle(name: str) -> str:
        low = f"{name}[CAST((size({name}) - 1) / 2 AS INT)]"
        high = f"{name}[CAST(size({name}) / 2 AS INT)]"
        if not money:
            return f"({low} + {high}) / 2.0D"
        both = f"(CAST({low} AS {DECIMAL}) + {high})"
        return f"CAST(sign({both}) AS BIGINT) * CAST((abs({both}) + 1) div 2 AS BIGINT)"

    return Writer().let(values, middle)
