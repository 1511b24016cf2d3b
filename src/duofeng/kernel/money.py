"""Money in 元 as exact Decimals, kept as whole minor units (分). Nothing here is ever a float."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from duofeng.kernel.problem import ProblemError
from duofeng.kernel.problems import MONEY_NOT_EXACT, MONEY_TOO_LARGE
from duofeng.kernel.units import cell_unit, convert, split_number_unit

MINOR_PER_YUAN = 100
LARGEST_MINOR = 2**63 - 1
Scale = Literal["元", "万元", "亿元"]
SCALES: dict[Scale, int] = {"元": 0, "万元": 4, "亿元": 8}


def parse_money(text: str, unit: str = "元") -> Decimal:
    """`1.2亿`, `3500万元`, `１２．５ 万元` in 元. A bare number is in `unit`; a bare magnitude (亿) means 元.

    Raises ProblemError: E120 not a number, E121 unknown unit, E122 not money.
    """
    number, written = split_number_unit(text)
    return convert(number, money_unit(written, unit), "元")


def money_unit(written: str | None, declared: str = "元") -> str:
    """The unit of a cell of money: its own, the column's when bare, 元 behind a bare magnitude such as 亿."""
    return cell_unit(written, declared)


def to_minor(yuan: Decimal) -> int:
    """元 as whole 分. Raises ProblemError (E123) for a remainder and (E124) beyond 64 bits; never rounds."""
    minor = yuan * MINOR_PER_YUAN
    whole = int(minor)
    if minor != whole:
        raise ProblemError(MONEY_NOT_EXACT.at(amount=yuan))
    if abs(whole) > LARGEST_MINOR:
        raise ProblemError(MONEY_TOO_LARGE.at(amount=yuan))
    return whole


def from_minor(minor: int) -> Decimal:
    """分 as 元 with two decimals."""
    return Decimal(minor).scaleb(-2)


def scale_for(yuan: Decimal) -> Scale:
    """The scale a reader expects: 亿元 from 10⁸, 万元 from 10⁴."""
    size = abs(yuan)
    return "亿元" if size >= 10**8 else "万元" if size >= 10**4 else "元"


def format_money(yuan: Decimal, scale: Scale | None = None) -> str:
    """The exact amount with its unit, without trailing zeros: `1.2亿元`, `3,500万元`. No digit is dropped."""
    scale = scale or scale_for(yuan)
    amount = yuan.scaleb(-SCALES[scale])
    text = f"{amount:,f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) + scale
