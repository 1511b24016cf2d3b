"""The problems of deciding which subjects are one (E300–E349)."""

from __future__ import annotations

from duofeng.kernel.problem import declare

CONTRADICTION = declare(
    "E300",
    zh="人工决定互相矛盾：“{first}”与“{second}”已被判为不同，但经由 {chain} 又成为同一对象；这些合并都不采用",
    en="decisions contradict each other: '{first}' and '{second}' were declared different, yet are one by {chain}; "
    "none of these unions is applied",
    explain_zh="甲＝乙、乙＝丙、甲≠丙不能同时成立。用 `duofeng resolve withdraw 对象` 撤回其中一条决定；"
    "在此之前，相关对象各自独立，不会悄悄选择其中一种说法。",
    explain_en="A = B, B = C and A ≠ C cannot all hold. Withdraw one of them with `duofeng resolve withdraw SUBJECT`. "
    "Until then the subjects stay apart; neither reading is chosen silently.",
)
TWO_IDENTIFIERS = declare(
    "E301",
    zh="“{first}”与“{second}”各有自己的标识，却经由 {chain} 成为同一对象；这些合并都不采用",
    en="'{first}' and '{second}' have identifiers of their own, but are one by {chain}; none of these unions holds",
    explain_zh="两个不同的统一社会信用代码是两个对象，除非有人直接判定（如换发代码）。"
    "若确属同一对象，用 `duofeng resolve decide` 对这两个代码直接作出决定；否则撤回链条中的一条。",
    explain_en="Two different credit codes are two subjects unless somebody says so directly (a code issued anew). "
    "Decide on these two codes with `duofeng resolve decide`, or withdraw one decision of the chain.",
)
UNKNOWN_SUBJECT = declare(
    "E302",
    zh="账本中没有{kind}“{subject}”{hint_zh}",
    en="the ledger holds no {kind} '{subject}'{hint_en}",
    explain_zh="决定只能针对账本里已有的对象。`duofeng resolve --csv` 列出全部待定的键和名称。",
    explain_en="A decision is about subjects the ledger knows. `duofeng resolve --csv` lists every open key and name.",
)
SAME_SUBJECT = declare(
    "E303",
    zh="“{subject}”不能与自己合并",
    en="'{subject}' cannot be joined with itself",
    explain_zh="两边写的是同一个键。若要表示它与任何对象都不同，用 --none。",
    explain_en="Both sides are the same key. To say that it is none of the others, use --none.",
)
NO_DECISION = declare(
    "E304",
    zh="“{subject}”没有可撤回的人工决定",
    en="there is no decision on '{subject}' to withdraw",
    explain_zh="只有人作出的决定可以撤回。"
    "由标识或名称得出的合并用 `duofeng resolve decide 对象 --not 另一对象` 或 --none 否定。",
    explain_en="Only what a person decided can be withdrawn. A union made by identifier or name is undone by "
    "`duofeng resolve decide SUBJECT --not OTHER` or --none.",
)
NO_PERSON = declare(
    "E305",
    zh="决定需要写明是谁作出的（--by 姓名）",
    en="a decision needs the person who made it (--by NAME)",
    explain_zh="决定作为事实记入账本，来源就是作出决定的人。",
    explain_en="A decision is kept as a fact, and its source is the person who made it.",
)
CHOOSE_ONE = declare(
    "E306",
    zh="请写明一种决定：另一个对象的键、--not 对象 或 --none",
    en="say exactly one of: another subject's key, --not SUBJECT, --none",
    explain_zh="一次决定只说一件事：它就是某个对象，它不是某个对象，或它不是其他任何对象。",
    explain_en="A decision says one thing: it is that subject, it is not that subject, or it is none of the others.",
)
