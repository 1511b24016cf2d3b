"""What registers are checked for: their key is known and theirs alone, their names are attributes that hold texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from duofeng.kernel.problem import declare
from duofeng.zone.elements import ELEMENTS
from duofeng.zone.references import check_attribute, check_scheme
from duofeng.zone.registry import Report

if TYPE_CHECKING:
    from duofeng.zone.kinds.register import Register
    from duofeng.zone.zone import Zone

ELEMENT_MISFIT = declare(
    "E054",
    "台账 {id} 是要素 {id} 自己的台账，element 不能写 {element}。",
    explain="七个要素各有一个同名台账。要另立台账，请换一个编号。",
)
KEY_CLAIMED = declare(
    "E055",
    "台账 {other} 已经以 {scheme} 为键，同一个号码不能是两个台账里的对象。",
    explain="一种号码只是一个台账的键。另一个台账用自己的编号（own），再用关联（reference）指向它。",
)
NAME_NOT_TEXT = declare(
    "E056",
    "名称属性“{word}”是 {type}，应当是文字（text）。",
    explain="台账的 name 列出写名称的属性，它们的类型是 text。",
)
KEYED_OTHERWISE = frozenset({"own", "issued"})


def check_register(item: Register, zone: Zone, report: Report) -> None:
    if item.id in ELEMENTS and item.element != item.id:
        report(ELEMENT_MISFIT, ("element",), id=item.id, element=item.element)
    for index, word in enumerate(item.name):
        path = ("name", index) if len(item.name) > 1 else ("name",)
        if "name" not in item.model_fields_set:
            continue
        if check_attribute(item.id, word, path, zone, report):
            attribute = zone.attributes.get(item.id, {}).get(word)
            if attribute is not None and attribute.type != "text":
                report(NAME_NOT_TEXT, path, word=word, type=attribute.type)
    if item.key not in KEYED_OTHERWISE and check_scheme(item.key, ("key",), zone, report, KEYED_OTHERWISE):
        others = [each.id for each in zone.registers.values() if each.key == item.key and each.id != item.id]
        if others and min(others) < item.id:
            report(KEY_CLAIMED, ("key",), other=min(others), scheme=item.key)
