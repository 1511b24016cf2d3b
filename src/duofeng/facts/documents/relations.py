"""Shares, ranks and lists with 分别: numbers that say something about levels, or stand in for one not written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from duofeng.facts.documents import heads
from duofeng.facts.documents.grammar import Phrase
from duofeng.facts.documents.growth import add_growth, is_of, percent_of
from duofeng.facts.documents.kinds import kind_of
from duofeng.facts.documents.levels import completion_words, read_growth, read_level
from duofeng.facts.documents.lexer import Token
from duofeng.facts.documents.numbers import Quantity, quantity, rank_of
from duofeng.facts.documents.periods import at_the_end
from duofeng.facts.documents.sentence import COMPLETION, Draft, Here, Reading, repeats_the_head
from duofeng.facts.documents.subjects import area_or_body
from duofeng.facts.documents.words import NUMBER_NOUNS

SECOND_SCOPE = re.compile(
    r"(?:占|约占|均占)?(?:[全本]?[省市区县州国]|全球|[一-鿿]{1,8}[省市县区国])(?:[一-鿿]{0,6})?的?$"
)
THEIR_NUMBER = re.compile(rf"(?:其中?|.{{0,2}})(?:{'|'.join(map(re.escape, NUMBER_NOUNS))})[均也]*$")
AREA = re.compile("全[国省市区县州]|全球")
WITHIN = re.compile(r"在([^在]{2,12}?)(?:中|内)的?$")
REACHED = re.compile(
    r"(?:提高到|提升至|提升到|上升到|上升至|提高至|达到|达|为|约为|约|近|超过|超|逾|至|由|从|保持在|稳定在|控制在|(?:[由从](?:上年|去年|年初|\d{4}年|[三四五六七八九十]年前)[末底]?的?))+$"
)
OF_SHARE = re.compile(r"的?(?:比重|比例|份额|比率|比)$")
RANK_SCOPE = re.compile(
    r"(?:在)?((?:全[国省市区县球州]|世界|同类|(?!.{0,3}全)[一-鿿]{2,3}[省市州]|中部|西部|东部)(?:(?!全[国省市区县球州])(?:\([^()]*\)|[^,;、()])){0,12}?)(?:中|内)?(?:的)?(?:排名|名次|考核|评比|评价)?(?:中|内)?$"
)
SCOPE_WORD = re.compile(r"全|世界|同类|亚洲|行业|国[家内]|[市省区]内|[一-鿿]{2,4}[省市县州]|[中西东]部|各|沿海")
SCOPE_END = re.compile(r"(?:中|内|里)?(?:名列|位列|位居|排名|稳居|跃居|居|列|排|升至|攀升至|位次)*(?:为|在|到)?$")
COMPARISON = re.compile(r"(?:同比|比上年|较上年|比去年|环比|年均|年平均)+$")
SHARE_OF_EACH = re.compile(r"占(?!比)([^占]+?)的?(?:比重|比例|份额)?$")
"""What each of a list is a share of, before 分别: 第一、第二产业增加值占GDP的比重分别为."""
PACE = re.compile(r"(?:同比|总量|总体)?(?:增速|增幅|涨幅|降幅|总量|位次)")
"""What is ranked, when that is only how much or how fast the head before it grows."""
ORDINAL = re.compile(r"第[一二三四]$")
MEASURE = re.compile(r"(?:支出|收入|投资|增加值|产值|产量|贷款|存款|销售额|进出口|营业额|消费|面积|用电量)$")
"""The end of a list that all its items share: 教育、农林水支出."""
FROM_PLACE = re.compile(r"[由从](?:上年|去年)?的?$")
BESIDE = re.compile(r"与[一-鿿]{2,10}$")
RANKED = re.compile(r"排名|考核|评价|率|数量|总量|规模|考评|名列|综合|测评|满意度")


# ---------------------------------------------------------------------- shares


def read_share(here: Here) -> Reading:
    """占全市62%、全省12%: the first share belongs to the level before, the others are figures of their own."""
    position = next(token.end for token in here.phrase.tokens if token.tag == "s")
    shares = [token for token in here.phrase.tokens if token.tag == "P"]
    scope, own = _scope_and_head(here, scope_of(here.text[position : shares[0].start]))
    reading = _first_share(here, shares[0], scope, own)
    position = shares[0].end
    for token in shares[1:]:
        between = here.text[position : token.start]
        scope = scope_of(between)
        if SECOND_SCOPE.match(scope) or "占" in between:
            reading = _add_share(here.after(reading), token, scope, own or reading.head, token.start)
            position = token.end
        else:
            reading = read_level(single(here.after(reading._replace(read_to=position)), token, here.following))
    return reading


def _scope_and_head(here: Here, scope: str) -> tuple[str, str]:
    """Of what the first share is, and a head of its own: both may stand before 占."""
    written = here.before.written
    own = heads.cleaned(written)
    if scope:
        return scope, own
    if AREA.fullmatch(own):
        return own, ""
    within = WITHIN.search(written)
    return (within.group(1), heads.cleaned(written[: within.start()])) if within else ("", own)


def _first_share(here: Here, token: Token, scope: str, own: str) -> Reading:
    level = here.so_far.last_level
    number = quantity(token)
    if number is None:
        return here.so_far
    if (
        level
        and level.share is None
        and level.number.base != "%"
        and not COMPLETION.search(scope)
        and _says_of(here, own, level)
    ):
        return _give_share(here.so_far, here.so_far.levels[-1], number, scope, token.end)
    return _add_share(here, token, scope, own or here.head_or_topic(), here.before.start)


def _says_of(here: Here, own: str, level: Draft) -> bool:
    return not own or is_of(own, level) or THEIR_NUMBER.match(here.before.written.strip()) is not None


def scope_of(written: str) -> str:
    """Of what: 全市 of 全市的比重达到."""
    text = REACHED.sub("", written.lstrip("、,和"))
    text = OF_SHARE.sub("", text)
    return text.removeprefix("约").removeprefix("占").removeprefix("了").removesuffix("的")


def _give_share(so_far: Reading, at: int, number: Quantity, scope: str, end: int) -> Reading:
    reading = so_far.changing(at, share=number.value, share_of=scope, end=max(so_far.drafts[at].end, end))
    return reading._replace(read_to=max(so_far.read_to, end))


def _add_share(here: Here, token: Token, scope: str, head: str, start: int) -> Reading:
    """A share whose level is not written, or is taken by another share; 占年度目标的103% is a completion ratio."""
    number = quantity(token)
    if number is None:
        return here.so_far
    if COMPLETION.search(scope):
        name, kind = f"{head}完成{scope}比例", kind_of(here, "")
        return here.adding(Draft(name, number, kind, start, token.end, 0.8, here.period, is_level=False), token.end)
    draft = Draft(
        f"{head}占{scope or '比'}",
        number,
        kind_of(here, "", "share"),
        start,
        token.end,
        0.8,
        here.period,
        share=number.value,
        share_of=scope,
        is_level=False,
    )
    reading = here.adding(draft, token.end)
    inherits = draft.kind == "share" and head and not here.so_far.levels
    return reading._replace(head=head) if inherits else reading


def single(here: Here, token: Token, following: Phrase | None) -> Here:
    """One number of a phrase, to be read as a level."""
    return replace(here, phrase=Phrase("level", [token], token.start, token.end, token), following=following)


# ---------------------------------------------------------------------- ranks


def read_rank(here: Here) -> Reading:
    place = rank_of(here.phrase.number)
    if place is None:
        return here.so_far
    now = here.after(_with_field(here))
    verb = next((token for token in here.phrase.tokens if token.tag == "r"), None)
    ranked = _ranked_by(here, verb) if verb else _ranked_alone(here)
    if ranked is None:
        return now.so_far
    own, scope = _settled(*ranked)
    stem = own if own and not repeats_the_head(own) and not PACE.fullmatch(own) else now.head_or_topic() + own
    draft = Draft(
        f"{stem}{scope}排名",
        place,
        "rank",
        here.before.start,
        here.phrase.end,
        0.9 if verb else 0.75,
        at_the_end(here.period),
        share_of=scope,
        is_level=False,
    )
    return now.adding(draft)


def _settled(own: str, scope: str) -> tuple[str, str]:
    """A scope that is no area and no group is what is ranked itself; 与乙县并列 names who else has the place."""
    own = BESIDE.sub("", own)
    scope = SCOPE_END.sub("", scope.lstrip("了到在于入")).removesuffix("的")
    if len(scope) <= 20 and SCOPE_WORD.match(scope):
        return own, scope
    return own or heads.cleaned(scope), ""


def _ranked_by(here: Here, verb: Token) -> tuple[str, str]:
    """What is ranked and among what, about a verb: 位居市内八区第一."""
    scope, own = FROM_PLACE.sub("", here.text[verb.end : here.phrase.number.start]), heads.cleaned(here.before.written)
    outer = RANK_SCOPE.search(own) if not scope else None
    return (own[: outer.start()], outer.group(1)) if outer else (own, scope)


def _ranked_alone(here: Here) -> tuple[str, str] | None:
    """The same without a verb, where the words before the rank speak of one."""
    written = here.before.written
    found = RANK_SCOPE.search(FROM_PLACE.sub("", written))
    if found:
        return heads.cleaned(written[: found.start()]), found.group(1)
    return (heads.cleaned(written), "") if RANKED.search(written) or FROM_PLACE.search(written) else None


def _with_field(here: Here) -> Reading:
    """位列全国387家开发区第45位: how many there are to be ranked."""
    reading = here.so_far
    for token in here.phrase.tokens:
        number = quantity(token) if token.tag == "N" else None
        if number is None:
            continue
        noun, length = heads.noun_after(here.text[token.end : here.phrase.number.start])
        subject = area_or_body(here.text[max(0, token.start - 2) : token.end])
        end = token.end + length
        draft = Draft(noun, number, "actual", token.start, end, 0.7, here.period, subject, is_structure=True)
        reading = reading.adding(draft, here.text, reading.read_to)
    return reading


# ---------------------------------------------------------------------- 分别


def read_parallel(here: Here) -> Reading:
    """增长4.8%和7.2% behind two levels, or two names, says one of each; else the first is growth."""
    numbers = [token for token in here.phrase.tokens if token.tag == "P"]
    free = [at for at in here.so_far.levels[-len(numbers) :] if here.so_far.drafts[at].yoy is None]
    if len(free) == len(numbers) or len(_listed_heads(here, len(numbers))) == len(numbers):
        return read_distributed(here)
    first = here.phrase._replace(rule="growth", end=numbers[0].end)
    reading = read_growth(replace(here, phrase=first))
    for token in numbers[1:]:
        reading = read_level(single(here.after(reading), token, here.following))
    return reading


def read_distributed(here: Here) -> Reading:
    """One value for each of the levels named before, in their order; or, with no such levels, the levels themselves."""
    numbers = [token for token in here.phrase.tokens if token.tag in "NCPDX"]
    tags = {token.tag for token in here.phrase.tokens}
    levels = here.so_far.levels
    owners = levels[-len(numbers) :] if len(levels) >= len(numbers) else ()
    shared = SHARE_OF_EACH.search(here.before.written) if numbers[0].tag == "P" and "g" not in tags else None
    if "s" in tags:
        reading = _distribute_shares(here, numbers, owners)
    elif shared:
        reading = _distribute_shares_of(here, numbers, shared)
    elif numbers[0].tag in "PXD" and ("g" in tags or COMPARISON.search(here.text, 0, here.phrase.start)):
        reading = _distribute_growth(here, numbers, owners)
    elif owners and numbers[0].tag == "P":
        reading = _distribute_ratios(here, numbers, owners)
    else:
        reading = _distribute_levels(here, numbers)
    return reading._replace(read_to=max(reading.read_to, here.phrase.end))


def _distribute_levels(here: Here, numbers: Sequence[Token]) -> Reading:
    names = _listed_heads(here, len(numbers))
    reading = here.so_far
    for nth, token in enumerate(numbers):
        if names:
            reading = reading._replace(read_to=token.start, head=names[nth])
        following = single(here, numbers[nth + 1], None).phrase if nth + 1 < len(numbers) else here.following
        reading = read_level(single(here.after(reading), token, following))
    return reading


def _distribute_shares(here: Here, numbers: Sequence[Token], owners: Sequence[int]) -> Reading:
    reading, levels = here.so_far, here.so_far.levels
    for nth, (token, scope) in enumerate(zip(numbers, _scopes(here, numbers, bool(owners)), strict=True)):
        number = quantity(token)
        if number is None:
            continue
        at = owners[nth] if owners else (levels[-1] if levels else None)
        if at is not None and reading.drafts[at].share is None:
            end = max(reading.drafts[at].end, token.end)
            reading = reading.changing(at, share=number.value, share_of=scope, end=end)
        else:
            reading = _add_share(here.after(reading), token, scope, reading.head, token.start)
    return reading


def _distribute_shares_of(here: Here, numbers: Sequence[Token], shared: re.Match[str]) -> Reading:
    """第一、第二产业增加值占GDP的比重分别为9.7%、45.9%: a share for each name of the list."""
    names = _names_in(here.before.written[: shared.start()], len(numbers))
    reading = here.so_far
    for token, name in zip(numbers, names or [reading.head] * len(numbers), strict=True):
        reading = _add_share(here.after(reading), token, shared[1], name, token.start)
    return reading


def _scopes(here: Here, numbers: Sequence[Token], have_owners: bool) -> list[str]:
    """Of what each share is: named before them all, or before each."""
    at_share = next(token for token in here.phrase.tokens if token.tag == "s")
    common = scope_of(here.text[at_share.end : numbers[0].start])
    if not have_owners and len(numbers) == 2 and common.replace("、", "") in {"省市", "全省市", "全省全市"}:
        return ["全省", "全市"]
    own = [scope_of(here.text[previous.end : token.start]) for previous, token in pairwise(numbers)]
    return [common, *(scope if SECOND_SCOPE.match(scope) else common for scope in own)]


def _distribute_growth(here: Here, numbers: Sequence[Token], owners: Sequence[int]) -> Reading:
    led = COMPARISON.search(here.text, 0, here.phrase.start)
    word, base = here.words("g"), here.words("b") or (led.group() if led else "")
    reading = here.so_far
    yearly = numbers[0].tag in "PX" and base not in {"年均", "年平均"}
    free = [at for at in owners if reading.drafts[at].yoy is None and yearly]
    each_has_one = len(free) == len(numbers)
    names = [] if each_has_one else _listed_heads(here, len(numbers))
    relation = [token for token in here.phrase.tokens if token.tag in "gb"]
    own = heads.cleaned(COMPARISON.sub("", here.before.written))
    names = names or ([] if own else _heads_before(here, len(numbers)))
    for nth, token in enumerate(numbers):
        number = quantity(token)
        if number is None:
            continue
        if each_has_one:
            reading = reading.changing(free[nth], yoy=percent_of(number, word))
            continue
        head, first = names[nth] if names else own or reading.head, len(reading.drafts)
        reading = reading._replace(head=head, read_to=token.start, first_in_part=first)
        phrase = Phrase("growth", [*relation, token], token.start, token.end, token)
        reading = add_growth(replace(here, so_far=reading, phrase=phrase), number, base, word)
    return reading


def _listed_heads(here: Here, count: int) -> list[str]:
    """The heads named before 分别: 工业投资、民间投资分别增长…"""
    return _names_in(COMPARISON.sub("", here.before.written), count)


def _heads_before(here: Here, count: int) -> list[str]:
    """The heads of the figures before, of one kind, that as many numbers say more about."""
    last = here.so_far.drafts[-count:]
    alike = len(last) == count and len({draft.kind for draft in last}) == 1
    return [draft.head for draft in last] if alike else []


def _names_in(written: str, count: int) -> list[str]:
    named = [heads.cleaned(part) for part in re.split("[、和与,]", written)]
    named = [name for name in named if name][-count:]
    if named and all(ORDINAL.fullmatch(name) for name in named[:-1]):
        named = [name + named[-1][len(name) :] for name in named[:-1]] + named[-1:]
    measure = MEASURE.search(named[-1]) if named else None
    shared = measure.group() if measure and named[-1] != measure.group() else ""
    named = [name if MEASURE.search(name) else name + shared for name in named]
    return named if len(named) == count else []


def _distribute_ratios(here: Here, numbers: Sequence[Token], owners: Sequence[int]) -> Reading:
    lead = here.text[here.phrase.tokens[0].end : numbers[0].start]
    reading = here.so_far
    for token, at in zip(numbers, owners, strict=True):
        number, owner = quantity(token), reading.drafts[at]
        if number is None:
            continue
        name, now = f"{owner.head}{completion_words(lead)}", here.after(reading)
        kind = kind_of(now, lead)
        draft = Draft(name, number, kind, here.phrase.start, token.end, 0.85, owner.period, is_level=False)
        reading = now.adding(draft, token.end)
    return reading
