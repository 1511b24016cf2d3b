"""Finding a subject as people type it: part of a name, the initials of its pinyin, part of its code."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl
from pypinyin import Style, lazy_pinyin


@dataclass(frozen=True)
class SearchIndex:
    """subject, name, its initials, itself in small letters, its length. Made once; searched in one pass."""

    rows: pl.DataFrame

    @staticmethod
    def of(named: pl.DataFrame) -> SearchIndex:
        """`named` has subject and name. Initials are worked out once per distinct character, not per name."""
        lowered = named["name"].fill_null("").str.to_lowercase()
        letters = sorted(set("".join(lowered)))
        initials = lowered.to_frame().select(
            pl.col("name").str.replace_many({letter: _initial(letter) for letter in letters} or {"": ""})
        )
        columns = {"initials": initials["name"], "lowered": lowered, "length": lowered.str.len_chars()}
        return SearchIndex(named.select("subject", "name").with_columns(**columns))

    def find(self, typed: str, most: int = 20) -> pl.DataFrame:
        """subject, name of the best matches: whole names and beginnings first, then shorter names."""
        text = typed.strip().lower()[:60]
        if not text:
            return self.rows.select("subject", "name").clear()
        found = pl.col("lowered").str.contains(text, literal=True)
        begins = pl.col("lowered").str.starts_with(text)
        if text.isascii():
            found |= pl.col("initials").str.contains(text, literal=True)
            found |= pl.col("subject").str.contains(text.upper(), literal=True)
            begins |= pl.col("initials").str.starts_with(text)
        # As one query only the best are sorted: of a hundred thousand matches nobody reads more than a few.
        return (
            self.rows.lazy()
            .filter(found)
            .sort(~begins, "length", "subject")
            .head(most)
            .select("subject", "name")
            .collect()
        )


def _initial(letter: str) -> str:
    """The first letter of a character's pinyin; letters and digits stay, all else is nothing."""
    if letter.isascii():
        return letter.lower() if letter.isalnum() else ""
    found = lazy_pinyin(letter, style=Style.FIRST_LETTER, errors="ignore")
    return found[0] if found else ""
