"""identifiers/<id>.yaml: ways to number subjects that the base does not know, shared by all sources.

The key of a subject is its number in normal form. Where a register has another scheme for its key (or none), the
scheme's id stands before it: `foreign_number:AB123456`. Two sources that name the same scheme speak of one subject.
"""

from __future__ import annotations

from functools import cached_property

from pydantic import Field

from duofeng.kernel.check_digits import Algorithm, CheckDigits
from duofeng.kernel.identifier_form import Form
from duofeng.kernel.identifiers import Scheme, declared_scheme
from duofeng.kernel.message import say
from duofeng.kernel.problem import declare
from duofeng.zone.model import Declared, Part, Text, Word, refusal
from duofeng.zone.registry import kind

WEIGHTS_MISFIT = declare(
    "E059",
    "{algorithm} 校验{rule}。",
    explain="weights 算法要写 weights 和 modulus；checks 若写，字符数等于 modulus，按余数取校验字符，- 表示没有"
    "这种号码。其他算法什么都不写。",
)


class Check(Part):
    """The algorithm of the check characters; in short, its name alone."""

    shorthand = "algorithm"

    algorithm: Algorithm = Field(description="校验算法：Luhn；ISO 7064 的三种；GB 32100、GB 11714；自给权重")
    weights: tuple[int, ...] = Field((), description="校验位之前各位的权重")
    modulus: int | None = Field(None, ge=2, description="加权和除以它")
    checks: Word | None = Field(
        None,
        description="余数 0、1、2…… 对应的校验字符；不写则校验数补足到模数的倍数",
    )

    def goes_together(self) -> None:
        written = bool(self.weights) and self.modulus is not None
        if self.algorithm == "weights" and not written:
            raise refusal(WEIGHTS_MISFIT, algorithm=self.algorithm, rule=say("要写 weights 和 modulus"))  # fmt: skip
        if self.algorithm != "weights" and (self.weights or self.modulus is not None or self.checks is not None):
            raise refusal(WEIGHTS_MISFIT, algorithm=self.algorithm, rule=say("不用写权重"))
        if self.checks is not None and len(self.checks) != self.modulus:
            rule = say("的 checks 要有 {modulus} 个字符", modulus=self.modulus)
            raise refusal(WEIGHTS_MISFIT, algorithm=self.algorithm, rule=rule)

    def digits(self) -> CheckDigits:
        return CheckDigits(self.algorithm, self.weights, self.modulus or 0, self.checks or "")


@kind("identifier", files="identifiers/*.yaml", title=say("标识体系", context="kind"))
class Identifier(Declared):
    """One way to number subjects: how its numbers look, how they are checked, how they are written alike."""

    title: Text = Field(description="名称")
    pattern: Word = Field(description="正常写法的正则表达式，整个号码；(?P<checked>…) 标出参与校验的部分")
    drop: Word = Field(
        " -",
        description="读入时去掉的字符，空格代表各种空白，- 代表各种横线",
    )
    upper: bool = Field(True, description="字母一律大写")
    check: Check | None = Field(None, description="校验字符")
    personal: bool = Field(False, description="个人号码，显示时遮盖")
    examples: tuple[Word, ...] = Field(min_length=1, description="合格的号码")

    @cached_property
    def form(self) -> Form:
        check = self.check.digits() if self.check is not None else None
        return Form(self.pattern, self.examples[0], self.drop, self.upper, check)

    @cached_property
    def scheme(self) -> Scheme:
        """The same for the kernel."""
        return declared_scheme(self.id, self.title, self.form, personal=self.personal)
