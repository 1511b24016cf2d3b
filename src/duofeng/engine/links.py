"""What other subjects say, as columns: references followed by one join, look-backs by one pass over the lines.

`links_needed` says which columns of which registers to bring, `linked` adds a column per follow and look-back to the
frame of the subjects asked, named as `columns` of a program expect it. Whatever runs afterwards sees only columns.

Whom no reference names is nobody's: nobody's count is 0, a share, mean, middle, smallest or largest of nobody unknown.
A line that may or may not count makes a count unknown (its bounds stay known), and so does a line that counts and
has no value a sum. `any` is yes as soon as one line counts; the bounds of a smallest or largest value are those of
what is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby

import numpy as np
import polars as pl

from duofeng.engine import tree
from duofeng.engine.expression import Expression, bind, bound_of, columns_needed, own_columns
from duofeng.engine.program import evaluate_nodes
from duofeng.engine.totals import Lines, looked_back
from duofeng.engine.tree import ColumnRef, Follow, Linked, LookBack, Node
from duofeng.engine.words import is_result

SUBJECT = "subject"


@dataclass(frozen=True, slots=True)
class Links:
    """The follows and look-backs of many expressions, each once. Empty when nothing is asked of other subjects."""

    nodes: tuple[Linked, ...]

    @property
    def columns(self) -> Mapping[str, tuple[str, ...]]:
        """Register → the columns its frame must have besides `subject`: of all its subjects, as of the same day."""
        found: dict[str, dict[str, None]] = {}
        for register, names in _needs(self.nodes):
            found.setdefault(register, {}).update(dict.fromkeys(names))
        return {register: tuple(names) for register, names in found.items()}

    @property
    def names(self) -> tuple[str, ...]:
        """The columns `linked` adds."""
        return tuple(node.name for node in self.nodes)

    @property
    def late(self) -> Links:
        """Those that read what cards gave, which is there only once all subjects have been scored."""
        return Links(tuple(node for node in self.nodes if _reads_results(node)))

    @property
    def early(self) -> Links:
        return Links(tuple(node for node in self.nodes if not _reads_results(node)))

    def link(self, column: str) -> Follow | LookBack | None:
        """What a column stands for; None for one of the subject's own."""
        return next((node.link for node in self.nodes if node.name == column), None)


def links_needed(expressions: Expression | Iterable[Expression], as_of: date) -> Links:
    """What the expressions ask of other subjects, in order of first use."""
    listed = (expressions,) if isinstance(expressions, Expression) else tuple(expressions)
    return links_of(bind(expression, as_of) for expression in listed)


def columns_read(expressions: Expression | Iterable[Expression], as_of: date) -> tuple[str, ...]:
    """Every column the expressions read of a frame that `linked` has been over: the subjects' own and those it adds."""
    listed = (expressions,) if isinstance(expressions, Expression) else tuple(expressions)
    return (*columns_needed(listed, as_of), *links_needed(listed, as_of).names)


def stands_for(node: Node) -> tuple[str, ...]:
    """The columns that are known once the value of a bound follow or look-back is: of a count its bounds, too."""
    bounds = (bound_of(node, side) for side in ("least", "most"))
    named = (each for each in (node, *bounds) if isinstance(each, ColumnRef))
    return tuple(each.name for each in named)


