"""No content of a file makes the reading do anything but give facts and rejects, or name the problem."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from duofeng.facts.readers import bytes as arrived
from duofeng.facts.readers.opening import opened, reader_of
from duofeng.facts.repeated import AgainError, Repeated
from duofeng.facts.resent import Settled
from duofeng.facts.walk import Reading
from duofeng.kernel.problem import ProblemError
from duofeng.tell.words import told_in
from duofeng.zone.kinds.source import Source
from duofeng.zone.zone import Zone

HEADER = "统一社会信用代码,企业名称,营业收入（万元）,从业人数,面积,上市,成立日期,行业\n".encode()
TEXTS = (
    *(
        "甲公司",
        "1.2亿",
        "—",
        "合计",
        "３，０００万元",
        "％",
        "2020-02-30",
        "91350100000000000H",
        "#REF!",
        "1e400",
        "nan",
    ),
    *(",", '"', "\n", "\r\n", "\r", ";", "\t", "\0", "-", "+", "0x10", " " * 40, "9" * 60, "\U0001f600"),
)
PIECES = [*(text.encode() for text in TEXTS), "甲公司".encode("gb18030"), b"\xef\xbb\xbf", b"\xff", HEADER]
JSON_PIECES = [text.encode() for text in ('{"', "代码", '":', "1", '"x"', "}", "\n", ",", "null", "\0", "[", "{")] + [
    b"\xff"
]
QUICK = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def read(path: Path, content: bytes, source: Source, zone: Zone) -> None:
    """Walk the file as a load does; a refusal names at least one problem."""
    path.write_bytes(content)
    delivered = arrived.deliver(path, workbook=reader_of(path, source) == "xlsx")
    repeated = Repeated(source, zone)
    try:
        for _ in range(2):
            try:
                _walk(delivered, source, zone, repeated)
                break
            except AgainError:
                continue
    except ProblemError as error:
        assert all(str(problem.message) and told_in("en", problem.message) for problem in error.problems)


def _walk(delivered: arrived.Delivered, source: Source, zone: Zone, repeated: Repeated) -> None:
    day = date(2024, 6, 1)
    with opened(delivered, source) as table:
        reading = Reading(source, zone, table, delivered.path.name, day, day, Settled(source), repeated)
        for facts in reading.facts():
            assert facts.width


@QUICK
@given(st.lists(st.sampled_from(PIECES), max_size=25), st.booleans())
def test_any_delimited_bytes_are_read_or_refused(tmp_path: Path, zone: Zone, pieces: list[bytes], headed: bool) -> None:
    read(tmp_path / "名录.csv", (HEADER if headed else b"") + b"".join(pieces), zone.sources["register"], zone)


@QUICK
@given(st.lists(st.sampled_from(JSON_PIECES), max_size=20))
def test_any_json_lines_are_read_or_refused(tmp_path: Path, zone: Zone, pieces: list[bytes]) -> None:
    content = '{"代码": "A1", "用电": 5}\n'.encode() + b"".join(pieces)
    read(tmp_path / "月报_2023年6月.jsonl", content, zone.sources["named"], zone)


@QUICK
@given(st.data())
def test_any_damage_to_a_workbook_is_read_or_refused(tmp_path: Path, zone: Zone, workbook: bytes, data) -> None:
    content = bytearray(workbook)
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    read(tmp_path / "年报.xlsx", bytes(content), zone.sources["annual"], zone)


def test_damaged_bytes_cost_their_row_only(deliver, loader, codes) -> None:
    lines = [f"{code},第{n}公司,1,1,1,是,2020-03-04,软件\n".encode() for n, code in enumerate(codes)]
    lines[20] = lines[20].replace("公司".encode(), b"\xe5\x85")
    outcome = deliver("名录.csv", HEADER + b"".join(lines))
    assert (outcome.rows, outcome.facts, outcome.rejects) == (30, 29 * 7, 1)
    assert loader.ledger.rejects().select("row", "code").rows() == [(22, "E203")]


def test_utf_16_is_loaded_as_it_is(deliver, codes) -> None:
    outcome = deliver("名录.csv", HEADER.decode() + f"{codes[0]},甲公司,1,1,1,是,2020-03-04,软件\n", "utf-16")
    assert (outcome.verdict, outcome.facts) == ("accepted", 7)
