"""Two versions of a card: the shares of the entries add up to what changed, and are laid to what was changed."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from duofeng.brain.scores.card import Compiled, score
from duofeng.brain.scores.tree import WEIGHTED
from duofeng.brain.scores.versions import Versions, compare_versions

Compile = Callable[[str], Compiled]
LEAF = "{{title: {{zh: 项, en: Entry}}, weight: {weight}, value: {value}, scoring: {{by: {by}}}}}"


def card(missing: str = "reweight", aggregate: str = "arithmetic", **parts: tuple[float, str, str]) -> str:
    """A flat card: entry → weight, value, method."""
    leaves = "\n".join(
        f"  {id}: {LEAF.format(weight=weight if aggregate in WEIGHTED else 1, value=value, by=by)}"
        for id, (weight, value, by) in parts.items()
    )
    return f"peers: [sector]\nmissing: {missing}\naggregate: {aggregate}\nparts:\n{leaves}\n"


def frame(**columns: list[float | None]) -> pl.DataFrame:
    rows = len(next(iter(columns.values())))
    data = {name: pl.Series(name, values, pl.Float64) for name, values in columns.items()}
    rest = {name: pl.Series(name, [None] * rows, pl.Float64) for name in ("a", "b", "c") if name not in columns}
    return pl.DataFrame({"subject": [f"s{row}" for row in range(rows)], "sector": ["x"] * rows, **data, **rest})


def adds_up(found: Versions) -> bool:
    total = np.sum([*found.effects.values(), np.zeros(len(found.subjects))], axis=0)
    known = ~(np.isnan(found.before) | np.isnan(found.after))
    return bool(np.allclose(total[known], (found.after - found.before)[known], atol=1e-9))


def test_a_card_compared_with_itself_changes_nothing(compiled: Compile) -> None:
    one = compiled(card(a=(1, "a", "given"), b=(2, "b", "given")))
    found = compare_versions(one, one, frame(a=[10, 20, 60], b=[30, None, 5]))
    assert found.changes == () and dict(found.effects) == {}
    assert found.table["change"].to_list() == [0, 0, 0]
    assert found.table["most"].null_count() == 3
    assert found.agreement == pytest.approx(1)


def test_a_weight_is_told_and_its_effect_is_worked_out_by_hand(compiled: Compile) -> None:
    """(60 + 20) / 2 = 40; with three quarters of the weight on a, (3 × 60 + 20) / 4 = 50."""
    old = compiled(card(a=(1, "a", "given"), b=(1, "b", "given")))
    new = compiled(card(a=(3, "a", "given"), b=(1, "b", "given")))
    found = compare_versions(old, new, frame(a=[60, 10], b=[20, 10]))
    assert [(each.entry, each.what) for each in found.changes] == [("a", ("weight",))]
    row = found.table.row(0, named=True)
    assert (row["subject"], row["before"], row["after"], row["change"]) == ("s0", 40, 50, 10)
    assert (row["most"], row["most_points"]) == ("a", 10)
    assert found.of("s0") == [(("a",), 10)] and found.of("s1") == []


def test_who_overtakes_whom_is_told(compiled: Compile) -> None:
    old = compiled(card(a=(1, "a", "given")))
    new = compiled(card(a=(1, "b", "given")))
    found = compare_versions(old, new, frame(a=[90, 80, 70], b=[10, 20, 30]))
    climbed = {row["subject"]: row["climb"] for row in found.table.iter_rows(named=True)}
    assert climbed == {"s0": -2, "s1": 0, "s2": 2}
    assert found.agreement == pytest.approx(-1)
    assert found.changes[0].what == ("value",)


def test_entries_that_come_and_go_are_told_with_what_they_do(compiled: Compile) -> None:
    old = compiled(card(aggregate="sum", a=(1, "a", "given"), b=(1, "b", "given")))
    new = compiled(card(aggregate="sum", a=(1, "a", "given"), c=(1, "c", "given")))
    found = compare_versions(old, new, frame(a=[10, 10], b=[5, 6], c=[7, 1]))
    assert {(each.entry, each.what) for each in found.changes} == {("b", ("removed",)), ("c", ("added",))}
    assert adds_up(found)
    assert found.table.filter(subject="s0")["change"].item() == pytest.approx(2)


def test_a_group_that_becomes_one_entry_is_exchanged_as_a_whole(compiled: Compile) -> None:
    leaf = LEAF.format(weight=1, value="a", by="given")
    other = LEAF.format(weight=1, value="b", by="given")
    group = f"{{title: {{zh: 组, en: Group}}, aggregate: worst, parts: {{x: {leaf}, y: {other}}}}}"
    old = compiled(f"missing: reweight\naggregate: arithmetic\nparts:\n  g: {group}\n  k: {leaf}\n")
    new = compiled(f"missing: reweight\naggregate: arithmetic\nparts:\n  g: {other}\n  k: {leaf}\n")
    found = compare_versions(old, new, frame(a=[10, 80], b=[60, 20]))
    assert set(found.effects) == {("g",)}
    assert adds_up(found)


def test_subjects_rated_by_one_version_only_are_listed_without_a_change(compiled: Compile) -> None:
    body = card(a=(1, "a", "given"))
    old, new = compiled(body), compiled(f"rates: a >= 50\n{body}")
    found = compare_versions(old, new, frame(a=[90, 10]))
    assert found.subjects.to_list() == ["s0"]
    left = found.table.filter(subject="s1").row(0, named=True)
    assert (left["before"], left["after"], left["change"], left["most"]) == (10, None, None, None)


def test_other_peers_are_laid_to_the_entries_compared_among_them(compiled: Compile) -> None:
    body = card(a=(1, "a", "percentile"), b=(1, "b", "given"))
    found = compare_versions(
        compiled(body),
        compiled(body.replace("[sector]", "[phase]")),
        frame(a=[1, 2, 3, 4], b=[5, 5, 5, 5]).with_columns(phase=pl.Series(["x", "x", "y", "y"])),
    )
    assert set(found.effects) == {("a",)}
    assert found.changes[0].what == ("peers",)
    assert adds_up(found)


METHODS = st.sampled_from(["given", "percentile", "minmax", "rank", "zscore"])
WEIGHTS = st.sampled_from([0.5, 1, 2, 7])
PARTS = st.dictionaries(
    st.sampled_from(["p", "q", "r", "s"]),
    st.tuples(WEIGHTS, st.sampled_from(["a", "b", "c"]), METHODS),
    min_size=1,
    max_size=4,
)
CARDS = st.tuples(
    st.sampled_from(["range", "reweight", "zero"]),
    st.sampled_from(["sum", "arithmetic", "geometric", "best", "worst"]),
    PARTS,
)
COLUMN = st.lists(st.one_of(st.none(), st.integers(0, 100).map(float)), min_size=6, max_size=6)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(old=CARDS, new=CARDS, a=COLUMN, b=COLUMN, c=COLUMN)
def test_shares_add_up_to_the_change_whatever_the_two_cards_are(
    compiled: Compile,
    old: tuple[str, str, dict[str, tuple[float, str, str]]],
    new: tuple[str, str, dict[str, tuple[float, str, str]]],
    a: list[float | None],
    b: list[float | None],
    c: list[float | None],
) -> None:
    first, second = (compiled(card(missing, aggregate, **parts)) for missing, aggregate, parts in (old, new))
    table = frame(a=a, b=b, c=c)
    found = compare_versions(first, second, table)
    assert adds_up(found)
    for compiled_card, middles in ((first, found.before), (second, found.after)):
        whole = score(compiled_card, table)
        middle = (whole.low[()] + whole.high[()]) / 2
        assert np.allclose(np.broadcast_to(middle, 6), middles, equal_nan=True)
