"""The problems of reading a delivery: files, tables, rows, cells, and what its source promised (E200–E249)."""

from __future__ import annotations

from duofeng.kernel.problem import declare

# ---- files ---------------------------------------------------------------------------------------------------------

UNREADABLE = declare(
    "E200",
    zh="文件打不开：{reason}",
    en="the file cannot be opened: {reason}",
    explain_zh="检查路径、文件名和读取权限。",
    explain_en="Check the path, the name and the permission to read.",
)
NO_FILE = declare(
    "E218",
    zh="没有这个文件",
    en="there is no such file",
    explain_zh="检查路径和文件名；文件夹不能整个加载，请写 文件夹/*.csv。",
    explain_en="Check the path and the name; a folder is not loaded as a whole, write folder/*.csv.",
)
EMPTY = declare(
    "E201",
    zh="文件是空的（0 字节）",
    en="the file is empty (0 bytes)",
    explain_zh="空文件不是“没有变化”。请来源方重新发送。",
    explain_en="An empty file does not mean that nothing changed. Ask the source to send it again.",
)
ENCODING = declare(
    "E202",
    zh="文字编码无法识别：既不是 UTF-8，也不是 GB18030（GBK），也不是带标记的 UTF-16",
    en="the encoding is unknown: neither UTF-8, nor GB18030 (GBK), nor UTF-16 with a mark",
    explain_zh="文件可能在传输中损坏，或本来不是文本。请用表格软件打开后另存为“CSV UTF-8”。",
    explain_en="The file was damaged on its way or is no text. Open it in a spreadsheet and save it as CSV UTF-8.",
)
BAD_BYTES = declare(
    "E203",
    zh="这一行含有无法识别的字节，整行未加载",
    en="this row holds bytes that are no characters; the whole row was not loaded",
    explain_zh="文件是 UTF-8，但个别字节已损坏；其余各行照常加载。",
    explain_en="The file is UTF-8 with single damaged bytes; its other rows are loaded.",
)
DELIMITER = declare(
    "E204",
    zh="声明的分隔符是“{declared}”，但文件看来用的是“{likely}”",
    en="the declared delimiter is '{declared}', but the file seems to use '{likely}'",
    explain_zh="按声明的分隔符找不到声明的列名，换一种就能找到更多。请改正来源声明中的 delimiter，或让来源方重发。",
    explain_en="Another delimiter shows more of the declared columns. Correct `delimiter` in the source, or ask "
    "for the file "
    "again.",
)
HEADER = declare(
    "E205",
    zh="前 40 行中找不到表头，声明的列是：{expected}",
    en="no header among the first 40 rows; the declared columns are: {expected}",
    explain_zh="表头是声明的列名出现最多的那一行（或几行，由 header_rows 指明）。一个列名都没有出现，"
    "多半是发错了文件或工作表。",
    explain_en="The header is where most declared titles stand (one row, or as many as header_rows says). Not "
    "one was found: "
    "most likely the wrong file or sheet.",
)
COLUMN_MISSING = declare(
    "E206",
    zh="缺少列“{column}”，最接近的是“{nearest}”",
    en="column '{column}' is missing; the nearest is '{nearest}'",
    explain_zh="来源声明了这一列，文件里没有。列名比较时不计空格、换行和全角半角。标识列缺失时整个文件隔离，其他列缺失时只提醒。",
    explain_en="The source declares this column and the file has none. Spaces, line breaks and width do not count. "
    "Without an identifying column the file is quarantined, without another one this warns.",
    severity="warning",
)
COLUMN_TWICE = declare(
    "E207",
    zh="列“{column}”出现了 {count} 次，不知道该用哪一列",
    en="column '{column}' appears {count} times; which one is meant is unknown",
    explain_zh="声明的列必须只出现一次；未声明的重复列只提醒。多层表头请用 header_rows，列名会连成“2023年/营业收入”。",
    explain_en="A declared column must appear once. For headers of several rows set header_rows; titles are then "
    "joined as "
    "`2023/revenue`.",
)
COLUMN_UNKNOWN = declare(
    "E208",
    zh="列“{column}”没有在来源中声明，未加载{hint_zh}",
    en="column '{column}' is not declared in the source and was not loaded{hint_en}",
    explain_zh="新出现的列可能是有用的数据。请在来源声明中加入它，或把 unknown_columns 设为 ignore。",
    explain_en="A new column may be useful data. Declare it in the source, or set unknown_columns to ignore.",
    severity="warning",
)
RAGGED = declare(
    "E209",
    zh="这一行有 {found} 格，表头有 {expected} 格，整行未加载",
    en="this row has {found} cells, the header has {expected}; the whole row was not loaded",
    explain_zh="多半是某格中含有分隔符而没有加引号，或少了一格。程序不猜哪一格属于哪一列。",
    explain_en="Most likely a cell holds the delimiter without quotes, or a cell is missing. The program does "
    "not guess.",
)
WORKBOOK_DAMAGED = declare(
    "E210",
    zh="工作簿已损坏或不完整：{reason_zh}",
    en="the workbook is damaged or incomplete: {reason_en}",
    explain_zh="文件没有传完，或在传输中损坏。请重新取得文件；也可用表格软件打开、修复后另存。",
    explain_en="The file was cut off or damaged on its way. Get it again, or open, repair and save it in a "
    "spreadsheet.",
)
WORKBOOK_ENCRYPTED = declare(
    "E211",
    zh="工作簿有打开密码，无法读取",
    en="the workbook is protected by a password and cannot be read",
    explain_zh="请来源方去掉打开密码后重发。程序不保存也不尝试密码。",
    explain_en="Ask the source to remove the password. The program neither keeps nor tries passwords.",
)
WORKBOOK_TOO_LARGE = declare(
    "E212",
    zh="工作簿展开后过大：{what}，上限 {limit}",
    en="the workbook is too large when unpacked: {what}, the limit is {limit}",
    explain_zh="可能是压缩炸弹，也可能是在表格最远处误填了一格。请删除多余的行列，或改用 CSV。",
    explain_en="Either a zip bomb, or a stray cell at the far end of the sheet. Delete the empty rows and "
    "columns or use CSV.",
)
SHEET_MISSING = declare(
    "E213",
    zh="没有工作表“{sheet}”，有：{sheets}",
    en="there is no sheet '{sheet}'; there are: {sheets}",
    explain_zh="工作表名由来源声明的 sheet 指明；不写则用第一张找得到表头的工作表。",
    explain_en="The source's `sheet` names it; without one the first sheet with the declared header is used.",
)
NOT_TEXT = declare(
    "E214",
    zh="这不是文本文件",
    en="this is not a text file",
    explain_zh="来源声明的读法是文本，文件却是工作簿、PDF 或其他二进制内容。检查扩展名与来源声明的 reader。",
    explain_en="The source's reader expects text, but the file is a workbook, a PDF or other binary content.",
)
NOT_WORKBOOK = declare(
    "E215",
    zh="这不是工作簿{hint_zh}",
    en="this is not a workbook{hint_en}",
    explain_zh="有的系统把网页或 CSV 以 .xls、.xlsx 为名导出。请用表格软件打开后另存为 xlsx，或把来源的 reader "
    "改为 csv。",
    explain_en="Some systems export web pages or CSV under the name .xls or .xlsx. Save it as xlsx, or set "
    "reader to csv.",
)
JSON_BROKEN = declare(
    "E216",
    zh="这一行不是一个 JSON 对象，整行未加载",
    en="this line is not a JSON object; the whole line was not loaded",
    explain_zh="JSON Lines 每行一个完整的 {{}} 对象。多半是文件被截断或多个对象写在一行。",
    explain_en="JSON lines hold one complete object per line. Most likely the file was cut off.",
)
QUOTE = declare(
    "E217",
    zh="这一行的引号不成对，整行未加载",
    en="the quotes of this row do not match; the whole row was not loaded",
    explain_zh="引号只能包住整格；格内的引号要写两次。程序不猜这一格在哪里结束。",
    explain_en="Quotes enclose a whole cell; a quote inside is written twice. The program does not guess where "
    "it ends.",
)

