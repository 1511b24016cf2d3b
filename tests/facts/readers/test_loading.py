from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest
from click.testing import Result
from typer.testing import CliRunner

from duofeng.cli.main import build_app
from duofeng.facts.ledger import Ledger
from duofeng.facts.loading import Loader, source_for
from duofeng.facts.preview import preview
from duofeng.facts.rejects import reason, row_content, shown_raw
from duofeng.facts.resent import to_put_right
from duofeng.kernel.problem import ProblemError
from duofeng.tell.words import told_in
from duofeng.zone.zone import Zone

HEADER = "统一社会信用代码,企业名称,营业收入（万元）,从业人数,面积,上市,成立日期,行业\n"


def codes_of(problems) -> list[str]:
    return [problem.code for problem in problems]


# ---- cells ----------------------------------------------------------------------------------------------------------


def test_units_are_converted_exactly_and_absence_is_not_zero(deliver, facts, codes) -> None:
    deliver(
        "名录.csv",
        f"{HEADER}{codes[0]},甲公司,0.1,１２０,3亩,是,2020/3/4,软件\n{codes[1]},乙公司,—,,/,否,20200304,C39\n",
    )
    held = facts()
    assert held[codes[0], "revenue"] == 100_000
    assert held[codes[0], "area"] == 2000.0
    assert held[codes[0], "listed"] is True and held[codes[1], "listed"] is False
    assert held[codes[0], "industry"] == "I65" and held[codes[1], "industry"] == "C39"
    assert str(held[codes[0], "registered_on"]) == str(held[codes[1], "registered_on"]) == "2020-03-04"
    assert (codes[1], "revenue") not in held and (codes[1], "area") not in held


@pytest.mark.parametrize(
    ("column", "text", "code"),
    [
        (2, "很多", "E120"),
        (2, "12.5万美元", "E122"),
        (2, "0.0000001", "E123"),
        (3, "12.5", "E220"),
        (4, "3头", "E121"),
        (4, "3人", "E122"),
        (5, "也许", "E222"),
        (6, "2023-02-30", "E221"),
        (6, "2023-02", "E221"),
        (7, "C40", "E223"),
        (1, "\0", "E229"),
        (0, "91350100000000000X", "E133"),
        (0, "123", "E131"),
    ],
)
def test_a_cell_that_is_no_value_is_kept_with_its_reason(
    deliver, loader, codes, column: int, text: str, code: str
) -> None:
    row = [codes[1], "乙公司", "1", "1", "1", "是", "2020-03-04", "C39"]
    row[column] = text
    good = f"{codes[0]},甲公司,1,1,1,是,2020-03-04,C39\n" * 10
    deliver("名录.csv", HEADER + good + ",".join(row) + "\n")
    found = loader.ledger.rejects().row(0, named=True)
    assert (found["row"], found["raw"], found["code"]) == (12, text, code)
    assert loader.ledger.rejects().height == 1
    assert list(row_content(found["params"]).values()) == row
    why = reason(code, found["params"])
    assert str(why) and told_in("en", why)


def test_a_row_with_a_bad_identifier_gives_no_facts_and_is_kept_whole(deliver, loader, facts, codes) -> None:
    bad = codes[1][:-1] + ("0" if codes[1][-1] != "0" else "1")
    deliver("名录.csv", f"{HEADER}{codes[0]},甲公司,1,1,1,是,2020-03-04,C39\n{bad},乙公司,7,7,7,是,2020-03-04,C39\n")
    assert {subject for subject, _ in facts()} == {codes[0]}
    found = loader.ledger.rejects().row(0, named=True)
    assert (found["column"], found["raw"], found["code"]) == ("统一社会信用代码", bad, "E133")


def test_without_an_identifier_the_name_of_the_source_is_the_key(deliver, facts) -> None:
    deliver("名录.csv", f"{HEADER},甲 公司,1,1,1,是,2020-03-04,C39\n")
    assert facts()["register:甲公司", "name"] == "甲 公司"


def test_a_row_about_nobody_is_kept(deliver, loader, codes) -> None:
    deliver("名录.csv", f"{HEADER}{codes[0]},甲公司,1,1,1,是,2020-03-04,C39\n,—,7,7,7,,,\n")
    assert loader.ledger.rejects().select("row", "code").rows() == [(3, "E225")]


