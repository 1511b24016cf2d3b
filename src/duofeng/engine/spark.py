"""The same trees as Spark SQL, for a cluster. Every rule of `kernels` and `money` has its twin here.

PySpark is optional: nothing else imports this module, and without it `require` raises a Problem. Texts are
written so that they mean the same with and without ANSI mode.
"""

from __future__ import annotations

import importlib
import itertools
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from duofeng.engine import kernels, places, spark_clock, statuses, tree
from duofeng.engine.expression import Expression, bind
from duofeng.engine.money import COLUMN_SCALE, LARGEST_FACTOR
from duofeng.engine.problems import NO_SPARK
from duofeng.engine.program import Absent
from duofeng.engine.tree import Node
from duofeng.engine.words import TEXTUAL, member_of
from duofeng.kernel.problem import ProblemError

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

SETTINGS: Mapping[str, str] = {"spark.ui.enabled": "false", "spark.sql.codegen.wholeStage": "false"}
"""For a session of our own. As one method hundreds of conditions outgrow what Java compiles; apart they take a third
less."""
DECIMAL = "decimal(38,0)"
BEYOND = "9223372036854775808BD"
OVERLAPS = "duofeng_overlaps"
"""SQL has no geometry: this one is a function of Python, which the cluster's machines need shapely for."""


def require() -> Any:
    """The module pyspark.sql. Raises ProblemError (E520) when it is not installed."""
    try:
        return importlib.import_module("pyspark.sql")
    except ImportError as error:
        raise ProblemError(NO_SPARK.at(detail=str(error))) from None


def sql_text(expression: Expression, as_of: date) -> str:
    """One Spark SQL expression: DOUBLE, BIGINT minor units, DATE, BOOLEAN or STRING by the expression's type."""
    return Writer().text(bind(expression, as_of))


def with_functions(frame: DataFrame) -> DataFrame:
    """The frame, in a session that knows the functions SQL lacks."""
    context = frame.sparkSession.sparkContext
    if str(context.master).startswith(
        "local"
    ):  # on this machine the workers are this Python, with what is installed for it
        context.pythonExec = sys.executable
    frame.sparkSession.udf.register(OVERLAPS, places.overlap, "boolean")
    return frame


def evaluate(frame: DataFrame, expressions: Mapping[str, Expression], as_of: date) -> DataFrame:
    """One column per expression, null where unknown."""
    frame = with_functions(frame)
    return frame.selectExpr(*(f"{sql_text(one, as_of)} AS {quoted(name)}" for name, one in expressions.items()))


def answer(
    frame: DataFrame,
    conditions: Sequence[Expression],
    policies: Mapping[str, Sequence[int]],
    as_of: date,
    *,
    absent: Sequence[Absent] | None = None,
    subject: str | None = None,
) -> DataFrame:
    """One byte per subject and policy as in `statuses` (TINYINT would be signed: SMALLINT), a column per policy."""
    frame, declared = with_functions(frame), absent or ["unknown"] * len(conditions)
    carried = [quoted(subject)] if subject else []
    marks = [
        f"{_mark(sql_text(one, as_of), how)} AS `c{number}`"
        for number, (one, how) in enumerate(zip(conditions, declared, strict=True))
    ]
    sums = [f"{_sum_of_marks(numbers)} AS {quoted(name)}" for name, numbers in policies.items()]
    statuses_of = [f"{_status(quoted(name))} AS {quoted(name)}" for name in policies]
    return frame.selectExpr(*carried, *marks).selectExpr(*carried, *sums).selectExpr(*carried, *statuses_of)


def quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


PLACE, DOUBT = 2**8, 2**24
"""A policy's sum of marks holds how many conditions fail below `PLACE`, the sum of their places below `DOUBT` (the
place itself where one fails alone), and from there on what is unknown. One addition for each condition is all that
is asked for every policy: anything longer outgrows what Spark compiles."""


def _mark(text: str, absent: Absent) -> str:
    """0 holds, 1 fails, DOUBT unknown."""
    unknown = {"unknown": DOUBT, "no": 1, "yes": 0}[absent]
    return f"coalesce(CAST(NOT {text} AS BIGINT), {unknown}L)"


