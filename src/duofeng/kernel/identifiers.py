"""Identifiers: their shape, their check characters, and how they are shown.

Each scheme normalises (full-width, case, spaces, hyphens) and validates; nothing is repaired by guessing. An error
means that the text identifies nobody; a warning (an irregular inner code, an unlisted class) keeps it usable. Numbers
of persons are never shown whole: not in a problem, not in a repr.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import polars as pl
from stdnum import lei
from stdnum.cn import ric, uscc

from duofeng.kernel.check_digits import (
    BAD,
    CREDIT_ALPHABET,
    CREDIT_WEIGHTS,
    DIGITS_AND_LETTERS,
    ORGANISATION_CHECKS,
    ORGANISATION_WEIGHTS,
    values_of,
)
from duofeng.kernel.identifier_form import Form
from duofeng.kernel.message import Said, say
from duofeng.kernel.problem import Problem, ProblemError, ProblemKind, Span, hint
from duofeng.kernel.problems import (
    IDENTIFIER_CHARACTER,
    IDENTIFIER_CHECK,
    IDENTIFIER_CLASS,
    IDENTIFIER_DATE,
    IDENTIFIER_EMPTY,
    IDENTIFIER_INNER_CHECK,
    IDENTIFIER_LENGTH,
    IDENTIFIER_SHAPE,
    SCHEME_UNKNOWN,
)

CREDIT_CLASSES: Mapping[str, str] = MappingProxyType(
    {"1": "1239", "2": "19", "3": "123459", "4": "19", "5": "1239", "6": "129", "7": "129", "8": "19", "9": "123"}
    | {"A": "19", "N": "1239", "Y": "1"}
)  # registration authority → entity classes
OWN = "own"
"""Numbers that one source gives its subjects: two sources' are never the same."""

_Found = tuple[ProblemKind, dict[str, object]]


@dataclass(frozen=True, slots=True)
class Scheme:
    """One way to identify: its titles, whether it names a person, how text is normalised, what is wrong with it."""

    id: str
    title: Said
    normalise: Callable[[str], str]
    check: Callable[[str], list[_Found]]
    personal: bool = False
    form: Form | None = None
    """Of a declared scheme: runs on whole columns."""


@dataclass(frozen=True, slots=True, repr=False)
class Result:
    """`normalised` is None when an error was found; warnings leave it usable."""

    scheme: Scheme
    normalised: str | None
    problems: tuple[Problem, ...] = ()

    @property
    def ok(self) -> bool:
        return self.normalised is not None

    def __repr__(self) -> str:
        shown = self.normalised and shown_as(self.scheme, self.normalised)
        return f"Result({self.scheme.id!r}, {shown!r}, {[problem.code for problem in self.problems]})"


def validate(scheme: Scheme | str, text: str, span: Span | None = None) -> Result:
    """What the text identifies under the scheme, and every problem of it, placed at `span`.

    A text names a scheme known to the base; one that a zone declares is passed itself. Raises ProblemError (E138) for
    an unknown scheme, which is a mistake of the declaration, not of the text.
    """
    rules = scheme_named(scheme)
    normalised = rules.normalise(text)
    found = rules.check(normalised) if normalised else [(IDENTIFIER_EMPTY, {})]
    named = {"scheme": rules.title, "text": shown_as(rules, normalised)}
    problems = tuple(kind.at(span, **(named | params)) for kind, params in found)
    failed = any(problem.severity == "error" for problem in problems)
    return Result(rules, None if failed else normalised, problems)


def validate_many(scheme: Scheme | str, texts: pl.Series) -> pl.DataFrame:
    """A column at once: `normalised` (null when in error), `ok`, `code` of the worst problem (null when none).

    Null and blank texts are E130. The credit code and declared schemes run on arrays; others on each distinct text.
    """
    rules = scheme_named(scheme)
    if rules.id == "uscc":
        return _credit_codes(texts)
    if rules.form is not None:
        return rules.form.columns(texts)
    distinct = texts.unique(maintain_order=True)
    results = [validate(rules, text or "") for text in distinct]
    codes = [min(((p.severity, p.code) for p in result.problems), default=(None, None))[1] for result in results]
    table = pl.DataFrame(
        {"text": distinct, "normalised": [result.normalised for result in results], "code": codes},
        schema_overrides={"normalised": pl.String, "code": pl.String},
    )
    joined = texts.alias("text").to_frame().join(table, on="text", how="left", nulls_equal=True, maintain_order="left")
    return joined.select("normalised", pl.col("normalised").is_not_null().alias("ok"), "code")


