"""Phrases of a sentence → figures: who inherits which head, which growth and share belong to which level."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from duofeng.facts.documents import heads, units
from duofeng.facts.documents.figures import Kind
from duofeng.facts.documents.grammar import Phrase, phrases
from duofeng.facts.documents.lexer import Token, lex
from duofeng.facts.documents.numbers import Quantity, falls, quantity, rank_of
from duofeng.facts.documents.patterns import alternation
from duofeng.facts.documents.patterns import words as listed
from duofeng.facts.documents.periods import Times, resolve
from duofeng.facts.documents.words import (
    AVERAGE_BASES,
    AWARD_VERBS,
    COUNTABLE_STRUCTURES,
    GENERIC_NOUNS,
    NUMBER_NOUNS,
    STOCK_WORDS,
)

HUNDRED = Decimal(100)
STOCK = re.compile(alternation(listed(STOCK_WORDS)) + "|(?:项目|企业|学校|机构)共$|^共有|年末共?有?|累计(?:达|有)")
STRUCTURE = re.compile(rf"(?:的)?“?[^,、;。”]{{0,6}}?(?:{alternation(listed(COUNTABLE_STRUCTURES))})")
FUTURE = re.compile(
    r"力争|争取|确保|预计|预期|拟(?=新|建|投|于|引)|计划(?=总?投资|新|建|开|完|到|今|用|引|实)|将(?=于|新|建|完成|实现|达|投|继续|力争|再|引)|"
    r"要(?=确保|完成|实现|力争|达)|目标(?:是|为|:)|到20\d\d年|下半年,|争创"
)
ACTUAL_IN_PLAN = re.compile(r"^(?:依托|发挥|利用|借助|现有|目前|截至|当前|去年|上年|已)|(?:目前|现有|已(?:有|建成|完成))")
COMPLETION = re.compile(r"(?:计划|目标|任务|预算|调整预算|任务目标|序时进度|进度)(?:任务|数)?的?(?:比例|比重)?$")
LIMIT_VERB = re.compile(r"(?:压缩|压减|缩减|缩短|精简|控制|限定|缩)(?:至|到|在|为)")
LIMIT_HEDGE = frozenset({"以内", "之内", "内", "不超过", "不高于", "最多", "至多"})
LIMIT_AFTER = re.compile(r"(?:内|之内)?(?:办结|办理|办完|办|发|审批|完成|拿证|出证|开办|领证|受理|答复|响应|送达|到位|出具)")
LIMIT_HEAD = re.compile(r"(?:时间|时限|时长|周期|期限|审批|办结|开办|全流程|到开工|审核)")
MULTIPLE_OF = re.compile(r"(?:是|为|达到?|相当于|系)(.{1,20}?)的?$")
SECOND_SCOPE = re.compile(r"^(?:占|约占|均占)?(?:[全本]?[省市区县州国]|全球|[一-鿿]{1,8}[省市县区国])(?:[一-鿿]{0,6})?的?$")
SHARE_REPEATS = re.compile(rf"(?:^|[的其])(?:{'|'.join(map(re.escape, NUMBER_NOUNS))})$")
SIZE_OF = re.compile(r"^(?:以上|级|及以上)?(?:的)?(?:项目|企业|工业|镇|村|园区|产业|单位|集群|[^,、;]{0,4}项目)")
PER_DAY = re.compile(r"日(?:均)?(?:加|供|产|处理|污水处理|发电|接待|运行|输|吞吐)[^,、;]{0,4}(?:能力|量)$")
PER_MU = re.compile(r"(?:每亩|亩均)")


@dataclass(slots=True)
class Draft:
    """A figure in the making; offsets are inside the sentence."""

    head: str
    number: Quantity
    kind: Kind
    start: int
    end: int
    confidence: float
    period: str | None = None
    subject: str = ""
    yoy: Decimal | None = None
    share: Decimal | None = None
    share_of: str = ""
    hedge: str = ""
    is_level: bool = True
    dropped: bool = False


class Sentence:
    """One sentence between two full stops, read from left to right."""

    def __init__(self, text: str, times: Times, plan: bool) -> None:
        self.text = text
        self.times = times
        self.plan = plan
        self.tokens = lex(text)
        self.drafts: list[Draft] = []
        self.last_end = 0
        self.head = ""
        self.verb = ""
        self.subject = ""
        self.segment = 0
        self.fresh_from = 0

    def read(self) -> list[Draft]:
        found = phrases(self.tokens, len(self.text))
        for index, phrase in enumerate(found):
            self._enter_segment(phrase)
            following = found[index + 1] if index + 1 < len(found) else None
            RULES[phrase.rule](self, phrase, following)
        return [draft for draft in self.drafts if not draft.dropped]

    # ------------------------------------------------------------------ where a phrase stands

    def _enter_segment(self, phrase: Phrase) -> None:
        """A semicolon ends what growth and shares may belong to; heads may still be carried over it."""
        cut = self.text.rfind(";", 0, phrase.start) + 1
        if cut > self.segment:
            self.segment = cut
            self.fresh_from = len(self.drafts)
            self.subject = ""

    def levels(self) -> list[Draft]:
        return [draft for draft in self.drafts[self.fresh_from :] if draft.is_level]

    def before(self, phrase: Phrase) -> tuple[int, str, str]:
        """Where the head before a phrase begins, the head as written, and the separator in front of it."""
        start, separator = max(self.last_end, self.segment), ""
        for token in self.tokens:
            if token.start >= phrase.start:
                break
            if token.start < start:
                continue
            tag = token.tag
            if tag in "ckj" or (tag == "f" and token.end < phrase.start):
                start, separator = token.end, tag
            elif tag == "d":
                start = token.end
            elif tag == "i" and token.start == self.last_end and self.drafts:
                start, separator = token.end, "i"
            elif tag == "p" and self._is_loose(token, phrase):
                start = token.end
        return start, self.text[start : phrase.start], separator

    def _is_loose(self, token: Token, phrase: Phrase) -> bool:
        """A period word stands apart from the head unless it is part of a phrase such as 全年目标的."""
        behind = self.text[token.end : phrase.start]
        return not COMPLETION.search(behind)

    def after(self, phrase: Phrase, following: Phrase | None) -> str:
        end = following.start if following else len(self.text)
        return self.text[phrase.end : end]

    def period_at(self, phrase: Phrase) -> str | None:
        """The period word that reaches a phrase: one in its own clause or sentence part, else the passage's."""
        sentence_wide: str | None = None
        part_wide: str | None = None
        for token in self.tokens:
            if token.start >= phrase.start:
                break
            if token.tag != "p" or not self._is_loose(token, phrase):
                continue
            words = self.text[token.start : token.end]
            before = self.text[max(0, token.start - 1) : token.start]
            if before in {"到", "于", "比", "较"} and not self.plan and "到20" not in before + words:
                continue
            period = resolve(words, self.times)
            if not self.text[: token.start].strip(" “(1234567890.、)到-") or token.start == 0:
                sentence_wide = period
            elif token.start >= self.segment:
                part_wide = period
        return part_wide or sentence_wide or self.times.period

    def wants(self, phrase: Phrase) -> bool:
        """Whether the sentence part up to a phrase speaks of what is to come."""
        return FUTURE.search(self.text, self.segment, phrase.end) is not None

    # ------------------------------------------------------------------ productions

    def level(self, phrase: Phrase, following: Phrase | None) -> None:
        token = phrase.number
        number = quantity(token)
        if number is None or self._is_size(phrase, number, following):
            return
        number.hedge = self._hedge(phrase) or number.hedge
        start, written, separator = self.before(phrase)
        behind = self.after(phrase, following)
        if token.tag == "C" and not self._counts(token, behind, written):
            return
        if token.tag == "X":
            self._multiple(phrase, number, written, start)
            return
        if self._sets_limit(phrase, number, written, behind):
            self._add_limit(phrase, number, start, written)
            return
        if units.is_time(number.base) and (number.unit == number.base) and not heads.cleaned(written):
            return
        if units.is_time(number.base) and self._is_naming_time(number, behind):
            return
        head, confidence = self._head(phrase, number, start, written, separator, following)
        completes = token.tag == "P" and COMPLETION.search(written)
        if completes:
            head = f"{self.head}{_completion_words(written)}"
        if PER_DAY.search(written) and "/" not in number.unit:
            number.unit += "/日"
        elif PER_MU.search(written) and units.DIMENSION.get(number.base) == "money":
            number.unit += "/亩"
        draft = Draft(
            head, number, self._kind(phrase, written, head), start, phrase.end, confidence, self.period_at(phrase)
        )
        draft.is_level = not completes
        if token.tag == "C":
            draft.confidence -= 0.15
        self._add(draft, phrase)

    def _add(self, draft: Draft, phrase: Phrase) -> None:
        draft.hedge = draft.number.hedge
        while draft.start < draft.end and self.text[draft.start] in " ,、;:)”":
            draft.start += 1
        self.drafts.append(draft)
        if draft.is_level and draft.head and not heads.RELATIVE.match(draft.head):
            self.head = draft.head
            self.verb = heads.carried_verb(draft.head)
        self.last_end = phrase.end

    def _hedge(self, phrase: Phrase) -> str:
        return next((self.text[t.start : t.end] for t in phrase.tokens if t.tag == "h"), "")

    def _is_size(self, phrase: Phrase, number: Quantity, following: Phrase | None) -> bool:
        """亿元以上项目3个, 65岁以上老人3260人次: the first number says which, the second how many."""
        if following is None or following.rule != "level":
            return False
        between = self.text[phrase.end : following.start]
        if not between or any(mark in between for mark in ",、;:。"):
            return False
        if number.hedge in {"以上", "以下"}:
            return not between.startswith(("的", "助力"))
        hedged = self._hedge(phrase) in {"超", "超过", "逾", "突破"}
        return hedged and SIZE_OF.match(between) is not None and units.DIMENSION.get(number.base) == "money"

    def _counts(self, token: Token, behind: str, written: str) -> bool:
        """Whether a numeral in characters counts something or only belongs to a name (两个确保, 三项制度)."""
        start = self.text.rfind("“", 0, token.start)
        quoted = start > self.text.rfind("”", 0, token.start)
        unit = token.match.group("cnunit") or token.match.group("structunit") or token.match.group("oneunit")
        if unit in {"大", "个", "项", "要素", "条", "种", "类", "件", "方", "级"} or quoted:
            if unit == "要素":
                return True
            if unit == "证":
                return True
            if not behind or behind[0] in ",、。;":
                return bool(heads.cleaned(written)) and not quoted and unit != "大"
            return STRUCTURE.match(behind) is not None
        return unit != "证" or quoted

    def _is_naming_time(self, number: Quantity, behind: str) -> bool:
        """三年行动计划, 20年弹性年期, 10个月大: a length of time inside a name."""
        return number.unit == number.base and bool(behind) and behind[0] not in ",、;。)" and number.base != "天"

    # ------------------------------------------------------------------ limits

    def _sets_limit(self, phrase: Phrase, number: Quantity, written: str, behind: str) -> bool:
        verb = next((self.text[t.start : t.end] for t in phrase.tokens if t.tag == "v"), "")
        hedge = self._hedge(phrase) or number.hedge
        if units.is_time(number.base):
            return bool(
                LIMIT_VERB.search(written[-6:] + verb)
                or hedge in LIMIT_HEDGE
                or LIMIT_AFTER.match(behind)
                or (LIMIT_HEAD.search(written) and "时长" not in written and number.base != "年")
            )
        if number.unit == "证":
            return True
        bounded = hedge in LIMIT_HEDGE or "控制在" in verb
        return bounded and "限额" in written

    def _add_limit(self, phrase: Phrase, number: Quantity, start: int, written: str) -> None:
        head = heads.cleaned(written) or self.head or heads.noun_after(self.text[phrase.end :])
        self._add(Draft(head, number, "limit", start, phrase.end, 0.8, self.period_at(phrase)), phrase)

    # ------------------------------------------------------------------ heads

    def _head(
        self, phrase: Phrase, number: Quantity, start: int, written: str, separator: str, following: Phrase | None
    ) -> tuple[str, float]:
        """The head of a level and how sure it is: before the number, else behind it, else the one before."""
        before = heads.cleaned(written)
        listed_before = written.endswith("等") or any(token.tag == "e" for token in self.tokens if token.end == phrase.start)
        behind = heads.noun_after(self.after(phrase, following)) if self._noun_follows(phrase, following) else ""
        if phrase.number.tag == "N" and phrase.number.match.group("unit") == "":
            return before + heads.noun_after(self.after(phrase, following)), 0.8
        if behind and (listed_before or not before or heads.PLACE_ONLY.match(before)):
            return self._awarded(phrase, behind, before if not listed_before else ""), 0.85
        if behind and heads.VERB_ENDING.search(before):
            verb = heads.carried_verb(before) or (before if len(before) <= 4 else "")
            return self._awarded(phrase, verb + behind, ""), 0.85
        if before:
            return self._completed(before, separator, number, behind)
        if self.head:
            return self._inherited(number), 0.7
        return behind, 0.6 if behind else 0.3

    def _noun_follows(self, phrase: Phrase, following: Phrase | None) -> bool:
        behind = self.after(phrase, following)
        return bool(behind) and behind[0] not in ",、;:。)\t| " and phrase.number.tag in "NC"

    def _completed(self, before: str, separator: str, number: Quantity, behind: str) -> tuple[str, float]:
        """A head that leans on the one before it: 省级3家, 投资额228.1亿元, 其中国家级载体1家."""
        previous = self.drafts[-1] if self.drafts else None
        if previous is None or previous.dropped:
            return before, 0.95
        if heads.BARE_MODIFIER.match(before):
            noun = heads.without_verb(self.head)
            return f"{self.verb}{before}{noun.split('级')[-1]}", 0.75
        if heads.RELATIVE.match(before) or before in NUMBER_NOUNS:
            stem = heads.without_verb(self.head) if before in NUMBER_NOUNS else self.head
            return f"{stem}{before}", 0.8
        same_unit = previous.number.base == number.base
        of_which = "其中" in self.text[previous.end : previous.end + 4]
        if self.verb and same_unit and (separator == "i" or of_which) and not heads.carried_verb(before):
            return (before if _starts_with_verb(before) else self.verb + before), 0.85
        if len(before) <= 2 and behind:
            return before + behind, 0.7
        return before, 0.93

    def _inherited(self, number: Quantity) -> str:
        """The head of the number before, with what is measured now: 拆除违建36处、1.4万平方米."""
        previous = self.drafts[-1] if self.drafts else None
        kind = units.DIMENSION.get(number.base)
        if previous and units.DIMENSION.get(previous.number.base) != kind:
            return self.head + {"area": "面积", "length": "里程", "money": "金额", "people": "人数"}.get(kind or "", "")
        return self.head

    def _awarded(self, phrase: Phrase, noun: str, verb: str) -> str:
        """13家企业获批省试点示范: what is counted is the award, not the firms."""
        for token in self.tokens:
            if token.start < phrase.end:
                continue
            if token.tag == "A":
                award = re.split(r"[,;]|占|的[^“]*$", self.text[token.end :], maxsplit=1)[0]
                between = self.text[phrase.end : token.start].replace(",", "")
                if len(award) > 2 and len(between) <= len(noun) + 3:
                    generic = noun if noun.endswith(GENERIC_NOUNS) and not award.endswith(noun[-2:]) else ""
                    return award + generic
                break
            if token.tag in "NPCDXIjksi":
                break
        carried = heads.carried_verb(verb)
        return carried + noun

    # ------------------------------------------------------------------ kinds

    def _kind(self, phrase: Phrase, written: str, head: str, alone: Kind = "actual") -> Kind:
        part = self.text[self.segment : phrase.start]
        if self.plan:
            lead = part.rsplit(",", 1)[-1].strip()
            return alone if ACTUAL_IN_PLAN.search(lead) else "target"
        if self.wants(phrase):
            return "target"
        if alone == "actual" and phrase.number.tag in "NC" and self._is_stock(phrase, written, head):
            return "cumulative"
        return alone

    def _is_stock(self, phrase: Phrase, written: str, head: str) -> bool:
        verb = next((self.text[t.start : t.end] for t in phrase.tokens if t.tag == "v"), "")
        dimension = units.DIMENSION.get(phrase.number.match.group("unit") or "", "count") if phrase.number.tag == "N" else "count"
        return dimension == "count" and (STOCK.search(written + verb) is not None)

    # ------------------------------------------------------------------ growth, share, rank

    def growth(self, phrase: Phrase, following: Phrase | None) -> None:
        token = phrase.number
        number = quantity(token)
        if number is None:
            return
        word = next(self.text[t.start : t.end] for t in phrase.tokens if t.tag == "g")
        _, written, _ = self.before(phrase)
        base = "".join(self.text[t.start : t.end] for t in phrase.tokens if t.tag == "b")
        if token.tag in "NC" and not self._compares(phrase, written, base):
            self.level(phrase, following)
            return
        sign = -1 if falls(word) else 1
        number.hedge = self._hedge(phrase) or number.hedge
        self._grow(phrase, number, sign, base, word)

    def _compares(self, phrase: Phrase, written: str, base: str) -> bool:
        """增加8400个 is a result of its own unless something is compared with what it was."""
        return bool(base) or (bool(self.levels()) and len(heads.cleaned(written)) <= 1)

    def _grow(self, phrase: Phrase, number: Quantity, sign: int, base: str, word: str) -> None:
        start, written, _ = self.before(phrase)
        own = heads.cleaned(written)
        averaged = any(mark in base + written for mark in AVERAGE_BASES) or "累计" in written
        relative = phrase.number.tag in "PX"
        points = number.value * sign * (HUNDRED if number.unit == "倍" else 1)
        level = self.levels()[-1] if self.levels() else None
        attaches = relative and not averaged and level is not None and (not own or own in NUMBER_NOUNS)
        if attaches and level and level.yoy is None and not (level.number.unit == "%" and level.share is None and False):
            level.yoy = points
            level.end = max(level.end, phrase.end)
            self.last_end = phrase.end
            return
        head = own or self.head
        if not relative or averaged:
            head = f"{head}{'' if head.endswith(base) else base}{word}"
        number.value *= sign
        if number.unit == "倍":
            number.value, number.unit, number.base = points, "%", "%"
        draft = Draft(head, number, self._kind(phrase, written, head, "growth"), start, phrase.end, 0.9 if own else 0.75)
        draft.period = self.period_at(phrase)
        draft.yoy = points if relative and not averaged else None
        draft.is_level = False
        if own:
            self.head = own
        self._add(draft, phrase)

    def zero_growth(self, phrase: Phrase, following: Phrase | None) -> None:
        start, written, _ = self.before(phrase)
        number = Quantity(Decimal(0), "%", Decimal(1), "%")
        head = heads.cleaned(written)
        draft = Draft(head, number, self._kind(phrase, written, head, "growth"), start, phrase.end, 0.85)
        draft.yoy, draft.period, draft.is_level = Decimal(0), self.period_at(phrase), False
        self._add(draft, phrase)

    def share(self, phrase: Phrase, following: Phrase | None) -> None:
        start, written, _ = self.before(phrase)
        own = heads.cleaned(written)
        percentages = [token for token in phrase.tokens if token.tag == "P"]
        at_share = next(token for token in phrase.tokens if token.tag == "s")
        position = at_share.end
        for nth, token in enumerate(percentages):
            number = quantity(token)
            if number is None:
                continue
            scope = self._scope(position, token.start)
            if nth and not SECOND_SCOPE.match(scope):
                self.last_end = percentages[nth - 1].end
                self.level(Phrase("level", [token], token.start, token.end, token), following)
                continue
            position = token.end + 1
            levels = self.levels()
            fits = not nth and levels and levels[-1].share is None and (not own or SHARE_REPEATS.search(own))
            if fits and not COMPLETION.search(scope):
                self._give_share(levels[-1], number, scope, token.end)
            else:
                self._lone_share(phrase, token, number, scope, own, start)
        self.last_end = max(self.last_end, phrase.end if len(percentages) == 1 else self.last_end)

    def _scope(self, start: int, end: int) -> str:
        """Of what: 全市 of 占全市的比重达到."""
        text = self.text[start:end].lstrip("、,和")
        text = re.sub(r"(?:比重|比例|份额)?(?:提高到|提升至|提升到|上升到|提高至|达到|达|为|约为|约|近|超过|超|逾|至)*$", "", text)
        text = re.sub(r"(?:的)?(?:比重|比例|份额|比)$", "", text)
        return text.removeprefix("占").removeprefix("了").removesuffix("的")

    def _give_share(self, level: Draft, number: Quantity, scope: str, end: int) -> None:
        level.share, level.share_of = number.value, scope
        level.end = max(level.end, end)
        self.last_end = end

    def _lone_share(self, phrase: Phrase, token: Token, number: Quantity, scope: str, own: str, start: int) -> None:
        head = own or self.head
        name = f"{head}完成{scope}比例" if COMPLETION.search(scope) else f"{head}占{scope}"
        kind = "actual" if COMPLETION.search(scope) else self._kind(phrase, self.text[start : phrase.start], head, "share")
        draft = Draft(name, number, kind, start, token.end, 0.85 if own else 0.7, self.period_at(phrase))
        if not COMPLETION.search(scope):
            draft.share, draft.share_of = number.value, scope
        draft.is_level = False
        self._add(draft, Phrase("share", phrase.tokens, phrase.start, token.end, token))

    def rank(self, phrase: Phrase, following: Phrase | None) -> None:
        place = rank_of(phrase.number)
        if place is None:
            return
        start, written, _ = self.before(phrase)
        verb = next((token for token in phrase.tokens if token.tag == "r"), None)
        scope = self.text[verb.end : phrase.number.start] if verb else ""
        own = heads.cleaned(written)
        if not verb:
            found = RANK_SCOPE.search(written)
            if not found and not re.search(r"(?:排名|考核|评价|率|数量|总量|规模|考评|居|获|名列|综合)", written):
                return
            scope = found.group(1) if found else ""
            own = heads.cleaned(written[: found.start()] if found else written)
        scope = re.sub(r"(?:考核|评价)?(?:的)?$", "", scope.lstrip("了到在于入"))
        head = f"{own or self.head}{scope}排名" if own not in NUMBER_NOUNS else f"{self.head}{own}{scope}排名"
        number = Quantity(place, "位", Decimal(1), "位")
        draft = Draft(head, number, "rank", start, phrase.end, 0.9 if verb else 0.75, self.period_at(phrase))
        draft.share_of, draft.is_level = scope, False
        self._add(draft, phrase)

    def each(self, phrase: Phrase, following: Phrase | None) -> None:
        """建成养老服务中心各1个: a number for every one of the subjects named before."""
        self.level(Phrase("level", phrase.tokens[1:], phrase.start, phrase.end, phrase.number), following)
        clause = self.text[self.text.rfind(",", 0, phrase.start) + 1 : phrase.start]
        owner = re.search(r"((?:各|每个?)[一-鿿]{1,8}?(?:办事处|街道|镇|乡|社区|村|县|区|市|部门|单位|园区|企业|学校))", clause)
        if owner and self.drafts:
            self.drafts[-1].subject = owner.group(1)

    def _multiple(self, phrase: Phrase, number: Quantity, written: str, start: int) -> None:
        of = MULTIPLE_OF.search(written)
        scope = of.group(1) if of else ""
        own = "" if of else heads.cleaned(written)
        head = f"{own or self.head}与{scope}之比" if scope else own or self.head
        kind: Kind = "growth" if re.search(r"去年|上年|同期|20\d\d年", scope) else "actual"
        draft = Draft(head, number, self._kind(phrase, written, head, kind), start, phrase.end, 0.75, self.period_at(phrase))
        draft.share_of, draft.is_level = ("" if kind == "growth" else scope), False
        self._add(draft, phrase)

    # ------------------------------------------------------------------ 分别

    def distributed(self, phrase: Phrase, following: Phrase | None) -> None:
        """One value for each of the levels named before, in their order; or the levels themselves."""
        numbers = [token for token in phrase.tokens if token.tag in "NCPDX"]
        tags = {token.tag for token in phrase.tokens}
        levels = [draft for draft in self.levels() if draft.number.unit != "%" or "g" in tags]
        first = numbers[0]
        lead = self.text[phrase.tokens[0].end : first.start]
        owners: list[Draft | None] = [None] * len(numbers)
        if len(levels) >= len(numbers):
            owners = list(levels[-len(numbers) :])
        if "s" in tags:
            self._distribute_shares(phrase, numbers, owners, levels)
        elif "g" in tags and first.tag in "PX":
            self._distribute_growth(phrase, numbers, owners)
        elif owners[0] is not None and first.tag == "P":
            self._distribute_ratios(phrase, numbers, owners, lead)
        else:
            for token in numbers:
                self.level(Phrase("level", [token], token.start, token.end, token), following)
        self.last_end = phrase.end

    def _distribute_shares(
        self, phrase: Phrase, numbers: list[Token], owners: list[Draft | None], levels: list[Draft]
    ) -> None:
        at_share = next(token for token in phrase.tokens if token.tag == "s")
        common = self._scope(at_share.end, numbers[0].start)
        scopes = [common] * len(numbers)
        for nth, token in enumerate(numbers[1:], 1):
            own = self._scope(numbers[nth - 1].end, token.start)
            scopes[nth] = own if SECOND_SCOPE.match(own) else scopes[nth]
        if owners[0] is None and len(numbers) == 2 and common in {"省市", "全省市", "全省、全市", "省、市", "全省全市"}:
            scopes = ["全省", "全市"]
        for token, owner, scope in zip(numbers, owners, scopes, strict=True):
            number = quantity(token)
            if number is None:
                continue
            target = owner or (levels[-1] if levels and levels[-1].share is None else None)
            if target is not None and target.share is None:
                self._give_share(target, number, scope, target.end)
            else:
                self._lone_share(phrase, token, number, scope, "", token.start)
            if target is not None:
                target.end = max(target.end, token.end) if owner is None else target.end

    def _distribute_growth(self, phrase: Phrase, numbers: list[Token], owners: list[Draft | None]) -> None:
        word = next(self.text[t.start : t.end] for t in phrase.tokens if t.tag == "g")
        base = "".join(self.text[t.start : t.end] for t in phrase.tokens if t.tag == "b")
        names = [] if owners[0] is not None else self._listed_heads(phrase, len(numbers))
        for nth, (token, owner) in enumerate(zip(numbers, owners, strict=True)):
            number = quantity(token)
            if number is None:
                continue
            sign = -1 if falls(word) else 1
            if owner is not None and owner.yoy is None:
                owner.yoy = number.value * sign * (HUNDRED if number.unit == "倍" else 1)
                continue
            if names:
                self.head = names[nth]
            single = [other for other in phrase.tokens if other.tag in "gb"] + [token]
            self.last_end = token.start
            self.fresh_from = len(self.drafts)
            self._grow(Phrase("growth", single, token.start, token.end, token), number, sign, base, word)

    def _listed_heads(self, phrase: Phrase, count: int) -> list[str]:
        """The heads named before 分别: 工业投资、民间投资分别增长…"""
        _, written, _ = self.before(phrase)
        named = [heads.cleaned(part) for part in re.split("[、和与,]", written) if heads.cleaned(part)]
        return named[-count:] if len(named) >= count else []

    def _distribute_ratios(
        self, phrase: Phrase, numbers: list[Token], owners: list[Draft | None], lead: str
    ) -> None:
        for token, owner in zip(numbers, owners, strict=True):
            number = quantity(token)
            if number is None or owner is None:
                continue
            name = f"{owner.head}{_completion_words(lead)}"
            draft = Draft(name, number, self._kind(phrase, lead, name), phrase.start, token.end, 0.85, owner.period)
            draft.is_level = False
            self._add(draft, Phrase("level", [token], phrase.start, token.end, token))


