"""The worked examples beside a policy, run: a policy whose examples do not come out is not published."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from duofeng.brain.given import as_columns, column_types, given_row
from duofeng.brain.policies import problems
from duofeng.brain.policies.boundaries import failing_sides
from duofeng.brain.policies.outcomes import Outcomes, answer
from duofeng.brain.policies.plan import Plan, plan
from duofeng.kernel.problem import Problem, ProblemError, Span
from duofeng.zone.kinds.policy import Example, Policy
from duofeng.zone.zone import Zone


def failing_examples(zone: Zone) -> Iterator[Problem]:
    """A problem for every worked example of every policy that does not come out, at its place in the file."""
    for policy in zone.declared(Policy).values():
        yield from failing_examples_of(zone, policy)


def failing_examples_of(zone: Zone, policy: Policy) -> Iterator[Problem]:
    plans: dict[date, Plan] = {}
    for index, example in enumerate(policy.examples):
        alone = plans.get(example.as_of) or plan(zone, example.as_of, policy.register, policies=[policy])
        plans[example.as_of] = alone
        yield from check_example(zone, alone, example, policy.spans["examples", index, "title"])
    yield from failing_sides(zone, policy)


def check_example(zone: Zone, alone: Plan, example: Example, span: Span) -> Iterator[Problem]:
    """What is wrong with one example of the only policy of a plan: its columns, its values, or what it expects."""
    policy = alone.policies[0].policy
    results = tuple(f"{what}:{id}" for planned in alone.policies for what, id in sorted(planned.reads))
    try:
        types = column_types(zone, policy.register, (*alone.columns, *results), alone.links)
        frame = given_row(
            types, as_columns(zone, policy.register, alone.as_of, types, example.given), span, clock=zone.time_zone
        )
    except ProblemError as error:
        yield from error.problems
        return
    expected, found = _expected(example), _found(answer(alone, frame), example)
    if expected != found:
        yield problems.EXAMPLE_FAILS.at(span, title=example.title, expected=expected, found=found)


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
