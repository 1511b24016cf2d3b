"""The unit table: every unit a report counts in, what kind of quantity it is, and how large its scale words are.

A unit is written `scale + base` (`亿元`, `万人次`). Scales multiply the value; the base stays the unit of `number`.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

Dimension = Literal["count", "people", "money", "area", "length", "mass", "volume", "energy", "time", "data", "other"]

UNITS: dict[Dimension, str] = {
    "count": (
        "个 家 项 件 条 处 所 座 套 台 部 辆 场 次 起 例 宗 只 支 户 张 期 种 类 篇 份 批 块 栋 幢 间 门 艘 "
        "架 列 组 对 款 幅 册 枚 株 棵 头 羽 盏 根 孔 口 眼 段 片 笔 单 票 站 点 班 节 届 面 把 道 本 部门 "
        "家次 场次 件次 户次 台次 车次 架次 批次 班次 趟次 人年 课时 学时 标箱 标准箱 机柜 机架 床 席 卷 车位 "
        "泊位 台套 台(套) 家(次) 字 集 证"
    ),
    "people": "人 名 位 人次 名次 人天 人口",
    "money": "元 美元 欧元 港元 日元 英镑 元人民币 人民币 元/亩 元/人 元/平方米 元/吨",
    "area": "平方公里 平方千米 平方米 平方 平米 公顷 亩 ㎡ km² m² km2 m2 亩次 平方公里/年",
    "length": "公里 千米 米 厘米 毫米 海里 车道公里 延米 km",
    "mass": "吨 担 公斤 千克 克 斤 吨标准煤 吨标煤 标准煤 载重吨 总吨",
    "volume": "立方米 立方 方 升 毫升 m³ 立方米/日 吨/日 吨公里 人公里 "
    "微克/立方米 毫克/立方米 微克每立方米 毫克每立方米",
    "energy": "千瓦时 千瓦 兆瓦时 兆瓦 吉瓦时 吉瓦 瓦 度 度电 kWh MWh GWh TWh kW MW GW 伏安 千伏安",
    "time": "个工作日 工作日 个小时 小时 分钟 秒 天 日 个月 个自然日 年 周",
    "data": "TB PB EB GB MB P TFLOPS PFLOPS EFLOPS Gbps Mbps PFlops EFlops",
    "other": "岁 分贝 分 ℃ ‰ 星 级 位数 站次 趟 轮 环 次/秒 码 克拉 万克拉 成",
}
"""Measure words and units by what they measure."""

DIMENSION: dict[str, Dimension] = {unit: dimension for dimension, units in UNITS.items() for unit in units.split()}

SCALES: dict[str, int] = {
    "十": 10,
    "百": 100,
    "千": 1_000,
    "万": 10_000,
    "十万": 10**5,
    "百万": 10**6,
    "千万": 10**7,
    "亿": 10**8,
    "十亿": 10**9,
    "百亿": 10**10,
    "千亿": 10**11,
    "万亿": 10**12,
    "十万亿": 10**13,
    "百万亿": 10**14,
    "千万亿": 10**15,
    "亿亿": 10**16,
    "百亿亿": 10**18,
}

MISREAD_UNITS = {"CWh": "GWh", "Gwh": "GWh", "Mwh": "MWh", "平方来": "平方米", "干米": "千米", "干瓦": "千瓦"}
"""Units as scans garble them."""

NAMING_UNITS = "千伏 kV KV 伏 吨级 层 英寸 寸 纳米 nm 兆赫 MHz GHz K 周岁 周年 马力 拍 线 路 号 版 楼 栋楼 届 热线 时"
"""Units that tell which thing is meant (a 110千伏 substation), not how much of it there is."""

COUNTED_PEOPLE = ("居民", "群众", "人口", "职工", "村民", "市民", "学生", "农民", "党员", "学子", "师生")
"""Nouns that follow a bare number and are themselves what is counted: 81万居民."""

PERSONS = (
    "者 户主 成员 人员 人口 群众 居民 师生 学生 职工 老人 老年人 儿童 妇女 青年 青少年 游客 旅客 农民 市民 村民 员工 "
    "学子 工人 党员 干部 考生 患者 观众 人才 劳动力 移民 军人 学员 会员"
)
"""Endings of nouns that name persons."""

COUNT_IN_CHINESE = (
    "个 次 家 项 件 条 处 所 座 套 台 部 辆 场 只 支 户 张 种 类 宗 人 名 位 人次 家次 亩 公里 万元 亿元 元 天 "
    "日 小时 分钟 个工作日 工作日 个小时 个月 证 要素 大"
)
"""Units a numeral written in characters may have; the rest are words of names (三级, 两翼, 一体)."""


def scale_of(unit_scale: str) -> Decimal:
    return Decimal(SCALES.get(unit_scale, 1))


def is_time(unit: str) -> bool:
    return DIMENSION.get(unit) == "time"
