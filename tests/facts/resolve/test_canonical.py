from __future__ import annotations

import polars as pl

from duofeng.facts.resolve.canonical import resolve
from duofeng.facts.resolve.decisions import live_facts, withdraw
from duofeng.facts.resolve.names import NameRules
from duofeng.tell.words import told_in

RULES = NameRules.of(["云岭", "青河省"])
SAMPLE, OTHER = "91000000MA0000001A", "91000000MA0000002B"
REGISTER = [
    (SAMPLE, "name", "云岭多峰样例智能装备有限公司"),
    (OTHER, "name", "云岭晨星生物科技有限公司"),
]


def joined(facts: pl.DataFrame) -> dict[str, str]:
    found = resolve(facts, RULES).canonical
    assert found["subject"].to_list() == sorted(set(found["subject"]))
    return dict(found.select("subject", "canonical").iter_rows())


def how(facts: pl.DataFrame, subject: str) -> str:
    return str(resolve(facts, RULES).canonical.filter(pl.col("subject") == subject)["how"].item())


def test_a_variant_of_a_registered_name_joins_the_subject_with_the_identifier(state):
    facts = state(*REGISTER, ("tax:7", "name", "多峰样例智能装备（云岭）有限责任公司"))
    assert joined(facts) == {SAMPLE: SAMPLE, OTHER: OTHER, "tax:7": SAMPLE}
    assert how(facts, "tax:7") == "name"


def test_a_former_name_leads_to_the_firm(state):
    facts = state(*REGISTER, (SAMPLE, "former_name", "云岭旧名机械厂"), ("tax:7", "name", "云岭旧名机械厂"))
    assert joined(facts)["tax:7"] == SAMPLE


def test_an_identifier_beats_the_name(state):
    """The same name with another identifier is another firm; another name with the same identifier is this one."""
    namesake = "91000000MA0000003C"
    facts = state(
        *REGISTER,
        (namesake, "name", "云岭多峰样例智能装备有限公司"),
        ("tax:7", "name", "云岭晨星生物科技有限公司"),
        ("tax:7", "credit_code", SAMPLE),
    )
    assert joined(facts) == {SAMPLE: SAMPLE, OTHER: OTHER, namesake: namesake, "tax:7": SAMPLE}
    assert how(facts, "tax:7") == "identifier"


def test_an_identifier_nobody_else_has_keeps_a_namesake_apart(state):
    facts = state(
        *REGISTER, ("tax:7", "name", "云岭晨星生物科技有限公司"), ("tax:7", "credit_code", "91000000MA0000009Z")
    )
    assert joined(facts)["tax:7"] == "tax:7"


def test_an_organisation_code_inside_a_credit_code_is_the_same_organisation(state):
    facts = state(*REGISTER, (SAMPLE[8:17], "name", "全然不同的名称"))
    assert joined(facts)[SAMPLE[8:17]] == SAMPLE


def test_two_registered_firms_of_one_name_leave_the_third_to_a_person(state):
    facts = state(
        *REGISTER, ("91000000MA0000003C", "name", "云岭晨星生物科技有限公司"), ("tax:7", "name", "云岭晨星生物科技公司")
    )
    found = resolve(facts, RULES)
    assert joined(facts)["tax:7"] == "tax:7"
    assert set(found.questions["candidate"]) == {OTHER, "91000000MA0000003C"}
    assert found.counts()["ask"] == 1


def test_subjects_without_identifier_and_with_one_name_are_one(state):
    facts = state(
        *REGISTER, ("tax:7", "name", "青河远山餐饮管理公司"), ("phone:2", "name", "青河省远山餐饮管理有限公司")
    )
    assert joined(facts)["tax:7"] == "phone:2"


def test_a_decision_comes_first_and_outlives_what_names_would_say(state):
    facts = state(
        *REGISTER, ("tax:7", "name", "云岭晨星生物科技有限公司"), ("tax:7", "same_as", SAMPLE, "person:Alice")
    )
    assert joined(facts)["tax:7"] == SAMPLE
    later = pl.concat([facts, state(("tax:7", "name", "晨星生物科技"), (OTHER, "short_name", "晨星生物"))])
    assert joined(later)["tax:7"] == SAMPLE
    assert how(later, "tax:7") == "decision"


def test_none_of_the_others_is_kept(state):
    facts = state(
        *REGISTER, ("tax:7", "name", "云岭晨星生物科技有限公司"), ("tax:7", "same_as", "none", "person:Alice")
    )
    assert joined(facts)["tax:7"] == "tax:7"
    assert resolve(facts, RULES).candidates.is_empty()


