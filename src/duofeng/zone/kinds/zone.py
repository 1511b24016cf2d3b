"""zone.yaml: what the zone is called and what it stands on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from duofeng.kernel.problem import nearest
from duofeng.zone import problems
from duofeng.zone.model import Declared, Id, Text, Word
from duofeng.zone.references import check_reference
from duofeng.zone.registry import Report, kind

if TYPE_CHECKING:
    from duofeng.zone.zone import Zone


def check_zone(item: ZoneFile, zone: Zone, report: Report) -> None:
    check_reference("calendar", item.calendar, ("calendar",), zone, report)
    if item.areas is not None and not (zone.folder / item.areas).is_file():
        files = sorted(path.relative_to(zone.folder).as_posix() for path in zone.folder.rglob("*.csv"))
        report(problems.NO_FILE, ("areas",), path=item.areas, **problems.hint(nearest(item.areas, files)))


@kind("zone", files="zone.yaml", title=("园区", "the zone"), where="zone", check=check_zone)
class ZoneFile(Declared):
    title: Text = Field(description="园区名称 / the zone's name")
    languages: tuple[Literal["zh", "en"], ...] = Field(
        ("zh", "en"),
        min_length=1,
        description="页面语言，第一个为默认 / languages of the pages, the first is the default",
    )
    peaks: tuple[Id, ...] = Field((), description="使用的峰 / the peaks it stands on")
    calendar: Id | None = Field(
        None, description="默认工作日历的编号 / id of the calendar used unless another is named"
    )
    areas: Word | None = Field(
        None, description="区域文件，相对园区文件夹 / the areas file, relative to the zone folder"
    )
    comparisons: Mapping[Id, Text] = Field(
        {},
        description="指标占比、排名所比较的范围，如 city、province / what shares and ranks are of, such as city",
    )
