"""From a folder of declared files to one frozen zone, or every mistake in it at once."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

from duofeng.kernel.message import say
from duofeng.kernel.problem import Problem, ProblemError, Span, hint, nearest
from duofeng.kernel.units import know_counts
from duofeng.zone import problems
from duofeng.zone.checks import check
from duofeng.zone.model import NOWHERE, Declared, Origin
from duofeng.zone.partial import check_wholes, read_partly
from duofeng.zone.registry import Kind, Role, all_kinds, kinds_in
from duofeng.zone.report import Report
from duofeng.zone.source_file import SourceFile, Steps, read_source_file
from duofeng.zone.translate import described, translated
from duofeng.zone.zone import Zone

MANIFESTS: dict[Role, str] = {"zone": "zone.yaml", "peak": "peak.yaml"}


def load_zone(folder: Path | str, peaks: Path | str | None = None) -> Zone:
    """The zone declared in `folder`. Raises ProblemError with every mistake, sorted by file and line.

    Its peaks are taken from `peaks`, else from the nearest folder called `peaks` in or above the zone's folder. Paths
    in reports are relative exactly as `folder` was.
    """
    loading = _Loading(Path(folder))
    loading.read_zone_file()
    loading.read_peaks(Path(peaks) if peaks is not None else _peaks_near(Path(folder)))
    loading.read_folder(Path(folder), "zone")
    zone = loading.checked()
    errors = [problem for problem in loading.problems if problem.severity == "error"]
    if errors:
        raise ProblemError(errors)
    return replace(zone, warnings=tuple(sorted(loading.problems, key=lambda problem: problem.sort_key)))


def _peaks_near(folder: Path) -> Path:
    levels = len(folder.absolute().parts)
    for level in range(levels):
        candidate = Path(os.path.normpath(folder.joinpath(*[".."] * level, "peaks")))
        if candidate.is_dir():
            return candidate
    return Path(os.path.normpath(folder / ".." / ".." / "peaks"))


@dataclass
class _Loading:
    folder: Path
    declarations: dict[str, dict[str, Declared]] = field(default_factory=dict)
    broken: dict[str, set[str]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    partly: list[Declared] = field(default_factory=list)
    zone_file: SourceFile = NOWHERE

    def read_zone_file(self) -> None:
        path = self.folder / MANIFESTS["zone"]
        if not path.is_file():
            raise ProblemError(_no_zone(self.folder))
        self._read_file(all_kinds()["zone"], path, PurePosixPath(path.name))
        units = self.zone_file.data.get("units") if isinstance(self.zone_file.data, dict) else None
        if "zone" in self.broken and isinstance(units, dict):
            self.broken["unit"] = set(map(str, units))

    def read_peaks(self, peaks: Path) -> None:
        """Read the peaks that zone.yaml lists, even if something else in it is wrong."""
        data = self.zone_file.data if isinstance(self.zone_file.data, dict) else {}
        listed = data.get("peaks", ())
        present = sorted(path.parent.name for path in peaks.glob("*/peak.yaml"))
        for index, peak in enumerate(listed if isinstance(listed, tuple) else ()):
            span = self.zone_file.span(("peaks", index))
            if peak in listed[:index]:
                first = self.zone_file.span(("peaks", listed.index(peak)))
                self.problems.append(problems.DUPLICATE_ID.at(span, kind="peak", id=peak, first=first))
            elif peak in present:
                self.read_folder(peaks / peak, "peak")
            elif isinstance(peak, str):
                suggestion = hint(peak, present)
                self.problems.append(problems.UNKNOWN_PEAK.at(span, peak=peak, folder=peaks, **suggestion))
                self._mark_all_incomplete()
        if self.zone_file.cut_short or not isinstance(listed, tuple):
            self._mark_all_incomplete()

    def read_folder(self, folder: Path, role: Role) -> None:
        """Read every declared file below a zone's or a peak's folder, but for zone.yaml itself."""
        for path in sorted(path for path in folder.rglob("*") if path.suffix in (".yaml", ".yml")):
            relative = PurePosixPath(path.relative_to(folder).as_posix())
            kind = kind_of(relative, role)
            if kind is None:
                self.problems.append(_unknown_file(path, relative, role))
            elif kind.name != "zone":
                self._read_file(kind, path, relative)

    def _mark_all_incomplete(self) -> None:
        """What a missing peak would declare is not known, so nothing is called unknown."""
        for name in all_kinds():
            self.broken.setdefault(name, set()).add("*")

    def checked(self) -> Zone:
        zone = Zone(
            self.folder,
            MappingProxyType(
                {kind: MappingProxyType(dict(sorted(items.items()))) for kind, items in self.declarations.items()}
            ),
            {kind: frozenset(ids) for kind, ids in self.broken.items()},
        )
        know_counts(zone.counts)
        for kind in all_kinds():
            for item in zone.items(kind).values():
                check(kind, item, zone, self.problems)
        self.check_the_rest(zone)
        return zone

    def check_the_rest(self, zone: Zone) -> None:
        """What else is wrong with the items of which something was refused."""
        for item in self.partly:
            check(item.kind_name, item, zone, self.problems)
            check_wholes(item, Report(item, self.problems))

    def read_draft(self, kind: Kind, file: Path) -> None:
        """One file outside the zone's folder, as if it stood where files of its kind do."""
        self._read_file(kind, file, PurePosixPath(kind.files).with_name(file.name))

    def _read_file(self, kind: Kind, path: Path, relative: PurePosixPath) -> None:
        file = read_source_file(path, str(path), kind.title)
        if kind.name == "zone":
            self.zone_file = file
        self.problems.extend(file.problems)
        if file.data is None or file.cut_short:
            self.broken.setdefault(kind.name, set()).add("*")
        if file.data is None or (file.cut_short and kind.holds == "one"):
            return
        for id, origin_path, data in self._entries(kind, path, file):
            if not (file.cut_short and origin_path == (file.cut,)):
                self._read_item(kind, relative, id, Origin(file, origin_path), data)

    def _entries(self, kind: Kind, path: Path, file: SourceFile) -> Iterator[tuple[str | None, Steps, Any]]:
        content: Any = file.data
        if not isinstance(content, tuple if kind.holds == "list" else dict):
            self.problems.append(_wrong_shape(kind, file))
            self.broken.setdefault(kind.name, set()).add("*")
        elif kind.holds == "one":
            yield _item_name(path), (), content
        elif kind.holds == "many":
            yield from ((key, (key,), value) for key, value in dict(content).items())
        else:
            yield from ((None, (index,), value) for index, value in enumerate(content))

    def _read_item(self, kind: Kind, relative: PurePosixPath, id: str | None, origin: Origin, data: Any) -> None:
        implied = dict(kind.fill(relative, id or "")) if kind.fill else {}
        if id is not None:
            implied["id"] = id
        qualified = f"{implied['of']}.{id}" if "of" in implied else str(id)
        if data is None:
            self.broken.setdefault(kind.name, set()).add(qualified)
            return
        if isinstance(data, dict):
            self._check_implied(implied, origin, data)
            data = {**data, **implied}
        try:
            item = kind.model.model_validate(data)
        except ValidationError as error:
            self.problems.extend(translated(error, kind.model, origin, data))
            self.broken.setdefault(kind.name, set()).add(qualified)
            partly = read_partly(kind.model, data, error, origin)
            self.partly += [partly] if partly is not None else []
            return
        item.place_at(origin)
        self._add(kind, item, str(getattr(item, "qualified_id", item.id)))

    def _check_implied(self, implied: Mapping[str, str], origin: Origin, data: Mapping[str, Any]) -> None:
        for key, expected in implied.items():
            written = getattr(data.get(key), "typed", data.get(key))
            if key in data and written != expected:
                span = origin.file.span((*origin.path, key))
                self.problems.append(problems.ID_MISMATCH.at(span, key=key, text=written, expected=expected))

    def _add(self, kind: Kind, item: Declared, id: str) -> None:
        items = self.declarations.setdefault(kind.name, {})
        if id in items:
            first = items[id].span
            self.problems.append(problems.DUPLICATE_ID.at(item.span, kind=kind.name, id=id, first=first))
        else:
            items[id] = item


