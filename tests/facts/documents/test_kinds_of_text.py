"""Kinds of phrase that reports are full of, on sentences of no real report."""

from __future__ import annotations

from decimal import Decimal

import pytest

from duofeng.facts.documents.figures import ReadingContext
from duofeng.facts.documents.reading import read_figures


def told(figures):
    return [(figure.indicator, f"{figure.value:f}{figure.unit}") for figure in figures]


@pytest.mark.parametrize(
    ("text", "growth"),
    [("增加值150亿元，同比增长-0.8%。", "-0.8"), ("增加值150亿元，增长-2%。", "-2"), ("增加值150亿元，下降2%。", "-2")],
)
def test_growth_below_nought_keeps_its_sign(read, text, growth):
    (figure,) = read(text)
    assert (figure.indicator, figure.yoy_pct) == ("增加值", Decimal(growth))


def test_a_rate_per_mille_may_be_below_nought(read):
    (figure,) = read("人口自然增长率为-2.15‰。")
    assert (figure.indicator, figure.value, figure.unit) == ("人口自然增长率", Decimal("-2.15"), "‰")


@pytest.mark.parametrize("less", ["减收", "少收", "减支"])
def test_money_taken_or_spent_less_is_a_fall_of_its_own_and_leaves_the_growth_to_the_level(read, less):
    level, fall = read(f"税收6亿元，比上年{less}0.3亿元，下降4.8%。")
    assert (level.yoy_pct, fall.kind, fall.value) == (Decimal("-4.8"), "growth", Decimal("-0.3"))


def test_a_second_share_after_a_comma_is_a_share_of_the_same_head(read):
    _, completed, second = read("海关完成2.4亿元，占调整预算的101.3%，占全部收入的36.5%。")
    assert (completed.kind, completed.value) == ("actual", Decimal("101.3"))
    assert (second.kind, second.share_of, second.share_pct) == ("share", "全部收入", Decimal("36.5"))
    assert second.indicator.startswith("海关")


def test_the_plan_inside_a_completion_ratio_takes_no_growth(read):
    level, plan, ratio = read("基金收入完成1800万元，完成年初预算数9000万元的20%，增长7.5%。")
    assert (level.yoy_pct, plan.kind, plan.yoy_pct) == (Decimal("7.5"), "target", None)
    assert (ratio.indicator, ratio.value) == ("基金收入完成年初预算数比例", 20)


def test_a_conversion_in_brackets_leaves_the_growth_to_the_level(read):
    level, converted = read("人均产值52000元（折合7300美元），比上年增长6.1%。")
    assert (level.yoy_pct, converted.yoy_pct) == (Decimal("6.1"), None)
    assert converted.indicator == level.indicator


@pytest.mark.parametrize(
    "text", ["科研支出相当于全县产值的比例达到2.2%。", "某产业对工业贡献率超过60%。", "新增装机超过全省一半。"]
)
def test_a_share_may_be_said_without_its_word(read, text):
    (figure,) = read(text)
    assert (figure.kind, figure.share_pct) == ("share", figure.value)


@pytest.mark.parametrize(
    ("text", "unit", "number"),
    [
        ("惠及12万纳税户主。", "万人", 120000),
        ("接待60余万老年读者。", "万人", 600000),
        ("帮扶3.1万监测家庭成员。", "万人", 31000),
        ("就业总量超210万。", "万人", 2100000),
    ],
)
def test_people_are_counted_without_a_unit(read, text, unit, number):
    (figure,) = read(text)
    assert (figure.unit, figure.number) == (unit, number)


def test_acts_are_counted_in_characters(read):
    assert told(read("全年四次上调补贴标准，两次召开推进会。")) == [("上调补贴标准", "4次"), ("召开推进会", "2次")]


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("年产值超3亿元的骨干企业达9家。", [("年产值超3亿元的骨干企业", "9家")]),
        ("30户以上村组全部通公交。", []),
        ("首台50兆瓦级风机下线。", []),
    ],
)
def test_a_size_inside_a_name_is_no_figure(read, text, figures):
    assert told(read(text)) == figures