def scheme_named(name: Scheme | str) -> Scheme:
    """The scheme of the base; a scheme itself is returned. Raises ProblemError (E138) with the nearest name."""
    if isinstance(name, Scheme):
        return name
    if name not in SCHEMES:
        raise ProblemError(SCHEME_UNKNOWN.at(scheme=name, **hint(name, SCHEMES)))
    return SCHEMES[name]


def shown_as(scheme: Scheme | str, text: str) -> str:
    """The text as it may be shown: a person's number masked, anything else as it is."""
    return mask(text) if scheme_named(scheme).personal else text


def mask(number: str) -> str:
    """A person's number as `410102********1234`; a text of another length without any digit of its middle."""
    if len(number) == 18:
        return f"{number[:6]}********{number[-4:]}"
    return number[:2] + "*" * max(len(number) - 2, 4)


# ---- check characters -----------------------------------------------------------------------------------------------


def credit_code_check(body: str) -> str:
    """The 18th character for the first 17. Raises ValueError for a character outside the alphabet."""
    return str(uscc.calc_check_digit(body))


def organisation_code_check(body: str) -> str:
    """The 9th character for the first 8 (GB 11714): 11 minus the weighted sum modulo 11, where 10 is X and 11 is 0."""
    total = sum(
        DIGITS_AND_LETTERS.index(char) * weight for char, weight in zip(body, ORGANISATION_WEIGHTS, strict=True)
    )
    return ORGANISATION_CHECKS[total % 11]


def resident_check(body: str) -> str:
    """The 18th character for the first 17 digits (GB 11643)."""
    return str(ric.calc_check_digit(body + "0"))


# ---- the schemes ----------------------------------------------------------------------------------------------------


def _compact(text: str) -> str:
    return re.sub(r"[\s\-‐-―－]", "", unicodedata.normalize("NFKC", text)).upper()


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def _check_credit_code(text: str) -> list[_Found]:
    if len(text) != 18:
        return [(IDENTIFIER_LENGTH, {"length": len(text), "expected": 18})]
    for position, char in enumerate(text, start=1):
        allowed = "".join(CREDIT_CLASSES) if position == 1 else "0123456789" if position <= 8 else CREDIT_ALPHABET
        if char not in allowed:
            return [(IDENTIFIER_CHARACTER, {"position": position, "character": char})]
    found: list[_Found] = []
    if credit_code_check(text[:17]) != text[17]:
        found.append((IDENTIFIER_CHECK, {}))
    if organisation_code_check(text[8:16]) != text[16]:
        found.append((IDENTIFIER_INNER_CHECK, {}))
    if text[1] not in CREDIT_CLASSES[text[0]]:
        found.append((IDENTIFIER_CLASS, {"classes": text[:2]}))
    return found


def _check_organisation_code(text: str) -> list[_Found]:
    if len(text) != 9:
        return [(IDENTIFIER_LENGTH, {"length": len(text), "expected": 9})]
    for position, char in enumerate(text, start=1):
        if char not in (DIGITS_AND_LETTERS if position < 9 else "0123456789X"):
            return [(IDENTIFIER_CHARACTER, {"position": position, "character": char})]
    return [] if organisation_code_check(text[:8]) == text[8] else [(IDENTIFIER_CHECK, {})]


def _check_entity(text: str) -> list[_Found]:
    """ISO 17442: 18 letters and digits, then two check digits (ISO 7064, modulo 97)."""
    if len(text) != 20:
        return [(IDENTIFIER_LENGTH, {"length": len(text), "expected": 20})]
    if not re.fullmatch(r"[0-9A-Z]{18}\d{2}", text, re.ASCII):
        return [(IDENTIFIER_SHAPE, {"expected": "18 × 0-9/A-Z + 2 × 0-9"})]
    return [] if lei.is_valid(text) else [(IDENTIFIER_CHECK, {})]


