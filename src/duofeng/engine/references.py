"""What is asked of other subjects: `carrier.revenue[-1]` follows a reference, `count(project.carrier)` looks back along
one. Read and checked here against the words of all registers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from duofeng.engine import tree
from duofeng.engine.checking import NAMES
from duofeng.engine.problems import (
    NO_REFERENCE,
    POINTS_ELSEWHERE,
    TOO_MANY_STEPS,
    UNKNOWN_ATTRIBUTE,
    UNKNOWN_REGISTER,
    WRONG_ARGUMENTS,
)
from duofeng.engine.syntax import LOOK_BACKS, WHERE
from duofeng.engine.tree import Node
from duofeng.engine.words import Vocabulary, register_of
from duofeng.kernel.message import say
from duofeng.kernel.problem import hint, nearest

if TYPE_CHECKING:
    from duofeng.engine.reader import Reader

MOST_STEPS = 3
COUNTING = frozenset({"count", "any"})
VALUES: dict[str, frozenset[str]] = {
    "sum": frozenset({"number", "integer", "money"}),
    "avg": frozenset({"number", "integer", "money"}),
    "median": frozenset({"number", "integer", "money"}),
    "min": frozenset({"number", "integer", "money", "date", "instant"}),
    "max": frozenset({"number", "integer", "money", "date", "instant"}),
    "share": frozenset({"flag"}),
}
SHAPES = {
    "count": "count(project.carrier where …)",
    "any": "any(project.carrier where …)",
    "share": "share(project.carrier, … where …)",
    **{name: f"{name}(contract.fund, amount where …)" for name in ("sum", "avg", "median", "min", "max")},
}


def steps_of(sql: exp.Expression) -> list[exp.Expression] | None:
    """The names between dots, the last of which may be a call; None when it is anything else."""
    if isinstance(sql, exp.Column):
        return [part for part in sql.parts if isinstance(part, exp.Expression)]
    if isinstance(sql, exp.Dot):
        first, last = sql.this, sql.expression
        before = [first] if isinstance(first, exp.Identifier) else steps_of(first)
        return None if before is None else [*before, last]
    return None


def follow(reader: Reader, steps: list[exp.Expression], last: Callable[[Reader], Node], place: tree.Place) -> Node:
    """One reference after the other, then what `last` reads in the register reached."""
    at = place["start"]
    if any(not isinstance(step, exp.Identifier) for step in steps):
        return reader.refuse_at(at, stop=place["stop"], what=".", instead=say("关联之后写属性"))
    if len(steps) > MOST_STEPS:
        reader.source.report(TOO_MANY_STEPS, at, count=len(steps), limit=MOST_STEPS)
        return _invalid(place)
    name = str(steps[0].this)
    to = _own_reference(reader, name, at)
    if to is None:
        return _invalid(place)
    with reader.over(to):
        inner = follow(reader, steps[1:], last, place) if steps[1:] else last(reader)
    if inner.type == "invalid":
        return inner
    return tree.Follow(via=name, to=to, inner=inner, type=inner.type, unit=inner.unit, **place)


def _own_reference(reader: Reader, name: str, at: int) -> str | None:
    """The register an own attribute points to; None after the mistake was reported."""
    word = reader.vocabulary.get(name)
    if word is None:
        pointing = _references(reader.vocabulary)
        near = hint(name, pointing if nearest(name, pointing) else reader.vocabulary)
        reader.source.report(UNKNOWN_ATTRIBUTE, at, name=name, **near)
        return None
    to = register_of(word)
    if to is None:
        _no_reference(reader, name, word.type, _references(reader.vocabulary), at)
        return None
    if word.many:
        reader.refuse_at(at, what=name, instead=say("一个对象有多个，不能直接取值"))
        return None
    return to if _known_register(reader, to, at) else None


def is_look_back(reader: Reader, name: str, sql: exp.Expression) -> bool:
    """`sum(x[-3:-1])` is over periods, `sum(contract.fund, amount)` over other subjects."""
    if name not in LOOK_BACKS:
        return False
    first = steps_of(sql.expressions[0]) if sql.expressions else None
    is_pair = first is not None and len(first) == 2 and isinstance(sql.expressions[0], exp.Column)
    alone = len(sql.expressions) == 1 and name not in {"count", "any", "share", "median"}
    return not alone or (is_pair and first is not None and _names_register(reader, str(first[0].this)))


def _names_register(reader: Reader, name: str) -> bool:
    return name in reader.registers and name not in reader.vocabulary


def look_back(reader: Reader, name: str, sql: exp.Expression, place: tree.Place) -> Node:
    at = place["start"]
    along, *rest = sql.expressions or [None]
    where = rest.pop() if rest and _is_where(rest[-1]) else None
    steps = _two_steps(along)
    if steps is None or len(rest) != (0 if name in COUNTING else 1):
        return _wrong_arguments(reader, name, place)
    if reader.looking_back:
        instead = say("汇总之内不能再汇总")
        return reader.refuse_at(at, stop=place["stop"], what=name, instead=instead)
    register, via = steps
    many = _reference_here(reader, register, via, at)
    if many is None:
        return _invalid(place)
    kept = _kept(reader, name, register, rest, where, place)
    if kept is None:
        return _invalid(place)
    value, condition = kept
    kind, unit = _gives(name, value)
    return tree.LookBack(
        function=name,
        register=register,
        via=via,
        many=many,
        value=value,
        where=condition,
        type=kind,
        unit=unit,
        **place,
    )


def _kept(
    reader: Reader,
    name: str,
    register: str,
    rest: list[exp.Expression],
    where: exp.Expression | None,
    place: tree.Place,
) -> tuple[Node | None, Node | None] | None:
    """What is put together of the others, and which of them; None after a mistake was reported."""
    with reader.over(register, looking_back=True):
        value = reader.typing.final(reader.node(rest[0]), None) if rest else None
        condition = reader.typing.want_flag(reader.node(where.expressions[0])) if where is not None else None
    if "invalid" in {node.type for node in (value, condition) if node is not None}:
        return None
    if value is not None and value.type not in VALUES[name]:
        _wrong_arguments(reader, name, place)
        return None
    return value, condition


def _two_steps(along: exp.Expression | None) -> tuple[str, str] | None:
    """A register and the reference in it that leads here."""
    steps = steps_of(along) if isinstance(along, exp.Column) else None
    return (str(steps[0].this), str(steps[1].this)) if steps is not None and len(steps) == 2 else None


def _wrong_arguments(reader: Reader, name: str, place: tree.Place) -> Node:
    reader.source.report(WRONG_ARGUMENTS, place["start"], function=name, expected=SHAPES[name])
    return _invalid(place)


def _gives(name: str, value: Node | None) -> tuple[str, str | None]:
    if value is None or name == "share":
        return {"count": "integer", "any": "flag"}.get(name, "number"), None
    averaged = name in {"avg", "median"} and value.type == "integer"
    return ("number" if averaged else value.type), value.unit


def _reference_here(reader: Reader, register: str, via: str, at: int) -> bool | None:
    """Whether the reference is a set; None after a mistake was reported."""
    if not _known_register(reader, register, at):
        return None
    words = reader.registers[register]
    word, here = words.get(via), _references(words, to=reader.register)
    if word is None:
        reader.source.report(UNKNOWN_ATTRIBUTE, at, name=f"{register}.{via}", **_dotted(register, here, via))
        return None
    to = register_of(word)
    if to is None:
        _no_reference(reader, f"{register}.{via}", word.type, [f"{register}.{name}" for name in here], at)
        return None
    if to != reader.register:
        if to in reader.registers:  # a register that is not declared is reported where the reference is
            reader.source.report(
                POINTS_ELSEWHERE, at, name=f"{register}.{via}", to=to, here=reader.register,
                **_dotted(register, here, via),
            )  # fmt: skip
        return None
    return word.many


def _is_where(sql: exp.Expression) -> bool:
    return isinstance(sql, exp.Anonymous) and sql.this == WHERE


def _dotted(register: str, names: list[str], via: str) -> dict[str, Any]:
    return hint(f"{register}.{via}" if nearest(via, names) else "", [f"{register}.{name}" for name in names])


def _references(words: Vocabulary, to: str | None = None) -> list[str]:
    pointing = {name: register_of(word) for name, word in words.items()}
    return [name for name, register in pointing.items() if register is not None and to in {None, register}]


def _no_reference(reader: Reader, name: str, kind: str, references: Iterable[str], at: int) -> None:
    reader.source.report(NO_REFERENCE, at, name=name, found=NAMES[kind], **hint("", references))


def _known_register(reader: Reader, register: str, at: int) -> bool:
    if register in reader.registers:
        return True
    reader.source.report(UNKNOWN_REGISTER, at, name=register, **hint(register, reader.registers))
    return False


def _invalid(place: tree.Place) -> Node:
    return tree.Constant(value=False, type="invalid", **place)
