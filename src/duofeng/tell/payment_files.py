"""The payment list as files: the same list gives the same bytes whenever it is made again."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

import xlsxwriter

from duofeng.brain.policies.payments import PaymentList
from duofeng.kernel.message import say
from duofeng.tell.values import unit_name
from duofeng.tell.words import told

# A spreadsheet runs a cell that begins so as a formula; a text never has to begin so.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
HEADER = (
    say("序号", context="payments"), say("对象代码", context="payments"), say("名称", context="payments"),
    say("政策编号", context="payments"), say("政策", context="payments"), say("依据", context="payments"),
)  # fmt: skip
WIDTHS = (6, 22, 34, 28, 34, 40, 16, 16)


def payments_csv(made: PaymentList) -> bytes:
    """UTF-8 with a byte order mark, as spreadsheets want it; the last lines are the total and the digest."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_header(made))
    for number, (texts, sums) in enumerate(_rows(made), 1):
        writer.writerow([number, *(f"'{text}" if text.startswith(FORMULA) else text for text in texts), *sums])
    due = plain_units(int(made.rows["amount"].sum()))
    writer.writerow([told("合计"), made.rows.height, "", "", "", "", due, plain_units(made.total)])
    writer.writerow([told("校验"), made.digest, "", "", "", told("计算批次"), made.run, ""])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def payments_xlsx(made: PaymentList) -> bytes:
    """The same list as a workbook. Amounts are numbers with two decimals; texts are never formulas."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    # A fixed date: the same list gives the same bytes on any day.
    title = told("兑现清单")
    book.set_properties({"title": title, "comments": made.digest, "created": datetime(2000, 1, 1)})  # noqa: DTZ001  # no clock is read
    sheet = book.add_worksheet(title[:31])
    bold, money = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0.00"})
    sheet.write_row(0, 0, _header(made), bold)
    for number, (texts, sums) in enumerate(_rows(made), 1):
        sheet.write_number(number, 0, number)
        for column, text in enumerate(texts, 1):
            sheet.write_string(number, column, text)
        for column, amount in enumerate(sums, 6):
            sheet.write_number(number, column, float(amount), money)
    last = made.rows.height + 1
    sheet.write_string(last, 0, told("合计"), bold)
    sheet.write_number(last, 7, float(plain_units(made.total)), money)
    sheet.write_string(last + 1, 0, told("校验"))
    sheet.write_string(last + 1, 1, made.digest)
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(1, 0)
    book.close()
    return out.getvalue()


def _header(made: PaymentList) -> list[str]:
    unit = unit_name(made.unit)
    return [*map(told, HEADER), told("应得金额（{unit}）", unit=unit), told("实付金额（{unit}）", unit=unit)]


def _rows(made: PaymentList) -> Iterator[tuple[list[str], list[str]]]:
    """The texts of each row and its two amounts."""
    titles = {policy: told(title) for policy, title in made.titles.items()}
    authorities = {policy: told(authority) for policy, authority in made.authorities.items()}
    for row in made.rows.iter_rows(named=True):
        policy = row["policy"]
        texts = [row["subject"], row["name"], policy, titles.get(policy, ""), authorities.get(policy, "")]
        yield texts, [plain_units(row["amount"]), plain_units(row["paid"])]


def plain_units(minor: int) -> str:
    """Minor units as whole units with two decimals, exactly, as programs read them."""
    return f"{Decimal(minor) / 100:.2f}"
