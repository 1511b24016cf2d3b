"""The policies of one day, compiled once: their conditions in layers, their amounts, the columns they read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from duofeng.brain.policies.conflicts import Component, Conflicts, components, conflicts
from duofeng.brain.rules.condition import Condition, Rule, RuleBook
from duofeng.engine.expression import Expression, columns_needed
from duofeng.engine.links import Links, columns_read, links_needed
from duofeng.engine.program import Program, compile_program
from duofeng.engine.words import RESULT
from duofeng.zone.expressions import expression
from duofeng.zone.kinds.policy import Policy, as_money, policies_in_force
from duofeng.zone.zone import Zone


@dataclass(frozen=True)
class Award:
    """The amount of one policy: steps of (condition or None, amount), the first that holds; `cap` in minor units."""

    steps: tuple[tuple[Expression | None, Expression], ...]
    cap: int | None

    @property
    def expressions(self) -> Iterator[Expression]:
        return (each for step in self.steps for each in step if each is not None)


@dataclass(frozen=True)
class Planned:
    """One policy with its expressions."""

    policy: Policy
    rule: Rule
    award: Award | None
    order_by: Expression | None

    @property
    def id(self) -> str:
        return self.policy.policy

    @property
    def condition_ids(self) -> tuple[str, ...]:
        return tuple(self.policy.conditions)

    @property
    def expressions(self) -> Iterator[Expression]:
        yield from (condition.expression for condition in self.rule.conditions)
        if self.award is not None:
            yield from self.award.expressions
        if self.order_by is not None:
            yield self.order_by

    @cached_property
    def reads(self) -> frozenset[tuple[str, str]]:
        """Results of others it reads: ('outcome', 'clean-record'), ('score', 'high-tech'), ('score', 'card.part')."""
        names = (RESULT.fullmatch(name) for each in self.expressions for name in each.attributes)
        return frozenset((match[1], match[2]) for match in names if match)


@dataclass(frozen=True)
class Plan:
    """Policies of one register in force on `as_of`, by id. No policy reads the outcome of a later layer."""

    register: str
    as_of: date
    policies: tuple[Planned, ...]
    layers: tuple[tuple[Planned, ...], ...]

    @cached_property
    def expressions(self) -> tuple[Expression, ...]:
        return tuple(each for planned in self.policies for each in planned.expressions)

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """Profile columns to ask for; results of cards and of the policies themselves are not among them."""
        needed = [*columns_needed(self.expressions, self.as_of), *self.once_per_columns]
        return tuple(name for name in dict.fromkeys(needed) if RESULT.fullmatch(name) is None)

    @cached_property
    def once_per_columns(self) -> tuple[str, ...]:
        """References by which some policy is had once."""
        named = (planned.policy.once_per for planned in self.policies)
        return tuple(dict.fromkeys(name for name in named if name is not None))

    @cached_property
    def links(self) -> Links:
        """What the policies ask of other subjects."""
        return links_needed(self.expressions, self.as_of)

    @cached_property
    def columns_of(self) -> Mapping[str, tuple[str, ...]]:
        """Policy → `subject` and every column, of the profile, of other subjects or of results, that its own
        expressions read."""
        return {each.id: ("subject", *columns_read(each.expressions, self.as_of)) for each in self.policies}

    @cached_property
    def results_read(self) -> frozenset[tuple[str, str]]:
        """Results that some policy reads: ('outcome', 'clean-record')."""
        return frozenset(each for planned in self.policies for each in planned.reads)

    @cached_property
    def order_columns(self) -> tuple[str, ...]:
        """Columns by which budgets that run out are given in order."""
        return columns_read([each.order_by for each in self.policies if each.order_by is not None], self.as_of)

    @cached_property
    def differences(self) -> frozenset[str]:
        """Families of which some policy pays only the difference to what was received before."""
        families = (each.policy.families.items() for each in self.policies)
        return frozenset(family for one in families for family, rule in one if rule == "difference")

    @cached_property
    def conflicts(self) -> Conflicts:
        """Policy → policies it may not be had with."""
        return conflicts({each.id: each.policy for each in self.policies if each.award is not None})

    @cached_property
    def components(self) -> tuple[Component, ...]:
        """The connected parts of `conflicts`, by their first policy."""
        return components(self.conflicts)

    def rests_on(self, policy: str) -> frozenset[str]:
        """The policies and cards (`score:<card>`) whose rules decide a policy: itself, what it reads, and so on."""
        reached, pending = {policy}, [policy]
        while pending:
            for what, id in self.by_id[pending.pop()].reads:
                fresh = id if what in {"outcome", "amount"} else f"score:{id.partition('.')[0]}"
                if fresh not in reached:
                    reached.add(fresh)
                    pending.extend([fresh] if fresh in self.by_id else [])
        return frozenset(reached)

    def columns_below(self, policy: str) -> frozenset[str]:
        """The columns, of subjects, of others, of cards, that decide a policy and the policies it reads."""
        below = (name for id in self.rests_on(policy) if id in self.by_id for name in self.columns_of[id])
        return frozenset(name for name in below if not name.startswith(("outcome:", "amount:")))

    @cached_property
    def cards(self) -> frozenset[str]:
        """Scorecards that must be computed first."""
        return frozenset(
            id.partition(".")[0]
            for planned in self.policies
            for what, id in planned.reads
            if what in {"score", "grade", "rank"}
        )

    @cached_property
    def books(self) -> tuple[RuleBook, ...]:
        """One compiled book of rules per layer."""
        return tuple(RuleBook.of({planned.id: planned.rule for planned in layer}, self.as_of) for layer in self.layers)

    @cached_property
    def award_programs(self) -> tuple[Program, ...]:
        """Per layer, every expression of its amounts, policy after policy and step after step."""
        return tuple(
            compile_program(
                [each for one in layer if one.award is not None for each in one.award.expressions], self.as_of
            )
            for layer in self.layers
        )

    @cached_property
    def places(self) -> Mapping[str, tuple[int, ...]]:
        """Policy → where the truth of each of its conditions stands among all of the plan's, layer after layer."""
        places: dict[str, tuple[int, ...]] = {}
        first = 0
        for book in self.books:
            places |= {id: tuple(first + number for number in numbers) for id, numbers in book.places.items()}
            first += len(book.program.roots)
        return places

    def __getitem__(self, id: str) -> Planned:
        return self.by_id[id]

    @cached_property
    def rows(self) -> Mapping[str, int]:
        """Policy → its row among the outcomes."""
        return {planned.id: row for row, planned in enumerate(self.policies)}

    @cached_property
    def by_id(self) -> Mapping[str, Planned]:
        return {planned.id: planned for planned in self.policies}


