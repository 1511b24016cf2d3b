"""Finding a subject as people type it: part of a name, the initials of its pinyin, part of its code."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl
from pypinyin import Style, lazy_pinyin


@dataclass(frozen=True)
class SearchIndex:
    """subject, name, initials of many subjects. Made once; a search is one pass over columns."""

    rows: pl.DataFrame

    @staticmethod
    def of(named: pl.DataFrame) -> SearchIndex:
        """`named` has subject and name. Initials are worked out once per distinct character, not per name."""
        names = named.select("subject", "name", letters=pl.col("name").fill_null("").str.split(""))
        characters = names.select(pl.col("letters").explode().unique().alias("letter")).drop_nulls()
        initials = [_initial(letter) for letter in characters["letter"]]
        table = characters.with_columns(initial=pl.Series(initials, dtype=pl.String))
        joined = (
            names.with_row_index("#")
            .explode("letters")
            .join(table, left_on="letters", right_on="letter", how="left", maintain_order="left")
            .group_by("#", maintain_order=True)
            .agg(initials=pl.col("initial").str.join(""))
            .sort("#")
        )
        rows = names.select("subject", "name").with_columns(initials=joined["initials"])
        return SearchIndex(rows.with_columns(lowered=pl.col("name").fill_null("").str.to_lowercase()))

    def find(self, typed: str, most: int = 20) -> pl.DataFrame:
        """subject, name of the best matches: whole names and beginnings first, then shorter names."""
        text = typed.strip().lower()[:60]
        if not text:
            return self.rows.select("subject", "name").clear()
        code = text.upper()
        named = pl.col("lowered").str.contains(text, literal=True)
        initials = pl.col("initials").str.contains(text, literal=True) if text.isascii() else pl.lit(False)
        coded = pl.col("subject").str.contains(code, literal=True)
        begins = pl.col("lowered").str.starts_with(text) | pl.col("initials").str.starts_with(text)
        return (
            self.rows.filter(named | initials | coded)
            .sort(~begins, pl.col("name").str.len_chars(), "subject")
            .head(most)
            .select("subject", "name")
        )


def _initial(letter: str) -> str:
    """The first letter of a character's pinyin; letters and digits stay, all else is nothing."""
    if letter.isascii():
        return letter.lower() if letter.isalnum() else ""
    found = lazy_pinyin(letter, style=Style.FIRST_LETTER, errors="ignore")
    return found[0] if found else ""
