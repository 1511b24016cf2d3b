"""The payment list for finance: exact to the cent, nobody twice, the same bytes whenever it is made again."""

from __future__ import annotations

import csv
import hashlib
import io
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import polars as pl
import xlsxwriter

from duofeng.brain.policies.plan import Plan

HEADER = ("序号", "对象代码", "名称", "政策编号", "政策", "依据", "应得金额（元）", "实付金额（元）")
# A spreadsheet runs a cell that begins so as a formula; a text never has to begin so.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class PaymentList:
    """`rows`: subject, name, policy, title, authority, amount, paid in minor units, sorted by policy and subject.

    `digest` is the SHA-256 of every row and the total: two people who sign the digest signed the same list.
    """

    rows: pl.DataFrame
    run: str

    @property
    def total(self) -> int:
        return int(self.rows["paid"].sum())

    @property
    def digest(self) -> str:
        lines = ("|".join(map(str, row)) for row in self.rows.select("subject", "policy", "amount", "paid").iter_rows())
        text = "\n".join([self.run, *lines, str(self.total)])
        return hashlib.sha256(text.encode()).hexdigest()

    def by_policy(self) -> pl.DataFrame:
        """policy, title, subjects, amount, paid."""
        return (
            self.rows.group_by("policy", "title")
            .agg(pl.len().alias("subjects"), pl.col("amount").sum(), pl.col("paid").sum())
            .sort("policy")
        )

    def csv(self) -> bytes:
        """UTF-8 with a byte order mark, as spreadsheets want it; the last lines are the total and the digest."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow(HEADER)
        for number, row in enumerate(self.rows.iter_rows(named=True), 1):
            writer.writerow([number, *_cells(row)])
        writer.writerow(
            ["合计", f"{self.rows.height} 笔", "", "", "", "", yuan(int(self.rows["amount"].sum())), yuan(self.total)]
        )
        writer.writerow(["校验", self.digest, "", "", "", "计算批次", self.run, ""])
        return b"\xef\xbb\xbf" + out.getvalue().encode()

    def xlsx(self) -> bytes:
        """The same list as a workbook. Amounts are numbers with two decimals; texts are never formulas."""
        out = io.BytesIO()
        book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
        # A fixed date: the same list gives the same bytes on any day.
        book.set_properties({"title": "兑现清单", "comments": self.digest, "created": datetime(2000, 1, 1)})  # noqa: DTZ001  # no clock is read
        sheet = book.add_worksheet("兑现清单")
        bold, money = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0.00"})
        sheet.write_row(0, 0, HEADER, bold)
        for number, row in enumerate(self.rows.iter_rows(named=True), 1):
            *texts, amount, paid = _cells(row)
            sheet.write_number(number, 0, number)
            for column, text in enumerate(texts, 1):
                sheet.write_string(number, column, text)
            sheet.write_number(number, 6, float(amount), money)
            sheet.write_number(number, 7, float(paid), money)
        last = self.rows.height + 1
        sheet.write_string(last, 0, "合计", bold)
        sheet.write_number(last, 7, float(yuan(self.total)), money)
        sheet.write_string(last + 1, 0, "校验")
        sheet.write_string(last + 1, 1, self.digest)
        for column, width in enumerate((6, 22, 34, 28, 34, 40, 16, 16)):
            sheet.set_column(column, column, width)
        sheet.freeze_panes(1, 0)
        book.close()
        return out.getvalue()


def payment_list(plan: Plan, paid: pl.DataFrame, names: pl.DataFrame, run: str) -> PaymentList:
    """The list of one run. `paid` has policy, subject, amount, paid; `names` has subject and name.

    Only money that is really paid is listed. Raises ValueError if a subject stands twice under one policy, which no
    bundle allows.
    """
    rows = paid.filter(pl.col("paid") > 0).join(names.select("subject", "name"), on="subject", how="left")
    if rows.select("policy", "subject").is_duplicated().any():
        raise ValueError("a subject is listed twice under one policy")
    titles = {each.id: str(each.policy.title) for each in plan.policies}
    sources = {
        each.id: " ".join(part for part in (str(each.policy.source.document), each.policy.source.clause) if part)
        for each in plan.policies
    }
    described = rows.with_columns(
        title=pl.col("policy").replace_strict(titles, return_dtype=pl.String),
        authority=pl.col("policy").replace_strict(sources, return_dtype=pl.String),
        name=pl.col("name").fill_null(""),
    )
    return PaymentList(
        described.select("subject", "name", "policy", "title", "authority", "amount", "paid").sort("policy", "subject"),
        run,
    )


def yuan(minor: int) -> str:
    """Minor units as whole units with two decimals, exactly."""
    return f"{Decimal(minor) / 100:.2f}"


def _cells(row: dict[str, object]) -> list[str]:
    texts = [_plain(str(row[name])) for name in ("subject", "name", "policy", "title", "authority")]
    return [*texts, yuan(int(str(row["amount"]))), yuan(int(str(row["paid"])))]


def _plain(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text
