"""What registers, their attributes, code lists and identifier schemes are checked for."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from duofeng.kernel.identifiers import SCHEMES, validate
from duofeng.kernel.message import ANY, Message, say
from duofeng.kernel.problem import LISTED, declare, hint
from duofeng.zone import problems
from duofeng.zone.checks.names import attribute_exists, item_exists, register_exists, scheme_exists
from duofeng.zone.checks.units import check_unit
from duofeng.zone.elements import ELEMENTS
from duofeng.zone.kinds.codes import CodeList
from duofeng.zone.kinds.identifier import Identifier
from duofeng.zone.kinds.register import Register
from duofeng.zone.kinds.vocabulary import Attribute, Type
from duofeng.zone.report import Report, alone
from duofeng.zone.zone import Zone

GUESSES = 50
"""Wrong codes of one list for which the nearest right one is looked for."""
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
NAMED_IN_A_CIRCLE = declare(
    "E069",
    "名称互相包含：“{word}”所指的 {register} 的名称里又有本台账的名称。",
    explain="called 里的关联写作对方的名称，对方的名称不能再由本台账的名称连成。",
)
LANGUAGE_LACKING = declare(
    "E089",
    "这些代码没有 {language} 的名称：{codes}。",
    explain="园区有几种语言时，代码的名称每种语言都要写，如 {zh: 在建, en: under construction}；缺的一种，"
    "页面上显示写有的那种。",
    severity="warning",
)
RESERVED_SCHEME = declare(
    "E057",
    "标识体系不能叫“{id}”：这个词已有固定的意思。",
    explain="uscc、lei 等是平台自带的标识体系；key、name、own、issued 在来源和台账里另有意思。换一个编号。",
)
EXAMPLE_REFUSED = declare(
    "E058",
    "例子“{text}”不合本标识体系：{reason}。",
    explain="examples 里的号码要能通过 pattern 和 check；不能通过，说明其中之一写错了。",
)

MEASURED = frozenset({"number", "integer", "money"})
STATES = frozenset({"reference", "point", "geometry"})
MEMBERS = frozenset({"text", "code", "integer", "date", "reference"})


def check_attribute(item: Attribute, zone: Zone, report: Report) -> None:
    register_exists(item.register, (), zone, report)
    if item.has("to") and item.to is not None:
        register_exists(item.to, ("to",), zone, report)
    if item.has("scheme") and item.scheme is not None:
        scheme_exists(item.scheme, ("scheme",), zone, report)
    if item.has("codes"):
        item_exists("codes", item.codes, ("codes",), zone, report)
    _check_misfits(item, report)
    _check_measure(item, zone, report)


@alone
def _check_misfits(item: Attribute, report: Report) -> None:
    for path, rule in _misfits(item):
        _misfit(item, rule, path, report)


@alone
def _check_measure(item: Attribute, zone: Zone, report: Report) -> None:
    if item.unit is not None and item.type in MEASURED:
        _check_unit(item, item.unit, zone, report)


def _misfits(item: Attribute) -> Iterator[tuple[tuple[str, ...], Message]]:
    """What does not go with the type, and at which key."""
    for type_, key, what in _NEEDED:
        written = getattr(item, key) is not None
        if item.type == type_ and not written:
            yield (), say("要用 {key} 指明{what}", key=key, what=what)
        elif item.type != type_ and written:
            yield (key,), say("没有{what}", what=what)
    if item.scheme is not None and item.type != "text":
        yield ("scheme",), say("没有标识体系")
    yield from _misfits_of_unit(item)
    yield from _misfits_of_time(item)


def _misfits_of_unit(item: Attribute) -> Iterator[tuple[tuple[str, ...], Message]]:
    if item.type == "money" and item.unit is None:
        yield (), say("要有单位")
    if item.unit is not None and item.type not in MEASURED:
        yield ("unit",), say("没有单位")


def _misfits_of_time(item: Attribute) -> Iterator[tuple[tuple[str, ...], Message]]:
    if item.per != "state" and (item.many or item.type in STATES):
        yield ("per",), say("（或有多个值的属性）只能是状态")
    if item.many and item.type not in MEMBERS:
        yield ("many",), say("不能有多个值")


_NEEDED: tuple[tuple[Type, str, Message], ...] = (
    ("code", "codes", say("代码表", context="needed")),
    ("reference", "to", say("所关联的台账", context="needed")),
)


@alone
def _check_unit(item: Attribute, written: str, zone: Zone, report: Report) -> None:
    like = zone.currency.unit if item.type == "money" else None
    if not check_unit(written, zone, report, ("unit",), like, convert=False):
        return
    if item.type == "money" and zone.items("zone") and not zone.currency.holds(written):
        main = zone.currency.unit
        money = say("人民币（元、万元、亿元）") if main == "元" else main
        _misfit(item, say("的单位必须是{money}", money=money), ("unit",), report)


def _misfit(item: Attribute, rule: Message, path: tuple[str, ...], report: Report) -> None:
    report(problems.TYPE_MISFIT, path, on_key=not path, type=item.type, rule=rule)


KEYED_OTHERWISE = frozenset({"own", "issued"})


def check_register(item: Register, zone: Zone, report: Report) -> None:
    if item.id in ELEMENTS and item.element != item.id:
        report(ELEMENT_MISFIT, ("element",), id=item.id, element=item.element)
    if "name" in item.model_fields_set:
        _check_names(item, zone, report)
    _check_called(item, zone, report)
    if item.key not in KEYED_OTHERWISE and scheme_exists(item.key, ("key",), zone, report, KEYED_OTHERWISE):
        first = min(each.id for each in (item, *zone.registers.values()) if each.key == item.key)
        if first < item.id:
            report(KEY_CLAIMED, ("key",), other=first, scheme=item.key)


@alone
def _check_names(item: Register, zone: Zone, report: Report) -> None:
    for index, word in enumerate(item.name):
        path = ("name", index)
        if attribute_exists(item.id, word, path, zone, report):
            attribute = zone.attributes.get(item.id, {}).get(word)
            if attribute is not None and attribute.type != "text":
                report(NAME_NOT_TEXT, path, word=word, type=attribute.type)


@alone
def _check_called(item: Register, zone: Zone, report: Report) -> None:
    """What a name is joined from is text or a number, or leads to who has a name without this one."""
    for index, word in enumerate(item.called):
        path = ("called", index)
        attribute = zone.attributes.get(item.id, {}).get(word)
        if not attribute_exists(item.id, word, path, zone, report) or attribute is None:
            continue
        if attribute.many or attribute.per != "state" or attribute.type not in ("text", "integer", "reference"):
            report(NAME_NOT_TEXT, path, word=word, type=attribute.type)
        elif attribute.to is not None and item.id in _named_by(attribute.to, zone):
            report(NAMED_IN_A_CIRCLE, path, word=word, register=attribute.to)


def _named_by(register: str, zone: Zone) -> set[str]:
    """The registers whose names are part of the names of this one, itself among them."""
    seen, ahead = set[str](), [register]
    while ahead:
        at = ahead.pop()
        if at not in seen and at in zone.registers:
            seen.add(at)
            known = zone.attributes.get(at, {})
            ahead += [to for word in zone.registers[at].called if word in known and (to := known[word].to)]
    return seen


def check_codes(item: CodeList, zone: Zone, report: Report) -> None:
    _check_languages(item, zone, report)
    known, told = list(item.codes), 0
    for code, entry in item.codes.items():
        if entry.parent is not None and entry.parent not in item.codes:
            told += 1
            # A guess looks at every code of the list: for a whole list of mistakes it would take the square of it.
            suggestion = hint(entry.parent, known if told <= GUESSES else known[:LISTED])
            report(problems.UNKNOWN_CODE, ("codes", code, "parent"), word=entry.parent, **suggestion)
        elif entry.parent is not None and code in _above(item, entry.parent):
            report(problems.CODES_IN_A_CIRCLE, ("codes", code, "parent"), code=code, parent=entry.parent)


@alone
def _check_languages(item: CodeList, zone: Zone, report: Report) -> None:
    """A title in no language is taken for every one; beyond the letters of all of them that is seldom meant."""
    for language in zone.languages if zone.items("zone") and len(zone.languages) > 1 else ():
        texts = ((code, each.title.texts) for code, each in item.codes.items())
        lacking = [code for code, each in texts if language not in each and not each.get(ANY, "字").isascii()]
        if lacking:
            shown = (*lacking[:LISTED], *(("…",) if len(lacking) > LISTED else ()))
            report(LANGUAGE_LACKING, ("codes",), on_key=True, language=language, codes=shown)


def _above(item: CodeList, code: str) -> Iterator[str]:
    seen: set[str] = set()
    at: str | None = code
    while at is not None and at not in seen:
        yield at
        seen.add(at)
        at = item.codes[at].parent if at in item.codes else None


RESERVED = frozenset({*SCHEMES, "key", "name", "own", "issued"})


def check_identifier(item: Identifier, _: Zone, report: Report) -> None:
    if item.id in RESERVED:
        report(RESERVED_SCHEME, (), on_key=True, id=item.id)
        return
    try:
        pl.Series([""]).str.contains(f"^(?:{item.pattern})$")
    except pl.exceptions.ComputeError:
        report(problems.BAD_EXPRESSION, ("pattern",), text=item.pattern, reason=say("写法有误"))
        return
    for index, example in enumerate(item.examples if item.check is None or item.check.is_whole() else ()):
        for problem in validate(item.scheme, example).problems:
            reason = _why_refused(item, example) or problem.message
            report(EXAMPLE_REFUSED, ("examples", index), text=example, reason=reason)


def _why_refused(item: Identifier, example: str) -> Message | None:
    """The part of the declaration that is at odds with an example, where that says more than the example's fault."""
    written, read = pl.Series([example]), item.form.normalised(pl.Series([example]))
    whole = f"^(?:{item.pattern})$"
    normal = str(read[0])
    if not read.str.contains(whole)[0]:
        if normal != example and written.str.contains(whole)[0]:
            return say("读入后成为“{normal}”，pattern 不认；去掉哪些字符、是否大写由 drop 和 upper 决定", normal=normal)
        return say("pattern 不认它")
    check = item.check
    if check is not None and check.algorithm == "weights":
        digits = len(item.form.checked(read)[0]) - (1 if check.checks else len(str((check.modulus or 1) - 1)))
        if digits != len(check.weights):
            return say("校验位之前有 {digits} 位，weights 有 {written} 个", digits=digits, written=len(check.weights))
    return None
