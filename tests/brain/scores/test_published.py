"""Published composites come out to their printed digits.

ASEM sustainable connectivity: the scores of the eight pillars, the two sub-indices and the index of the six best
countries, as the documentation of the R package COINr 1.1 prints them, once for the example coin (vignette "Presenting
Results", `get_results`) and once for the coin built step by step (vignette "Overview"). The raw indicators of all 51
countries are in the package's data file only, so the computation starts at the printed pillars.

Human Development Index: the worked example of UNDP's technical note 1 of 2020, as far as it is quoted in print: the
income index from 3,829 dollars between 100 and 75,000, and the index from its three dimensions.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from duofeng.brain.scores.card import Scored

ScoreCard = Callable[..., Scored]
PILLARS = ("physical", "con_ec_fin", "political", "instit", "p2p", "environ", "social", "sus_ec_fin")
WORDS = ("a", "b", "c", "d", "e", "f", "g", "h")
RESULTS = [
    # country, index, connectivity, sustainability, the eight pillars; first the example coin
    ("CHE", 68.38, 62.79, 73.98, (63.41, 32.87, 74.78, 85.94, 56.93, 77.21, 87.85, 56.88)),
    ("NLD", 64.82, 61.94, 67.70, (64.87, 46.62, 84.55, 71.74, 41.92, 58.73, 86.58, 57.78)),
    ("DNK", 64.80, 57.10, 72.51, (50.52, 30.43, 78.13, 75.35, 51.04, 69.83, 86.40, 61.29)),
    ("NOR", 64.47, 57.44, 71.50, (58.18, 25.70, 80.03, 89.46, 33.80, 70.90, 87.00, 56.59)),
    ("BEL", 63.54, 63.99, 63.09, (71.97, 48.22, 80.84, 75.60, 43.32, 53.01, 86.17, 50.09)),
    ("SWE", 63.00, 53.87, 72.12, (51.51, 23.87, 80.98, 74.51, 38.50, 66.37, 87.74, 62.27)),
    # then the coin of the overview
    ("CHE", 68.33, 62.18, 74.48, (64.37, 33.30, 73.03, 83.32, 56.87, 78.13, 87.63, 57.67)),
    ("DNK", 64.47, 56.05, 72.90, (50.17, 30.52, 76.98, 71.59, 51.01, 70.53, 86.17, 61.99)),
    ("NLD", 64.46, 61.32, 67.60, (68.15, 45.11, 83.49, 67.96, 41.86, 57.14, 86.00, 59.65)),
    ("NOR", 64.23, 56.53, 71.93, (57.45, 25.39, 78.95, 87.10, 33.75, 71.55, 87.04, 57.20)),
    ("BEL", 63.11, 63.02, 63.19, (71.80, 48.65, 79.57, 71.84, 43.27, 52.00, 85.36, 52.22)),
    ("SWE", 62.82, 52.88, 72.77, (51.90, 23.93, 80.10, 70.04, 38.43, 68.34, 86.92, 63.04)),
]
# The printed pillars are rounded; so is a mean of them before it is compared: half a unit of the last digit each.
LAST_DIGIT = 0.01 + 1e-9


def asem(words: tuple[str, ...]) -> str:
    def entry(name: str, word: str) -> str:
        return f"      {name}: {{title: {{zh: {name}, en: {name}}}, value: {word}, scoring: {{by: given}}}}"

    lines = ["aggregate: arithmetic", "parts:"]
    for branch, first, last in (("conn", 0, 5), ("sust", 5, 8)):
        lines += [
            f"  {branch}:",
            f"    title: {{zh: {branch}, en: {branch}}}",
            "    aggregate: arithmetic",
            "    parts:",
        ]
        lines += [entry(name, word) for name, word in zip(PILLARS[first:last], words[first:last], strict=True)]
    return "\n".join(lines) + "\n"


def test_asem_sub_indices_and_index_come_out_to_the_printed_digits(scored: ScoreCard) -> None:
    pillars = {word: [row[4][at] for row in RESULTS] for at, word in enumerate(WORDS)}
    found = scored(asem(WORDS), **pillars)
    for at, (country, index, connectivity, sustainability, _) in enumerate(RESULTS):
        assert found.low["conn",][at] == pytest.approx(connectivity, abs=LAST_DIGIT), country
        assert found.low["sust",][at] == pytest.approx(sustainability, abs=LAST_DIGIT), country
        assert found.score[at] == pytest.approx(index, abs=LAST_DIGIT), country


@pytest.mark.parametrize("coin", [RESULTS[:6], RESULTS[6:]], ids=["example", "overview"])
def test_asem_ranks_come_out_as_printed(scored: ScoreCard, coin: list[tuple[object, ...]]) -> None:
    pillars = {word: [row[4][at] for row in coin] for at, word in enumerate(WORDS)}  # type: ignore[index]  # the pillars
    assert scored(asem(WORDS), **pillars).table()["rank"].to_list() == [1, 2, 3, 4, 5, 6]


HDI = """
aggregate: geometric
parts:
  health: {title: {zh: 健康, en: Health}, value: a, scoring: {by: given, points: 1}}
  education: {title: {zh: 教育, en: Education}, value: b, scoring: {by: given, points: 1}}
  income: {title: {zh: 收入, en: Income}, value: c, scoring: {by: log, from: 100, to: 75000, points: 1}}
"""


def test_the_human_development_index_of_the_technical_note_comes_out(scored: ScoreCard) -> None:
    found = scored(HDI, a=[0.6971], b=[0.3447], c=[3829.0])
    assert round(float(found.low["income",][0]), 4) == 0.5506
    assert round(float(found.score[0]), 3) == 0.510
