"""Rows of a table that speak of nobody: totals, remarks, the header once more. They are told with row and text.

What is validated as somebody's number is somebody's row whatever else it says; a name that ends as the names of firms
do is a name. Everything else is told by its words.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import polars as pl

from duofeng.facts.readers.header import JOIN, same_title

Kind = Literal["total", "note", "header", "either"]
ASIDE = pl.Schema({"position": pl.UInt32(), "kind": pl.String(), "text": pl.String()})
"""`either`: a note or a name, which a person has to tell."""
_COUNT = r"\s*[:：]?\s*(?:[\d,，.]+\s*\S{0,6})?"
_BRACKET = r"\s*(?:[（(\[【][^（(]*[)）\]】])?"
TOTALS = {
    "zh": r"[^，,。；;：:]{0,24}?(?:[合总總共小累汇匯统統]\s*[计計总總]|[总總]\s*[数數额額和]|平\s*均\s*[值数數]?|均值"
    r"|中位[数數])\s*[数數额額]?|[计計]|(?:共|[合总小]计)\s*\d+\s*\S{0,6}|其中\s*[:：]?.{0,20}",
    "en": r"(?:\S+\s+){0,4}?(?:grand|overall|general|page|running)?\s*(?:sub\s*-?\s*)?totals?"
    r"(?:\s+(?:amount|number|of|for|in)\b.*)?|(?:grand |overall )?(?:sum|average|mean|median|avg\.?)"
    r"(?:\s+(?:of|for|per)\b.*|\s+total)?|of which.{0,40}",
    "fr": r"(?:sous\s*-?\s*)?total(?:\s+(?:général|general|partiel))?|somme|moyenne|ensemble|dont.{0,40}",
    "de": r"(?:gesamt|zwischen|end)?summe|gesamt|insgesamt|durchschnitt|mittelwert|davon.{0,40}",
    "es": r"(?:sub)?total(?:es)?(?:\s+general)?|suma(?:\s+total)?|promedio|media",
    "pt": r"(?:sub)?total(?:\s+geral)?|soma|média",
    "it": r"(?:sub)?totale(?:\s+generale)?|somma|media",
    "ru": r"(?:итого|всего|среднее).{0,20}",
    "ja": r"[総小合]\s*計|平均",
}
TOTAL = rf"(?i)^\s*(?:{'|'.join(TOTALS.values())}){_BRACKET}{_COUNT}{_BRACKET}\s*$"
PLAIN_SUM = r"(?i)平|均|中位|average|mean|median|avg|moyenne|durchschnitt|mittelwert|promedio|média|media|среднее"
"""Among totals, those that are no sums."""
_FORMS = (
    "公司|集团|事务所|合作社|联合社|经营部|门市部?|工作室|营业部|商行|支行|分行|银行|合伙企业|个体工商户|厂|店|院|所|中心|学校|大学|幼儿园"
    "|医院|协会|商会|学会|基金会|研究会|促进会|联合会|委员会|工会|农场|局|股份"
)
_ABROAD = (
    "inc|ltd|llc|llp|plc|corp|corporation|co|company|gmbh|ag|kg|s\\.?a|sas|s\\.?a\\.?r\\.?l|sl|s\\.?r\\.?l|s\\.?p\\.?a|b\\.?v|n\\.?v"
    "|oy|ab|pty|pte|limited|partners|group|holdings?|bank|university"
)
LEGAL = rf"(?i)(?:(?:{_FORMS})|(?:^|[\s,.])(?:{_ABROAD})\.?)\s*(?:[（(][^（()）]*[)）])?\s*$"
"""How the names of organisations end, with or without a former name in brackets."""
_SAYS = r"备注|说明|附注|注\s*\d*|[Nn]otes?|[Rr]emarks?"
_SIGNS = (
    r"填表人?|填报人?|填报单位|填报日期|制表人?|制表日期|审核人?|复核人?|负责人|经办人|联系人|联系电话|数据来源|资料来源|来源|单位"
    r"|计量单位|金额单位|统计口径|口径|打印日期|导出时间|第\s*\d+\s*页|[Ss]ources?|[Uu]nits?|[Pp]repared by|[Pp]rinted"
)
_PAGE = r"[（(]?第?\s*\d+\s*[页/]\s*(?:共\s*)?\d*\s*页?[)）]?\s*$"
_NOTE = rf"^\s*(?:[*＊※]\s*)?(?:(?:{_SAYS}|{_SIGNS})\s*[:：]|注\s*\d*\s*[.、．]|{_PAGE}|单位\s*$)"
_EXPLAINS = rf"^\s*(?:{_SAYS})\s*[:：]"
LEAST_WORDY, LONGEST_TOLD = 6, 60


def apart(
    cells: pl.DataFrame,
    titles: Sequence[str],
    written: Sequence[str],
    named: Sequence[str],
    doubtful: pl.Series,
) -> pl.DataFrame:
    """ASIDE rows among the `doubtful` positions: those that no validated number makes somebody's. `named` are the
    columns that say who by anything else; `written` are the titles as they stand in the file."""
    if not len(doubtful):
        return pl.DataFrame(schema=ASIDE)
    rows = cells.select(titles)[doubtful]
    filled = [pl.when(pl.col(title).str.strip_chars() != "").then(pl.col(title)) for title in titles]
    first = pl.coalesce(filled)
    lone = pl.sum_horizontal(text.is_not_null() for text in filled) == 1
    names = [pl.col(title) for title in named]
    legal = pl.any_horizontal(first.str.contains(LEGAL), *(name.str.contains(LEGAL) for name in names))
    total = pl.any_horizontal(text.str.contains(TOTAL) & ~text.str.contains(LEGAL) for text in (first, *names))
    by_word = first.str.contains(_NOTE)
    wordy = lone & (first.str.strip_chars().str.len_chars() >= LEAST_WORDY) & first.str.contains(r"[：:，。,；;]")
    wordy = wordy if len(titles) >= 3 else pl.lit(value=False)
    either = by_word & lone & first.str.contains(_EXPLAINS) & legal
    note = (by_word & ~(legal & ~lone)) | (wordy & ~legal)
    kind = (
        pl.when(_again(titles, written, named))
        .then(pl.lit("header"))
        .when(total)
        .then(pl.lit("total"))
        .when(either)
        .then(pl.lit("either"))
        .when(note)
        .then(pl.lit("note"))
    )
    text = pl.concat_str([each.str.strip_chars() for each in filled], separator=" | ", ignore_nulls=True)
    found = rows.select(pl.lit(doubtful).alias("position"), kind=kind, text=text.str.slice(0, LONGEST_TOLD))
    return found.filter(pl.col("kind").is_not_null()).cast(dict(ASIDE))  # type: ignore[arg-type]  # a schema is a mapping


def _again(titles: Sequence[str], written: Sequence[str], named: Sequence[str]) -> pl.Expr:
    """Whether a row is the header once more: what says who, or else every filled cell, is the title of its column."""
    is_title = {}
    for title, as_written in zip(titles, written, strict=True):
        forms = {same_title(part) for part in (title, as_written, *as_written.split(JOIN)) if part}
        plain = pl.col(title).str.normalize("NFKC").str.replace_all(r"\s+", "").str.to_lowercase()
        is_title[title] = plain.is_in(sorted(forms))
    blank = [pl.col(title).str.strip_chars() == "" for title in titles]
    every = pl.all_horizontal(is_title[title] | empty for title, empty in zip(titles, blank, strict=True))
    who = pl.any_horizontal(is_title[title] for title in named) if named else pl.lit(value=False)
    several = pl.sum_horizontal(is_title.values()) >= min(2, len(titles))
    return several & (who | every)
