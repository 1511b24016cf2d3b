"""Scores reading against labelled texts, and measures its speed.

    python -m benchmarks.reading [--errors] [--speed] [TEXT.txt LABELS.csv ...]

A label and a figure match when their spans overlap and value and unit are equal; a figure is used once. Rows whose
note says ambiguous are left out, and so are figures that match them. Of the matched rows:

head    the shorter name is in the longer, or at least half of its character pairs are (规上 = 规模以上 and the like)
period  equal      kind  equal      growth, share  those of the label (rows where either has one)
"""

from __future__ import annotations

import csv
import os
import statistics
import sys
import time
import tracemalloc
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from duofeng.facts.documents.figures import CandidateFigure
from duofeng.facts.documents.reading import read_figures

ROOT = Path(__file__).resolve().parents[1]
OWN_TEXTS = ROOT / "tests" / "facts" / "documents" / "texts"
SAME_WORDS = (("地区生产总值", "GDP"), ("规模以上", "规上"), ("限额以上", "限上"), ("百分比", "比例"))
FLOORS = {
    "recall": 0.97, "precision": 0.95, "head": 0.92, "period": 0.95, "kind": 0.95, "growth": 0.95, "share": 0.95,
}  # fmt: skip
OF_ALL = ("head", "period", "kind")
OF_SOME = {"growth": "yoy_pct", "share": "share_pct"}
"""What only some rows have, and the column that says so."""


@dataclass
class Score:
    name: str
    labels: int = 0
    figures: int = 0
    matched: int = 0
    spurious: int = 0
    right: dict[str, int] = field(default_factory=lambda: dict.fromkeys((*OF_ALL, *OF_SOME), 0))
    having: dict[str, int] = field(default_factory=lambda: dict.fromkeys(OF_SOME, 0))
    errors: list[str] = field(default_factory=list)

    def rates(self) -> dict[str, float]:
        counted = {
            "recall": _rate(self.matched, self.labels),
            "precision": _rate(self.matched, self.matched + self.spurious),
        }
        matched = {what: _rate(self.right[what], self.matched) for what in OF_ALL}
        return counted | matched | {what: _rate(self.right[what], self.having[what]) for what in OF_SOME}

    def add(self, other: Score) -> None:
        for what in ("labels", "figures", "matched", "spurious"):
            setattr(self, what, getattr(self, what) + getattr(other, what))
        for counts, others in ((self.right, other.right), (self.having, other.having)):
            for what, count in others.items():
                counts[what] += count


def _rate(part: int, whole: int) -> float:
    return part / whole if whole else 1.0


def labels_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def shared_folder() -> Path | None:
    folder = Path(os.environ.get("DUOFENG_SHARED", ROOT.parent / "shared"))
    return folder if folder.is_dir() else None


def labelled_texts() -> list[tuple[str, Path, Path]]:
    """Name, text and labels of the published reports with an answer, and of the texts of our own."""
    found = []
    shared = shared_folder()
    if shared:
        for labels in sorted((shared / "gold").glob("figures_*.csv")):
            number = labels.stem.rpartition("_")[2]
            found.append((f"gold {number}", next((shared / "seeds").glob(f"{number}_*.txt")), labels))
    return found + [(path.stem, path, path.with_suffix(".csv")) for path in sorted(OWN_TEXTS.glob("*.txt"))]


def same_head(one: str, other: str) -> bool:
    one, other = _plain(one), _plain(other)
    short, long = sorted((one, other), key=len)
    if len(short) < 2:
        return False
    if short in long:
        return True
    pairs = {short[i : i + 2] for i in range(len(short) - 1)}
    return sum(pair in long for pair in pairs) >= 0.5 * len(pairs)


def _plain(head: str) -> str:
    for long, short in SAME_WORDS:
        head = head.replace(long, short)
    return "".join(character for character in head if character.isalnum())


def _number(written: str) -> Decimal | None:
    return Decimal(written) if written else None


def _overlaps(figure: CandidateFigure, label: dict[str, str]) -> bool:
    return figure.start < int(label["end"]) and int(label["start"]) < figure.end


def _equal(figure: CandidateFigure, label: dict[str, str]) -> bool:
    return _overlaps(figure, label) and figure.value == Decimal(label["value"]) and figure.unit == label["unit"]


