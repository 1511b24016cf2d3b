"""The data of the demo, to serve pages from."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from benchmarks.harness import ROOT


def demo_data(scratch: Path, given: Path | None) -> Path:
    """A copy, inside `scratch`, of the ledger and runs of a data folder; made by `duofeng demo` if none is given."""
    source = given or scratch / "made"
    if given is None:
        command = [sys.executable, "-m", "duofeng.cli.main", "demo", "--no-serve", "--data", str(source)]
        subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
    data = scratch / "served"
    for name in ("ledger", "runs"):
        shutil.copytree(source / name, data / name)
    return data
