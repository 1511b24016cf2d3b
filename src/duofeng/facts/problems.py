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
FILE_DIFFERS = declare(
    "E257",
    "账本文件与账本所记的不同：{file}（共 {count} 个）。运行 duofeng ledger verify 查明少了什么",
    explain="文件被截短、清空或改动过。账本记下每个文件的长度和摘要，不用与之不符的文件作答。"
    "`duofeng ledger mend` 把这样的文件放到一边，并从留存的原件重新加载。",
)
COMMIT_TORN = declare(
    "E258",
    "账本的表 {table} 有 {count} 次提交是空的或残缺的：{file}。运行 duofeng ledger mend",
    explain="每次写入以日志中的一个文件生效。这个文件空了或断了，它所计入的内容就不再算数。"
    "`duofeng ledger mend` 把它放到一边，再把受影响的到达从留存的原件重新加载。",
)
COMMIT_ALTERED = declare(
    "E259",
    "账本的日志在写入之后被改动，或缺了一段：{file}。请从备份恢复，或查明是谁改动的",
    explain="每次提交记下前一次的摘要，与之不符就是后来改动过。文件的摘要记在提交里，所以提交一经改动，文件就无从核对。",
)
ARRIVAL_TORN = declare(
    "E260",
    "到达 {arrival}（{file}）不完整：{what} 应有 {count} 行，实有 {there} 行。"
    "运行 duofeng ledger mend，或重新加载同一文件",
    explain="每次到达记下它带来多少事实、名称和拒收内容。少了就不能据以作答：缺的会被当成未知。"
    "`duofeng ledger mend` 从留存的原件重新加载；原件没有留存的，重新加载同一文件即可，不会被当成重复。",
)
ARRIVAL_ALTERED = declare(
    "E261",
    "到达 {arrival}（{file}）的事实与接收时的摘要不符。运行 duofeng ledger mend，或重新加载同一文件",
    explain="每次到达记下其全部事实的摘要，合并文件不会改变它。不符说明有事实被改动过。",
)
ARRIVAL_LOST = declare(
    "E262",
    "{file}（到达 {arrival}）的原件留存着，账本里却没有这次到达。运行 duofeng ledger mend，或重新加载同一文件",
    explain="原件在计入之前就已留存。加载中途断电或被中止会如此，到达的日志丢失也会如此：两种情况都是重新加载。正在加载时"
    "也会如此，加载完就没有了。",
    severity="warning",
)
NAME_ALTERED = declare(
    "E263",
    "账本中 {kind} 的名称“{name}”被改动过。请从备份恢复",
    explain="名称的编号由名称算出，两者不符说明其中之一被改动过。",
)
NO_DIGEST = declare(
    "E264",
    "{count} 次到达来自较早的版本，没有摘要：只能核对行数，不能核对内容",
    severity="warning",
    explain="较早的版本不记摘要。这些到达照常使用；重新加载之前无法证明其内容未被改动。",
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
