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
