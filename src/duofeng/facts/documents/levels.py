"""Levels: the number says how much or how many of its head there is, was or shall be."""

from __future__ import annotations

import re

from duofeng.facts.documents import heads, units
from duofeng.facts.documents.figures import Kind
from duofeng.facts.documents.grammar import Phrase
from duofeng.facts.documents.growth import add_growth, compares
from duofeng.facts.documents.kinds import counts_something, is_size, is_time_in_a_name, kind_of, sets_limit
from duofeng.facts.documents.naming import name_level
from duofeng.facts.documents.numbers import Quantity, quantity
from duofeng.facts.documents.sentence import COMPLETION, Draft, Sentence

MULTIPLE_OF = re.compile(r"(?:是|为|达到?|相当于|系)(.{1,20}?)的?$")
GROWTH_NOUN = re.compile(r"(增速|增幅|增长率|涨幅|降幅|增长速度)(?:为|达到?|分别)*$")
EARLIER = re.compile(r"去年|上年|同期|20\d\d年|年初")
PER_DAY = re.compile(r"日(?:均)?(?:加|供|产|处理|污水处理|发电|接待|运行|输|吞吐)[^,、;]{0,4}(?:能力|量)$")
PER_MU = re.compile(r"每亩|亩均")
OWNER = re.compile(r"((?:各|每个?)[一-鿿]{0,8}?(?:办事处|街道|镇|乡|社区|村|县|区|市|部门|单位|园区|企业|学校))")


def read_level(sentence: Sentence, phrase: Phrase, following: Phrase | None) -> None:
    number = quantity(phrase.number)
    if number is None or phrase.start < sentence.read_to or is_size(sentence, phrase, number, following):
        return
    number.hedge = sentence.words_of(phrase, "h") or number.hedge
    start, written, separator = sentence.before(phrase)
    behind = sentence.after(phrase, following)
    if phrase.number.tag == "C" and not counts_something(sentence, phrase.number, written, behind):
        return
    if _is_record(sentence, phrase, number):
        return
    if phrase.number.tag == "X":
        _read_multiple(sentence, phrase, number, written, start)
    elif phrase.number.tag == "P" and GROWTH_NOUN.search(written):
        add_growth(sentence, phrase, number, "", GROWTH_NOUN.findall(written)[-1])
    elif sets_limit(sentence, phrase, number, written, behind):
        _read_limit(sentence, phrase, number, written, start)
    elif phrase.number.tag == "P" and COMPLETION.search(written):
        _read_completion(sentence, phrase, number, written, start)
    elif not is_time_in_a_name(number, written, behind, following):
        _add_level(sentence, phrase, number, separator, following)


def _is_record(sentence: Sentence, phrase: Phrase, number: Quantity) -> bool:
    """优良天数226天，首次突破200天: the second number is a mark the first one passed."""
    if sentence.words_of(phrase, "h") != "首次突破" or not sentence.levels():
        return False
    level = sentence.levels()[-1].number
    return level.base == number.base and level.value * level.scale > number.value * number.scale


def _add_level(sentence: Sentence, phrase: Phrase, number: Quantity, separator: str, following: Phrase | None) -> None:
    start, written, separator = sentence.before(phrase)
    naming = name_level(sentence, phrase, number, written, separator, following)
    if PER_DAY.search(written):
        number.unit += "/日"
    elif PER_MU.search(written) and units.DIMENSION.get(number.base) == "money":
        number.unit += "/亩"
    period = sentence.period_at(phrase)
    kind = kind_of(sentence, phrase, written, period, "growth" if phrase.number.tag == "D" else "actual")
    previous = sentence.drafts[-1] if sentence.drafts else None
    if separator == "i" and previous and previous.kind == "cumulative" and previous.number.base == number.base:
        kind = "cumulative"
    if (
        naming.behind
        and not naming.awarded
        and kind == "actual"
        and heads.PLACE_ONLY.match(heads.cleaned(written) or "-")
    ):
        kind = "cumulative"
    draft = Draft(naming.head, number, kind, start, phrase.end + naming.behind, naming.confidence, period)
    if naming.behind and (len(written) > 12 or "、" in written):
        draft.start = phrase.start
    draft.leans = naming.leans
    if phrase.number.tag == "P" and naming.behind and not naming.head.endswith(("目标", "水平", "比例", "比重")):
        draft.kind, draft.share, draft.share_of = (
            kind_of(sentence, phrase, written, period, "share"),
            number.value,
            naming.head,
        )
    if phrase.number.tag == "C":
        draft.confidence -= 0.15
        draft.is_structure = phrase.number.match.group("struct") is not None
    consumed = naming.behind if naming.awarded or (following and following.rule in {"level", "each"}) else 0
    sentence.add(draft, phrase.end + consumed)


