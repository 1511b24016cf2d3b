"""From text to SQLGlot's tree, within bounds. Nothing of that tree is ever run: `reader` copies what is allowed.

Our own spellings are folded into single tokens before SQLGlot sees them: `gdp:growth` is one name, what stands in
brackets one period. Every call is an anonymous call: no SQL function means something by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import ParseError, TokenError
from sqlglot.parser import Parser as SqlParser
from sqlglot.tokenizer_core import Token, TokenType
from sqlglot.tokens import Tokenizer as SqlTokenizer

from duofeng.engine import tree
from duofeng.engine.problems import NOT_ALLOWED, SYNTAX, TOO_LONG
from duofeng.kernel.message import say
from duofeng.kernel.problem import Problem, ProblemError, ProblemKind, Span

LONGEST_TEXT = 4_000
MOST_TOKENS = 1_000
DEEPEST = 32
LONGEST_PREFIX = 8

FULL_WIDTH = str.maketrans(
    "＞＜＝（），；：“”‘’％＋－×÷＊／【】［］！０１２３４５６７８９", "><=(),;:''''%+-*/*/[][]!0123456789"
)
PREFIXES = {TokenType.NOT, TokenType.DASH, TokenType.PLUS, TokenType.TILDE}
SIGNS = {"==", ">=", "<=", "<>", "!="}
QUERY = {TokenType.SELECT, TokenType.FROM, TokenType.WITH, TokenType.UNION, TokenType.WHERE, TokenType.JOIN}
KEYWORDS = QUERY | {
    TokenType.AND, TokenType.OR, TokenType.NOT, TokenType.IN, TokenType.BETWEEN, TokenType.LIKE, TokenType.CASE,
    TokenType.WHEN, TokenType.THEN, TokenType.ELSE, TokenType.END, TokenType.TRUE, TokenType.FALSE, TokenType.NULL,
    TokenType.IS, TokenType.DATE, TokenType.EQ, TokenType.GTE, TokenType.LTE, TokenType.NEQ,
}  # fmt: skip
OPENS_WHERE = ((TokenType.COMMA, ","), (TokenType.VAR, "where"), (TokenType.L_PAREN, "("))
WHERE_STANDS = say("只写在汇总里：count(project.carrier where …)")
OPENING = {TokenType.L_PAREN, TokenType.CASE, TokenType.L_BRACE}
CLOSING = {TokenType.R_PAREN, TokenType.END, TokenType.R_BRACE}


LOOK_BACKS = frozenset({"count", "any", "share", "sum", "avg", "median", "min", "max"})
WHERE = "where"


class Rules(Dialect):
    """SQL reduced to what a rule may say: few keywords, so that an attribute may be called `grant`, `show` or `order`,
    and no function with a meaning of its own."""

    NUMBERS_CAN_BE_UNDERSCORE_SEPARATED = True

    class Tokenizer(SqlTokenizer):
        KEYWORDS: ClassVar[dict[str, TokenType]] = {
            word: kind
            for word, kind in SqlTokenizer.KEYWORDS.items()
            if kind in KEYWORDS and (word.isupper() or word in SIGNS)
        }
        COMMANDS: ClassVar[set[TokenType]] = set()

    class Parser(SqlParser):
        FUNCTIONS: ClassVar[dict[str, Callable[..., exp.Expression]]] = {}
        FUNCTION_PARSERS: ClassVar[dict[str, Callable[..., exp.Expression]]] = {}
        NO_PAREN_FUNCTION_PARSERS: ClassVar[dict[str, Callable[..., exp.Expression | None]]] = {
            "CASE": SqlParser.NO_PAREN_FUNCTION_PARSERS["CASE"]
        }
        NO_PAREN_FUNCTIONS: ClassVar[dict[TokenType, type[exp.Expression]]] = {}


@dataclass(slots=True)
class Text:
    """The expression as typed and where it begins in its file; collects problems by offset."""

    text: str
    begins: Span | None = None
    problems: list[Problem] = field(default_factory=list)

    def span(self, offset: int) -> Span:
        before = self.text[:offset]
        row, column = before.count("\n"), offset - (before.rfind("\n") + 1)
        line = self.text.splitlines()[row] if self.text.strip() else self.text
        if self.begins is None or self.begins.line is None:
            return Span(self.begins.file if self.begins else "", row + 1, column + 1, line)
        first = (self.begins.column or 1) if row == 0 else 1
        return Span(self.begins.file, self.begins.line + row, first + column, line)

    def report(self, kind: ProblemKind, offset: int, **params: object) -> None:
        self.problems.append(kind.at(self.span(offset), **params))

    def fail(self, kind: ProblemKind, offset: int, **params: object) -> ProblemError:
        self.report(kind, offset, **params)
        return ProblemError(self.problems)


def parse_sql(source: Text) -> exp.Expression:
    """One SQLGlot expression. Raises ProblemError (E500, E501, E502)."""
    text = source.text
    if len(text) > LONGEST_TEXT:
        raise source.fail(TOO_LONG, 0, what=say("字符"), size=len(text), limit=LONGEST_TEXT)
    dialect = Rules()
    try:
        tokens = dialect.tokenize(text)
    except TokenError:
        raise source.fail(SYNTAX, 0, near=text[:20], detail=say("引号没有配对")) from None
    if not tokens:
        raise source.fail(SYNTAX, 0, near="", detail=say("是空的"))
    tokens = _with_where(tokens)
    _check_tokens(source, tokens)
    try:
        parsed = dialect.parser().parse(_folded(source, tokens), text)
    except ParseError as error:
        raise _syntax_problem(source, error) from None
    except RecursionError:
        raise source.fail(TOO_LONG, 0, what=say("层数"), size=">", limit=DEEPEST) from None
    if len(parsed) != 1 or not isinstance(parsed[0], exp.Expression):
        raise source.fail(SYNTAX, 0, near=";", detail=say("只能有一个表达式"))
    return parsed[0]


def _check_tokens(source: Text, tokens: list[Token]) -> None:
    if len(tokens) > MOST_TOKENS:
        raise source.fail(TOO_LONG, 0, what=say("词"), size=len(tokens), limit=MOST_TOKENS)
    depth = prefix = 0
    for token in tokens:
        depth += (token.token_type in OPENING) - (token.token_type in CLOSING)
        prefix = prefix + 1 if token.token_type in PREFIXES else 0
        if depth > DEEPEST or prefix > LONGEST_PREFIX:
            raise source.fail(TOO_LONG, token.start, what=say("层数"), size=max(depth, prefix), limit=DEEPEST)
        if token.token_type in QUERY:
            instead = WHERE_STANDS if token.token_type == TokenType.WHERE else say("不能有子查询")
            raise source.fail(NOT_ALLOWED, token.start, what=token.text, instead=instead)
        if token.comments:
            raise source.fail(NOT_ALLOWED, token.start, what="--", instead=say("说明请写在 title 中"))
        if token.token_type != TokenType.STRING:
            _refuse_full_width(source, token)


def _refuse_full_width(source: Text, token: Token) -> None:
    half = token.text.translate(FULL_WIDTH)
    at = next((place for place, sign in enumerate(token.text) if sign != half[place]), None)
    if at is not None:
        instead = say("请用半角“{sign}”", sign=half[at])
        raise source.fail(NOT_ALLOWED, token.start + at, what=token.text[at], instead=instead)


def _with_where(tokens: list[Token]) -> list[Token]:
    """`count(project.carrier where …)` becomes `count(project.carrier, where(…))`, in these calls only."""
    changed: list[Token] = []
    calls: list[str] = []  # what each open bracket belongs to: a function, or, once its `where` was read, `where`
    for token in tokens:
        if token.token_type == TokenType.L_PAREN:
            calls.append(_name_before(changed))
        if token.token_type == TokenType.R_PAREN and calls and calls.pop() == WHERE:
            changed.append(token)
        if token.token_type == TokenType.WHERE and calls and calls[-1] in LOOK_BACKS:
            calls[-1] = WHERE
            changed.extend(_like(token, kind, text) for kind, text in OPENS_WHERE)
        else:
            changed.append(token)
    return changed


def _name_before(tokens: list[Token]) -> str:
    return tokens[-1].text.lower() if tokens and tokens[-1].token_type == TokenType.VAR else ""


def _like(token: Token, kind: TokenType, text: str) -> Token:
    return Token(kind, text, token.line, token.col, token.start, token.end, token.comments)


def _folded(source: Text, tokens: list[Token]) -> list[Token]:
    """Brackets become `[ 'text' ]`; `name:name`, written without spaces, becomes one name."""
    folded: list[Token] = []
    position = 0
    while position < len(tokens):
        token = tokens[position]
        if token.token_type == TokenType.L_BRACKET:
            position = _fold_bracket(source, tokens, position, folded)
            continue
        joins = token.token_type == TokenType.COLON and 0 < position < len(tokens) - 1 and folded
        if joins and folded[-1].end + 1 == token.start and tokens[position + 1].start == token.end + 1:
            first, rest = folded.pop(), tokens[position + 1]
            name = source.text[first.start : rest.end + 1]
            folded.append(Token(TokenType.VAR, name, first.line, first.col, first.start, rest.end, []))
            position += 2
            continue
        folded.append(_plain_date(token, tokens[position + 1 : position + 2]))
        position += 1
    return folded


def _plain_date(token: Token, following: list[Token]) -> Token:
    """`date` begins a date only before a text; else it may be an attribute."""
    if token.token_type != TokenType.DATE or (following and following[0].token_type == TokenType.STRING):
        return token
    return _like(token, TokenType.VAR, token.text)


def _fold_bracket(source: Text, tokens: list[Token], position: int, folded: list[Token]) -> int:
    opening = tokens[position]
    for closing in range(position + 1, len(tokens)):
        if tokens[closing].token_type == TokenType.L_BRACKET:
            break
        if tokens[closing].token_type == TokenType.R_BRACKET:
            end = tokens[closing]
            content = source.text[opening.end + 1 : end.start].strip().strip("'\"")
            inside = Token(TokenType.STRING, content, opening.line, opening.col, opening.start, end.end, [])
            folded.extend((opening, inside, end))
            return closing + 1
    raise source.fail(SYNTAX, opening.start, near="[", detail=say("方括号没有配对"))


def _syntax_problem(source: Text, error: ParseError) -> ProblemError:
    first = error.errors[0] if error.errors else {}
    near = str(first.get("highlight") or "")
    line, end = int(first.get("line") or 1), int(first.get("col") or 1)
    lines = source.text.splitlines(keepends=True) or [""]
    offset = sum(len(part) for part in lines[: line - 1]) + max(0, end - max(1, len(near)))
    detail = say("此处不应出现") if near else say("表达式没有写完")
    return source.fail(SYNTAX, min(offset, len(source.text)), near=near, detail=detail)


def start_of(sql: exp.Expression) -> int:
    """SQLGlot keeps places on names, literals and calls only; a node begins where its leftmost such part does."""
    return min((int(part.meta["start"]) for part in sql.walk() if part.meta and "start" in part.meta), default=0)


def place_of(sql: exp.Expression) -> tree.Place:
    stop = max((int(part.meta["end"]) + 1 for part in sql.walk() if part.meta and "end" in part.meta), default=0)
    return tree.Place(start=start_of(sql), stop=stop)


def invalid(sql: exp.Expression) -> tree.Node:
    return tree.Constant(value=False, type="invalid", **place_of(sql))


def has_invalid(nodes: tuple[tree.Node, ...]) -> bool:
    return any(node.type == "invalid" for node in nodes)
