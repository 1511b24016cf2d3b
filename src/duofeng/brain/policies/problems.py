"""What can be wrong with policies beyond their files (E550–E599)."""

from __future__ import annotations

from duofeng.kernel.problem import declare

EXAMPLE_FAILS = declare(
    "E550",
    zh="算例“{title}”不成立：应为 {expected}，算得 {found}。",
    en="the example '{title}' does not come out: expected {expected}, found {found}.",
    explain_zh="政策文件里的算例必须算得出来，否则条件或算例有一处写错；改对之前不能发布。",
    explain_en="Worked examples of a policy must come out; else a condition or the example is wrong. "
    "Nothing is published until they agree.",
)
NO_POLICY = declare(
    "E553",
    zh="{as_of} 没有生效的政策“{policy}”。{hint_zh}",
    en="no policy '{policy}' is in force on {as_of}. {hint_en}",
    explain_zh="政策按生效日和失效日起作用；看 duofeng policies list。",
    explain_en="Policies answer for their dates; see duofeng policies list.",
)
NO_SUBJECT = declare(
    "E554",
    zh="没有对象“{subject}”。{hint_zh}",
    en="there is no subject '{subject}'. {hint_en}",
    explain_zh="用统一社会信用代码或全称。",
    explain_en="Use the credit code or the full name.",
)
DRAFT_PAYS_ALL = declare(
    "E555",
    zh="草案对 {share} 的对象都符合：条件可能漏写。",
    en="the draft holds for {share} of all subjects: a condition may be missing.",
    explain_zh="提醒而非错误：普惠政策确实可能如此，发布前请有人确认。",
    explain_en="A warning: a policy for everybody may be meant; somebody should say so before it is published.",
    severity="warning",
)
UNMET_BUDGET = declare(
    "E556",
    zh="政策“{policy}”的预算还剩 {total}，需要 {needed}：{rule}。",
    en="policy '{policy}' has {total} of its budget left, {needed} is needed: {rule_en}.",
    explain_zh="预算不够时按政策写明的规则：按顺序发到用完，或按比例发。",
    explain_en="When a budget runs out the policy's own rule decides: in order, or everybody in proportion.",
    severity="warning",
)
SCORE_NEEDED = declare(
    "E557",
    zh="政策“{policy}”要用到评分卡“{card}”的结果，还没有算。",
    en="policy '{policy}' reads the scorecard '{card}', which has not been computed.",
    explain_zh="先算评分再算政策；duofeng run 会按次序做。",
    explain_en="Scores are computed before policies; duofeng run does both in order.",
)
