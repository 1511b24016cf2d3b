"""What policies, the ladder and points ask of a firm has to be sayable."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from duofeng.tell.words import told_in
from duofeng.zone.kinds.vocabulary import Attribute
from duofeng.zone.load import load_zone

ROOT = Path(__file__).resolve().parents[2]

NEEDED = {
    "science-and-technology SME": (
        "employees revenue assets st_staff rd_expense total_costs patents_class1 patents_class2 abnormal_list "
        "serious_illegal_list accident research_misconduct restricted_industry standards_led awards_national"
    ),
    "high-tech enterprise": (
        "registered_on st_staff employees rd_expense rd_domestic_expense revenue high_tech_revenue net_assets "
        "accident environmental_penalty high_tech_field ip_score conversion_score rd_organisation_score"
    ),
    "innovative SME": (
        "patents_high_value patents_class1_own main_revenue liabilities assets equity_raised "
        "awards_provincial strategic_emerging main_share rd_body_level"
    ),
    "specialised SME": (
        "niche_years rd_expense revenue equity_raised contest_rank net_profit digital_level quality_award "
        "local_feature_score rd_staff rd_body_level product_field development_score niche_share "
        "patents_class1_product"
    ),
    "little giant": "niche_rank own_brand quality_certified core_on_systems key_chain_link specialised_sme size",
    "gazelle, eaglet, unicorn": (
        "revenue employees registered_on rd_expense valuation private_equity listed software_copyrights"
    ),
    "advanced technology service": "college_staff service_revenue offshore_revenue service_list",
    "leading manufacturer": "output listed main_revenue",
    "innovation points": (
        "rd_expense revenue st_staff employees invention_applications pct_applications technology_contracts "
        "high_tech_revenue graduate_staff rd_deduction_relief net_profit net_assets new_graduates "
        "rd_platforms st_projects venture_raised"
    ),
    "general clauses": (
        "registered_in_zone taxed_in_zone counted_in_zone continuous_operation independent_accounting "
        "labour_dispute wage_arrears serious_dishonesty administrative_penalty tax_paid insured_staff "
        "has_premises restricted_industry torch_statistics_filed growth_index_joined"
    ),
    "P01–P06": (
        "little_giant_since specialised_sme_since equipment_investment provincial_equipment_subsidy "
        "feature_cluster rd_budget rd_deduction_base ip_recent tech_sme high_tech_since"
    ),
    "P07–P13": (
        "compute_fees compute_contract compute_voucher_provincial compute_self_built freight_quarter "
        "output_half revenue_half energy_cost energy_intensive strategic_emerging headquarters moved_in_on "
        "rent own_office above_scale construction_qualified"
    ),
    "P14–P20": (
        "group_revenue revenue smart_equipment_firm electronics_firm software_firm doubling_pledged_on "
        "belt_road_freight ip_securities finance_outlet finance_outlet_since loan_loss guarantee_fee"
    ),
    "P21–P24": (
        "above_scale_since cyber_security security_revenue rented_area rent_price loan_interest points_level "
        "gazelle_since"
    ),
}


@pytest.fixture(scope="module")
def organisation() -> Mapping[str, Attribute]:
    return load_zone(ROOT / "zones" / "zhengzhou").attributes["organisation"]


@pytest.mark.parametrize("asked_by", NEEDED)
def test_what_is_asked_of_a_firm_can_be_said(asked_by: str, organisation: Mapping[str, Attribute]) -> None:
    assert not [word for word in NEEDED[asked_by].split() if word not in organisation]


def test_money_is_in_yuan_and_never_public(organisation: Mapping[str, Attribute]) -> None:
    money = [each for each in organisation.values() if each.type == "money"]
    assert len(money) > 40
    assert {each.unit for each in money} == {"元"}
    assert [each.id for each in money if each.sensitivity == "public"] == ["registered_capital"]


def test_persons_behind_a_firm_are_personal_data(organisation: Mapping[str, Attribute]) -> None:
    personal = {each.id for each in organisation.values() if each.sensitivity == "personal"}
    assert {"legal_representative", "contact_person", "contact_phone"} <= personal


def test_every_attribute_has_a_title_in_both_languages(organisation: Mapping[str, Attribute]) -> None:
    assert not [each.id for each in organisation.values() if told_in("zh", each.title) == told_in("en", each.title)]


def test_codes_without_a_language_of_the_zone_are_told(tmp_path: Path) -> None:
    (tmp_path / "codes").mkdir()
    (tmp_path / "zone.yaml").write_text("title: {zh: 样例, en: Sample}\n", "utf-8")
    (tmp_path / "codes" / "stages.yaml").write_text(
        "title: {zh: 阶段, en: Stages}\ncodes: {building: {zh: 在建, en: under way}, done: {zh: 完成}}\n", "utf-8"
    )
    told = [each for each in load_zone(tmp_path).warnings if each.code == "E089"]
    assert [(each.params["language"], each.params["codes"]) for each in told] == [("en", ("done",))]
