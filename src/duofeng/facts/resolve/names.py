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

from duofeng.facts.resolve.words import listed

_BRACKETS = {mark: "(" for mark in "〔【[｛{<《〈「『"} | {mark: ")" for mark in "〕】]｝}>》〉」』"}
_FORMER = r"\((?:原名?|曾用名|又名|前身)[:：]?([^()]*)\)?"
_PENDING = r"\((?:筹|筹备|筹建|筹备组)\)"
_LISTING_MARK = r"^(?:S? ?ST)+ ?(\p{Han})"  # *ST, S*ST: marks of a stock exchange, here without their asterisk
_PARTNERSHIP = r"\((?:特殊普通|普通|有限)合伙\)"
_FORM = r"(?:集团)?(?:股份)?(?:有限)?(?:责任)?公司|合伙企业|个体工商户"
_TRAILING_FORM = rf"(?:{_FORM}|集团|股份有限|股份|有限责任|有限)+$"
_BRANCH = r"(?:分公司|分厂|分店|分行|支行|分社|分院|分所|营业部|办事处|代表处|项目部)$"
_PLACE_SUFFIX = "(?:自治区|自治州|省|市|区|县|州|盟)"
_GREATER = "(?:省|市)"
"""Said of a place or left out without making another; 县 and 区 only where the zone declares the place with them."""
_COUNTED_DIGITS = r"第\d+|\d+[号中小厂院期区栋楼队所局组部店幼研]"
_DIGITS = "零一二三四五六七八九"
_BESIDE_HAN = r"(\p{Han}) +| +(\p{Han})"
# 市场 after a place is a market, not the suffix 市: a mark before such words keeps them whole while places are taken.
_NOT_A_SUFFIX = r"市场|市政|市民|市值|市集|区块|区域|区位|县域|省心|省力|州际"
_GUARD = "\u0001"


@dataclass(frozen=True)
class NameRules:
    """`places`: the words of the zone and its surroundings that may stand before or in brackets inside a name;
    `suffixes`: what may follow them without making another place. `legal_forms` are left out at the end of names in
    alphabets, `telling` words make another subject; both are the zone's additions to the known ones.
    """

    places: tuple[str, ...] = ()
    suffixes: tuple[str, ...] = ()
    legal_forms: tuple[str, ...] = ()
    telling: tuple[str, ...] = ()

    @staticmethod
    def of(places: Iterable[str], legal_forms: Iterable[str] = (), telling: Iterable[str] = ()) -> NameRules:
        """Longest first, so that a short place never takes the head of a longer one."""
        written = {_flat_text(place) for place in places}
        ending = {place: re.search(rf"(?<=..){_PLACE_SUFFIX}$", place) for place in written}
        bare = {place.removesuffix(found[0]) if found else place for place, found in ending.items()}
        return NameRules(
            tuple(sorted((word for word in bare if len(word) > 1), key=lambda word: (-len(word), word))),
            tuple(sorted({found[0] for found in ending.values() if found}, key=lambda word: (-len(word), word))),
            tuple(sorted(_flat_text(form).rstrip(".") for form in legal_forms)),
            tuple(sorted(_flat_text(word) for word in telling)),
        )

    @property
    def suffix(self) -> str:
        return f"(?:{'|'.join((*self.suffixes, _GREATER))})"

    @property
    def pattern(self) -> str | None:
        """One place with its suffix if any, or None when no place is declared."""
        if not self.places:
            return None
        return rf"(?:{'|'.join(map(re.escape, self.places))}){self.suffix}*"

    @property
    def western(self) -> str:
        """Legal forms at the end of a name written in an alphabet, with what stands between them."""
        forms = sorted({*listed("legal"), *self.legal_forms}, key=lambda form: (-len(form), form))
        return rf"(?:[ ,.)]+(?:{'|'.join(map(re.escape, forms))})\.?)+$"


