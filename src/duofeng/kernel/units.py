"""Units with exact factors, numbers with units in text, and the refusal to convert between different kinds of things.

Counts (家, 个, 件, 人, 人次 …) never become each other; percentage points are not per cent; foreign money is not 元.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import lru_cache

from duofeng.kernel.message import Message, say
from duofeng.kernel.problem import Problem, ProblemError, nearest
from duofeng.kernel.problems import NUMBER_UNREADABLE, UNIT_UNKNOWN, UNITS_INCOMPATIBLE

MAGNITUDES = {
    "万亿": 12,
    "千亿": 11,
    "百亿": 10,
    "十亿": 9,
    "亿": 8,
    "千万": 7,
    "百万": 6,
    "十万": 5,
    "万": 4,
    "千": 3,
    "百": 2,
}
_DIGITS = 60  # enough for any product of a ledger number with a factor


@dataclass(frozen=True, slots=True)
class Unit:
    """`factor` units of the dimension's base unit make one of this; only equal dimensions convert."""

    symbol: str
    dimension: str
    factor: Fraction

    @property
    def is_money(self) -> bool:
        return self.dimension == "money" or self.dimension in CURRENCIES


Members = dict[str, int | Fraction]
CURRENCIES: dict[str, Members] = {"USD": {"美元": 1}, "EUR": {"欧元": 1}, "JPY": {"日元": 1}, "HKD": {"港元": 1}}
_ISO_4217 = """
AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP
COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HNL HTG HUF IDR ILS INR
IQD IRR ISK JMD JOD KES KGS KHR KMF KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR
MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG
SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX UYU UZS VES VND VUV WST
XAF XCD XOF XPF YER ZAR ZMW
"""
for _code in _ISO_4217.split():
    CURRENCIES[_code] = {_code: 1}
"""Foreign money by its ISO 4217 code, each a dimension of its own: there is no rate of exchange in a unit."""
_ENGLISH_MAGNITUDES = {"thousand": 3, "million": 6, "billion": 9}
_MU = Fraction(2000, 3)  # one 亩 in square metres, exactly 1/15 of a hectare
_MEASURES: dict[str, dict[str, int | Fraction]] = {
    "money": {"元": 1, "角": Fraction(1, 10)},
    **CURRENCIES,
    "area": {"平方米": 1, "亩": _MU, "公顷": 10_000, "平方公里": 1_000_000},
    "length": {"米": 1, "公里": 1_000, "毫米": Fraction(1, 1000)},
    "mass": {"公斤": 1, "吨": 1_000, "克": Fraction(1, 1000)},
    "coal equivalent": {"吨标准煤": 1},
    "volume": {"立方米": 1, "升": Fraction(1, 1000)},
    "energy": {"千瓦时": 1},
    "power": {"千瓦": 1, "兆瓦": 1_000},
    "compute": {"P": 1, "E": 1_000, "T": Fraction(1, 1000)},
    "data": {"GB": 1, "TB": 1_000, "PB": 1_000_000},
    "time": {"秒": 1, "分钟": 60, "小时": 3_600, "天": 86_400},
    "working days": {"工作日": 1},
    "working hours": {"工作时": 1},
    "months": {"月": 1, "季度": 3, "年": 12},
    "ratio": {"%": Fraction(1, 100), "‰": Fraction(1, 1000)},
    "percentage points": {"pp": 1},
    "multiple": {"倍": 1},
    "rank": {"位": 1},
    "concentration": {"微克/立方米": 1},
}
_COUNTS = (
    *(
        "人",
        "人次",
        "家",
        "家次",
        "个",
        "件",
        "件次",
        "项",
        "户",
        "宗",
        "条",
        "次",
        "台",
        "辆",
        "套",
        "所",
        "座",
        "处",
        "起",
    ),
    *(
        "份",
        "张",
        "篇",
        "种",
        "批",
        "只",
        "株",
        "棵",
        "栋",
        "幢",
        "期",
        "场",
        "卡",
        "核",
        "卡时",
        "核时",
        "机时",
        "节点时",
    ),
    *("车位", "床", "分", "标准机架"),
)
_ALIASES = {
    "平方米": "㎡ m² m2 平米",
    "平方公里": "km² km2 平方千米",
    "公顷": "ha",
    "米": "m",
    "公里": "km 千米",
    "毫米": "mm",
    "公斤": "kg 千克",
    "吨": "t",
    "克": "g",
    "吨标准煤": "吨标煤",
    "立方米": "m³ m3",
    "升": "L",
    "千瓦时": "kWh KWH 度",
    "千瓦": "kW",
    "兆瓦": "MW",
    "P": "PFLOPS",
    "E": "EFLOPS",
    "T": "TFLOPS",
    "元": "人民币 元人民币 CNY RMB 圆 块",
    "美元": "USD",
    "欧元": "EUR",
    "日元": "JPY 日圆",
    "港元": "HKD 港币",
    "pp": "百分点 个百分点",
    "月": "个月",
    "天": "日",
    "小时": "h 时",
    "分钟": "min",
    "秒": "s",
    "工作日": "个工作日",
    "人": "名",
    "家": "企业",
    "家次": "户次",
    "微克/立方米": "μg/m³ 微克每立方米",
}
BASE_UNITS: dict[str, Unit] = {
    symbol: Unit(symbol, dimension, Fraction(factor))
    for dimension, members in _MEASURES.items()
    for symbol, factor in members.items()
} | {symbol: Unit(symbol, f"count of {symbol}", Fraction(1)) for symbol in _COUNTS}


