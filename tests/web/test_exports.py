"""What a list exports: exactly what it shows, and nothing a spreadsheet would run."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import polars as pl
import pytest
from django.http import HttpRequest
from django.test import Client, RequestFactory

from duofeng.web.tables import Choice, Column, Listing

pytestmark = pytest.mark.pages

RUN = ("=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\r=x", '=HYPERLINK("http://elsewhere.example","see")')
FRAME = pl.LazyFrame({"name": RUN, "other": RUN[::-1], "kind": ["a", "b"] * 3 + ["a"], "amount": [1, -250, *range(5)]})
COLUMNS = (Column("name", "名称"), Column("other", "其他"), Column("kind", "类"), Column("amount", "金额", "money"))


def _exported(form: str, **asked: str) -> bytes:
    listing = Listing("test", FRAME, COLUMNS, search=("name",), choices=(Choice("kind", "类"),))
    request: HttpRequest = RequestFactory().get("/", {"format": form, **asked})
    return listing.respond(request, "unused.html").content


def test_no_cell_of_a_csv_file_is_a_formula() -> None:
    table = pl.read_csv(io.BytesIO(_exported("csv")), infer_schema=False)
    assert table["名称"].to_list() == [f"'{each}" for each in RUN]
    assert not table["其他"].str.contains(r"^[=+\-@\t\r]").any()


def test_no_cell_of_a_workbook_is_a_formula() -> None:
    with zipfile.ZipFile(io.BytesIO(_exported("xlsx"))) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in sheet and "hyperlink" not in sheet
        assert not [name for name in book.namelist() if "externalLink" in name]


def test_money_leaves_as_an_exact_decimal() -> None:
    table = pl.read_parquet(io.BytesIO(_exported("parquet")))
    assert table.schema["amount"] == pl.Decimal(38, 2)
    assert [str(each) for each in table["amount"].head(2)] == ["0.01", "-2.50"]


def test_a_filtered_list_exports_its_filtered_rows_in_its_order() -> None:
    table = pl.read_parquet(io.BytesIO(_exported("parquet", kind="a", sort="-amount")))
    assert set(table["kind"]) == {"a"}
    assert table["amount"].to_list() == sorted(table["amount"], reverse=True)


LISTS = ("/targets/", "/figures/gdp/", "/steward/rejects/", "/steward/arrivals/", "/steward/sources/", "/steward/runs/")


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet"])
@pytest.mark.parametrize("address", LISTS)
def test_every_list_leaves_as_a_file(address: str, form: str, site: Callable[..., Client]) -> None:
    answer = site("administrator").get(address, {"format": form})
    assert answer.status_code == 200
    assert answer["Content-Disposition"].endswith(f'.{form}"') and len(answer.content) > 100
