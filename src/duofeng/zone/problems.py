"""What can be wrong with a declared file. Codes E001–E099."""

from __future__ import annotations

from duofeng.kernel.problem import declare

UNREADABLE = declare(
    "E001",
    "读不了这个文件：{reason}。",
    explain="文件不存在、没有读取权限，或者它是一个文件夹。检查路径和权限。",
)
SYNTAX = declare(
    "E002",
    "不是合法的 YAML：{what}。",
    explain="YAML 的写法有误，读到这里就读不下去了。常见原因：冒号后面没有空格、缩进不齐、引号或括号没有成对。"
    "同一文件里这一处之后的内容要等它改好才能检查。",
)
TAB = declare(
    "E003",
    "缩进里有制表符（Tab），请改用空格。",
    explain="YAML 用空格表示层次，制表符的宽度各个编辑器不同，所以不允许。把编辑器设成“用空格代替 Tab”。",
)
ENCODING = declare(
    "E004",
    "文件不是 UTF-8 编码（第 {byte} 个字节 0x{value}）。请另存为 UTF-8。",
    explain="园区文件一律用 UTF-8。记事本和 WPS 里用“另存为”，编码选 UTF-8；GBK、UTF-16 都不行。",
)
EMPTY = declare(
    "E005",
    "文件是空的，这里应当声明{what}。",
    explain="文件里没有内容，或者只有注释。写上内容，或者删掉这个文件。",
)
TOO_MUCH = declare(
    "E006",
    "{what}超过上限 {limit}。",
    explain="声明文件是给人读写的，所以对文件大小和嵌套层数设了上限。大表请放到代码表或数据文件里，或拆成几个文件。",
)
UNKNOWN_KEY = declare(
    "E007",
    "没有“{key}”这个键。{hint}",
    explain="这一类声明不认识这个键，多半是拼错了，或者缩进错了、写到了别的层次里。可用的键见 docs/zone-files.md。",
)
DUPLICATE_KEY = declare(
    "E008",
    "“{key}”写了两次，第一次在第 {first_line} 行第 {first_column} 列。",
    explain="同一处的键只能写一次。YAML 的其他读取程序会悄悄只用后一个，这里不猜，请删掉一个。",
)
MISSING_KEY = declare(
    "E009",
    "缺少“{key}”。{about}",
    explain="这个键必须写。",
)
NOT_PLAIN_YAML = declare(
    "E010",
    "这里不能用 YAML 的{what}（{text}）；若只是文字，给它加上引号。",
    explain="锚点（&）、引用（*）和标签（!）会让一行话的意思取决于别处，所以不用。把内容照写一遍；如果只是文字"
    "里有这些符号，给它加上引号。",
)
BAD_KEY = declare(
    "E011",
    "键必须是一个词，不能是列表或映射。",
    explain="多半是花括号或方括号没有加引号。",
)
NO_VALUE = declare(
    "E012",
    "“{key}”后面没有值。",
    explain='冒号后面是空的。写上值；如果不需要这个键，删掉整行。空文字写成 ""。',
)
SHAPE = declare(
    "E013",
    "这里应当是{expected}，现在是{found}。",
    explain="值的形状不对。加引号的总是文字；不加引号时 true/false 是是非，没有前导零的十进制数是数字，其余都是"
    "文字（0111、12:30、no、1e3 都是文字）。",
)
DATE = declare(
    "E014",
    "“{key}”不是日期：{text}。请写成 YYYY-MM-DD，{reason}。",
    explain="日期一律写成四位年、两位月、两位日，例如 2024-03-01，并且必须真有这一天。",
)
CHOICE = declare(
    "E015",
    "“{text}”不在可选范围内。{hint}",
    explain="这个键只接受列出的几个词。",
)
RANGE = declare(
    "E016",
    "“{key}”是 {text}，应当{bound}。",
    explain="数值、长度或个数超出了允许的范围。",
)
PATTERN = declare(
    "E017",
    "“{text}”的写法不对：应当是{form}。",
    explain="编号用小写英文字母、数字、下划线或连字符，以字母或数字开头。其余格式见报告中的说明。",
)
REFUSED = declare(
    "E019",
    "这个值不能接受：{text}。",
    explain="值的格式与这个键的要求不符。",
)
NO_ZONE = declare(
    "E020",
    "{folder} 不是园区文件夹：{reason}。",
    explain="园区是一个文件夹，里面必须有 zone.yaml。",
)
UNKNOWN_PEAK = declare(
    "E021",
    "{folder} 里没有“{peak}”这座峰。{hint}",
    explain="zone.yaml 的 peaks 列出要用的峰，每一座都应当在 peaks/ 下有一个同名文件夹，里面有 peak.yaml。",
)
UNKNOWN_FILE = declare(
    "E022",
    "不知道这个文件是什么：{place}。{hint}",
    explain="文件是哪一类由它所在的文件夹决定。没有任何一类声明用这个位置，所以里面写的东西不会起作用，与其悄悄"
    "忽略不如报错。",
)
ID_MISMATCH = declare(
    "E023",
    "“{key}”写的是 {text}，而按文件名或上一级的键应当是 {expected}。",
    explain="编号就是文件名（一个文件声明一项时）或条目的键。可以不写；写了就必须一致。",
)
DUPLICATE_ID = declare(
    "E024",
    "{kind} {id} 声明了两次，第一次在 {first}。",
    explain="同一类里编号不能重复，不论在哪座峰或园区里。要改峰里的内容，请在峰里改；园区只增加，不覆盖。",
)
PEAK_NEEDS = declare(
    "E025",
    "这座峰要用到“{peak}”，而 zone.yaml 的 peaks 没有列出它。",
    explain="峰可以用别的峰的词表。把它加到 zone.yaml 的 peaks 里。",
)
UNKNOWN_REGISTER = declare(
    "E030",
    "没有台账“{word}”。{hint}",
    explain="台账在 registers/<编号>.yaml 里声明。七个要素各有一个同名台账，不必声明：person 人、place 地、"
    "thing 物、situation 情、event 事、organisation 组织、zone 园区。",
)
OF_NOBODY = declare(
    "E033",
    "没有一个来源说到 {register} 的对象：这里声明的永远没有答案。",
    explain="为这个台账声明一个来源（of 写它的编号），或由系统登记其对象。",
    severity="warning",
)
UNKNOWN_ATTRIBUTE = declare(
    "E031",
    "{register} 没有属性“{word}”。{hint}",
    explain="属性要先在 vocabulary/<台账>.yaml 里声明。园区（zone）的属性来自 indicators/。",
)
UNKNOWN_INDICATOR = declare(
    "E032",
    "没有指标“{word}”。{hint}",
    explain="指标要先在 indicators/ 里声明。",
)
NO_ASSERTIONS = declare(
    "E036",
    "来源 {id} 没有任何断言（asserts.rows）。",
    explain="每个来源都要说明一次交来的数据正常有多少行，否则空文件会被当成“什么都没有”收下。",
)
PERIOD_MISFIT = declare(
    "E037",
    "{attribute} 按{per}计，{found}。",
    explain="按期间计的属性必须说明每个值属于哪一期（来源的 period 或该列的 period），而且期间的长短要与属性一"
    "致；状态没有期间。",
)
UNKNOWN_CODES = declare(
    "E038",
    "没有代码表“{word}”。{hint}",
    explain="代码表是 codes/<编号>.yaml。",
)
TYPE_MISFIT = declare(
    "E039",
    "{type} 类型的属性{rule}。",
    explain="代码（code）要有代码表；金额（money）和数量要有单位；文字、日期、是非没有单位。",
)
UNKNOWN_DOCUMENT = declare(
    "E040",
    "没有文件“{word}”。{hint}",
    explain="公开文件要先在 documents/ 里声明标题、日期和发布机关。",
)
UNKNOWN_CODE = declare(
    "E042",
    "代码表里没有“{word}”。{hint}",
    explain="上级代码（parent）必须在同一张代码表里。",
)
UNKNOWN_COLUMN = declare(
    "E043",
    "这个来源没有声明“{word}”这一列。{hint}",
    explain="断言（asserts.filled）里的列名必须是 columns、identifier 或 name 里写的列名。",
)
CONTRADICTION = declare(
    "E044",
    "“{low}”（{low_value}）大于“{high}”（{high_value}）。",
    explain="下限不能大于上限，起始日不能晚于截止日。",
)
UNKNOWN_CALENDAR = declare(
    "E045",
    "没有日历“{word}”。{hint}",
    explain="日历是 calendars/<编号>.yaml。",
)
NO_IDENTIFIER = declare(
    "E047",
    "来源 {id} 既没有标识列（identifier）也没有名称列（name），认不出每一行说的是谁。",
    explain="每一行必须能对应到一个对象。写上标识列或名称列；整份数据只说一个对象时写 subject。",
)
NO_COLUMNS = declare(
    "E048",
    "来源 {id} 没有说明任何列：写 columns（宽表），或 attribute 和 value（长表）。",
    explain="宽表每列一个属性，用 columns；长表每行一个值，用 attribute 和 value 指明属性编号和值所在的列。",
)
CODES_IN_A_CIRCLE = declare(
    "E050",
    "“{code}”的上级绕成了圈，经过“{parent}”又回到自己。",
    explain="上级代码一级一级往上，最后必须到一个没有上级的代码。",
)
ONE_OF = declare(
    "E051",
    "{keys} 里应当只写一个，现在写了 {count} 个。",
    explain="这几个键是同一件事的几种说法，写其中一个。",
)
BAD_EXPRESSION = declare(
    "E052",
    "“{text}”不是可用的正则表达式：{reason}。",
    explain="正则表达式用来从文件名里取期间，第一个括号里的部分就是期间，例如 (20[0-9]{2})年。",
)
VALUE_MISFIT = declare(
    "E053",
    "“{text}”不是 {attribute} 的值。{hint}",
    explain="values 右边写属性自己的值：代码属性写代码表里的代码，是非属性写 true 或 false。",
)
NO_TIME_ZONE = declare(
    "E077",
    "没有时区“{word}”。{hint}",
    explain="时区写 IANA 的名称，如 Asia/Shanghai、Europe/Madrid。",
)
UNKNOWN_SOURCE = declare(
    "E049",
    "没有来源“{word}”。{hint}",
    explain="来源是 sources/<编号>.yaml。",
)
UNKNOWN_CODE_ASKED = declare(
    "E090",
    "没有问题代码“{code}”。{hint}",
    explain="所有代码见 docs/problems.md。",
)
UNKNOWN_KIND = declare(
    "E091",
    "没有“{word}”这类声明。{hint}",
    explain="不带参数运行 duofeng schema 会列出所有类别。",
)