RANK_SCOPE = re.compile(r"(?:位居|位列|居|列|排名|在)?((?:全[国省市区县球]|[一-鿿]{2,6}?[省市县区])(?:[^,;、]{0,8}?))(?:的)?(?:考核|评比|评价)?$")
RULES = {
    "level": Sentence.level,
    "growth": Sentence.growth,
    "zero_growth": Sentence.zero_growth,
    "share": Sentence.share,
    "rank": Sentence.rank,
    "bare_rank": Sentence.rank,
    "each": Sentence.each,
    "distributed": Sentence.distributed,
}
AWARD_START = re.compile(alternation(listed(AWARD_VERBS)))
VERB_START = re.compile(r"(?:新|建成|建立|完成|开展|发布|引进|招引|服务|提供|发放|获|入选|改造|拆除|惠及|支持|实施)")


def _starts_with_verb(head: str) -> bool:
    return VERB_START.match(head) is not None


def _completion_words(written: str) -> str:
    """全年目标的 → 完成全年目标比例."""
    words = re.sub(r"^[,、]|^(?:已|均|分别)+|的$", "", written.strip(" ,"))
    words = words.rpartition(",")[2].removesuffix("的")
    words = re.sub(r"^(?:为|占|达到?|相当于)", "", words)
    return f"{words if words.startswith(('完成', '恢复')) else '完成' + words}比例"
