"""For one firm on a page the same code runs, and nothing heavy is loaded for it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import date
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from duofeng.engine import tree
from duofeng.engine.expression import Expression, bind
from duofeng.engine.program import evaluate_nodes, evaluate_row
from duofeng.kernel.problem import ProblemError


def test_answering_loads_neither_pandas_nor_spark() -> None:
    code = (
        "import sys, polars as pl\n"
        "from datetime import date\n"
        "from duofeng.engine.expression import parse\n"
        "from duofeng.engine.program import compile_program, evaluate\n"
        "from duofeng.engine.words import Column\n"
        "words = {'a': Column('number'), 't': Column('code'), 'm': Column('money')}\n"
        "frame = pl.DataFrame({'a': [1.0], 't': ['39'], 'm': [5]})\n"
        "conditions = [parse(one, words) for one in (\"a > 0\", \"t in ('39')\", \"t like '3%'\", 'm * a > 1')]\n"
        "compile_program(conditions, date(2024, 1, 1)).run(frame)\n"
        "evaluate(conditions[1], frame, date(2024, 1, 1))\n"
        "print(sorted({'pandas', 'pyspark', 'django'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@given(data=st.data())
@settings(max_examples=200, deadline=None)
def test_plain_values_of_one_row_are_those_of_its_columns(
    data: st.DataObject, read: Callable[..., Expression], author: Callable[..., Any], schema: Any, rows: Any,
    as_of: date,
) -> None:  # fmt: skip
    text = author(lambda options: data.draw(st.sampled_from(options))).write(
        data.draw(st.sampled_from(["flag", "number", "money", "date"]))
    )
    try:
        nodes = list(dict.fromkeys(tree.walk(bind(read(text), as_of))))
    except ProblemError:
        return  # it divides by a constant that is zero
    frame = pl.DataFrame([data.draw(rows)], schema=schema)
    singles = evaluate_row(nodes, frame)
    columns = [series[0] for series in evaluate_nodes(nodes, frame)]
    assert [repr(value) for value in singles] == [repr(value) for value in columns], text