def _check_resident(text: str) -> list[_Found]:
    """Check character and birth date. The region is not looked up: abolished counties stay valid in numbers."""
    if len(text) != 18:
        return [(IDENTIFIER_LENGTH, {"length": len(text), "expected": 18})]
    if not re.fullmatch(r"[1-9]\d{16}[\dX]", text, re.ASCII):
        return [(IDENTIFIER_SHAPE, {"expected": "17 × 0-9 + 0-9/X"})]
    found: list[_Found] = []
    if resident_check(text[:17]) != text[17]:
        found.append((IDENTIFIER_CHECK, {}))
    try:
        date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        found.append((IDENTIFIER_DATE, {"date": "********"}))
    return found


_PARCEL = r"\d{12}(?:G[BSXHGWY]|J[ABSXCDEFY]|Z[BSXWY])(?!00000)\d{5}"


def _shape(pattern: str, expected: str) -> Callable[[str], list[_Found]]:
    compiled = re.compile(pattern, re.ASCII)
    return lambda text: [] if compiled.fullmatch(text) else [(IDENTIFIER_SHAPE, {"expected": expected})]


def _normalise_project(text: str) -> str:
    clean = _compact(text)
    if len(clean) != 20:
        return re.sub(r"[‐-―－]", "-", _plain(text))
    return "-".join((clean[:4], clean[4:10], clean[10:12], clean[12:14], clean[14:]))


def _check_project(text: str) -> list[_Found]:
    if not re.fullmatch(r"\d{4}-\d{6}-\d{2}-\d{2}-\d{6}", text, re.ASCII):
        return [(IDENTIFIER_SHAPE, {"expected": "YYMM-RRRRRR-NN-NN-NNNNNN"})]
    return [] if project_code_form(text) else [(IDENTIFIER_DATE, {"date": text[:4]})]


def project_code_form(code: str) -> str | None:
    """`current` when the first group is YYMM, `legacy` (before November 2020) when it is a year, else None.

    `2012` is December 2020: digits 3–4 that are a month make the current form.
    """
    if 1 <= int(code[2:4]) <= 12:
        return "current"
    return "legacy" if 2013 <= int(code[:4]) <= 2020 else None


def _check_grid(text: str) -> list[_Found]:
    """Community (12) + grid (3) + micro-grid (3) + J base, W micro, Z dedicated, N rural; 000 means no micro-grid."""
    if not re.fullmatch(r"[1-9]\d{17}[JWZN]", text, re.ASCII):
        return [(IDENTIFIER_SHAPE, {"expected": "12 + 3 + 3 × 0-9 + J/W/Z/N"})]
    has_micro = text[15:18] != "000"
    wrong = (text[-1] == "W") != has_micro if text[-1] in "JW" else False
    return [(IDENTIFIER_SHAPE, {"expected": "J: 000, W: 001–999"})] if wrong else []


SCHEMES: Mapping[str, Scheme] = MappingProxyType(
    {
        scheme.id: scheme
        for scheme in (
            Scheme("uscc", say("统一社会信用代码"), _compact, _check_credit_code),
            Scheme("organisation_code", say("组织机构代码"), _compact, _check_organisation_code),
            Scheme("lei", say("法人机构识别编码"), _compact, _check_entity),
            Scheme("resident_id", say("居民身份证号"), _compact, _check_resident, personal=True),
            Scheme(
                "real_estate_unit",
                say("不动产单元代码"),
                _compact,
                _shape(_PARCEL + r"(?:[FLQ]\d{8}|W0{8})", "6+3+3+2+5 + F/L/Q/W + 8"),
            ),
            Scheme("parcel", say("宗地代码"), _compact, _shape(_PARCEL, "6+3+3 × 0-9, G/J/Z + A-Y, 5 × 0-9")),
            Scheme("project", say("投资项目统一代码"), _normalise_project, _check_project),
            Scheme("grid", say("网格代码"), _compact, _check_grid),
            Scheme("unit_grid", say("单元网格代码"), _compact, _shape(r"[1-9]\d{13,14}", "6+3+3 + 2/3 × 0-9")),
            Scheme(OWN, say("编号"), _plain, lambda _text: []),
        )
    }
)


