"""Texts of cells as keys of subjects: numbers of a scheme, a source's own numbers, keys of the ledger, names.

A name makes a key too: the subject it names may be one with another, which `resolve` finds out or asks a person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from duofeng.facts.cells import FAULT, FORMULA_ERROR, MISSING, PERSONAL, broken_cells, param, params_of
from duofeng.facts.values_problems import KEY_INCOMPLETE
from duofeng.kernel.identifiers import OWN, Scheme, validate, validate_many
from duofeng.zone.kinds.source import BY_NAME, KEY_JOIN, LEDGER_KEY
from duofeng.zone.zone import Zone

KEYED = pl.Schema({"raw": pl.String(), "subject": pl.String(), "code": pl.String(), "params": pl.String()})
"""A text and the key it gives, or what is wrong with it; both null where the cell is blank or a mark of absence."""
EXPLAINED = 500
"""Distinct wrong identifiers of a batch that are explained one by one (which character, which length)."""
_PARAMETERS = ("length", "expected", "position", "character", "classes", "date")


@dataclass(frozen=True, slots=True)
class Way:
    """How texts lead to subjects of a register: by `scheme` (an identifier scheme, own, key or name); `numbering` is
    the source whose own numbers or names they are."""

    zone: Zone
    register: str
    scheme: str
    numbering: str

    def keys(self, texts: pl.Series) -> pl.DataFrame:
        """KEYED, with `irregular`, the code of a warning about a number that is usable."""
        clean = texts.str.strip_chars()
        absent = clean.is_in(MISSING)
        if self.scheme in (LEDGER_KEY, OWN, BY_NAME):
            written = flat(clean) if self.scheme == BY_NAME else clean
            prefix = "" if self.scheme == LEDGER_KEY else f"{self.numbering}:"
            key = pl.select(pl.when(~absent).then(pl.lit(prefix) + written)).to_series()
            broken = texts.str.starts_with("#") & texts.str.contains(FORMULA_ERROR)
            none = pl.repeat(None, len(texts), dtype=pl.String, eager=True)
            if broken.any():
                unread = broken_cells(texts, broken)
                key = pl.select(pl.when(~broken).then(key)).to_series()
                code, params = (none.clone().scatter(unread["position"], unread[name]) for name in ("code", "params"))
                return _keyed(texts, key, code, params, none)
            return _keyed(texts, key, none, none, none)
        rules = self.zone.identifier_schemes[self.scheme]
        found = validate_many(rules, texts)
        wrong = ~found["ok"] & ~absent
        code = pl.select(pl.when(wrong).then(found["code"])).to_series()
        irregular = pl.select(pl.when(found["ok"]).then(found["code"])).to_series()
        prefix = self.zone.key_of(self.register, self.scheme, "")
        return _keyed(texts, prefix + found["normalised"], code, _params(rules, texts, wrong), irregular)


def flat(names: pl.Series) -> pl.Series:
    """Names without spaces and full-width letters: what makes the key of a subject known by its name."""
    return names.str.normalize("NFKC").str.replace_all(r"\s+", "")


def joined(cells: pl.DataFrame, columns: Sequence[str]) -> tuple[pl.Series, pl.DataFrame]:
    """A number made up of several columns, blank where all of them are; and the FAULTs of rows that lack a part."""
    parts = [flat(cells[column]).str.replace_all(KEY_JOIN, "／", literal=True) for column in columns]
    frame = pl.DataFrame([part.alias(f"{place}") for place, part in enumerate(parts)])
    absent = [pl.col(f"{place}").is_in(MISSING) for place in range(len(parts))]
    whole = pl.when(~pl.any_horizontal(absent)).then(pl.concat_str(pl.all(), separator=KEY_JOIN)).otherwise(pl.lit(""))
    some = frame.select(pl.any_horizontal(absent) & ~pl.all_horizontal(absent)).to_series()
    at = some.arg_true()
    if not len(at):
        return frame.select(whole.alias("number")).to_series(), pl.DataFrame(schema=FAULT)
    lacking = pl.concat_list(pl.when(gone).then(pl.lit(column)) for gone, column in zip(absent, columns, strict=True))
    named = frame.select(lacking.list.drop_nulls().list.join("、"))[at].to_series()
    said = {text: params_of(KEY_INCOMPLETE.at(columns=text)) for text in named.unique()}
    faults = {"position": at, "code": KEY_INCOMPLETE.code, "params": named.replace_strict(said)}
    return frame.select(whole.alias("number")).to_series(), pl.DataFrame(faults, schema=FAULT)


def _keyed(
    raw: pl.Series, subject: pl.Series, code: pl.Series, params: pl.Series, irregular: pl.Series
) -> pl.DataFrame:
    columns = {"raw": raw, "subject": subject, "code": code, "params": params, "irregular": irregular}
    return pl.DataFrame(columns, schema=KEYED | {"irregular": pl.String()})


def _params(rules: Scheme, texts: pl.Series, wrong: pl.Series) -> pl.Series:
    """What the messages of the wrong ones need; null for the others. Numbers of persons are masked."""
    if not wrong.any():
        return pl.repeat(None, len(texts), dtype=pl.String, eager=True)
    said = {}
    for text in texts.filter(wrong).head(EXPLAINED).to_list():
        found = [problem for problem in validate(rules, text).problems if problem.severity == "error"]
        said[text] = params_of(found[0], personal=rules.personal)
    shown = pl.lit("…") if rules.personal else pl.col("raw")
    general = [*(pl.lit("?").alias(name) for name in _PARAMETERS), param(rules.title).alias("scheme")]
    general += [pl.lit("1").alias(PERSONAL)] if rules.personal else []
    exact = pl.col("raw").replace_strict(said, default=None, return_dtype=pl.String)
    plain = pl.struct(*general, shown.alias("text")).struct.json_encode()
    return (
        pl.DataFrame({"raw": texts, "wrong": wrong}).select(pl.when("wrong").then(exact.fill_null(plain))).to_series()
    )