# ---- the long form --------------------------------------------------------------------------------------------------


def test_a_long_table_gives_a_fact_per_row_with_its_own_period_and_unit(deliver, loader, clock) -> None:
    rows = ["代码,指标,数值,单位,时间", "A1,用电量,1.5,万千瓦时,2023年6月", "A1,electricity,2,,2023-07"]
    text = "\n".join([*rows, "A1,revenue,3,亿元,2023", "A1,industry,软件,,", ""])
    outcome = deliver("用电.csv", text)
    assert outcome.verdict == "accepted", outcome.problems
    rows = loader.ledger.facts(known_at=clock()).collect().sort("row")
    assert rows.select("attribute", "period", "number", "money", "text", "row", "place").rows() == [
        ("electricity", "2023-06", 15_000.0, None, None, 2, "数值"),
        ("electricity", "2023-07", 2.0, None, None, 3, "数值"),
        ("revenue", "2023", None, 30_000_000_000, None, 4, "数值"),
        ("industry", None, None, None, "I65", 5, "数值"),
    ]
    assert str(rows["valid_from"][0]), str(rows["valid_until"][0]) == ("2023-06-01", "2023-06-30")


def test_a_long_table_says_how_a_document_prints_a_value(deliver, loader, clock) -> None:
    rows = ["代码,指标,数值,时间,文件,起,止,原文,限定", "A1,electricity,2,2023-07,report,3,9,2千瓦时,大约"]
    rows += ["A1,electricity,2,2023-08,report,,,,", "A1,electricity,2,2023-09,report,x,,,"]
    deliver("发布.csv", "\n".join([*rows, "A1,electricity,2,2023-10,report,,,,许"]))
    found = loader.ledger.facts(known_at=clock()).collect().sort("row")
    assert found.select("document", "start", "end", "written", "hedge").rows() == [
        ("report", 3, 9, "2千瓦时", "约"),
        ("report", None, None, None, None),
    ]
    rejects = loader.ledger.rejects().sort("row").select("row", "column", "code").rows()
    assert rejects == [(4, "起", "E120"), (5, "限定", "E223")]


def test_a_long_table_keeps_unknown_attributes_periods_and_misfits(deliver, loader) -> None:
    good = "A1,electricity,1,,2023-06\n" * 9
    bad = "A1,用电,1,,2023-06\nA1,electricity,1,,去年\nA1,electricity,1,,2023\n"
    bad += "A1,electricity,1,,\nA1,electricity,x,,2023-06\n"
    deliver("用电.csv", f"代码,指标,数值,单位,时间\n{good}{bad}")
    found = loader.ledger.rejects().sort("row").select("row", "column", "code").rows()
    assert found == [
        (11, "指标", "E224"),
        (12, "时间", "E100"),
        (13, "数值", "E227"),
        (14, "数值", "E226"),
        (15, "数值", "E120"),
    ]


# ---- the file and its promises --------------------------------------------------------------------------------------


def test_gb18030_with_a_wrong_delimiter_is_reported_and_loses_nothing(deliver, loader, codes) -> None:
    outcome = deliver("固定1.csv", f"代码;人数\n{codes[0]};5\n", "gb18030")
    assert outcome.verdict == "quarantined"
    assert codes_of(outcome.problems) == ["E204"]
    assert "“;”" in str(outcome.problems[0].message)
    assert (outcome.kept / "固定1.csv").read_bytes().decode("gb18030").startswith("代码;人数")
    told = json.loads((outcome.kept / "reason.json").read_text("utf-8"))
    assert told["by"] == "Alice" and told["problems"][0]["code"] == "E204"
    assert loader.ledger.arrivals().select("verdict", "facts").rows() == [("quarantined", 0)]


def test_swapped_columns_are_named_both_and_nothing_is_loaded(deliver, facts, codes) -> None:
    rows = "".join(f"第{n}公司,{codes[n]},1,1,1,是,2020-03-04,C39\n" for n in range(20))
    outcome = deliver("名录.csv", HEADER + rows)
    assert outcome.verdict == "quarantined"
    assert codes_of(outcome.problems) == ["E238"]
    assert (outcome.problems[0].params["column"], outcome.problems[0].params["other"]) == (
        "统一社会信用代码",
        "企业名称",
    )
    assert facts() == {}


