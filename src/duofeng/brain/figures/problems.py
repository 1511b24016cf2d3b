"""The problems of figures, targets and the gate (E450–E499)."""

from __future__ import annotations

from duofeng.kernel.problem import declare

INDICATOR_UNKNOWN = declare(
    "E450",
    zh="没有指标“{word}”，是否应为“{nearest}”？",
    en="there is no indicator '{word}'; did you mean '{nearest}'?",
    explain_zh="指标可写编号、名称或别名。全部指标在园区与峰的 indicators/*.yaml 里。",
    explain_en="An indicator is named by its id, title or alias; see indicators/*.yaml of the zone and its peaks.",
)
NOTHING_STATED = declare(
    "E451",
    zh="账本“{ledger}”里还没有园区的数字，请先运行 duofeng load",
    en="the ledger '{ledger}' holds no figure of the zone yet; run duofeng load first",
    explain_zh="公开报告的数字是账本里的事实。先用 duofeng load 装入园区 published 文件夹中的文件或报告本身。",
    explain_en="Published figures are facts of the ledger. Load the files in the zone's folder `published`, or a "
    "report itself, with duofeng load.",
)
NOTHING_KNOWN = declare(
    "E452",
    zh="到 {known} 为止，没有人说过“{indicator}”{period}的数；有数的时期：{periods}",
    en="by {known} nobody had stated '{indicator}' for {period}; stated periods: {periods}",
    explain_zh="换一个时期，或者换一个知晓日期（--as-known-on）。没有的数不会被推算出来。",
    explain_en="Ask for another period or another day of knowledge (--as-known-on). A missing figure is never guessed.",
)
PLAN_UNKNOWN = declare(
    "E453",
    zh="没有提出目标的文件“{word}”，是否应为“{nearest}”？",
    en="no document with targets is called '{word}'; did you mean '{nearest}'?",
    explain_zh="--plan 写公开文件的编号，见园区的 documents/*.yaml。",
    explain_en="--plan takes the id of a published document, see documents/*.yaml of the zone.",
)
FONT_MISSING = declare(
    "E454",
    zh="找不到中文字体，图中的汉字无法显示；请安装其一：{fonts}",
    en="no Chinese font was found, so the picture could not show its words; install one of: {fonts}",
    explain_zh="作图按名称查找已安装的中文字体。Debian/Ubuntu 可安装 fonts-noto-cjk。",
    explain_en="Pictures look for an installed Chinese font by name. On Debian or Ubuntu install fonts-noto-cjk.",
)
NOTHING_TO_PLOT = declare(
    "E455",
    zh="“{indicator}”没有可以画成序列的数",
    en="'{indicator}' has no levels to draw as a series",
    explain_zh="作图需要至少一期的水平值；只有增速或位次的指标画不出水平。",
    explain_en="A picture needs the level of at least one period; growth or rank alone has no level.",
)
DRAFT_HAS_NO_NUMBERS = declare(
    "E460",
    zh="“{file}”里没有读到任何数字，没有可核对的内容",
    en="no number was found in '{file}': there is nothing to check",
    explain_zh="校稿核对的是文稿里的数字。若文稿本有数字，请检查它是否为扫描图片。",
    explain_en="The gate checks the numbers of a draft. If it has some, see whether it is a scanned picture.",
    severity="warning",
)
CSV_NOT_WRITTEN = declare(
    "E461",
    zh="写不了文件“{file}”：{reason}",
    en="'{file}' cannot be written: {reason}",
    explain_zh="检查文件夹是否存在、是否有写权限。",
    explain_en="Check that the folder exists and may be written to.",
)
