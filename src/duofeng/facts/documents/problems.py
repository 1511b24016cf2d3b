"""The problems of reading documents (E400–E449)."""

from __future__ import annotations

from duofeng.kernel.problem import declare

FILE_MISSING = declare(
    "E400",
    zh="找不到文件 {file}，或没有读取权限",
    en="{file} cannot be opened: it is missing or may not be read",
    explain_zh="请检查路径；文件夹不能当作文件读取。",
    explain_en="Check the path; a folder cannot be read as a file.",
)
KIND_UNKNOWN = declare(
    "E401",
    zh="不会读取 {kind} 文件；可读取 txt、md、docx、pdf（有文字层）、html",
    en="files of the kind {kind} cannot be read; txt, md, docx, pdf with a text layer and html can",
    explain_zh="文件类型由扩展名和内容认定。旧式 doc 请先另存为 docx。",
    explain_en="The kind follows from the extension and the content. Save an old doc file as docx first.",
)
DAMAGED = declare(
    "E402",
    zh="{kind} 文件损坏或被加密，读不出文字：{reason}",
    en="the {kind} file is damaged or locked and gives no text: {reason}",
    explain_zh="请用原来的软件打开并另存；有密码的文件先取消密码。",
    explain_en="Open it in the program that made it and save it again; remove a password first.",
)
NO_TEXT_LAYER = declare(
    "E403",
    zh="这个 PDF 的 {pages} 页都只有图像，没有文字层，无法读取；请先做文字识别（OCR）",
    en="all {pages} pages of this PDF are images without a text layer; run a text recognition (OCR) first",
    explain_zh="程序不做文字识别。识别后的文件可以再读：夹在字间的空格和断行会被接好。",
    explain_en="The program does not recognise text in images. A recognised file can be read: blanks and line breaks "
    "inside words are mended.",
)
SOME_PAGES_WITHOUT_TEXT = declare(
    "E404",
    zh="第 {pages} 页只有图像，未读取",
    en="page {pages} is an image and was not read",
    explain_zh="其余各页已读取。缺的页请做文字识别后另行读取。",
    explain_en="The other pages were read. Recognise the text of the missing ones and read them too.",
    severity="warning",
)
MIXED_ENCODINGS = declare(
    "E405",
    zh="文件混用编码：{lines} 行不是 {encoding}，已按 GB18030 逐行读取（如第 {line} 行）",
    en="the file mixes encodings: {lines} lines are not {encoding} and were read as GB18030 (line {line}, for one)",
    explain_zh="多半是几个文件拼接而成。位置按解码后的文字计算；请核对这些行。",
    explain_en="Probably several files were joined. Places are counted in the decoded text; check those lines.",
    severity="warning",
)
UNREADABLE_CHARACTERS = declare(
    "E406",
    zh="{count} 处字节在任何编码下都读不出，显示为 �（如第 {line} 行）",
    en="{count} bytes make no character in any encoding and are shown as � (line {line}, for one)",
    explain_zh="文件可能被截断，或不是文本文件。",
    explain_en="The file may be cut off, or be no text file.",
    severity="warning",
)
TOO_LARGE = declare(
    "E407",
    zh="解压后超过 {limit} MB，拒绝读取",
    en="it unpacks to more than {limit} MB and is refused",
    explain_zh="正常的报告不会这样大；极高的压缩比是常见的攻击手法。",
    explain_en="No report is that large; extreme compression is a common way to attack a reader.",
)
OTHER_PLACE = declare(
    "E408",
    zh="这份文件讲的是“{place}”，不是本园区；其数字以“{place}”为对象保留，不并入本园区",
    en="this document is about '{place}', not this zone; its numbers are kept with that subject and not merged",
    explain_zh="文件里没有出现本园区的名称，却反复出现另一个地方。若实为本园区，请在 zone.yaml 补充名称。",
    explain_en="The zone's names do not occur in it and another place does. If it is this zone, add the name to it.",
    severity="warning",
)
NO_FIGURE_THERE = declare(
    "E410",
    zh="第 {place} 字没有读到数字；最近的在 {nearest}",
    en="no figure was read at chars {place}; the nearest is at {nearest}",
    explain_zh="位置写成“起-止”，见 duofeng read 的 start、end 两列，或 duofeng rejects 的工作表一列。",
    explain_en="A place is start-end as in the columns start and end of duofeng read, or in duofeng rejects.",
)
STILL_WAITS = declare(
    "E411",
    zh="不能确认“{indicator}”：{why}",
    en="'{indicator}' cannot be confirmed: {why_en}",
    explain_zh="用 --as 写明它是哪个已声明的指标；单位须能换算成该指标的单位，期间须写明（--period）。",
    explain_en="Say with --as which declared indicator it is; its unit must convert to the indicator's and the period "
    "must be known (--period).",
)
WAITS = declare(
    "E409",
    zh="“{indicator}”待确认：{why}（把握 {confidence}）",
    en="'{indicator}' waits for a yes or no: {why_en} (confidence {confidence})",
    explain_zh="从文件读出的数字，把握足够、指标已声明、单位相符、讲的是本园区的直接计入账本，其余在此等待人的决定。",
    explain_en="Numbers read from a document count at once when the reading is sure, the indicator declared, the unit "
    "right and the place ours; the others wait here for a person.",
    severity="warning",
)