def linked(frame: pl.DataFrame, links: Links, frames: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """The frame with a column per link, its rows as they are. `frames` hold, by register, the columns `links.columns`
    names and `subject`; a link whose column the frame has already is left alone."""
    columns: list[pl.Series] = []
    missing = [node for node in links.nodes if node.name not in frame.columns]
    for _, nodes in groupby(sorted(missing, key=along), key=along):
        together = list(nodes)
        followed = [(node, node.link) for node in together if isinstance(node.link, Follow)]
        if followed:
            columns.extend(_followed(frame, followed, frames))
        else:
            columns.extend(_looked_back(frame, together, frames))
    return frame.with_columns(columns) if columns else frame


# ---- one reference, both ways -----------------------------------------------------------------------------------


def _followed(
    frame: pl.DataFrame, follows: list[tuple[Linked, Follow]], frames: Mapping[str, pl.DataFrame]
) -> Iterable[pl.Series]:
    """Values of the subjects named, unknown where none is named or none of that key is known."""
    via, to = follows[0][1].via, follows[0][1].to
    inner = list(dict.fromkeys(follow.inner for _, follow in follows))
    there = _with_links(frames[to], inner, frames)
    computed = [node for node in inner if not isinstance(node, tree.ColumnRef)]
    values = dict(zip(computed, evaluate_nodes(computed, there), strict=True))
    values |= {node: there[node.name] for node in inner if isinstance(node, tree.ColumnRef)}
    columns = [values[follow.inner].alias(node.name) for node, follow in follows]
    named = pl.DataFrame([there[SUBJECT].alias(via), *columns])
    yield from (
        frame.select(pl.col(via).cast(pl.String)).join(named, on=via, how="left", maintain_order="left").drop(via)
    )


def _looked_back(frame: pl.DataFrame, nodes: list[Linked], frames: Mapping[str, pl.DataFrame]) -> Iterator[pl.Series]:
    looks = [node.link for node in nodes if isinstance(node.link, LookBack)]
    asked = [part for look in looks for part in (look.value, look.where) if part is not None]
    lines = _with_links(frames[looks[0].register], asked, frames)
    found = looked_back(looks, lines, owners(frame, lines, looks[0].via), frame.height)
    for node, column in zip(nodes, found, strict=True):
        yield column.alias(node.name)


def owners(frame: pl.DataFrame, lines: pl.DataFrame, via: str) -> Lines:
    """Which row of the frame each line belongs to; lines that name nobody there are left out."""
    keys = lines.select(pl.int_range(pl.len(), dtype=pl.UInt32).alias("line"), pl.col(via).alias("key"))
    if isinstance(lines.schema[via], pl.List):
        keys = keys.explode("key").unique(maintain_order=True)
    rows = rows_of(keys["key"], frame[SUBJECT])
    named = rows.is_not_null()
    return Lines(keys["line"].filter(named).to_numpy().astype(np.int64), rows.filter(named).to_numpy().astype(np.int64))


def lines_of(look: LookBack, subject: str, frames: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """The lines one subject's look-back is answered from: `subject`, whether each `counts` (null where unknown), and
    the `value` asked. `frames` as for `linked`."""
    of_subject = pl.col(look.via).list.contains(subject) if look.many else pl.col(look.via) == subject
    asked = [part for part in (look.where, look.value) if part is not None]
    lines = _with_links(frames[look.register].filter(of_subject), asked, frames)
    answers = dict(zip(asked, evaluate_nodes(asked, lines), strict=True))
    counts = pl.repeat(True, lines.height, eager=True) if look.where is None else answers[look.where]
    value = pl.repeat(None, lines.height, eager=True) if look.value is None else answers[look.value]
    return pl.DataFrame({SUBJECT: lines[SUBJECT], "counts": counts, "value": value})


def rows_of(keys: pl.Series, subjects: pl.Series) -> pl.Series:
    """The row of each key among the subjects, null where it is not there."""
    rows = pl.DataFrame({"key": subjects}).with_row_index("row")
    found = pl.DataFrame({"key": keys.cast(pl.String)}).join(rows, on="key", how="left", maintain_order="left")
    return found["row"]


def _with_links(frame: pl.DataFrame, nodes: Iterable[Node], frames: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """A register's own frame with what its lines ask of others in turn."""
    return linked(frame, links_of(nodes), frames)


# ---- what is needed ---------------------------------------------------------------------------------------------


def links_of(nodes: Iterable[Node]) -> Links:
    """What bound nodes ask of other subjects."""
    found = (part for node in nodes for part in tree.walk(node) if isinstance(part, Linked))
    return Links(tuple(dict.fromkeys(found)))


def along(node: Linked) -> tuple[str, str, str]:
    """Links of the same key are computed together."""
    link = node.link
    return ("follow", link.to, link.via) if isinstance(link, Follow) else ("look back", link.register, link.via)


def _reads_results(node: Linked) -> bool:
    return any(is_result(name) for _, names in _needs([node]) for name in names)


def _needs(nodes: Iterable[Linked]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for node in nodes:
        match node.link:
            case Follow(to=register, inner=inner):
                asked, names = [inner], []
            case LookBack(register=register, via=via, value=value, where=where):
                asked, names = [part for part in (value, where) if part is not None], [via]
        yield register, (*names, *(name for part in asked for name in own_columns(part)))
        yield from _needs(links_of(asked).nodes)
