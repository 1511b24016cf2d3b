"""What can be wrong with an expression (E500–E549)."""

from __future__ import annotations

from duofeng.kernel.problem import declare

SYNTAX = declare(
    "E500",
    "表达式在“{near}”处读不懂：{detail}",
    explain="条件是一个 SQL 标量表达式，例如 revenue[-1] >= 20_000_000 and industry in codes('strategic')。",
)
TOO_LONG = declare(
    "E501",
    "表达式太大：{what} {size}，最多 {limit}",
    explain="长度、层数和时期个数都有上限，网页上写的条件不能耗尽内存。请拆成几个有名字的条件。",
)
NOT_ALLOWED = declare(
    "E502",
    "条件中不能写“{what}”：{instead}",
    explain="只允许声明过的写法：比较、and/or/not、in、between、like、case、四则运算和 docs/expressions.md 中的函数。",
)
UNKNOWN_ATTRIBUTE = declare(
    "E503",
    "没有属性“{name}”。{hint}",
    explain="表达式只能用词汇表（vocabulary）中声明过的属性。",
)
UNKNOWN_FUNCTION = declare(
    "E504",
    "没有函数“{name}”。{hint}",
    explain="函数清单见 docs/expressions.md。",
)
WRONG_ARGUMENTS = declare(
    "E505",
    "{function} 的参数不对：应为 {expected}",
    explain="每个函数的参数个数和类型是声明过的，见 docs/expressions.md。",
)
TYPE_MISMATCH = declare(
    "E506",
    "不能{operation}：左边是{left}，右边是{right}",
    explain="金额只与金额比较和相加，日期只与日期比较；金额÷金额得数，金额×数得金额，日期−日期得天数。",
)
TYPE_WANTED = declare(
    "E507",
    "这里需要{wanted}，写的是{found}",
    explain="条件必须是“是否”，金额表达式必须是金额，and/or/not 的两边必须是“是否”。"
    "数乘以写出的金额得金额：staff * money(500)。",
)
PERIOD_NEEDED = declare(
    "E508",
    "“{name}”按{per}统计，要写明哪个时期，例如 {name}[-1]（最近一个完整的时期）",
    explain="流量和期末数必须说明时期：[-1] 最近一个完整时期，[2022] 那一年，sum(x[-12:-1]) 一段。",
)
PERIOD_NOT_HERE = declare(
    "E509",
    "“{name}”是状态，没有时期，去掉方括号",
    explain="状态只有在某一天成立的一个值。",
)
PERIOD_WRONG = declare(
    "E510",
    "“{name}”按{per}统计，时期“{text}”不能用；可以写 {nearest}",
    explain="时期的粒度要与属性一致：年 2022，半年 2022H1，季 2022Q3，月 2022-06，日 2022-06-15，或 -1、-2…；"
    "基准日所在年的上半年 H1、二季度 Q2、一月 M01、全年 Y，去年的写 H1-1。",
)
RANGE_NOT_HERE = declare(
    "E511",
    "一段时期“{text}”要放在 sum、avg、min、max、growth、cagr、ever 或 always 里",
    explain="一段时期有多个值，要先汇总成一个，或用 ever、always 逐期判断。",
)
UNKNOWN_LIST = declare(
    "E512",
    "没有代码表“{name}”。{hint}",
    explain="codes('…') 中写园区声明过的代码表。",
)
UNKNOWN_RESULT = declare(
    "E513",
    "没有可用的{what}“{name}”。{hint}",
    explain="score、grade、outcome、amount 只能引用在此之前已算出的评分卡和政策。",
)
BAD_LITERAL = declare(
    "E514",
    "“{text}”不是{wanted}，应写成 {expected}",
    explain="日期写 'YYYY-MM-DD'，金额最多两位小数，数用半角数字。",
)
DIVISION_BY_ZERO = declare(
    "E515",
    "除数恒为零",
    explain="写死的零除数是笔误。数据中的零除数不报错：该条件为“未知”，并说明原因。",
)
NULL_NOT_HERE = declare(
    "E516",
    "不能与 null 比较，也没有 is null / coalesce：未知就是未知",
    explain="确实规定“没有即为零”时写 absent(patents, 0)；“没有记录即不满足”在条件上写 absent: no。",
)
UNKNOWN_REGISTER = declare(
    "E517",
    "没有台账“{name}”。{hint}",
    explain="汇总写 台账.关联，例如 count(project.carrier)：project 是台账，carrier 是它指向本对象的关联。",
)
NO_REFERENCE = declare(
    "E518",
    "“{name}”是{found}，不是关联，不能用“.”取值。{hint}",
    explain="只有类型为 reference 的属性指向另一个对象。",
)
POINTS_ELSEWHERE = declare(
    "E519",
    "“{name}”指向“{to}”，这里的对象是“{here}”。{hint}",
    explain="汇总只能沿着指向本台账的关联回看。",
)
NO_SPARK = declare(
    "E520",
    "没有安装 Spark 引擎：{detail}",
    explain="安装可选依赖 duofeng[spark]（PySpark 4 与 Java 17），或使用默认引擎。",
)
TOO_MANY_STEPS = declare(
    "E523",
    "关联走了 {count} 步，最多 {limit} 步",
    explain="再远的内容，应在中间的台账上另立一条规则或一个属性。",
)
ROUNDED_YEARS = declare(
    "E524",
    "{function}(…) <= {most} 也放过多出几天的：{most} 后面不满一整期的都算 {most}。",
    explain="years_between 只数满的年：10 年零 364 天也是 10。“不超过 10 年”写 at_most_years(起, 止, 10)；"
    "“10 周岁以下”这样按满岁数算的，写 years_between(…) < 11，意思就清楚了。",
    severity="warning",
)
COLUMN_MISSING = declare(
    "E521",
    "表中缺少列：{columns}",
    explain="计算前要把 columns_needed 给出的列都放进档案；没有值的列也要在，值为空。",
)
COLUMN_TYPE = declare(
    "E522",
    "列“{column}”应为{expected}，表中是 {found}",
    explain="金额是以分为单位的 Int64，数是 Float64，日期是 Date，是否是 Boolean，文字是 String。",
)
