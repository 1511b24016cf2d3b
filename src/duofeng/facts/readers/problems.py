"""The problems of reading a delivery: files, tables, rows, cells, and what its source promised (E200–E249)."""

from __future__ import annotations

from duofeng.kernel.problem import declare

# ---- files ---------------------------------------------------------------------------------------------------------

UNREADABLE = declare(
    "E200",
    "文件打不开：{reason}",
    explain="检查路径、文件名和读取权限。",
)
NO_FILE = declare(
    "E218",
    "没有这个文件",
    explain="检查路径和文件名；文件夹不能整个加载，请写 文件夹/*.csv。",
)
EMPTY = declare(
    "E201",
    "文件是空的（0 字节）",
    explain="空文件不是“没有变化”。请来源方重新发送。",
)
ENCODING = declare(
    "E202",
    "文字编码无法识别：不是 UTF-8、UTF-16，读成其他编码也不像文字（{likely}）。请在来源里写 encoding",
    explain="百分数是读成这种编码后常用字的比例，要有一种明显高出才会采用。已知编码的写进来源的 encoding，如 big5、"
    "cp1252、shift_jis；否则请用表格软件打开后另存为“CSV UTF-8”。",
)
BAD_BYTES = declare(
    "E203",
    "这一行含有无法识别的字节，整行未加载",
    explain="个别字节已损坏，或原文件里就是替代符（�、锟斤拷）；其余各行照常加载。",
)
DELIMITER = declare(
    "E204",
    "声明的分隔符是“{declared}”，但文件看来用的是“{likely}”",
    explain="按声明的分隔符找不到声明的列名，换一种就能找到更多。请改正来源声明中的 delimiter，或让来源方重发。",
)
HEADER = declare(
    "E205",
    "前 40 行中找不到表头，声明的列是：{expected}",
    explain="表头是声明的列名出现最多的那一行（或几行，由 header_rows 指明）。一个列名都没有出现，多半是发错了"
    "文件或工作表。",
)
COLUMN_MISSING = declare(
    "E206",
    "缺少列“{column}”。{hint}",
    explain="来源声明了这一列，文件里没有。列名比较时不计空格、换行和全角半角。标识列缺失时整个文件隔离，其他列"
    "缺失时只提醒。",
    severity="warning",
)
COLUMN_TWICE = declare(
    "E207",
    "列“{column}”出现了 {count} 次，不知道该用哪一列",
    explain="声明的列必须只出现一次；未声明的重复列只提醒。多层表头请用 header_rows，列名会连成“2023年/营业收入”。",
)
COLUMN_UNKNOWN = declare(
    "E208",
    "列“{column}”没有在来源中声明，未加载{hint}",
    explain="新出现的列可能是有用的数据。请在来源声明中加入它，或把 unknown_columns 设为 ignore。",
    severity="warning",
)
RAGGED = declare(
    "E209",
    "这一行有 {found} 格，表头有 {expected} 格，整行未加载",
    explain="多半是某格中含有分隔符而没有加引号，或少了一格。程序不猜哪一格属于哪一列。",
)
WORKBOOK_DAMAGED = declare(
    "E210",
    "工作簿已损坏或不完整：{reason}",
    explain="文件没有传完，或在传输中损坏。请重新取得文件；也可用表格软件打开、修复后另存。",
)
WORKBOOK_ENCRYPTED = declare(
    "E211",
    "工作簿有打开密码，无法读取",
    explain="请来源方去掉打开密码后重发。程序不保存也不尝试密码。",
)
WORKBOOK_TOO_LARGE = declare(
    "E212",
    "工作簿展开后过大：{what}，上限 {limit}",
    explain="可能是压缩炸弹，也可能是在表格最远处误填了一格。请删除多余的行列，或改用 CSV。",
)
SHEET_MISSING = declare(
    "E213",
    "没有工作表“{sheet}”，有：{sheets}",
    explain="工作表名由来源声明的 sheet 指明；不写则用第一张找得到表头的工作表。",
)
NOT_TEXT = declare(
    "E214",
    "这不是文本文件",
    explain="来源声明的读法是文本，文件却是工作簿、PDF 或其他二进制内容。检查扩展名与来源声明的 reader。",
)
NOT_WORKBOOK = declare(
    "E215",
    "这不是工作簿{hint}",
    explain="有的系统把网页或 CSV 以 .xls、.xlsx 为名导出。请用表格软件打开后另存为 xlsx，或把来源的 reader 改为 csv。",
)
JSON_BROKEN = declare(
    "E216",
    "这一行不是一个 JSON 对象，整行未加载",
    explain="JSON Lines 每行一个完整的 {{}} 对象。多半是文件被截断或多个对象写在一行。",
)
QUOTE = declare(
    "E217",
    "这一行的引号不成对，整行未加载",
    explain="引号只能包住整格；格内的引号要写两次。程序不猜这一格在哪里结束。",
)

