"""What a phrase says: every rule the reading promises, on phrases of no real report."""

from __future__ import annotations

from decimal import Decimal

import pytest

from duofeng.facts.documents.figures import ReadingContext
from duofeng.facts.documents.reading import read_figures


def said(figures):
    return [(format(figure.value, "f"), figure.unit, figure.kind) for figure in figures]


def test_growth_belongs_to_the_level_before_it(read):
    (figure,) = read("地区生产总值实现564.6亿元，增速7.5%。")
    assert (figure.indicator, figure.value, figure.unit) == ("地区生产总值", Decimal("564.6"), "亿元")
    assert (figure.yoy_pct, figure.kind, figure.number) == (Decimal("7.5"), "actual", Decimal("56460000000"))


def test_a_fall_is_negative_growth(read):
    (figure,) = read("进出口总额12亿元，同比下降3.2%。")
    assert figure.yoy_pct == Decimal("-3.2")


def test_growth_in_multiples_is_given_in_percent(read):
    (figure,) = read("新能源汽车产量4.6万辆，增长2.1倍。")
    assert figure.yoy_pct == 210


def test_growth_without_a_level_is_a_figure_of_its_own(read):
    (figure,) = read("固定资产投资同比增长10.7%。")
    assert (figure.kind, figure.value, figure.unit, figure.yoy_pct) == ("growth", Decimal("10.7"), "%", Decimal("10.7"))


def test_absolute_growth_is_no_percentage(read):
    level, growth = read("累计减免税费44.65亿元，同比增加5.36亿元。")
    assert (level.yoy_pct, growth.kind, growth.unit, growth.value) == (None, "growth", "亿元", Decimal("5.36"))


def test_percentage_points_are_not_percent(read):
    _, points = read("城镇化率61.5%，比上年提高0.86个百分点。")
    assert (points.unit, points.kind, points.yoy_pct) == ("个百分点", "growth", None)


def test_zero_growth_is_growth_of_nought(read):
    (figure,) = read("重点行业污染物排放实现零增长。")
    assert (figure.kind, figure.value, figure.yoy_pct) == ("growth", 0, 0)


def test_average_growth_is_not_growth_against_last_year(read):
    (figure,) = read("地区生产总值年均增长7.1%。")
    assert (figure.kind, figure.yoy_pct) == ("growth", None)


def test_a_share_belongs_to_the_level_before_it(read):
    (figure,) = read("新增工程研究中心9家，占全市38%。")
    assert (figure.value, figure.share_pct, figure.share_of) == (9, 38, "全市")


def test_the_second_share_of_a_level_is_a_figure_of_its_own(read):
    level, second = read("15家企业上榜单项冠军名单，占全市入选总数的62%、全省12%。")
    assert (level.value, level.share_pct, level.share_of) == (15, 62, "全市入选总数")
    assert (second.kind, second.value, second.share_of) == ("share", 12, "全省")


def test_a_share_in_words_is_a_percentage(read):
    (figure,) = read("获批紧缺人才262名，约占全市四分之一。")
    assert figure.share_pct == 25


def test_a_share_whose_level_is_not_written_stands_alone(read):
    (figure,) = read("民营经济增加值占地区生产总值的比重为62.5%。")
    assert (figure.kind, figure.share_of, figure.indicator) == ("share", "地区生产总值", "民营经济增加值占地区生产总值")


def test_a_completion_ratio_is_neither_share_nor_growth(read):
    _, ratio = read("城镇新增就业3638人，完成全年目标的80.8%。")
    assert (ratio.kind, ratio.share_pct, ratio.value) == ("actual", None, Decimal("80.8"))


def test_values_after_fenbie_follow_the_order_of_the_levels(read):
    first, second = read("出口640亿元，进口383亿元，分别增长15.1%、8.2%。")
    assert (first.yoy_pct, second.yoy_pct) == (Decimal("15.1"), Decimal("8.2"))


def test_shares_after_fenbie_follow_the_order_of_the_levels(read):
    figures = read("头雁企业7家，培育企业6家，分别占全市的38.9%、37.5%。")
    assert [figure.share_pct for figure in figures] == [Decimal("38.9"), Decimal("37.5")]


def test_levels_after_fenbie_take_the_names_listed_before(read):
    first, second = read("城镇居民收入和农村居民收入分别达到17421元、5271元，分别增长11.5%和16.8%。")
    assert (first.indicator, first.value, first.yoy_pct) == ("城镇居民收入", 17421, Decimal("11.5"))
    assert (second.indicator, second.value, second.yoy_pct) == ("农村居民收入", 5271, Decimal("16.8"))


def test_a_verb_is_carried_to_the_next_item_of_a_list(read):
    figures = read("新增国家级专精特新企业6家、省级专精特新企业121家。")
    assert [figure.indicator for figure in figures] == ["新增国家级专精特新企业", "新增省级专精特新企业"]


def test_a_verb_that_only_describes_a_noun_is_not_carried(read):
    figures = read("新开工项目投资额290亿元、招商项目签约额180亿元。")
    assert figures[1].indicator == "招商项目签约额"


