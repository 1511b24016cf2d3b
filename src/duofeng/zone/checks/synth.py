"""What the made-up copy of a zone is checked for: it names what there is, and follows only from what stands before."""

from __future__ import annotations

import re
from collections.abc import Collection

from sqlglot import exp

from duofeng.engine.problems import NOT_ALLOWED, UNKNOWN_FUNCTION, WRONG_ARGUMENTS
from duofeng.engine.syntax import Text, parse_sql, start_of
from duofeng.kernel.message import say
from duofeng.kernel.problem import Problem, ProblemError, declare, hint
from duofeng.zone import problems
from duofeng.zone.checks.names import item_exists
from duofeng.zone.kinds.synth import CALLS, CAUSES, DRAWS, SINCE, WAYS, Industry, Pick, Synth, SynthFile
from duofeng.zone.report import Report, alone
from duofeng.zone.source_file import Steps
from duofeng.zone.zone import Zone

NOT_MADE = declare(
    "E092",
    "没有写明列“{column}”怎么编",
    explain="rows: made 的文件要在 make 里写明来源的每一列怎么编。",
)
NOT_BEFORE = declare(
    "E093",
    "“{word}”不在前面：只能引用写在前面的文件、列和公式。{hint}",
    explain="合成按书写次序进行，引用的文件、列和公式必须写在前面；引用的文件也须是 rows: made。",
)
PARTS = (
    exp.Paren, exp.Literal, exp.Neg, exp.Not, exp.In, exp.Case, exp.If, exp.Anonymous, exp.Bracket, exp.Column,
    exp.Identifier, exp.And, exp.Or, exp.Add, exp.Sub, exp.Mul, exp.Div, exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT,
    exp.GTE,
)  # fmt: skip
SEE = say("见 docs/expressions.md")
OF_INDUSTRY = [f"industry.{key}" for key in Industry.model_fields if key != "trades"]


def check_synth(item: Synth, zone: Zone, report: Report) -> None:
    attributes = zone.attributes.get("organisation", {})
    for flag, quota in item.quotas.items():
        named: list[tuple[Steps, str]] = [(("quotas", flag), flag)]
        if quota.within is not None:
            named.append((("quotas", flag, "within"), quota.within))
        for path, word in named:
            if word not in attributes and not zone.knows("vocabulary", f"organisation.{word}"):
                suggestion = hint(word, attributes)
                report(problems.UNKNOWN_ATTRIBUTE, path, register="organisation", word=word, **suggestion)
    _check_formulas(item, report)
    for source in item.files:
        item_exists("source", source, ("files", source), zone, report)
    for source, file in item.files.items():
        if file.rows == "made":
            _check_made(item, source, file, zone, report)


# ---- formulas --------------------------------------------------------------------------------------------------------


@alone
def _check_formulas(item: Synth, report: Report) -> None:
    known = {*CAUSES, *item.quotas, *(f"{flag}{SINCE}" for flag in item.quotas)}
    for name, formula in item.formulas.items():
        for key, text, words in (("value", formula.value, known), ("who", formula.who, known | {"value"})):
            path: Steps = ("formulas", name, key)
            in_short = (*item.origin.path, *path) not in item.origin.file.places
            for problem in _mistakes(text, words) if text is not None else ():
                at = problem.span.column or 1 if problem.span else 1
                report.problem(problem, path[:-1] if in_short else path, offset=at - 1)
        known.add(name)