def test_yici_distributes_as_fenbie_does(read):
    figures = read("出口、进口、到账外资同比依次增长4%、7%和9%。")
    assert told(figures) == [("出口", "4%"), ("进口", "7%"), ("到账外资", "9%")]
    assert [figure.yoy_pct for figure in figures] == [4, 7, 9]


def test_two_growths_behind_two_levels_are_one_of_each(read):
    first, second = read("出口64亿元、进口38亿元，增长5.1%和8.2%。")
    assert (first.yoy_pct, second.yoy_pct) == (Decimal("5.1"), Decimal("8.2"))


@pytest.mark.parametrize(
    ("text", "heads"),
    [
        ("商品房销售面积310万平方米，其中住宅260万平方米。", ["商品房销售面积", "住宅销售面积"]),
        ("规上企业210户，实现利润33亿元。", ["规上企业", "规上企业利润"]),
        (
            "高中在校生4万人，毕业生1万人；初中在校生9万人，毕业生2万人。",
            ["高中在校生", "高中毕业生", "初中在校生", "初中毕业生"],
        ),
        ("东部21家国家级园区。", ["国家级园区"]),
        ("教育、卫生支出分别增长3%、4%。", ["教育支出", "卫生支出"]),
    ],
)
def test_a_part_and_a_list_keep_what_they_are_of(read, text, heads):
    assert [figure.indicator for figure in read(text)] == heads


def test_growth_over_several_years_is_not_that_of_one(read):
    (figure,) = read("竹产业产值五年增长2倍。")
    assert (figure.value, figure.yoy_pct, figure.period) == (200, None, "2019..2023")


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("城乡收入比缩小到1.72∶1。", [("城乡收入比", "1.72")]),
        ("算力规模达到5.4百亿亿次/秒。", [("算力规模", "5.4百亿亿次/秒")]),
        ("烟叶产量16.2万担。", [("烟叶产量", "16.2万担")]),
        ("绣球花产量3.5万盆。", [("绣球花产量", "3.5万盆")]),
        ("产业结构25:35:40。", [("产业结构(第1项)", "25%"), ("产业结构(第2项)", "35%"), ("产业结构(第3项)", "40%")]),
    ],
)
def test_ratios_and_units_of_no_list_are_kept(read, text, figures):
    assert told(read(text)) == figures


@pytest.mark.parametrize(
    "rows",
    [
        "单位：亿元\n指标 | 指标值 | 同比增长（%）\n工业增加值 | 210.5 | 7.0\n",
        "单位：亿元\n指标\t指标值\t同比增长（%）\n工业增加值\t210.5\t7.0\n",
        "指标 | 单位 | 指标值 | 同比增长（%）\n工业增加值 | 亿元 | 210.5 | 7.0\n",
    ],
)
def test_a_row_of_a_table_is_one_figure_with_the_unit_above_it(rows):
    (figure,) = read_figures("甲市2023年统计公报\n" + rows)
    assert (figure.indicator, figure.unit, figure.yoy_pct) == ("工业增加值", "亿元", 7)
    assert figure.number == 21_050_000_000


def test_the_title_of_a_column_that_names_something_belongs_to_the_head():
    figures = read_figures("甲市2023年统计公报\n地区 | 生产总值（亿元） | 常住人口（万人）\n东河县 | 120.5 | 33.2\n")
    assert told(figures) == [("东河县生产总值", "120.5亿元"), ("东河县常住人口", "33.2万人")]


def test_years_across_are_the_time_of_their_columns_and_the_later_is_a_target_of_a_plan():
    text = "乙县第十五个五年规划纲要\n指标\t单位\t2025年\t2030年\t年均增长（%）\n生产总值\t亿元\t200\t260\t5.4\n"
    said = [(figure.period, figure.kind, f"{figure.value:f}") for figure in read_figures(text)]
    assert said == [("2025", "actual", "200"), ("2030", "target", "260"), ("2026..2030", "target", "5.4")]


def test_a_known_indicator_is_found_in_a_table():
    context = ReadingContext(indicators={"gdp": ("地区生产总值", "GDP")}, period="2023")
    (figure,) = read_figures("指标\t数值（亿元）\n地区生产总值\t400.5\n", context)
    assert figure.indicator_id == "gdp"


