"""The problems of the ledger and of the profile folded from it (E250–E299)."""

from __future__ import annotations

from duofeng.kernel.problem import declare

DISK_FULL = declare(
    "E250",
    zh="写入 {folder} 时磁盘已满，本次写入全部撤回，账本与写入前相同",
    en="the disk is full while writing to {folder}; nothing of this write was kept, the ledger is as before",
    explain_zh="写入先成文件、最后一步才生效；磁盘满时最后一步没有发生。腾出空间后重新加载同一文件即可。",
    explain_en="A write makes its files first and counts only by its last step, which did not happen. "
    "Free some space and load the same file again.",
)
NOT_WRITABLE = declare(
    "E251",
    zh="没有权限写入 {folder}，账本未改变",
    en="{folder} cannot be written to; the ledger is unchanged",
    explain_zh="账本所在文件夹是只读的，或属于别的用户。查询不需要写权限；加载、更正、撤回需要。",
    explain_en="The folder of the ledger is read-only or belongs to another user. Reading needs no permission to "
    "write; loading, correcting and withdrawing do.",
)
FILE_MISSING = declare(
    "E252",
    zh="账本文件缺失：{file}（共缺 {count} 个）。请从备份恢复 {folder}",
    en="a file of the ledger is missing: {file} ({count} in all). Restore {folder} from a backup",
    explain_zh="账本由文件夹 ledger 内的全部文件组成，手工删除任何一个都会丢失事实，因此拒绝给出不完整的答案。",
    explain_en="The ledger is all files in the folder ledger. Deleting one by hand loses facts, "
    "so no incomplete answer is given.",
)
LEDGER_UNREADABLE = declare(
    "E253",
    zh="账本 {folder} 无法读写：{reason}",
    en="the ledger {folder} cannot be read or written: {reason}",
    explain_zh="文件夹中的表格已损坏，或不是账本。请从备份恢复；若为空文件夹，删除后会重新建立。",
    explain_en="A table in the folder is damaged or is not a ledger. Restore it from a backup; "
    "an empty folder may be deleted and will be made anew.",
)
CODE_COLLISION = declare(
    "E254",
    zh="{kind}“{first}”与“{second}”的内部编号相同，拒绝写入以免两者混为一个",
    en="{kind} '{first}' and '{second}' have the same internal code; refused, so that the two are not taken for one",
    explain_zh="编号是名称的 63 位散列值，重复的可能性约为百亿亿分之一。请更改其中一个名称，并报告此事。",
    explain_en="The code is a 63-bit hash of the name; that two are equal is next to impossible. "
    "Change one of the names and report it.",
)
SUBJECT_UNKNOWN = declare(
    "E255",
    zh="截至 {known_at}，账本中没有对象“{subject}”，最接近的是：{nearest}",
    en="as known at {known_at} the ledger holds no subject '{subject}'; the nearest are: {nearest}",
    explain_zh="可用统一社会信用代码等标识、完整名称或名称的一部分查找；`--kind` 指明对象种类。",
    explain_en="A subject is found by its identifier, its whole name or a part of its name; `--kind` says which kind.",
)
SUBJECT_AMBIGUOUS = declare(
    "E256",
    zh="“{subject}”对应多个对象：{nearest}。请用其中一个的标识",
    en="'{subject}' means more than one subject: {nearest}. Use the identifier of one of them",
    explain_zh="多个对象的名称都包含所输入的文字，程序不猜是哪一个。",
    explain_en="Several subjects have the typed text in their names, and the program does not guess which is meant.",
)
ATTRIBUTE_UNKNOWN = declare(
    "E270",
    zh="{kind} 没有属性“{attribute}”，最接近的是“{nearest}”",
    en="{kind} has no attribute '{attribute}'; the nearest is '{nearest}'",
    explain_zh="档案的列名是词汇表中的属性，或“属性[时期]”。",
    explain_en="A column of a profile is an attribute of the vocabulary, or `attribute[period]`.",
)
PERIOD_NEEDED = declare(
    "E271",
    zh="属性“{attribute}”是一段时期内的量，必须写明时期，例如 {attribute}[{example}]",
    en="attribute '{attribute}' is an amount of a period and needs one, for example {attribute}[{example}]",
    explain_zh="营业收入、用电量等是一段时间内的量，没有时期就没有值。",
    explain_en="Revenue or electricity are amounts of a period; without one there is no value.",
)
PERIOD_REFUSED = declare(
    "E272",
    zh="属性“{attribute}”是状态，不带时期，请写 {attribute}，并用 as_of 指明日期",
    en="attribute '{attribute}' is a state and takes no period; write {attribute} and choose the day by as_of",
    explain_zh="注册日期、所属行业等在某一天成立，由 as_of 决定取哪一天。",
    explain_en="An industry or a date of registration holds on a day; as_of says which.",
)
FACT_UNKNOWN = declare(
    "E273",
    zh="账本中没有编号为“{fact}”的事实，无法撤回",
    en="the ledger holds no fact '{fact}' that could be withdrawn",
    explain_zh="事实的编号写作“到达编号:序号”，由 `duofeng show` 显示。",
    explain_en="A fact's id is `arrival:sequence`, as `duofeng show` prints it.",
)
