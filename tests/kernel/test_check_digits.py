"""Check characters on whole columns agree with a library that does them one by one; declared schemes use them."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum import luhn
from stdnum.cn import uscc
from stdnum.iso7064 import mod_11_2, mod_11_10, mod_97_10
from stdnum.no import orgnr

from duofeng.kernel.check_digits import Algorithm, CheckDigits
from duofeng.kernel.identifier_form import Form
from duofeng.kernel.identifiers import declared_scheme, shown_as, validate, validate_many
from duofeng.kernel.message import Words, say
from duofeng.tell.words import told_in

NORWAY = CheckDigits("weights", (3, 2, 7, 6, 5, 4, 3, 2), 11, "0-987654321")
VAT = declared_scheme(
    "vat",
    Words({"zh": "增值税号", "en": "VAT number"}),
    Form(r"DE(?P<checked>[0-9]{9})", "DE136695976", check=CheckDigits("mod11_10")),
)
DIGITS = st.text("0123456789", min_size=2, max_size=14)


@pytest.mark.parametrize(
    ("algorithm", "module"), [("luhn", luhn), ("mod11_2", mod_11_2), ("mod11_10", mod_11_10), ("mod97_10", mod_97_10)]
)
@settings(max_examples=40, deadline=None)
@given(bodies=st.lists(DIGITS, min_size=1, max_size=30))
def test_a_column_is_judged_as_the_library_judges_each_text(
    algorithm: Algorithm, module: Any, bodies: list[str]
) -> None:
    calc = getattr(module, "calc_check_digit", None) or module.calc_check_digits
    texts = [body + calc(body) for body in bodies] + bodies
    found = CheckDigits(algorithm).right(pl.Series(texts))
    assert found.tolist() == [module.is_valid(text) for text in texts]
    assert found[: len(bodies)].all()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text("0123456789", min_size=9, max_size=9), min_size=1))
def test_given_weights_make_the_numbers_of_a_register_abroad(numbers: list[str]) -> None:
    assert NORWAY.right(pl.Series(numbers)).tolist() == [orgnr.is_valid(number) for number in numbers]


def test_without_check_characters_the_digits_complete_the_sum() -> None:
    british = CheckDigits("weights", (8, 7, 6, 5, 4, 3, 2), 97)
    assert british.right(pl.Series(["980780684", "980780685", "98078068", "98078O684"])).tolist() == [
        True, False, False, False,
    ]  # fmt: skip


def test_credit_codes_and_texts_of_other_alphabets() -> None:
    right = "91350100M000100Y43"
    assert uscc.is_valid(right)
    texts = pl.Series([right, right[:-1] + "4", "91350100M000100Y4", "企业", ""])
    assert CheckDigits("gb32100").right(texts).tolist() == [True, False, False, False, False]
    assert CheckDigits("gb11714").right(pl.Series(["D2143569X", "D21435690"])).tolist() == [True, False]


def test_a_declared_scheme_brings_numbers_into_their_normal_form() -> None:
    for written in ("DE136695976", "de 136-695-976", "ＤＥ１３６６９５９７６ "):
        assert validate(VAT, written).normalised == "DE136695976"
    keeps = declared_scheme("case", say("案号"), Form("[0-9]+-[a-z]+", "1-a", drop=".", upper=False))
    assert validate(keeps, "1.2-ab").normalised == "12-ab"


def test_a_declared_scheme_says_what_is_wrong_with_a_number() -> None:
    found = validate_many(VAT, pl.Series(["DE136695976", "DE136695977", "FR136695976", " ", None]))
    assert found["code"].to_list() == [None, "E133", "E137", "E130", "E130"]
    assert found["normalised"].to_list() == ["DE136695976", None, None, None, None]
    (problem,) = validate(VAT, "FR1").problems
    assert told_in("en", problem.message) == "VAT number 'FR1' has the wrong shape, expected DE136695976"


def test_the_checked_part_is_found_behind_other_groups() -> None:
    form = Form(r"(A|B)(?:x|y)\((?P<checked>[0-9]+)\)", "A", drop="", upper=False, check=CheckDigits("luhn"))
    assert form.columns(pl.Series(["Ax(79927398713)", "By(79927398710)"]))["ok"].to_list() == [True, False]


def test_numbers_of_persons_under_a_declared_scheme_are_masked() -> None:
    scheme = declared_scheme("social", say("社保号"), Form("[0-9]{9}", "123456789"), personal=True)
    assert shown_as(scheme, "123456789") == "12*******"
    (problem,) = validate(scheme, "12345678x").problems
    assert "345" not in told_in("en", problem.message)