def test_a_pair_kept_apart_is_not_proposed_again(state):
    facts = state(
        *REGISTER, ("tax:7", "name", "云岭晨星生物科技有限公司"), ("tax:7", "not_same_as", OTHER, "person:Alice")
    )
    found = resolve(facts, RULES)
    assert joined(facts)["tax:7"] == "tax:7"
    assert OTHER not in found.candidates["candidate"].to_list()


def test_the_last_word_on_a_subject_holds(state):
    facts = state(
        *REGISTER,
        ("tax:7", "name", "晨星"),
        ("tax:7", "same_as", SAMPLE, "person:Alice"),
        ("tax:7", "same_as", OTHER, "person:Bob"),
    )
    assert joined(facts)["tax:7"] == OTHER


def test_a_withdrawn_decision_unmerges(state):
    rows = [*REGISTER, ("tax:7", "name", "青河别处建材"), ("tax:7", "same_as", SAMPLE, "person:Alice")]
    facts = state(*rows)
    assert joined(facts)["tax:7"] == SAMPLE
    (taken_back,) = withdraw("organisation", "tax:7", facts, by="Bob")
    after = state(*rows, ("tax:7", "same_as", f"retract {taken_back.retracts}", "person:Bob"))
    assert joined(after)["tax:7"] == "tax:7"


def test_decisions_chain(state):
    facts = state(
        *REGISTER,
        ("tax:7", "name", "甲"),
        ("phone:2", "name", "乙"),
        ("phone:2", "same_as", "tax:7", "person:Alice"),
        ("tax:7", "same_as", SAMPLE, "person:Alice"),
    )
    assert joined(facts)["phone:2"] == joined(facts)["tax:7"] == SAMPLE


def test_contradicting_decisions_are_reported_and_none_is_applied(state):
    facts = state(
        *REGISTER,
        ("tax:7", "name", "甲"),
        ("phone:2", "name", "乙"),
        ("tax:7", "same_as", SAMPLE, "person:Alice"),
        ("phone:2", "same_as", "tax:7", "person:Bob"),
        ("phone:2", "not_same_as", SAMPLE, "person:Charlie"),
    )
    found = resolve(facts, RULES)
    assert [problem.code for problem in found.problems] == ["E300"]
    assert "tax:7" in told_in("en", found.problems[0].message)
    assert joined(facts)["phone:2"] == "phone:2"
    assert joined(facts)["tax:7"] == "tax:7"


def test_two_identifiers_become_one_only_by_a_direct_decision(state):
    chain = [*REGISTER, ("tax:7", "name", "甲"), ("tax:7", "same_as", SAMPLE), (OTHER, "same_as", "tax:7")]
    assert [problem.code for problem in resolve(state(*chain), RULES).problems] == ["E301"]
    direct = state(*REGISTER, (OTHER, "same_as", SAMPLE))
    assert resolve(direct, RULES).problems == ()
    assert joined(direct)[OTHER] == SAMPLE


def test_the_order_of_facts_does_not_matter(state):
    facts = state(
        *REGISTER,
        ("tax:7", "name", "晨星生物科技（云岭）有限公司"),
        ("tax:8", "name", "云岭市多峰样列智能装备有限公司"),
        ("phone:2", "name", "云岭多峰样例智能装备"),
        ("phone:2", "same_as", OTHER, "person:Alice"),
    )
    expected = resolve(facts, RULES)
    for seed in range(5):
        again = resolve(facts.sample(fraction=1, shuffle=True, seed=seed), RULES)
        assert again.canonical.equals(expected.canonical)
        assert again.candidates.equals(expected.candidates)


def test_no_facts_give_an_empty_map(state):
    found = resolve(state(), RULES)
    assert found.canonical.is_empty()
    assert found.counts() == {"self": 0, "ask": 0}


def test_a_correction_that_withdraws_one_name_and_states_another_counts(state):
    """The ledger keeps both in one fact: what it withdraws is gone, what it says holds."""
    facts = state(*REGISTER, ("tax:7", "name", "全然不同的名称"), ("tax:7", "name", "云岭晨星生物科技有限公司"))
    corrects = pl.when(pl.col("sequence") == 3).then(pl.lit("a:2")).otherwise("retracts")
    facts = facts.with_columns(retracts=corrects)
    assert live_facts(facts).filter(subject="tax:7")["text"].to_list() == ["云岭晨星生物科技有限公司"]
    assert joined(facts)["tax:7"] == OTHER
