"""The problems of figures, targets and the gate (E450–E499)."""

from __future__ import annotations

from duofeng.kernel.problem import declare

INDICATOR_UNKNOWN = declare(
    "E450",
    "没有指标“{word}”。{hint}",
    explain="指标可写编号、名称或别名。全部指标在园区与峰的 indicators/*.yaml 里。",
)
NOTHING_STATED = declare(
    "E451",
    "账本“{ledger}”里还没有园区的数字，请先运行 duofeng load",
    explain="公开报告的数字是账本里的事实。先用 duofeng load 装入园区 published 文件夹中的文件或报告本身。",
)
NOTHING_KNOWN = declare(
    "E452",
    "到 {known} 为止，没有人说过“{indicator}”{period}的数；有数的时期：{periods}",
    explain="换一个时期，或者换一个知晓日期（--as-known-on）。没有的数不会被推算出来。",
)
PLAN_UNKNOWN = declare(
    "E453",
    "没有提出目标的文件“{word}”。{hint}",
    explain="--plan 写公开文件的编号，见园区的 documents/*.yaml。",
)
NOTHING_TO_PLOT = declare(
    "E455",
    "“{indicator}”没有可以画成序列的数",
    explain="作图需要至少一期的水平值；只有增速或位次的指标画不出水平。",
)
DRAFT_HAS_NO_NUMBERS = declare(
    "E460",
    "“{file}”里没有读到任何数字，没有可核对的内容",
    explain="校稿核对的是文稿里的数字。若文稿本有数字，请检查它是否为扫描图片。",
    severity="warning",
)
CSV_NOT_WRITTEN = declare(
    "E461",
    "写不了文件“{file}”：{reason}",
    explain="检查文件夹是否存在、是否有写权限。",
)