@pytest.mark.parametrize(
    ("text", "head"),
    [
        ("完成河阳路等11条道路绿化。", "道路绿化"),
        ("招引8170名青年人才来区就业创业。", "招引青年人才"),
        ("设立规模20亿元的科创母基金。", "科创母基金规模"),
        ("明晟材料等13家企业获批服务型制造示范，", "服务型制造示范企业"),
    ],
)
def test_the_head_may_stand_behind_the_number(read, text, head):
    assert read(text)[0].indicator == head


def test_people_counted_by_a_noun_get_the_unit_of_people(read):
    (figure,) = read("让81万居民喝上优质水。")
    assert (figure.value, figure.unit, figure.number) == (81, "万人", 810000)


def test_both_ends_of_a_range_are_figures(read):
    low, high = read("计划开工建设3—5所中小学。", plan=True)
    assert (low.value, high.value, low.unit) == (3, 5, "所")


def test_a_target_for_each_of_several_names_whose_it_is(read):
    (figure,) = read("推动各办事处建成养老服务中心各1个。", plan=True)
    assert (figure.value, figure.subject, figure.kind) == (1, "各办事处", "target")


def test_a_rank_has_its_scope(read):
    (figure,) = read("设施建设完成率居全市第二。")
    assert (figure.kind, figure.value, figure.unit, figure.share_of) == ("rank", 2, "位", "全市")


def test_a_multiple_of_another_figure_is_not_its_growth(read):
    level, multiple = read("每万人拥有量216.58件，是全市的6.6倍。")
    assert (level.yoy_pct, multiple.unit, multiple.value, multiple.share_of) == (None, "倍", Decimal("6.6"), "全市")


def test_double_hundred_percent_is_one_hundred_percent(read):
    (figure,) = read("土壤安全利用率达到双100%。")
    assert (figure.value, figure.unit, figure.indicator) == (100, "%", "土壤安全利用率")


@pytest.mark.parametrize("text", ["审批压缩至51个工作日以内。", "全程控制在51个工作日以内。"])
def test_a_bound_in_working_days_is_a_limit(read, text):
    (figure,) = read(text)
    assert (figure.kind, figure.value, figure.unit, figure.hedge) == ("limit", 51, "个工作日", "以内")


@pytest.mark.parametrize(
    ("text", "hedge"),
    [
        ("服务12300余人次。", "余"),
        ("融资超5亿元。", "超"),
        ("总投资约50亿元。", "约"),
        ("问题解决率达95%以上。", "以上"),
        ("后备库企业不少于1000家。", "不少于"),
        ("签约额突破400亿元。", "突破"),
        ("覆盖率95%左右。", "左右"),
    ],
)
def test_a_hedge_is_kept(read, text, hedge):
    assert read(text)[0].hedge == hedge


def test_a_size_that_names_a_class_is_not_counted(read):
    assert said(read("新开工10亿元以上项目45个。", plan=True)) == [("45", "个", "target")]


def test_an_intention_in_a_report_is_a_target(read):
    result, aim = read("签约额434亿元，下半年力争突破500亿元。")
    assert (result.kind, aim.kind) == ("actual", "target")


def test_a_stock_is_cumulative(read):
    (figure,) = read("全区共有工业企业1206家。")
    assert figure.kind == "cumulative"


def test_a_period_inside_a_report_holds_for_its_own_part(read):
    first, second = read("服务业1~5月营收90.4亿元，同比增长12.2%；消费品零售额110.4亿元。", period="2024H1")
    assert (first.period, second.period) == ("2024-01..2024-05", "2024H1")


@pytest.mark.parametrize(
    "text",
    [
        "完成12345热线融合。",
        "举办“1+6”系列活动。",
        "打造“1211”平台体系。",
        "推出2.0版本。",
        "获评第九届市长质量奖。",
        "2023年2月20日召开大会。",
        "启动三年行动计划。",
        "实施“十四五”规划。",
        "锚定“两个确保”。",
        "电话0371-66668888。",
        "提供24小时服务。",
        "入选世界500强。",
        "学习党的二十大精神。",
    ],
)
def test_what_is_only_a_name_or_a_date_gives_nothing(read, text):
    assert read(text) == []


def test_a_voltage_tells_which_thing_and_not_how_much(read):
    assert said(read("两座110千伏变电站建成投用。")) == [("2", "座", "actual")]


def test_words_broken_by_a_scan_are_mended_and_places_lead_back(read):
    text = "全年经济稳中有进，固定资产投资完\n成 １２０ 億元，同比增\n長８．２％，工程进展总体较为顺利。"
    (figure,) = read(text)
    assert (figure.indicator, figure.value, figure.unit) == ("固定资产投资", 120, "亿元")
    assert figure.yoy_pct == Decimal("8.2")
    assert text[figure.start : figure.end].endswith("８．２％")


def test_full_and_half_width_punctuation_read_alike(read):
    wide, narrow = read("新增企业9家，占全市38％；"), read("新增企业9家,占全市38%;")
    assert [figure.share_pct for figure in wide] == [figure.share_pct for figure in narrow] == [38]


def test_heads_are_matched_with_the_indicators_of_a_zone():
    context = ReadingContext(indicators={"gdp": ("地区生产总值", "GDP")}, period="2023")
    gdp, other = read_figures("全区GDP完成10亿元，制造业GDP贡献3亿元。", context)
    assert (gdp.indicator_id, other.indicator_id) == ("gdp", "")
    assert gdp.confidence > other.confidence