def _sum_of_marks(numbers: Sequence[int]) -> str:
    return " + ".join(f"`c{number}` * {PLACE * place + 1}L" for place, number in enumerate(numbers, 1)) or "0L"


def _status(marks: str) -> str:
    failed = f"({marks} & {PLACE - 1}L)"
    return (
        f"CAST(CASE WHEN {failed} >= 3 THEN {statuses.NOT_ELIGIBLE} WHEN {marks} >= {DOUBT} THEN "
        f"CASE WHEN {failed} = 0 THEN {statuses.UNKNOWN} ELSE {statuses.UNKNOWN_NEAR} END "
        f"WHEN {failed} = 2 THEN {statuses.TWO_MISSING} ELSE shiftright({marks}, 8) END AS smallint)"
    )


class Writer:
    """Writes one expression. `let` names a part, so that no text is written twice and size stays linear."""

    def __init__(self) -> None:
        self.names: Iterator[str] = (f"v{number}" for number in itertools.count())

    def text(self, node: Node) -> str:
        return WRITERS[type(node)](self, node)

    def let(self, text: str, body: Callable[[str], str]) -> str:
        name = next(self.names)
        return f"transform(array({text}), {name} -> {body(name)})[0]"

    # ---- leaves ----------------------------------------------------------------------------------------------------

    def column(self, node: tree.ColumnRef) -> str:
        name = quoted(node.name)
        return finite(f"CAST({name} AS DOUBLE)") if node.type in {"number", "integer"} else name

    def constant(self, node: tree.Constant) -> str:
        value = node.value
        if node.type in TEXTUAL:
            return string(str(value))
        if isinstance(value, bool):
            return "TRUE" if value else "FALSE"
        if isinstance(value, datetime):
            return f"TIMESTAMP'{value.isoformat(sep=' ')}'"
        if isinstance(value, date):
            return f"DATE'{value.isoformat()}'"
        return f"({int(cast(int, value))}L)" if node.type == "money" else double(float(cast(Decimal, value)))

    # ---- conditions ------------------------------------------------------------------------------------------------

    def compare(self, node: tree.Compare) -> str:
        left, right, operator = self.text(node.left), self.text(node.right), node.operator
        if node.left.type != "number" or (kernels.is_exact(node.left) and kernels.is_exact(node.right)):
            return f"({left} {operator} {right})"
        if isinstance(node.right, tree.Constant):
            return _near_constant(left, operator, float(cast(Decimal, node.right.value)))
        gap, margin_text = f"({left} - {right})", f"({double(kernels.NEARLY)} * greatest(1.0D, abs({right})))"
        if operator in {"=", "<>"}:
            return f"(abs({gap}) {'<=' if operator == '=' else '>'} {margin_text})"
        close, strict = f"abs({gap}) <= {margin_text}", f"{gap} {operator[0]} 0.0D"
        return f"({strict} OR {close})" if operator in {"<=", ">="} else f"({strict} AND NOT ({close}))"

    def among(self, node: tree.Among) -> str:
        member = member_of(node.arg.type)
        if member is not None:
            one = replace(node, arg=tree.ColumnRef(name="t", type=member))
            return f"exists({self.text(node.arg)}, t -> {self.among(one)})"
        if node.arg.type not in TEXTUAL:
            kind = node.arg.type
            each = [
                tree.Compare(operator="=", left=node.arg, right=tree.Constant(value=value, type=kind), type="flag")
                for value in sorted(node.values, key=str)
            ]
            return "(" + " OR ".join(map(self.compare, each)) + ")"
        arg, values = self.text(node.arg), [string(str(value)) for value in sorted(node.values, key=str)]
        if not values:
            return f"({arg} IS NULL AND NULL)"
        if node.prefix:
            return self.let(arg, lambda name: "(" + " OR ".join(f"startswith({name}, {one})" for one in values) + ")")
        return f"({arg} IN ({', '.join(values)}))"

    def like(self, node: tree.Like) -> str:
        return f"({self.text(node.arg)} LIKE {string(node.pattern)})"

    def both(self, node: tree.And) -> str:
        return "(" + " AND ".join(map(self.text, node.args)) + ")"

    def one_of(self, node: tree.Or) -> str:
        return "(" + " OR ".join(map(self.text, node.args)) + ")"

    def negation(self, node: tree.Not) -> str:
        return f"(NOT {self.text(node.arg)})"

    def at_least(self, node: tree.AtLeast) -> str:
        truths = "array(" + ", ".join(map(self.text, node.args)) + ")"
        return self.let(
            truths,
            lambda name: (
                f"CASE WHEN size(filter({name}, t -> t)) >= {node.count} THEN true "
                f"WHEN size(filter({name}, t -> coalesce(t, true))) < {node.count} THEN false END"
            ),
        )

    def settled_count(self, node: tree.Settled) -> str:
        return self.text(node.logic)

    def is_known(self, node: tree.Known) -> str:
        return f"({self.text(node.arg)} IS NOT NULL)"

    def day_of(self, node: tree.DayOf) -> str:
        return f"CAST({self._wall_clock(node.arg, node.time_zone)} AS DATE)"

    def _wall_clock(self, node: Node, time_zone: str) -> str:
        utc = f"CAST({self.text(node)} AS TIMESTAMP_NTZ)"
        return f"convert_timezone(current_timezone(), {string(time_zone)}, {utc})"

    def working_hours(self, node: tree.WorkingHours) -> str:
        begin, end = (self._wall_clock(one, node.time_zone) for one in (node.begin, node.end))
        return spark_clock.working_hours(self, begin, end, node.calendar)

    def workdays(self, node: tree.Workdays) -> str:
        first, second = self.text(node.first), self.text(node.second)
        return spark_clock.workdays(self, node.function, first, second, node.calendar)

    # ---- values ----------------------------------------------------------------------------------------------------

    def case(self, node: tree.Case) -> str:
        rest = "NULL" if node.default is None else self.text(node.default)
        for condition, value in reversed(node.branches):
            inner, then = rest, self.text(value)
            rest = self.let(
                self.text(condition),
                lambda name, then=then, inner=inner: f"CASE WHEN {name} THEN {then} WHEN NOT {name} THEN {inner} END",  # type: ignore[misc]  # bound now
            )
        return rest

    def missing(self, node: tree.Missing) -> str:
        return f"coalesce({self.text(node.column)}, {self.text(node.value)})"

    def arithmetic(self, node: tree.Arithmetic) -> str:
        operator, kinds = node.operator, (node.left.type, node.right.type)
        if node.type == "money":
            return self._money(node)
        left, right = self.text(node.left), self.text(node.right)
        if kinds == ("date", "date"):
            return f"CAST(datediff({left}, {right}) AS DOUBLE)"
        if kinds[0] == "date":
            return spark_clock.moved(self, left, right, operator)
        if operator == "/":
            return finite(f"try_divide(CAST({left} AS DOUBLE), CAST({right} AS DOUBLE))")
        return finite(f"({left} {operator} {right})")

    def _money(self, node: tree.Arithmetic) -> str:
        first, second, operator = node.left, node.right, node.operator
        if operator == "*" and second.type == "money":
            first, second = second, first
        money = self.text(first)
        if operator in {"+", "-"}:
            return f"try_{'add' if operator == '+' else 'subtract'}({money}, {self.text(second)})"
        if isinstance(second, tree.Constant):
            top, bottom = cast(Decimal, second.value).as_integer_ratio()
            if operator == "/":
                top, bottom = (bottom, top) if top > 0 else (-bottom, -top)
            return self.scaled(money, f"{top}BD", f"{bottom}BD")
        limit = double(LARGEST_FACTOR)
        whole = self.let(
            self.text(second),
            lambda name: f"CASE WHEN abs({name}) < {limit} THEN CAST(rint({name} * {COLUMN_SCALE}D) AS {DECIMAL}) END",
        )
        if operator == "*":
            return self.scaled(money, whole, f"{COLUMN_SCALE}BD")
        return self.let(
            whole,
            lambda name: (
                f"CASE WHEN {name} <> 0 THEN "
                f"{self.scaled(money, f'(sign({name}) * {COLUMN_SCALE}BD)', f'abs({name})')} END"
            ),
        )

    def scaled(self, money: str, top: str, bottom: str) -> str:
        """money × top ÷ bottom, half away from zero; null when it does not fit sixty-four bits."""
        product = f"CAST({money} AS decimal(19,0)) * CAST({top} AS decimal(19,0))"
        parts = f"struct(CAST({product} AS {DECIMAL}) AS p, CAST({bottom} AS decimal(19,0)) AS b)"
        return self.let(
            parts,
            lambda name: (
                f"CASE WHEN {name}.p IS NULL OR {name}.b IS NULL THEN NULL "
                f"WHEN (2 * abs({name}.p) + {name}.b) < 2 * {name}.b * {BEYOND} THEN "
                f"CAST(sign({name}.p) AS BIGINT) * ((2 * abs({name}.p) + {name}.b) div (2 * {name}.b)) END"
            ),
        )

    def call(self, node: tree.Call) -> str:
        name, args = node.function, [self.text(arg) for arg in node.args]
        if name in {"round", "floor", "ceil"}:
            digits = int(cast(Decimal, cast(tree.Constant, node.args[1]).value))
            money = node.type == "money"
            return self._rounded_money(args[0], digits, name) if money else self._rounded(args[0], digits, name)
        if name in {"least", "greatest", "min", "max"}:
            pick = "array_min" if name in {"least", "min"} else "array_max"
            values = f"array({', '.join(args)})"
            return self.let(values, lambda v: f"CASE WHEN NOT exists({v}, t -> t IS NULL) THEN {pick}({v}) END")
        if name in {"sum", "avg"}:
            return self._sum(node, args)
        if name in {"growth", "cagr"}:
            return self._growth(node, args[0], args[-1])
        if name in {"distance", "overlaps"}:
            return self._distance(*args) if name == "distance" else f"{OVERLAPS}({', '.join(args)})"
        return self._simple(name, args)

    def _simple(self, name: str, args: list[str]) -> str:
        if name in spark_clock.FUNCTIONS:
            return spark_clock.FUNCTIONS[name](self, args)
        if name == "abs":
            return f"abs({args[0]})"
        if name == "size":
            return f"CAST(array_size({args[0]}) AS DOUBLE)"
        if name == "count_true":
            return "(" + " + ".join(f"CAST({arg} AS DOUBLE)" for arg in args) + ")"
        return self.settled(f"{name}({', '.join(args)})")

    def _distance(self, first: str, second: str) -> str:
        """The haversine formula of `places.distance`, from the texts `POINT (longitude latitude)`."""
        ends = zip("ab", (first, second), strict=True)
        parts = ", ".join(f"{degrees(text, 1)} AS {end}x, {degrees(text, 2)} AS {end}y" for end, text in ends)

        def metres(v: str) -> str:
            half = (
                f"pow(sin(({v}.by - {v}.ay) / 2), 2) + cos({v}.ay) * cos({v}.by) * pow(sin(({v}.bx - {v}.ax) / 2), 2)"
            )
            # SQL's `least` passes over nulls: what is unknown would be half way round the earth.
            sine = self.let(f"sqrt({half})", lambda s: f"CASE WHEN {s} > 1.0D THEN 1.0D ELSE {s} END")
            return f"(2.0D * {double(places.EARTH)} * asin({sine}))"

        return self.let(f"struct({parts})", metres)

    def _sum(self, node: tree.Call, args: list[str]) -> str:
        money, total = node.type == "money", args[0]
        for arg in args[1:]:
            total = f"try_add({total}, {arg})" if money else finite(f"({total} + {arg})")
        if node.function == "sum":
            return total
        return self.scaled(total, "1BD", f"{len(args)}BD") if money else f"({total} / {float(len(args))!r}D)"

    def _growth(self, node: tree.Call, first: str, last: str) -> str:
        pair = f"struct({first} AS f, {last} AS l)"
        minus = "try_subtract({v}.l, {v}.f)" if node.args[0].type == "money" else "({v}.l - {v}.f)"
        if node.function == "growth":
            rate = f"CASE WHEN {{v}}.f > 0 THEN try_divide(CAST({minus} AS DOUBLE), CAST({{v}}.f AS DOUBLE)) END"
            return finite(self.let(pair, lambda v: rate.format(v=v)))
        years = double(1.0 / (len(node.args) - 1))
        ratio = "CASE WHEN {v}.f > 0 AND {v}.l >= 0 THEN try_divide(CAST({v}.l AS DOUBLE), CAST({v}.f AS DOUBLE)) END"
        return self.settled(f"(power({self.let(pair, lambda v: ratio.format(v=v))}, {years}) - 1.0D)")

    def _rounded(self, text: str, digits: int, way: str) -> str:
        scale, shrink = double(10.0**digits if digits >= 0 else 1.0), double(10.0**-digits if digits < 0 else 1.0)
        steps = {
            "round": "(sign({v}) * CAST(floor(abs({v}) + 0.5D + 1e-9D) AS DOUBLE))",
            "floor": "CAST(floor({v} + 1e-9D) AS DOUBLE)",
            "ceil": "CAST(ceil({v} - 1e-9D) AS DOUBLE)",
        }[way]
        whole = f"CASE WHEN abs({{v}}) < {double(kernels.WHOLE_FROM)} THEN {steps} ELSE {{v}} END"
        rounded = self.let(f"({text} * {scale} / {shrink})", lambda v: f"({whole.format(v=v)}) * {shrink} / {scale}")
        return finite(rounded)

    def _rounded_money(self, text: str, digits: int, way: str) -> str:
        unit = 10 ** (2 - digits) if digits <= 2 else 1
        if unit == 1:
            return text
        if way == "round":
            return f"try_multiply({self.scaled(text, '1BD', f'{unit}BD')}, {unit}L)"
        if way == "floor":
            return self.let(text, lambda v: f"try_subtract({v}, pmod({v}, {unit}L))")
        return self.let(text, lambda v: f"try_add({v}, pmod(-{v}, {unit}L))")

    def settled(self, text: str) -> str:
        scale = double(10.0**kernels.DECIMALS)
        return finite(
            self.let(text, lambda v: f"CASE WHEN abs({v}) < 1000D THEN rint({v} * {scale}) / {scale} ELSE {v} END")
        )


