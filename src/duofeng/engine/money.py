"""Money times and divided by numbers, exactly: whole minor units in, whole minor units out, rounded half up.

A written rate is a decimal and stays one. A number that comes from a column counts with nine decimals. Sixty-four bits
are enough for almost every row; a block that might not fit is computed with Python's whole numbers instead.
"""

from __future__ import annotations

from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from duofeng.engine.values import Bools, Data, Vector, either
from duofeng.engine.words import LARGEST_MONEY

Whole = NDArray[np.int64]
COLUMN_DECIMALS = 9
COLUMN_SCALE = 10**COLUMN_DECIMALS
LARGEST_FACTOR = 2.0**62 / COLUMN_SCALE


def times_decimal(money: Vector, factor: Decimal) -> Vector:
    top, bottom = factor.as_integer_ratio()
    return _scaled(money.data, top, bottom, money.unknown)


def over_decimal(money: Vector, divisor: Decimal) -> Vector:
    top, bottom = divisor.as_integer_ratio()
    return _scaled(money.data, bottom if top > 0 else -bottom, abs(top), money.unknown)


def times_numbers(money: Vector, numbers: Vector) -> Vector:
    unknown, whole = _as_whole(numbers)
    return _scaled(money.data, whole, COLUMN_SCALE, either(money.unknown, unknown))


def over_numbers(money: Vector, numbers: Vector) -> Vector:
    """Unknown where the divisor is zero."""
    unknown, whole = _as_whole(numbers)
    zero = whole == 0
    unknown = either(unknown, zero) if zero.any() else unknown
    safe = np.where(zero, 1, whole)
    return _scaled(
        money.data, np.where(safe < 0, -COLUMN_SCALE, COLUMN_SCALE), np.abs(safe), either(money.unknown, unknown)
    )


def added(first: Vector, second: Vector, sign: int) -> Vector:
    """Sum or difference; unknown where it leaves sixty-four bits."""
    a, b = first.data, second.data
    with np.errstate(over="ignore"):
        total = np.add(a, b) if sign > 0 else np.subtract(a, b)
        flipped = (a ^ total) & ((b ^ total) if sign > 0 else (a ^ b))
    unknown = either(first.unknown, second.unknown)
    wrapped = flipped < 0
    return Vector(total, either(unknown, wrapped) if np.any(wrapped) else unknown)


def mean(total: Vector, count: int | Whole) -> Vector:
    return _scaled(total.data, 1, count, total.unknown)


def rounded(money: Vector, digits: int, way: str) -> Vector:
    """To `digits` decimals of the main unit: 0 is whole yuan, -4 whole ten thousands. `way`: round, floor, ceil."""
    unit = 10 ** (2 - digits) if digits <= 2 else 1
    if unit == 1:
        return money
    data = np.asarray(money.data, np.int64)
    if way == "round":
        part = _scaled(data, 1, unit, money.unknown)
        return _scaled(part.data, unit, 1, part.unknown)
    whole = np.floor_divide(data, unit) if way == "floor" else -np.floor_divide(-data, unit)
    return _scaled(whole, unit, 1, money.unknown)


def _as_whole(numbers: Vector) -> tuple[Bools | None, Whole]:
    data = np.asarray(numbers.data, np.float64)
    odd = ~(np.abs(data) < LARGEST_FACTOR)
    scaled = np.rint(np.where(odd, 0.0, data) * COLUMN_SCALE).astype(np.int64)
    return (either(numbers.unknown, odd) if odd.any() else numbers.unknown), scaled


def _scaled(data: object, top: int | Whole, bottom: int | Whole, unknown: Bools | None) -> Vector:
    """data × top ÷ bottom, half away from zero; `bottom` is positive. Unknown where the result does not fit."""
    money = np.asarray(data, np.int64)
    if unknown is not None:
        money = np.where(unknown, 0, money)
    product = _largest(money) * _largest(top)
    if product + _largest(bottom) < 2**62:
        return Vector(_half_up(money, top, bottom).astype(np.int64), unknown)
    exact = _half_up(money.astype(object), _exact(top), _exact(bottom))
    outside = np.asarray(abs(exact) > LARGEST_MONEY, np.bool_)
    fitting = np.where(outside, 0, exact).astype(np.int64)
    return Vector(fitting, either(unknown, outside) if outside.any() else unknown)


def _half_up(money: Data, top: int | Data, bottom: int | Data) -> Data:
    product = money * top
    size = (2 * abs(product) + bottom) // (2 * bottom)
    return np.asarray(np.where(product < 0, -size, size))


def _largest(value: int | Whole) -> int:
    if isinstance(value, int):
        return abs(value)
    return max(abs(int(value.min())), abs(int(value.max()))) if value.size else 0


def _exact(value: int | Whole) -> int | Data:
    return value if isinstance(value, int) else value.astype(object)
