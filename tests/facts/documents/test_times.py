"""Which time a figure is of in a whole report: sections, the day it is spoken, changes from one time to another."""

from __future__ import annotations

from duofeng.facts.documents.figures import ReadingContext
from duofeng.facts.documents.reading import read_figures

REPORT = """2026年云川省政府工作报告
——2026年1月20日在云川省人民代表大会上
一、2025年工作和“十四五”时期发展成就
过去一年，全省生产总值增长5.1%，粮食总产量210亿斤。
五年来，新增高速公路410公里，经济总量突破1.8万亿元。
新建学校320所，常住人口城镇化率63.2%。
二、2026年经济社会发展总体要求和政策取向
今年是“十五五”开局之年。
今年发展主要预期目标是：生产总值增长5%左右；城镇新增就业20万人以上。
赤字率按3%安排，拟安排专项债券210亿元。
三、2026年主要任务
全年完成重大工程投资180亿元。
去年开工的15个项目全部建成。
"""


def told(text):
    return {
        (figure.indicator, f"{figure.value:f}{figure.unit}"): (figure.period, figure.kind)
        for figure in read_figures(text)
    }


def test_a_report_named_after_the_year_it_is_spoken_in_reviews_the_year_before():
    said = told(REPORT)
    assert said["生产总值", "5.1%"] == ("2025", "growth")
    assert said["粮食总产量", "210亿斤"] == ("2025", "actual")


def test_what_came_about_in_five_years_is_of_all_and_what_is_then_is_of_the_last():
    said = told(REPORT)
    assert said["新增高速公路", "410公里"][0] == "2021..2025"
    assert said["经济总量", "1.8万亿元"][0] == "2025"


def test_five_years_hold_for_the_paragraphs_behind_where_the_heading_speaks_of_them():
    said = told(REPORT)
    assert said["新建学校", "320所"][0] == "2021..2025"
    assert said["常住人口城镇化率", "63.2%"][0] == "2025"


def test_below_a_heading_of_what_is_to_be_done_all_is_a_target_of_the_year_begun():
    said = told(REPORT)
    for figure in [("城镇新增就业", "20万人"), ("重大工程投资", "180亿元")]:
        assert said[figure] == ("2026", "target")
    assert said["安排专项债券", "210亿元"] == ("2026", "target")


def test_what_was_done_last_year_is_no_target_below_such_a_heading():
    assert [said for (_, value), said in told(REPORT).items() if value == "15个"] == [("2025", "actual")]


def test_the_next_five_years_begin_with_the_year_of_the_report():
    text = "政府工作报告\n（2022年2月10日）\n一、过去五年工作回顾\n培育企业60家。\n二、今后五年目标\n培育企业90家。\n"
    assert [figure.period for figure in read_figures(text)] == ["2017..2021", "2022..2026"]


def test_last_year_and_its_half_are_told_from_this_year():
    text = (
        "全县工业会议讲话\n（2024年8月9日）\n今年上半年，新增企业30家。去年上半年新增企业20家。去年全年新增企业50家。\n"
    )
    assert [figure.period for figure in read_figures(text)] == ["2024H1", "2023H1", "2023"]


def test_targets_listed_over_semicolons_are_of_the_time_that_opens_the_sentence():
    text = "样例区2024年上半年经济运行情况\n一、全年目标：工业产值增长8%左右，力争突破90亿元；新增就业不低于3000人。\n"
    assert {(figure.period, figure.kind) for figure in read_figures(text)} == {("2024", "target")}


def test_a_change_states_two_figures_of_one_head_each_of_its_time():
    first, last = read_figures("样例区2024年总结\n合同总额由上年的66.5亿元提高到91.2亿元。\n")
    assert first.indicator == last.indicator == "合同总额"
    assert [(f"{figure.value:f}", figure.period) for figure in (first, last)] == [("66.5", "2023"), ("91.2", "2024")]