# ---- schemes that a zone declares -----------------------------------------------------------------------------------


def declared_scheme(id: str, title: Said, form: Form, *, personal: bool = False) -> Scheme:
    def normalise(text: str) -> str:
        return str(form.normalised(pl.Series([text]))[0])

    shown = mask(form.example) if personal else form.example

    def check(text: str) -> list[_Found]:
        code = form.columns(pl.Series([text]))["code"][0]
        known = {kind.code: kind for kind in (IDENTIFIER_SHAPE, IDENTIFIER_CHECK, IDENTIFIER_EMPTY)}
        return [(known[code], {"expected": shown})] if code is not None else []

    return Scheme(id, title, normalise, check, personal, form)


# ---- the credit code on whole columns -------------------------------------------------------------------------------

_CREDIT_VALUES = values_of(CREDIT_ALPHABET)
_ORGANISATION_VALUES = values_of(DIGITS_AND_LETTERS)


def _credit_codes(texts: pl.Series) -> pl.DataFrame:
    """`validate_many` for credit codes: clean only what needs it, then read the column as a matrix of bytes."""
    ready = texts.str.len_bytes() == 18
    ready &= texts.str.contains(r"^[0-9A-Z]{18}$")
    if ready.all() and not texts.null_count():
        clean = texts
    else:
        odd = texts.fill_null("")
        tidied = odd.str.normalize("NFKC").str.replace_all(r"[\s\-‐-―－]", "").str.to_uppercase()
        clean = tidied.zip_with(ready.not_().fill_null(True), texts)
    characters, size = clean.str.len_chars().to_numpy(), clean.str.len_bytes().to_numpy()
    readable = (characters == 18) & (size == 18)
    lengths = [IDENTIFIER_EMPTY.code, IDENTIFIER_LENGTH.code]
    codes = np.select([size == 0, characters != 18], lengths, default=IDENTIFIER_CHARACTER.code)
    codes[readable] = _credit_matrix_codes(_bytes_of(clean.filter(pl.Series(readable))))
    code = pl.Series("code", codes).replace("", None)
    warning = [IDENTIFIER_INNER_CHECK.code, IDENTIFIER_CLASS.code]
    ok = (code.is_null() | code.is_in(warning)).alias("ok")
    frame = pl.DataFrame({"normalised": clean, "ok": ok, "code": code})
    return frame.with_columns(pl.when("ok").then("normalised").alias("normalised"))


def _bytes_of(clean: pl.Series) -> npt.NDArray[np.uint8]:
    """One row of 18 bytes per text."""
    joined = clean.str.join("").item() if len(clean) else ""
    return np.frombuffer(joined.encode(), dtype=np.uint8).reshape(-1, 18)


def _credit_matrix_codes(matrix: npt.NDArray[np.uint8]) -> npt.NDArray[np.str_]:
    """The worst problem of every row, as `_check_credit_code` finds it; empty text for none."""
    values = _CREDIT_VALUES[matrix]
    wrong_character = (values[:, 8:] == BAD).any(axis=1) | (values[:, 1:8] > 9).any(axis=1)
    classes = np.zeros((256, 256), dtype=bool)
    authorities = np.zeros(256, dtype=bool)
    for authority, listed in CREDIT_CLASSES.items():
        authorities[ord(authority)] = True
        classes[ord(authority), [ord(char) for char in listed]] = True
    wrong_character |= ~authorities[matrix[:, 0]]
    total = values[:, :17].astype(np.int32) @ np.array(CREDIT_WEIGHTS, dtype=np.int32)
    inner = _ORGANISATION_VALUES[matrix[:, 8:16]].astype(np.int32) @ np.array(ORGANISATION_WEIGHTS, dtype=np.int32)
    checks = np.frombuffer(ORGANISATION_CHECKS.encode(), dtype=np.uint8)
    return np.select(
        [
            wrong_character,
            (-total) % 31 != values[:, 17],
            checks[inner % 11] != matrix[:, 16],
            ~classes[matrix[:, 0], matrix[:, 1]],
        ],
        [IDENTIFIER_CHARACTER.code, IDENTIFIER_CHECK.code, IDENTIFIER_INNER_CHECK.code, IDENTIFIER_CLASS.code],
        default="",
    )
