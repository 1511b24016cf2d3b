"""The published figures of the first zone: every number stands where its row says it stands."""

import csv
import os
import re
from decimal import Decimal
from pathlib import Path

import pytest

from duofeng.facts.hedge import SENSES

PROJECT = Path(__file__).resolve().parents[3]
PUBLISHED = PROJECT / "zones/zhengzhou/published"
SHARED = Path(os.environ.get("DUOFENG_SHARED", PROJECT.parent / "shared"))
REPORT_OF = {
    "report-2023": "000",
    "report-2024h1": "001",
    "plan-2023": "002",
    "report-2023h1": "003",
    "report-2020": "004",
}
CHINESE_NUMERALS = {
    "一": "1", "首": "1", "二": "2", "两": "2", "三": "3", "四": "4", "五": "5", "七": "7", "十": "10", "零": "0",
    "四分之一": "25",
}  # fmt: skip


def rows(document: str) -> list[dict[str, str]]:
    with (PUBLISHED / f"{document}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def numbers_in(text: str) -> set[Decimal]:
    found = {Decimal(each) for each in re.findall(r"\d+(?:\.\d+)?", text)}
    found |= {Decimal(value) for numeral, value in CHINESE_NUMERALS.items() if numeral in text}
    return found


@pytest.mark.parametrize("document", REPORT_OF)
def test_each_number_stands_in_the_report_where_its_row_says(document: str) -> None:
    if not (SHARED / "seeds").is_dir():
        pytest.skip("the five reports are not on this machine (../shared or DUOFENG_SHARED)")
    (report,) = (SHARED / "seeds").glob(f"{REPORT_OF[document]}_*.txt")
    text = report.read_bytes().decode("utf-8")
    for row in rows(document):
        written = re.sub(r"\s", "", text[int(row["start"]) : int(row["end"])])
        assert Decimal(row["value"]) in numbers_in(written), row
        assert (row["document"], row["written"]) == (document, written)
        assert not row["hedge"] or row["hedge"] in SENSES, row


def test_more_than_350_figures_are_published_in_five_documents() -> None:
    counts = {document: len(rows(document)) for document in REPORT_OF}
    assert counts == {
        "report-2023": 133,
        "report-2024h1": 105,
        "plan-2023": 54,
        "report-2023h1": 57,
        "report-2020": 132,
    }


@pytest.mark.parametrize("document", REPORT_OF)
def test_a_place_is_used_once_in_a_document(document: str) -> None:
    places = [(row["start"], row["end"], row["attribute"]) for row in rows(document)]
    assert len(places) == len(set(places))


@pytest.mark.parametrize(("document", "number"), [("report-2023", "000"), ("plan-2023", "002")])
def test_the_careful_readers_unambiguous_numbers_are_all_there(document: str, number: str) -> None:
    gold = SHARED / f"gold/figures_{number}.csv"
    if not gold.is_file():
        pytest.skip("the careful reader's answer is not on this machine")
    mine = [
        (int(row["start"]), int(row["end"]), {Decimal(row["value"]), Decimal(row["value_to"] or row["value"])})
        for row in rows(document)
    ]
    with gold.open(encoding="utf-8", newline="") as file:
        missing = [
            row["span_text"]
            for row in csv.DictReader(file)
            if not re.search("ambiguous|name numeral|programme name|structural count|only two named|OCR", row["note"])
            and not any(
                start < int(row["end"]) and int(row["start"]) < end and Decimal(row["value"]) in values
                for start, end, values in mine
            )
        ]
    assert missing == []
