"""One byte per subject and policy, and the truths kept beside it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duofeng.engine import statuses
from duofeng.engine.expression import Expression
from duofeng.engine.program import compile_program
from duofeng.engine.stream import answer_parquet
from duofeng.engine.truths import Truths
from duofeng.engine.values import Truth

Read = Callable[..., Expression]


def by_definition(answers: list[int]) -> int:
    """`answers`: 0 no, 1 yes, 2 unknown."""
    failed, unknown = answers.count(0), answers.count(2)
    if failed >= 3:
        return statuses.NOT_ELIGIBLE
    if unknown:
        return statuses.UNKNOWN_NEAR if failed else statuses.UNKNOWN
    return {0: statuses.ELIGIBLE, 1: answers.index(0) + 1 if failed else 0, 2: statuses.TWO_MISSING}[failed]


@given(data=st.data(), size=st.sampled_from([1, 2, 5, 15, 16, 40]))
@settings(max_examples=150, deadline=None)
def test_the_byte_is_the_definition(data: st.DataObject, size: int) -> None:
    likely = st.sampled_from([1, 1, 1, 1, 1, 1, 0, 2])
    rows = data.draw(st.lists(st.lists(likely, min_size=size, max_size=size), min_size=1, max_size=5))
    columns = np.array(rows).T
    truths = [Truth(column == 1, column == 2 if (column == 2).any() else None) for column in columns]
    found = statuses.of_block(truths, [list(range(size))], len(rows))
    assert found[0].tolist() == [by_definition(row) for row in rows]


@pytest.fixture
def frame() -> pl.DataFrame:
    random = np.random.default_rng(5)
    size = 70_003
    patents = pl.Series(random.integers(0, 9, size).astype(np.float64)).set(pl.Series(random.random(size) < 0.1), None)
    codes = pl.Series(random.choice(["39", "40", "06", ""], size)).replace("", None)
    flags = pl.Series(random.random(size) < 0.5)
    return pl.DataFrame({"subject": np.arange(size), "patents": patents, "industry": codes, "abnormal": flags})


def test_streaming_gives_what_memory_gives(frame: pl.DataFrame, read: Read, as_of: date, tmp_path: Path) -> None:
    texts = ["patents > 3", "industry in codes('strategic')", "not abnormal", "patents < 7 or abnormal"]
    program = compile_program([read(text) for text in texts], as_of)
    policies = {"甲": [0, 1], "乙": [2, 3, 1], "丙": [0, 1, 2, 3]}
    frame.write_parquet(tmp_path / "profile.parquet", row_group_size=33_001)
    answered = answer_parquet(
        program, policies, tmp_path / "profile.parquet", tmp_path / "out.parquet",
        truths=tmp_path / "truths.parquet", subject="subject",
    )  # fmt: skip
    truths = program.run(frame)
    expected = statuses.of_truths(truths, list(policies.values()))
    written = pl.read_parquet(tmp_path / "out.parquet")
    assert written.columns == ["subject", "甲", "乙", "丙"]
    assert (expected == written.select("甲", "乙", "丙").to_numpy().T).all()
    assert answered.rows == frame.height
    assert answered.pairs == statuses.count(expected)
    kept = Truths.read(tmp_path / "truths.parquet")
    assert (kept.matrix() == truths.matrix()).all()


def test_truths_survive_being_written(frame: pl.DataFrame, read: Read, as_of: date, tmp_path: Path) -> None:
    truths = compile_program([read("patents > 3")], as_of).run(frame)
    truths.write(tmp_path / "truths.parquet")
    assert (Truths.read(tmp_path / "truths.parquet").of(0) == truths.of(0)).all()
    assert truths.series(0).null_count() == int(frame["patents"].null_count())


def test_the_same_profile_gives_the_same_bytes(frame: pl.DataFrame, read: Read, as_of: date, tmp_path: Path) -> None:
    program = compile_program([read("patents > 3"), read("abnormal")], as_of)
    frame.write_parquet(tmp_path / "profile.parquet", row_group_size=20_000)
    for name in ("a", "b"):
        answer_parquet(
            program, {"p": [0, 1]}, tmp_path / "profile.parquet", tmp_path / name, truths=tmp_path / f"{name}.truths"
        )
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert (tmp_path / "a.truths").read_bytes() == (tmp_path / "b.truths").read_bytes()
