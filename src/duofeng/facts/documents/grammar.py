"""The grammar: which sequences of tokens say what.

A sentence's tokens become a string of their letters (see `lexer`), with T for the text between them, and each
production is a pattern over that string. The first production that fits wins; what none takes belongs to a head.

`W` stands for any token inside a phrase, `V` for any but growth, `Q` for any number with a meaning of its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from duofeng.facts.documents.lexer import Token

PRODUCTIONS: dict[str, str] = {
    # 分别增长4.1%、2.3% | 分别占全市的38.9%、37.5% | 分别获评省、市示范基地5家、3家
    "distributed": "d (?:W|i|s)* v? h? [NCPDX] (?: (?: i W* | c V* ) v? h? [NCPDX] )+",
    # 占全市38% | 约占全市四分之一 | 占一般公共预算支出的比重为73.4% | 占比60%, and on: 、全省12%
    "share": "h? s W* v? h? P (?: [ic] T? s? T? h? P (?= [cijm]|$ ) )*",
    # 增长4.8%和7.2%, of the two levels before
    "parallel": "(?: b (?: T? c )? )* g h? (?: P (?: i h? P )+ | D (?: i h? D )+ )",
    # 增速7.5% | 按可比价格计算，比上年增长4.2% | 较上年提高2.3个百分点 | 同比增加5.36亿元
    "growth": "(?: b (?: T? c )? )* g h? [PDXNC]",
    "zero_growth": "O",
    # 位居市内八区第一 | 列全国387家高新区第45位
    "rank": "r (?: W | [NC] | l [TiNC]* m )* I",
    "bare_rank": "I",
    # 各1个
    "each": "a [NC]",
    # 收入比缩小到1.86
    "bare": "v h? B",
    # 实现564.6亿元 | 不少于1000家 | 99.9% | 6.6倍
    "level": "v? h? v? Q",
}
CLASSES = {"W": "[TpvhgbArfeanzBlm]", "V": "[TpvhArfeanzBlm]", "Q": "[NCPDXRU]"}


def _compiled(productions: dict[str, str]) -> re.Pattern[str]:
    rules = []
    for name, rule in productions.items():
        pattern = rule.replace(" ", "")
        for letter, letters in CLASSES.items():
            pattern = pattern.replace(letter, letters)
        rules.append(f"(?P<{name}>{pattern})")
    return re.compile("|".join(rules))


GRAMMAR = _compiled(PRODUCTIONS)


class Phrase(NamedTuple):
    """A production found in a sentence: its name and its tokens, first to last."""

    rule: str
    tokens: list[Token]
    start: int
    end: int
    number: Token
    """The first number in it (the rank, the percentage, the level)."""


NUMBERS = frozenset("NCPDXRUBIO")


def phrases(tokens: Sequence[Token], length: int) -> list[Phrase]:
    """The productions of a sentence of `length` characters, from left to right."""
    letters: list[str] = []
    at: list[int] = []
    position = 0
    for index, token in enumerate(tokens):
        if token.start > position:
            letters.append("T")
            at.append(-1)
        letters.append(token.tag)
        at.append(index)
        position = token.end
    if position < length:
        letters.append("T")
        at.append(-1)
    found = []
    for match in GRAMMAR.finditer("".join(letters)):
        inside = [tokens[index] for index in at[match.start() : match.end()] if index >= 0]
        rule = match.lastgroup or ""
        number = _number_of(rule, inside)
        found.append(Phrase(rule, inside, inside[0].start, inside[-1].end, number))
    return found


def _number_of(rule: str, inside: list[Token]) -> Token:
    if rule in {"rank", "bare_rank"}:
        return inside[-1]
    return next(token for token in inside if token.tag in NUMBERS)
