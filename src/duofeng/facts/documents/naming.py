"""The head of a level in its sentence: before the number, behind it, or inherited."""

from __future__ import annotations

import re
from typing import NamedTuple

from duofeng.facts.documents import heads, units, words
from duofeng.facts.documents.lexer import Token
from duofeng.facts.documents.numbers import Quantity
from duofeng.facts.documents.patterns import alternation
from duofeng.facts.documents.patterns import words as listed
from duofeng.facts.documents.sentence import Draft, Here, repeats_the_head
from duofeng.facts.documents.words import GENERIC_NOUNS

LEADS_TO_NUMBER = re.compile(r"(?:在|等|让|使|对|从|把|将|向|给|由|按|以|“|在于|、|和|与|及|确定的|提出的)$")
VERB_START = re.compile(
    r"(?:新|建成|建立|完成|开展|发布|引进|招引|服务|提供|发放|获|入选|改造|拆除|惠及|支持|实施|竣工|交付)"
)
AWARD_END = re.compile(r"[,;、:]|占|的[^“]*$|位居|居全")
MEASURES = ("值", "额", "收入", "投资", "资金", "支出", "面积", "里程")
ADDED = {"area": "面积", "length": "里程", "money": "金额", "people": "人数", "mass": "重量"}


ONLY_CHANGES = re.compile(rf"{alternation(listed(words.GROWTH_UP, words.GROWTH_DOWN))}(?=[,;:]|到|至|为|$)")
ALL_IN_ALL = re.compile(r"累计|总数|总量|共有")
"""Of what was new before, how much there is now in all: 新增企业6家,累计达到38家."""
PUPILS = re.compile(r"(?:在校学?生|毕业生|招生|专任教师)$")
OWNED = re.compile(r"(?:营业收入|主营业务收入|销售收入|营收|利润|利润总额|利税|总产值|产值|增加值|税收)")
A_MEASURE = re.compile(r".{0,2}(?:容量|面积|规模|能力|长度|里程)")
PART_OF = re.compile(
    r"(?:销售|施工|竣工|开工|种植|建筑)?面积$|(?:增加值|产值|产量|销售额|收入|支出|投资|余额|进出口|用电量)$"
)
"""What a part has in common with its whole, though it is not said again: 其中住宅."""


BREAKS = frozenset(",、;:。)\t| ”和与及")
"""What ends a number's part of the sentence, so that no noun behind it is its own."""


class Naming(NamedTuple):
    head: str
    confidence: float
    behind: int = 0
    """How many characters behind the number belong to the head."""
    awarded: bool = False
    leans: bool = False
    """Whether it is only a part of the head before (投资额 of those projects)."""


def name_level(here: Here, number: Quantity) -> Naming:
    before = heads.cleaned(here.before.written)
    noun, length = _noun_behind(here)
    if here.tag == "N" and here.phrase.number.match.group("unit") == "":
        return Naming(f"{before}{noun}", 0.8, length)
    named = _named_behind(here, before, noun, length) if noun else None
    if named:
        return named
    if before:
        return _named_before(here, before, number, noun)
    inherited = here.head_or_topic()
    if inherited:
        if ALL_IN_ALL.search(here.words("v")):
            inherited = heads.without_verb(inherited)
        return Naming(_with_dimension(here.so_far.last, inherited, number), 0.7)
    return Naming(noun, 0.6 if noun else 0.3, length)


def _noun_behind(here: Here) -> tuple[str, int]:
    text = here.behind
    if not text and here.following and here.following.rule == "level":  # 1.36万户4.87万名贫困人口
        text = here.text[here.following.end :]
        return heads.noun_after(text)[0] if text and text[0] not in BREAKS else "", 0
    if not text or text[0] in BREAKS or (here.tag not in "NC" and text[0] != "的"):
        return "", 0
    return ("", 0) if ONLY_CHANGES.match(text) else heads.noun_after(text)


def _named_behind(here: Here, before: str, noun: str, length: int) -> Naming | None:
    """19家“链主”企业, 等6处积水点, 招引8170名青年人才, 20亿元的母基金; None when the head stands before the number."""
    if here.tag == "P":
        return Naming(noun, 0.7, length)
    if before and _is_of(here, before):
        return Naming(f"{noun}{before}", 0.8, length)
    if _only_leads(here, before):
        return _counted(here, heads.carried_verb(before), noun, length)
    if here.tag == "C" and len(noun) > 1:
        return Naming(noun, 0.8, length)
    return _named_on_both_sides(here, before, noun, length)


def _named_on_both_sides(here: Here, before: str, noun: str, length: int) -> Naming | None:
    if heads.VERB_ENDING.search(before) or ("、" in before and len(noun) > 2):
        return _counted(here, heads.carried_verb(before) or (before if len(before) <= 4 else ""), noun, length)
    return _counted(here, "", noun, length) if "、" in before and noun in GENERIC_NOUNS else None


def _is_of(here: Here, before: str) -> bool:
    """规模20亿元的母基金: the number says of the noun behind it how large it is."""
    return here.text.startswith("的", here.phrase.end) and not heads.VERB_ENDING.search(before)


def _only_leads(here: Here, before: str) -> bool:
    """Whether what stands before the number names nothing: the end of a list, a place, a preposition."""
    if not before or heads.PLACE_ONLY.match(heads.without_verb(before)) or LEADS_TO_NUMBER.search(here.before.written):
        return True
    return any(token.tag == "e" and token.end == here.phrase.start for token in here.sentence.tokens)