def test_two_swapped_value_columns_are_recognised(deliver, codes) -> None:
    rows = "".join(f"{codes[n]},第{n}公司,1,1,1,2020-03-04,是,C39\n" for n in range(20))
    outcome = deliver("名录.csv", HEADER + rows)
    assert outcome.verdict == "quarantined"
    assert {(p.params["column"], p.params["other"]) for p in outcome.problems if p.code == "E238"} == {
        ("上市", "成立日期"),
        ("成立日期", "上市"),
    }


def test_identifiers_spoilt_by_a_spreadsheet_quarantine_the_file(deliver, codes) -> None:
    rows = "".join(f"{codes[n][:14]}0000,第{n}公司,1,1,1,是,2020-03-04,C39\n" for n in range(20))
    outcome = deliver("名录.csv", HEADER + rows)
    assert "E248" in codes_of(outcome.problems)
    assert outcome.verdict == "quarantined"


def test_the_same_file_twice_counts_once(deliver, facts, codes) -> None:
    text = f"{HEADER}{codes[0]},甲公司,1,1,1,是,2020-03-04,C39\n"
    first = deliver("名录.csv", text)
    again = deliver("名录另存.csv", text)
    assert (first.verdict, again.verdict, again.duplicate_of) == ("accepted", "duplicate", first.arrival)
    assert len(facts()) == 7


@pytest.mark.parametrize(
    ("rows", "codes_expected"),
    [(2, ["E233"]), (3, []), (4, ["E235"])],
)
def test_too_few_rows_or_too_many_gaps_quarantine_the_delivery(
    deliver, facts, codes, rows: int, codes_expected
) -> None:
    told = ["5", "6", "7", ""][:rows]
    outcome = deliver("固定1.csv", "代码,人数\n" + "".join(f"{codes[n]},{text}\n" for n, text in enumerate(told)))
    assert codes_of(outcome.problems) == codes_expected
    assert (outcome.verdict == "quarantined") is bool(codes_expected)
    assert bool(facts()) is not bool(codes_expected)


def test_a_new_column_quarantines_a_source_that_says_so(deliver, codes) -> None:
    outcome = deliver("固定1.csv", "代码,人数,新列\n" + "".join(f"{codes[n]},5,x\n" for n in range(3)))
    assert codes_of(outcome.problems) == ["E237"]


def test_too_many_rows_and_unknown_columns_only_warn(deliver, codes) -> None:
    rows = "".join(f",第{n}公司,1,1,1,是,2020-03-04,C39,x\n" for n in range(51))
    outcome = deliver("名录.csv", HEADER.strip() + ",备用\n" + rows)
    assert outcome.verdict == "warnings"
    assert codes_of(outcome.problems) == ["E208", "E234"]


def test_a_declared_column_twice_is_not_guessed(deliver, codes) -> None:
    outcome = deliver("名录.csv", f"{HEADER.strip()},从业人数\n{codes[0]},甲公司,1,1,1,是,2020-03-04,C39,2\n")
    assert outcome.verdict == "quarantined"
    assert "E207" in codes_of(outcome.problems)


def test_an_empty_file_is_quarantined_as_empty(deliver, loader) -> None:
    outcome = deliver("名录.csv", b"")
    assert codes_of(outcome.problems) == ["E201"]
    assert loader.ledger.arrivals()["verdict"].to_list() == ["quarantined"]


def test_a_quarantined_file_put_right_by_its_declaration_loads_later(
    deliver, loader, facts, codes, tmp_path, clock
) -> None:
    outcome = deliver("固定1.csv", f"代码,人数\n{codes[0]},5\n")
    assert outcome.verdict == "quarantined"
    more = deliver("固定1.csv", "代码,人数\n" + "".join(f"{codes[n]},5\n" for n in range(3)))
    assert more.verdict == "accepted"
    assert len(facts()) == 3


