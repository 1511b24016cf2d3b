"""The problems of single values: periods, calendars, numbers with units, identifiers (E100–E199)."""

from __future__ import annotations

from duofeng.kernel.problem import declare

PERIOD_UNREADABLE = declare(
    "E100",
    "“{text}”不是时期，最接近的写法是“{nearest}”",
    explain="时期写作 2023、2023H1、2023Q3、2023-06、2023-06-15、2024-01..2024-05，或中文 2023年、2023年上半年"
    "、2023年前三季度、2023年6月、2024年1~5月。",
)
PERIOD_WITHOUT_YEAR = declare(
    "E101",
    "“{text}”没有年份，请写成“{nearest}”",
    explain="“上半年”“1~5月”只有在文件自身的年份已知时才有意义；单独出现时必须写出年份，程序不猜。",
)
PERIOD_BACKWARDS = declare(
    "E102",
    "时期“{text}”的终点在起点之前，是否应为“{nearest}”？",
    explain="范围先写起点，再写终点，两端都包含在内。",
)
CALENDAR_UNKNOWN_YEAR = declare(
    "E110",
    "日历“{calendar}”只知道 {first}–{last} 年，不知道 {date} 是否工作日",
    explain="放假与调休每年由国务院办公厅公布，未公布之前不按周末推算。请升级 chinesecalendar，或在园区的日历文"
    "件中写入该年的放假与补班日期。",
)
CALENDAR_GAP = declare(
    "E111",
    "日历“{calendar}”的年份不连续：缺 {missing}",
    explain="期限可能跨年，所以日历必须逐年连续。请补上缺少的年份。",
)
CALENDAR_WITHOUT_YEARS = declare(
    "E115",
    "日历“{calendar}”没有写负责哪些年份，如 years: [2024, 2025]",
    explain="只按星期的日历（base: weekdays）只知道 years 里的年份：假日逐年公布，没有写的年份不猜。",
)
CALENDAR_DAY_OUTSIDE = declare(
    "E112",
    "日历“{calendar}”列出了 {date}，但没有声明 {year} 年",
    explain="只写某年的几天不等于知道整年。请把该年加入 years，并写全放假与补班日期。",
)
CALENDAR_BOTH = declare(
    "E113",
    "日历“{calendar}”同时把 {date} 写成放假和上班",
    explain="同一天只能是休息日或工作日之一。",
)
HOURS_UNREADABLE = declare(
    "E114",
    "工作时间“{text}”无法读取，写法如“09:00-12:00 13:00-17:00”",
    explain="各段按先后排列、互不重叠，24 小时写作 00:00-24:00。",
)
NUMBER_UNREADABLE = declare(
    "E120",
    "“{text}”不是数",
    explain="数可以带全角数字、千分位、万/亿和单位，如 １２．５ 万元、1,234.5、1.2亿。",
)
UNIT_UNKNOWN = declare(
    "E121",
    "没有单位“{unit}”。{hint}",
    explain="单位及其换算在 kernel/units.py 中列出；万、亿等可加在任何可数单位之前，复合单位写作 万元/亩。",
)
UNITS_INCOMPATIBLE = declare(
    "E122",
    "“{unit}”不能换算成“{target}”，它们不是同一种量；可以换成“{nearest}”",
    explain="只有同一种量之间才能换算。家、个、件、项、人、人次等计数单位互不换算；百分点不是百分比；美元不是元。",
)
MONEY_NOT_EXACT = declare(
    "E123",
    "金额 {amount} 元精确到分之后还有余数",
    explain="金额按整数“分”保存，不四舍五入。请核对是否多写了小数，或把单位写错。",
)
MONEY_TOO_LARGE = declare(
    "E124",
    "金额 {amount} 元超出可保存的范围",
    explain="以“分”为单位的整数最大约 9.2 亿亿分（922 万亿元）。多半是单位写错了。",
)
IDENTIFIER_EMPTY = declare(
    "E130",
    "{scheme}是空的",
    explain="标识列为空，无法知道这一行说的是谁。",
)
IDENTIFIER_LENGTH = declare(
    "E131",
    "{scheme}“{text}”有 {length} 位，应为 {expected} 位",
    explain="位数不对，常见原因：表格把长数字变成科学计数、前后多了字、漏了一位。",
)
IDENTIFIER_CHARACTER = declare(
    "E132",
    "{scheme}“{text}”第 {position} 位不能是“{character}”",
    explain="统一社会信用代码不使用 I、O、S、V、Z；程序不猜它们是 1、0、5 还是 2。",
)
IDENTIFIER_CHECK = declare(
    "E133",
    "{scheme}“{text}”的校验码不对",
    explain="校验码由前面各位算出，不符说明至少有一位写错。",
)
IDENTIFIER_CLASS = declare(
    "E134",
    "{scheme}“{text}”的登记部门与机构类别“{classes}”不在国标表中",
    explain="前两位是登记管理部门和机构类别。国标会补充新类别，所以只提醒，不拒收。",
    severity="warning",
)
IDENTIFIER_INNER_CHECK = declare(
    "E135",
    "{scheme}“{text}”内含的组织机构代码校验码不符",
    explain="第 9–17 位应是带校验码的组织机构代码；早期发放的少数代码不符合，所以只提醒，不拒收。",
    severity="warning",
)
IDENTIFIER_DATE = declare(
    "E136",
    "{scheme}“{text}”中的日期“{date}”不存在",
    explain="代码中含有年月或年月日，必须是真实存在的日期。",
)
IDENTIFIER_SHAPE = declare(
    "E137",
    "{scheme}“{text}”的结构不对，应为 {expected}",
    explain="没有校验码的代码只能核对结构：各段的位数、字母和取值。",
)
SCHEME_UNKNOWN = declare(
    "E138",
    "没有标识方案“{scheme}”。{hint}",
    explain="可用方案：uscc、organisation_code、resident_id、real_estate_unit、parcel、project、grid、"
    "unit_grid、own（来源自己的编号），以及园区在 identifiers/ 里声明的。",
)