@lru_cache(maxsize=4096)
def unit(text: str) -> Unit:
    """The unit of that name: a base unit or alias, with a Chinese magnitude before it, or a quotient such as 万元/亩.

    Raises ProblemError (E121) with the nearest name.
    """
    clean = _clean(text)
    found = _lookup(clean)
    if found is None and "/" in clean:
        above, _, below = clean.partition("/")
        top, bottom = _lookup(above), _lookup(below)
        if top and bottom:
            return Unit(clean, f"{top.dimension} per {bottom.dimension}", top.factor / bottom.factor)
    if found is None:
        raise ProblemError(unknown_unit(text))
    return found


def unknown_unit(text: str, dimension: str | None = None, *, latin: bool = False) -> Problem:
    """That there is no such unit (E121), with the nearest name, and with the units there are: of `dimension` if it is
    known, else of the nearest one's. `latin` prefers names that a keyboard without Chinese can write."""
    near = nearest(_clean(text)[:LONGEST], _all_names(dimension))
    found = _lookup(near) if near is not None else None
    kind = dimension or (found.dimension if found else None)
    words = written_as(kind, latin=latin) if kind is not None else ()
    others = tuple(word for word in words if word != near)
    return UNIT_UNKNOWN.at(unit=text, nearest=near or "", hint=_hint(near, others))


def _hint(near: str | None, others: tuple[str, ...]) -> Message:
    guess, listed = say("是不是“{nearest}”？", nearest=near), say("同类单位有：{words}。", words=others)
    if near is None:
        return listed if others else say("自己的计数单位写进 zone.yaml 的 units。")
    return say("{first}{second}", first=guess, second=listed) if others else guess


def written_as(dimension: str, *, latin: bool = False) -> tuple[str, ...]:
    """Every unit of a dimension by the name a zone writes, those of money also in their multiples."""
    symbols = [symbol for symbol, each in BASE_UNITS.items() if each.dimension == dimension]
    if not latin:
        return (*symbols, "万元", "亿元") if dimension == "money" else tuple(symbols)
    code = "CNY" if dimension == "money" else dimension
    multiples = _ENGLISH_MAGNITUDES if dimension == "money" or dimension in CURRENCIES else ()
    return (*map(_latin_name, symbols), *(f"{multiple} {code}" for multiple in multiples))


def _latin_name(symbol: str) -> str:
    names = [symbol, *_ALIASES.get(symbol, "").split()]
    return next((name for name in names if not _CHINESE.search(name)), symbol)


_CHINESE = re.compile("[\u3400-\u9fff]")


def convert(value: Decimal, from_unit: str, to_unit: str) -> Decimal:
    """The value in the other unit: exact when it ends, else 60 digits (亩 → 平方米 may not end).

    Raises ProblemError: E121 for an unknown unit, E122 naming both when they are not the same kind of thing.
    """
    ratio = factor_between(from_unit, to_unit)
    with localcontext() as context:
        context.prec = _DIGITS
        product = value * ratio.numerator
        return product if ratio.denominator == 1 else product / ratio.denominator


def factor_between(from_unit: str, to_unit: str) -> Fraction:
    """How many `to_unit` one `from_unit` is. Raises as `convert` does."""
    source, target = unit(from_unit), unit(to_unit)
    if source.dimension != target.dimension:
        near = _nearest_of(source.dimension, from_unit, to_unit)
        alias = known_unit(near) == known_unit(from_unit)
        raise ProblemError(
            UNITS_INCOMPATIBLE.at(unit=from_unit, target=named(to_unit), nearest=near if alias else named(near))
        )
    return source.factor / target.factor


def named(text: str) -> Message | str:
    """A unit as the reader calls it; one that counts as it is written, for other languages may have no word for it."""
    if count_in(unit(text)) is not None:
        return text
    magnitude, bare = split_magnitude(text)
    name = Message(known_unit(bare) or bare, {"count": 2}, "unit")
    return say("{first}{second}", first=Message(magnitude, context="magnitude"), second=name) if magnitude else name


def main_unit_of_money(text: str) -> str:
    """The unit that amounts written in `text` are kept in: 元 for 万元, EUR for thousand EUR. Raises as `unit` does."""
    found = unit(text)
    if not found.is_money or found.dimension == "money":
        return "元"
    return next(iter(CURRENCIES[found.dimension]))


