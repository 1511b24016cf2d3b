"""What can be wrong with runs (E650–E699)."""

from __future__ import annotations

from duofeng.kernel.problem import declare

NO_RUN = declare(
    "E650",
    "没有计算“{run}”。{hint}",
    explain="先运行 duofeng run；已有的用 duofeng runs 列出。",
)
DAMAGED = declare(
    "E651",
    "计算 {run} 的文件 {file} 与清单不符，结果不可信。",
    explain="计算一经发布不再改动。文件被改过或损坏时，重新计算即可得到同样的结果。",
)
CANNOT_WRITE = declare(
    "E652",
    "计算结果写不进 {folder}：{reason}。现有的计算没有变。",
    explain="检查磁盘空间和权限。失败的计算不会替换现有的。",
)
EXAMPLES_FAIL = declare(
    "E653",
    "有 {count} 个算例不成立，不予计算：先改对政策或算例。",
    explain="规则错了就不发布。duofeng check 会列出每个不成立的算例。",
)
NOT_REPRODUCED = declare(
    "E654",
    "计算 {run} 再算一次，{files} 与已发布的不同：同样的输入应得同样的字节。",
    explain="已发布的不变。多半是程序改了而版本号没有改；确要以新结果为准，先移走旧的那个文件夹。",
)
RULES_CHANGED = declare(
    "E655",
    "计算 {run} 之后这些规则改过：{rules}。请先 duofeng run 重新计算。",
    explain="答案按计算时的规则给出；规则改了而不重算，理由和结论就对不上。",
)
EARLIER_DAY = declare(
    "E657",
    "当前计算截至 {as_of}、按 {known_at} 所知，更早的一天不能代替它：请用 duofeng question 试问。",
    explain="计算决定大家看到什么、财务付什么。回头看另一天用试问：算法相同，留存可比，谁的当前计算都不变。",
)
NEVER_PAID = declare(
    "E658",
    "{run} 是试问，不能据以兑现。",
    explain="兑现清单只出自发布的计算。",
)
EARLIER_LAYOUT = declare(
    "E656",
    "计算 {run} 是旧版本算的，文件排法不同，读不了：请运行 duofeng run 重新计算。",
    explain="结论随时可以重算：账本没有变，同一基准日、同一所知时刻算出同样的结论。旧文件夹可以删去。",
)
