"""The problems of single values: periods, calendars, numbers with units, identifiers (E100–E199)."""

from __future__ import annotations

from duofeng.kernel.problem import declare

PERIOD_UNREADABLE = declare(
    "E100",
    zh="“{text}”不是时期，最接近的写法是“{nearest}”",
    en="'{text}' is not a period; the nearest form is '{nearest}'",
    explain_zh="时期写作 2023、2023H1、2023Q3、2023-06、2023-06-15、2024-01..2024-05，"
    "或中文 2023年、2023年上半年、2023年前三季度、2023年6月、2024年1~5月。",
    explain_en="A period is written 2023, 2023H1, 2023Q3, 2023-06, 2023-06-15, 2024-01..2024-05, or in Chinese: "
    "2023年, 2023年上半年, 2023年前三季度, 2023年6月, 2024年1~5月.",
)
PERIOD_WITHOUT_YEAR = declare(
    "E101",
    zh="“{text}”没有年份，请写成“{nearest}”",
    en="'{text}' names no year; write for example '{nearest}'",
    explain_zh="“上半年”“1~5月”只有在文件自身的年份已知时才有意义；单独出现时必须写出年份，程序不猜。",
    explain_en="上半年 or 1~5月 mean something only where the document's own year is known; alone they need a year, "
    "because the program does not guess.",
)
PERIOD_BACKWARDS = declare(
    "E102",
    zh="时期“{text}”的终点在起点之前，是否应为“{nearest}”？",
    en="period '{text}' ends before it begins; did you mean '{nearest}'?",
    explain_zh="范围先写起点，再写终点，两端都包含在内。",
    explain_en="A range is written first end first; both ends are included.",
)
CALENDAR_UNKNOWN_YEAR = declare(
    "E110",
    zh="日历“{calendar}”只知道 {first}–{last} 年，不知道 {date} 是否工作日",
    en="calendar '{calendar}' knows the years {first}–{last} only, not whether {date} is a working day",
    explain_zh="放假与调休每年由国务院办公厅公布，未公布之前不按周末推算。请升级 chinesecalendar，"
    "或在园区的日历文件中写入该年的放假与补班日期。",
    explain_en="Days off and make-up workdays are published each year; before that nothing is assumed from weekends. "
    "Upgrade chinesecalendar or list the year's days in the zone's calendar file.",
)
CALENDAR_GAP = declare(
    "E111",
    zh="日历“{calendar}”的年份不连续：缺 {missing}",
    en="calendar '{calendar}' has a gap in its years: {missing} is missing",
    explain_zh="期限可能跨年，所以日历必须逐年连续。请补上缺少的年份。",
    explain_en="A deadline may cross years, so a calendar must know every year between its first and its last.",
)
CALENDAR_DAY_OUTSIDE = declare(
    "E112",
    zh="日历“{calendar}”列出了 {date}，但没有声明 {year} 年",
    en="calendar '{calendar}' lists {date} but does not declare the year {year}",
    explain_zh="只写某年的几天不等于知道整年。请把该年加入 years，并写全放假与补班日期。",
    explain_en="A few days of a year are not the year. Add it to years and list all its days off and workdays.",
)
CALENDAR_BOTH = declare(
    "E113",
    zh="日历“{calendar}”同时把 {date} 写成放假和上班",
    en="calendar '{calendar}' lists {date} both as off and as work",
    explain_zh="同一天只能是休息日或工作日之一。",
    explain_en="One day is either off or a working day.",
)
HOURS_UNREADABLE = declare(
    "E114",
    zh="工作时间“{text}”无法读取，写法如“09:00-12:00 13:00-17:00”",
    en="working hours '{text}' cannot be read; write for example '09:00-12:00 13:00-17:00'",
    explain_zh="各段按先后排列、互不重叠，24 小时写作 00:00-24:00。",
    explain_en="Parts are in order and do not overlap; round the clock is 00:00-24:00.",
)
NUMBER_UNREADABLE = declare(
    "E120",
    zh="“{text}”不是数",
    en="'{text}' is not a number",
    explain_zh="数可以带全角数字、千分位、万/亿和单位，如 １２．５ 万元、1,234.5、1.2亿。",
    explain_en="A number may have full-width digits, thousands separators, 万/亿 and a unit, "
    "as in １２．５ 万元, 1,234.5, 1.2亿.",
)
UNIT_UNKNOWN = declare(
    "E121",
    zh="没有单位“{unit}”，是否应为“{nearest}”？",
    en="there is no unit '{unit}'; did you mean '{nearest}'?",
    explain_zh="单位及其换算在 kernel/units.py 中列出；万、亿等可加在任何可数单位之前，复合单位写作 万元/亩。",
    explain_en="Units and their factors are listed in kernel/units.py; 万 and 亿 may stand before any of them, "
    "a composed unit is written 万元/亩.",
)
UNITS_INCOMPATIBLE = declare(
    "E122",
    zh="“{unit}”不能换算成“{target}”，它们不是同一种量；可以换成“{nearest}”",
    en="'{unit}' cannot become '{target}': they measure different things; '{nearest}' would do",
    explain_zh="只有同一种量之间才能换算。家、个、件、项、人、人次等计数单位互不换算；百分点不是百分比；美元不是元。",
    explain_en="Only units of one dimension convert. Counting units are never converted among each other; percentage "
    "points are not per cent; US dollars are not yuan.",
)
MONEY_NOT_EXACT = declare(
    "E123",
    zh="金额 {amount} 元精确到分之后还有余数",
    en="the amount {amount} yuan does not end at a whole fen",
    explain_zh="金额按整数“分”保存，不四舍五入。请核对是否多写了小数，或把单位写错。",
    explain_en="Money is kept as whole minor units and never rounded. Check the decimals or the unit.",
)
MONEY_TOO_LARGE = declare(
    "E124",
    zh="金额 {amount} 元超出可保存的范围",
    en="the amount {amount} yuan is larger than can be kept",
    explain_zh="以“分”为单位的整数最大约 9.2 亿亿分（922 万亿元）。多半是单位写错了。",
    explain_en="Minor units are 64-bit integers, up to about 9.2e16 yuan. Most likely the unit is wrong.",
)
IDENTIFIER_EMPTY = declare(
    "E130",
    zh="{scheme}是空的",
    en="the {scheme_en} is empty",
    explain_zh="标识列为空，无法知道这一行说的是谁。",
    explain_en="The identifying column is empty, so it is unknown whom the row is about.",
)
IDENTIFIER_LENGTH = declare(
    "E131",
    zh="{scheme}“{text}”有 {length} 位，应为 {expected} 位",
    en="{scheme_en} '{text}' has {length} characters, expected {expected}",
    explain_zh="位数不对，常见原因：表格把长数字变成科学计数、前后多了字、漏了一位。",
    explain_en="Wrong length: a spreadsheet made a long number scientific, or a character was lost or added.",
)
IDENTIFIER_CHARACTER = declare(
    "E132",
    zh="{scheme}“{text}”第 {position} 位不能是“{character}”",
    en="{scheme_en} '{text}': position {position} cannot be '{character}'",
    explain_zh="统一社会信用代码不使用 I、O、S、V、Z；程序不猜它们是 1、0、5 还是 2。",
    explain_en="The credit code has no I, O, S, V, Z; the program does not guess whether 1, 0, 5 or 2 was meant.",
)
IDENTIFIER_CHECK = declare(
    "E133",
    zh="{scheme}“{text}”的校验码不对",
    en="{scheme_en} '{text}': the check character is wrong",
    explain_zh="校验码由前面各位算出，不符说明至少有一位写错。",
    explain_en="The check character follows from the others; a mismatch means at least one character is wrong.",
)
IDENTIFIER_CLASS = declare(
    "E134",
    zh="{scheme}“{text}”的登记部门与机构类别“{classes}”不在国标表中",
    en="{scheme_en} '{text}': authority and class '{classes}' are not in the standard's table",
    explain_zh="前两位是登记管理部门和机构类别。国标会补充新类别，所以只提醒，不拒收。",
    explain_en="The first two characters name authority and class. The standard gains classes, so this only warns.",
    severity="warning",
)
IDENTIFIER_INNER_CHECK = declare(
    "E135",
    zh="{scheme}“{text}”内含的组织机构代码校验码不符",
    en="{scheme_en} '{text}': the inner organisation code has a wrong check character",
    explain_zh="第 9–17 位应是带校验码的组织机构代码；早期发放的少数代码不符合，所以只提醒，不拒收。",
    explain_en="Positions 9–17 should be a checked organisation code; a few early codes are irregular, so this warns.",
    severity="warning",
)
IDENTIFIER_DATE = declare(
    "E136",
    zh="{scheme}“{text}”中的日期“{date}”不存在",
    en="{scheme_en} '{text}': the date '{date}' does not exist",
    explain_zh="代码中含有年月或年月日，必须是真实存在的日期。",
    explain_en="The code contains a year and month or a birth date; it must exist.",
)
IDENTIFIER_SHAPE = declare(
    "E137",
    zh="{scheme}“{text}”的结构不对，应为 {expected}",
    en="{scheme_en} '{text}' has the wrong shape, expected {expected}",
    explain_zh="没有校验码的代码只能核对结构：各段的位数、字母和取值。",
    explain_en="Codes without a check character are checked by structure: widths, letters and ranges of their parts.",
)
SCHEME_UNKNOWN = declare(
    "E138",
    zh="没有标识方案“{scheme}”，是否应为“{nearest}”？",
    en="there is no identifier scheme '{scheme}'; did you mean '{nearest}'?",
    explain_zh="可用方案：uscc、organisation_code、resident_id、real_estate_unit、parcel、project、grid、unit_grid、own（来源自己的编号），以及"
    "园区在 identifiers/ 里声明的。",
    explain_en="The schemes are uscc, organisation_code, resident_id, real_estate_unit, parcel, project, grid, "
    "unit_grid, own (a source's own number) and those a zone declares in identifiers/.",
)