def test_which_source_a_file_belongs_to(zone) -> None:
    assert source_for(Path("some/名录2023.csv"), zone).id == "register"
    for named, path, code in (("registr", "x.csv", "E230"), (None, "x.csv", "E231")):
        with pytest.raises(ProblemError) as caught:
            source_for(Path(path), zone, named)
        assert caught.value.problems[0].code == code
        assert "register" in str(caught.value.problems[0].message)


def test_a_file_two_sources_claim_belongs_to_none(zone) -> None:
    both = zone.sources["register"].model_copy(update={"id": "second"})
    claimed = MappingProxyType({**zone.declarations, "source": {**zone.sources, "second": both}})
    with pytest.raises(ProblemError) as caught:
        source_for(Path("名录2023.csv"), replace(zone, declarations=claimed))
    assert caught.value.problems[0].code == "E232"


def test_a_file_name_without_its_period_is_refused(deliver, codes) -> None:
    outcome = deliver("月报.jsonl", '{"代码": "1", "用电": 5}\n')
    assert codes_of(outcome.problems) == ["E244"]


# ---- putting rejects right ------------------------------------------------------------------------------------------


@pytest.fixture
def with_rejects(deliver, codes):
    rows = [f"{codes[n]},第{n}公司,{n},{'十来个' if n in (3, 4, 5) else n},1,是,2020-03-04,C39\n" for n in range(8)]
    return deliver("名录.csv", HEADER + "".join(rows)), rows


def test_a_corrected_file_of_the_same_name_settles_the_rejects(deliver, loader, facts, with_rejects, codes) -> None:
    _, rows = with_rejects
    assert loader.ledger.rejects().height == 3
    outcome = deliver("名录.csv", HEADER + "".join(row.replace("十来个", "9") for row in rows))
    assert outcome.replaced == with_rejects[0].arrival
    assert loader.ledger.rejects().is_empty()
    assert facts()[codes[3], "staff"] == 9.0


def test_exported_rejects_put_right_settle_theirs_and_leave_the_others_open(
    deliver, loader, facts, with_rejects, codes
) -> None:
    export = to_put_right(loader.ledger.rejects(), str)
    assert export["企业名称"].to_list() == ["第3公司", "第4公司", "第5公司"]
    assert "不是数" in export["#原因"][0]
    fixed = export[:2].write_csv().replace(",十来个,", ",9,", 1)
    outcome = deliver("改好的.csv", fixed, "utf-8-sig")
    assert outcome.replaced == with_rejects[0].arrival
    assert facts()[codes[3], "staff"] == 9.0
    still = loader.ledger.rejects().sort("row")
    assert [row_content(params)["企业名称"] for params in still["params"]] == ["第4公司", "第5公司"]


def test_the_next_delivery_of_the_same_name_does_not_settle_rows_it_does_not_have(
    deliver, loader, with_rejects, codes
) -> None:
    deliver("名录.csv", f"{HEADER}{codes[20]},别的公司,1,1,1,是,2020-03-04,C39\n")
    assert loader.ledger.rejects().height == 3


def test_an_arrival_that_does_not_exist_cannot_be_replaced(deliver, codes) -> None:
    outcome_text = f"{HEADER}{codes[0]},甲公司,1,1,1,是,2020-03-04,C39\n"
    with pytest.raises(ProblemError) as caught:
        deliver("名录.csv", outcome_text, replaces="nosuch")
    assert caught.value.problems[0].code == "E243"


# ---- preview and the outside ----------------------------------------------------------------------------------------


def test_a_preview_shows_roles_facts_and_rejects_and_writes_nothing(tmp_path, zone, loader, codes) -> None:
    path = tmp_path / "名录.csv"
    path.write_text(f"{HEADER}{codes[0]},甲公司,1.2亿,多,1,是,2020-03-04,C39\n", encoding="utf-8")
    shown = preview(path, zone.sources["register"], zone)
    assert shown.columns["统一社会信用代码"] == "identifier:uscc" and shown.columns["从业人数"] == "staff"
    assert shown.facts.height == 6 and shown.rejects["raw"].to_list() == ["多"]
    assert loader.ledger.arrivals().is_empty()


