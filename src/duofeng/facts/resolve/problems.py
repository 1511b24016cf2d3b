"""The problems of deciding which subjects are one (E300–E349)."""

from __future__ import annotations

from duofeng.kernel.problem import declare

CONTRADICTION = declare(
    "E300",
    "人工决定互相矛盾：“{first}”与“{second}”已被判为不同，但经由 {chain} 又成为同一对象；这些合并都不采用",
    explain="甲＝乙、乙＝丙、甲≠丙不能同时成立。用 `duofeng resolve withdraw 对象` 撤回其中一条决定；在此之前，"
    "相关对象各自独立，不会悄悄选择其中一种说法。",
)
TWO_IDENTIFIERS = declare(
    "E301",
    "“{first}”与“{second}”各有自己的标识，却经由 {chain} 成为同一对象；这些合并都不采用",
    explain="两个不同的统一社会信用代码是两个对象，除非有人直接判定（如换发代码）。若确属同一对象，用 `duofeng "
    "resolve decide` 对这两个代码直接作出决定；否则撤回链条中的一条。",
)
UNKNOWN_SUBJECT = declare(
    "E302",
    "账本中没有{kind}“{subject}”。{hint}",
    explain="决定只能针对账本里已有的对象。`duofeng resolve --csv` 列出全部待定的键和名称。",
)
SAME_SUBJECT = declare(
    "E303",
    "“{subject}”不能与自己合并",
    explain="两边写的是同一个键。若要表示它与任何对象都不同，用 --none。",
)
NO_DECISION = declare(
    "E304",
    "“{subject}”没有可撤回的人工决定",
    explain="只有人作出的决定可以撤回。由标识或名称得出的合并用 `duofeng resolve decide 对象 --not 另一对象` 或"
    " --none 否定。",
)
NO_PERSON = declare(
    "E305",
    "决定需要写明是谁作出的（--by 姓名）",
    explain="决定作为事实记入账本，来源就是作出决定的人。",
)
CHOOSE_ONE = declare(
    "E306",
    "请写明一种决定：另一个对象的键、--not 对象 或 --none",
    explain="一次决定只说一件事：它就是某个对象，它不是某个对象，或它不是其他任何对象。",
)
