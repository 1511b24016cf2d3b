"""What a person may do wrong on a page. Codes E700–E749."""

from __future__ import annotations

from duofeng.kernel.problem import declare

UPLOAD_TOO_LARGE = declare(
    "E700",
    "上传超过 {limit} MB，没有接收",
    explain="一次上传的上限由 DUOFENG_UPLOAD_LIMIT_MB 设定。更大的文件请在服务器上用 duofeng load 加载。",
)
NOTHING_TO_CHECK = declare(
    "E701",
    "没有文稿：请粘贴文字或选择一个文件",
    explain="校稿需要 txt、docx、pdf（有文字层）或 html 文件，或粘贴的文字。",
)
NO_FILE_CHOSEN = declare(
    "E702",
    "没有选择文件",
    explain="请选择一个 csv、xlsx 或 jsonl 文件再上传。",
)
UPLOAD_GONE = declare(
    "E703",
    "上传的文件已不在，请重新上传",
    explain="预览过的文件只保留一天；加载成功后也会清除。",
)
PERIOD_UNREADABLE = declare(
    "E704",
    "读不懂时期“{period}”，写作 2023、2024H1、2024Q1 或 2024-06",
    explain="文稿所属时期用来理解没有写明时期的数字；不写则由文稿自己推断。",
)
DAY_UNREADABLE = declare(
    "E705",
    "读不懂日期“{day}”，写作 2024-06-30",
    explain="基准日是计算所看的那一天。",
)
DRAFT_TOO_LONG = declare(
    "E710",
    "草案有 {size} 个字符，最多 {most} 个",
    explain="一份草案就是一份政策文件；过长的请拆成几份。",
)
DRAFT_TOO_MUCH = declare(
    "E711",
    "草案有 {expressions} 个表达式、{examples} 个算例，最多 {most} 个和 {most_examples} 个",
    explain="工作台上的草案有上限，免得一份草案占住所有人的机器。更大的请在命令行试算。",
)
NO_DRAFT = declare(
    "E712",
    "还没有写草案",
    explain="在工作台左边写一份政策草案，或取来一份现行政策。",
)
TRIAL_TOO_LONG = declare(
    "E713",
    "试算超过 {seconds} 秒，已停下",
    explain="条件和门槛越多，试算越久：每个门槛都要移动两次重算。减少门槛，或由管理员放宽 DUOFENG_TRIAL_SECONDS。",
)
TRIAL_TOO_LARGE = declare(
    "E714",
    "试算要用的内存超过 {limit} MB，已停下",
    explain="每份试算有内存上限，由 DUOFENG_TRIAL_MEMORY_MB 设定。",
)
TRIAL_BROKE_OFF = declare(
    "E715",
    "试算中途断了，没有结果",
    explain="试算的进程意外结束，请再试一次；再次发生请告诉管理员。",
)