# ---- cells ---------------------------------------------------------------------------------------------------------

NOT_WHOLE = declare(
    "E220",
    "“{text}”应为整数",
    explain="人数、家数等没有小数。多半是列错位，或该列其实是比率。",
)
NOT_A_DATE = declare(
    "E221",
    "“{text}”不是日期，写法如 2023-06-15 或 2023年6月15日",
    explain="只有年月没有日的，不补成 1 日；不存在的日期（2 月 30 日）也不改成别的日期。",
)
NOT_A_FLAG = declare(
    "E222",
    "“{text}”不是“是”或“否”",
    explain="可写：是/否、有/无、true/false、1/0、√/×。",
)
CODE_UNKNOWN = declare(
    "E223",
    "代码表“{list}”中没有“{text}”。{hint}",
    explain="写代码或代码的名称都可以。",
)
ATTRIBUTE_UNKNOWN = declare(
    "E224",
    "词汇表中没有属性“{text}”。{hint}",
    explain="长表每行写明属性；可写属性的编号、中文名称或英文名称。",
)
SUBJECT_MISSING = declare(
    "E225",
    "既没有标识也没有名称，不知道这一行说的是谁",
    explain="整行保留在拒收表中。请补上标识或名称后重发。",
)
PERIOD_MISSING = declare(
    "E226",
    "“{attribute}”按{per}统计，这一行没有写明时期",
    explain="在来源声明中写 period：固定的时期、时期所在的列，或从文件名中取得。",
)
PERIOD_MISFIT = declare(
    "E227",
    "“{attribute}”按{per}统计，“{text}”不是这样的时期",
    explain="全年的数不能记成月度的数，反过来也不行。",
)
SPREADSHEET_ERROR = declare(
    "E228",
    "单元格是公式错误（{text}）",
    explain="例如 #REF!、#DIV/0!、#N/A。请在表格中改正公式，或只粘贴数值后重发。",
)
NUL = declare(
    "E229",
    "单元格含有空字符（NUL）",
    explain="多半是文件在导出或传输时损坏。",
)

# ---- sources and their promises ------------------------------------------------------------------------------------