# ---- cells ---------------------------------------------------------------------------------------------------------

NOT_WHOLE = declare(
    "E220",
    zh="“{text}”应为整数",
    en="'{text}' should be a whole number",
    explain_zh="人数、家数等没有小数。多半是列错位，或该列其实是比率。",
    explain_en="Counts have no fractions. Most likely the column is shifted or holds a ratio.",
)
NOT_A_DATE = declare(
    "E221",
    zh="“{text}”不是日期，写法如 2023-06-15 或 2023年6月15日",
    en="'{text}' is not a date; write for example 2023-06-15",
    explain_zh="只有年月没有日的，不补成 1 日；不存在的日期（2 月 30 日）也不改成别的日期。",
    explain_en="A month without a day is not completed, and a day that does not exist is not moved.",
)
NOT_A_FLAG = declare(
    "E222",
    zh="“{text}”不是“是”或“否”",
    en="'{text}' is neither yes nor no",
    explain_zh="可写：是/否、有/无、true/false、1/0、√/×。",
    explain_en="Write 是/否, 有/无, yes/no, true/false, 1/0 or √/×.",
)
CODE_UNKNOWN = declare(
    "E223",
    zh="代码表“{list}”中没有“{text}”，最接近的是“{nearest}”",
    en="code list '{list}' has no '{text}'; the nearest is '{nearest}'",
    explain_zh="写代码或代码的名称都可以。",
    explain_en="Either the code or its title is accepted.",
)
ATTRIBUTE_UNKNOWN = declare(
    "E224",
    zh="词汇表中没有属性“{text}”，最接近的是“{nearest}”",
    en="the vocabulary has no attribute '{text}'; the nearest is '{nearest}'",
    explain_zh="长表每行写明属性；可写属性的编号、中文名称或英文名称。",
    explain_en="Each row of a long table names its attribute by id or by title.",
)
SUBJECT_MISSING = declare(
    "E225",
    zh="既没有标识也没有名称，不知道这一行说的是谁",
    en="neither identifier nor name: whom the row is about is unknown",
    explain_zh="整行保留在拒收表中。请补上标识或名称后重发。",
    explain_en="The whole row is kept among the rejects. Add the identifier or the name and send it again.",
)
PERIOD_MISSING = declare(
    "E226",
    zh="“{attribute}”按{per}统计，这一行没有写明时期",
    en="'{attribute}' is counted per {per}, and the row names no period",
    explain_zh="在来源声明中写 period：固定的时期、时期所在的列，或从文件名中取得。",
    explain_en="Give `period` in the source: a fixed one, the column that holds it, or from the file's name.",
)
PERIOD_MISFIT = declare(
    "E227",
    zh="“{attribute}”按{per}统计，“{text}”不是这样的时期",
    en="'{attribute}' is counted per {per}; '{text}' is no such period",
    explain_zh="全年的数不能记成月度的数，反过来也不行。",
    explain_en="An amount of a year is not an amount of a month.",
)
SPREADSHEET_ERROR = declare(
    "E228",
    zh="单元格是公式错误（{text}）",
    en="the cell is a formula error ({text})",
    explain_zh="例如 #REF!、#DIV/0!、#N/A。请在表格中改正公式，或只粘贴数值后重发。",
    explain_en="Such as #REF!, #DIV/0!, #N/A. Correct the formula, or paste values only.",
)
NUL = declare(
    "E229",
    zh="单元格含有空字符（NUL）",
    en="the cell holds a NUL character",
    explain_zh="多半是文件在导出或传输时损坏。",
    explain_en="Most likely the file was damaged on export or on its way.",
)

