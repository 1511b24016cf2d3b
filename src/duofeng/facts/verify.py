"""Whether a ledger still holds what arrived: every difference between its arrivals and what lies on the disk.

The quick look asks the logs, the lengths of the files and the number of rows of each delivery. The thorough one reads
everything and holds it against the digests. Both answer for a ledger that cannot be opened any more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import file_digest, sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl

from duofeng.facts import log, problems
from duofeng.facts.arrivals import COUNTED
from duofeng.facts.digest import Digests
from duofeng.facts.ledger import Ledger
from duofeng.facts.names import code_of
from duofeng.facts.store import DIGEST, Table, outside_faults
from duofeng.kernel.problem import Problem, ProblemError, Span


@dataclass
class Found:
    """`problems` tells people, the rest is what mending starts from."""

    problems: list[Problem] = field(default_factory=list)
    commits: list[tuple[Table, Path]] = field(default_factory=list)
    files: list[tuple[Table, Path]] = field(default_factory=list)
    torn: list[int] = field(default_factory=list)
    """Deliveries of which not all is there, or something else."""
    lost: list[str] = field(default_factory=list)
    """Arrivals whose originals are kept and that are in no log."""
    warnings: list[Problem] = field(default_factory=list)


def refuse_damaged(ledger: Ledger) -> list[Problem]:
    """Raise ProblemError when a quick look finds a difference: whoever concludes from less would conclude unknown.

    Returns what is only told: a load that was stopped, or is under way, was never said to be accepted.
    """
    found = differences(ledger).problems
    if any(each.severity == "error" for each in found):
        raise ProblemError(found)
    return found


def torn_deliveries(ledger: Ledger, arrival: str) -> list[int]:
    """The deliveries of an arrival of which not all is there, by a quick look."""
    arrivals = ledger.arrivals().filter(pl.col("id") == arrival)
    return sorted(set(differences(ledger).torn) & set(arrivals["delivery"]))


def differences(ledger: Ledger, thorough: bool = False) -> Found:
    """1. The logs. 2. The files they name. 3. What each delivery brought. 4. What was kept and is in no log."""
    found = Found()
    tables = (ledger.fact_table, ledger.name_table, ledger.reject_table, ledger.arrival_table)
    for table in tables:
        _commits(table, found, thorough)
    if any(log.read(path) is None and path.stat().st_size for _table, path in found.commits):
        return found  # nothing can be read before these are mended
    there = {table.folder.name: _files(table, found, thorough) for table in tables}
    arrivals = _arrivals(ledger, there["arrivals"])
    _deliveries(ledger, arrivals, there, found, thorough)
    kept = ledger.kept.all()
    known = set(arrivals["id"])
    for id, original in kept.items():
        if id not in known:
            found.lost.append(id)
            said = original.arrival
            found.problems.append(problems.ARRIVAL_LOST.at(Span(said.file), file=said.file, arrival=id))
    if thorough and (bare := arrivals.filter(pl.col("digest").is_null() & pl.col("verdict").is_in(COUNTED)).height):
        found.warnings.append(problems.NO_DIGEST.at(Span(str(ledger.folder)), count=bare))
    return found


# ---- the logs -----------------------------------------------------------------------------------------------------


def _commits(table: Table, found: Found, thorough: bool) -> None:
    """Commits that are empty, cut off or altered. The quick look parses the last one only: what a power cut could have
    torn before it was synced again by whoever came after."""
    paths = log.entries(table.folder)
    torn = [path for path in paths if not path.stat().st_size]
    for path in paths if thorough else paths[-1:]:
        if path not in torn and log.read(path) is None:
            torn.append(path)
    found.commits += [(table, path) for path in torn]
    if torn:
        span = Span(str(torn[0]))
        found.problems.append(problems.COMMIT_TORN.at(span, file=torn[0], count=len(torn), table=table.folder.name))
    for before, after in pairwise(paths) if thorough else ():
        said = (log.read(after) or [{}])[0].get("commitInfo", {})
        mended = (log.read(before) or [{}])[0].get("commitInfo", {}).get("operation") == log.MEND
        altered = log.BEFORE in said and said[log.BEFORE] != sha256(before.read_bytes()).hexdigest()
        if int(after.stem) != int(before.stem) + 1 or (altered and not mended and before not in torn):
            found.problems.append(problems.COMMIT_ALTERED.at(Span(str(before)), file=before))


# ---- the files ----------------------------------------------------------------------------------------------------


def _files(table: Table, found: Found, thorough: bool) -> pl.DataFrame:
    """The files of a table that are there whole."""
    listed = table.listed()
    digests = _digests(table) if thorough else {}
    whole: list[bool] = []
    for path, size in listed.select("path", "size_bytes").iter_rows():
        file = Path(path)
        kind = _fault(table, file, size, digests.get(file) if thorough else None, thorough)
        whole.append(kind is None)
        if kind is not None:
            found.files.append((table, file))
            found.problems.append(kind.at(Span(path), file=path, count=1, folder=table.folder.parent))
    return listed.filter(pl.Series(whole, dtype=pl.Boolean))


def _fault(table: Table, file: Path, size: int, digest: str | None, thorough: bool) -> Any:
    if not file.is_file():
        return problems.FILE_MISSING
    if file.stat().st_size != size:
        return problems.FILE_DIFFERS
    if thorough and digest is not None:
        with file.open("rb") as opened:
            return problems.FILE_DIFFERS if file_digest(opened, DIGEST).hexdigest() != digest else None
    if thorough:
        try:
            with outside_faults(table.folder):
                table.scan([str(file)]).collect()
        except ProblemError:
            return problems.FILE_DIFFERS
    return None


def _digests(table: Table) -> dict[Path, str]:
    """The digest of each file that was written with one."""
    found = {}
    for path in log.entries(table.folder):
        for action in log.read(path) or ():
            tags = action.get("add", {}).get("tags") or {}
            if DIGEST in tags:
                found[table.folder / action["add"]["path"]] = tags[DIGEST]
    return found


# ---- the deliveries -----------------------------------------------------------------------------------------------


def _arrivals(ledger: Ledger, files: pl.DataFrame) -> pl.DataFrame:
    """Every arrival whose row can be read."""
    paths = files["path"].to_list()
    if not paths:
        return ledger.arrivals_of(pl.DataFrame(schema=ledger.arrival_table.schema))
    with outside_faults(ledger.arrival_table.folder):
        return ledger.arrivals_of(ledger.arrival_table.scan(paths).collect())


def _deliveries(
    ledger: Ledger, arrivals: pl.DataFrame, there: dict[str, pl.DataFrame], found: Found, thorough: bool
) -> None:
    standing = arrivals.filter(~pl.col("verdict").is_in(["duplicate", "torn"]))
    counted = pl.col("verdict").is_in(COUNTED)
    expected = {
        "facts": standing.filter(counted).select("delivery", count="facts"),
        "names": standing.filter(counted).select("delivery", count="names").drop_nulls(),
        "rejects": standing.select("delivery", count="rejects"),
    }
    digests = Digests() if thorough else None
    if digests is not None:
        for kind, rows in _facts(ledger.fact_table, there["facts"]):
            digests.add(kind, rows)
    for name, table in (("facts", ledger.fact_table), ("names", ledger.name_table), ("rejects", ledger.reject_table)):
        if digests is not None and name == "facts":
            rows = pl.DataFrame(
                {"delivery": list(digests.rows), "there": list(digests.rows.values())},
                schema={"delivery": pl.Int64, "there": pl.Int64},
            )
        elif int(there[name]["rows"].sum()) == int(expected[name]["count"].sum()) and not found.problems:
            continue
        else:
            rows = _rows(table, there[name])
        wrong = expected[name].join(rows, on="delivery", how="left").with_columns(pl.col("there").fill_null(0))
        wrong = wrong.filter(pl.col("count") != pl.col("there"))
        for row in wrong.join(standing, on="delivery").iter_rows(named=True):
            found.torn.append(row["delivery"])
            said = {"file": row["file"], "arrival": row["id"], "what": name, "count": row["count"]}
            found.problems.append(problems.ARRIVAL_TORN.at(Span(row["file"]), **said, there=row["there"]))
    if digests is not None:
        _altered(standing.filter(counted), digests, found)
        _names(ledger, there["names"], found)


def _altered(counted: pl.DataFrame, digests: Digests, found: Found) -> None:
    for row in counted.drop_nulls("digest").iter_rows(named=True):
        if row["delivery"] not in found.torn and digests.of(row["delivery"]) != row["digest"]:
            found.torn.append(row["delivery"])
            found.problems.append(problems.ARRIVAL_ALTERED.at(Span(row["file"]), file=row["file"], arrival=row["id"]))


def _names(ledger: Ledger, files: pl.DataFrame, found: Found) -> None:
    """A name and its code say the same."""
    if not files.height:
        return
    rows = ledger.name_table.scan(files["path"].to_list()).select("kind", "name", "code").collect()
    wrong = [row for row in rows.iter_rows() if code_of(row[0], row[1]) != row[2]]
    if wrong:
        found.problems.append(
            problems.NAME_ALTERED.at(Span(str(ledger.name_table.folder)), kind=wrong[0][0], name=wrong[0][1])
        )


def _facts(table: Table, files: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame]]:
    for path, kind in files.select("path", "partition.kind").iter_rows() if files.height else ():
        with outside_faults(table.folder):
            yield kind, table.scan([path]).collect()


def _rows(table: Table, files: pl.DataFrame) -> pl.DataFrame:
    """`delivery` and how many rows of it are `there`; a file of one delivery tells without being read."""
    count = pl.len().cast(pl.Int64).alias("there")
    parts = [pl.DataFrame(schema={"delivery": pl.Int64, "there": pl.Int64})]
    mixed = files
    if {"min.delivery", "max.delivery"} <= set(files.columns):
        one = (pl.col("min.delivery") == pl.col("max.delivery")).fill_null(False)
        parts.append(files.filter(one).select(delivery="min.delivery", there="rows"))
        mixed = files.filter(~one)
    if mixed.height:
        with outside_faults(table.folder):
            scanned = table.scan(mixed["path"].to_list())
            parts.append(scanned.group_by("delivery").agg(count).collect(engine="streaming"))
    return pl.concat(parts).group_by("delivery").agg(pl.col("there").sum())
