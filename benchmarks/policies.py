"""60 policies for every firm, from Parquet to Parquet: outcome, reason and near miss of each pair as one byte.

The hand-written kernel does the same job with the same bytes and nothing else: conditions coded in place, no language,
no checks. The note of a full case is the number of pairs of each kind and must be the same everywhere.
"""

from __future__ import annotations

import os
import time
from collections import Counter, deque
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from benchmarks import firms
from benchmarks.firms import AS_OF, Test
from benchmarks.harness import Case, Scale, Subject
from numpy.typing import NDArray

from duofeng.engine import spark, statuses
from duofeng.engine.expression import Expression, parse
from duofeng.engine.program import Program, compile_program
from duofeng.engine.stream import answer_parquet
from duofeng.engine.words import Column

HERE, PEERS = "benchmarks.policies:", "benchmarks.policies_peers:"


def subject(scale: Scale) -> Subject:
    size = {"scale": scale}
    own = [
        Case("scan: DuckDB max() of the 38 columns", HERE + "scan", size),
        Case("**Duofeng, Parquet to Parquet**", HERE + "duofeng", size),
        Case("Duofeng, and the truth of every condition kept", HERE + "duofeng_with_truths", size),
        Case("numpy by hand, Parquet to Parquet", HERE + "by_hand", size),
    ]
    memory = [
        Case("Duofeng in memory (reading not timed)", PEERS + "duofeng_in_memory", size),
        Case("OpenFisca, eligibility alone, in memory", PEERS + "openfisca", size, most_rounds=2),
        Case("Zen, one compiled expression, 10,000 firms", PEERS + "zen", size),
        Case("Duofeng's texts on Spark, local[2], Parquet to Parquet", HERE + "on_spark", size, most_rounds=1),
    ]
    return Subject(
        title=f"{firms.ROWS[scale]:,} firms × {firms.POLICIES} policies",
        cases=own if scale == "large" else own + memory,
        prepare=[Case("data", "benchmarks.firms:prepare", size)],
        remark="Two threads everywhere a case has them. Reading the rules' texts is part of Duofeng's time.",
    )


def declared() -> tuple[list[Expression], dict[str, list[int]]]:
    tests, chosen = firms.policies()
    words = {name: Column(kind) for name, kind in firms.types().items()}  # type: ignore[arg-type]  # words of Type
    conditions = [parse(test.text, words, want="flag") for test in tests]
    return conditions, {f"p{number:02}": policy for number, policy in enumerate(chosen)}


def program() -> tuple[Program, dict[str, list[int]]]:
    conditions, policies = declared()
    return compile_program(conditions, AS_OF), policies


def target(scale: Scale, name: str) -> Path:
    return firms.path(scale).with_name(f"{name}-{scale}.parquet")


def counted(pairs: dict[str, int]) -> str:
    return ", ".join(f"{kind} {number:,}" for kind, number in pairs.items())


def scan(scale: Scale) -> str:
    wanted = ", ".join(f"max({name})" for name in firms.columns())
    duckdb.sql("SET threads = 2")
    duckdb.sql(f"SELECT {wanted} FROM read_parquet('{firms.path(scale)}')").fetchall()
    return ""


def duofeng(scale: Scale) -> str:
    compiled, policies = program()
    answered = answer_parquet(compiled, policies, firms.path(scale), target(scale, "answers"))
    return counted(dict(answered.pairs))


def duofeng_with_truths(scale: Scale) -> str:
    compiled, policies = program()
    kept = target(scale, "truths")
    answered = answer_parquet(compiled, policies, firms.path(scale), target(scale, "answers"), truths=kept)
    return f"{counted(dict(answered.pairs))}; truths {kept.stat().st_size / 2**20:.0f} MiB"


def on_spark(scale: Scale) -> str:
    """The same texts written as Spark SQL; the virtual machine's start is told apart."""
    conditions, policies = declared()
    started = time.perf_counter()
    builder = spark.require().SparkSession.builder.master("local[2]").config(map=dict(spark.SETTINGS))
    session = builder.config("spark.driver.memory", "6g").getOrCreate()
    ready = time.perf_counter()
    answered = spark.answer(session.read.parquet(str(firms.path(scale))), conditions, policies, AS_OF)
    folder = target(scale, "spark")
    answered.write.mode("overwrite").option("compression", "zstd").parquet(str(folder))
    took = time.perf_counter() - ready
    worked = _processor_seconds(session.sparkContext._gateway.proc.pid)
    session.stop()
    pairs = Counter[str]()
    for part in sorted(folder.glob("*.parquet")):
        pairs.update(statuses.count(pl.read_parquet(part).to_numpy().astype(np.uint8)))
    apart = f"**{took:.1f} s** without the {ready - started:.1f} s until Spark stands; {worked:.0f} CPU s of Java"
    return f"{apart}; {counted(dict(pairs))}"


def _processor_seconds(pid: int) -> float:
    """Of another process, as Linux tells them."""
    ticks = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(") ")[2].split()[11:13]
    return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


# ---- by hand --------------------------------------------------------------------------------------------------------

BLOCK = 32_768
Bytes = NDArray[np.uint8]


