"""Check characters of identifiers, by the algorithms that registers of the world use, on whole columns at a time.

A number is right under an algorithm as a whole: its last characters follow from those before them. A text with a
character the algorithm has no value for is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import polars as pl

Algorithm = Literal["luhn", "mod11_2", "mod11_10", "mod97_10", "gb32100", "gb11714", "weights"]
Values = npt.NDArray[np.int64]
Verdict = npt.NDArray[np.bool_]

DIGITS_AND_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100: no I O S V Z; a character's place is its value
CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)  # GB 11714
ORGANISATION_CHECKS = "0X987654321"  # by the weighted sum modulo 11
TEN = 33  # the value of X, which stands for ten where a single check digit can be ten
BAD = 99
"""The value of a byte outside the alphabet: larger than any digit value, so one comparison finds it."""


def values_of(alphabet: str) -> npt.NDArray[np.uint8]:
    """A table of 256: byte → place in the alphabet, or BAD."""
    table = np.full(256, BAD, dtype=np.uint8)
    table[np.frombuffer(alphabet.encode(), dtype=np.uint8)] = np.arange(len(alphabet), dtype=np.uint8)
    return table


@dataclass(frozen=True, slots=True)
class CheckDigits:
    """An algorithm with what it needs. Only `weights` needs anything.

    With `checks`, the last character is `checks[sum % modulus]`. Without, the last digits are what is missing from the
    sum to a multiple of the modulus, as many digits as `modulus - 1` has.
    """

    algorithm: Algorithm
    weights: tuple[int, ...] = ()
    modulus: int = 0
    checks: str = ""

    def right(self, texts: pl.Series) -> Verdict:
        """Which of the texts (none of them null) are right."""
        found = np.zeros(len(texts), dtype=np.bool_)
        lengths = texts.str.len_bytes().to_numpy()
        for length in np.unique(lengths):
            rows = np.flatnonzero(lengths == length)
            if length > 1:
                joined = texts.gather(rows).str.join("").item().encode()
                found[rows] = self._right(np.frombuffer(joined, dtype=np.uint8).reshape(-1, length))
        return found

    def _right(self, matrix: npt.NDArray[np.uint8]) -> Verdict:
        if self.algorithm == "weights":
            return self._weighted(matrix)
        alphabet = CREDIT_ALPHABET if self.algorithm == "gb32100" else DIGITS_AND_LETTERS
        values = values_of(alphabet)[matrix].astype(np.int64)
        return _ALGORITHMS[self.algorithm](values)

    def _weighted(self, matrix: npt.NDArray[np.uint8]) -> Verdict:
        wide = 1 if self.checks else len(str(self.modulus - 1))
        values = values_of(DIGITS_AND_LETTERS)[matrix].astype(np.int64)
        body, last = values[:, :-wide], values[:, -wide:]
        if body.shape[1] != len(self.weights):
            return np.zeros(len(matrix), dtype=np.bool_)
        total = body @ np.array(self.weights, dtype=np.int64)
        known = _every(body != BAD)
        if self.checks:
            wanted = np.frombuffer(self.checks.encode(), dtype=np.uint8)[total % self.modulus]
            right: Verdict = known & (wanted == matrix[:, -1])
            return right
        check = last @ (10 ** np.arange(wide - 1, -1, -1))
        complete: Verdict = known & _every(last <= 9) & ((-total) % self.modulus == check)
        return complete


def _every(holds: npt.NDArray[np.bool_]) -> Verdict:
    """In which rows it holds for every character."""
    return np.asarray(holds.all(axis=1), dtype=np.bool_)


def _luhn(values: Values) -> Verdict:
    doubled = values.copy()
    doubled[:, -2::-2] *= 2
    right: Verdict = _every(values <= 9) & ((doubled - 9 * (doubled > 9)).sum(axis=1) % 10 == 0)
    return right


def _mod11_2(values: Values) -> Verdict:
    """ISO 7064, modulo 11, radix 2: ORCID, numbers of residents. X in the last place is ten."""
    rest = np.zeros(len(values), dtype=np.int64)
    for column in values[:, :-1].T:
        rest = (rest + column) * 2 % 11
    last = np.where(values[:, -1] == TEN, 10, values[:, -1])
    right: Verdict = _every(values[:, :-1] <= 9) & (last <= 10) & ((rest + last) % 11 == 1)
    return right


def _mod11_10(values: Values) -> Verdict:
    """ISO 7064, modulo 11, 10: VAT numbers of Germany, personal numbers of Croatia."""
    rest = np.full(len(values), 10, dtype=np.int64)
    for column in values[:, :-1].T:
        total = (rest + column) % 10
        rest = np.where(total == 0, 10, total) * 2 % 11
    right: Verdict = _every(values <= 9) & ((rest + values[:, -1]) % 10 == 1)
    return right


def _mod97_10(values: Values) -> Verdict:
    """ISO 7064, modulo 97, radix 10: LEI. A letter counts as two digits, A as 10."""
    rest = np.zeros(len(values), dtype=np.int64)
    for column in values.T:
        rest = (rest * np.where(column > 9, 100, 10) + column) % 97
    right: Verdict = _every(values != BAD) & (rest == 1)
    return right


def _gb32100(values: Values) -> Verdict:
    if values.shape[1] != len(CREDIT_WEIGHTS) + 1:
        return np.zeros(len(values), dtype=np.bool_)
    total = values[:, :-1] @ np.array(CREDIT_WEIGHTS, dtype=np.int64)
    right: Verdict = _every(values != BAD) & ((-total) % 31 == values[:, -1])
    return right


def _gb11714(values: Values) -> Verdict:
    if values.shape[1] != len(ORGANISATION_WEIGHTS) + 1:
        return np.zeros(len(values), dtype=np.bool_)
    total = values[:, :-1] @ np.array(ORGANISATION_WEIGHTS, dtype=np.int64)
    wanted = values_of(DIGITS_AND_LETTERS)[np.frombuffer(ORGANISATION_CHECKS.encode(), dtype=np.uint8)]
    right: Verdict = _every(values != BAD) & (wanted[total % 11] == values[:, -1])
    return right


_ALGORITHMS: Mapping[str, Callable[[Values], Verdict]] = {
    "luhn": _luhn,
    "mod11_2": _mod11_2,
    "mod11_10": _mod11_10,
    "mod97_10": _mod97_10,
    "gb32100": _gb32100,
    "gb11714": _gb11714,
}
