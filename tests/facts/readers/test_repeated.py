"""One value said several times in a delivery: alike, otherwise, as lines of a sum, or of several people of one name."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from duofeng.facts.loading import Loader, Outcome

Deliver = Callable[..., Outcome]
Facts = Callable[[], dict[tuple[str, str], object]]
HEADER = "代码,名称,月,金额,职务\n"


def told(outcome: Outcome, code: str) -> list[str]:
    return [str(problem.message) for problem in outcome.problems if problem.code == code]


def lines(code: str, *amounts: str) -> str:
    return HEADER + "".join(f"{code},甲公司,2023,{amount},\n" for amount in amounts)


def test_rows_that_are_alike_are_one(deliver: Deliver, facts: Facts, codes: list[str]) -> None:
    outcome = deliver("付款.csv", lines(codes[0], "1.5", "1.5"), source="paid_refuse")
    assert (outcome.verdict, outcome.facts, outcome.rejects) == ("accepted", 2, 0)
    assert facts()[codes[0], "revenue"] == 150


def test_values_that_differ_are_refused_with_all_their_rows(
    deliver: Deliver, loader: Loader, facts: Facts, codes: list[str]
) -> None:
    text = lines(codes[0], "1.5", "2.5") + f"{codes[1]},乙公司,2023,7,\n"
    outcome = deliver("付款.csv", text, source="paid_refuse")
    assert outcome.verdict == "warnings"
    assert "1" in told(outcome, "E369")[0]
    rejects = loader.ledger.rejects().sort("row")
    assert rejects.select("row", "column", "raw", "code").rows() == [
        (2, "金额", "1.5", "E368"),
        (3, "金额", "2.5", "E368"),
    ]
    assert all('"rows":"2、3' in params for params in rejects["params"])
    assert (codes[0], "revenue") not in facts()
    assert facts()[codes[0], "name"] == "甲公司"
    assert facts()[codes[1], "revenue"] == 700


@pytest.mark.parametrize(("source", "held"), [("paid_sum", 400), ("paid_last", 250), ("paid_first", 150)])
def test_a_source_says_what_several_lines_mean(
    deliver: Deliver, facts: Facts, codes: list[str], source: str, held: int
) -> None:
    outcome = deliver("付款.csv", lines(codes[0], "1.5", "2.5"), source=source)
    assert (outcome.rejects, facts()[codes[0], "revenue"]) == (0, held)
    assert told(outcome, "E369")


def test_lines_of_one_amount_that_differ_in_something_else_are_both_added(
    deliver: Deliver, facts: Facts, codes: list[str]
) -> None:
    text = HEADER.replace("职务", "凭证") + "".join(
        f"{codes[0]},甲公司,2023,1.5,{slip}\n" for slip in ("A1", "A2", "A2")
    )
    deliver("付款.csv", text, source="paid_sum")
    assert facts()[codes[0], "revenue"] == 300


def test_other_periods_and_other_subjects_are_no_repetition(deliver: Deliver, codes: list[str]) -> None:
    text = HEADER + f"{codes[0]},甲公司,2022,1,\n{codes[0]},甲公司,2023,2,\n{codes[1]},乙公司,2023,2,\n"
    assert deliver("付款.csv", text, source="paid_refuse").verdict == "accepted"


def test_namesakes_without_a_number_are_not_merged_in_silence(deliver: Deliver) -> None:
    text = "企业名称,从业人数,联系方式\n第一有限公司,10,东\n第二有限公司,20,东\n第一有限公司,10,西\n"
    outcome = deliver("名录.csv", text)
    assert "第一有限公司 (2、4)" in told(outcome, "E370")[0]


def test_a_running_number_makes_no_namesakes(deliver: Deliver) -> None:
    text = "序号,企业名称,从业人数\n1,第一有限公司,10\n2,第二有限公司,20\n3,第一有限公司,10\n"
    assert not told(deliver("名录.csv", text), "E370")


def test_a_delivery_of_many_batches_is_settled_as_one(
    deliver: Deliver, facts: Facts, codes: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("duofeng.facts.readers.csv.CELLS_PER_BATCH", 1)
    filler = "".join(f"{codes[n % 20 + 5]},丙公司,{1990 + n // 20},{n},\n" for n in range(400))
    amounts = lines(codes[0], "1.5") + filler + f"{codes[0]},甲公司,2023,2.5,\n"
    deliver("付款.csv", amounts, source="paid_sum")
    assert facts()[codes[0], "revenue"] == 400
