"""What can be wrong with scores beyond their files (E600–E649)."""

from __future__ import annotations

from duofeng.kernel.problem import declare

EXAMPLE_FAILS = declare(
    "E600",
    zh="算例“{title}”的{entry}应为 {expected} 分，算得 {found}。",
    en="the example '{title}' expects {expected} for {entry_en}, found {found}.",
    explain_zh="评分卡里的算例必须算得出来；与同组比较的评分没有同组时算不出，只能写绝对计分的例子。",
    explain_en="Worked examples of a scorecard must come out. Standing among peers cannot be told for one alone.",
)
EXAMPLE_ENTRY = declare(
    "E601",
    zh="评分卡里没有“{entry}”这一项。",
    en="the card has no entry '{entry}'.",
    explain_zh="写从组到项的编号，用点连接，如 innovation.rd。",
    explain_en="Write the ids from group to entry joined by dots, such as innovation.rd.",
)
NO_CARD = declare(
    "E602",
    zh="这次计算里没有评分卡“{card}”。{hint_zh}",
    en="this run has no scorecard '{card}'. {hint_en}",
    explain_zh="评分卡按启用日和停用日起作用；不带参数运行 duofeng score 列出全部。",
    explain_en="Cards answer for their dates; duofeng score without a card lists them.",
)
NOT_RATED = declare(
    "E603",
    zh="评分卡“{card}”不对 {subject} 评分。",
    en="the card '{card}' does not rate {subject}.",
    explain_zh="评分卡的 rates 写明对谁评分；缺少其中的数据也不评。",
    explain_en="`rates` of the card says who is rated; nobody is whose facts for it are unknown.",
)
CARD_CHANGED = declare(
    "E604",
    zh="评分卡“{card}”在这次计算之后改过，说明已对不上：请重新运行 duofeng run。",
    en="the card '{card}' was changed after this run, so its page no longer fits: run duofeng run again.",
    explain_zh="页面要能照着卡重算出同样的分；卡改了，只有重算之后才对得上。",
    explain_en="The page lets a person redo the score from the card; once that has changed, only a new run fits it.",
)
NOT_SCORED_THEN = declare(
    "E605",
    zh="计算 {run} 没有评分卡“{card}”，不能比较。",
    en="the run {run} has no scorecard '{card}': there is nothing to compare with.",
    explain_zh="选一次用过这张卡的计算；duofeng runs 列出全部。",
    explain_en="Choose a run that scored the card; duofeng runs lists them.",
)