def _item_name(path: Path) -> str:
    """The file's name without ending; for zone.yaml and peak.yaml that of their folder, however it was typed."""
    return Path(os.path.abspath(path)).parent.name if path.name in MANIFESTS.values() else path.stem  # noqa: PTH100  # resolves `..` but no links


def kind_of(relative: PurePosixPath, role: Role) -> Kind | None:
    return next((kind for kind in kinds_in(role) if _matches(relative, kind.files)), None)


def _matches(relative: PurePosixPath, pattern: str) -> bool:
    """`*` stands for one name, `**` for any number of folders."""
    if "**" in pattern:
        head, _, tail = pattern.partition("/**/")
        return relative.parts[0] == head and len(relative.parts) > 1 and relative.match(tail)
    return len(relative.parts) == pattern.count("/") + 1 and relative.match(pattern)


def _unknown_file(path: Path, relative: PurePosixPath, role: Role) -> Problem:
    """Names the place it was perhaps meant for: the right ending, or the folder most like its own."""
    folders = [kind.files.split("/")[0] for kind in kinds_in(role) if "/" in kind.files]
    likely: PurePosixPath | None = relative.with_suffix(".yaml")
    if likely is not None and kind_of(likely, role) is None:
        folder = nearest(relative.parts[0], folders) if len(relative.parts) > 1 else None
        likely = PurePosixPath(folder, likely.name) if folder is not None else None
    elsewhere = {"hint": say("duofeng schema 列出各类文件的位置。")}
    suggestion = {"hint": say("是不是“{nearest}”？", nearest=str(likely))} if likely is not None else elsewhere
    return problems.UNKNOWN_FILE.at(Span(str(path)), place=relative, **suggestion)


