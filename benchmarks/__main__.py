"""`python -m benchmarks [SUBJECT...] [--quick | --large] [--rounds N]`: measure beside the peers, print the tables."""

from __future__ import annotations

import argparse
import importlib
import pkgutil
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from benchmarks.harness import Scale, machine, measure, table

PEERS = ("duckdb", "polars", "numpy", "pyarrow", "deltalake")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("subjects", nargs="*", help="modules of benchmarks/; all that have tables when left out")
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--quick", action="store_const", const="quick", dest="scale", help="small sizes, in a minute")
    size.add_argument("--large", action="store_const", const="large", dest="scale", help="the size of a city")
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    scale: Scale = chosen.scale or "full"
    print(f"{machine()}\n{', '.join(_versions())}; scale {scale}\n")
    for name in chosen.subjects or _subjects():
        module = importlib.import_module(f"benchmarks.{name}")
        subject = module.subject(scale)
        print(table(subject, measure(subject, chosen.rounds)), end="\n\n", flush=True)


def _subjects() -> list[str]:
    folder = Path(__file__).parent
    names = sorted(found.name for found in pkgutil.iter_modules([str(folder)]))
    return [name for name in names if "\ndef subject(" in (folder / f"{name}.py").read_text("utf-8")]


def _versions() -> list[str]:
    found = []
    for package in PEERS:
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            continue
    return found


if __name__ == "__main__":
    main()
