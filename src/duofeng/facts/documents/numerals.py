"""Numerals as reports write them → exact decimals."""

from __future__ import annotations

from decimal import Decimal

DIGITS = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
STEPS = {"十": 10, "百": 100, "千": 1_000}
MYRIADS = {"万": 10**4, "亿": 10**8}


def decimal_of(written: str) -> Decimal:
    """`1,206` and `−3.2` as decimals."""
    return Decimal(written.replace(",", "").replace("−", "-"))


def chinese_number(written: str) -> int | None:
    """`两千三百` → 2300, `九十五` → 95; None for what is no number (七八, "seven or eight")."""
    total, section, digit, previous_was_digit = 0, 0, 0, False
    for character in written:
        if character in DIGITS:
            if previous_was_digit and digit:
                return None
            digit, previous_was_digit = DIGITS[character], True
            continue
        previous_was_digit = False
        if character in STEPS:
            section += (digit or 1) * STEPS[character]
        elif character in MYRIADS:
            total = (total + section + digit) * MYRIADS[character]
            section = 0
        else:
            return None
        digit = 0
    return total + section + digit
