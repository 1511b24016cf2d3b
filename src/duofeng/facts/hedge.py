"""Hedges: the closed list of words by which a printed number says that it is not exact, or only hoped for."""

from __future__ import annotations

from typing import Literal

Sense = Literal["about", "nearly", "over", "at least", "at most", "aim"]

SENSES: dict[str, Sense] = {
    "约": "about",
    "近": "nearly",
    "左右": "about",
    "力争左右": "about",
    "超": "over",
    "余": "over",
    "突破": "over",
    "力争突破": "over",
    "不少于": "at least",
    "以上": "at least",
    "力争以上": "at least",
    "不超过": "at most",
    "以内": "at most",
    "以下": "at most",
    "力争": "aim",
}
"""What the ledger's `hedge` may say, with its sense. What is over or nearly a number is not off by more than the place
of its last digit that is no zero; an aim moves nothing."""

_WRITINGS = {
    "约": "大约",
    "近": "将近 接近",
    "左右": "上下",
    "超": "超过 逾 高于 多于",
    "余": "多 来 几 之多",
    "突破": "首次突破",
    "不少于": "不低于 不小于 至少 最少 最低",
    "不超过": "不高于 不多于 不大于 最多 最高 至多",
    "以内": "之内 内",
    "以下": "低于 少于",
}
HEDGE_OF = {written: hedge for hedge, others in _WRITINGS.items() for written in others.split()} | {
    hedge: hedge for hedge in SENSES
}
"""From every writing to the hedge the ledger keeps."""
_LONGEST_FIRST = sorted(HEDGE_OF, key=len, reverse=True)


def hedge_of(written: str) -> str:
    """The hedge in the words around a number; empty when none of them moves it."""
    found = next((each for each in _LONGEST_FIRST if each in written), "")
    return HEDGE_OF.get(found, "")
