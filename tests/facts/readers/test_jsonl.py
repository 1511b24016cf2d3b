from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from duofeng.facts.readers.jsonl import read_jsonl
from duofeng.kernel.problem import ProblemError


def read(path: Path, lines: list[str]):
    path.write_text("\n".join(lines), encoding="utf-8")
    table = read_jsonl(path, path.name, ("代码", "用电"))
    batches = list(table.batches)
    return (
        table,
        [row for b in batches for row in b.cells.rows(named=True)],
        [row for b in batches for row in b.broken.rows()],
    )


def test_a_broken_line_is_kept_whole_and_the_others_are_read(tmp_path: Path) -> None:
    lines = ['{"代码": "A1", "用电": 12.50}', '{"代码": "A2", "用电":', "[1, 2]", "", '{"代码": "A3"}']
    _, cells, broken = read(tmp_path / "a.jsonl", lines)
    assert [(row["代码"], row["用电"], row["#row"]) for row in cells] == [("A1", "12.50", 1), ("A3", "", 5)]
    assert [(row[0], row[1], row[2]) for row in broken] == [(2, lines[1], "E216"), (3, "[1, 2]", "E216")]


def test_numbers_keep_every_digit_they_were_written_with(tmp_path: Path) -> None:
    _, cells, _ = read(tmp_path / "a.jsonl", ['{"代码": "A1", "用电": 12345678901234567890.123}'])
    assert cells[0]["用电"] == "12345678901234567890.123"


def test_a_key_twice_in_one_object_is_not_guessed(tmp_path: Path) -> None:
    _, cells, broken = read(tmp_path / "a.jsonl", ['{"代码": "A1", "用电": 1, "用电": 2}', '{"代码": "A2", "用电": 3}'])
    assert [row["代码"] for row in cells] == ["A2"]
    assert broken[0][2] == "E216"


def test_keys_that_appear_late_are_columns_too(tmp_path: Path) -> None:
    lines = [json.dumps({"代码": str(n)}) for n in range(60_000)] + [
        '{"代码": "x", "新列": true, "内/层~": {"a": "b"}}'
    ]
    table, cells, _ = read(tmp_path / "a.jsonl", lines)
    assert set(table.titles) == {"代码", "新列", "内/层~"}
    assert (cells[-1]["新列"], cells[-1]["内/层~"]) == ("true", '{"a": "b"}')


def test_a_file_without_a_declared_key_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProblemError) as caught:
        read(tmp_path / "a.jsonl", ['{"x": 1}', "not json"])
    assert caught.value.problems[0].code == "E205"


OTHER = '{"代码": "A3", "用电": 1}\n'


def test_the_period_is_taken_from_the_file_name(deliver, loader, clock) -> None:
    outcome = deliver("月报_2023年6月.jsonl", '{"代码": "A1", "用电": 5}\n')
    assert outcome.verdict == "accepted"
    fact = loader.ledger.facts(known_at=clock()).collect().row(0, named=True)
    assert (fact["subject"], fact["period"], fact["number"]) == ("named:A1", "2023-06", 5.0)
    faulty = deliver("月报_2023年8月.jsonl", "".join(f'{{"代码": "A{n}", "用电": "约{n}"}}\n' for n in (1, 2)) + OTHER)
    for name, rows in {"改一": "{0},1,,,A1,约7\n{0},2,,,A2,2\n", "改二": "{0},1,,,A1,7\n"}.items():
        text = "#到达,#行,#原因,#原文,代码,用电\n" + rows.format(faulty.arrival)
        faulty = deliver(f"{name}.csv", text, "utf-8-sig")
    assert faulty.verdict == "accepted"
    facts = loader.ledger.facts(known_at=clock()).collect()
    assert facts.filter(pl.col("number") == 7)["period"].to_list() == ["2023-08"]
    twin = deliver("月报_2023年7月.jsonl", '{"代码": "A1", "用电": 5}\n')
    assert [problem.code for problem in twin.problems] == ["E219"]
    refused = deliver("月报_最新.jsonl", '{"代码": "A1", "用电": 5}\n')
    assert [problem.code for problem in refused.problems] == ["E100"]