_HELD = {
    "one": say("带键的内容（键: 值）"),
    "many": say("“编号: 内容”这样的条目"),
    "list": say("列表（每项以 - 开头）"),
}


def _wrong_shape(kind: Kind, file: SourceFile) -> Problem:
    return problems.SHAPE.at(file.span(), expected=_HELD[kind.holds], found=described(file.data))


def _no_zone(folder: Path) -> Problem:
    if folder.is_dir():
        reason = say("里面没有 zone.yaml")
    elif folder.exists():
        reason = say("它是一个文件")
    else:
        reason = say("没有这个文件夹")
    return problems.NO_ZONE.at(Span(str(folder)), folder=folder, reason=reason)


def load_draft(zone: Zone, file: Path, kind_name: str) -> tuple[Zone, Declared]:
    """A file that is not published yet, read and checked as if it stood in the zone: the zone with it, and the item.

    An item of the same id is replaced. Raises ProblemError with every mistake of the draft.
    """
    kind = all_kinds()[kind_name]
    others = {name: dict(items) for name, items in zone.declarations.items()}
    declared = others.get(kind_name, {})
    declared.pop(file.stem, None)
    loading = _Loading(zone.folder, others)
    loading.read_draft(kind, file)
    drafted = loading.declarations.get(kind_name, {}).get(file.stem)
    if drafted is None:
        loading.check_the_rest(zone)
        raise ProblemError(loading.problems)
    together = replace(
        zone, declarations=MappingProxyType({name: MappingProxyType(items) for name, items in others.items()})
    )
    check(kind_name, drafted, together, loading.problems)
    errors = [problem for problem in loading.problems if problem.severity == "error"]
    if errors:
        raise ProblemError(errors)
    return together, drafted
