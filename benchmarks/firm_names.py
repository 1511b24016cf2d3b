"""Dirty names of fictional Chinese firms with their true partners, for measuring and for fitting; the same by seed."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import polars as pl
from numpy.random import Generator

_CITY_HEADS = "云青白临安永长平东南西北新沙石金银江海湖"
_CITY_TAILS = "岭河川溪州阳陵泽原湾"
_PROVINCES = ("青川", "云泽", "海陵", "北原", "江安", "石湾")
_TRADE_HEADS = [
    "科技",
    "信息技术",
    "智能装备",
    "生物科技",
    "电子商务",
    "建筑工程",
    "机械设备",
    "商贸",
    "物流",
    "餐饮管理",
    "文化传播",
    "广告",
    "环保科技",
    "新材料",
    "医疗器械",
    "网络科技",
    "教育咨询",
    "企业管理咨询",
    "装饰工程",
    "房地产开发",
    "农业发展",
    "食品",
    "服饰",
    "汽车销售",
    "电力设备",
    "自动化设备",
    "软件",
    "通信技术",
    "精密制造",
    "仪器仪表",
    "供应链管理",
    "人力资源",
    "投资管理",
    "置业",
    "实业",
    "贸易",
    "安防工程",
    "园林绿化",
    "新能源科技",
    "半导体",
]
_LEGAL_FORMS = ("有限公司", "有限公司", "有限公司", "有限公司", "有限责任公司", "股份有限公司", "集团有限公司")
_AUSPICIOUS = (
    "华盛达宏鑫源泰丰瑞恒安康利兴隆昌盈润德信诚和顺通远大中天地金玉海龙凤祥云嘉美佳友联众创新锐捷博睿智慧星辰阳光明辉晟"
    "晨旭东方正元亨贞吉庆福禄寿喜永长久恩惠雅致尚品优卓越凯旋胜捷力迈腾飞翔宇宙科汇聚英才俊杰立诺亚欧百千万亿"
)


@dataclass(frozen=True)
class DirtyNames:
    """`register`: full names, all different. `asked`: dirty names; `partner`: row in `register` or −1."""

    register: pl.Series
    asked: pl.Series
    partner: np.ndarray
    places: tuple[str, ...]


def dirty_names(count: int, seed: int, *, shared_brands: bool = False) -> DirtyNames:
    """`count` registered and `count` asked names.

    Plain: brands are two to four random common characters. `shared_brands`: brands of two or three characters out of
    about a hundred auspicious ones, six firms of ten in one city; many registered names differ in one character, and
    some asked names without a partner are spelt exactly like a registered one without its city.
    """
    random = np.random.default_rng(seed)
    cities = _cities(random)
    firms = _firms(random, int(count * 1.1) + 1, cities, shared_brands)
    known, strangers = firms.head(count), firms.tail(len(firms) - count)
    has_partner = random.random(count) >= 0.1
    partner = np.where(has_partner, random.permutation(count), -1)
    pick = np.where(has_partner, partner, count + np.arange(count) % len(strangers))
    parts = firms[pick.tolist()]
    asked = _dirty(random, parts)
    return DirtyNames(_written(known), asked, partner, (*cities, *_PROVINCES))


_SHARED = Path(os.environ.get("DUOFENG_SHARED", Path(__file__).resolve().parents[1] / "../shared"))


def published_pairs(half: Literal["dev", "test"]) -> DirtyNames | None:
    """Short names of listed companies among all their full names; one half of the short names. None if not there.

    The file is that of `data/entity_resolution/short_full_name_pairs_dev.csv` beside the project.
    """
    path = _SHARED / "data/entity_resolution/short_full_name_pairs_dev.csv"
    if not path.exists():
        return None
    pairs = pl.read_csv(path, infer_schema=False)
    first = np.random.default_rng(7).random(len(pairs)) < 0.5
    rows = np.nonzero(first if half == "dev" else ~first)[0]
    return DirtyNames(pairs["full_name"], pairs["short_name"].gather(rows), rows, ())


def _cities(random: Generator) -> list[str]:
    pairs = [head + tail for head in _CITY_HEADS for tail in _CITY_TAILS]
    return [pairs[place] for place in random.choice(len(pairs), 30, replace=False)]


def _firms(random: Generator, wanted: int, cities: list[str], shared_brands: bool) -> pl.DataFrame:
    """Columns city, brand, trade, form; no two firms have the same city, brand and trade, as the law has it."""
    if shared_brands:
        characters, sizes = np.array(sorted(set(_AUSPICIOUS))), (2, 2, 2, 3)
        in_city = np.r_[0.6, np.full(len(cities) - 1, 0.4 / (len(cities) - 1))]
    else:
        characters = np.array(
            [bytes((high, low)).decode("gb2312") for high in range(0xB0, 0xD7) for low in range(0xA1, 0xFA)]
        )
        sizes, in_city = (2, 2, 3, 4), np.full(len(cities), 1 / len(cities))
    found = pl.DataFrame()
    while len(found) < wanted:
        drawn = int(wanted * 1.3)
        letters = characters[random.integers(0, len(characters), (drawn, 4))]
        brand = (
            pl.DataFrame(letters, schema=["a", "b", "c", "d"], orient="row").select(pl.concat_str(pl.all())).to_series()
        )
        more = (
            pl.DataFrame(
                {
                    "city": np.array(cities)[random.choice(len(cities), drawn, p=in_city)],
                    "brand": brand,
                    "size": np.array(sizes)[random.integers(0, 4, drawn)],
                    "trade": np.array(_TRADE_HEADS)[random.integers(0, len(_TRADE_HEADS), drawn)],
                    "form": np.array(_LEGAL_FORMS)[random.integers(0, len(_LEGAL_FORMS), drawn)],
                }
            )
            .with_columns(brand=pl.col("brand").str.slice(0, pl.col("size")))
            .drop("size")
        )
        found = pl.concat([found, more]).unique(["city", "brand", "trade"], maintain_order=True)
    return found.head(wanted)


def _written(firms: pl.DataFrame) -> pl.Series:
    return firms.select(name=pl.concat_str("city", "brand", "trade", "form")).to_series()


def _dirty(random: Generator, firms: pl.DataFrame) -> pl.Series:
    """City kept, dropped, bracketed or with 市 or a province; trade or form shortened; one name in ten has one typo."""
    count = len(firms)
    how = random.choice(6, count, p=[0.25, 0.2, 0.15, 0.1, 0.2, 0.1])
    short = random.random(count)
    province = np.array(_PROVINCES)[random.integers(0, len(_PROVINCES), count)]
    frame = firms.with_columns(
        how=pl.Series(how),
        short=pl.Series(short),
        province=pl.Series(province),
        other=pl.Series(np.array(["有限公司", "有限责任公司", "公司", ""])[random.integers(0, 4, count)]),
    )
    trade = pl.when(pl.col("short") < 0.08).then(pl.col("trade").str.slice(0, 2)).otherwise("trade")
    form = pl.when(pl.col("short") < 0.3).then("other").otherwise("form")
    city, brand = pl.col("city"), pl.col("brand")
    shapes = [
        pl.concat_str(city, brand, trade, form),
        pl.concat_str(brand, trade, form),
        pl.concat_str(brand, trade, pl.lit("（"), city, pl.lit("）"), form),
        pl.concat_str(brand, pl.lit("("), city, pl.lit(")"), trade, form),
        pl.concat_str(city, pl.lit("市"), brand, trade, form),
        pl.concat_str("province", pl.lit("省"), city, pl.lit("市"), brand, trade, form),
    ]
    shape = pl.coalesce(
        *(pl.when(pl.col("how") == number).then(expression) for number, expression in enumerate(shapes))
    )
    names = frame.select(shape.alias("name")).to_series().to_list()
    for row in np.nonzero(random.random(count) < 0.1)[0]:
        names[row] = _with_typo(random, names[row], firms["brand"][int(row)])
    return pl.Series("name", names)


def _with_typo(random: Generator, name: str, brand: str) -> str:
    """One character lost, doubled, swapped with its neighbour or replaced, inside the brand half of the time."""
    start = name.index(brand) if random.random() < 0.5 else 0
    place = start + int(random.integers(0, len(brand) if start else len(name) - 1))
    kind = random.integers(0, 4)
    if kind == 0:
        return name[:place] + name[place + 1 :]
    if kind == 1:
        return name[:place] + name[place] + name[place:]
    if kind == 2 and place + 1 < len(name):
        return name[:place] + name[place + 1] + name[place] + name[place + 2 :]
    return name[:place] + chr(int(random.integers(0x4E00, 0x9000))) + name[place + 1 :]
