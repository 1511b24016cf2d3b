"""One normal form for the names of organisations, computed for whole columns.

A Chinese firm name is place + brand + trade + legal form, and the law compares names without the legal form. So two
spellings of one registered name have the same normal form, and two names that the register would keep apart have not.
Places are given by the caller (a zone declares them); nothing here knows one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import opencc
import polars as pl

_BRACKETS = {mark: "(" for mark in "〔【[｛{<《〈「『"} | {mark: ")" for mark in "〕】]｝}>》〉」』"}
_FORMER = r"\((?:原名?|曾用名|又名|前身)[:：]?([^()]*)\)?"
_PENDING = r"\((?:筹|筹备|筹建|筹备组)\)"
_LISTING_MARK = r"^(?:S?ST)+(\p{Han})"  # *ST, S*ST: marks of a stock exchange, here without their asterisk
_PARTNERSHIP = r"\((?:特殊普通|普通|有限)合伙\)"
_FORM = r"(?:集团|总)?(?:股份)?(?:有限)?(?:责任)?(?:总)?公司|合伙企业|个体工商户"
_TRAILING_FORM = rf"(?:{_FORM}|集团|股份有限|股份|有限责任|有限)+$"
_BRANCH = r"(?:分公司|分厂|分店|分行|支行|分社|分院|分所|营业部|办事处|代表处|项目部)$"
_PLACE_SUFFIX = "(?:自治区|自治州|省|市|区|县|州|盟)"
# 市场 after a place is a market, not the suffix 市: a mark before such words keeps them whole while places are taken.
_NOT_A_SUFFIX = r"市场|市政|市民|市值|市集|区块|区域|区位|县域|省心|省力|州际"
_GUARD = "\u0001"


@dataclass(frozen=True)
class NameRules:
    """`places`: the words of the zone and its surroundings that may stand before or in brackets inside a name."""

    places: tuple[str, ...] = ()

    @staticmethod
    def of(places: Iterable[str]) -> NameRules:
        """Longest first, so that a short place never takes the head of a longer one."""
        written = {_flat_text(place) for place in places}
        bare = {re.sub(rf"(?<=..){_PLACE_SUFFIX}$", "", place) for place in written}
        return NameRules(tuple(sorted((word for word in bare if len(word) > 1), key=lambda word: (-len(word), word))))

    @property
    def pattern(self) -> str | None:
        """One place with its suffix if any, or None when no place is declared."""
        if not self.places:
            return None
        return rf"(?:{'|'.join(map(re.escape, self.places))}){_PLACE_SUFFIX}*"


def parse_names(names: pl.Series, rules: NameRules | None = None) -> pl.DataFrame:
    """The parts of each name, one row per name, in order; a missing or empty name has an empty core.

    Columns: `core` (brand and trade: no place, legal form, bracket, mark or space), `place` (declared places in the
    name, as written, empty if none), `group` and `branch` (flags), `former` (the name given as a former one, or null),
    `normal` (the normal form: place, core and 集团 where it is one; applying `parse_names` to it changes nothing).
    """
    pattern = (rules or NameRules()).pattern
    flat = pl.select(name=_flat(names)).get_column("name")
    frame = pl.DataFrame({"flat": flat}).with_columns(
        former=pl.col("flat").str.extract(_FORMER),
        text=pl.col("flat").str.replace_all(_FORMER, "").str.replace_all(_PENDING, ""),
    )
    frame = _take_bracketed_place(frame, pattern)
    frame = frame.with_columns(
        text=pl.col("text").str.replace_all(r"[^\p{L}\p{N}]", "").str.replace(_LISTING_MARK, "${1}")
    )
    frame = _take_legal_form(frame)
    frame = _take_leading_places(frame, pattern)
    return frame.select(
        core="text",
        place="place",
        group="group",
        branch=pl.col("text").str.contains(_BRANCH),
        former="former",
        normal=pl.concat_str("place", "text", pl.when("group").then(pl.lit("集团")).otherwise(pl.lit(""))),
    )


def _flat(names: pl.Series) -> pl.Expr:
    """Half width, simplified, upper case, one kind of bracket, no spaces."""
    simplified = _simplified_characters()
    text = pl.lit(names.cast(pl.String)).fill_null("").str.normalize("NFKC").str.to_uppercase()
    text = text.str.replace_many(list(_BRACKETS), list(_BRACKETS.values()))
    text = text.str.replace_many(list(simplified), list(simplified.values()))
    text = text.str.replace_all(r"[\s\p{C}]+", "")
    return text.str.replace_all(_PARTNERSHIP, "")


def _flat_text(text: str) -> str:
    return str(pl.select(_flat(pl.Series([text]))).item())


def _take_bracketed_place(frame: pl.DataFrame, pattern: str | None) -> pl.DataFrame:
    """A bracketed word of two or three characters may stand anywhere by law; its normal place is the front."""
    bracketed = r"^(.+?)\((\p{Han}{2,3}[省市]?)\)(.+)$"
    text = pl.col("text").str.replace(bracketed, "${2}${1}${3}")
    if pattern is not None:
        text = text.str.replace(rf"^(.+?)\(({pattern})\)(.*)$", "${2}${1}${3}")
    return frame.with_columns(text=text)


def _take_legal_form(frame: pl.DataFrame) -> pl.DataFrame:
    """Legal forms at the end go, and those before a branch's own name; a name that is only a form stays."""
    text = pl.col("text")
    bare = text.str.replace(_TRAILING_FORM, "")
    tail = text.str.extract(f"({_BRANCH})")
    head = text.str.replace(_BRANCH, "").str.replace_all(_FORM, "")
    is_branch = tail.is_not_null()
    kept = pl.when(is_branch).then(pl.concat_str(head, tail)).when(bare.str.len_chars() > 1).then(bare).otherwise(text)
    return frame.with_columns(
        text=kept,
        group=text.str.extract(f"({_TRAILING_FORM})").str.contains("集团").fill_null(False)
        & ~is_branch
        & (bare.str.len_chars() > 1),
    )


def _take_leading_places(frame: pl.DataFrame, pattern: str | None) -> pl.DataFrame:
    """Declared places at the front move to `place` without their suffix, unless nothing would be left of the name."""
    if pattern is None:
        return frame.with_columns(place=pl.lit(""))
    guarded = frame.with_columns(text=pl.col("text").str.replace_all(_NOT_A_SUFFIX, _GUARD + "${0}"))
    leading = pl.col("text").str.extract(rf"^((?:{pattern})+)")
    rest = pl.col("text").str.replace(rf"^(?:{pattern})+", "")
    taken = leading.is_not_null() & (rest.str.len_chars() > 1)
    bare = pl.element().str.replace(rf"^(..+?){_PLACE_SUFFIX}*$", "${1}")
    words = leading.str.extract_all(pattern).list.eval(bare).list.unique(maintain_order=True).list.join("")
    return guarded.with_columns(
        place=pl.when(taken).then(words).otherwise(pl.lit("")),
        text=pl.when(taken).then(rest).otherwise(pl.col("text")).str.replace_all(_GUARD, "", literal=True),
    )


@cache
def _simplified_characters() -> dict[str, str]:
    """Traditional → simplified, character by character: a key must not depend on the phrase around a character."""
    convert = opencc.OpenCC("t2s").convert
    found: dict[str, str] = {}
    for code in (*range(0x3400, 0x4DC0), *range(0x4E00, 0xA000)):
        character = chr(code)
        simple = convert(convert(character))
        if len(simple) == 1 and simple != character:
            found[character] = simple
    return found
