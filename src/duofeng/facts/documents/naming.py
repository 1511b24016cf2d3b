"""The head of a level in its sentence: before the number, behind it, or inherited."""

from __future__ import annotations

import re
from dataclasses import dataclass

from duofeng.facts.documents import heads, units
from duofeng.facts.documents.grammar import Phrase
from duofeng.facts.documents.numbers import Quantity
from duofeng.facts.documents.sentence import Sentence, repeats_the_head
from duofeng.facts.documents.words import GENERIC_NOUNS

LEADS_TO_NUMBER = re.compile(r"(?:在|等|让|使|对|从|把|将|向|给|由|按|以|“|在于|、|和|与|及|确定的|提出的)$")
VERB_START = re.compile(
    r"(?:新|建成|建立|完成|开展|发布|引进|招引|服务|提供|发放|获|入选|改造|拆除|惠及|支持|实施|竣工|交付)"
)
AWARD_END = re.compile(r"[,;、:]|占|的[^“]*$|位居|居全")
MEASURES = ("值", "额", "收入", "投资", "资金", "支出", "面积", "里程")
ADDED = {"area": "面积", "length": "里程", "money": "金额", "people": "人数", "mass": "重量"}


@dataclass(slots=True)
class Naming:
    head: str
    confidence: float
    behind: int = 0
    """How many characters behind the number belong to the head."""
    awarded: bool = False
    leans: bool = False
    """Whether it is only a part of the head before (投资额 of those projects)."""


def name_level(
    sentence: Sentence, phrase: Phrase, number: Quantity, written: str, separator: str, following: Phrase | None
) -> Naming:
    before = heads.cleaned(written)
    behind, length = _noun_behind(sentence, phrase, following)
    if phrase.number.tag == "N" and phrase.number.match.group("unit") == "":
        return Naming(f"{before}{behind}", 0.8, length)
    if behind:
        named = _named_behind(sentence, phrase, following, before, written, (behind, length))
        if named:
            return named
    if before:
        return _named_before(sentence, before, separator, number, behind)
    inherited = sentence.head_or_topic(phrase)
    if inherited:
        return Naming(_with_dimension(sentence, inherited, number), 0.7)
    return Naming(behind, 0.6 if behind else 0.3, length)


def _noun_behind(sentence: Sentence, phrase: Phrase, following: Phrase | None) -> tuple[str, int]:
    text = sentence.after(phrase, following)
    if not text or text[0] in ",、;:。)\t| ”和与及" or (phrase.number.tag not in "NC" and text[0] != "的"):
        return "", 0
    return heads.noun_after(text)


def _named_behind(
    sentence: Sentence, phrase: Phrase, following: Phrase | None, before: str, written: str, noun: tuple[str, int]
) -> Naming | None:
    """19家“链主”企业, 等6处积水点, 招引8170名青年人才, 20亿元的母基金; None when the head stands before the number."""
    behind, length = noun
    if phrase.number.tag == "P":
        return Naming(behind, 0.7, length)
    if sentence.text.startswith("的", phrase.end) and before and not heads.VERB_ENDING.search(before):
        return Naming(f"{behind}{before}", 0.8, length)
    listed = written.endswith("等") or any(token.tag == "e" and token.end == phrase.start for token in sentence.tokens)
    if listed or not before or heads.PLACE_ONLY.match(before) or LEADS_TO_NUMBER.search(written):
        return _counted(sentence, phrase, following, heads.carried_verb(before), behind, length)
    if phrase.number.tag == "C" and len(behind) > 1:
        return Naming(behind, 0.8, length)
    if heads.VERB_ENDING.search(before) or ("、" in before and len(behind) > 2):
        verb = heads.carried_verb(before) or (before if len(before) <= 4 else "")
        return _counted(sentence, phrase, following, verb, behind, length)
    if "、" in before and behind in GENERIC_NOUNS:
        return _counted(sentence, phrase, following, "", behind, length)
    return None


def _counted(sentence: Sentence, phrase: Phrase, following: Phrase | None, verb: str, noun: str, length: int) -> Naming:
    """A counted noun; one that says little (企业) is told by what it does: 1405家企业享受稳岗补贴."""
    award, award_length = _award(sentence, phrase, noun)
    if award:
        return Naming(award, 0.85, max(length, award_length), awarded=True)
    if noun in GENERIC_NOUNS and not verb:
        done = re.split(r"[,;、。]", sentence.after(phrase, following)[length:], maxsplit=1)[0]
        return Naming(noun + heads.cleaned(done)[:16], 0.75, length)
    return Naming(verb + noun, 0.85, length)


def _named_before(sentence: Sentence, before: str, separator: str, number: Quantity, behind: str) -> Naming:
    """A head of its own, or one that leans on the head before: 省级3家, 投资额228.1亿元, 其中国家级载体1家."""
    previous = sentence.drafts[-1] if sentence.drafts else None
    if previous is None:
        return Naming(before, 0.95)
    if heads.BARE_MODIFIER.match(before):
        return Naming(f"{sentence.verb}{before}{heads.without_verb(sentence.head).rpartition('级')[2]}", 0.75)
    if repeats_the_head(before):
        return Naming(heads.without_verb(sentence.head) + before, 0.8, leans=True)
    if heads.RELATIVE.match(before):
        return Naming(sentence.head + before, 0.8, leans=True)
    same_unit = previous.number.base == number.base
    of_which = "其中" in sentence.text[previous.end : previous.end + 4]
    listed = separator == "i" and (same_unit or sentence.verb.startswith("新"))
    if sentence.verb and (listed or (of_which and same_unit)) and not heads.carried_verb(before):
        return Naming(before if VERB_START.match(before) else sentence.verb + before, 0.85)
    if len(before) <= 2 and behind:
        return Naming(before + behind, 0.7)
    return Naming(before, 0.93)


def _with_dimension(sentence: Sentence, head: str, number: Quantity) -> str:
    """What is measured now of the head before: 拆除违建36处、1.4万平方米."""
    previous = sentence.drafts[-1] if sentence.drafts else None
    kind = units.DIMENSION.get(number.base)
    if (
        previous
        and kind
        and units.DIMENSION.get(previous.number.base) != kind
        and not head.endswith((ADDED.get(kind, "?"), *MEASURES))
    ):
        return head + ADDED.get(kind, "")
    return head


def _award(sentence: Sentence, phrase: Phrase, noun: str) -> tuple[str, int]:
    """13家企业获批省试点示范: what is counted is the award, not the firms; and how far behind the number it ends."""
    for token in sentence.tokens:
        if token.start < phrase.end:
            continue
        if token.tag == "A":
            given = AWARD_END.split(sentence.text[token.end :], maxsplit=1)[0].removesuffix("名单")
            between = sentence.text[phrase.end : token.start].replace(",", "").replace("成功", "")
            if len(given) <= 2 or not noun.endswith(GENERIC_NOUNS) or len(between) > len(noun) + 3:
                return "", 0
            end = token.end + len(AWARD_END.split(sentence.text[token.end :], maxsplit=1)[0]) - phrase.end
            generic = noun if noun.endswith(GENERIC_NOUNS) and not given.endswith(noun[-2:]) else ""
            return given + ("" if given.endswith(GENERIC_NOUNS) and len(generic) <= 2 else generic), end
        if token.tag in "NPCDXIjksi":
            return "", 0
    return "", 0
