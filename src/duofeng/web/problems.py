"""What a person may do wrong on a page. Codes E700–E749."""

from __future__ import annotations

from duofeng.kernel.problem import declare

UPLOAD_TOO_LARGE = declare(
    "E700",
    zh="上传超过 {limit} MB，没有接收",
    en="the upload is larger than {limit} MB and was not received",
    explain_zh="一次上传的上限由 DUOFENG_UPLOAD_LIMIT_MB 设定。更大的文件请在服务器上用 duofeng load 加载。",
    explain_en="DUOFENG_UPLOAD_LIMIT_MB sets the most one upload may hold. Load larger files with duofeng load.",
)
NOTHING_TO_CHECK = declare(
    "E701",
    zh="没有文稿：请粘贴文字或选择一个文件",
    en="there is no draft: paste a text or choose a file",
    explain_zh="校稿需要 txt、docx、pdf（有文字层）或 html 文件，或粘贴的文字。",
    explain_en="The gate reads a txt, docx, pdf with a text layer or html file, or a pasted text.",
)
NO_FILE_CHOSEN = declare(
    "E702",
    zh="没有选择文件",
    en="no file was chosen",
    explain_zh="请选择一个 csv、xlsx 或 jsonl 文件再上传。",
    explain_en="Choose a csv, xlsx or jsonl file and upload again.",
)
UPLOAD_GONE = declare(
    "E703",
    zh="上传的文件已不在，请重新上传",
    en="the uploaded file is no longer there; upload it again",
    explain_zh="预览过的文件只保留一天；加载成功后也会清除。",
    explain_en="A previewed file is kept for a day, and removed once it has been loaded.",
)
PERIOD_UNREADABLE = declare(
    "E704",
    zh="读不懂时期“{period}”，写作 2023、2024H1、2024Q1 或 2024-06",
    en="'{period}' is no period; write 2023, 2024H1, 2024Q1 or 2024-06",
    explain_zh="文稿所属时期用来理解没有写明时期的数字；不写则由文稿自己推断。",
    explain_en="The draft's period explains numbers that name none; left out, it is inferred from the draft.",
)
DAY_UNREADABLE = declare(
    "E705",
    zh="读不懂日期“{day}”，写作 2024-06-30",
    en="'{day}' is no date; write 2024-06-30",
    explain_zh="基准日是计算所看的那一天。",
    explain_en="The as-of day is the day a run looks at.",
)
DRAFT_TOO_LONG = declare(
    "E710",
    zh="草案有 {size} 个字符，最多 {most} 个",
    en="the draft has {size} characters; at most {most} are read",
    explain_zh="一份草案就是一份政策文件；过长的请拆成几份。",
    explain_en="A draft is one policy's file; split what is longer.",
)
DRAFT_TOO_MUCH = declare(
    "E711",
    zh="草案有 {expressions} 个表达式、{examples} 个算例，最多 {most} 个和 {most_examples} 个",
    en="the draft has {expressions} expressions and {examples} examples; at most {most} and {most_examples} are tried",
    explain_zh="工作台上的草案有上限，免得一份草案占住所有人的机器。更大的请在命令行试算。",
    explain_en="Drafts in the studio are bounded, so that one of them does not take everybody's machine. Try larger "
    "ones at the terminal.",
)
NO_DRAFT = declare(
    "E712",
    zh="还没有写草案",
    en="there is no draft yet",
    explain_zh="在工作台左边写一份政策草案，或取来一份现行政策。",
    explain_en="Write a draft on the left of the studio, or fetch a policy in force.",
)
TRIAL_TOO_LONG = declare(
    "E713",
    zh="试算超过 {seconds} 秒，已停下",
    en="the trial took more than {seconds} seconds and was stopped",
    explain_zh="条件和门槛越多，试算越久：每个门槛都要移动两次重算。减少门槛，或由管理员放宽 DUOFENG_TRIAL_SECONDS。",
    explain_en="The more conditions and thresholds, the longer: each threshold is moved twice and counted anew. Use "
    "fewer, or let an administrator raise DUOFENG_TRIAL_SECONDS.",
)
TRIAL_TOO_LARGE = declare(
    "E714",
    zh="试算要用的内存超过 {limit} MB，已停下",
    en="the trial needed more than {limit} MB of memory and was stopped",
    explain_zh="每份试算有内存上限，由 DUOFENG_TRIAL_MEMORY_MB 设定。",
    explain_en="Each trial has a bound of memory, set by DUOFENG_TRIAL_MEMORY_MB.",
)
TRIAL_BROKE_OFF = declare(
    "E715",
    zh="试算中途断了，没有结果",
    en="the trial broke off without a result",
    explain_zh="试算的进程意外结束，请再试一次；再次发生请告诉管理员。",
    explain_en="The process that tried the draft ended unexpectedly. Try again; tell an administrator if it happens "
    "again.",
)
