"""How numbers of an identifier scheme are written, read on whole columns: normal form, pattern, check characters."""

from __future__ import annotations

import re
from dataclasses import dataclass

import polars as pl

from duofeng.kernel.check_digits import CheckDigits
from duofeng.kernel.problems import IDENTIFIER_CHECK, IDENTIFIER_EMPTY, IDENTIFIER_SHAPE


@dataclass(frozen=True, slots=True)
class Form:
    """How numbers of a declared scheme are written.

    `pattern` is of the whole number in its normal form; its group `checked`, if it has one, is the part that the check
    characters are of. `drop`: characters that people put in for reading; a space stands for every space, a hyphen for
    every dash. The pattern is a regular expression as Polars reads it.
    """

    pattern: str
    example: str
    drop: str = " -"
    upper: bool = True
    check: CheckDigits | None = None

    def normalised(self, texts: pl.Series) -> pl.Series:
        """Only what is not plain digits and capitals is touched; `scatter` writes into the series it is called on."""
        odd = (~texts.str.contains("^[0-9A-Z]+$")).fill_null(value=True).arg_true()
        return texts.clone().scatter(odd, self._tidied(texts.gather(odd))) if len(odd) else texts

    def _tidied(self, texts: pl.Series) -> pl.Series:
        clean = texts.fill_null("").str.normalize("NFKC").str.strip_chars()
        if self.drop:
            clean = clean.str.replace_all(f"[{''.join(_DROPPED.get(char, re.escape(char)) for char in self.drop)}]", "")
        return clean.str.to_uppercase() if self.upper else clean

    def columns(self, texts: pl.Series) -> pl.DataFrame:
        """What `validate_many` gives."""
        clean = self.normalised(texts)
        shaped = clean.str.contains(f"^(?:{self.pattern})$")
        code = pl.select(code=pl.when(~shaped).then(pl.lit(IDENTIFIER_SHAPE.code))).to_series()
        if self.check is not None:
            rows = shaped.arg_true()
            part = self.checked(clean.gather(rows))
            wrong = rows.filter(pl.Series(~self.check.right(part)))
            code = code.scatter(wrong, IDENTIFIER_CHECK.code)
        code = pl.select(pl.when(clean == "").then(pl.lit(IDENTIFIER_EMPTY.code)).otherwise(code)).to_series()
        frame = pl.DataFrame({"normalised": clean, "ok": code.is_null(), "code": code})
        return frame.with_columns(pl.when("ok").then("normalised").alias("normalised"))

    def checked(self, texts: pl.Series) -> pl.Series:
        """The part of each number that its check characters are of."""
        if CHECKED not in self.pattern:
            return texts
        return texts.str.extract(f"^(?:{self.pattern})$", self._group).fill_null("")

    @property
    def _group(self) -> int:
        """The number of the group `checked`: groups are counted by their opening brackets."""
        before = self.pattern.partition(CHECKED)[0]
        return len(re.findall(r"(?<!\\)\((?!\?(?!P<))", before)) + 1


CHECKED = "(?P<checked>"
_DROPPED = {" ": r"\s", "-": "\\-‐-―－"}
