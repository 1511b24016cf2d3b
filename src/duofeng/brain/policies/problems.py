"""What can be wrong with policies beyond their files (E550–E599)."""

from __future__ import annotations

from duofeng.kernel.problem import declare

EXAMPLE_FAILS = declare(
    "E550",
    "算例“{title}”不成立：应为 {expected}，算得 {found}。",
    explain="政策文件里的算例必须算得出来，否则条件或算例有一处写错；改对之前不能发布。",
)
NO_POLICY = declare(
    "E553",
    "{as_of} 没有生效的政策“{policy}”。{hint}",
    explain="政策按生效日和失效日起作用；看 duofeng policies list。",
)
NO_SUBJECT = declare(
    "E554",
    "没有对象“{subject}”。{hint}",
    explain="用统一社会信用代码或全称。",
)
DRAFT_PAYS_ALL = declare(
    "E555",
    "草案对 {share} 的对象都符合：条件可能漏写。",
    explain="提醒而非错误：普惠政策确实可能如此，发布前请有人确认。",
    severity="warning",
)
NO_BOUNDARY = declare(
    "E559",
    "条件“{condition}”没有边界例子。对照条文核对后写在它下面：\n{stub}",
    explain="每个条件都写刚好满足（just_in）和刚好不满足（just_out）的值，"
    "写在第一个 expect: yes 的算例之上，只写不同的。"
    "界上差一分、差一天最容易写错，所以不写不能发布。报错里的值是按现在的条件试出来的，要对照条文。",
)
WRONG_SIDE = declare(
    "E561",
    "条件“{condition}”的 {side} 不成立：应为 {wanted}，算得 {found}。",
    explain="条件或边界例子有一处写错；改对之前不能发布。",
)
UNMET_BUDGET = declare(
    "E556",
    "政策“{policy}”的预算还剩 {total}，需要 {needed}：{rule}。",
    explain="预算不够时按政策写明的规则：按顺序发到用完，或按比例发。",
    severity="warning",
)
SCORE_NEEDED = declare(
    "E557",
    "政策要用到评分卡“{card}”的结果，计算 {run} 里没有。",
    explain="先算评分再算政策；duofeng run 会按次序做。",
)
