"""The problems of moments, places, references and members in cells (E350–E359)."""

from __future__ import annotations

from duofeng.kernel.problem import declare

NOT_A_MOMENT = declare(
    "E350",
    "“{text}”不是时刻，写法如 2024-03-05 14:30、2024年3月5日14时30分 或带时差的 2024-03-05T14:30:00+08:00",
    explain="只有日期没有钟点的，不补成零点；不写时差的，按这一列或园区的时区理解。",
)
NO_SUCH_MOMENT = declare(
    "E351",
    "“{text}”这一刻在时区 {time_zone} 不存在：那天拨快了钟",
    explain="夏令时开始时跳过的一小时不能当作别的时刻。请写明时差，如 +02:00。",
)
TWICE_THAT_NIGHT = declare(
    "E352",
    "“{text}”这一刻在时区 {time_zone} 有两次：那天拨慢了钟",
    explain="夏令时结束时重复的一小时要写明时差，如 +01:00。",
)
NOT_A_POINT = declare(
    "E353",
    "“{text}”不是一个点，写法如 POINT (113.62 34.75) 或 113.62,34.75（经度在前）",
    explain="点写作 WKT 或“经度,纬度”，单位是度。",
)
OFF_THE_EARTH = declare(
    "E354",
    "“{text}”不在地球上：经度在 ±180 之间，纬度在 ±90 之间{hint}",
    explain="经度和纬度多半写反了，或者单位是米（投影坐标）。",
)
OUTSIDE_THE_SYSTEM = declare(
    "E355",
    "“{text}”不在中国境内，而坐标系 gcj02 只用于境内{hint}",
    explain="检查经纬度是否写反，或这一列的 system 是否应为 wgs84。",
)
NOT_A_GEOMETRY = declare(
    "E356",
    "“{text}”不是图形：{reason}",
    explain="图形写作 WKT 或 GeoJSON；面的边界不能自己相交，不能是空的。",
)
KEY_INCOMPLETE = declare(
    "E357",
    "编号由几列合成，缺了“{columns}”",
    explain="缺一段的编号不是任何对象的编号。补全后重发这一行。",
)
NOBODY_DESCRIBED = declare(
    "E359",
    "列“{column}”有 {count} 个编号，还没有来源说明过这样的“{register}”（第 {rows} 行）",
    explain="值照样记入账本，页面上不成链接；说明这些对象的文件到了，自然对上。若文件早已到了，多半是编号写错了。",
    severity="warning",
)
ENDS_BEFORE = declare(
    "E358",
    "截止日 {text} 在起始日 {start} 之前",
    explain="一个状态不能在开始之前结束；多半是两列写反了，或年份写错了。",
)