def _read_limit(sentence: Sentence, phrase: Phrase, number: Quantity, written: str, start: int) -> None:
    own = heads.cleaned(written)
    if "限额" in written:
        own = f"{sentence.head}限额"
    quoted = written.rfind("“") > written.rfind("”") or number.unit == "证"
    if quoted or len(own) < 2:
        own = sentence.head_or_topic(phrase)
    head = own or heads.noun_after(sentence.text[phrase.end :])[0]
    draft = Draft(head, number, "limit", start, phrase.end, 0.6 if quoted else 0.8, sentence.period_at(phrase))
    draft.is_level = False
    sentence.head = head or sentence.head
    sentence.add(draft, phrase.end)


def _read_completion(sentence: Sentence, phrase: Phrase, number: Quantity, written: str, start: int) -> None:
    """完成全年目标的80.8%: a ratio of its own, named after the level before."""
    period = sentence.period_at(phrase)
    head = f"{sentence.head}{completion_words(written)}"
    draft = Draft(head, number, kind_of(sentence, phrase, written, period), start, phrase.end, 0.85, period)
    draft.is_level = False
    sentence.add(draft, phrase.end)


def _read_multiple(sentence: Sentence, phrase: Phrase, number: Quantity, written: str, start: int) -> None:
    """是全市平均水平的3.2倍."""
    clause = sentence.text[sentence.text.rfind(",", 0, phrase.start) + 1 : phrase.start]
    of = MULTIPLE_OF.search(clause)
    scope = of.group(1) if of else ""
    own = sentence.head_or_topic(phrase) if of else heads.cleaned(written) or sentence.head
    alone: Kind = "growth" if EARLIER.search(scope) else "actual"
    period = sentence.period_at(phrase)
    kind = kind_of(sentence, phrase, written, period, alone)
    draft = Draft(f"{own}与{scope}之比" if scope else own, number, kind, start, phrase.end, 0.75, period)
    draft.share_of = scope if alone == "actual" else ""
    draft.is_level = False
    sentence.add(draft, phrase.end)


def read_each(sentence: Sentence, phrase: Phrase, following: Phrase | None) -> None:
    """建成养老服务中心各1个: a number for every one of the subjects named before."""
    known = len(sentence.drafts)
    read_level(sentence, Phrase("level", phrase.tokens[1:], phrase.start, phrase.end, phrase.number), following)
    clause = sentence.text[sentence.text.rfind(",", 0, phrase.start) + 1 : phrase.start]
    owner = OWNER.search(clause)
    if owner and len(sentence.drafts) > known:
        sentence.drafts[-1].subject = owner.group(1)


def read_growth(sentence: Sentence, phrase: Phrase, following: Phrase | None) -> None:
    number = quantity(phrase.number)
    if number is None:
        return
    _, written, _ = sentence.before(phrase)
    base = sentence.words_of(phrase, "b")
    if phrase.number.tag in "NC" and not compares(sentence, written, base):
        read_level(sentence, phrase, following)
        return
    number.hedge = sentence.words_of(phrase, "h") or number.hedge
    add_growth(sentence, phrase, number, base, sentence.words_of(phrase, "g"))


def completion_words(written: str) -> str:
    """全年目标的 → 完成全年目标比例."""
    words = written.strip(" ,、").rpartition(",")[2].removesuffix("的")
    words = re.sub(r"^(?:已|均|分别|相当于|为|占|达到?)+", "", words)
    return f"{words if words.startswith(('完成', '恢复')) else '完成' + words}比例"
