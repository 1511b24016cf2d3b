from __future__ import annotations

import csv
import hashlib
import io
import pickle
import subprocess
import sys
import time
import zipfile

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from duofeng.brain.policies.payments import PaymentList, payment_list
from duofeng.kernel.message import Words, dumped
from duofeng.tell.language import speaking
from duofeng.tell.payment_files import payments_csv, payments_xlsx


def kept(zh: str, en: str) -> str:
    return dumped(Words({"zh": zh, "en": en}))


POLICIES = pl.DataFrame(
    {
        "policy": ["p", "q"],
        "title": [kept("奖励", "award"), kept("=补贴", "=grant")],
        "authority": [kept("办法 第三条", "rules 3"), kept("办法", "rules")],
    }
)
NAMES = pl.DataFrame({"register": "organisation", "subject": ["a", "b"], "name": ["甲公司", "=cmd|' /C calc'!A0"]})


def listed(*paid: tuple[str, str, int, int]) -> PaymentList:
    frame = pl.DataFrame(paid, schema=["policy", "subject", "amount", "paid"], orient="row")
    return payment_list(frame.with_columns(register=pl.lit("organisation")), POLICIES, NAMES, "2024-06-30-abc", "元")


TWO = (("q", "b", 1_00, 99), ("p", "a", 123_456_789_012_345, 123_456_789_012_345), ("p", "b", 5, 0))


@given(st.lists(st.integers(1, 10**15), min_size=1, max_size=2, unique=True))
def test_the_total_is_the_sum_of_the_rows_in_every_form(amounts: list[int]) -> None:
    made = listed(*(("p", subject, amount, amount) for subject, amount in zip("ab", amounts, strict=False)))
    rows = list(csv.reader(io.StringIO(payments_csv(made).decode("utf-8-sig"))))
    cents = [int(row[7].replace(".", "")) for row in rows[1 : len(amounts) + 1]]
    assert cents == [dict(zip(made.rows["subject"], made.rows["paid"], strict=True))[row[1]] for row in rows[1:-2]]
    assert int(rows[-2][7].replace(".", "")) == sum(cents) == made.total == sum(amounts)


def test_only_what_is_paid_is_listed_sorted_and_to_the_cent() -> None:
    rows = list(csv.reader(io.StringIO(payments_csv(listed(*TWO)).decode("utf-8-sig"))))
    assert rows[1][3:] == ["p", "奖励", "办法 第三条", "1234567890123.45", "1234567890123.45"]
    assert rows[2][6:] == ["1.00", "0.99"]
    assert rows[3][0] == "合计" and rows[3][7] == "1234567890124.44"
    assert len(rows) == 5


def test_the_same_list_gives_the_same_bytes_at_another_time_and_in_another_process() -> None:
    first = listed(*TWO)
    code = (
        "import sys, pickle, hashlib\n"
        "from duofeng.tell.payment_files import payments_csv, payments_xlsx\n"
        "made = pickle.loads(sys.stdin.buffer.read())\n"
        "print(hashlib.sha256(payments_csv(made)).hexdigest(), hashlib.sha256(payments_xlsx(made)).hexdigest())"
    )
    time.sleep(2.1)  # archives keep times in steps of two seconds
    other = subprocess.run(
        [sys.executable, "-c", code], input=pickle.dumps(first), capture_output=True, check=True
    ).stdout
    here = [hashlib.sha256(content).hexdigest() for content in (payments_csv(first), payments_xlsx(first))]
    assert other.decode().split() == here


def test_the_digest_changes_with_every_cent_name_and_run() -> None:
    digests = {
        listed(*TWO).digest,
        listed(("q", "b", 1_00, 98), TWO[1]).digest,
        payment_list(listed(*TWO).rows, POLICIES, NAMES, "other", "元").digest,
    }
    assert len(digests) == 3


def test_a_text_never_becomes_a_formula() -> None:
    made = listed(*TWO)
    rows = list(csv.reader(io.StringIO(payments_csv(made).decode("utf-8-sig"))))
    assert rows[2][2].startswith("'=cmd")
    book = zipfile.ZipFile(io.BytesIO(payments_xlsx(made)))
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "=cmd|' /C calc'!A0" in book.read("xl/sharedStrings.xml").decode()
    assert "1234567890123.45" in sheet


def test_nobody_stands_twice_under_one_policy() -> None:
    with pytest.raises(ValueError, match="twice"):
        listed(("p", "a", 1, 1), ("p", "a", 2, 2))


def test_a_zone_abroad_gets_the_list_in_its_words_and_currency() -> None:
    frame = pl.DataFrame([("p", "a", 5, 5)], schema=["policy", "subject", "amount", "paid"], orient="row")
    frame = frame.with_columns(register=pl.lit("organisation"))
    with speaking("en"):
        text = payments_csv(payment_list(frame, POLICIES, NAMES, "r", "SAR")).decode("utf-8-sig")
    assert "amount paid (SAR)" in text and "award" in text and "元" not in text
