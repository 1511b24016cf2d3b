"""For one firm on a page the same code runs, and nothing heavy is loaded for it."""

from __future__ import annotations

import subprocess
import sys


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