def degrees(point: str, number: int) -> str:
    """One coordinate of a point's text, in radians."""
    return f"radians(CAST(regexp_extract({point}, 'POINT *[(] *([^ ]+) +([^ )]+)', {number}) AS DOUBLE))"


def finite(text: str) -> str:
    for odd in ("NaN", "Infinity", "-Infinity"):
        text = f"nullif({text}, double('{odd}'))"
    return text


def _near_constant(left: str, operator: str, bound: float) -> str:
    margin = kernels.NEARLY * max(1.0, abs(bound))
    if operator in {"=", "<>"}:
        return f"(abs({left} - {double(bound)}) {'<=' if operator == '=' else '>'} {double(margin)})"
    return f"({left} {operator} {double(bound + (margin if operator in {'>', '<='} else -margin))})"


def double(value: float) -> str:
    return f"({value!r}D)" if value < 0 else f"{value!r}D"


def string(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


WRITERS: dict[type[Node], Callable[[Writer, Any], str]] = {
    tree.ColumnRef: Writer.column, tree.Linked: Writer.column, tree.Settled: Writer.settled_count,
    tree.Known: Writer.is_known, tree.DayOf: Writer.day_of, tree.WorkingHours: Writer.working_hours,
    tree.Workdays: Writer.workdays,    tree.Constant: Writer.constant, tree.Compare: Writer.compare,
    tree.Among: Writer.among, tree.Like: Writer.like, tree.And: Writer.both, tree.Or: Writer.one_of,
    tree.Not: Writer.negation, tree.AtLeast: Writer.at_least, tree.Case: Writer.case,
    tree.Missing: Writer.missing, tree.Arithmetic: Writer.arithmetic, tree.Call: Writer.call,
}  # fmt: skip
