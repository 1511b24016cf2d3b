"""The head: the noun phrase a number measures, as written, without the words that only lead up to it."""

from __future__ import annotations

import re

from duofeng.facts.documents import words
from duofeng.facts.documents.patterns import alternation
from duofeng.facts.documents.patterns import words as listed

LIGHT_CHARACTER = "|".join(f"{light}(?![{kept}])" if kept else light for light, kept in words.LIGHT_CHARACTERS.items())
LIGHT = re.compile(
    rf"(?:{alternation(listed(words.LIGHT_WORDS))}(?!率)|{LIGHT_CHARACTER}|[,、:;\"”)\]}}\s#*·•●○■◆▲▶★]|\d+月\d+日|(?:连续|持续)[\d两三四五六七八九十]+(?:个月|年|个季度|次)|\(?[一二三四五六七八九十\d]+[)、.]|(?:一|二|三|四|五)是|[-—]|了)+"
)
OWN_AREA = re.compile(r"(?:我|全)(?:省|市|县|区|州|镇|域|街道|乡)(?!级|直|委|政府|属)(?:共有?|新增(?=累计))?")
LEAD_TO_NUMBER = [w for w in listed(words.RESULT_VERBS, words.HEDGES_BEFORE) if len(w) > 1 or w in set("达为共至超")]
TRAILING = re.compile(
    rf"(?:{alternation(LEAD_TO_NUMBER)}|[“(,、:的了双均也都]|数量|分别|全部|(?:总数|总量)(?=达到?$)|(?:连续|持续)[\d一二两三四五六七八九十]+年|连跨|连上|跨上|迈上)+$"
)
CARRIED = re.compile(alternation(listed(words.CARRIED_VERBS)))
AFTER_NOUN = re.compile(rf"(?<=..)(?:{alternation(listed(words.PREDICATES))})")
BOUNDARY = re.compile(r"[,、;:。)\t|“”\"]")
VERB_ENDING = re.compile(
    r"(?:新增|新建|建成|建设|设置|建立|谋划|打造|完成|开展|提供|发布|遴选|实施|配备|引进|招引|服务|帮助|覆盖|涵盖|带动|惠及|"
    r"涉及|形成|提出|聚焦|支持|促成|举办|承办|组建|出台|推出|储备|监测|排查|处置|化解|整改|培育|铺装|改造|拆除|完善|优化为|"
    r"划分为|实现|通过|让|使|等|在|对|为|与|依托|夯实|稳固|面向|选派|选树|发动|组织|安排|吸引|集聚|汇聚|聚集|落地|签约|开通|"
    r"增设|增加|满足|发放|设立|成立|投放|规划|围绕|布局|布设|拥有|共有|现有|已有|有|其余|剩余|仍有|还有|另有|余下|辖|下辖|区内|辖区|全区|全市|全县|全省|市内|省内|"
    r"巩固|壮大|推进|推动|加快|认定|获批|入选|包括|包含|其中|以及|向|给|从|由|把|将|每个|每|计划|加速|整治|整合|构建|发力|稳住|抓好|办好|办成|做好|落实|推行)$"
)
PLACE_ONLY = re.compile(
    r"^(?:全|我|辖|市|省|区|县|园)?(?:区|市|县|省|国|内|域)+(?:内|上下|共|范围内)?$|^(?:.{2,6}(?:高新区|开发区|新区))$"
    r"|^[东西南北中]{1,2}(?:部|片区|线|翼|区)(?:地区)?$|^这(?:些)?$"
)
RELATIVE = re.compile(
    r"^(?:累计|年度|计划|总|实际|平均|当年)*(?:投资|投资额|总投资额?|金额|投资金额|额|面积|比例|比重|份额|完成比例|率|占比|.{1,2}率"
    r"|落地|竣工投产|竣工|开工|投产|交付|验收|签约|建成|投用|办结|达产|入统|合同额|销售额|数|人数|参与人数|里程|总建筑面积)$"
)
WAS = re.compile(r"(?:由|从)(?:上年|去年|年初|期初|\d{4}年)?(?:年?[末底初]|同期)?的?(?:每[一-鿿]{1,3}){0,2}$")
"""What leads to the first number of a change: 由上年的88.2亿元提高到."""
BARE_MODIFIER = re.compile(r"^(?:国家|省|市|区|县|部|院)级$|^(?:以上|省级以上|市级以上)$")


