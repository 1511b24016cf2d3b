"""The payment list for finance: exact to the cent, nobody twice, the same bytes whenever it is made again."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import polars as pl
import xlsxwriter

from duofeng.kernel.problem import Language

DESCRIBED = ("policy", "title", "authority", "amount", "paid")
# A spreadsheet runs a cell that begins so as a formula; a text never has to begin so.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Words:
    """What the list says around its rows."""

    title: str
    header: tuple[str, ...]
    total: str
    digest: str
    run: str


WORDS: Mapping[Language, Words] = {
    "zh": Words(
        "兑现清单",
        ("序号", "对象代码", "名称", "政策编号", "政策", "依据", "应得金额（{unit}）", "实付金额（{unit}）"),
        "合计", "校验", "计算批次",
    ),
    "en": Words(
        "Payments",
        ("no.", "subject", "name", "policy", "title", "authority", "amount due ({unit})", "amount paid ({unit})"),
        "total", "digest", "run",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class PaymentList:
    """`rows`: register, subject, name, policy, title, authority, amount, paid in minor units, sorted by policy and
    subject.

    `digest` is the SHA-256 of every row and the total: two people who sign the digest signed the same list.
    `unit` is what the money of the zone is called; the list is written in `language`.
    """

    rows: pl.DataFrame
    run: str
    unit: str
    language: Language = "zh"

    @property
    def total(self) -> int:
        return int(self.rows["paid"].sum())

    @property
    def digest(self) -> str:
        columns = ("subject", "name", "policy", "amount", "paid")
        lines = (json.dumps(row, ensure_ascii=False) for row in self.rows.select(columns).iter_rows())
        text = "\n".join([self.run, self.unit, *lines, str(self.total)])
        return hashlib.sha256(text.encode()).hexdigest()

    def by_policy(self) -> pl.DataFrame:
        """policy, title, subjects, amount, paid."""
        return (
            self.rows.group_by("policy", "title")
            .agg(pl.len().alias("subjects"), pl.col("amount").sum(), pl.col("paid").sum())
            .sort("policy")
        )

    def _header(self) -> list[str]:
        return [title.format(unit=self.unit) for title in WORDS[self.language].header]

    def csv(self) -> bytes:
        """UTF-8 with a byte order mark, as spreadsheets want it; the last lines are the total and the digest."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\r\n")
        words = WORDS[self.language]
        writer.writerow(self._header())
        for number, row in enumerate(self.rows.iter_rows(named=True), 1):
            texts, sums = _cells(row)
            writer.writerow([number, *(f"'{text}" if text.startswith(FORMULA) else text for text in texts), *sums])
        count, due = self.rows.height, plain_units(int(self.rows["amount"].sum()))
        writer.writerow([words.total, count, "", "", "", "", due, plain_units(self.total)])
        writer.writerow([words.digest, self.digest, "", "", "", words.run, self.run, ""])
        return b"\xef\xbb\xbf" + out.getvalue().encode()

    def xlsx(self) -> bytes:
        """The same list as a workbook. Amounts are numbers with two decimals; texts are never formulas."""
        out = io.BytesIO()
        book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
        # A fixed date: the same list gives the same bytes on any day.
        words = WORDS[self.language]
        book.set_properties({"title": words.title, "comments": self.digest, "created": datetime(2000, 1, 1)})  # noqa: DTZ001  # no clock is read
        sheet = book.add_worksheet(words.title)
        bold, money = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0.00"})
        sheet.write_row(0, 0, self._header(), bold)
        for number, row in enumerate(self.rows.iter_rows(named=True), 1):
            texts, sums = _cells(row)
            sheet.write_number(number, 0, number)
            for column, text in enumerate(texts, 1):
                sheet.write_string(number, column, text)
            for column, amount in enumerate(sums, 6):
                sheet.write_number(number, column, float(amount), money)
        last = self.rows.height + 1
        sheet.write_string(last, 0, words.total, bold)
        sheet.write_number(last, 7, float(plain_units(self.total)), money)
        sheet.write_string(last + 1, 0, words.digest)
        sheet.write_string(last + 1, 1, self.digest)
        for column, width in enumerate((6, 22, 34, 28, 34, 40, 16, 16)):
            sheet.set_column(column, column, width)
        sheet.freeze_panes(1, 0)
        book.close()
        return out.getvalue()


def payment_list(
    paid: pl.DataFrame, policies: pl.DataFrame, names: pl.DataFrame, run: str, unit: str, language: Language = "zh"
) -> PaymentList:
    """The list of one run. `paid` has register, policy, subject, amount, paid; `policies` what the run kept of each
    policy: policy, title_zh, title_en, authority_zh, authority_en; `names` has register, subject and name.

    Only money that is really paid is listed. Raises ValueError if a subject stands twice under one policy, which no
    bundle allows.
    """
    named = names.select("register", "subject", "name")
    rows = paid.filter(pl.col("paid") > 0).join(named, on=["register", "subject"], how="left")
    if rows.select("policy", "subject").is_duplicated().any():
        raise ValueError("a subject is listed twice under one policy")
    said = policies.select("policy", title=f"title_{language}", authority=f"authority_{language}")
    described = rows.join(said, on="policy", how="left").with_columns(pl.col("name").fill_null(""))
    return PaymentList(
        described.select("register", "subject", "name", *DESCRIBED).sort("policy", "subject"),
        run,
        unit,
        language,
    )


def plain_units(minor: int) -> str:
    """Minor units as whole units with two decimals, exactly, as programs read them."""
    return f"{Decimal(minor) / 100:.2f}"


def _cells(row: dict[str, Any]) -> tuple[list[str], list[str]]:
    """The texts of a row and its two amounts."""
    texts = [str(row[name]) for name in ("subject", "name", "policy", "title", "authority")]
    return texts, [plain_units(row["amount"]), plain_units(row["paid"])]
