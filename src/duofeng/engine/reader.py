"""SQLGlot's tree, node by node, into ours: only what is listed here exists in the rule language."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal, InvalidOperation

from sqlglot import exp

from duofeng.engine import functions, references, tree
from duofeng.engine.checking import DIGITS, SMALLEST, Typing
from duofeng.engine.periods import PERS, read_bracket
from duofeng.engine.problems import (
    BAD_LITERAL,
    NOT_ALLOWED,
    NULL_NOT_HERE,
    PERIOD_NEEDED,
    PERIOD_NOT_HERE,
    RANGE_NOT_HERE,
    TOO_LONG,
    UNKNOWN_ATTRIBUTE,
    UNKNOWN_FUNCTION,
    UNKNOWN_LIST,
    WRONG_ARGUMENTS,
)
from duofeng.engine.syntax import DEEPEST, Text, invalid, parse_sql, place_of, start_of
from duofeng.engine.words import TEXTUAL, CodeLists, CodeSet, Standpoint, Vocabulary, member_of, set_of
from duofeng.kernel.message import Message, say
from duofeng.kernel.problem import hint

COMPARISONS: dict[type[exp.Expression], tree.Comparison] = {
    exp.EQ: "=", exp.NEQ: "<>", exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">=",
}  # fmt: skip
OPERATORS: dict[type[exp.Expression], tree.Operator] = {exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Div: "/"}
INSTEAD: dict[type[exp.Expression], Message] = {
    exp.Subquery: say("不能有子查询"),
    exp.Select: say("不能有子查询"),
    exp.Cast: say("类型由词汇表决定，日期写 date '2024-01-31'"),
    exp.Window: say("不能有窗口函数"),
    exp.BitwiseXor: say("乘方用 power(x, 2)"),
    exp.Mod: say("没有取余"),
    exp.DPipe: say("不能拼接文字"),
    exp.Alias: say("名称和数之后不能再有词，单位请换算"),
    exp.ILike: say("用 like"),
}
Handler = Callable[["Reader", exp.Expression], tree.Node]


class Reader:
    """Reads one expression; every mistake is collected in `source.problems`, an invalid node stands in for it."""

    def __init__(
        self, source: Text, vocabulary: Vocabulary, codes: CodeLists, extra: Vocabulary, at: Standpoint
    ) -> None:
        self.source = source
        self.vocabulary = vocabulary
        self.codes = codes
        self.extra = extra
        self.at = at
        self.register, self.registers = at.register, at.registers
        self.looking_back = False
        self.typing = Typing(source, at.time_zone)
        self.depth = 0
        self.range_allowed = self.each_period = False

    def read(self) -> tree.Node:
        return self.node(parse_sql(self.source))

    @contextmanager
    def over(self, register: str, *, looking_back: bool | None = None) -> Iterator[None]:
        """What is read meanwhile is asked of subjects of another register, whose scores are at hand."""
        kept = self.register, self.vocabulary, self.extra, self.looking_back, self.each_period
        self.each_period = False
        self.register, self.vocabulary = register, self.registers[register]
        self.extra = self.at.results.get(register, {})
        self.looking_back = kept[3] if looking_back is None else looking_back
        try:
            yield
        finally:
            self.register, self.vocabulary, self.extra, self.looking_back, self.each_period = kept

    @contextmanager
    def ranging(self) -> Iterator[None]:
        """Meanwhile ranges stand for their periods one by one."""
        self.each_period = True
        yield
        self.each_period = False

    def wrong(self, name: str, sql: exp.Expression) -> tree.Node:
        """A call whose arguments are not those declared."""
        self.source.report(
            WRONG_ARGUMENTS, place_of(sql)["start"], function=name, expected=functions.SIGNATURES[name].shape
        )
        return invalid(sql)

    def node(self, sql: exp.Expression, *, range_allowed: bool = False) -> tree.Node:
        """One node. `range_allowed` holds for the direct argument of an aggregate only."""
        self.depth += 1
        if self.depth > DEEPEST * 2:
            raise self.source.fail(TOO_LONG, start_of(sql), what=say("层数"), size=self.depth, limit=DEEPEST * 2)
        self.range_allowed = range_allowed
        handler = HANDLERS.get(type(sql))
        result = handler(self, sql) if handler else self.refuse(sql)
        self.depth -= 1
        return result

    def refuse(self, sql: exp.Expression) -> tree.Node:
        what = type(sql).__name__.upper()
        self.source.report(
            NOT_ALLOWED,
            start_of(sql),
            what=what,
            instead=INSTEAD.get(type(sql), say("见 docs/expressions.md")),
        )
        return invalid(sql)

    def refuse_at(self, start: int, *, what: str, instead: Message, stop: int = 0) -> tree.Node:
        self.source.report(NOT_ALLOWED, start, what=what, instead=instead)
        return tree.Constant(value=False, type="invalid", start=start, stop=stop)

    # ---- names -----------------------------------------------------------------------------------------------------

    def column(self, sql: exp.Expression) -> tree.Node:
        assert isinstance(sql, exp.Column)
        if len(sql.parts) != 1:
            return self.dotted(sql)
        if not isinstance(sql.this, exp.Identifier):
            return self.refuse(sql)
        if sql.name == "as_of":
            return tree.AsOf(type="date", **place_of(sql))
        return self.attribute(sql, sql.name, None)

    def bracket(self, sql: exp.Expression) -> tree.Node:
        assert isinstance(sql, exp.Bracket)
        inside = sql.expressions[0] if len(sql.expressions) == 1 else None
        steps = references.steps_of(sql.this)
        if steps is None or not isinstance(steps[-1], exp.Identifier) or not isinstance(inside, exp.Literal):
            return self.refuse(sql)
        name, bracket = str(steps[-1].this), str(inside.this)
        if len(steps) == 1:
            return self.attribute(sql, name, bracket)
        return references.follow(
            self, steps[:-1], lambda there: there.attribute(steps[-1], name, bracket), place_of(sql)
        )

    def dotted(self, sql: exp.Expression) -> tree.Node:
        """`carrier.name`, `household.count(person.household)`: what another subject says."""
        steps = references.steps_of(sql)
        if steps is None:
            return self.refuse(sql)
        last = steps[-1]
        if isinstance(last, exp.Anonymous):
            return references.follow(self, steps[:-1], lambda there: there.call_elsewhere(last), place_of(sql))
        return references.follow(
            self, steps[:-1], lambda there: there.attribute(last, str(last.this), None), place_of(sql)
        )

    def call_elsewhere(self, sql: exp.Expression) -> tree.Node:
        """What looks back and what cards gave is asked of another subject; the rest is computed from what it says."""
        name = str(sql.this).lower()
        if references.is_look_back(self, name, sql) or name in functions.OF_CARDS:
            return self.call(sql)
        if name in functions.RESULT_NAMES:
            instead = say("政策的结论和金额只在自己的台账里引用")
        else:
            instead = say("写成 {name}(….属性)", name=name)
        return self.refuse_at(start_of(sql), what=f".{name}", instead=instead)

    def attribute(self, sql: exp.Expression, name: str, bracket: str | None) -> tree.Node:
        range_allowed, at = self.range_allowed or self.each_period, start_of(sql)
        word = self.vocabulary.get(name)
        if word is None:
            self.source.report(UNKNOWN_ATTRIBUTE, at, name=name, **hint(name, self.vocabulary))
            return invalid(sql)
        kind = set_of(word.type) if word.many else word.type
        common = tree.Shape(type=kind, unit=word.unit, **place_of(sql))
        if word.per == "state":
            if bracket is not None:
                self.source.report(PERIOD_NOT_HERE, at, name=name)
                return invalid(sql)
            return tree.Attribute(name=name, **common)
        if bracket is None:
            self.source.report(PERIOD_NEEDED, at, name=name, per=PERS.get(word.per, word.per))
            return invalid(sql)
        periods = read_bracket(self.source, name, word.per, bracket, at)
        if periods is None:
            return invalid(sql)
        if periods[0] != periods[1] and not range_allowed:
            self.source.report(RANGE_NOT_HERE, at, text=bracket)
            return invalid(sql)
        return tree.Attribute(name=name, per=word.per, first=periods[0], last=periods[1], **common)

    # ---- constants -------------------------------------------------------------------------------------------------

    def literal(self, sql: exp.Expression) -> tree.Node:
        assert isinstance(sql, exp.Literal)
        if sql.is_string:
            return tree.Constant(value=str(sql.this), type="string", **place_of(sql))
        try:
            value = Decimal(str(sql.this))
        except InvalidOperation:
            value = Decimal("Infinity")
        if not value.is_finite() or value.adjusted() >= DIGITS or len(value.as_tuple().digits) > DIGITS:
            self.source.report(BAD_LITERAL, start_of(sql), text=sql.this, **A_NUMBER)
            return invalid(sql)
        if int(value.as_tuple().exponent) < -DIGITS:
            value = value.quantize(SMALLEST)
        return tree.Constant(value=value, type="literal", **place_of(sql))

    def boolean(self, sql: exp.Expression) -> tree.Node:
        return tree.Constant(value=bool(sql.this), type="flag", **place_of(sql))

    def null(self, sql: exp.Expression) -> tree.Node:
        self.source.report(NULL_NOT_HERE, start_of(sql))
        return invalid(sql)

    def dated(self, sql: exp.Expression) -> tree.Node:
        """`date '2024-01-31'`, which SQLGlot reads as a cast of a text; no other cast exists."""
        is_date = sql.args["to"].this == exp.DataType.Type.DATE
        if not is_date or not isinstance(sql.this, exp.Literal) or not sql.this.is_string:
            return self.refuse(sql)
        return self.typing.settle(self.literal(sql.this), "date")

    # ---- conditions ------------------------------------------------------------------------------------------------

    def comparison(self, sql: exp.Expression) -> tree.Node:
        left, right = self.node(sql.this), self.node(sql.expression)
        return self.typing.compare(COMPARISONS[type(sql)], left, right, **place_of(sql))

    def between(self, sql: exp.Expression) -> tree.Node:
        value = self.node(sql.this)
        low = self.typing.compare(">=", value, self.node(sql.args["low"]), **place_of(sql))
        high = self.typing.compare("<=", value, self.node(sql.args["high"]), **place_of(sql))
        return tree.And(args=(low, high), type="flag", **place_of(sql))

    def within(self, sql: exp.Expression) -> tree.Node:
        assert isinstance(sql, exp.In)
        value = self.typing.final(self.node(sql.this), None)
        named = sql.args.get("field")
        if sql.args.get("query") is not None or sql.args.get("unnest") is not None:
            return self.refuse(sql)
        if named is not None:
            return self.in_codes(sql, value, named)
        if value.type == "invalid":
            return value
        if member_of(value.type) is not None:
            return self.refuse_at(start_of(sql), what="in", instead=say("有多个值，写"))
        if not sql.expressions:
            self.source.report(NOT_ALLOWED, start_of(sql), what="in ()", instead=say("括号里要有值"))
            return invalid(sql)
        return self.among(sql, value)

    def among(self, sql: exp.In, value: tree.Node) -> tree.Node:
        members = [self.typing.settle(self.node(item), value.type) for item in sql.expressions]
        constants = [member for member in members if isinstance(member, tree.Constant)]
        if len(constants) < len(members):
            self.source.report(NOT_ALLOWED, start_of(sql), what="in", instead=say("括号里只写值"))
            return invalid(sql)
        if value.type == "flag":
            return self.refuse(sql)
        if any(member.type == "invalid" for member in members):
            return invalid(sql)
        values = frozenset(member.value for member in constants)
        return tree.Among(arg=value, values=values, type="flag", **place_of(sql))

    def in_codes(self, sql: exp.Expression, value: tree.Node, named: exp.Expression) -> tree.Node:
        name = _only_string(named, "codes")
        if name is None:
            return self.refuse(named)
        listed = self.codes.get(name)
        if listed is None:
            self.source.report(UNKNOWN_LIST, start_of(named), name=name, **hint(name, self.codes))
            return invalid(sql)
        if (member_of(value.type) or value.type) not in TEXTUAL:
            value = self.typing.want_textual(value)
        members = listed if isinstance(listed, CodeSet) else CodeSet(frozenset(listed))
        return tree.Among(
            arg=value, values=frozenset(members.codes), prefix=members.prefix, named=name, type="flag", **place_of(sql)
        )

    def like(self, sql: exp.Expression) -> tree.Node:
        value = self.typing.want_textual(self.node(sql.this))
        pattern = sql.expression
        if not isinstance(pattern, exp.Literal) or not pattern.is_string or "\\" in pattern.this:
            self.source.report(NOT_ALLOWED, start_of(sql), what="like", instead=say("like 后写文字"))
            return invalid(sql)
        return tree.Like(arg=value, pattern=str(pattern.this), type="flag", **place_of(sql))

    def truth_test(self, sql: exp.Expression) -> tree.Node:
        """`is true`, `is null` decide what unknown means; that is never done by the way."""
        return self.null(sql)

    def both(self, sql: exp.Expression) -> tree.Node:
        return self.joined(sql, exp.And)

    def either(self, sql: exp.Expression) -> tree.Node:
        return self.joined(sql, exp.Or)

    def joined(self, sql: exp.Expression, kind: type[exp.And] | type[exp.Or]) -> tree.Node:
        """A chain of the same connective is one flat node: `a and b and c` has depth one."""
        parts: list[exp.Expression] = []
        pending = [sql]
        while pending:
            part = pending.pop()
            if type(part) is kind:
                pending.extend((part.expression, part.this))
            else:
                parts.append(part)
        args = tuple(self.typing.want_flag(self.node(part)) for part in parts)
        if any(arg.type == "invalid" for arg in args):
            return invalid(sql)
        made = tree.And if kind is exp.And else tree.Or
        return made(args=args, type="flag", **place_of(sql))

    def negation(self, sql: exp.Expression) -> tree.Node:
        arg = self.typing.want_flag(self.node(sql.this))
        return arg if arg.type == "invalid" else tree.Not(arg=arg, type="flag", **place_of(sql))

    def case(self, sql: exp.Expression) -> tree.Node:
        if sql.this is not None:
            self.source.report(
                NOT_ALLOWED,
                start_of(sql),
                what="case x when",
                instead=say("写 case when x = … then …"),
            )
            return invalid(sql)
        conditions = [self.typing.want_flag(self.node(branch.this)) for branch in sql.args["ifs"]]
        values = [self.node(branch.args["true"]) for branch in sql.args["ifs"]]
        default = sql.args.get("default")
        return self.typing.case(conditions, values, self.node(default) if default else None, **place_of(sql))

    # ---- values ----------------------------------------------------------------------------------------------------

    def arithmetic(self, sql: exp.Expression) -> tree.Node:
        left, right = self.node(sql.this), self.node(sql.expression)
        return self.typing.arithmetic(OPERATORS[type(sql)], left, right, **place_of(sql))

    def negative(self, sql: exp.Expression) -> tree.Node:
        zero = tree.Constant(value=Decimal(0), type="literal", **place_of(sql))
        return self.typing.arithmetic("-", zero, self.node(sql.this), **place_of(sql))

    def paren(self, sql: exp.Expression) -> tree.Node:
        return self.node(sql.this)

    def call(self, sql: exp.Expression) -> tree.Node:
        assert isinstance(sql, exp.Anonymous)
        name = str(sql.this).lower()
        if name in COALESCING:
            return self.null(sql)
        if references.is_look_back(self, name, sql):
            return references.look_back(self, name, sql, place_of(sql))
        signature = functions.SIGNATURES.get(name)
        if signature is None:
            self.source.report(UNKNOWN_FUNCTION, start_of(sql), name=name, **hint(name, functions.SIGNATURES))
            return invalid(sql)
        if not signature.fewest <= len(sql.expressions) <= signature.most:
            self.source.report(WRONG_ARGUMENTS, start_of(sql), function=name, expected=signature.shape)
            return invalid(sql)
        return signature.build(self, name, sql)


def _only_string(sql: exp.Expression, function: str) -> str | None:
    if not isinstance(sql, exp.Anonymous) or str(sql.this).lower() != function or len(sql.expressions) != 1:
        return None
    argument = sql.expressions[0]
    return str(argument.this) if isinstance(argument, exp.Literal) and argument.is_string else None


A_NUMBER: Mapping[str, object] = {"wanted": say("可用的数"), "expected": "0.03, 20_000_000"}
COALESCING = {"coalesce", "ifnull", "nvl", "nvl2", "nullif", "isnull", "zeroifnull"}
HANDLERS: dict[type[exp.Expression], Handler] = {
    exp.Column: Reader.column,
    exp.Bracket: Reader.bracket,
    exp.Dot: Reader.dotted,
    exp.Literal: Reader.literal,
    exp.Boolean: Reader.boolean,
    exp.Null: Reader.null,
    exp.Cast: Reader.dated,
    exp.Between: Reader.between,
    exp.In: Reader.within,
    exp.Like: Reader.like,
    exp.Is: Reader.truth_test,
    exp.And: Reader.both,
    exp.Or: Reader.either,
    exp.Not: Reader.negation,
    exp.Case: Reader.case,
    exp.Neg: Reader.negative,
    exp.Paren: Reader.paren,
    exp.Anonymous: Reader.call,
    **dict.fromkeys(COMPARISONS, Reader.comparison),
    **dict.fromkeys(OPERATORS, Reader.arithmetic),
}
