"""Sentence → tokens, each with one letter that says what it does; the grammar is written over these letters.

    N quantity     C quantity in characters   P percentage or fraction   D percentage points   X multiple   O 零增长
    R ratio of parts                          U quantity in an unknown unit
    I rank         B bare number              n name or date             p period word
    v result verb  h hedge   g growth verb    b base of comparison       s 占   r rank verb    A award verb
    f future word  d 分别    a 各             e 等
    c ,   k :   j ;   i 、   ( )   T any other text

Verbs, hedges and growth words count as such only next to a number; elsewhere they are text.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from duofeng.facts.documents import units, words
from duofeng.facts.documents.patterns import alternation
from duofeng.facts.documents.patterns import words as listed

CHINESE_DIGITS = "一二两三四五六七八九十"
NUMBER = r"(?:(?<=[一-鿿、(])-(?=\d))?(?:\d{1,3}(?:,\d{3})+(?![\d])|\d+)(?:\.\d+)?"
IN_CHINESE = "(?:[二两三四五六七八九十]|一(?=[百千万亿]))[一二两三四五六七八九十百千万零〇]*"
WITHIN = f"[{''.join(words.HEDGES_WITHIN.split())}]"
SCALE = r"(?:[百十千]?万亿|百?亿亿|千亿|百亿|十亿|亿|千万|百万|十万|万|千(?![瓦克米伏卡])|百(?!分))"
AFTER = alternation(listed(words.HEDGES_AFTER))
PEOPLE = alternation(units.COUNTED_PEOPLE)
PERSONS = f"[一-鿿]{{0,6}}?{alternation(listed(units.PERSONS))}(?=[,、;。和及]|$)"
"""A noun that says itself that persons are counted, behind a number of them without a unit: 80余万老年读者."""

GUARDS = {
    "分": "别之布类支包享校局公行", "方": "面案位式向", "支": "持出撑部付线", "组": "织团建合", "道": "路",
    "天": "然津", "级": "别", "面": "积", "起": "步到", "口": "岸", "家": "庭电具长级", "人": "民才工均大行居",
    "点": "位", "对": "接口外", "度": "假", "种": "子植", "期": "间末", "本": "科地市", "户": "均籍",
    "单": "位", "位": "于居列数", "名": "称优录单", "元": "旦", "次": "于产方级要", "节": "能约", "片": "区",
    "列": "入为", "处": "于理置级长", "所": "在有", "场": "景馆地", "条": "件", "周": "边年", "P": "PPM",
    "升": "级至", "成": "为果立员功本效长熟交", "星": "级", "秒": "批", "日": "均", "年": "均代度来",
    "批": "次", "项": "目", "件": "套", "台": "湾", "把": "握", "根": "据", "门": "类", "集": "中聚群团约",
}  # fmt: skip
"""What, behind a one-character unit, makes it the start of another word: 3家庭 counts no 家."""


def _unit_pattern(written: list[str]) -> str:
    long = [unit for unit in written if len(unit) > 1]
    short = [unit for unit in written if len(unit) == 1]
    guarded = [f"{unit}(?![{GUARDS[unit]}])" for unit in short if GUARDS.get(unit)]
    free = re.escape("".join(unit for unit in short if not GUARDS.get(unit)))
    return f"(?:{alternation(long)}|[{free}]|{'|'.join(guarded)})"


UNIT = _unit_pattern(sorted([*units.DIMENSION, *units.MISREAD_UNITS], key=lambda unit: -len(unit)))
UNIT_IN_CHINESE = _unit_pattern([unit for unit in listed(units.COUNT_IN_CHINESE) if unit not in ("证", "大", "要素")])
NAMING = alternation(listed(units.NAMING_UNITS))
NUMBER_AHEAD = (
    r"(?=(?:超过?|约|近|逾|首次突破|突破|不少于|不低于|不超过|至少)?(?:双?-?\d|[二两三四五六七八九十百零一]))"
)

PER = "(?:平方公里|平方米|立方米|公里|万人|亩|人|户|吨|年|月|日|天|小时|秒)"
"""What a unit may be per: 亿元/平方公里."""
RANGE_MARK = r"(?:-|~|—|–|至|到)"
MONTHS = rf"(?:\d{{1,2}}月?|元){RANGE_MARK}\d{{1,2}}月份?"
SUB_PERIOD = rf"(?:上半年|下半年|前三季度|第?[一二三四1-4]季度|{MONTHS}|\d{{1,2}}月(?:份|末|底)?(?!\d{{0,2}}日))"
YEARS_ON_END = "(?:过去|近|今后|未来|这)的?[三四五]年来?|[三四五]年来|[三四五]年间"
PERIOD = (
    rf"(?:截[至止](?:到)?)?(?:(?:\d{{4}}|[一二][九〇零][〇零一二三四五六七八九]{{2}})年(?:度|末|底)?{SUB_PERIOD}?(?!\d{{0,2}}月)"
    rf"|(?:今年|去年(?!同期)|上年(?!同期)|明年)(?:{SUB_PERIOD}|全年)|今年|去年(?!同期)|上年(?!同期|末|底|结[余转])|明年"
    rf"|{MONTHS}|上半年|下半年|前三季度|[一二三四]季度(?!度)|全年|过去(?:的)?一年|一年来|本年度?|前(?:\d{{1,2}}|[二三四五六七八九十]|十一)个月"
    rf"|\d{{1,2}}月(?:份|末|底|当月)?(?!\d{{0,2}}日)"
    rf"|“?十[一二三四五六七]五”?(?:时期|期间|末|以来)|{YEARS_ON_END})"
)
DATE = (
    r"\d{4}年\d{1,2}月\d{1,2}日|\d{1,2}月\d{1,2}日|\d{4}[./-]\d{1,2}[./-]\d{1,2}"
    rf"|\d{{4}}年?{RANGE_MARK}\d{{4}}年?|\d{{1,2}}日(?=[,上下晚从在])"
)
NAME = (
    r"\d{3,4}-\d{7,8}|\d+(?:\.\d+)*(?::\d+(?:\.\d+)*)+|[\dN]+(?:\+[\dNXn]+)+|\d+\.\d+版|\d+(?:\.\d+){2,}"
    r"|\d{5}(?=[一-鿿]{0,6}热线)|\d{2,3}强|[〔\[]\d+[〕\]]|\d+×\d+小时|24小时"
    rf"|\d+(?:\.\d+)?(?:{NAMING}|[A-Za-z]+|{SCALE}?{UNIT}级(?!别))"
    rf"|[A-Za-z]+-?\d+(?:\.\d+)?(?![\d.%万亿]|{UNIT})"
    r"|第[\d一二三四五六七八九十百、]+[一-鿿]?|[“\"][\d+]+[”\"]|党的[一二十]+大|十[一二三四五六七]五"
)
NOT_AFTER_RANK = "批届期次条章产季年轮号个家项类步款方责代级所大线时版例任书梯"
"""第二批, 第一产业: ordinals that are names."""
RANK = (
    rf"第(?P<place>\d++|[{CHINESE_DIGITS}]++)(?:位|名)?+(?![{NOT_AFTER_RANK}])(?!、[{CHINESE_DIGITS}\d])"
    r"|(?P<first>首位|榜首|头名)"
)
QUANTITY = (
    rf"(?P<num>{NUMBER})(?P<less>{WITHIN})?(?P<scale>{SCALE})?(?:{RANGE_MARK}(?P<num2>{NUMBER})(?P<scale2>{SCALE})?)?"
    rf"(?P<less2>{WITHIN})?(?P<unit>{UNIT}(?:/{PER})?(?!级(?!别))|(?={PEOPLE})|(?<=[万余])(?={PERSONS})|(?<=[万亿])(?=[,、;。]|$)"
    rf"|(?<=[万亿])(?=[^,、;。\d]{{0,4}}(?:资金|补贴|奖补|贷款|投资)))(?P<after>{AFTER})?"
)
PERCENT = (
    rf"(?P<pct>{NUMBER})(?P<pctless>{WITHIN})?(?:%?{RANGE_MARK}(?P<pct2>{NUMBER}))?%(?P<pctafter>{AFTER})?"
    rf"|百分之(?P<pctcn>[{CHINESE_DIGITS}百零]+(?:点[零{CHINESE_DIGITS}]+)?)"
    rf"|(?P<below>[{CHINESE_DIGITS}]+)分之(?P<above>[{CHINESE_DIGITS}]+)"
    rf"|(?<=[超过近约占足省市县区国到])(?P<half>一半|半数)"
    rf"|(?P<tenths>[一二两三四五六七八九\d])成(?![{GUARDS['成']}])(?P<tenthsafter>{AFTER})?"
)
RATIO = r"(?P<ratio>\d+(?:\.\d+)?(?::\d+(?:\.\d+)?){2}(?![:\d])|\d+(?:\.\d+)?(?=:1(?![:.\d]))):?1?"
"""1.68:1 and 22:38:40; any other digits with colons are a time of the day or a name."""
UNKNOWN_UNIT = rf"(?P<loose>\d+(?:\.\d+)?(?:{SCALE})|\d+\.\d+)(?P<looseunit>[一-鿿]{{1,2}}(?:/{PER})?)(?=[,、;。)]|$)"
POINTS = (
    rf"(?P<points>{NUMBER})(?P<pointsless>{WITHIN})?(?:个百分点|个?(?=[、和]{NUMBER}个百分点))(?P<pointsafter>{AFTER})?"
)
MULTIPLE = rf"(?P<times>{NUMBER}|{IN_CHINESE})(?P<timesless>{WITHIN})?倍(?P<timesafter>{AFTER})?"
CHINESE = (
    rf"(?<![第数几初周星])(?:(?P<cn>{IN_CHINESE})(?P<cnless>{WITHIN})?(?P<cnunit>{UNIT_IN_CHINESE})(?P<cnafter>{AFTER})?"
    rf"|(?P<one>一)(?P<oneunit>个工作日|工作日|个小时|小时|天(?!然|津)|日(?![,报]))"
    rf"|(?P<struct>[二两三四五六七八九十])(?P<structunit>大(?![学会气道队城型会])|要素|证))"
)
GROWTH = alternation(listed(words.GROWTH_UP, words.GROWTH_DOWN))
VERB = alternation(listed(words.RESULT_VERBS))

ALWAYS = {
    **dict.fromkeys(listed(words.AWARD_VERBS), "A"),
    **dict.fromkeys(listed(words.RANK_VERBS), "r"),
    **dict.fromkeys(listed(words.FUTURE), "f"),
    **dict.fromkeys(listed(words.GROWTH_BASES), "b"),
    **dict.fromkeys(listed(words.SHARE), "s"),
    "分别": "d", "依次": "d", "零增长": "O", "、": "i", ",": "c", "\t": "c", "|": "c", "—": "c", " ": "c",
    ":": "k", ";": "j", "(": "l", ")": "m",
}  # fmt: skip
"""Words that are tokens wherever they stand."""
NUMERIC_STARTS = '0-9A-Za-z一二两三四五六七八九十百零第首榜头截全今去上本下前过近党元今未明这“"〔\\[N\\-'
BEFORE_NUMBER_STARTS = "".join(sorted({word[0] for word in listed(
    words.RESULT_VERBS, words.HEDGES_BEFORE, words.GROWTH_UP, words.GROWTH_DOWN, "等 各 和 与 及 以及"
)}))  # fmt: skip
ALWAYS_STARTS = re.escape("".join(sorted({word[0] for word in ALWAYS})))
TOKEN = re.compile(
    rf"(?=[{NUMERIC_STARTS}{BEFORE_NUMBER_STARTS}{ALWAYS_STARTS}])(?:"
    rf"(?=[{NUMERIC_STARTS}])(?:(?P<n0>{DATE})|(?P<p>{PERIOD})|(?P<P>{PERCENT})|(?P<D>{POINTS})|(?P<X>{MULTIPLE})|(?P<I>{RANK})"
    rf"|(?P<N>{QUANTITY})|(?P<R>{RATIO})|(?P<n>{NAME})|(?P<U>{UNKNOWN_UNIT})|(?P<B>\d[\d,]*(?:\.\d+)?)|(?P<C>{CHINESE}))"
    rf"|(?=[{BEFORE_NUMBER_STARTS}])(?:(?P<v>(?:{VERB})+了?){NUMBER_AHEAD}"
    rf"|(?P<g>(?<![新净]){GROWTH}(?:了|率|幅度|速度)?)(?:达到|达|为|约为|约)?(?=近?[-\d百两二三四五六七八九一])"
    rf"|(?P<h>{alternation(listed(words.HEDGES_BEFORE))})(?=双?\d|[两二三四五六七八九十百])"
    rf"|(?P<e>等)(?=\d|[两二三四五六七八九十])|(?P<a>各)(?=[\d两])|(?P<i>和|与|及|以及)(?=约?\d))"
    rf"|(?P<w>{alternation(sorted(ALWAYS, key=lambda word: -len(word)))}))"
)
NOT_SHARE = frozenset("地用道有领据线")


class Token(NamedTuple):
    tag: str
    start: int
    end: int
    match: re.Match[str]


def lex(sentence: str) -> list[Token]:
    """The tokens of a sentence, without the text between them."""
    found = []
    for match in TOKEN.finditer(sentence):
        tag = match.lastgroup or "T"
        start, end = match.span()
        if tag == "w":
            tag = ALWAYS[match.group()]
            if tag == "s" and sentence[end : end + 1] in NOT_SHARE and not sentence.startswith("地区", end):
                continue
        elif tag == "n0":
            tag = "n"
        found.append(Token(tag, start, end, match))
    return found
