"""What can be wrong with a declared file. Codes E001–E099."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from duofeng.kernel.problem import declare

UNREADABLE = declare(
    "E001",
    zh="读不了这个文件：{reason}。",
    en="this file cannot be read: {reason}.",
    explain_zh="文件不存在、没有读取权限，或者它是一个文件夹。检查路径和权限。",
    explain_en="The file is missing, may not be read, or is a folder. Check the path and the permissions.",
)
SYNTAX = declare(
    "E002",
    zh="不是合法的 YAML：{what_zh}。",
    en="not valid YAML: {what_en}.",
    explain_zh="YAML 的写法有误，读到这里就读不下去了。常见原因：冒号后面没有空格、缩进不齐、引号或括号没有成对。"
    "同一文件里这一处之后的内容要等它改好才能检查。",
    explain_en="The file cannot be understood from here on. Usual causes: no space after a colon, uneven indentation, "
    "a quote or bracket that is not closed. What follows in this file is checked once this is repaired.",
)
TAB = declare(
    "E003",
    zh="缩进里有制表符（Tab），请改用空格。",
    en="a tab in the indentation. Use spaces.",
    explain_zh="YAML 用空格表示层次，制表符的宽度各个编辑器不同，所以不允许。把编辑器设成“用空格代替 Tab”。",
    explain_en="YAML shows structure by spaces; a tab is as wide as each editor likes, so it is refused. "
    "Set your editor to insert spaces.",
)
ENCODING = declare(
    "E004",
    zh="文件不是 UTF-8 编码（第 {byte} 个字节 0x{value}）。请另存为 UTF-8。",
    en="the file is not UTF-8 (byte {byte} is 0x{value}). Save it as UTF-8.",
    explain_zh="园区文件一律用 UTF-8。记事本和 WPS 里用“另存为”，编码选 UTF-8；GBK、UTF-16 都不行。",
    explain_en="Zone files are UTF-8. Save the file again with that encoding; GBK and UTF-16 are refused.",
)
EMPTY = declare(
    "E005",
    zh="文件是空的，这里应当声明{what_zh}。",
    en="the file is empty; it should declare {what_en}.",
    explain_zh="文件里没有内容，或者只有注释。写上内容，或者删掉这个文件。",
    explain_en="The file holds nothing but comments. Write the declaration or delete the file.",
)
TOO_MUCH = declare(
    "E006",
    zh="{what_zh}超过上限 {limit}。",
    en="{what_en} beyond the limit of {limit}.",
    explain_zh="声明文件是给人读写的，所以对文件大小和嵌套层数设了上限。大表请放到代码表或数据文件里，或拆成几个文件。",
    explain_en="Declared files are written and read by people, so size and nesting are limited. "
    "Split the file, or move a large table to a data file.",
)
UNKNOWN_KEY = declare(
    "E007",
    zh="没有“{key}”这个键。{hint_zh}",
    en="unknown key '{key}'. {hint_en}",
    explain_zh="这一类声明不认识这个键，多半是拼错了，或者缩进错了、写到了别的层次里。可用的键见 docs/zone-files.md。",
    explain_en="This kind of declaration has no such key: a typing mistake, or the line is indented into the wrong "
    "block. The keys are listed in docs/zone-files.md.",
)
DUPLICATE_KEY = declare(
    "E008",
    zh="“{key}”写了两次，第一次在第 {first_line} 行第 {first_column} 列。",
    en="'{key}' is written twice; first at line {first_line}, column {first_column}.",
    explain_zh="同一处的键只能写一次。YAML 的其他读取程序会悄悄只用后一个，这里不猜，请删掉一个。",
    explain_en="A key may stand once in a block. Other YAML readers silently keep the later one; "
    "here nothing is guessed: delete one of them.",
)
MISSING_KEY = declare(
    "E009",
    zh="缺少“{key}”。{about_zh}",
    en="'{key}' is missing. {about_en}",
    explain_zh="这个键必须写。",
    explain_en="This key is required.",
)
NOT_PLAIN_YAML = declare(
    "E010",
    zh="这里不能用 YAML 的{what_zh}（{text}）。",
    en="YAML {what_en} are not allowed here ({text}).",
    explain_zh="锚点（&）、引用（*）和标签（!）会让一行话的意思取决于别处，所以不用。把内容照写一遍；"
    "如果只是文字里有这些符号，给它加上引号。",
    explain_en="Anchors (&), aliases (*) and tags (!) make a line mean what another line says, so they are refused. "
    "Write the content out; if the sign belongs to the text, quote it.",
)
BAD_KEY = declare(
    "E011",
    zh="键必须是一个词，不能是列表或映射。",
    en="a key must be one word, not a list or a mapping.",
    explain_zh="多半是花括号或方括号没有加引号。",
    explain_en="Usually braces or brackets that should have been quoted.",
)
NO_VALUE = declare(
    "E012",
    zh="“{key}”后面没有值。",
    en="'{key}' has no value.",
    explain_zh='冒号后面是空的。写上值；如果不需要这个键，删掉整行。空文字写成 ""。',
    explain_en='Nothing follows the colon. Write the value, or delete the line; an empty text is written "".',
)
SHAPE = declare(
    "E013",
    zh="这里应当是{expected_zh}，现在是{found_zh}。",
    en="expected {expected_en}, found {found_en}.",
    explain_zh="值的形状不对。加引号的总是文字；不加引号时 true/false 是是非，没有前导零的十进制数是数字，其余都是文字"
    "（0111、12:30、no、1e3 都是文字）。",
    explain_en="The value has another shape. What is quoted is text; unquoted, true and false are flags, decimals "
    "without leading zeros are numbers and everything else is text (0111, 12:30, no, 1e3 are text).",
)
DATE = declare(
    "E014",
    zh="“{key}”不是日期：{text}。请写成 YYYY-MM-DD，{reason_zh}。",
    en="'{key}' is not a date: {text}. Write YYYY-MM-DD, {reason_en}.",
    explain_zh="日期一律写成四位年、两位月、两位日，例如 2024-03-01，并且必须真有这一天。",
    explain_en="Dates are written as four digits of year, two of month, two of day, such as 2024-03-01, "
    "and the day must exist.",
)
CHOICE = declare(
    "E015",
    zh="“{text}”不在可选范围内。{hint_zh}",
    en="'{text}' is not one of the choices. {hint_en}",
    explain_zh="这个键只接受列出的几个词。",
    explain_en="This key accepts only the words listed.",
)
RANGE = declare(
    "E016",
    zh="“{key}”是 {text}，应当{bound_zh}。",
    en="'{key}' is {text}; it must be {bound_en}.",
    explain_zh="数值、长度或个数超出了允许的范围。",
    explain_en="The number, length or count lies outside what is allowed.",
)
PATTERN = declare(
    "E017",
    zh="“{text}”的写法不对：应当是{form_zh}。",
    en="'{text}' is not well formed: it should be {form_en}.",
    explain_zh="编号用小写英文字母、数字、下划线或连字符，以字母或数字开头。其余格式见报告中的说明。",
    explain_en="Ids are lower-case letters, digits, underscores or hyphens, starting with a letter or digit; "
    "for other forms see the report itself.",
)
REFUSED = declare(
    "E019",
    zh="这个值不能接受：{text}。",
    en="this value is not accepted: {text}.",
    explain_zh="值的格式与这个键的要求不符。",
    explain_en="The value does not have the form this key requires.",
)
NO_ZONE = declare(
    "E020",
    zh="{folder} 不是园区文件夹：{reason_zh}。",
    en="{folder} is not a zone folder: {reason_en}.",
    explain_zh="园区是一个文件夹，里面必须有 zone.yaml。",
    explain_en="A zone is a folder that holds a zone.yaml.",
)
UNKNOWN_PEAK = declare(
    "E021",
    zh="没有“{peak}”这座峰。{hint_zh}",
    en="there is no peak '{peak}'. {hint_en}",
    explain_zh="zone.yaml 的 peaks 列出要用的峰，每一座都应当在 peaks/ 下有一个同名文件夹，里面有 peak.yaml。",
    explain_en="The peaks in zone.yaml each need a folder of that name under peaks/ with a peak.yaml in it.",
)
UNKNOWN_FILE = declare(
    "E022",
    zh="不知道这个文件是什么：{place}。{hint_zh}",
    en="no kind of declaration lives at {place}. {hint_en}",
    explain_zh="文件是哪一类由它所在的文件夹决定。没有任何一类声明用这个位置，所以里面写的东西不会起作用，"
    "与其悄悄忽略不如报错。",
    explain_en="The folder decides what a file declares. No kind uses this place, so the file would have no effect; "
    "that is reported instead of ignored.",
)
ID_MISMATCH = declare(
    "E023",
    zh="“{key}”写的是 {text}，而按文件名或上一级的键应当是 {expected}。",
    en="'{key}' says {text} but the file name or the key above says {expected}.",
    explain_zh="编号就是文件名（一个文件声明一项时）或条目的键。可以不写；写了就必须一致。",
    explain_en="The id is the file name (one item in a file) or the key of the entry. It may be left out; "
    "if written it must agree.",
)
DUPLICATE_ID = declare(
    "E024",
    zh="{kind} {id} 声明了两次，第一次在 {first}。",
    en="{kind} {id} is declared twice; first at {first}.",
    explain_zh="同一类里编号不能重复，不论在哪座峰或园区里。要改峰里的内容，请在峰里改；园区只增加，不覆盖。",
    explain_en="An id stands once in its kind, across all peaks and the zone. A zone adds to its peaks; "
    "it does not override them.",
)
PEAK_NEEDS = declare(
    "E025",
    zh="这座峰要用到“{peak}”，而 zone.yaml 的 peaks 没有列出它。",
    en="this peak needs '{peak}', which zone.yaml does not list under peaks.",
    explain_zh="峰可以用别的峰的词表。把它加到 zone.yaml 的 peaks 里。",
    explain_en="A peak may build on another's vocabulary. Add that one to peaks in zone.yaml.",
)
NO_FILE = declare(
    "E026",
    zh="找不到文件 {path}。{hint_zh}",
    en="there is no file {path}. {hint_en}",
    explain_zh="这里写的路径是相对园区文件夹的。",
    explain_en="The path is relative to the zone folder.",
)
UNKNOWN_REGISTER = declare(
    "E030",
    zh="没有台账“{word}”。{hint_zh}",
    en="there is no register '{word}'. {hint_en}",
    explain_zh="台账在 registers/<编号>.yaml 里声明。七个要素各有一个同名台账，不必声明：person 人、place 地、"
    "thing 物、situation 情、event 事、organisation 组织、zone 园区。",
    explain_en="Registers are declared in registers/<id>.yaml. Each of the seven elements has one of its own name, "
    "undeclared: person, place, thing, situation, event, organisation, zone.",
)
UNKNOWN_ATTRIBUTE = declare(
    "E031",
    zh="{register} 没有属性“{word}”。{hint_zh}",
    en="unknown attribute '{word}' of {register}. {hint_en}",
    explain_zh="属性要先在 vocabulary/<台账>.yaml 里声明。园区（zone）的属性来自 indicators/。",
    explain_en="Attributes are declared in vocabulary/<register>.yaml; those of the zone come from indicators/.",
)
UNKNOWN_INDICATOR = declare(
    "E032",
    zh="没有指标“{word}”。{hint_zh}",
    en="unknown indicator '{word}'. {hint_en}",
    explain_zh="指标要先在 indicators/ 里声明。",
    explain_en="Indicators are declared in indicators/.",
)
NO_ASSERTIONS = declare(
    "E036",
    zh="来源 {id} 没有任何断言（asserts.rows）。",
    en="source {id} asserts nothing about its deliveries (asserts.rows).",
    explain_zh="每个来源都要说明一次交来的数据正常有多少行，否则空文件会被当成“什么都没有”收下。",
    explain_en="Each source says how many rows a delivery normally has; otherwise an empty file would be believed.",
)
PERIOD_MISFIT = declare(
    "E037",
    zh="{attribute} 按{per_zh}计，{found_zh}。",
    en="{attribute} is {per_en}, {found_en}.",
    explain_zh="按期间计的属性必须说明每个值属于哪一期（来源的 period 或该列的 period），"
    "而且期间的长短要与属性一致；状态没有期间。",
    explain_en="A value per period needs to know its period (period of the source or of the column) and the grain "
    "must be the attribute's; a state has no period.",
)
UNKNOWN_CODES = declare(
    "E038",
    zh="没有代码表“{word}”。{hint_zh}",
    en="unknown code list '{word}'. {hint_en}",
    explain_zh="代码表是 codes/<编号>.yaml。",
    explain_en="Code lists are codes/<id>.yaml.",
)
TYPE_MISFIT = declare(
    "E039",
    zh="{type} 类型的属性{rule_zh}。",
    en="an attribute of type {type} {rule_en}.",
    explain_zh="代码（code）要有代码表；金额（money）和数量要有单位；文字、日期、是非没有单位。",
    explain_en="A code needs its code list; money needs a unit; text, dates and flags have none.",
)
UNKNOWN_DOCUMENT = declare(
    "E040",
    zh="没有文件“{word}”。{hint_zh}",
    en="unknown document '{word}'. {hint_en}",
    explain_zh="公开文件要先在 documents/ 里声明标题、日期和发布机关。",
    explain_en="Published documents are declared in documents/ with title, date and publisher.",
)
UNKNOWN_CODE = declare(
    "E042",
    zh="代码表里没有“{word}”。{hint_zh}",
    en="the code list has no '{word}'. {hint_en}",
    explain_zh="上级代码（parent）必须在同一张代码表里。",
    explain_en="A parent code must be in the same list.",
)
UNKNOWN_COLUMN = declare(
    "E043",
    zh="这个来源没有声明“{word}”这一列。{hint_zh}",
    en="this source declares no column '{word}'. {hint_en}",
    explain_zh="断言（asserts.filled）里的列名必须是 columns、identifier 或 name 里写的列名。",
    explain_en="Columns named in asserts.filled must be among columns, identifier and name.",
)
CONTRADICTION = declare(
    "E044",
    zh="“{low}”（{low_value}）大于“{high}”（{high_value}）。",
    en="'{low}' ({low_value}) is greater than '{high}' ({high_value}).",
    explain_zh="下限不能大于上限，起始日不能晚于截止日。",
    explain_en="A minimum cannot exceed its maximum, nor a start its end.",
)
UNKNOWN_CALENDAR = declare(
    "E045",
    zh="没有日历“{word}”。{hint_zh}",
    en="unknown calendar '{word}'. {hint_en}",
    explain_zh="日历是 calendars/<编号>.yaml。",
    explain_en="Calendars are calendars/<id>.yaml.",
)
NO_IDENTIFIER = declare(
    "E047",
    zh="来源 {id} 既没有标识列（identifier）也没有名称列（name），认不出每一行说的是谁。",
    en="source {id} has neither an identifier nor a name column, so no row says whom it is about.",
    explain_zh="每一行必须能对应到一个对象。写上标识列或名称列；整份数据只说一个对象时写 subject。",
    explain_en="Each row must be about a subject. Name an identifier or name column; when the whole delivery is about "
    "one subject, write subject.",
)
NO_COLUMNS = declare(
    "E048",
    zh="来源 {id} 没有说明任何列：写 columns（宽表），或 attribute 和 value（长表）。",
    en="source {id} names no column: write columns (wide form), or attribute and value (long form).",
    explain_zh="宽表每列一个属性，用 columns；长表每行一个值，用 attribute 和 value 指明属性编号和值所在的列。",
    explain_en="A wide table has a column per attribute (columns); a long one has a value per row (attribute, value).",
)
CODES_IN_A_CIRCLE = declare(
    "E050",
    zh="“{code}”的上级绕成了圈，经过“{parent}”又回到自己。",
    en="the parents of '{code}' go round in a circle by way of '{parent}'.",
    explain_zh="上级代码一级一级往上，最后必须到一个没有上级的代码。",
    explain_en="Parents lead upwards and must end at a code without one.",
)
ONE_OF = declare(
    "E051",
    zh="{keys} 里应当只写一个，现在写了 {count} 个。",
    en="exactly one of {keys} is wanted, {count} are written.",
    explain_zh="这几个键是同一件事的几种说法，写其中一个。",
    explain_en="These keys are ways to say one thing; write one of them.",
)
BAD_EXPRESSION = declare(
    "E052",
    zh="“{text}”不是可用的正则表达式：{reason_zh}。",
    en="'{text}' is not a usable regular expression: {reason_en}.",
    explain_zh="正则表达式用来从文件名里取期间，第一个括号里的部分就是期间，例如 (20[0-9]{2})年。",
    explain_en="The expression takes the period out of a file name; its first group is the period: (20[0-9]{2}).",
)
VALUE_MISFIT = declare(
    "E053",
    zh="“{text}”不是 {attribute} 的值。{hint_zh}",
    en="'{text}' is no value of {attribute}. {hint_en}",
    explain_zh="values 右边写属性自己的值：代码属性写代码表里的代码，是非属性写 true 或 false。",
    explain_en="What stands on the right in values is a value of the attribute: a code of its list, or true or false.",
)
NO_TIME_ZONE = declare(
    "E077",
    zh="没有时区“{word}”。{hint_zh}",
    en="there is no time zone '{word}'. {hint_en}",
    explain_zh="时区写 IANA 的名称，如 Asia/Shanghai、Europe/Madrid。",
    explain_en="Time zones have their IANA names, such as Asia/Shanghai or Europe/Madrid.",
)
UNKNOWN_SOURCE = declare(
    "E049",
    zh="没有来源“{word}”。{hint_zh}",
    en="unknown source '{word}'. {hint_en}",
    explain_zh="来源是 sources/<编号>.yaml。",
    explain_en="Sources are sources/<id>.yaml.",
)
UNKNOWN_CODE_ASKED = declare(
    "E090",
    zh="没有问题代码“{code}”。{hint_zh}",
    en="there is no problem code '{code}'. {hint_en}",
    explain_zh="所有代码见 docs/problems.md。",
    explain_en="All codes are listed in docs/problems.md.",
)
UNKNOWN_KIND = declare(
    "E091",
    zh="没有“{word}”这类声明。{hint_zh}",
    en="there is no kind of declaration called '{word}'. {hint_en}",
    explain_zh="不带参数运行 duofeng schema 会列出所有类别。",
    explain_en="Run duofeng schema without an argument to list the kinds.",
)


def hint(nearest_word: str | None, allowed: Iterable[str] = ()) -> dict[str, Any]:
    """The last sentence of a report: the nearest right word, else what may stand here."""
    if nearest_word is not None:
        return {"hint_zh": f"是不是“{nearest_word}”？", "hint_en": f"Did you mean '{nearest_word}'?"}
    words = list(allowed)
    if not words:
        return {"hint_zh": "也没有相近的。", "hint_en": "Nothing declared is like it."}
    shown = words[:12]
    more = ", …" if len(words) > len(shown) else ""
    return {
        "hint_zh": f"可用的有：{'、'.join(shown)}{more.replace(', ', '、')}。",
        "hint_en": f"Known: {', '.join(shown)}{more}.",
    }