def score(name: str, figures: list[CandidateFigure], labels: list[dict[str, str]]) -> Score:
    result = Score(name, figures=len(figures))
    unused = list(figures)
    for label in labels:
        if "ambiguous" in label["note"]:
            continue
        result.labels += 1
        fits = [figure for figure in unused if _equal(figure, label)]
        if not fits:
            result.errors.append(f"missed    {label['value']}{label['unit']}  {label['span_text']}")
            continue
        best = max(
            fits, key=lambda figure: (same_head(figure.indicator, label["indicator"]), figure.kind == label["kind"])
        )
        unused.remove(best)
        result.matched += 1
        _compare(result, best, label)
    doubtful = [label for label in labels if "ambiguous" in label["note"]]
    for figure in unused:
        if not any(_overlaps(figure, label) and figure.value == Decimal(label["value"]) for label in doubtful):
            result.spurious += 1
            result.errors.append(f"spurious  {figure.value}{figure.unit} {figure.kind} {figure.indicator}")
    return result


def _compare(result: Score, figure: CandidateFigure, label: dict[str, str]) -> None:
    said = {
        "head": (figure.indicator, label["indicator"]),
        "period": (figure.period or "", label["period"]),
        "kind": (figure.kind, label["kind"]),
    }
    for what, column in OF_SOME.items():
        read, labelled = getattr(figure, column), _number(label[column])
        if {read, labelled} != {None}:
            result.having[what] += 1
            said[what] = (read, labelled)
    for what, (read, labelled) in said.items():
        right = same_head(read, labelled) if what == "head" else read == labelled
        result.right[what] += right
        if not right:
            result.errors.append(f"{what:9} {figure.value}{figure.unit} {figure.indicator}: {read} ≠ {labelled}")


def table(scores: list[Score]) -> str:
    columns = list(FLOORS)
    lines = ["| text | labels | figures | " + " | ".join(columns) + " |", "|---|---:|---:|" + "---:|" * len(columns)]
    for item in scores:
        rates = item.rates()
        cells = " | ".join(f"{rates[column]:.3f}" for column in columns)
        lines.append(f"| {item.name} | {item.labels} | {item.figures} | {cells} |")
    lines.append("| *floor* | | | " + " | ".join(f"{FLOORS[column]:.2f}" for column in columns) + " |")
    return "\n".join(lines)


def score_all(texts: list[tuple[str, Path, Path]]) -> list[Score]:
    scores = []
    for name, path, labels in texts:
        with path.open(encoding="utf-8", newline="") as file:
            figures = read_figures(file.read())
        scores.append(score(name, figures, labels_of(labels)))
    total = Score("own texts, together")
    for item in scores:
        if not item.name.startswith("gold"):
            total.add(item)
    return [*scores, total]


def speed(scale: str = "full") -> list[tuple[str, float, float, str]]:
    """(name, seconds per MB, peak MiB, note) on the texts repeated to a size; one process, one thread."""
    texts = [path.read_text(encoding="utf-8") for _, path, _ in labelled_texts()]
    shared = shared_folder()
    if shared:
        texts += [path.read_text(encoding="utf-8") for path in sorted((shared / "seeds").glob("*.txt"))]
    once = "\n\n".join(texts)
    size = 1_000_000 if scale == "full" else 100_000
    text = once * (size // len(once.encode()) + 1)
    megabytes = len(text.encode()) / 1e6
    rounds = []
    for _ in range(3):
        started = time.process_time()
        count = len(read_figures(text))
        rounds.append((time.process_time() - started) / megabytes)
    tracemalloc.start()
    read_figures(text)
    peak = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    note = f"{count / megabytes:.0f} figures per MB"
    return [("read_figures, seconds per MB", statistics.median(rounds), peak, note)]


def run(scale: str = "full") -> list[tuple[str, float, float, str]]:
    return speed(scale)


def main(arguments: list[str]) -> int:
    files = [Path(argument) for argument in arguments if not argument.startswith("--")]
    texts = [
        (text.stem, text, labels) for text, labels in zip(files[::2], files[1::2], strict=True)
    ] or labelled_texts()
    scores = score_all(texts)
    print(table(scores))
    if "--errors" in arguments:
        for item in scores:
            print(*(f"{item.name}: {error}" for error in item.errors), sep="\n")
    if "--speed" in arguments:
        for name, seconds, peak, note in speed():
            print(f"{name}: {seconds:.2f} ({1 / seconds:.1f} MB/s), peak {peak:.0f} MiB, {note}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
