"""The problems of what stands in a table otherwise than it seems (E360–E399)."""

from __future__ import annotations

from duofeng.kernel.problem import declare

ENCODING_FOUND = declare(
    "E360",
    "来源没有声明编码，按内容认定为 {found}，如“{example}”",
    explain="几种编码都试过，只有这一种读出来是常用字。请在来源声明中写明 encoding，以免认错。",
    severity="warning",
)
WRONG_ENCODING = declare(
    "E361",
    "按来源声明的编码 {declared} 读不成文字，看来是 {likely}",
    explain="读出的多是替代符、私用区或生僻字。请改正来源声明中的 encoding，或让来源方重发。整个文件隔离。",
)
IS_UTF8 = declare(
    "E362",
    "来源声明的编码是 {declared}，文件却是 UTF-8，按 UTF-8 读",
    explain="UTF-8 可以由字节本身证明。来源换了编码的话，请改正声明。",
    severity="warning",
)
UNSEEN_CHARACTERS = declare(
    "E363",
    "去掉了看不见的字符：{characters}",
    explain="零宽字符和控制字符多从网页、聊天软件复制而来，会让相同的代码、名称、列名看来一样却比不上。",
    severity="warning",
)
TOTALS = declare(
    "E364",
    "有 {count} 行合计，未作为数据加载（行号: 内容）：{rows}",
    explain="合计、小计、平均等行（各种语言的写法）不是对象；能相加的列会与它所合计的各行核对。",
    severity="warning",
)
TOTAL_DIFFERS = declare(
    "E365",
    "第 {row} 行“{label}”的“{column}”写的是 {total}，而所合计的各行相加为 {added}",
    explain="加总不等于合计：可能少了一行、多了一行，或有一格写错了。数据照常加载，请核对。",
    severity="warning",
)
HEADER_AGAIN = declare(
    "E366",
    "表头在表中又出现了 {count} 次，已跳过（行号: 内容）：{rows}",
    explain="多半是分页打印时重复的表头。",
    severity="warning",
)
NOTE_OR_NAME = declare(
    "E367",
    "“{text}”像附注，也像名称，整行未加载",
    explain="这一行只有一格，以“说明：”等开头，又以公司等结尾。是对象就补上其他格（或标识）后重发，是附注就不必管。",
)
REPEATED = declare(
    "E368",
    "“{text}”：同一对象、同一期间的这个值在第 {rows} 行各不相同，都未加载",
    explain="一份文件里同一个值写了几次而不一样。明细可以相加的，在来源里写 repeated: sum；以后写或先写的为准的，"
    "写 last 或 first；是几个对象的，给来源加上标识或 key；其余请更正后重发。",
)
REPEATED_TOLD = declare(
    "E369",
    "有 {count} 个值在文件里写了不止一次而不一样：{meaning}",
    explain="同一对象、同一属性、同一期间写了几次。完全一样的算一次；不一样的按来源的 repeated 办理，没写的拒收。",
    severity="warning",
)
NAMESAKES = declare(
    "E370",
    "有 {count} 个名称没有标识而出现在不止一行，不知道是不是同一个对象（名称、行号）：{names}",
    explain="重名的人或单位只凭名称分不开。给来源加上标识列，或在 key 里写几列合起来的编号（如姓名、单位）；"
    "确是一个的，写明 repeated。",
    severity="warning",
)
OTHER_SHEETS = declare(
    "E371",
    "只读了工作表“{sheet}”，有同样表头的还有：{others}",
    explain="都要读的话，在来源里写 sheets: all；只要其中一张，写明 sheet。",
    severity="warning",
)
HIDDEN_COLUMNS = declare(
    "E372",
    "这些列在工作表里是隐藏的，已照常加载：{columns}",
    explain="打开文件的人看不到这些列。请核对它们是不是要交的数据。",
    severity="warning",
)
HIDDEN_ROW = declare(
    "E373",
    "这一行在工作表里是隐藏的，未加载",
    explain="打开文件的人看不到这一行，多半是筛选后没有还原。要加载就取消隐藏后重发，或加载导出的更正表。",
)
STRUCK_ROW = declare(
    "E374",
    "这一行在工作表里是划掉的，未加载",
    explain="整行带删除线，意思是作废。仍然有效就去掉删除线后重发。",
)
STRUCK_CELL = declare(
    "E375",
    "“{text}”这一格在工作表里是划掉的",
    explain="带删除线的值意思是作废。请改成有效的值后重发。",
)
UNCALCULATED = declare(
    "E376",
    "这一格是公式，文件里没有算出的值",
    explain="写文件的程序没有计算公式。用表格软件打开、保存后重发，或改成数值。",
)
UNIT_CONTRADICTS = declare(
    "E377",
    "“{column}”在文件里写的单位是 {stated}，来源按 {declared} 读",
    explain="表头上方、列名里、表头下或表末的单位与来源声明的不一致，差几百几万倍，整个文件隔离。请改正来源的 unit，"
    "或让来源方重发。来源没写 unit 的，按文件写的读。",
)
TWO_NUMBERS = declare(
    "E378",
    "“{text}”可以是 {grouped}，也可以是 {decimal}，不猜",
    explain="没有声明小数点是点还是逗号。请在来源或园区的 habits 里写 decimal: point 或 comma，再重新加载。",
)
TWO_DAYS = declare(
    "E379",
    "“{text}”可以是 {one}，也可以是 {other}，不猜",
    explain="没有声明日期里日在前还是月在前。请在来源或园区的 habits 里写 dates: "
    "day_first 或 month_first，再重新加载。",
)
ENDS = declare(
    "E380",
    "有 {count} 个对象（共 {before} 个）不在这份完整名单里，自 {day} 起结束：{named}",
    explain="来源写了 whole: true：下一份不再列出的，状态自这一份起结束；此前查到的仍是当时知道的样子。",
    severity="warning",
)
ENDS_TOO_MANY = declare(
    "E381",
    "这份名单会使 {count} 个对象（共 {before} 个）结束，超过 {most}",
    explain="多半是只导出了一部分。确实如此就调高来源的 asserts: ends 后重新加载。整个文件隔离，账本不变。",
)
ENDS_UNSURE = declare(
    "E382",
    "有 {count} 行认不出说的是谁，所以这份名单没有使任何对象结束",
    explain="认不出的行可能正是看来缺席的对象。更正这些行，重新发送完整的名单。",
    severity="warning",
)
NOT_BY_ROWS = declare(
    "E383",
    "来源 {source} 的一个值由几行合成，只改一行算不出来：请改正原文件，以原来的文件名整份重发",
    explain="来源声明了 repeated: sum、first 或 last：同一对象的几行合成一个值。只重发其中一行会丢掉其余各行。整份重发"
    "时，改好的行随之结清。",
)
SHARED = declare(
    "E384",
    "“{text}”这一格合并在第 {first}–{last} 行的几个对象上，各是多少没有说",
    explain="合并的文字（如同一个行业）对每一行都成立；合并的数可能是几个对象的合计，也可能各自相同，程序不猜。请把每一"
    "行的数分别填写。",
)