def by_hand(scale: Scale) -> str:
    tests, policies = firms.policies()
    source = firms.path(scale)
    texts = [name for name, kind in firms.types().items() if kind == "code"]
    files: SimpleQueue[pq.ParquetFile] = SimpleQueue()
    for _ in range(2):
        files.put(pq.ParquetFile(source, read_dictionary=texts))
    names = [f"p{number:02}" for number in range(len(policies))]
    schema = pa.schema([(name, pa.uint8()) for name in names])
    sizes, pairs = np.zeros(4, np.int64), 0
    options = {"compression": "zstd", "compression_level": 1, "use_dictionary": False, "write_statistics": False}
    options["use_byte_stream_split"] = True
    with pq.ParquetWriter(target(scale, "hand"), schema, **options) as writer, ThreadPoolExecutor(2) as pool:
        waiting: deque[object] = deque()
        groups = pq.read_metadata(source).num_row_groups
        for group in range(groups + 1):
            if group < groups:
                waiting.append(pool.submit(_group_by_hand, files, group, tests, policies))
            while len(waiting) == 3 or (group == groups and waiting):
                answers = waiting.popleft().result()
                writer.write_table(
                    pa.table(
                        [pa.Array.from_buffers(pa.uint8(), len(row), [None, pa.py_buffer(row)]) for row in answers],
                        schema=schema,
                    )
                )
                sizes += [
                    np.count_nonzero(one) for one in (answers == 0, answers == 251, answers == 252, answers >= 253)
                ]
                pairs += answers.size
    eligible, two, unknown, refused = sizes.tolist()
    found = {"eligible": eligible, "one_missing": pairs - int(sizes.sum()), "two_missing": two, "unknown": unknown}
    return counted({**found, "not_eligible": refused})


def _group_by_hand(
    files: SimpleQueue[pq.ParquetFile], group: int, tests: list[Test], policies: list[list[int]]
) -> Bytes:
    file = files.get()
    table = file.read_row_group(group, columns=firms.columns(), use_threads=False)
    files.put(file)
    data, nulls, tables = {}, {}, {}
    for name in firms.columns():
        chunk = table.column(name).chunk(0)
        if name[0] == "t":
            codes = np.frombuffer(chunk.indices.buffers()[1], np.int32, len(chunk)).astype(np.uint8)
            words = chunk.dictionary
            chunk = chunk.indices
            tables[name] = words
            data[name] = codes
        elif name[0] == "f":
            bits = np.frombuffer(chunk.buffers()[1], np.uint8)
            data[name] = np.unpackbits(bits, bitorder="little", count=len(chunk))
        else:
            kind = {"m": np.int64, "n": np.float64, "d": np.int32}[name[0]]
            data[name] = np.frombuffer(chunk.buffers()[1], kind, len(chunk))
        valid = np.frombuffer(chunk.buffers()[0], np.uint8)
        nulls[name] = np.unpackbits(valid, bitorder="little", count=len(chunk)) ^ 1
    lookups = {
        number: _table(tables[test.column], test.bound) for number, test in enumerate(tests) if test.sign == "among"
    }
    answers = np.empty((len(policies), table.num_rows), np.uint8)
    for first in range(0, table.num_rows, BLOCK):
        part = slice(first, min(first + BLOCK, table.num_rows))
        answers[:, part] = _block_by_hand(data, nulls, tests, policies, lookups, part)
    return answers


def _table(words: pa.Array, chosen: object) -> bytes:
    found = pc.is_in(words, value_set=pl.Series(chosen).to_arrow().cast(words.type)).to_pylist()
    return bytes(not one for one in found).ljust(256, b"\0")


EPOCH = (firms.FIRST_DATE - firms.date(1970, 1, 1)).days
SIGN = {">=": np.less, "<=": np.greater}
MEANING = bytes(
    255 if code % 16 >= 3 else (253 if code % 16 else 252) if code >= 16 else 251 if code == 2 else 0
    for code in range(256)
)


def _block_by_hand(
    data: dict[str, NDArray[np.generic]],
    nulls: dict[str, Bytes],
    tests: list[Test],
    policies: list[list[int]],
    lookups: dict[int, bytes],
    part: slice,
) -> Bytes:
    """Each test once, as a byte that is 1 where it fails; unknown where a column is null; then bytes are added."""
    failed: list[Bytes] = []
    doubt: list[Bytes] = []
    for number, test in enumerate(tests):
        values, unknown = data[test.column][part], nulls[test.column][part]
        if test.sign == "among":
            fails = np.frombuffer(values.tobytes().translate(lookups[number]), np.uint8)
        elif test.sign in {"true", "false"}:
            fails = values if test.sign == "false" else values ^ 1
        elif test.sign == "ratio":
            with np.errstate(all="ignore"):
                fails = (values / data[test.other][part] < test.bound).view(np.uint8)
            unknown = unknown | nulls[test.other][part]
        else:
            bound = test.bound * 100 if test.column[0] == "m" else test.bound + EPOCH * (test.column[0] == "d")
            fails = SIGN[test.sign](values, bound).view(np.uint8)
        failed.append(fails & (unknown ^ 1))
        doubt.append(unknown)
    marks = [fails | unknown * np.uint8(16) for fails, unknown in zip(failed, doubt, strict=True)]
    answers = np.empty((len(policies), part.stop - part.start), np.uint8)
    which, scratch = np.empty_like(marks[0]), np.empty_like(marks[0])
    for row, policy in enumerate(policies):
        code = marks[policy[0]].copy()
        which[:] = code
        for place, number in enumerate(policy[1:], 2):
            code += marks[number]
            np.multiply(marks[number], np.uint8(place), out=scratch)
            which += scratch
        which *= code == 1
        np.add(np.frombuffer(code.tobytes().translate(MEANING), np.uint8), which, out=answers[row])
    return answers


__all__ = ["by_hand", "counted", "duofeng", "duofeng_with_truths", "program", "scan", "statuses", "subject"]
