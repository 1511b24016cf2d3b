"""Texts as other systems write them: encodings, line ends, characters that nobody sees, unusual separators."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from duofeng.facts.loading import Loader, Outcome
from duofeng.facts.readers.bytes import deliver as delivered
from duofeng.facts.readers.encodings import found_in

Deliver = Callable[..., Outcome]
Facts = Callable[[], dict[tuple[str, str], object]]

CHINESE = "企业名称,从业人数\n明辉电子有限公司,10\n山东精密机械股份有限公司,20\n"
TRADITIONAL = "企業名稱,從業人數\n香港明輝電子有限公司,10\n臺灣精密機械股份有限公司,20\n"
WESTERN = "企业名称,从业人数\nCrèche Bleue SARL,10\nCafé Übersee GmbH,20\nEspaña Motor S.A.,7\n"


def codes_of(outcome: Outcome) -> list[str]:
    return [problem.code for problem in outcome.problems]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (CHINESE, "gb18030"),
        (TRADITIONAL, "big5"),
        (WESTERN.split("\n", 1)[1], "cp1252"),
        (WESTERN.split("\n", 1)[1], "mac_roman"),
    ],
)
def test_an_encoding_is_found_by_the_characters_it_gives(text: str, encoding: str) -> None:
    assert found_in(text.encode(encoding)) == encoding


def test_bytes_that_no_encoding_makes_usual_characters_of_are_refused(deliver: Deliver) -> None:
    outcome = deliver("名录.csv", "企业名称,从业人数\nПривет ООО,10\n".encode("koi8-r", "replace"))
    assert (outcome.verdict, codes_of(outcome)) == ("quarantined", ["E202"])


def test_utf16_without_a_mark_is_read(tmp_path: Path) -> None:
    for encoding in ("utf-16-le", "utf-16-be"):
        path = tmp_path / "名录.csv"
        path.write_bytes(CHINESE.encode(encoding))
        assert delivered(path, workbook=False).encoding == encoding


def test_what_is_found_by_evidence_is_told(deliver: Deliver, facts: Facts) -> None:
    outcome = deliver(
        "Names.csv", WESTERN.replace("企业名称,从业人数", "Name,Staff").encode("cp1252"), source="western"
    )
    assert codes_of(outcome) == ["E360"]
    assert facts()["western:EspañaMotorS.A.", "staff"] == 7


def test_a_source_can_declare_its_encoding(deliver: Deliver, facts: Facts) -> None:
    outcome = deliver("Names.csv", "Name,Staff\nКорабль ООО,10\n".encode("cp1251"), source="cyrillic")
    assert outcome.verdict == "accepted"
    assert facts()["cyrillic:КорабльООО", "staff"] == 10


def test_a_declared_encoding_that_gives_no_text_is_refused(deliver: Deliver) -> None:
    outcome = deliver("Names.csv", TRADITIONAL.encode("big5"), source="simplified")
    assert (outcome.verdict, codes_of(outcome)) == ("quarantined", ["E361"])


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_one_bad_byte_costs_one_row(deliver: Deliver, loader: Loader, facts: Facts, encoding: str) -> None:
    rows = [f"第{number}号有限公司,{number}".encode(encoding) for number in range(1, 6)]
    rows[2] = rows[2][:-4] + b"\xff" + rows[2][-3:]
    content = "企业名称,从业人数\n".encode(encoding) + b"\n".join(rows) + b"\n"
    outcome = deliver("名录.csv", content)
    assert outcome.rejects == 1
    assert loader.ledger.rejects().select("row", "code").rows() == [(4, "E203")]
    assert sorted(value for (_, attribute), value in facts().items() if attribute == "staff") == [1, 2, 4, 5]


def test_a_row_of_replacement_signs_is_damage_even_in_sound_utf8(deliver: Deliver, loader: Loader) -> None:
    deliver("名录.csv", "企业名称,从业人数\n第一有限公司,1\n第�有限公司,2\n第二有限公司,3\n锟斤拷有限公司,4\n")
    assert loader.ledger.rejects().select("row", "code").rows() == [(3, "E203"), (5, "E203")]


def test_lines_may_end_as_on_old_machines(deliver: Deliver, facts: Facts) -> None:
    outcome = deliver("名录.csv", "人员情况\r企业名称,从业人数\r第一有限公司,10\r第二有限公司,20\r")
    assert outcome.verdict == "warnings"
    assert facts()["register:第二有限公司", "staff"] == 20


def test_characters_nobody_sees_are_taken_out_and_named(deliver: Deliver, facts: Facts, codes: list[str]) -> None:
    text = "统一社会信用代码\u200b,企业名称,从业人数\n"
    text += f"\u2060{codes[0]},第\u200b一公司,10\n{codes[1]}\ufeff,第二\x07公司,20\n"
    outcome = deliver("名录.csv", text)
    told = next(problem for problem in outcome.problems if problem.code == "E363")
    assert "U+200B ZERO WIDTH SPACE × 2" in str(told)
    assert "U+0007" in str(told)
    assert facts()[codes[0], "name"] == "第一公司"
    assert facts()[codes[1], "name"] == "第二公司"
    assert outcome.rejects == 0


def test_joiners_stay_in_the_scripts_that_need_them(deliver: Deliver, facts: Facts, codes: list[str]) -> None:
    deliver("名录.csv", f"统一社会信用代码,企业名称\n{codes[0]},می\u200cشود\n")
    assert facts()[codes[0], "name"] == "می\u200cشود"


def test_a_full_width_comma_separates(deliver: Deliver, facts: Facts, codes: list[str]) -> None:
    outcome = deliver("名录.csv", f"统一社会信用代码，企业名称，从业人数\n{codes[0]}，第一公司，10\n")
    assert "E241" in codes_of(outcome)
    assert facts()[codes[0], "staff"] == 10
