"""Shares, ranks and lists with 分别: numbers that say something about levels, or stand in for one not written."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import pairwise

from duofeng.facts.documents import heads
from duofeng.facts.documents.grammar import Phrase
from duofeng.facts.documents.growth import add_growth, is_of
from duofeng.facts.documents.kinds import kind_of
from duofeng.facts.documents.levels import completion_words, read_level
from duofeng.facts.documents.lexer import Token
from duofeng.facts.documents.numbers import Quantity, falls, quantity, rank_of
from duofeng.facts.documents.sentence import COMPLETION, Draft, Sentence, repeats_the_head
from duofeng.facts.documents.subjects import area_or_body
from duofeng.facts.documents.words import NUMBER_NOUNS

HUNDRED = Decimal(100)
SECOND_SCOPE = re.compile(
    r"(?:占|约占|均占)?(?:[全本]?[省市区县州国]|全球|[一-鿿]{1,8}[省市县区国])(?:[一-鿿]{0,6})?的?$"
)
THEIR_NUMBER = re.compile(rf"(?:其中?|.{{0,2}})(?:{'|'.join(map(re.escape, NUMBER_NOUNS))})[均也]*$")
AREA = re.compile("全[国省市区县州]|全球")
WITHIN = re.compile(r"在([^在]{2,12}?)(?:中|内)的?$")
REACHED = re.compile(r"(?:提高到|提升至|提升到|上升到|上升至|提高至|达到|达|为|约为|约|近|超过|超|逾|至|由)+$")
OF_SHARE = re.compile(r"的?(?:比重|比例|份额|比率|比)$")
RANK_SCOPE = re.compile(
    r"(?:在)?((?:全[国省市区县球州]|世界|同类|(?!.{0,3}全)[一-鿿]{2,3}[省市州]|中部|西部|东部)(?:(?!全[国省市区县球州])[^,;、]){0,12}?)(?:的)?(?:排名|名次|考核|评比|评价)?(?:中|内)?$"
)
SCOPE_WORD = re.compile(r"全|世界|同类|亚洲|行业|国[家内]|[市省区]内|[一-鿿]{2,4}[省市县州]|[中西东]部|各|沿海")
SCOPE_END = re.compile(r"(?:中|内|里)?(?:名列|位列|位居|排名|稳居|跃居|居|列|排|升至|攀升至|位次)*(?:为|在|到)?$")
RANKED = re.compile(r"排名|考核|评价|率|数量|总量|规模|考评|名列|综合|测评|满意度")


# ---------------------------------------------------------------------- shares


def read_share(sentence: Sentence, phrase: Phrase, following: Phrase | None) -> None:
    """占全市62%、全省12%: the first share belongs to the level before, the second is a figure of its own."""
    start, written, _ = sentence.before(phrase)
    own = heads.cleaned(written)
    shares = [token for token in phrase.tokens if token.tag == "P"]
    position = next(token.end for token in phrase.tokens if token.tag == "s")
    for nth, token in enumerate(shares):
        scope = scope_of(sentence.text[position : token.start])
        if nth and not SECOND_SCOPE.match(scope):
            single = Phrase("level", [token], token.start, token.end, token)
            sentence.read_to = position
            read_level(sentence, single, following)
            continue
        number = quantity(token)
        position = token.end
        if number is None:
            continue
        levels = sentence.levels()
        if not scope and AREA.fullmatch(own):
            scope, own = own, ""
        within = WITHIN.search(written)
        if within and not scope:
            scope, own = within.group(1), heads.cleaned(written[: within.start()])
        attaches = (
            not nth
            and levels
            and levels[-1].share is None
            and (not own or is_of(own, levels[-1]) or THEIR_NUMBER.match(written.strip()))
        )
        if attaches and not COMPLETION.search(scope):
            _give_share(sentence, levels[-1], number, scope, token.end)
        else:
            head = own or (sentence.head_or_topic(phrase) if not nth else sentence.head)
            _add_share(sentence, phrase, number, scope, head, (start if not nth else token.start, token.end))


def scope_of(written: str) -> str:
    """Of what: 全市 of 全市的比重达到."""
    text = REACHED.sub("", written.lstrip("、,和"))
    text = OF_SHARE.sub("", text)
    return text.removeprefix("约").removeprefix("占").removeprefix("了").removesuffix("的")


def _give_share(sentence: Sentence, level: Draft, number: Quantity, scope: str, end: int) -> None:
    level.share, level.share_of = number.value, scope
    level.end = max(level.end, end)
    sentence.read_to = max(sentence.read_to, end)


def _add_share(
    sentence: Sentence, phrase: Phrase, number: Quantity, scope: str, head: str, span: tuple[int, int]
) -> None:
    """A share whose level is not written, or is taken by another share; 占年度目标的103% is a completion ratio."""
    period = sentence.period_at(phrase)
    completes = COMPLETION.search(scope) is not None
    name = f"{head}完成{scope}比例" if completes else f"{head}占{scope}"
    kind = kind_of(sentence, phrase, "", period, "actual" if completes else "share")
    draft = Draft(name, number, kind, span[0], span[1], 0.8, period, is_level=False)
    if not completes:
        draft.share, draft.share_of = number.value, scope
        if kind == "share" and head and not sentence.levels():
            sentence.head = head
    sentence.add(draft, span[1])


# ---------------------------------------------------------------------- ranks


def read_rank(sentence: Sentence, phrase: Phrase, _following: Phrase | None) -> None:
    place = rank_of(phrase.number)
    if place is None:
        return
    start, written, _ = sentence.before(phrase)
    _read_field(sentence, phrase)
    verb = next((token for token in phrase.tokens if token.tag == "r"), None)
    if verb:
        scope, own = sentence.text[verb.end : phrase.number.start], heads.cleaned(written)
        outer = RANK_SCOPE.search(own) if not scope else None
        if outer:
            scope, own = outer.group(1), own[: outer.start()]
    else:
        found = RANK_SCOPE.search(written)
        if not found and not RANKED.search(written):
            return
        scope = found.group(1) if found else ""
        own = heads.cleaned(written[: found.start()] if found else written)
    scope = SCOPE_END.sub("", scope.lstrip("了到在于入")).removesuffix("的")
    if len(scope) > 20 or not SCOPE_WORD.match(scope):
        own, scope = own or heads.cleaned(scope), ""
    stem = own if own and not repeats_the_head(own) else sentence.head_or_topic(phrase) + own
    number = Quantity(place, "位", Decimal(1), "位", written=phrase.number.match.group())
    period = sentence.period_at(phrase)
    draft = Draft(f"{stem}{scope}排名", number, "rank", start, phrase.end, 0.9 if verb else 0.75, period)
    draft.share_of, draft.is_level = scope, False
    sentence.add(draft, phrase.end)


def _read_field(sentence: Sentence, phrase: Phrase) -> None:
    """位列全国387家开发区第45位: how many there are to be ranked."""
    for token in phrase.tokens:
        number = quantity(token) if token.tag == "N" else None
        if number is None:
            continue
        noun, length = heads.noun_after(sentence.text[token.end : phrase.number.start])
        draft = Draft(noun, number, "actual", token.start, token.end + length, 0.7, sentence.period_at(phrase))
        draft.subject = area_or_body(sentence.text[max(0, token.start - 2) : token.end])
        draft.is_structure = True
        sentence.add(draft, sentence.read_to)


# ---------------------------------------------------------------------- 分别


def read_distributed(sentence: Sentence, phrase: Phrase, following: Phrase | None) -> None:
    """One value for each of the levels named before, in their order; or, with no such levels, the levels themselves."""
    numbers = [token for token in phrase.tokens if token.tag in "NCPDX"]
    tags = {token.tag for token in phrase.tokens}
    levels = sentence.levels()
    owners = levels[-len(numbers) :] if len(levels) >= len(numbers) else []
    if "s" in tags:
        _distribute_shares(sentence, phrase, numbers, owners)
    elif "g" in tags and numbers[0].tag in "PXD":
        _distribute_growth(sentence, phrase, numbers, owners)
    elif owners and numbers[0].tag == "P":
        _distribute_ratios(sentence, phrase, numbers, owners)
    else:
        names = _listed_heads(sentence, phrase, len(numbers))
        singles = [Phrase("level", [token], token.start, token.end, token) for token in numbers]
        for nth, single in enumerate(singles):
            if names:
                sentence.read_to, sentence.head = single.start, names[nth]
            read_level(sentence, single, singles[nth + 1] if nth + 1 < len(singles) else following)
    sentence.read_to = max(sentence.read_to, phrase.end)


def _distribute_shares(sentence: Sentence, phrase: Phrase, numbers: list[Token], owners: list[Draft]) -> None:
    at_share = next(token for token in phrase.tokens if token.tag == "s")
    common = scope_of(sentence.text[at_share.end : numbers[0].start])
    scopes = [common]
    for previous, token in pairwise(numbers):
        own = scope_of(sentence.text[previous.end : token.start])
        scopes.append(own if SECOND_SCOPE.match(own) else common)
    if not owners and len(numbers) == 2 and common.replace("、", "") in {"省市", "全省市", "全省全市"}:
        scopes = ["全省", "全市"]
    levels = sentence.levels()
    for nth, token in enumerate(numbers):
        number = quantity(token)
        if number is None:
            continue
        owner = owners[nth] if owners else (levels[-1] if levels else None)
        if owner is not None and owner.share is None:
            owner.share, owner.share_of = number.value, scopes[nth]
            owner.end = max(owner.end, token.end)
        else:
            _add_share(sentence, phrase, number, scopes[nth], sentence.head, (token.start, token.end))


def _distribute_growth(sentence: Sentence, phrase: Phrase, numbers: list[Token], owners: list[Draft]) -> None:
    word, base = sentence.words_of(phrase, "g"), sentence.words_of(phrase, "b")
    free = [owner for owner in owners if owner.yoy is None]
    names = [] if len(free) == len(numbers) else _listed_heads(sentence, phrase, len(numbers))
    relation = [token for token in phrase.tokens if token.tag in "gb"]
    for nth, token in enumerate(numbers):
        number = quantity(token)
        if number is None:
            continue
        if not names and len(free) == len(numbers):
            free[nth].yoy = number.value * (-1 if falls(word) else 1) * (HUNDRED if number.unit == "倍" else 1)
            continue
        sentence.head = names[nth] if names else sentence.head
        sentence.read_to, sentence.first_in_part = token.start, len(sentence.drafts)
        add_growth(sentence, Phrase("growth", [*relation, token], token.start, token.end, token), number, base, word)


def _listed_heads(sentence: Sentence, phrase: Phrase, count: int) -> list[str]:
    """The heads named before 分别: 工业投资、民间投资分别增长…"""
    _, written, _ = sentence.before(phrase)
    named = [heads.cleaned(part) for part in re.split("[、和与,]", written)]
    named = [name for name in named if name]
    return named[-count:] if len(named) >= count else []


def _distribute_ratios(sentence: Sentence, phrase: Phrase, numbers: list[Token], owners: list[Draft]) -> None:
    lead = sentence.text[phrase.tokens[0].end : numbers[0].start]
    for token, owner in zip(numbers, owners, strict=True):
        number = quantity(token)
        if number is None:
            continue
        kind = kind_of(sentence, phrase, lead, owner.period)
        name = f"{owner.head}{completion_words(lead)}"
        sentence.add(Draft(name, number, kind, phrase.start, token.end, 0.85, owner.period, is_level=False), token.end)