def split_number_unit(text: str) -> tuple[Decimal, str | None]:
    """`１,２３４.５ 万元` → (1234.5, "万元"); the unit is None when the text has none. Raises ProblemError (E120)."""
    clean = _clean(text).replace("，", ",")
    match = _NUMBER_UNIT.fullmatch(clean)
    if match is None:
        raise ProblemError(NUMBER_UNREADABLE.at(text=text))
    number = match["number"].replace(",", "").replace("−", "-")
    return Decimal(number), match["unit"] or None


def cell_unit(written: str | None, declared: str) -> str:
    """The unit of a cell in a column declared in `declared`: its own, the column's when bare.

    A bare magnitude stands before the column's plain unit: `1.2亿` in a column of 万元 is 1.2亿元.
    """
    if written is None:
        return declared
    return written + split_magnitude(declared)[1] if written in MAGNITUDES else written


def split_magnitude(text: str) -> tuple[str, str]:
    """A unit and the magnitude before it: 亿, 元 of 亿元; million, EUR of million EUR."""
    if _exact(_clean(text)) is None:
        for prefix in (*MAGNITUDES, *_ENGLISH_MAGNITUDES):
            if text.startswith(prefix) and text != prefix:
                return prefix, text.removeprefix(prefix).strip()
    return "", text


NUMBER_PATTERN = r"[+\-−]?(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d*)?|\.\d+)(?:[eE][+\-]?\d{1,3})?"
UNIT_PATTERN = r"[^\d\s.,+\-−][^\s]{0,15}"
_NUMBER_UNIT = re.compile(rf"(?P<number>{NUMBER_PATTERN})(?P<unit>{UNIT_PATTERN})?")


LONGEST = 40
"""Characters beyond which no text is a unit, however often 万 is said."""


def _clean(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def _lookup(text: str) -> Unit | None:
    """A base unit, an alias, or a magnitude before one; a magnitude alone is a pure number."""
    if len(text) > LONGEST:
        return None
    exact = _exact(text)
    if exact is not None:
        return exact
    for prefix, exponent in MAGNITUDES.items():
        if text.startswith(prefix):
            rest = text[len(prefix) :]
            base = _lookup(rest) if rest else Unit("", "pure number", Fraction(1))
            return base and Unit(text, base.dimension, base.factor * 10**exponent)
    for prefix, exponent in _ENGLISH_MAGNITUDES.items():
        base = _exact(text[len(prefix) :]) if text.startswith(prefix) else None
        if base is not None and base.is_money:
            return Unit(text, base.dimension, base.factor * 10**exponent)
    return None


def _exact(text: str) -> Unit | None:
    return BASE_UNITS.get(text) or BASE_UNITS.get(_folded_aliases().get(text, "")) or _DECLARED.get(text)


# ---- counting units that a zone declares ----------------------------------------------------------------------------

_DECLARED: dict[str, Unit] = {}
_COUNT_OF = "count of "


def know_counts(declared: Mapping[str, Mapping[str, tuple[str, ...]]]) -> None:
    """From now on these words are units, each counting its own kind of thing, written behind a number in the forms
    given by language; what is a unit already keeps its meaning.

    It only ever adds, and a word counts the same whoever declares it: zones of one process cannot convert differently.
    """
    _FORMS.update(declared)
    new = {_clean(word) for word in declared} - _DECLARED.keys()
    added = {word: Unit(word, _COUNT_OF + word, Fraction(1)) for word in new if _lookup(word) is None}
    if added:
        _DECLARED.update(added)
        unit.cache_clear()
        _all_names.cache_clear()


_FORMS: dict[str, Mapping[str, tuple[str, ...]]] = {}


def forms_of_count(word: str) -> Mapping[str, tuple[str, ...]] | None:
    """The forms of a counting word that a zone declared."""
    return _FORMS.get(word)


def known_unit(text: str) -> str | None:
    """The symbol of a unit without magnitude, under any of its names."""
    found = _exact(_clean(text))
    return found.symbol if found is not None else None


def count_in(found: Unit) -> str | None:
    """What a count counts: 人 of 万人."""
    return found.dimension.removeprefix(_COUNT_OF) if found.dimension.startswith(_COUNT_OF) else None


def is_declared_count(word: str) -> bool:
    return word in _DECLARED


@lru_cache(maxsize=1)
def _folded_aliases() -> dict[str, str]:
    return {_clean(alias): symbol for symbol, aliases in _ALIASES.items() for alias in aliases.split()}


@lru_cache(maxsize=64)
def _all_names(dimension: str | None = None) -> tuple[str, ...]:
    names = [*BASE_UNITS, *_folded_aliases(), *_DECLARED]
    known = (*names, *(prefix + name for prefix in ("万", "亿", "千") for name in BASE_UNITS))
    if dimension is None:
        return known
    return tuple(name for name in known if (found := _lookup(name)) and found.dimension == dimension)


def _nearest_of(dimension: str, written: str, wrong: str) -> str:
    """Another unit of that dimension, as like the wrong one as can be; else the first there is."""
    same = [name for name in _all_names() if (found := _lookup(name)) and found.dimension == dimension]
    others = [name for name in same if name != written] or [written]
    return nearest(wrong, others) or others[0]
