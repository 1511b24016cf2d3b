"""Whom a figure is about: the place the document speaks for, the area around it, a body in it, another place."""

from __future__ import annotations

import re

AREAS = {"国": "nation", "省": "province", "市": "city", "州": "city"}
AREA_SUBJECT = re.compile(r"\W*(?:其中)?[全我]([国省市州])(?!级|直|委|属|率先|第|首|平均)")
CLAUSE_OF_AREA = re.compile(r"[,;](?:其中)?[全我]([国省市州县区镇])(?!级|直|委|属|率先|第|首|平均|域)")
"""A clause that begins with whose its figures are, in the middle of a sentence."""
TITLED = re.compile(r"高新区|开发区|新区|港区|经开区|示范区|街道|[省市州县镇区](?!场|民)")
BODY = re.compile(
    r"\W*(?:全[区市县省])?((?:各级?|[县市省区处厅乡科]{1,2}级)[一-鿿]{2,12}?(?:党组织|干部|部门|单位|机关|办事处|街道|园区|支部))"
    r"(?=到|开展|组织|举办|共|累计|召开|新建|建成|完成|走访|深入)"
)
PLACE = re.compile(
    r"(?<![一-鿿])([一-鿿]{2,10}?(?:高新技术产业开发区|高新区|经济技术开发区|经济开发区|开发区|经开区|新区|示范区"
    r"|港区|自治区|自治州|[省市县区](?![级直属委内外场域块长容民政际情])|街道|镇(?!级)))"
)
COMPARED = re.compile(
    r"([一-鿿]{2,10}?(?:高新技术产业开发区|高新区|经济技术开发区|经济开发区|经开区|新区|自治区|自治州"
    r"|[省市县](?![级直属委内外场域长容民政际情])))"
)
NOT_A_NAME = re.compile(
    "[全我本各占该级]|新[增建改]|推[进动]|建设|加快|完成|实现|打造|创建|入选|入围|获批|国家|国内|依托|合作|结合|重点|特色"
    "|[小社园辖城地街景校厂片]区$|[城乡小]镇$|[城上超夜股]市$|节省$"
)
OF_YEAR = re.compile(r"\d+年?|关于|上半年|前三季度|[一二三四]季度|看|中共|本报|——|[-#*\s]")
SAMPLE = 30_000
"""Characters from which it is decided whom a document is about."""
OWN_LEVELS = ("街道", "镇", "区", "县", "州", "市", "省")


def area_or_body(written: str) -> str:
    """The subject that opens a stretch: `province` of 全省…, 各级党组织 of 各级党组织开展…; else empty."""
    area = AREA_SUBJECT.match(written)
    if area:
        return AREAS[area[1]]
    body = BODY.match(written)
    return body[1] if body else ""


def area_of_clause(written: str) -> str | None:
    """The subject of the last clause that names one: empty for 全县, the document's own; None when none does."""
    found = CLAUSE_OF_AREA.findall(written)
    return AREAS.get(found[-1], "") if found else None


def own_area(text: str, title: str) -> str:
    """Which of nation, province, city the document itself speaks for; `zone` when it is a smaller place."""
    sample, titled = text[:SAMPLE], set(TITLED.findall(re.sub(r"[城上]市|自治区|[社园地]区", "", title)))
    if titled and titled <= {"省", "市", "州"}:
        return "city" if titled - {"省"} else "province"
    if re.search(r"高新区|开发区|新区|港区|经开区", sample) or any(f"全{level}" in sample for level in OWN_LEVELS[:4]):
        return "zone"
    if re.search(r"省", title) or ("全省" in sample and "全市" not in sample):
        return "province"
    return "city" if "全市" in sample else "zone"


def other_place(text: str, title: str, names: tuple[str, ...]) -> str:
    """The place a document is about when it is none of `names`; empty when it is ours or names no place.

    The title decides before the text: a report of another place may well mention ours.
    """
    if not names or any(name in title for name in _whole(names)):
        return ""
    sample = text[:SAMPLE]
    titled = _first_place(OF_YEAR.sub(" ", title), names)
    if titled and sample.count(titled) >= sum(sample.count(name) for name in _whole(names)):
        return titled
    return "" if any(name in sample for name in names) else _first_place(OF_YEAR.sub(" ", text[:400]), names)


ASSEMBLY = re.compile(r"([省市州县镇乡])(?:第[^，。]{1,6}届)?人民(?:政府|代表大会)")
OPENING = 300
"""Characters in which a report says to whom it is made."""
MENTIONED = 2
"""So often a text of a zone may speak of the city around it."""
AREA_WORD = re.compile(r"(?<!占)[全我]([省市州县区镇乡])(?![级直]|均|平均|第|的?(?:\d|百分))")


def of_another_place(text: str, names: tuple[str, ...]) -> bool:
    """Whether a text never calls the place of `names` by a name or by its own level (全区), but another one (全县)."""
    levels = {name[-1] for name in names}
    if any(name in text for name in _whole(names)) or not levels & set(OWN_LEVELS):
        return False
    said = AREA_WORD.findall(text)
    if "自治区" in text or levels & set(said):
        return "自治区" in text
    speakers = set(ASSEMBLY.findall(text[:OPENING])) - levels
    return bool(speakers) or bool(set(said) - {"市"}) or said.count("市") > MENTIONED


def compared_place(head: str, names: tuple[str, ...]) -> str:
    """The other place whose figure a head names: 邻市高新区 of 邻市高新区GDP; else empty."""
    found = COMPARED.match(head) if names else None
    return found[1] if found and _is_other(found[1], names) else ""


def _whole(names: tuple[str, ...]) -> tuple[str, ...]:
    """The names that say which place it is, without the bare name of the city around it."""
    return tuple(name for name in names if PLACE.fullmatch(name)) or names


def _is_other(place: str, names: tuple[str, ...]) -> bool:
    ours = any(name.endswith(place) or place.endswith(name) for name in _whole(names))
    return not ours and not NOT_A_NAME.search(place)


def _first_place(text: str, names: tuple[str, ...]) -> str:
    """The first name of another place; 全市, 占全省, 各区 name an area without saying which."""
    return next((found[1] for found in PLACE.finditer(text) if _is_other(found[1], names)), "")