# ---- sources and their promises ------------------------------------------------------------------------------------

SOURCE_UNKNOWN = declare(
    "E230",
    zh="没有来源“{source}”，最接近的是“{nearest}”",
    en="there is no source '{source}'; the nearest is '{nearest}'",
    explain_zh="来源在园区文件夹的 sources/ 中声明。",
    explain_en="Sources are declared in the folder sources/ of the zone.",
)
SOURCE_NOT_FOUND = declare(
    "E231",
    zh="没有来源认领这个文件名。声明的有：{candidates}。请用 --source 指明",
    en="no source claims this file name. Declared are: {candidates}. Name one by --source",
    explain_zh="来源声明中的 files 是文件名的通配模式，如 企业年报*.xlsx。",
    explain_en="`files` of a source is a pattern of file names, such as report*.xlsx.",
)
SOURCE_AMBIGUOUS = declare(
    "E232",
    zh="有几个来源认领这个文件名：{candidates}。请用 --source 指明",
    en="several sources claim this file name: {candidates}. Name one by --source",
    explain_zh="请让 files 的模式互不重叠。",
    explain_en="Make the patterns of `files` distinct.",
)
TOO_FEW = declare(
    "E233",
    zh="只有 {rows} 行，声明的下限是 {minimum} 行",
    en="only {rows} rows; the declared minimum is {minimum}",
    explain_zh="行数低于下限，整个文件隔离，账本不变。多半是只导出了一部分。",
    explain_en="Below the minimum the whole file is quarantined and the ledger is unchanged. Most likely a "
    "partial export.",
)
TOO_MANY = declare(
    "E234",
    zh="有 {rows} 行，超过声明的上限 {maximum} 行",
    en="{rows} rows; the declared maximum is {maximum}",
    explain_zh="行数超过上限只提醒。多半是上限过时，或文件中有重复。",
    explain_en="Above the maximum this warns. Either the limit is out of date or the file repeats itself.",
    severity="warning",
)
FILL_LOW = declare(
    "E235",
    zh="“{column}”只有 {filled} 的行能用，声明的下限是 {minimum}",
    en="only {filled} of the rows have a usable '{column}'; the declared minimum is {minimum}",
    explain_zh="能用的值低于声明的填写率，整个文件隔离，账本不变。",
    explain_en="Below the declared fill rate the whole file is quarantined and the ledger is unchanged.",
)
STALE = declare(
    "E236",
    zh="文件的数据截至 {latest}，已过去 {days} 天，声明的上限是 {maximum} 天",
    en="the data end on {latest}, {days} days ago; the declared maximum is {maximum} days",
    explain_zh="数据比声明的新鲜度要求更旧，只提醒。",
    explain_en="The data are older than the source promised; this warns.",
    severity="warning",
)
UNKNOWN_COLUMNS = declare(
    "E237",
    zh="有未声明的列：{columns}；这个来源不允许",
    en="undeclared columns: {columns}; this source does not allow them",
    explain_zh="来源声明 unknown_columns: quarantine，出现新列即隔离，等人确认格式没有变。",
    explain_en="The source says unknown_columns: quarantine, so that somebody looks before a changed format is loaded.",
)
SWAPPED = declare(
    "E238",
    zh="列“{column}”几乎全是错的（{bad}/{rows}），而列“{other}”的内容才像{expected_zh}：多半是两列对调了",
    en="column '{column}' is wrong nearly everywhere ({bad}/{rows}), while '{other}' looks like {expected_en}: "
    "the columns were most likely swapped",
    explain_zh="整个文件隔离，账本不变。请核对表头与内容是否对应。",
    explain_en="The whole file is quarantined and the ledger is unchanged. Check that titles and contents belong "
    "together.",
)
COLUMN_WRONG = declare(
    "E239",
    zh="列“{column}”几乎全是错的（{bad}/{rows}），例如“{example}”",
    en="column '{column}' is wrong nearly everywhere ({bad}/{rows}), for example '{example}'",
    explain_zh="一列中九成以上的格都不能用，不是个别笔误，而是格式或单位变了。标识列如此则整个文件隔离；其他列只提醒，各格都在拒收表中。",
    explain_en="More than nine cells of ten are unusable: the format or the unit changed. For an identifying "
    "column the file "
    "is quarantined; for another one this warns and every cell is among the rejects.",
    severity="warning",
)
NOTES = declare(
    "E240",
    zh="第 {rows} 行是合计或附注，未作为数据加载",
    en="rows {rows} are totals or notes and were not loaded as data",
    explain_zh="没有标识、以“合计”“注：”等开头的行不是对象。",
    explain_en="Rows without an identifier that begin with a word such as total or note are no subjects.",
    severity="warning",
)
DELIMITER_FOUND = declare(
    "E241",
    zh="来源没有声明分隔符，按内容认定为“{found}”",
    en="the source declares no delimiter; by content it is '{found}'",
    explain_zh="请在来源声明中写明 delimiter，以免认错。",
    explain_en="Declare `delimiter` in the source so that it is never mistaken.",
    severity="warning",
)
NO_FACTS = declare(
    "E242",
    zh="{rows} 行中没有得到一个事实，{rejects} 处被拒收",
    en="{rows} rows gave not one fact; {rejects} cells were rejected",
    explain_zh="文件整个隔离，账本不变。多半是来源声明与文件不符。",
    explain_en="The file is quarantined and the ledger is unchanged. Most likely the source does not describe "
    "this file.",
)
ARRIVAL_UNKNOWN = declare(
    "E243",
    zh="没有编号为“{arrival}”的到达，最接近的是“{nearest}”",
    en="there is no arrival '{arrival}'; the nearest is '{nearest}'",
    explain_zh="到达的编号由 duofeng load 和 duofeng rejects 显示。",
    explain_en="`duofeng load` and `duofeng rejects` print the ids of arrivals.",
)
PERIOD_NOT_IN_NAME = declare(
    "E244",
    zh="文件名“{file}”中没有时期",
    en="the file name '{file}' names no period",
    explain_zh="来源声明时期取自文件名，如 企业年报_2023.xlsx、用电_2023年6月.csv。",
    explain_en="The source takes the period from the file's name, such as report_2023.xlsx.",
)
SAME_CONTENT = declare(
    "E219",
    zh="内容与此前的“{file}”（到达 {arrival}）逐字相同，只是文件名里的时期不同；若是拿错了文件，请发送正确的文件更正",
    en="word for word the content of the earlier '{file}' (arrival {arrival}), under another period in its name; "
    "if this is the wrong file, send the right one",
    explain_zh="来源的时期取自文件名，同样的内容换了文件名就成了另一个时期的数。两个时期的数字完全相同很少见，多半是拿错了文件。",
    explain_en="The period follows from the file's name, so the same content under another name is said of another "
    "period. Two periods are hardly ever the same to the last digit; most likely the wrong file was sent.",
    severity="warning",
)
QUARANTINED = declare(
    "E245",
    zh="文件已整个隔离在 {folder}，账本没有改变",
    en="the whole file is kept in {folder}; the ledger is unchanged",
    explain_zh="隔离区保存原文件和原因（reason.json）。改正来源声明或文件后重新加载即可。",
    explain_en="The quarantine keeps the file and the reasons (reason.json). Correct the source or the file and "
    "load again.",
    severity="warning",
)
UNREADABLE_ELSEWHERE = declare(
    "E246",
    zh="隔离区 {folder} 无法写入（{reason}），原文件仍在原处",
    en="the quarantine {folder} cannot be written ({reason}); the file is still where it was",
    explain_zh="数据文件夹只读或磁盘已满。账本没有改变。",
    explain_en="The data folder is read-only or the disk is full. The ledger is unchanged.",
    severity="warning",
)
NO_SUBJECT_COLUMN = declare(
    "E247",
    zh="没有不可缺少的列：{columns}",
    en="a column that cannot be done without is missing: {columns}",
    explain_zh="没有标识列或名称列就不知道每一行说的是谁；长表没有属性列或值列就没有事实。整个文件隔离。",
    explain_en="Without an identifying or a name column, or the attribute and value of a long table, there are "
    "no facts. "
    "The whole file is quarantined.",
)
IDENTIFIERS_WRONG = declare(
    "E248",
    zh="标识列“{column}”几乎全是错的（{bad}/{rows}），例如“{example}”",
    en="the identifying column '{column}' is wrong nearly everywhere ({bad}/{rows}), for example '{example}'",
    explain_zh="整个文件隔离，账本不变。常见原因：表格软件把长数字变成了科学计数，末几位成了 0。"
    "请把该列设为文本后重新导出。",
    explain_en="The whole file is quarantined. Often a spreadsheet turned long numbers into scientific notation, "
    "with zeros "
    "at the end. Export the column as text.",
)
IRREGULAR = declare(
    "E249",
    zh="{count} 个标识可用但不规则（{code}）：{why_zh}",
    en="{count} identifiers are usable but irregular ({code}): {why_en}",
    explain_zh="只提醒，不拒收。",
    explain_en="This warns; nothing is rejected.",
    severity="warning",
)
