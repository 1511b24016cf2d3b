"""The problems of the ledger and of the profile folded from it (E250–E299)."""

from __future__ import annotations

from duofeng.kernel.problem import declare

DISK_FULL = declare(
    "E250",
    "写入 {folder} 时磁盘已满，本次写入全部撤回，账本与写入前相同",
    explain="写入先成文件、最后一步才生效；磁盘满时最后一步没有发生。腾出空间后重新加载同一文件即可。",
)
NOT_WRITABLE = declare(
    "E251",
    "没有权限写入 {folder}，账本未改变",
    explain="账本所在文件夹是只读的，或属于别的用户。查询不需要写权限；加载、更正、撤回需要。",
)
FILE_MISSING = declare(
    "E252",
    "账本文件缺失：{file}（共缺 {count} 个）。请从备份恢复 {folder}",
    explain="账本由文件夹 ledger 内的全部文件组成，手工删除任何一个都会丢失事实，因此拒绝给出不完整的答案。",
)
LEDGER_UNREADABLE = declare(
    "E253",
    "账本 {folder} 无法读写：{reason}",
    explain="文件夹中的表格已损坏，或不是账本。请从备份恢复；若为空文件夹，删除后会重新建立。",
)
CODE_COLLISION = declare(
    "E254",
    "{kind}“{first}”与“{second}”的内部编号相同，拒绝写入以免两者混为一个",
    explain="编号是名称的 63 位散列值，重复的可能性约为百亿亿分之一。请更改其中一个名称，并报告此事。",
)
SUBJECT_UNKNOWN = declare(
    "E255",
    "截至 {known_at}，账本中没有对象“{subject}”。{hint}",
    explain="可用统一社会信用代码等标识、完整名称或名称的一部分查找；`--of` 指明哪一本台账。",
)
SUBJECT_AMBIGUOUS = declare(
    "E256",
    "“{subject}”对应多个对象：{nearest}。请用其中一个的标识",
    explain="多个对象的名称都包含所输入的文字，程序不猜是哪一个。",
)
ATTRIBUTE_UNKNOWN = declare(
    "E270",
    "{kind} 没有属性“{attribute}”。{hint}",
    explain="档案的列名是词汇表中的属性，或“属性[时期]”。",
)
PERIOD_NEEDED = declare(
    "E271",
    "属性“{attribute}”是一段时期内的量，必须写明时期，例如 {attribute}[{example}]",
    explain="营业收入、用电量等是一段时间内的量，没有时期就没有值。",
)
PERIOD_REFUSED = declare(
    "E272",
    "属性“{attribute}”是状态，不带时期，请写 {attribute}，并用 as_of 指明日期",
    explain="注册日期、所属行业等在某一天成立，由 as_of 决定取哪一天。",
)
FACT_UNKNOWN = declare(
    "E273",
    "账本中没有编号为“{fact}”的事实，无法撤回",
    explain="事实的编号写作“到达编号:序号”，由 `duofeng show` 显示。",
)
