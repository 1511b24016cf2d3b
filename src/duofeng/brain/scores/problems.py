"""What can be wrong with scores beyond their files (E600–E649)."""

from __future__ import annotations

from duofeng.kernel.problem import declare

EXAMPLE_FAILS = declare(
    "E600",
    "算例“{title}”的{entry}应为 {expected} 分，算得 {found}。",
    explain="评分卡里的算例必须算得出来；与同组比较的评分没有同组时算不出，只能写绝对计分的例子。",
)
EXAMPLE_ENTRY = declare(
    "E601",
    "评分卡里没有“{entry}”这一项。",
    explain="写从组到项的编号，用点连接，如 innovation.rd。",
)
NO_CARD = declare(
    "E602",
    "这次计算里没有评分卡“{card}”。{hint}",
    explain="评分卡按启用日和停用日起作用；不带参数运行 duofeng score 列出全部。",
)
NOT_RATED = declare(
    "E603",
    "评分卡“{card}”不对 {subject} 评分。",
    explain="评分卡的 rates 写明对谁评分；缺少其中的数据也不评。",
)
CARD_CHANGED = declare(
    "E604",
    "评分卡“{card}”在这次计算之后改过，说明已对不上：请重新运行 duofeng run。",
    explain="页面要能照着卡重算出同样的分；卡改了，只有重算之后才对得上。",
)
NOT_SCORED_THEN = declare(
    "E605",
    "计算 {run} 没有评分卡“{card}”，不能比较。",
    explain="选一次用过这张卡的计算；duofeng runs 列出全部。",
)
