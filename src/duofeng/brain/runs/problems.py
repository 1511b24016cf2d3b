"""What can be wrong with runs (E650–E699)."""

from __future__ import annotations

from duofeng.kernel.problem import declare

NO_RUN = declare(
    "E650",
    zh="没有计算“{run}”。{hint_zh}",
    en="there is no run '{run}'. {hint_en}",
    explain_zh="先运行 duofeng run；已有的用 duofeng runs 列出。",
    explain_en="Compute one with duofeng run; duofeng runs lists those there are.",
)
DAMAGED = declare(
    "E651",
    zh="计算 {run} 的文件 {file} 与清单不符，结果不可信。",
    en="file {file} of run {run} differs from its manifest; its results cannot be trusted.",
    explain_zh="计算一经发布不再改动。文件被改过或损坏时，重新计算即可得到同样的结果。",
    explain_en="A published run is never changed. If a file was altered, the same run can be computed again.",
)
CANNOT_WRITE = declare(
    "E652",
    zh="计算结果写不进 {folder}：{reason}。现有的计算没有变。",
    en="the run cannot be written to {folder}: {reason}. The current run is unchanged.",
    explain_zh="检查磁盘空间和权限。失败的计算不会替换现有的。",
    explain_en="Check free space and permissions. A run that fails never replaces the current one.",
)
EXAMPLES_FAIL = declare(
    "E653",
    zh="有 {count} 个算例不成立，不予计算：先改对政策或算例。",
    en="{count} worked examples do not come out; nothing is computed until they do.",
    explain_zh="规则错了就不发布。duofeng check 会列出每个不成立的算例。",
    explain_en="A broken rule is not published. duofeng check lists every example that fails.",
)
NOT_REPRODUCED = declare(
    "E654",
    zh="计算 {run} 再算一次，{files} 与已发布的不同：同样的输入应得同样的字节。",
    en="run {run}, computed again, differs from the published one in {files}: the same inputs give the same bytes.",
    explain_zh="已发布的不变。多半是程序改了而版本号没有改；确要以新结果为准，先移走旧的那个文件夹。",
    explain_en="The published run stays. Most likely the program changed without its version; to take the new result, "
    "move the old folder away first.",
)
RULES_CHANGED = declare(
    "E655",
    zh="计算 {run} 之后这些规则改过：{rules}。请先 duofeng run 重新计算。",
    en="these rules changed after run {run}: {rules}. Compute again with duofeng run.",
    explain_zh="答案按计算时的规则给出；规则改了而不重算，理由和结论就对不上。",
    explain_en="Answers are given under the rules of their run; with other rules reasons and answers would not agree.",
)
EARLIER_DAY = declare(
    "E657",
    zh="当前计算截至 {as_of}、按 {known_at} 所知，更早的一天不能代替它：请用 duofeng question 试问。",
    en="the current run is as of {as_of}, as known at {known_at}; an earlier day cannot take its place: ask it with "
    "duofeng question.",
    explain_zh="计算决定大家看到什么、财务付什么。回头看另一天用试问：算法相同，留存可比，谁的当前计算都不变。",
    explain_en="A run decides what everybody sees and what is paid. To look at another day ask a question: it is "
    "computed the same way, kept and comparable, and changes nobody's current run.",
)
NEVER_PAID = declare(
    "E658",
    zh="{run} 是试问，不能据以兑现。",
    en="{run} is a question: nothing is paid from it.",
    explain_zh="兑现清单只出自发布的计算。",
    explain_en="Payment lists come from published runs only.",
)
EARLIER_LAYOUT = declare(
    "E656",
    zh="计算 {run} 是旧版本算的，文件排法不同，读不了：请运行 duofeng run 重新计算。",
    en="run {run} was made by an earlier version whose files lie differently: compute again with duofeng run.",
    explain_zh="结论随时可以重算：账本没有变，同一基准日、同一所知时刻算出同样的结论。旧文件夹可以删去。",
    explain_en="Conclusions can always be computed again: the ledger is as it was, and the same dates give the same "
    "answers. The old folder may be removed.",
)