SOURCE_UNKNOWN = declare(
    "E230",
    "没有来源“{source}”。{hint}",
    explain="来源在园区文件夹的 sources/ 中声明。",
)
SOURCE_NOT_FOUND = declare(
    "E231",
    "没有来源认领这个文件名。声明的有：{candidates}。请用 --source 指明",
    explain="来源声明中的 files 是文件名的通配模式，如 企业年报*.xlsx。",
)
SOURCE_AMBIGUOUS = declare(
    "E232",
    "有几个来源认领这个文件名：{candidates}。请用 --source 指明",
    explain="请让 files 的模式互不重叠。",
)
TOO_FEW = declare(
    "E233",
    "只有 {rows} 行，声明的下限是 {minimum} 行",
    explain="行数低于下限，整个文件隔离，账本不变。多半是只导出了一部分。",
)
TOO_MANY = declare(
    "E234",
    "有 {rows} 行，超过声明的上限 {maximum} 行",
    explain="行数超过上限只提醒。多半是上限过时，或文件中有重复。",
    severity="warning",
)
FILL_LOW = declare(
    "E235",
    "“{column}”只有 {filled} 的行能用，声明的下限是 {minimum}",
    explain="能用的值低于声明的填写率，整个文件隔离，账本不变。",
)
STALE = declare(
    "E236",
    "文件的数据截至 {latest}，已过去 {days} 天，声明的上限是 {maximum} 天",
    explain="数据比声明的新鲜度要求更旧，只提醒。",
    severity="warning",
)
UNKNOWN_COLUMNS = declare(
    "E237",
    "有未声明的列：{columns}；这个来源不允许",
    explain="来源声明 unknown_columns: quarantine，出现新列即隔离，等人确认格式没有变。",
)
SWAPPED = declare(
    "E238",
    "列“{column}”几乎全是错的（{bad}/{rows}），而列“{other}”的内容才像{expected}：多半是两列对调了",
    explain="整个文件隔离，账本不变。请核对表头与内容是否对应。",
)
COLUMN_WRONG = declare(
    "E239",
    "列“{column}”几乎全是错的（{bad}/{rows}），例如“{example}”",
    explain="一列中九成以上的格都不能用，不是个别笔误，而是格式或单位变了。标识列如此则整个文件隔离；其他列只提"
    "醒，各格都在拒收表中。",
    severity="warning",
)
NOTES = declare(
    "E240",
    "有 {count} 行附注，未作为数据加载（行号: 内容）：{rows}",
    explain="没有标识、以“注：”“单位：”等开头的行，或只有一格说明文字的行，不是对象。名称以公司、中心等结尾的不算附注。",
    severity="warning",
)
DELIMITER_FOUND = declare(
    "E241",
    "来源没有声明分隔符，按内容认定为“{found}”",
    explain="请在来源声明中写明 delimiter，以免认错。",
    severity="warning",
)
NO_FACTS = declare(
    "E242",
    "{rows} 行中没有得到一个事实，{rejects} 处被拒收",
    explain="文件整个隔离，账本不变。多半是来源声明与文件不符。",
)
ARRIVAL_UNKNOWN = declare(
    "E243",
    "没有编号为“{arrival}”的到达。{hint}",
    explain="到达的编号由 duofeng load 和 duofeng rejects 显示。",
)
SEVERAL_CHAINS = declare(
    "E245",
    "这些行出自互不相干的几次到达（{arrivals}），不知道该更正哪一次",
    explain="一个更正文件只更正一次到达（连同此前对它的更正）。请把各次到达的行分成几个文件，分别加载。",
)
PERIOD_NOT_IN_NAME = declare(
    "E244",
    "文件名“{file}”中没有时期",
    explain="来源声明时期取自文件名，如 企业年报_2023.xlsx、用电_2023年6月.csv。",
)
SAME_CONTENT = declare(
    "E219",
    "内容与此前的“{file}”（到达 {arrival}）逐字相同，只是文件名里的时期不同；若是拿错了文件，请发送正确的文件更正",
    explain="来源的时期取自文件名，同样的内容换了文件名就成了另一个时期的数。两个时期的数字完全相同很少见，多半"
    "是拿错了文件。",
    severity="warning",
)
UNREADABLE_ELSEWHERE = declare(
    "E246",
    "隔离区 {folder} 无法写入（{reason}），原文件仍在原处",
    explain="数据文件夹只读或磁盘已满。账本没有改变。",
    severity="warning",
)
NO_SUBJECT_COLUMN = declare(
    "E247",
    "没有不可缺少的列：{columns}",
    explain="没有标识列或名称列就不知道每一行说的是谁；长表没有属性列或值列就没有事实。整个文件隔离。",
)
IDENTIFIERS_WRONG = declare(
    "E248",
    "标识列“{column}”几乎全是错的（{bad}/{rows}），例如“{example}”",
    explain="整个文件隔离，账本不变。常见原因：表格软件把长数字变成了科学计数，末几位成了 0。请把该列设为文本后"
    "重新导出。",
)
IRREGULAR = declare(
    "E249",
    "{count} 个标识可用但不规则（{code}）：{why}",
    explain="只提醒，不拒收。",
    severity="warning",
)
