"""Types: what may be compared with, added to or multiplied by what.

A bare number has type `literal` and a quoted text type `string` until it meets the other side:
`revenue[-1] >= 20_000_000` makes the number money, `registered_on >= '2020-01-01'` makes the text a date.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Context, Decimal
from zoneinfo import ZoneInfo

from duofeng.engine import tree
from duofeng.engine.problems import BAD_LITERAL, DIVISION_BY_ZERO, TYPE_MISMATCH, TYPE_WANTED
from duofeng.engine.syntax import Text
from duofeng.engine.tree import Arithmetic, Case, Constant, Node
from duofeng.engine.words import LARGEST_MONEY, MINOR_UNITS, NUMERIC, TEXTUAL, family, set_of
from duofeng.kernel.message import Message, say

NAMES: dict[str, Message] = {
    "number": say("数", context="type"),
    "integer": say("整数", context="type"),
    "money": say("金额", context="type"),
    "text": say("文字", context="type"),
    "code": say("代码", context="type"),
    "date": say("日期", context="type"),
    "flag": say("是否", context="type"),
    "instant": say("时刻", context="type"),
    "reference": say("关联", context="type"),
    "point": say("位置", context="type"),
    "geometry": say("范围", context="type"),
    "literal": say("数", context="type"),
    "string": say("文字", context="type"),
}
NAMES |= {set_of(kind): say("多个{one}", one=one) for kind, one in NAMES.items()}
NAMES["set"] = say("一组值", context="type")
OPERATION_NAMES: dict[str, Message] = {
    "compare": say("比较", context="cannot"),
    "+": say("相加", context="cannot"),
    "-": say("相减", context="cannot"),
    "*": say("相乘", context="cannot"),
    "/": say("相除", context="cannot"),
    "choose": say("并为一个结果", context="cannot"),
}
FORMS = {
    "number": (say("数", context="type"), "0.03"),
    "money": (say("金额", context="type"), "20_000_000 (元)"),
    "date": (say("日期", context="type"), "'2024-01-31'"),
    "text": (say("文字", context="type"), "'A'"),
    "instant": (say("时刻", context="type"), "'2024-01-31 09:30'"),
}
# (operator, left family, right family) → type of the result; literals are settled before this is asked.
RESULTS: dict[tuple[str, str, str], str] = {
    ("+", "number", "number"): "number", ("-", "number", "number"): "number", ("*", "number", "number"): "number",
    ("/", "number", "number"): "number", ("+", "money", "money"): "money", ("-", "money", "money"): "money",
    ("*", "money", "number"): "money", ("*", "number", "money"): "money", ("/", "money", "number"): "money",
    ("/", "money", "money"): "number", ("-", "date", "date"): "number", ("+", "date", "number"): "date",
    ("-", "date", "number"): "date",
}  # fmt: skip


class Typing:
    """Checks and completes nodes; reports mistakes to `source` and answers with an invalid node."""

    def __init__(self, source: Text, time_zone: str = "UTC") -> None:
        self.source = source
        self.time_zone = time_zone

    def settle(self, node: Node, wanted: str) -> Node:
        """A literal takes the type `wanted`; a node that already has a type is returned as it is."""
        kind = family(wanted)
        if node.type == "literal":
            return self._settle_number(node, kind)
        if node.type == "string":
            return self._settle_text(node, kind)
        return node

    def final(self, node: Node, wanted: str | None) -> Node:
        """The root: of the wanted type if one is asked for, else literals become plain numbers and texts."""
        if node.type == "invalid":
            return node
        node = self.settle(node, wanted or ("number" if node.type == "literal" else "text"))
        if wanted is not None and node.type != "invalid" and family(node.type) != family(wanted):
            return self._wanted(node, wanted)
        return node

    def compare(self, operator: tree.Comparison, left: Node, right: Node, *, start: int, stop: int) -> Node:
        pair = self._alike("compare", left, right, start)
        if pair is None:
            return _invalid(start, stop)
        left, right = pair
        if not _compares(operator, left.type):
            return self._mismatch("compare", left, right, start, stop)
        if isinstance(left, Constant) and (left.type == "flag" or not isinstance(right, Constant)):
            left, right, operator = right, left, MIRRORED[operator]
        if isinstance(right, Constant) and right.type == "flag":
            same = (operator == "=") == bool(right.value)
            return left if same else tree.Not(arg=left, type="flag", start=start, stop=stop)
        return _counted(operator, left, right) or tree.Compare(
            operator=operator, left=left, right=right, type="flag", start=start, stop=stop
        )

    def arithmetic(self, operator: tree.Operator, left: Node, right: Node, *, start: int, stop: int) -> Node:
        if "invalid" in {left.type, right.type}:
            return _invalid(start, stop)
        if operator == "/" and isinstance(right, Constant) and right.value == 0:
            self.source.report(DIVISION_BY_ZERO, start)
            return _invalid(start, stop)
        if left.type == right.type == "literal":
            return self._folded(operator, left, right, start, stop)
        left, right = self._operands(operator, left, right)
        if "invalid" in {left.type, right.type}:
            return _invalid(start, stop)
        result = _result(operator, left.type, right.type)
        if result is None:
            return self._mismatch(operator, left, right, start, stop)
        unit = "day" if left.type == right.type == "date" else _unit(operator, left, right)
        return Arithmetic(operator=operator, left=left, right=right, type=result, unit=unit, start=start, stop=stop)

    def case(self, conditions: list[Node], values: list[Node], default: Node | None, *, start: int, stop: int) -> Node:
        one = self.same(values if default is None else [*values, default])
        if one is None or any(condition.type == "invalid" for condition in conditions):
            return _invalid(start, stop)
        branches = tuple(zip(conditions, one[: len(values)], strict=True))
        kind, last = one[0].type, None if default is None else one[-1]
        return Case(branches=branches, default=last, type=kind, unit=one[0].unit, start=start, stop=stop)

    def same(self, nodes: list[Node]) -> tuple[Node, ...] | None:
        """All of one family, literals settled by the others; None when they do not agree."""
        types = {node.type for node in nodes}
        if "invalid" in types:
            return None
        typed = next((node for node in nodes if node.type not in BARE), None)
        if typed is None and len(types) == 1:
            return tuple(nodes)
        if typed is None:
            self._disagree(nodes)
            return None
        if family(typed.type) in INCOMPARABLE:
            self._wanted(typed, "number")
            return None
        return self._settled_like(typed, nodes)

    def _settled_like(self, typed: Node, nodes: list[Node]) -> tuple[Node, ...] | None:
        settled = tuple(node if node is typed else self.settle(node, typed.type) for node in nodes)
        if "invalid" in {node.type for node in settled}:
            return None
        other = next((node for node in settled if family(node.type) != family(typed.type)), None)
        if other is not None:
            self._disagree([typed, other])
        return settled if other is None else None

    def _disagree(self, nodes: list[Node]) -> None:
        other = next(node for node in nodes if node.type != nodes[0].type)
        self._mismatch("choose", nodes[0], other, other.start, other.stop)

    def want_flag(self, node: Node) -> Node:
        return node if node.type in {"flag", "invalid"} else self._wanted(node, "flag")

    def want_textual(self, node: Node) -> Node:
        return node if node.type in TEXTUAL | {"invalid"} else self._wanted(node, "code")

    def want_number(self, node: Node) -> Node:
        node = self.settle(node, "number")
        return node if node.type in NUMERIC | {"invalid"} else self._wanted(node, "number")

    def want_quantity(self, node: Node) -> Node:
        """A number or money; a bare number stays a literal."""
        return node if node.type in NUMERIC | {"money", "literal", "invalid"} else self._wanted(node, "number")

    def want_instant(self, node: Node) -> Node:
        node = self.settle(node, "instant")
        return node if node.type in {"instant", "invalid"} else self._wanted(node, "instant")

    def day_of(self, node: Node) -> Node:
        """An instant beside a date counts as its day."""
        if node.type != "instant":
            return node
        return tree.DayOf(arg=node, time_zone=self.time_zone, type="date", start=node.start, stop=node.stop)

    def want_date(self, node: Node) -> Node:
        node = self.day_of(self.settle(node, "date"))
        return node if node.type in {"date", "invalid"} else self._wanted(node, "date")

    # ---- inside ----------------------------------------------------------------------------------------------------

    def _operands(self, operator: str, left: Node, right: Node) -> tuple[Node, Node]:
        """Literals next to a typed operand: the other's type in sums and quotients of money, a number in products."""
        for_sum = operator in {"+", "-"}
        if left.type in {"literal", "string"}:
            wanted = right.type if for_sum or (operator == "/" and right.type == "money") else "number"
            left = self.settle(left, wanted)
        if right.type in {"literal", "string"}:
            wanted = left.type if for_sum and left.type != "date" else "number"
            if left.type == "date" and right.type == "string":
                wanted = "date"
            right = self.settle(right, wanted)
        return left, right

    def _folded(self, operator: tree.Operator, left: Node, right: Node, start: int, stop: int) -> Node:
        """Written numbers are computed once, to sixteen digits, when the expression is read."""
        if not (isinstance(left, Constant) and isinstance(right, Constant)):
            return Arithmetic(operator=operator, left=left, right=right, type="literal", start=start, stop=stop)
        compute = {"+": CONTEXT.add, "-": CONTEXT.subtract, "*": CONTEXT.multiply, "/": CONTEXT.divide}[operator]
        value = compute(Decimal(str(left.value)), Decimal(str(right.value)))
        if value.adjusted() >= DIGITS:
            return self._bad_literal(Constant(value=value, type="literal", start=start, stop=stop), "number")
        if int(value.as_tuple().exponent) < -DIGITS:
            value = value.quantize(SMALLEST)
        return Constant(value=value, type="literal", start=start, stop=stop)

    def _alike(self, operation: str, left: Node, right: Node, start: int) -> tuple[Node, Node] | None:
        if "invalid" in {left.type, right.type}:
            return None
        if any(node.type == "date" or _is_day(node) for node in (left, right)):
            left, right = self.day_of(left), self.day_of(right)
        bare = {"literal": "number", "string": "text"}
        left = self.settle(left, bare.get(right.type, right.type))
        right = self.settle(right, bare.get(left.type, left.type))
        if "invalid" in {left.type, right.type}:
            return None
        if family(left.type) != family(right.type):
            self._mismatch(operation, left, right, start, start)
            return None
        return left, right

    def _settle_number(self, node: Node, kind: str) -> Node:
        if kind not in {"number", "money"}:
            return self._mismatch("compare", Constant(type=kind, value=0), node, node.start, node.stop)
        if isinstance(node, Case):
            return self._settle_case(node, kind)
        if isinstance(node, tree.Call):
            return replace(node, args=tuple(self.settle(arg, kind) for arg in node.args), type=kind)
        if isinstance(node, Arithmetic):
            right_kind = "number" if node.operator in {"*", "/"} else kind
            left, right = self.settle(node.left, kind), self.settle(node.right, right_kind)
            return replace(node, left=left, right=right, type=kind)
        if kind == "number" or not isinstance(node, Constant) or not isinstance(node.value, Decimal):
            return replace(node, type="number")
        return self._in_minor_units(node, node.value * MINOR_UNITS)

    def _in_minor_units(self, node: Constant, minor: Decimal) -> Node:
        if minor != minor.to_integral_value() or abs(minor) > LARGEST_MONEY:
            return self._bad_literal(node, "money")
        return replace(node, value=int(minor), type="money")

    def _settle_case(self, node: Case, kind: str) -> Node:
        branches = tuple((condition, self.settle(value, kind)) for condition, value in node.branches)
        default = self.settle(node.default, kind) if node.default else None
        return replace(node, branches=branches, default=default, type=kind)

    def _settle_text(self, node: Node, kind: str) -> Node:
        if isinstance(node, Case):
            return self._settle_case(node, kind)
        if kind == "text":
            return replace(node, type="text")
        if kind not in {"date", "instant"} or not isinstance(node, Constant):
            return self._mismatch("compare", Constant(type=kind, value=0), node, node.start, node.stop)
        text = str(node.value)
        try:
            if kind == "instant":
                written = datetime.fromisoformat(text)
                local = written if written.tzinfo else written.replace(tzinfo=ZoneInfo(self.time_zone))
                return replace(node, value=local.astimezone(UTC), type="instant")
            return replace(node, value=date.fromisoformat(text if len(text) == 10 else ""), type="date")
        except ValueError:
            return self._bad_literal(node, kind)

    def _bad_literal(self, node: Constant, kind: str) -> Node:
        wanted, form = FORMS[kind]
        self.source.report(BAD_LITERAL, node.start, text=node.value, wanted=wanted, expected=form)
        return _invalid(node.start, node.stop)

    def _mismatch(self, operation: str, left: Node, right: Node, start: int, stop: int) -> Node:
        if "invalid" in {left.type, right.type}:
            return _invalid(start, stop)  # what is wrong with it was said
        names = {"operation": OPERATION_NAMES[operation], "left": NAMES[left.type], "right": NAMES[right.type]}
        self.source.report(TYPE_MISMATCH, start, **names)
        return _invalid(start, stop)

    def _wanted(self, node: Node, kind: str) -> Node:
        self.source.report(TYPE_WANTED, node.start, wanted=NAMES[kind], found=NAMES[node.type])
        return _invalid(node.start, node.stop)


