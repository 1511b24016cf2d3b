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
