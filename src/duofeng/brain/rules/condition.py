"""A named condition, and the conditions of many rules compiled into one program."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Literal

from duofeng.engine import statuses
from duofeng.engine.expression import Expression
from duofeng.engine.program import Absent, Program, compile_program
from duofeng.engine.statuses import Bytes
from duofeng.engine.stream import Answered, answer_parquet
from duofeng.engine.truths import Truths
from duofeng.engine.values import Table
from duofeng.zone.model import Text

Reach = Literal["now", "year", "never"]


@dataclass(frozen=True, slots=True)
class Condition:
    """`absent: no` declares that nothing recorded means not met. `effort` is 1 (fill in a form) to 5 (years).

    `reach` says whether a subject can come to meet it: now, within a year and by at most `within`, or never.
    """

    id: str
    title: Text
    expression: Expression
    advice: Text | None = None
    clause: str | None = None
    absent: Absent = "unknown"
    effort: int = 3
    reach: Reach = "year"
    within: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """All of its conditions must hold."""

    id: str
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class RuleBook:
    """Many rules as one program. Conditions that mean the same are answered once, whatever they are called."""

    rules: Mapping[str, Rule]
    program: Program
    places: Mapping[str, tuple[int, ...]]
    as_of: date

    @staticmethod
    def of(rules: Mapping[str, Rule], as_of: date) -> RuleBook:
        distinct: dict[tuple[Expression, Absent], int] = {}
        places = {
            rule.id: tuple(distinct.setdefault((one.expression, one.absent), len(distinct)) for one in rule.conditions)
            for rule in rules.values()
        }
        absent = [declared for _, declared in distinct]
        program = compile_program([expression for expression, _ in distinct], as_of, absent=absent)
        return RuleBook(rules, program, places, as_of)

    @property
    def columns(self) -> tuple[str, ...]:
        """Profile columns the rules read."""
        return self.program.columns

    def run(self, profile: Table, threads: int = 1) -> Truths:
        """The truth of every distinct condition for every subject; see `places` for which rule asks for which."""
        return self.program.run(profile, threads)

    def statuses(self, truths: Truths) -> Bytes:
        """Rules × subjects, one byte each, in the order of `rules` (see engine.statuses)."""
        return statuses.of_truths(truths, list(self.places.values()))

    def stream(self, profile: Path, target: Path, truths: Path | None = None, subject: str | None = None) -> Answered:
        """The same from a Parquet profile to Parquet files, in bounded memory."""
        return answer_parquet(self.program, self.places, profile, target, truths=truths, subject=subject)
