"""What can be wrong with an expression (E500–E549)."""

from __future__ import annotations

from duofeng.kernel.problem import declare

SYNTAX = declare(
    "E500",
    zh="表达式在“{near}”处读不懂：{detail}",
    en="the expression cannot be read at '{near}': {detail}",
    explain_zh="条件是一个 SQL 标量表达式，例如 revenue[-1] >= 20_000_000 and industry in codes('strategic')。",
    explain_en="A condition is one SQL scalar expression, e.g. "
    "revenue[-1] >= 20_000_000 and industry in codes('strategic').",
)
TOO_LONG = declare(
    "E501",
    zh="表达式太大：{what} {size}，最多 {limit}",
    en="the expression is too large: {what} {size}, at most {limit}",
    explain_zh="长度、层数和时期个数都有上限，网页上写的条件不能耗尽内存。请拆成几个有名字的条件。",
    explain_en="Length, depth and number of periods are bounded so that a condition typed on a page cannot exhaust the "
    "machine. Split it into several named conditions.",
)
NOT_ALLOWED = declare(
    "E502",
    zh="条件中不能写“{what}”：{instead}",
    en="'{what}' is not part of the rule language: {instead}",
    explain_zh="只允许声明过的写法：比较、and/or/not、in、between、like、case、四则运算"
    "和 docs/expressions.md 中的函数。",
    explain_en="Only declared forms are allowed: comparisons, and/or/not, in, between, like, case, arithmetic and the "
    "functions of docs/expressions.md.",
)
UNKNOWN_ATTRIBUTE = declare(
    "E503",
    zh="没有属性“{name}”，是否应为“{nearest}”？",
    en="unknown attribute '{name}'. Did you mean '{nearest}'?",
    explain_zh="表达式只能用词汇表（vocabulary）中声明过的属性。",
    explain_en="An expression may only use attributes declared in the vocabulary.",
)
UNKNOWN_FUNCTION = declare(
    "E504",
    zh="没有函数“{name}”，是否应为“{nearest}”？",
    en="unknown function '{name}'. Did you mean '{nearest}'?",
    explain_zh="函数清单见 docs/expressions.md。",
    explain_en="The functions are listed in docs/expressions.md.",
)
WRONG_ARGUMENTS = declare(
    "E505",
    zh="{function} 的参数不对：应为 {expected}",
    en="wrong arguments for {function}: expected {expected}",
    explain_zh="每个函数的参数个数和类型是声明过的，见 docs/expressions.md。",
    explain_en="Each function declares how many arguments it takes and of which type; see docs/expressions.md.",
)
TYPE_MISMATCH = declare(
    "E506",
    zh="不能{operation}：左边是{left}，右边是{right}",
    en="cannot {operation_en}: left is {left_en}, right is {right_en}",
    explain_zh="金额只与金额比较和相加，日期只与日期比较；金额÷金额得数，金额×数得金额，日期−日期得天数。",
    explain_en="Money is compared with and added to money, dates with dates; money ÷ money is a number, money × number "
    "is money, date − date is days.",
)
TYPE_WANTED = declare(
    "E507",
    zh="这里需要{wanted}，写的是{found}",
    en="{wanted_en} is needed here, this is {found_en}",
    explain_zh="条件必须是“是否”，金额表达式必须是金额，and/or/not 的两边必须是“是否”。",
    explain_en="A condition must be yes or no, an amount must be money, both sides of and/or/not must be conditions.",
)
PERIOD_NEEDED = declare(
    "E508",
    zh="“{name}”按{per}统计，要写明哪个时期，例如 {name}[-1]（最近一个完整的时期）",
    en="'{name}' has a value per {per_en}; say which, e.g. {name}[-1] for the last complete one",
    explain_zh="流量和期末数必须说明时期：[-1] 最近一个完整时期，[2022] 那一年，sum(x[-12:-1]) 一段。",
    explain_en="A value of a period must name it: [-1] the last complete one, [2022] that year, "
    "sum(x[-12:-1]) a range.",
)
PERIOD_NOT_HERE = declare(
    "E509",
    zh="“{name}”是状态，没有时期，去掉方括号",
    en="'{name}' is a state and has no periods; remove the brackets",
    explain_zh="状态只有在某一天成立的一个值。",
    explain_en="A state has one value on a day.",
)
PERIOD_WRONG = declare(
    "E510",
    zh="“{name}”按{per}统计，时期“{text}”不能用；可以写 {nearest}",
    en="'{name}' has a value per {per_en}; the period '{text}' does not fit. Write {nearest}",
    explain_zh="时期的粒度要与属性一致：年 2022，半年 2022H1，季 2022Q3，月 2022-06，日 2022-06-15，或 -1、-2…。",
    explain_en="A period has the grain of its attribute: 2022, 2022H1, 2022Q3, 2022-06, 2022-06-15, or -1, -2, …",
)
RANGE_NOT_HERE = declare(
    "E511",
    zh="一段时期“{text}”要放在 sum、avg、min、max、growth 或 cagr 里",
    en="the range '{text}' must stand inside sum, avg, min, max, growth or cagr",
    explain_zh="一段时期有多个值，要先汇总成一个。",
    explain_en="A range holds several values; they must become one first.",
)
UNKNOWN_LIST = declare(
    "E512",
    zh="没有代码表“{name}”，是否应为“{nearest}”？",
    en="unknown code list '{name}'. Did you mean '{nearest}'?",
    explain_zh="codes('…') 中写园区声明过的代码表。",
    explain_en="codes('…') names a code list declared by the zone.",
)
UNKNOWN_RESULT = declare(
    "E513",
    zh="没有可用的{what}“{name}”，是否应为“{nearest}”？",
    en="there is no {what_en} '{name}' here. Did you mean '{nearest}'?",
    explain_zh="score、grade、outcome、amount 只能引用在此之前已算出的评分卡和政策。",
    explain_en="score, grade, outcome and amount may only name scorecards and policies computed before this one.",
)
BAD_LITERAL = declare(
    "E514",
    zh="“{text}”不是{wanted}，应写成 {expected}",
    en="'{text}' is not {wanted_en}; write {expected}",
    explain_zh="日期写 'YYYY-MM-DD'，金额最多两位小数，数用半角数字。",
    explain_en="Dates are 'YYYY-MM-DD', money has at most two decimals, numbers are plain digits.",
)
DIVISION_BY_ZERO = declare(
    "E515",
    zh="除数恒为零",
    en="this always divides by zero",
    explain_zh="写死的零除数是笔误。数据中的零除数不报错：该条件为“未知”，并说明原因。",
    explain_en="A written zero divisor is a slip. A zero found in the data is no error: the condition is unknown, and "
    "says why.",
)
NULL_NOT_HERE = declare(
    "E516",
    zh="不能与 null 比较，也没有 is null / coalesce：未知就是未知",
    en="null cannot be compared, and there is no is null or coalesce: unknown stays unknown",
    explain_zh="确实规定“没有即为零”时写 absent(patents, 0)；“没有记录即不满足”在条件上写 absent: no。",
    explain_en="Where the rule really says that nothing recorded means zero, write absent(patents, 0); where it means "
    "no, declare absent: no on the condition.",
)
UNKNOWN_REGISTER = declare(
    "E517",
    zh="没有台账“{name}”，是否应为“{nearest}”？",
    en="unknown register '{name}'. Did you mean '{nearest}'?",
    explain_zh="汇总写 台账.关联，例如 count(project.carrier)：project 是台账，carrier 是它指向本对象的关联。",
    explain_en="An aggregate over other subjects names a register and its reference to the subject asked: "
    "count(project.carrier).",
)
NO_REFERENCE = declare(
    "E518",
    zh="“{name}”是{found}，不是关联，不能用“.”取值；关联有 {nearest}",
    en="'{name}' is {found_en}, no reference, and nothing can be followed from it; references are {nearest}",
    explain_zh="只有类型为 reference 的属性指向另一个对象。",
    explain_en="Only an attribute of type reference leads to another subject.",
)
POINTS_ELSEWHERE = declare(
    "E519",
    zh="“{name}”指向“{to}”，这里的对象是“{here}”；指向这里的是 {nearest}",
    en="'{name}' points to '{to}', the subjects here are '{here}'; what points here is {nearest}",
    explain_zh="汇总只能沿着指向本台账的关联回看。",
    explain_en="An aggregate looks back along a reference that points to the register the rule is about.",
)
NO_SPARK = declare(
    "E520",
    zh="没有安装 Spark 引擎：{detail}",
    en="the Spark engine is not available: {detail}",
    explain_zh="安装可选依赖 duofeng[spark]（PySpark 4 与 Java 17），或使用默认引擎。",
    explain_en="Install the optional dependency duofeng[spark] (PySpark 4 and Java 17), or use the default engine.",
)
TOO_MANY_STEPS = declare(
    "E523",
    zh="关联走了 {count} 步，最多 {limit} 步",
    en="{count} references are followed, at most {limit} are",
    explain_zh="再远的内容，应在中间的台账上另立一条规则或一个属性。",
    explain_en="What lies farther away deserves a rule or an attribute of its own in the register between.",
)
COLUMN_MISSING = declare(
    "E521",
    zh="表中缺少列：{columns}",
    en="the table lacks the columns: {columns}",
    explain_zh="计算前要把 columns_needed 给出的列都放进档案；没有值的列也要在，值为空。",
    explain_en="Every column named by columns_needed must be in the profile; a column without values is present "
    "and null.",
)
COLUMN_TYPE = declare(
    "E522",
    zh="列“{column}”应为{expected}，表中是 {found}",
    en="column '{column}' should be {expected_en}, the table holds {found}",
    explain_zh="金额是以分为单位的 Int64，数是 Float64，日期是 Date，是否是 Boolean，文字是 String。",
    explain_en="Money is Int64 in minor units, numbers are Float64, dates Date, flags Boolean, texts String.",
)
