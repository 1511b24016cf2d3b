"""The problems of reading documents (E400–E449)."""

from __future__ import annotations

from duofeng.kernel.problem import declare

FILE_MISSING = declare(
    "E400",
    "找不到文件 {file}，或没有读取权限",
    explain="请检查路径；文件夹不能当作文件读取。",
)
KIND_UNKNOWN = declare(
    "E401",
    "不会读取 {kind} 文件；可读取 txt、md、docx、pdf（有文字层）、html",
    explain="文件类型由扩展名和内容认定。旧式 doc 请先另存为 docx。",
)
DAMAGED = declare(
    "E402",
    "{kind} 文件损坏或被加密，读不出文字：{reason}",
    explain="请用原来的软件打开并另存；有密码的文件先取消密码。",
)
NO_TEXT_LAYER = declare(
    "E403",
    "这个 PDF 的 {pages} 页都只有图像，没有文字层，无法读取；请先做文字识别（OCR）",
    explain="程序不做文字识别。识别后的文件可以再读：夹在字间的空格和断行会被接好。",
)
SOME_PAGES_WITHOUT_TEXT = declare(
    "E404",
    "第 {pages} 页只有图像，未读取",
    explain="其余各页已读取。缺的页请做文字识别后另行读取。",
    severity="warning",
)
MIXED_ENCODINGS = declare(
    "E405",
    "文件混用编码：{lines} 行不是 {encoding}，已按 GB18030 逐行读取（如第 {line} 行）",
    explain="多半是几个文件拼接而成。位置按解码后的文字计算；请核对这些行。",
    severity="warning",
)
UNREADABLE_CHARACTERS = declare(
    "E406",
    "{count} 处字节在任何编码下都读不出，显示为 �（如第 {line} 行）",
    explain="文件可能被截断，或不是文本文件。",
    severity="warning",
)
TOO_LARGE = declare(
    "E407",
    "解压后超过 {limit} MB，拒绝读取",
    explain="正常的报告不会这样大；极高的压缩比是常见的攻击手法。",
)
OTHER_PLACE = declare(
    "E408",
    "这份文件讲的是“{place}”，不是本园区；其数字以“{place}”为对象保留，不并入本园区",
    explain="文件里没有出现本园区的名称，却反复出现另一个地方。若实为本园区，请在 zone.yaml 补充名称。",
    severity="warning",
)
NO_FIGURE_THERE = declare(
    "E410",
    "第 {place} 字没有读到数字。{hint}",
    explain="位置写成“起-止”，见 duofeng read 的 start、end 两列，或 duofeng rejects。",
)
STILL_WAITS = declare(
    "E411",
    "不能确认“{indicator}”：{why}",
    explain="用 --as 写明它是哪个已声明的指标；单位须能换算成该指标的单位，期间须写明（--period）。",
)
WAITS = declare(
    "E409",
    "“{indicator}”待确认：{why}（把握 {confidence}）",
    explain="从文件读出的数字，把握足够、指标已声明、单位相符、讲的是本园区的直接计入账本，其余在此等待人的决定。",
    severity="warning",
)
