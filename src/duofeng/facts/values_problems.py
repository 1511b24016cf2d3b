"""The problems of moments, places, references and members in cells (E350–E359)."""

from __future__ import annotations

from duofeng.kernel.problem import declare

NOT_A_MOMENT = declare(
    "E350",
    zh="“{text}”不是时刻，写法如 2024-03-05 14:30、2024年3月5日14时30分 或带时差的 2024-03-05T14:30:00+08:00",
    en="'{text}' is not a moment; write for example 2024-03-05 14:30 or, with its offset, 2024-03-05T14:30:00+08:00",
    explain_zh="只有日期没有钟点的，不补成零点；不写时差的，按这一列或园区的时区理解。",
    explain_en="A date without a time of day is not completed. Without an offset it is read in the time zone of the "
    "column or the zone.",
)
NO_SUCH_MOMENT = declare(
    "E351",
    zh="“{text}”这一刻在时区 {time_zone} 不存在：那天拨快了钟",
    en="there is no '{text}' in {time_zone}: the clocks went forward over it",
    explain_zh="夏令时开始时跳过的一小时不能当作别的时刻。请写明时差，如 +02:00。",
    explain_en="The hour left out when summer time begins is not taken for another one. Write the offset, such as "
    "+02:00.",
)
TWICE_THAT_NIGHT = declare(
    "E352",
    zh="“{text}”这一刻在时区 {time_zone} 有两次：那天拨慢了钟",
    en="'{text}' came twice in {time_zone}: the clocks went back over it",
    explain_zh="夏令时结束时重复的一小时要写明时差，如 +01:00。",
    explain_en="In the hour repeated when summer time ends, write the offset, such as +01:00.",
)
NOT_A_POINT = declare(
    "E353",
    zh="“{text}”不是一个点，写法如 POINT (113.62 34.75) 或 113.62,34.75（经度在前）",
    en="'{text}' is not a point; write POINT (113.62 34.75) or 113.62,34.75, longitude first",
    explain_zh="点写作 WKT 或“经度,纬度”，单位是度。",
    explain_en="A point is WKT or longitude and latitude in degrees.",
)
OFF_THE_EARTH = declare(
    "E354",
    zh="“{text}”不在地球上：经度在 ±180 之间，纬度在 ±90 之间{hint_zh}",
    en="'{text}' is not on earth: longitudes lie within ±180, latitudes within ±90{hint_en}",
    explain_zh="经度和纬度多半写反了，或者单位是米（投影坐标）。",
    explain_en="Longitude and latitude may be swapped, or the unit is the metre of a projection.",
)
OUTSIDE_THE_SYSTEM = declare(
    "E355",
    zh="“{text}”不在中国境内，而坐标系 gcj02 只用于境内{hint_zh}",
    en="'{text}' lies outside China, where gcj02 is not in use{hint_en}",
    explain_zh="检查经纬度是否写反，或这一列的 system 是否应为 wgs84。",
    explain_en="Check whether the two are swapped, or whether the column's system is wgs84.",
)
NOT_A_GEOMETRY = declare(
    "E356",
    zh="“{text}”不是图形：{reason}",
    en="'{text}' is not a geometry: {reason}",
    explain_zh="图形写作 WKT 或 GeoJSON；面的边界不能自己相交，不能是空的。",
    explain_en="A geometry is WKT or GeoJSON. The border of a polygon does not cross itself, and it is not empty.",
)
KEY_INCOMPLETE = declare(
    "E357",
    zh="编号由几列合成，缺了“{columns}”",
    en="the number is made up of several columns; '{columns}' is missing",
    explain_zh="缺一段的编号不是任何对象的编号。补全后重发这一行。",
    explain_en="A number without one of its parts is nobody's. Complete the row and send it again.",
)
ENDS_BEFORE = declare(
    "E358",
    zh="截止日 {text} 在起始日 {start} 之前",
    en="the last day {text} is before the first, {start}",
    explain_zh="一个状态不能在开始之前结束；多半是两列写反了，或年份写错了。",
    explain_en="A state does not end before it begins: the columns may be swapped, or a year is wrong.",
)