def _compares(operator: tree.Comparison, type: str) -> bool:
    """Texts and flags are alike or not, nothing more; sets and places not even that."""
    return family(type) not in INCOMPARABLE and (operator in {"=", "<>"} or type not in TEXTUAL | {"flag"})


def _result(operator: tree.Operator, left: str, right: str) -> str | None:
    """The type of a computed value; None where the two cannot be computed with."""
    result = RESULTS.get((operator, family(left), family(right)))
    return "integer" if result == "number" and left == right == "integer" and operator != "/" else result


BARE = frozenset({"literal", "string"})
INCOMPARABLE = frozenset({"set", "point", "geometry"})
DIGITS = 16  # of written numbers: with 64-bit money every product then fits 38 decimal digits, what Spark can hold
CONTEXT = Context(prec=DIGITS)
SMALLEST = Decimal(1).scaleb(-DIGITS)
MIRRORED: dict[tree.Comparison, tree.Comparison] = {
    "=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<=",
}  # fmt: skip


def _is_day(node: Node) -> bool:
    return node.type == "string" and isinstance(node, Constant) and len(str(node.value)) == len("2024-01-31")


def _counted(operator: tree.Comparison, left: Node, right: Node) -> Node | None:
    """`count_true(…) >= 2` is `at_least(2, …)`, which can be answered while some conditions are unknown."""
    if not isinstance(left, tree.Call) or left.function != "count_true" or not isinstance(right, Constant):
        return None
    if not isinstance(right.value, Decimal) or right.value != int(right.value):
        return None
    count, place = int(right.value), tree.Place(start=left.start, stop=right.stop)

    def at_least(least: int) -> Node:
        return tree.AtLeast(count=least, args=left.args, type="flag", **place)

    def negated(node: Node) -> Node:
        return tree.Not(arg=node, type="flag", **place)

    exactly = tree.And(args=(at_least(count), negated(at_least(count + 1))), type="flag", **place)
    return {
        ">=": at_least(count), ">": at_least(count + 1), "<": negated(at_least(count)),
        "<=": negated(at_least(count + 1)), "=": exactly, "<>": negated(exactly),
    }[operator]  # fmt: skip


def _unit(operator: str, left: Node, right: Node) -> str | None:
    """Sums keep the unit, products with a bare number too; what a quotient is in, nobody declared."""
    if operator in {"+", "-"}:
        return left.unit or right.unit
    if operator == "*" and (left.unit is None or right.unit is None):
        return left.unit or right.unit
    return left.unit if operator == "/" and right.unit is None else None


def _invalid(start: int, stop: int) -> Node:
    return Constant(type="invalid", value=False, start=start, stop=stop)