def plan(zone: Zone, as_of: date, register: str, *, policies: Sequence[Policy] | None = None) -> Plan:
    """The plan of a register's policies in force on a day, or of the given ones (a draft beside those it reads)."""
    chosen = policies_in_force(zone, as_of) if policies is None else policies
    planned = tuple(
        Planned(policy, _rule(zone, policy), _award(zone, policy), _order_by(zone, policy))
        for policy in sorted((each for each in chosen if each.register == register), key=lambda each: each.policy)
    )
    return Plan(register, as_of, planned, _layers(planned))


def _rule(zone: Zone, policy: Policy) -> Rule:
    conditions = (
        Condition(
            id,
            each.title,
            expression(zone, policy.register, each.when, "flag"),
            advice=each.advice,
            clause=each.clause or policy.source.clause,
            absent=each.absent or "unknown",
            effort=each.effort,
            reach=each.reach or "year",
            within=each.within,
        )
        for id, each in policy.conditions.items()
    )
    return Rule(policy.policy, tuple(conditions))


def _award(zone: Zone, policy: Policy) -> Award | None:
    if policy.amount is None:
        return None
    steps: list[tuple[Expression | None, Expression]] = []
    if policy.amount.expression is not None:
        steps.append((None, expression(zone, policy.register, policy.amount.expression, "money")))
    for tier in policy.amount.tiers:
        when = expression(zone, policy.register, tier.when, "flag")
        steps.append((when, expression(zone, policy.register, tier.amount, "money")))
    return Award(tuple(steps), as_money(policy.amount.cap) if policy.amount.cap is not None else None)


def _order_by(zone: Zone, policy: Policy) -> Expression | None:
    text = policy.budget.order_by if policy.budget else None
    return expression(zone, policy.register, text, None) if text else None


def _layers(planned: Sequence[Planned]) -> tuple[tuple[Planned, ...], ...]:
    """Depth by references. The zone check has refused circles, so the depth is finite."""
    by_id = {each.id: each for each in planned}
    depths: dict[str, int] = {}

    def depth(each: Planned) -> int:
        if each.id not in depths:
            below = [by_id[id] for what, id in each.reads if what in {"outcome", "amount"} and id in by_id]
            depths[each.id] = max((depth(other) + 1 for other in below), default=0)
        return depths[each.id]

    deepest = max((depth(each) for each in planned), default=0)
    return tuple(tuple(each for each in planned if depths[each.id] == level) for level in range(deepest + 1))