def _counted(here: Here, verb: str, noun: str, length: int) -> Naming:
    """A counted noun; one that says little (企业) is told by what it does: 1405家企业享受稳岗补贴."""
    award, award_length = _award(here, noun)
    if award:
        return Naming(award, 0.85, max(length, award_length), awarded=True)
    if noun in GENERIC_NOUNS and not verb:
        done = re.split(r"[,;、。]", here.behind[length:], maxsplit=1)[0]
        return Naming(noun + heads.cleaned(done)[:16], 0.75, length)
    return Naming(verb + noun, 0.85, length)


def _named_before(here: Here, before: str, number: Quantity, noun: str) -> Naming:
    """A head of its own, or one that leans on the head before: 省级3家, 投资额228.1亿元, 其中国家级载体1家."""
    so_far, previous = here.so_far, here.so_far.last
    if previous is None:
        return Naming(before, 0.95)
    if heads.BARE_MODIFIER.match(before):
        return Naming(f"{so_far.verb}{before}{heads.without_verb(so_far.head).rpartition('级')[2]}", 0.75)
    if heads.carried_verb(before) == before and so_far.verb and previous.number.base == number.base:
        return Naming(before + heads.without_verb(so_far.head), 0.85)
    owned = _of_the_level_before(here, previous, before, number)
    if owned:
        return owned
    if repeats_the_head(before):
        return Naming(heads.without_verb(so_far.head) + before, 0.8, leans=True)
    if heads.RELATIVE.match(before):
        return Naming(_owner(here) + before, 0.8, leans=True)
    if _carries_the_verb(here, previous, number) and not heads.carried_verb(before):
        return Naming(before if VERB_START.match(before) else so_far.verb + before, 0.85)
    return Naming(before + noun, 0.7) if len(before) <= 2 and noun else Naming(before, 0.93)


def _of_the_level_before(here: Here, level: Draft, before: str, number: Quantity) -> Naming | None:
    """Whose a number is that only tells its kind: 利润 of the firms before, 毕业生 of a school, 住宅 of sales."""
    between = here.text[level.end : here.phrase.start]
    if ";" in between:
        return None
    pupils = PUPILS.search(level.head)
    if pupils and PUPILS.fullmatch(before):
        return Naming(level.head[: pupils.start()] + before, 0.85)
    if OWNED.fullmatch(before) and level.is_level and level.head.endswith(GENERIC_NOUNS):
        return Naming(heads.without_verb(level.head) + before, 0.85)
    part = "其中" in between and level.number.base == number.base
    measure = PART_OF.search(level.head) if part and not PART_OF.search(before) else None
    return Naming(before + measure.group(), 0.85) if measure and not before.endswith("的") else None


def _owner(here: Here) -> str:
    """What a part leans on: the head before, or, where that is itself a measure of something, that something."""
    so_far, level = here.so_far, here.so_far.last_level
    if level is None or not A_MEASURE.fullmatch(so_far.head):
        return so_far.head
    return heads.topic_of(here.text[so_far.part : level.start].strip(" ,")) or so_far.head


def _carries_the_verb(here: Here, previous: Draft, number: Quantity) -> bool:
    """Whether the number is one more of a list, or a part of the number before: 新增载体9家、楼宇3座, 其中国家级1家."""
    if not here.so_far.verb:
        return False
    same_unit = previous.number.base == number.base
    if here.before.separator == "i" and (same_unit or here.so_far.verb.startswith("新")):
        return True
    return same_unit and "其中" in here.text[previous.end : previous.end + 4]


def _with_dimension(previous: Draft | None, head: str, number: Quantity) -> str:
    """What is measured now of the head before: 拆除违建36处、1.4万平方米."""
    kind = units.DIMENSION.get(number.base)
    if previous is None or kind is None or units.DIMENSION.get(previous.number.base) == kind:
        return head
    added = ADDED.get(kind, "")
    return head if head.endswith((added or "?", *MEASURES)) else head + added


def _award(here: Here, noun: str) -> tuple[str, int]:
    """13家企业获批省试点示范: what is counted is the award, not the firms; and how far behind the number it ends."""
    behind = (token for token in here.sentence.tokens if token.start >= here.phrase.end)
    verb = next((token for token in behind if token.tag in "ANPCDXIjksi"), None)
    if verb is None or verb.tag != "A":
        return "", 0
    written = AWARD_END.split(here.text[verb.end :], maxsplit=1)[0]
    given = written.removesuffix("名单")
    if len(given) <= 2 or not noun.endswith(GENERIC_NOUNS) or not _does_it(here, verb, noun):
        return "", 0
    return given + _besides(noun, given), verb.end + len(written) - here.phrase.end


def _besides(noun: str, award: str) -> str:
    """The noun, where an award does not say itself what got it."""
    told = award.endswith(noun[-2:]) or (len(noun) <= 2 and award.endswith(GENERIC_NOUNS))
    return "" if told else noun


def _does_it(here: Here, verb: Token, noun: str) -> bool:
    """Whether nothing but the noun stands between a number and a verb."""
    between = here.text[here.phrase.end : verb.start].replace(",", "").replace("成功", "")
    return len(between) <= len(noun) + 3