def test_both_times_of_a_change_may_be_written():
    first, last = read_figures("某行2023年总结\n（2024年2月1日）\n拨备率从2019年底的8%提升到去年底的12%。\n")
    assert [(figure.indicator, figure.period) for figure in (first, last)] == [("拨备率", "2019"), ("拨备率", "2023")]


def test_a_share_stays_a_share_through_a_change_and_a_rank_a_rank():
    first, last = read_figures("甲县2023年总结\n民间投资占全部投资比重从35%提高到44%。\n")
    assert [(figure.kind, figure.share_pct, figure.share_of) for figure in (first, last)] == [
        ("share", 35, "全部投资"),
        ("share", 44, "全部投资"),
    ]
    ranks = read_figures("甲县2023年总结\n粮食总产由全市第七位上升为第三位。\n")
    assert [(figure.kind, figure.value, figure.share_of) for figure in ranks] == [
        ("rank", 7, "全市"),
        ("rank", 3, "全市"),
    ]


def test_a_change_over_five_years_began_the_year_before_them():
    first, last = read_figures("乙县第十五个五年规划纲要\n“十四五”期间，公路里程由1200公里增加到1500公里。\n")
    assert (first.period, last.period) == ("2020", "2025")


def test_growth_against_a_year_before_five_years_is_of_the_last_of_them():
    text = "政府工作报告\n（2023年1月13日）\n一、过去五年工作回顾\n优良比例96.2%，比2017年提高13.9个百分点。\n"
    assert [figure.period for figure in read_figures(text)] == ["2022", "2022"]


def test_the_year_below_a_heading_is_no_year_of_a_document_named_there():
    text = (
        "高新区上半年工作\n今年上半年，高新区新建学校3所。\n【成绩斐然】产业建设取得新成绩\n"
        "编制完成《软件服务业发展行动方案（2024—2026年）》，从2021年至2025年的投资分年安排，新签约项目20个。\n"
    )
    said = {figure.indicator: figure.period for figure in read_figures(text, ReadingContext(period="2024H1"))}
    assert said["新签约项目"] == "2024H1"


SPEECH = """在全区经济工作会议上的讲话
（2024年12月24日）
一、今年工作怎么看
预计生产总值增长6.2%。
二、差距和不足
一是总量不大。去年经济总量300亿元。二是投入不足。研发投入强度2.1%。
三、明年工作怎么干
改造老旧小区36个。
"""


def test_a_speech_reviews_this_year_and_plans_the_next():
    said = told(SPEECH)
    assert said["生产总值", "6.2%"] == ("2024", "growth"), "预计 estimates what came out below such a heading"
    assert said["改造老旧小区", "36个"] == ("2025", "target")


def test_a_time_inside_one_item_does_not_reach_into_the_next():
    said = told(SPEECH)
    assert said["经济总量", "300亿元"][0] == "2023"
    assert said["研发投入强度", "2.1%"][0] == "2024"


def test_a_heading_takes_no_year_from_below_the_next_heading():
    sections = "一、2024年经营情况\n收入5亿元。\n二、存在问题\n应收账款3亿元。\n三、2025年计划\n收入6亿元。"
    text = f"某公司2024年度总结暨2025年计划\n{sections}"
    assert told(text)["应收账款", "3亿元"][0] == "2024"


def test_average_growth_and_what_was_before_in_a_section_of_five_years_are_of_the_five_years():
    achieved = "2025年生产总值286亿元，年均增长7.1%，税收占比由58%提高到66%。"
    said = told(f"某县第十五个五年规划纲要\n第一节 “十四五”发展成就\n{achieved}")
    assert said["生产总值年均增长", "7.1%"][0] == "2021..2025"
    assert [said[key][0] for key in said if key[1] in {"58%", "66%"}] == ["2020", "2025"]


def test_the_first_months_of_a_year_are_named_in_two_ways():
    assert told("2024年情况\n前8个月，收入76亿元。")["收入", "76亿元"][0] == "2024-01..2024-08"