def parse_names(names: pl.Series, rules: NameRules | None = None) -> pl.DataFrame:
    """The parts of each name, one row per name, in order; a missing or empty name has an empty core.

    Columns: `core` (brand and trade: no place, legal form, bracket or mark, spaces only between words of an alphabet),
    `place` (declared places in the name, as written, empty if none), `bracket` (the place in brackets, moved to the
    front), `group` and `branch` (flags), `former` (the name given as a former one, or null),
    `normal` (the normal form: place, core and 集团 where it is one; applying `parse_names` to it changes nothing).
    """
    said = rules or NameRules()
    flat = pl.select(name=_flat(names)).get_column("name")
    frame = pl.DataFrame({"flat": flat}).with_columns(
        former=pl.col("flat").str.extract(_FORMER),
        text=pl.col("flat").str.replace_all(_FORMER, "").str.replace_all(_PENDING, ""),
    )
    frame = _take_bracketed_place(frame, said)
    frame = _take_western_form(frame, said)
    words = pl.col("text").str.replace_all(r"[^\p{L}\p{N}]+", " ").str.replace_all(_BESIDE_HAN, "${1}${2}")
    words = words.str.replace_all(" AND ", " ", literal=True)
    frame = frame.with_columns(text=words.str.strip_chars().str.replace(_LISTING_MARK, "${1}"))
    frame = _take_legal_form(frame.with_columns(_numbers_in_han(frame["text"])))
    frame = _take_leading_places(frame, said)
    return frame.select(
        core="text",
        place="place",
        bracket="bracket",
        group="group",
        branch=pl.col("text").str.contains(_BRANCH),
        former="former",
        normal=pl.concat_str(
            "place",
            pl.col("text").str.replace_all(" ", "", literal=True),
            pl.when("group").then(pl.lit("集团")).otherwise(pl.lit("")),
        ),
    )


def _flat(names: pl.Series) -> pl.Expr:
    """Half width, simplified, upper case, one kind of bracket; spaces only between words of an alphabet."""
    simplified = _simplified_characters()
    text = pl.lit(names.cast(pl.String)).fill_null("").str.normalize("NFKC").str.to_uppercase()
    text = text.str.replace_many(list(_BRACKETS), list(_BRACKETS.values()))
    text = text.str.replace_many(list(simplified), list(simplified.values()))
    text = text.str.replace_all(r"[\s\p{C}]+", " ").str.replace_all(_BESIDE_HAN, "${1}${2}").str.strip_chars()
    return text.str.replace_all(_PARTNERSHIP, "")


def _flat_text(text: str) -> str:
    return str(pl.select(_flat(pl.Series([text]))).item())


def _take_bracketed_place(frame: pl.DataFrame, rules: NameRules) -> pl.DataFrame:
    """A bracketed word of two or three characters may stand anywhere by law; its normal place is the front."""
    found = [r"^(.+?)\((\p{Han}{2,3}[省市]?)\)(.+)$"]
    if rules.pattern is not None:
        found.append(rf"^(.+?)\(({rules.pattern})\)(.*)$")
    text, bracketed = pl.col("text"), [pl.col("text").str.extract(form, 2) for form in found]
    for form in found:
        text = text.str.replace(form, "${2}${1}${3}")
    words = pl.coalesce(*bracketed, pl.lit("")).str.replace(rf"^(..+?){rules.suffix}+$", "${1}")
    return frame.with_columns(text=text, bracket=words)


def _take_western_form(frame: pl.DataFrame, rules: NameRules) -> pl.DataFrame:
    """Legal forms at the end of names in alphabets go, unless nothing would be left."""
    bare = pl.col("text").str.replace(rules.western, "")
    return frame.with_columns(text=pl.when(bare.str.len_chars() > 1).then(bare).otherwise("text"))


def _numbers_in_han(texts: pl.Series) -> pl.Series:
    """Numbers beside Chinese words as these write them: 第7, 1号, 103厂; no other digits are touched."""
    rows = texts.str.contains(_COUNTED_DIGITS).arg_true()
    if not len(rows):
        return texts
    written = [re.sub(_COUNTED_DIGITS, lambda found: _han_number(found[0]), text) for text in texts[rows]]
    return texts.scatter(rows, pl.Series(written))


def _han_number(written: str) -> str:
    """Up to 99 as it is said; longer numbers digit by digit."""
    digits = re.search(r"\d+", written)
    if digits is None or int(digits[0]) == 0:
        return written
    named = [_DIGITS[int(digit)] for digit in digits[0]]
    if int(digits[0]) < 100:
        tens, ones = divmod(int(digits[0]), 10)
        named = [_DIGITS[tens] * (tens > 1), "十" * (tens > 0), _DIGITS[ones] * (ones > 0)]
    return written.replace(digits[0], "".join(named))


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


def _take_leading_places(frame: pl.DataFrame, rules: NameRules) -> pl.DataFrame:
    """Declared places at the front move to `place` without their suffix, unless nothing would be left of the name."""
    pattern = rules.pattern
    if pattern is None:
        return frame.with_columns(place=pl.lit(""))
    guarded = frame.with_columns(text=pl.col("text").str.replace_all(_NOT_A_SUFFIX, _GUARD + "${0}"))
    leading = pl.col("text").str.extract(rf"^((?:{pattern})+)")
    rest = pl.col("text").str.replace(rf"^(?:{pattern})+", "")
    taken = leading.is_not_null() & (rest.str.len_chars() > 1)
    bare = pl.element().str.replace(rf"^(..+?){rules.suffix}*$", "${1}")
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
