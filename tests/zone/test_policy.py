"""What may be wrong in a policy's file, and what only looks wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from duofeng.kernel.problem import Problem, ProblemError
from duofeng.tell.words import told_in
from duofeng.zone.load import load_zone

VOCABULARY = """
revenue: {title: Revenue, type: money, unit: 元, per: year}
staff: {title: Staff, type: integer, per: year}
clean: {title: Clean, type: flag}
"""
HEAD = "title: t\nsource: {document: d, trust: illustrative}\nfrom: 2020-01-01\n"
EXAMPLE = "examples: [{title: t, as_of: 2024-06-30, given: {}, expect: unknown}]\n"
AWARD = "amount: {expression: money(100)}\n"


def zone_of(folder: Path, zone: str = "title: z\n", vocabulary: str = VOCABULARY, **policies: str) -> Path:
    for name, text in {
        "zone.yaml": zone,
        "vocabulary/organisation.yaml": vocabulary,
        **{f"policies/{id.replace('_', '-')}.yaml": HEAD + text + EXAMPLE for id, text in policies.items()},
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return folder


def problems_of(folder: Path) -> tuple[Problem, ...]:
    with pytest.raises(ProblemError) as error:
        load_zone(folder)
    return error.value.problems


def when(expression: str) -> str:
    return f"conditions:\n  one:\n    title: one\n    when: {expression}\n"


def test_an_unknown_attribute_is_named_with_the_nearest_at_line_and_column(tmp_path: Path) -> None:
    (problem,) = problems_of(zone_of(tmp_path, p=when("revenu[-1] >= 1_000") + AWARD))
    assert problem.span is not None and (problem.span.line, problem.span.column) == (7, 11)
    assert "revenue" in told_in("en", problem.message)


def test_money_is_not_compared_with_people(tmp_path: Path) -> None:
    (problem,) = problems_of(zone_of(tmp_path, p=when("revenue[-1] >= staff[-1]") + AWARD))
    assert problem.code.startswith("E5")


def test_a_condition_that_may_divide_by_zero_is_no_mistake(tmp_path: Path) -> None:
    load_zone(zone_of(tmp_path, p=when("revenue[-1] / revenue[-2] > 1.1") + AWARD))


def test_policies_may_exclude_each_other(tmp_path: Path) -> None:
    a, b = ("excludes: [b]\n", "excludes: [a]\n")
    load_zone(zone_of(tmp_path, a=when("clean") + AWARD + a, b=when("clean") + AWARD + b))


def test_policies_may_not_wait_for_each_other(tmp_path: Path) -> None:
    found = problems_of(
        zone_of(
            tmp_path,
            a=when("outcome('b')") + AWARD,
            b=when("clean and amount('c') > 0") + AWARD,
            c=when("outcome('a')") + AWARD,
            d=when("outcome('a')") + AWARD,
        )
    )
    assert {problem.code for problem in found} == {"E075"}
    assert sorted(problem.params["circle"] for problem in found) == ["a → b → c → a", "b → c → a → b", "c → a → b → c"]


def test_a_policy_may_not_exclude_itself_or_nobody(tmp_path: Path) -> None:
    found = problems_of(zone_of(tmp_path, a=when("clean") + AWARD + "excludes: [a, bb]\n"))
    assert sorted(problem.code for problem in found) == ["E070", "E071"]


def test_a_result_of_another_kind_of_subject_is_not_known(tmp_path: Path) -> None:
    folder = zone_of(tmp_path, b=when("outcome('a')") + AWARD)
    (folder / "vocabulary" / "person.yaml").write_text("trained: {title: T, type: flag}\n", "utf-8")
    (folder / "policies" / "a.yaml").write_text(HEAD + "of: person\n" + when("trained") + AWARD + EXAMPLE, "utf-8")
    assert [problem.span.file for problem in problems_of(folder) if problem.span] == [f"{folder}/policies/b.yaml"]


def test_a_budget_of_zero_is_a_budget(tmp_path: Path) -> None:
    load_zone(zone_of(tmp_path, p=when("clean") + AWARD + "budget: {total: 0}\n"))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("budget: {total: -1}\n", "E016"),
        ("budget: {total: 0.001}\n", "E123"),
        ("budget: {total: 99999999999999999999}\n", "E124"),
        ("until: 2019-12-31\n", None),
        ("once_every_years: 0\n", "E016"),
        ("gives: recognition\n", "E074"),
        ("conditionz: {}\n", "E007"),
    ],
)
def test_a_value_that_cannot_be_is_refused(tmp_path: Path, text: str, code: str | None) -> None:
    found = problems_of(zone_of(tmp_path, p=when("clean") + AWARD + text))
    assert len(found) == 1
    assert code is None or found[0].code == code


def test_amounts_may_be_grouped_by_underscores(tmp_path: Path) -> None:
    zone = load_zone(zone_of(tmp_path, p=when("clean") + AWARD + "budget: {total: 12_345_678.90}\n"))
    assert str(zone.items("policy")["p"].budget.total) == "12345678.90"


def test_a_zone_abroad_keeps_its_own_money_and_no_other(tmp_path: Path) -> None:
    abroad = "title: z\ncurrency: {unit: SAR}\n"
    (problem,) = problems_of(zone_of(tmp_path, abroad))
    assert "SAR" in told_in("en", problem.message)
    zone = load_zone(zone_of(tmp_path, abroad, VOCABULARY.replace("元", "thousand SAR")))
    assert zone.currency.unit == "SAR"


@pytest.mark.parametrize("unit", ["万元", "thousand SAR", "家", "XXX"])
def test_a_currency_is_named_by_its_main_unit(tmp_path: Path, unit: str) -> None:
    found = problems_of(zone_of(tmp_path, f"title: z\ncurrency: {{unit: {unit}}}\n"))
    assert "E076" in {problem.code for problem in found}
