"""calendars/<id>.yaml: which days and hours are worked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from duofeng.kernel.calendar import Hours, WorkCalendar, parse_hours
from duofeng.kernel.message import say
from duofeng.kernel.problem import KINDS, ProblemError
from duofeng.zone.model import Day, Declared, Text, Word, refusal, typed, wording
from duofeng.zone.registry import kind

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def _span_of_hours(value: Any) -> Any:
    text = typed(value)
    if not isinstance(text, str):
        return value
    try:
        parse_hours(text)
    except ProblemError as error:
        problem = error.problems[0]
        raise refusal(KINDS[problem.code], **problem.params) from None
    return text


HoursText = Annotated[str, BeforeValidator(_span_of_hours)]


@kind("calendar", files="calendars/*.yaml", title=say("工作日历", context="kind"))
class Calendar(Declared):
    title: Text | None = wording(None, description="名称")
    base: Literal["china", "weekdays"] = Field(
        "china",
        description="china 用国家公布的放假安排；weekdays 只按星期",
    )
    weekdays: tuple[Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"], ...] = Field(
        ("monday", "tuesday", "wednesday", "thursday", "friday"), description="平时上班的日子"
    )
    hours: tuple[HoursText, ...] = Field(("09:00-12:00", "13:00-17:00"), min_length=1, description="上班时段")
    years: tuple[int, ...] = Field((), description="另外负责的年份")
    off: Mapping[Day, Word] = Field({}, description="另加的放假日：日期 → 名称")
    work: Mapping[Day, Word] = Field({}, description="另加的上班日：日期 → 名称")

    @property
    def working_hours(self) -> Hours:
        return parse_hours(" ".join(self.hours))

    def work_calendar(self) -> WorkCalendar:
        """The same for the kernel. Raises ProblemError when its days or years contradict each other."""
        return WorkCalendar(
            name=self.id,
            base=self.base,
            weekdays=frozenset(DAYS.index(day) for day in self.weekdays),
            years=frozenset(self.years),
            off=dict(self.off),
            work=dict(self.work),
            hours=self.working_hours,
        )