def cleaned(written: str) -> str:
    """A stretch before a number → its head: nothing of the words that lead up to it or to the number."""
    text = _inside_brackets(written.rpartition("】")[2])
    while True:
        shorter = text
        light = LIGHT.match(shorter)
        if light:
            shorter = shorter[light.end() :]
        area = OWN_AREA.match(shorter)
        if area and area.end() < len(shorter):
            shorter = shorter[area.end() :]
        if shorter == text:
            break
        text = shorter
    if _quoted(text):
        return text
    text = WAS.sub("", text)
    trailing = TRAILING.search(text)
    return (text[: trailing.start()] if trailing else text).strip(" ,")


def _quoted(text: str) -> bool:
    return text.count("“") == text.count("”") and text.endswith("”")


def _inside_brackets(text: str) -> str:
    """Without the half of a bracket that belongs to the words around."""
    opened, closed = text.rfind("("), text.rfind(")")
    if opened > closed:
        return text[opened + 1 :]
    if closed >= 0 and text.find("(") < 0:
        return text[closed + 1 :]
    return text


def noun_after(text: str) -> tuple[str, int]:
    """The noun phrase behind a count (名|青年人才|来区创业 → 青年人才) and how many characters it takes."""
    lead = len(text) - len(text.lstrip("的“"))
    rest = text[lead:]
    closing = rest.find("”") if text[:lead].endswith("“") else -1
    end = BOUNDARY.search(rest, max(1, closing + 1))
    while end and end.group() == ")" and "(" in rest[: end.start()]:
        end = BOUNDARY.search(rest, end.end())
    rest = rest[: end.start()] if end else rest
    cut = AFTER_NOUN.search(rest, max(0, closing))
    rest = rest[: cut.start()] if cut else rest
    return rest.strip(AROUND_NOUN), lead + len(rest)


AROUND_NOUN = "“”, 的"
TIME_WORDS = re.compile(
    r"分(?:季度|月份?|阶段)看|第?[一二三四]季度|\d+年(?:度|末|底)?|[上下]半年|全年|\d+月份?|今年|以来"
)
TOPIC_VERB = re.compile(
    r"创(?=.{0,6}新高)|先后|跨越|迈[上过]|[站跃登]上|实现|位[居列于]|荣获|成功|全面|达到|持续|稳步|跻身|再创|不断|显著|进入|突破|保持"
)
TOPIC_AWARD = re.compile(r"(?:入围|入选|获批|获评|被评为|评为|上榜|纳入|列入)")


def topic_of(clause: str) -> str:
    """What a clause without a number is about: its subject, or the list its subject was put on."""
    clauses = [TIME_WORDS.sub("", part).strip(" 、”") for part in re.split(r"[,;:]", clause)]
    clause = next((part for part in reversed(clauses) if part), "")
    award = TOPIC_AWARD.search(clause)
    if award:
        return cleaned(clause[award.end() :])
    verb = TOPIC_VERB.search(clause)
    return cleaned(clause[: verb.start()] if verb and verb.start() >= 2 else clause)[-20:]


MEASURED = re.compile(r"(?:额|率|规模|比例|比重|能力|收入|支出|产值)$")


def carried_verb(head: str) -> str:
    """新增 of 新增孵化载体: what the next item of a list may inherit."""
    found = CARRIED.match(head)
    return found.group() if found and head[found.end() : found.end() + 1] != "、" else ""


def verb_for_the_next(head: str) -> str:
    """The verb a list passes on; in 新开工项目投资额 it only describes the projects."""
    return "" if MEASURED.search(head) else carried_verb(head)


def without_verb(head: str) -> str:
    return head[len(carried_verb(head)) :]
