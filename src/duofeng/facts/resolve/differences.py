"""What two names have in common and in what they differ, in words; and whether that makes another subject for certain.

The general rule: take away what is common. An ordinal or a relation that only one name has, or differing words of any
listed kind on both sides, make another subject. So does, in a small register, anything else that is left, but for a
place or a general word that one name leaves out: a large register would hold both subjects if there were two. Such
names are never joined by likeness.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from rapidfuzz.distance import OSA

from duofeng.facts.resolve.names import NameRules
from duofeng.facts.resolve.words import ENDINGS, HAN_NUMBER, ORDINAL, known_words, listed
from duofeng.kernel.message import Message, say

WHY: Mapping[str, Message] = {
    "number": say("数字或序号不同"),
    "side": say("方位、大小或新旧不同"),
    "relation": say("所属关系不同（分支、附属、工会等）"),
    "bracket": say("括号里的地名不同"),
    "place": say("地名不同"),
    "one_place": say("只有一边写了地名"),
    "group": say("只有一边是集团"),
    "word": say("用词不同"),
    "rest": say("其余的字不同"),
    "order": say("字的次序不同"),
    "spelling": say("拼写不同"),
}
Telling = Literal["always", "small", "never"]
"""Whether a difference makes another subject: in every register, in a small one, or not by itself."""
_PIECE = re.compile(rf"{HAN_NUMBER}|[\u3400-\u9fff]|\d+|[^\W\d_\u3400-\u9fff]+")
_LONGEST = 5


class Unit(NamedTuple):
    """A word of a name, with its kind ("" for one in no list); `key` is what is compared. `spelt`: in an alphabet,
    where a word of no list is a word all the same.
    """

    text: str
    kind: str
    key: str
    spelt: bool

    @staticmethod
    def of(text: str, kind: str) -> Unit:
        spelt = len(text) > 1 and text[0].isalpha() and not "\u3400" <= text[0] <= "\u9fff"
        return Unit(text, kind, text.removeprefix(ORDINAL) or text, spelt)


@dataclass(frozen=True, slots=True)
class Difference:
    """`why` is a key of WHY; what only the first and what only the second name says, either may be empty."""

    why: str
    telling: Telling
    first: str
    second: str


def differences(first: Mapping[str, Any], second: Mapping[str, Any], rules: NameRules) -> list[Difference]:
    """In what two names differ, as rows of `parse_names`; the telling ones first."""
    cores, said = (first["core"], second["core"]), [units(side["core"], rules) for side in (first, second)]
    left, right = _apart(*said)
    found = [*_places((first, second), (left, right)), *_by_kind(left, right)]
    if not (left or right) and cores[0] != cores[1]:
        moved = sorted(unit.key for unit in said[0]) == sorted(unit.key for unit in said[1])
        found.append(Difference("order", "small", *cores) if moved else Difference("spelling", "never", *cores))
    return sorted(found, key=lambda each: each.telling)


def told_apart(first: Mapping[str, Any], second: Mapping[str, Any], rules: NameRules, *, small: bool) -> bool:
    """Whether something makes another subject of one of them; `small`: the register may lack one of the two."""
    telling = ("always", "small") if small else ("always",)
    return any(each.telling in telling for each in differences(first, second, rules))


def common(first: Mapping[str, Any], second: Mapping[str, Any], rules: NameRules) -> str:
    """What both say, as the first has it."""
    said = list(units(first["core"], rules))
    for unit in _apart(said, units(second["core"], rules))[0]:
        said.remove(unit)
    return _joined(said)


@lru_cache(maxsize=1 << 16)
def units(core: str, rules: NameRules) -> tuple[Unit, ...]:
    """The words of a core in order: at each place the longest known one, else a number, a spelt word or a character."""
    known = _listed(rules)
    found, at = [], 0
    while at < len(core):
        word = next((core[at : at + size] for size in range(_LONGEST, 1, -1) if core[at : at + size] in known), "")
        piece = _PIECE.match(core, at)
        if word and (piece is None or len(piece[0]) <= len(word)):
            found.append(Unit.of(word, known[word]))
            at += len(word)
        elif piece is not None:
            found.append(Unit.of(piece[0], _kind_of(piece[0], known)))
            at = piece.end()
        else:
            at += 1
    if found and found[-1].text in ENDINGS:
        found[-1] = Unit.of(found[-1].text, "relation")
    return tuple(found)


@lru_cache(maxsize=16)
def _listed(rules: NameRules) -> Mapping[str, str]:
    own = dict.fromkeys(rules.places, "place") | dict.fromkeys(rules.telling, "relation")
    return {**known_words(), **own}


def _kind_of(text: str, known: Mapping[str, str]) -> str:
    if text in known:
        return known[text]
    numbered = text.isdigit() or re.fullmatch(HAN_NUMBER, text) is not None
    lettered = len(text) == 1 and text.isascii() and text.isalpha()
    return "number" if numbered or lettered else ""


def _apart(first: Sequence[Unit], second: Sequence[Unit]) -> tuple[list[Unit], list[Unit]]:
    """What is left of each when the common words are taken away, each as often as both say it."""
    left, right = list(first), []
    for unit in second:
        same = next((other for other in left if other.key == unit.key), None)
        if same is not None:
            left.remove(same)
        else:
            right.append(unit)
    for unit in [each for each in left if each.spelt]:
        near = next((other for other in right if _nearly(unit, other)), None)
        if near is not None:
            left.remove(unit)
            right.remove(near)
    silent = listed("none")
    return [unit for unit in left if unit.key not in silent], [unit for unit in right if unit.key not in silent]


def _nearly(one: Unit, other: Unit) -> bool:
    """Spelt words that may be one word written wrongly or shortened."""
    if one.kind or other.kind or not (one.spelt and other.spelt):
        return False
    short, long = sorted((one.text, other.text), key=len)
    return (len(short) >= 3 and long.startswith(short)) or (len(short) >= 5 and OSA.distance(short, long) == 1)


def _places(sides: Sequence[Mapping[str, Any]], left_over: Sequence[Sequence[Unit]]) -> Iterator[Difference]:
    """Places declared by the zone stand apart, others in the core; in which of the two does not matter here."""
    held = [f"{side['place']}{side['core']}" for side in sides]
    bracketed = [side["bracket"] for side in sides]
    if any(word and word not in other for word, other in zip(bracketed, reversed(held), strict=True)):
        yield Difference("bracket", "always" if all(bracketed) else "small", *bracketed)
    listed_ones = [[unit for unit in side if unit.kind == "place"] for side in left_over]
    places = [side["place"] + _joined(found) for side, found in zip(sides, listed_ones, strict=True)]
    if all(places) and places[0] not in places[1] and places[1] not in places[0]:
        yield Difference("place", "always", *places)
    elif places[0] != places[1]:
        yield Difference("one_place", "never", *places)
    if sides[0]["group"] != sides[1]["group"]:
        yield Difference("group", "small", *("集团" * side["group"] for side in sides))


def _by_kind(left: Sequence[Unit], right: Sequence[Unit]) -> Iterator[Difference]:
    """Differing words of each kind; those of no list are spelt words or the rest, characters."""
    sides = left, right
    for kind in ("number", "relation", "group", "side"):
        said = [[unit for unit in side if unit.kind == kind] for side in sides]
        if any(said):
            yield _differing(kind, said)
    words = [[unit for unit in side if unit.kind == "word" or (unit.spelt and not unit.kind)] for side in sides]
    if any(words):
        yield _differing("word", words)
    rest = [[unit for unit in side if not unit.kind and not unit.spelt] for side in sides]
    if any(rest):
        yield Difference("rest", "small", *map(_joined, rest))


def _differing(kind: str, said: Sequence[Sequence[Unit]]) -> Difference:
    texts = [_joined(side) for side in said]
    units_of = [unit for side in said for unit in side]
    telling: Telling = "never"
    if all(said):
        telling = "never" if kind in ("word", "side") and _shortened(*texts) else "always"
    elif kind == "relation" or any(unit.spelt or unit.text[0] == ORDINAL for unit in units_of):
        telling = "always"
    elif not all(unit.text in listed("general") for unit in units_of):
        telling = "small"
    return Difference(kind, telling, *texts)


def _shortened(one: str, other: str) -> bool:
    """Whether the shorter may stand for the longer: 地产 and 房地产, 电商 and 电子商务."""
    short, long = sorted((one, other), key=len)
    rest = iter(long)
    return all(character in rest for character in short)


def _joined(said: Sequence[Unit]) -> str:
    found = ""
    for unit in said:
        gap = " " if found and unit.spelt and found[-1].isalnum() and not "\u3400" <= found[-1] <= "\u9fff" else ""
        found += gap + unit.text
    return found