def _mistakes(text: str, known: Collection[str]) -> list[Problem]:
    source = Text(text)
    try:
        parsed = parse_sql(source)
    except ProblemError as error:
        return list(error.problems)
    for part in parsed.find_all(exp.Expression):
        if not isinstance(part, PARTS) or (isinstance(part, exp.Case) and (part.this or not part.args.get("default"))):
            source.report(
                NOT_ALLOWED, start_of(part), what=part.key.upper(), instead=say("见 docs/zone-files/synth.md")
            )
        elif isinstance(part, exp.Anonymous):
            _check_call(source, part)
        elif isinstance(part, exp.Bracket) and not re.fullmatch("last|-[0-9]+", str(part.expressions[0].this)):
            source.report(NOT_ALLOWED, start_of(part), what="[…]", instead=say("方括号里写 last 或 -1"))
        elif isinstance(part, exp.Column) and part.table:
            if f"{part.table}.{part.name}" not in OF_INDUSTRY:
                _unknown(source, part, f"{part.table}.{part.name}", OF_INDUSTRY)
        elif isinstance(part, exp.Column) and part.name not in known:
            _unknown(source, part, part.name, known)
    return source.problems


@alone
def _check_call(source: Text, call: exp.Anonymous) -> None:
    name, arguments = str(call.this), call.expressions
    functions = {**CALLS, **DRAWS}
    if name not in functions:
        source.report(UNKNOWN_FUNCTION, start_of(call), name=name, **hint(name, functions))
        return
    fewest, most = functions[name]
    begins_with_text = [isinstance(each, exp.Literal) and each.is_string for each in arguments[:1]] == [True]
    if not fewest <= len(arguments) <= most or (name in DRAWS and not begins_with_text):
        source.report(WRONG_ARGUMENTS, start_of(call), function=name, expected=_shape(name, fewest, most))


def _shape(name: str, fewest: int, most: int) -> str:
    arguments = [*("x" * fewest), *(["…"] if most > fewest else [])]
    if name in DRAWS:
        arguments[0] = "'name'"
    return f"{name}({', '.join(arguments)})"


def _unknown(source: Text, part: exp.Expression, word: str, known: Collection[str]) -> None:
    source.report(NOT_BEFORE, start_of(part), word=word, **hint(word, known))


# ---- rows of any register --------------------------------------------------------------------------------------------


@alone
def _check_made(item: Synth, id: str, file: SynthFile, zone: Zone, report: Report) -> None:
    """Every column of the source is made up, in one way, from what stands before it."""
    path: Steps = ("files", id, "make")
    declared = zone.sources[id].known_columns if id in zone.sources else tuple(file.make)
    for column in declared:
        if column not in file.make:
            report(NOT_MADE, path, on_key=True, column=column)
    earlier = list(item.files)[: list(item.files).index(id)]
    for position, (column, made) in enumerate(file.make.items()):
        if column not in declared:
            near = hint(column, declared)
            report(problems.UNKNOWN_COLUMN, (*path, column), on_key=True, word=column, **near)
        if len(made.ways) != 1:
            report(problems.ONE_OF, (*path, column), on_key=True, keys=", ".join(WAYS), count=len(made.ways))
        before = list(file.make)[:position]
        named: list[tuple[Steps, str | None]] = [
            (("later", "column"), made.later.column if made.later is not None else None),
            (("follows", "column"), made.follows.column if made.follows is not None else None),
            (("given",), made.given),
        ]
        for steps, word in named:
            if word is not None and word not in before:
                _not_before((*path, column, *steps), word, before, report)
        if made.pick is not None:
            _check_pick(item, made.pick, earlier, before, (*path, column, "pick"), report)


@alone
def _check_pick(item: Synth, pick: Pick, earlier: list[str], before: list[str], path: Steps, report: Report) -> None:
    if pick.file is not None and (pick.file not in earlier or item.files[pick.file].rows != "made"):
        _not_before((*path, "file"), pick.file, earlier, report)
    elif pick.file is not None:
        there = item.files[pick.file].make
        for key, word in (("column", pick.column or ""), ("having", pick.having)):
            if word is not None and word not in there:
                _not_before((*path, key), word, there, report)
    if pick.beside is not None and pick.beside not in before:
        _not_before((*path, "beside"), pick.beside, before, report)


def _not_before(path: Steps, word: str, before: Collection[str], report: Report) -> None:
    report(NOT_BEFORE, path, word=word, **hint(word, before))
