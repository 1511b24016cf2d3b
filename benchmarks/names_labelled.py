"""Labelled pairs of names in small registers: what is joined wrongly, what is found, what a person is asked.

A set in `benchmarks/names/` is written by hand before it is first run. `> name | another name of it` is registered;
below it `=` is the same subject, `~` the same, written so that asking is right too, and `!` another subject. The
registers of a size are made of neighbours in the file, so that they hold what is hardest to tell apart.
`python -m benchmarks.names_labelled first` prints the table.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from benchmarks.firm_names import dirty_names

from duofeng.facts.resolve.names import NameRules
from duofeng.facts.resolve.score import match_names

FOLDER = Path(__file__).parent / "names"
SIZES = (12, 60, 300, 600)
PLACES = ("云岭市", "青河省", "北原省", "北苑新区", "云岭高新区")
SAME, PERHAPS, OTHER = "=~!"


@dataclass(frozen=True)
class Group:
    """A registered name with its other names, and what was written of it: mark and name."""

    kind: str
    names: tuple[str, ...]
    asked: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Seen:
    """One asked name in one register. `got`: joined "right" or "wrong", "asked", asked "in vain" where the right one
    is not listed, or "no".
    """

    kind: str
    mark: str
    name: str
    got: str
    candidate: str
    listed: int
    least: float


def groups(name: str) -> list[Group]:
    found: list[tuple[str, tuple[str, ...], list[tuple[str, str]]]] = []
    kind = ""
    for line in (FOLDER / f"{name}.txt").read_text("utf-8").splitlines():
        mark, _, text = line.partition(" ")
        if mark == "#":
            kind = text
        elif mark == ">":
            found.append((kind, tuple(part.strip() for part in text.split(" | ")), []))
        else:
            found[-1][2].append((mark, text))
    return [Group(kind, names, tuple(asked)) for kind, names, asked in found]


def registers(all_groups: list[Group], size: int) -> Iterator[tuple[list[Group], list[str]]]:
    """Neighbouring groups and the names of others that fill their register up to `size`."""
    others = dirty_names(600, 1, shared_brands=True).register.to_list()
    for start in range(0, len(all_groups), size):
        chosen = all_groups[start : start + size]
        yield chosen, others[: size - len(chosen)]


def score(name: str, size: int) -> list[Seen]:
    return [each for chosen, others in registers(groups(name), size) for each in _asked(chosen, others)]


def _asked(chosen: list[Group], others: list[str]) -> Iterator[Seen]:
    known = [(text, owner) for owner, group in enumerate(chosen) for text in group.names]
    known += [(text, len(chosen) + place) for place, text in enumerate(others)]
    owner_of = dict(known)
    asked = [
        (group, mark, text, owner if mark != OTHER else owner_of.get(text))
        for owner, group in enumerate(chosen)
        for mark, text in group.asked
    ]
    found = match_names(
        pl.Series([text for _, _, text, _ in asked]),
        pl.Series([text for text, _ in known]),
        NameRules.of(PLACES),
        same_subject=pl.Series([owner for _, owner in known]).to_numpy(),
    )
    by_asked = found.partition_by("asked", as_dict=True)
    for row, (group, mark, text, truth) in enumerate(asked):
        rows = by_asked.get((row,), found.clear())
        owners = [known[each][1] for each in rows["register"]]
        answer = rows["answer"][0] if rows.height else "no"
        best = known[rows["register"][0]][0] if rows.height else ""
        got = answer
        if answer == "yes":
            got = "right" if owners[0] == truth else "wrong"
        elif answer == "ask":
            got = "asked" if truth in owners or truth is None else "in vain"
        listed = rows.height if answer == "ask" else 0
        least = float(rows["score"].min()) if listed else 1.0  # type: ignore[arg-type]
        really = SAME if mark == OTHER and truth is not None else mark
        yield Seen(group.kind, really, text, got, best, listed, least)


COLUMNS = (
    "register of", "names", "joined wrongly", "same: joined", "same: asked", "damaged: joined", "damaged: asked",
    "another: asked", "most listed", "listed with score 0",
)  # fmt: skip


def table(name: str) -> Iterator[str]:
    yield "| " + " | ".join(COLUMNS) + " |"
    yield "|" + "---:|" * len(COLUMNS)
    for size in SIZES:
        yield "| " + " | ".join(_line(size, score(name, size))) + " |"


def _line(size: int, seen: list[Seen]) -> list[str]:
    def share(mark: str, got: str) -> str:
        of = [each for each in seen if each.mark == mark]
        return f"{sum(each.got == got for each in of) / len(of):.3f}"

    wrong = sum(each.got == "wrong" for each in seen)
    shares = [share(mark, got) for mark in (SAME, PERHAPS) for got in ("right", "asked")] + [share(OTHER, "asked")]
    zero = sum(each.least < 0.005 for each in seen)
    return [str(size), str(len(seen)), f"{wrong} ({wrong / len(seen):.1%})", *shares,
            str(max(each.listed for each in seen)), str(zero)]  # fmt: skip


def main() -> None:
    print("\n".join(table(sys.argv[1])))
    for size in SIZES if "--amiss" in sys.argv else ():
        for each in score(sys.argv[1], size):
            if each.got == "wrong" or (each.mark != OTHER and each.got in ("no", "in vain")):
                print(size, each.kind, each.mark, each.name, each.got, each.candidate)


if __name__ == "__main__":
    main()