def test_a_file_that_is_not_there_is_a_problem_not_an_outcome(loader, clock, tmp_path) -> None:
    with pytest.raises(ProblemError) as caught:
        loader.load(tmp_path / "名录9.csv", clock())
    assert caught.value.problems[0].code == "E218"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 600 KiB."""
    if os.geteuid() != 0:
        pytest.skip("mounting a small file system needs root")
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", str(disk)]
    mounted = subprocess.run(mount, capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip(f"a tmpfs cannot be mounted here: {mounted.stderr.decode().strip()}")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_a_full_disk_is_reported_and_the_ledger_stays_as_it_was(small_disk, tmp_path, zone, clock, codes) -> None:
    loader = Loader(zone, Ledger.open(small_disk / "ledger"), small_disk, "Alice", clock().date())
    path = tmp_path / "名录.csv"
    path.write_text(f"{HEADER}{codes[0]},甲公司,1,1,1,是,2020-03-04,C39\n", encoding="utf-8")
    assert loader.load(path, clock()).facts == 7
    large = tmp_path / "用电.csv"
    rows = (f"A{n * 7919 % 100003:06d},electricity,{n * 31 % 9973}.{n % 97:02d},,2023-06\n" for n in range(120_000))
    large.write_text("代码,指标,数值,单位,时间\n" + "".join(rows), encoding="utf-8")
    with pytest.raises(ProblemError) as caught:
        loader.load(large, clock())
    assert caught.value.problems[0].code == "E250"
    assert loader.ledger.facts(known_at=clock()).collect().height == 7


def test_a_read_only_data_folder_is_reported_and_the_file_stays(small_disk, tmp_path, zone, clock, codes) -> None:
    ledger = Ledger.open(small_disk / "ledger")
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    path = tmp_path / "名录.csv"
    path.write_text(f"{HEADER}{codes[0]},甲公司,1,1,1,是,2020-03-04,C39\n", encoding="utf-8")
    with pytest.raises(ProblemError) as caught:
        Loader(zone, ledger, small_disk, "Alice", clock().date()).load(path, clock())
    assert caught.value.problems[0].code == "E251"
    assert path.exists()
    assert ledger.arrivals().is_empty()


def test_a_persons_number_is_masked_on_the_screen() -> None:
    assert shown_raw("110101199003070000", '{"scheme": "居民身份证号"}') == "110101********0000"
    assert shown_raw("12.5", '{"text": "12.5"}') == "12.5"


# ---- the commands ---------------------------------------------------------------------------------------------------


@pytest.fixture
def command(tmp_path: Path, zone: Zone, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.setenv("DUOFENG_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("DUOFENG_ZONE", str(zone.folder))
    monkeypatch.setenv("COLUMNS", "200")
    return lambda *words: CliRunner().invoke(build_app(), [str(word) for word in words])


def test_one_bad_file_does_not_stop_the_others_and_the_exit_code_tells(command, tmp_path, codes) -> None:
    (tmp_path / "名录.csv").write_text(f"{HEADER}{codes[0]},甲公司,1,多,1,是,2020-03-04,C39\n", encoding="utf-8")
    (tmp_path / "固定1.csv").write_text(f"代码;人数\n{codes[0]};5\n", encoding="utf-8")
    told = command("load", tmp_path / "固定1.csv", tmp_path / "nowhere.csv", tmp_path / "名录.csv")
    assert told.exit_code == 1
    assert "已隔离" in told.output and "E204" in told.output and "E218" in told.output
    assert "事实 6  拒收 1" in told.output and "duofeng rejects --arrival" in told.output
    assert "3 个文件，2 个未加载" in told.output
    assert "Traceback" not in told.output


def test_rejects_are_listed_exported_and_settled_by_the_export(command, tmp_path, codes) -> None:
    (tmp_path / "名录.csv").write_text(f"{HEADER}{codes[0]},甲公司,1,多,1,是,2020-03-04,C39\n", encoding="utf-8")
    command("load", tmp_path / "名录.csv")
    assert "“多”不是数" in command("rejects").output
    export = tmp_path / "改.csv"
    command("rejects", "--csv", export)
    export.write_text(export.read_text("utf-8-sig").replace(",多,", ",8,"), encoding="utf-8-sig")
    assert "更正了到达" in command("load", export).output
    assert "没有待更正" in command("rejects").output
