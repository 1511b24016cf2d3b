"""Whom a figure is about: the place the document speaks for, the area around it, a body in it, another place."""

from __future__ import annotations

import re

AREAS = {"国": "nation", "省": "province", "市": "city", "州": "city"}
AREA_SUBJECT = re.compile(r"\W*(?:其中)?[全我]([国省市州])(?!级|直|委|属|率先|第|首|平均)")
BODY = re.compile(
    r"\W*(?:全[区市县省])?((?:各级?|[县市省区处厅乡科]{1,2}级)[一-鿿]{2,12}?(?:党组织|干部|部门|单位|机关|办事处|街道|园区|支部))"
    r"(?=到|开展|组织|举办|共|累计|召开|新建|建成|完成|走访|深入)"
)
PLACE = re.compile(
    r"(?<![一-鿿])([一-鿿]{2,10}?(?:高新技术产业开发区|高新区|经济技术开发区|经济开发区|开发区|经开区|新区|示范区"
    r"|港区|自治区|自治州|省|市|县|区|街道|镇))"
)
NOT_A_NAME = re.compile("[全我本各占该级]")
OF_YEAR = re.compile(r"\d+年?|关于|上半年|前三季度|[一二三四]季度|看|中共|本报|——|[-#*\s]")
OWN_LEVELS = ("街道", "镇", "区", "县", "州", "市", "省")


def area_or_body(written: str) -> str:
    """The subject that opens a stretch: `province` of 全省…, 各级党组织 of 各级党组织开展…; else empty."""
    area = AREA_SUBJECT.match(written)
    if area:
        return AREAS[area[1]]
    body = BODY.match(written)
    return body[1] if body else ""


def own_area(text: str, title: str) -> str:
    """Which of nation, province, city the document itself speaks for; `zone` when it is a smaller place."""
    sample = text[:30_000]
    if re.search(r"高新区|开发区|新区|港区|经开区", sample) or any(f"全{level}" in sample for level in OWN_LEVELS[:4]):
        return "zone"
    if re.search(r"省", title) or ("全省" in sample and "全市" not in sample):
        return "province"
    return "city" if "全市" in sample else "zone"


def other_place(text: str, title: str, names: tuple[str, ...]) -> str:
    """The place a document is about when it is none of `names`; empty when it is ours or names no place."""
    if not names or any(name and name in text for name in names):
        return ""
    return _first_place(OF_YEAR.sub(" ", title)) or _first_place(OF_YEAR.sub(" ", text[:400]))


def _first_place(text: str) -> str:
    """The first name of a place; 全市, 占全省, 各区 name an area without saying which."""
    return next((found[1] for found in PLACE.finditer(text) if not NOT_A_NAME.search(found[1])), "")
