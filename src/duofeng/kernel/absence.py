"""Marks by which people say that a value is missing, by language. What is missing is neither zero nor no.

Files mix languages, so every list counts in every zone; what a zone adds (`habits.absent`) counts in that one.
"""

from __future__ import annotations

SIGNS = (
    "",
    "-",
    "--",
    "---",
    "—",
    "——",
    "–",
    "－",
    "/",
    "／",
    "//",
    "\\",
    "…",
    "……",
    "...",
    "?",
    "？",
    "??",
    "？？",
    "???",
)
WORDS = {
    "any": ("N/A", "NA", "n/a", "#N/A N/A", "n.a.", "N.A.", "NULL", "null", "Null", "<null>", "(null)", "NaN", "nan"),
    "zh": (
        *("暂无", "暂无数据", "暂缺", "不详", "未知", "不明", "不清楚", "未填", "未填写", "未填报", "未报", "未上报"),
        *("未提供", "未公布", "未公示", "未公开", "不公示", "不公开", "企业选择不公示", "该企业选择不公示"),
        *("未登记", "未统计", "未采集", "无数据", "没有数据", "数据缺失", "缺失", "缺", "空白", "不适用", "无法获取"),
        *(
            "保密",
            "涉密",
            "待定",
            "待补",
            "待补充",
            "待核实",
            "待查",
            "待确认",
            "暂無",
            "不詳",
            "未填寫",
            "無數據",
            "保密",
        ),
    ),
    "en": (
        *(
            "unknown",
            "not known",
            "not available",
            "not applicable",
            "no data",
            "missing",
            "not reported",
            "not stated",
        ),
        *(
            "not provided",
            "not disclosed",
            "undisclosed",
            "withheld",
            "confidential",
            "tbd",
            "tba",
            "blank",
            "unspecified",
        ),
    ),
    "fr": ("inconnu", "inconnue", "non disponible", "non communiqué", "n.d.", "non renseigné", "confidentiel"),
    "de": ("unbekannt", "k.A.", "k. A.", "keine Angabe", "nicht verfügbar", "vertraulich"),
    "es": ("desconocido", "s/d", "sin datos", "no disponible", "no consta", "confidencial"),
    "pt": ("desconhecido", "sem dados", "não disponível", "não informado", "confidencial"),
    "ru": ("неизвестно", "н/д", "нет данных", "не указано"),
}
NOTHING = {
    "zh": ("无", "空", "無"),
    "en": ("none", "nil"),
    "fr": ("néant", "aucun"),
    "de": ("keine",),
    "es": ("ninguno",),
}
"""Words that say in a text that there is none, and elsewhere that there is no value."""


def _cased(words: dict[str, tuple[str, ...]]) -> frozenset[str]:
    listed = [word for each in words.values() for word in each]
    return frozenset(form for word in listed for form in (word, word.lower(), word.upper(), word.capitalize()))


ABSENT_IN_TEXT = frozenset(SIGNS) | _cased(WORDS)
"""Marks of absence in any column."""
MISSING_MARKS = ABSENT_IN_TEXT | _cased(NOTHING)
"""Marks of absence among numbers, days, codes, identifiers and names."""
