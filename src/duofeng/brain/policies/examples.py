"""The worked examples beside a policy, run: a policy whose examples do not come out is not published."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

import polars as pl

from duofeng.brain.policies import problems
from duofeng.brain.policies.outcomes import Outcomes, answer
from duofeng.brain.policies.plan import Plan, plan
from duofeng.engine.program import POLARS_TYPES
from duofeng.kernel.problem import Problem, ProblemError, Span, nearest
from duofeng.zone.expressions import results
from duofeng.zone.kinds.policy import Example, Policy, as_money
from duofeng.zone.problems import hint
from duofeng.zone.zone import Zone

TYPE_NAMES = {
    "number": ("数", "a number"), "integer": ("整数", "a whole number"), "money": ("金额", "an amount of money"),
    "date": ("日期", "a date"), "flag": ("是否", "true or false"), "text": ("文字", "a text"),
    "code": ("代码", "a code"),
}  # fmt: skip


def failing_examples(zone: Zone) -> Iterator[Problem]:
    """A problem for every worked example of every policy that does not come out, at its place in the file."""
    for policy in zone.declared(Policy).values():
        for index, example in enumerate(policy.examples):
            yield from check_example(zone, policy, example, policy.spans["examples", index, "title"])


def check_example(zone: Zone, policy: Policy, example: Example, span: Span) -> Iterator[Problem]:
    """What is wrong with one example: its columns, its values, or what it expects."""
    alone = plan(zone, example.as_of, policy.kind, policies=[policy])
    try:
        frame = given_frame(zone, alone, example.given, span)
    except ProblemError as error:
        yield from error.problems
        return
    outcomes = answer(alone, frame)
    expected, found = _expected(example), _found(outcomes, example)
    if expected != found:
        yield problems.EXAMPLE_FAILS.at(span, title=example.title, expected=expected, found=found)


def given_frame(zone: Zone, planned: Plan, given: Mapping[str, Any], span: Span) -> pl.DataFrame:
    """One row of the columns a plan reads, as given; what is not given is unknown. Raises ProblemError (E551, E552)."""
    types = {name: kind for book in planned.books for name, kind in book.program.types.items()}
    types |= {name: _type_of(zone, planned.kind, name) for name in planned.columns}
    reads = {f"{what}:{id}" for each in planned.policies for what, id in each.reads}
    types |= {name: results(zone)[name].type for name in reads}
    wrong = [
        problems.EXAMPLE_COLUMN.at(span, column=name, **hint(nearest(name, types), sorted(types)))
        for name in given
        if name not in types
    ]
    if wrong:
        raise ProblemError(wrong)
    columns = {
        name: pl.Series(name, [_value(given.get(name), kind, name, span)], POLARS_TYPES[kind])
        for name, kind in types.items()
    }
    return pl.DataFrame({"subject": ["example"], **columns})


def _type_of(zone: Zone, kind: str, column: str) -> str:
    return zone.attributes[kind][column.partition("[")[0]].type


def _value(raw: Any, kind: str, column: str, span: Span) -> Any:
    if raw is None:
        return None
    text = str(getattr(raw, "typed", raw)).replace("_", "") if kind in {"number", "integer", "money"} else raw
    try:
        match kind:
            case "money":
                return as_money(Decimal(text))
            case "number" | "integer":
                return float(Decimal(text))
            case "date":
                return date.fromisoformat(str(raw))
            case "flag" if isinstance(raw, bool):
                return raw
            case "text" | "code":
                return str(getattr(raw, "typed", raw))
    except (InvalidOperation, ValueError):
        pass
    zh, en = TYPE_NAMES[kind]
    raise ProblemError(problems.EXAMPLE_VALUE.at(span, column=column, value=raw, type=zh, type_en=en))


def _expected(example: Example) -> str:
    amount = f" {example.amount:.2f}" if example.amount is not None else ""
    return f"{example.expect}{amount}" + (f" ({', '.join(sorted(example.failed))})" if example.failed else "")


def _found(outcomes: Outcomes, example: Example) -> str:
    """Said in the words of the example: an amount or failed conditions only where it states them."""
    policy = outcomes.plan.policies[0].id
    name = str(outcomes.names(policy)[0])
    failing = outcomes.failing(policy, 0)
    paid = outcomes.entitled()["amount"]
    amount = (
        f" {Decimal(paid[0]) / 100:.2f}" if example.amount is not None and len(paid) and paid[0] is not None else ""
    )
    told = example.failed or (name != example.expect and failing)
    return f"{name}{amount}" + (f" ({', '.join(sorted(failing))})" if told and failing else "")