def test_a_clause_says_whose_its_figures_are():
    city, own, last = read_figures("甲县2024年总结\n全市产值增长9.9%，全县产值增长12%，出口3亿元。")
    assert (city.subject, own.subject, last.subject) == ("city", "zone", "zone")


def test_who_shares_a_place_is_no_part_of_what_is_ranked(read):
    (figure,) = read("粮食总产与乙县并列全市第三位。")
    assert (figure.indicator, figure.value, figure.share_of) == ("粮食总产全市排名", 3, "全市")


def test_what_has_no_unit_is_told_by_a_bare_number(read):
    assert told(read("城乡居民收入比缩小到1.86。采购经理指数为50.2。")) == [
        ("城乡居民收入比", "1.86"),
        ("采购经理指数", "50.2"),
    ]


def test_how_much_there_is_in_all_is_not_new(read):
    new, stock = read("新增龙头企业5家，累计达到28家。")
    assert (new.indicator, new.kind) == ("新增龙头企业", "actual")
    assert (stock.indicator, stock.kind) == ("龙头企业", "cumulative")


def test_growth_may_be_listed_without_its_word(read):
    first, second = read("2023年，全区生产总值58亿元，预算收入2.3亿元，同比分别-5.4%、-17.8%。")
    assert (first.yoy_pct, second.yoy_pct) == (Decimal("-5.4"), Decimal("-17.8"))


def test_average_growth_listed_behind_levels_is_no_growth_against_last_year(read):
    figures = read("城乡收入分别达到40120元和21870元，年均分别增长6.3%和8.9%。")
    assert [(figure.kind, figure.yoy_pct) for figure in figures[2:]] == [("growth", None)] * 2
    assert all(figure.yoy_pct is None for figure in figures)


def test_shares_of_a_list_are_one_of_each(read):
    figures = read("第一、第二、第三产业增加值占GDP的比重分别为9.7%、45.9%、44.4%。")
    assert [figure.indicator for figure in figures] == [f"第{nth}产业增加值占GDP" for nth in "一二三"]
    assert {(figure.kind, figure.share_of) for figure in figures} == {("share", "GDP")}


def test_points_without_a_unit_of_their_own_take_that_of_the_next(read):
    assert told(read("固定资产投资、预算收入分别同比增长8.4%和6.3%，分别比全省快4.1个和2.2个百分点。"))[2:] == [
        ("固定资产投资快", "4.1个百分点"),
        ("预算收入快", "2.2个百分点"),
    ]


def test_points_are_of_the_rate_before_them(read):
    assert told(read("新签约项目62个；开工率91%，较去年提高7个百分点。"))[-1][0] == "新签约项目开工率较去年提高"


def test_the_same_time_of_last_year_is_the_level_before(read):
    now, before = read("2024年，净利润2.17亿元，上年同期为2.48亿元。")
    assert (before.indicator, before.period, now.period) == ("净利润", "2023", "2024")


def test_quarters_are_of_what_the_paragraph_before_began_with(read):
    parted = "分产业看，第一产业增加值88亿元。\n分季度看，一季度增长6.1%，二季度增长6.6%。"
    figures = read(f"2024年总结\n全市生产总值917亿元，增长6.8%。\n{parted}")
    assert told(figures)[-2:] == [("生产总值", "6.1%"), ("生产总值", "6.6%")]


@pytest.mark.parametrize(
    "text",
    ["全市86个县（市、区）中的排名", "支出预算的1.2%安排预备费", "亿元以上9个", "收入10万元以上的村达到八成以上"],
)
def test_sizes_fields_and_rates_that_rule_are_no_figures(read, text):
    numbers = {"86", "1.2", "10"}
    assert not numbers & {f"{figure.value:f}" for figure in read(f"2024年，按{text}由第58位升至第49位。")}


def test_a_fall_to_half_or_two_tenths_is_read(read):
    assert [value for _, value in told(read("服务业占比不到一半，投资占比不足两成。"))] == ["50%", "20%"]
