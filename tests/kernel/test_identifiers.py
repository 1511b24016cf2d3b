"""Identifiers: official examples, what each mistake is called, what is never shown."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from stdnum.cn import ric, uscc

from duofeng.kernel.check_digits import CREDIT_ALPHABET, DIGITS_AND_LETTERS
from duofeng.kernel.identifiers import (
    CREDIT_CLASSES,
    SCHEMES,
    credit_code_check,
    mask,
    organisation_code_check,
    project_code_form,
    resident_check,
    validate,
    validate_many,
)
from duofeng.kernel.problem import ProblemError
from duofeng.tell.words import told_in

PERSON = "11010519491231002X"


@pytest.mark.parametrize(
    "code",
    [
        "91350100M000100Y43",
        "91410100MA0XXXX15W",
        "91410100MA0XXXX23P",
        "91410100MA0XXXX31J",
        "92410100MA0XXXX4X7",
        "12410100MB0XXXX51U",
        "52410100MJ0XXXX77T",
        "N2410102MF0XXXX64M",
        "91110000600037341L",
    ],
)
def test_a_credit_code_of_any_class_is_accepted(code: str) -> None:
    result = validate("uscc", code)
    assert (result.normalised, result.problems) == (code, ())


@pytest.mark.parametrize("prefix", ["A1", "A9", "N1", "N2", "N3", "N9", "Y1"])
def test_the_lettered_authorities_that_stdnum_rejects_are_accepted(prefix: str) -> None:
    inner = "MA0XXXX1" + organisation_code_check("MA0XXXX1")
    body = f"{prefix}410102{inner}"
    code = body + credit_code_check(body)
    assert not uscc.is_valid(code)
    assert validate("uscc", code).problems == ()


def test_an_irregular_inner_code_that_stdnum_does_not_see_is_a_warning() -> None:
    body = "91410100MA0XXXX16"  # the inner check should be 5
    code = body + credit_code_check(body)
    assert uscc.is_valid(code)
    result = validate("uscc", code)
    assert result.normalised == code
    assert [(problem.code, problem.severity) for problem in result.problems] == [("E135", "warning")]


def test_an_unlisted_class_is_a_warning() -> None:
    body = "97410100MA0XXXX15"
    result = validate("uscc", body + credit_code_check(body))
    assert result.ok
    assert [problem.code for problem in result.problems] == ["E134"]


@pytest.mark.parametrize(
    "written",
    [" 91350100m000100y43", "９１３５０１００Ｍ０００１００Ｙ４３", "91350100-M000100Y4-3", "91 350100 M000100Y43\n"],
)
def test_a_credit_code_is_normalised_before_it_is_judged(written: str) -> None:
    assert validate("uscc", written).normalised == "91350100M000100Y43"


@pytest.mark.parametrize(
    ("scheme", "text", "code"),
    [
        ("uscc", "", "E130"),
        ("uscc", "9135010", "E131"),
        ("uscc", "9.1350100M0001E+17", "E132"),
        ("uscc", "91350100MO00100Y43", "E132"),
        ("uscc", "B1350100M000100Y43", "E132"),
        ("uscc", "91350A00M000100Y43", "E132"),
        ("uscc", "91350100M000100Y44", "E133"),
        ("organisation_code", "D2143569", "E131"),
        ("organisation_code", "D2143569-1", "E133"),
        ("organisation_code", "D214356!-X", "E132"),
        ("resident_id", "110105194912310021", "E133"),
        ("resident_id", "1101051949123100", "E131"),
        ("resident_id", "A1010519491231002X", "E137"),
        ("real_estate_unit", "410102001002GA00012W00000000", "E137"),
        ("real_estate_unit", "410102001002GB00012W00000001", "E137"),
        ("real_estate_unit", "410102001002GB00000W00000000", "E137"),
        ("real_estate_unit", "410102001002GB00012", "E137"),
        ("parcel", "410102001002GC00012", "E137"),
        ("project", "2313-410172-04-01-12345", "E137"),
        ("project", "2413-410172-04-01-123456", "E136"),
        ("grid", "410102001001003000W", "E137"),
        ("grid", "410102001001003001J", "E137"),
        ("grid", "410102001001003001", "E137"),
        ("unit_grid", "4101020010010", "E137"),
        ("own", "", "E130"),
    ],
)
def test_each_mistake_has_its_own_code(scheme: str, text: str, code: str) -> None:
    result = validate(scheme, text)
    assert not result.ok
    assert result.problems[0].code == code
    assert str(result.problems[0].message) != told_in("en", result.problems[0].message)


@pytest.mark.parametrize(("body", "check"), [("D2143569", "X"), ("M000100Y", "4"), ("60003734", "1")])
def test_organisation_codes_have_the_published_check_characters(body: str, check: str) -> None:
    assert organisation_code_check(body) == check
    assert validate("organisation_code", f"{body}-{check}").normalised == body + check


@pytest.mark.parametrize(
    ("scheme", "text", "normalised"),
    [
        ("real_estate_unit", "410102 001002 GB00012 F00010003", "410102001002GB00012F00010003"),
        ("real_estate_unit", "410102001002GB00012W00000000", "410102001002GB00012W00000000"),
        ("parcel", "410102001002jc00012", "410102001002JC00012"),
        ("project", "2312-410172-04-01-123456", "2312-410172-04-01-123456"),
        ("project", "23124101720401123456", "2312-410172-04-01-123456"),
        ("project", "2016-410172-39-03-012345", "2016-410172-39-03-012345"),
        ("grid", "410102001001003000J", "410102001001003000J"),
        ("grid", "410102001001003012W", "410102001001003012W"),
        ("unit_grid", "41010200100101", "41010200100101"),
        ("own", " 内部 7号 ", "内部 7号"),
    ],
)
def test_codes_without_a_check_character_are_judged_by_shape(scheme: str, text: str, normalised: str) -> None:
    assert validate(scheme, text).normalised == normalised


@pytest.mark.parametrize(
    ("code", "form"),
    [
        ("2312-410172-04-01-123456", "current"),
        ("2012-410172-04-01-123456", "current"),
        ("2016-410172-39-03-012345", "legacy"),
    ],
)
def test_the_two_forms_of_a_project_code_are_told_apart(code: str, form: str) -> None:
    assert project_code_form(code) == form


def test_a_persons_number_is_validated_and_never_shown_whole() -> None:
    good, bad = validate("resident_id", PERSON), validate("resident_id", "110105194912310021")
    assert good.normalised == PERSON
    assert mask(PERSON) == "110105********002X"
    for shown in (
        repr(good),
        repr(bad),
        str(bad.problems),
        str(bad.problems[0].message),
        str(bad.problems[0].stored()),
    ):
        assert "19491231" not in shown
    assert "11010519" not in repr(validate("resident_id", PERSON + "1").problems)


def test_a_birth_date_that_does_not_exist_is_found_even_under_a_right_check() -> None:
    body = "11010519490231002"
    result = validate("resident_id", body + resident_check(body))
    assert [problem.code for problem in result.problems] == ["E136"]


def test_a_number_from_an_abolished_county_that_stdnum_rejects_is_accepted() -> None:
    body = "412701" + "20150312002"  # the county went in 2000, numbers with its code are still carried
    number = body + resident_check(body)
    assert not ric.is_valid(number)
    assert validate("resident_id", number).ok


def test_a_region_that_makes_stdnum_fall_over_is_accepted() -> None:
    body = "410172" + "20150312002"
    number = body + resident_check(body)
    with pytest.raises(KeyError):
        ric.is_valid(number)
    assert validate("resident_id", number).ok


def test_an_unknown_scheme_is_a_mistake_of_the_declaration() -> None:
    with pytest.raises(ProblemError) as error:
        validate("usc", "x")
    assert "uscc" in str(error.value.problems[0])


@pytest.mark.parametrize("scheme", sorted(SCHEMES))
def test_a_column_is_judged_as_its_cells_are(scheme: str) -> None:
    cells = ["91350100M000100Y43", " 91350100m000100y43", "91350100M000100Y44", "", None, "9135", "91350100MO00100Y43"]
    cells += [
        "N2410102MF0XXXX64M",
        "91350100M000100Y43中",
        "中1350100M000100Y43",
        "D2143569-X",
        PERSON,
        "23124101720401123456",
    ]
    table = validate_many(scheme, pl.Series(cells))
    for cell, (normalised, ok, code) in zip(cells, table.iter_rows(), strict=True):
        result = validate(scheme, cell or "")
        assert (normalised, ok, code) == (
            result.normalised,
            result.ok,
            result.problems[0].code if result.problems else None,
        )


@st.composite
def credit_codes(draw: st.DrawFn) -> str:
    authority = draw(st.sampled_from(list(CREDIT_CLASSES)))
    region = f"{draw(st.integers(0, 999999)):06d}"
    inner = draw(st.text(CREDIT_ALPHABET, min_size=8, max_size=8))
    checks = st.sampled_from([organisation_code_check(inner), "0"])
    body = authority + draw(st.sampled_from(CREDIT_CLASSES[authority])) + region + inner + draw(checks)
    assume(body[16] in CREDIT_ALPHABET)
    return body + credit_code_check(body)


@given(credit_codes(), st.integers(0, 17), st.sampled_from(CREDIT_ALPHABET))
def test_any_single_wrong_character_of_a_credit_code_is_found(code: str, at: int, char: str) -> None:
    assert validate("uscc", code).ok
    assume(code[at] != char)
    assert not validate("uscc", code[:at] + char + code[at + 1 :]).ok


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.one_of(credit_codes(), st.text(CREDIT_ALPHABET + "IOSVZ- 中a", max_size=20)), min_size=1, max_size=40)
)
def test_a_column_of_any_texts_is_judged_as_its_cells_are(cells: list[str]) -> None:
    table = validate_many("uscc", pl.Series(cells))
    for cell, (normalised, ok, code) in zip(cells, table.iter_rows(), strict=True):
        result = validate("uscc", cell)
        assert (normalised, ok, code) == (
            result.normalised,
            result.ok,
            result.problems[0].code if result.problems else None,
        )


@given(st.text("0123456789", min_size=17, max_size=17), st.integers(0, 16), st.sampled_from("0123456789"))
def test_any_single_wrong_digit_of_a_persons_number_changes_its_check(body: str, at: int, digit: str) -> None:
    assume(body[at] != digit)
    assert resident_check(body) != resident_check(body[:at] + digit + body[at + 1 :])


@given(st.text(DIGITS_AND_LETTERS, min_size=8, max_size=8), st.integers(0, 7), st.sampled_from(DIGITS_AND_LETTERS))
def test_a_wrong_character_of_an_organisation_code_is_found_unless_it_is_worth_the_same(
    body: str, at: int, char: str
) -> None:
    same = (DIGITS_AND_LETTERS.index(body[at]) - DIGITS_AND_LETTERS.index(char)) % 11 == 0
    changed = body[:at] + char + body[at + 1 :]
    assert (organisation_code_check(body) == organisation_code_check(changed)) == same
