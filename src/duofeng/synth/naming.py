"""Names and credit codes of made-up organisations, unique and valid, whole columns at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import polars as pl

from duofeng.kernel.check_digits import (
    CREDIT_ALPHABET,
    CREDIT_WEIGHTS,
    DIGITS_AND_LETTERS,
    ORGANISATION_CHECKS,
    ORGANISATION_WEIGHTS,
)
from duofeng.kernel.problem import ProblemError
from duofeng.synth.problems import TOO_MANY

if TYPE_CHECKING:
    from duofeng.zone.kinds.synth import Synth

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Naming:
    """Place + brand + trade + form; a brand is two characters, or three once the pairs are used up."""

    plan: Synth
    size: int
    seed: int
    industry: Integers
    stream: Callable[[str], np.random.Generator]

    def __post_init__(self) -> None:
        characters = len(set(self.plan.names.brand))
        possible = characters**2 + characters**3
        if self.size > possible:
            raise ProblemError(TOO_MANY.at(asked=self.size, possible=possible))

    @cached_property
    def places(self) -> pl.Series:
        return self._by_share("place", self.plan.names.places)

    @cached_property
    def cores(self) -> pl.Series:
        """Brand and trade."""
        brand = pl.Series(sorted(set(self.plan.names.brand)))
        characters = len(brand)
        order = self.stream("brand").permutation(self.size)
        pair, triple = order, order - characters**2
        first = np.where(order < characters**2, pair // characters, triple // characters**2)
        second = np.where(order < characters**2, pair % characters, triple // characters % characters)
        third = np.where(order < characters**2, -1, triple % characters)
        last = brand.gather(np.maximum(third, 0)).zip_with(pl.Series(third >= 0), pl.repeat("", self.size, eager=True))
        return brand.gather(first) + brand.gather(second) + last + self._trades()

    @cached_property
    def forms(self) -> pl.Series:
        return self._by_share("form", self.plan.names.forms)

    @cached_property
    def names(self) -> pl.Series:
        return (self.places + self.cores + self.forms).alias("name")

    def _trades(self) -> pl.Series:
        words = [industry.trades for industry in self.plan.industries.values()]
        starts = np.cumsum([0, *map(len, words)])
        lengths = np.array(list(map(len, words)))
        pick = (self.stream("trade").random(self.size) * lengths[self.industry]).astype(np.int64)
        return pl.Series([word for each in words for word in each]).gather(starts[self.industry] + pick)

    def _by_share(self, name: str, shares: Mapping[str, Decimal]) -> pl.Series:
        weights = np.cumsum(np.array([float(share) for share in shares.values()]))
        positions = np.searchsorted(weights[:-1] / weights[-1], self.stream(name).random(self.size), side="right")
        return pl.Series(list(shares)).gather(positions)

    @cached_property
    def credit_codes(self) -> pl.Series:
        """Valid under both checks; the entity code begins with letters that real ones do not have."""
        heads = self._by_share("class", self.plan.codes.classes) + self._by_share("region", self.plan.codes.regions)
        serial = self.stream("code").permutation(self.size).astype(np.int64)
        matrix = np.zeros((self.size, 18), dtype=np.uint8)
        matrix[:, :8] = _bytes(heads, 8)
        body = self.plan.codes.body.encode()
        matrix[:, 8 : 8 + len(body)] = np.frombuffer(body, dtype=np.uint8)
        alphabet = np.frombuffer(CREDIT_ALPHABET.encode(), dtype=np.uint8)
        rest = serial + 31**3
        for at in range(15, 7 + len(body), -1):
            matrix[:, at] = alphabet[rest % 31]
            rest //= 31
        matrix[:, 16] = _weighted_check(matrix[:, 8:16], DIGITS_AND_LETTERS, ORGANISATION_WEIGHTS, 11)
        matrix[:, 17] = _weighted_check(matrix[:, :17], CREDIT_ALPHABET, CREDIT_WEIGHTS, 31)
        return pl.Series("credit_code", matrix.view("S18").ravel().astype("U18"))


def _bytes(texts: pl.Series, width: int) -> npt.NDArray[np.uint8]:
    return np.frombuffer(texts.str.join("").item().encode(), dtype=np.uint8).reshape(-1, width)


def _weighted_check(
    matrix: npt.NDArray[np.uint8], alphabet: str, weights: tuple[int, ...], modulus: int
) -> npt.NDArray[np.uint8]:
    values = np.zeros(256, dtype=np.int64)
    values[np.frombuffer(alphabet.encode(), dtype=np.uint8)] = np.arange(len(alphabet))
    total = values[matrix] @ np.array(weights)
    if modulus == 11:
        return np.asarray(np.frombuffer(ORGANISATION_CHECKS.encode(), dtype=np.uint8)[total % 11])
    return np.asarray(np.frombuffer(alphabet.encode(), dtype=np.uint8)[-total % 31])


def name_variants(place: str, core: str, form: str) -> list[str]:
    """Other ways in which people write the same name."""
    other = {"有限公司": "有限责任公司", "有限责任公司": "有限公司"}.get(form, form)
    head = core[:2] + " " + core[2:]
    return [
        f"{core}（{place}）{form}",
        f"{core}({place}){form}",
        f"{place}{core}{other}",
        f"{place}{head}{form}",
        f"{place}{core}",
        f"　{place}{core}{form} ",
    ]
