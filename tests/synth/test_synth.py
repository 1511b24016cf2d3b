"""The made-up zone: the same bytes again, valid and correlated, and a key that knows every planted mistake."""

from __future__ import annotations

import csv
import re
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from duofeng.brain.policies.plan import plan as policies_of
from duofeng.brain.scores.card import compile_card
from duofeng.cli.main import build_app
from duofeng.facts.ledger import Ledger
from duofeng.facts.loading import Loader
from duofeng.kernel.identifiers import validate_many
from duofeng.kernel.numbers import money_minor, parse_numbers
from duofeng.kernel.period import Period
from duofeng.kernel.problem import Problem, ProblemError
from duofeng.synth import ANSWER_KEY, truths, write_zone
from duofeng.synth.dirt import KEY
from duofeng.synth.formulas import DRAWN, PLAIN
from duofeng.synth.population import Population
from duofeng.synth.spells import changes
from duofeng.synth.truths import Truths
from duofeng.tell.words import told_in
from duofeng.zone.checks import check
from duofeng.zone.kinds.scorecard import Scorecard
from duofeng.zone.kinds.source import Column
from duofeng.zone.kinds.synth import CALLS, CAUSES, DRAWS, Synth
from duofeng.zone.load import load_zone
from duofeng.zone.zone import Zone

ROOT = Path(__file__).resolve().parents[2]
FIRMS = 1500


@pytest.fixture(scope="module")
def zone() -> Zone:
    return load_zone(ROOT / "zones" / "zhengzhou")


@pytest.fixture(scope="module")
def plan(zone: Zone) -> Synth:
    return next(iter(zone.declared(Synth).values()))


@pytest.fixture(scope="module")
def folder(zone: Zone, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("synth")
    write_zone(zone, FIRMS, out, seed=7)
    return out


@pytest.fixture(scope="module")
def key(folder: Path) -> pl.DataFrame:
    return pl.read_csv(folder / ANSWER_KEY, infer_schema=False).with_columns(pl.col("row").cast(pl.Int64))


def truths_of(zone: Zone, size: int, seed: int) -> Truths:
    (plan,) = zone.declared(Synth).values()
    return Truths(Population(plan, size, seed), zone.attributes["organisation"])


def cells(path: Path) -> list[list[str]]:
    encoding = "gb18030" if path.name == "credit.csv" else "utf-8-sig"
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.reader(file))


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(zone: Zone, folder: Path, tmp_path: Path) -> None:
    write_zone(zone, FIRMS, tmp_path / "same", seed=7)
    write_zone(zone, FIRMS, tmp_path / "other", seed=8)
    names = sorted(path.name for path in folder.iterdir())
    assert names == sorted(path.name for path in (tmp_path / "same").iterdir())
    for name in names:
        assert (folder / name).read_bytes() == (tmp_path / "same" / name).read_bytes()
    assert (folder / "registry.csv").read_bytes() != (tmp_path / "other" / "registry.csv").read_bytes()


def test_the_key_quotes_every_planted_cell_as_it_stands_in_its_file(folder: Path, key: pl.DataFrame) -> None:
    assert tuple(key.columns) == KEY
    assert set(key["kind"]) >= {
        "wrong_check",
        "duplicate",
        "missing_code",
        "wrong_unit",
        "gap",
        "dispute",
        "future_date",
    }
    for (name,), rows in key.group_by("file"):
        table = cells(folder / str(name))
        for row in rows.filter(pl.col("kind") != "dispute").iter_rows(named=True):
            assert table[row["row"] - 1][table[0].index(row["column"])] == row["written"], row


def test_one_row_carries_one_kind_of_planted_mistake_at_most(key: pl.DataFrame) -> None:
    planted = key.filter(pl.col("kind") != "dispute").group_by("file", "row").agg(pl.col("kind").n_unique())
    assert planted["kind"].max() == 1


def test_codes_are_valid_and_unique_but_for_the_planted_ones(folder: Path, key: pl.DataFrame) -> None:
    register = pl.read_csv(folder / "registry.csv", infer_schema=False)
    found = validate_many("uscc", register["统一社会信用代码"])
    wrong = (~found["ok"]).arg_true() + 2
    planted = key.filter((pl.col("file") == "registry.csv") & (pl.col("column") == "统一社会信用代码"))
    copies = key.filter((pl.col("file") == "registry.csv") & (pl.col("kind") == "duplicate"))
    assert sorted(wrong) == sorted([*planted["row"], *copies["row"]])
    right = found.filter(pl.col("ok"))["normalised"]
    assert right.n_unique() == len(right) == FIRMS - planted.height


def test_names_and_codes_stay_unique_in_a_large_zone(plan: Synth) -> None:
    naming = Population(plan, 120_000, 3).naming
    assert naming.names.n_unique() == 120_000
    assert naming.credit_codes.n_unique() == 120_000
    assert validate_many("uscc", naming.credit_codes)["code"].null_count() == 120_000


@pytest.mark.parametrize("size", [3_600, 36_000])
def test_published_totals_are_met_exactly_in_proportion(plan: Synth, size: int) -> None:
    population = Population(plan, size, 1)
    for flag, quota in plan.quotas.items():
        assert int(population.holders(flag).sum()) == round(float(quota.count) * size / plan.base), flag
    assert not (population.holders("little_giant") & ~population.holders("specialised_sme")).any()


def test_amounts_are_skewed_and_hang_together(zone: Zone) -> None:
    made, year = truths_of(zone, 8_000, 1), Period.parse("2023")
    states = {name: made.column(name, None) for name in ("patents_class1",)}
    flows = {name: made.column(name, year) for name in ("revenue", "employees", "rd_expense", "tax_paid")}
    power = made.column("electricity", Period.parse("2024-05"))
    table = pl.DataFrame(states | flows | {"electricity": power}).drop_nulls()
    ordered = table["revenue"].sort(descending=True)
    assert ordered.head(len(ordered) // 10).sum() > 0.5 * ordered.sum()
    for one, two, least in (
        ("revenue", "employees", 0.6),
        ("revenue", "electricity", 0.6),
        ("revenue", "tax_paid", 0.6),
        ("rd_expense", "patents_class1", 0.5),
    ):
        assert table.select(pl.corr(one, two, method="spearman")).item() > least, (one, two)
    population = made.population
    researchers = population.research_share[population.holders("tech_sme")].mean()
    assert researchers > 2 * population.research_share[~population.holders("tech_sme")].mean()


def test_parts_never_exceed_their_whole(zone: Zone) -> None:
    made, year = truths_of(zone, 8_000, 2), Period.parse("2022")
    for part, whole in (
        ("rd_staff", "employees"),
        ("rd_staff", "st_staff"),
        ("rd_domestic_expense", "rd_expense"),
        ("rd_deduction_base", "rd_expense"),
        ("venture_raised", "equity_raised"),
        ("awards_national", "awards_national_top5"),
        ("offshore_revenue", "service_revenue"),
        ("compute_contract", "compute_fees"),
        ("main_revenue", "revenue"),
        ("exports", "revenue"),
        ("liabilities", "assets"),
        ("problems_raised", "visits"),
        ("problems_solved", "problems_raised"),
    ):
        low, high = made.column(part, year), made.column(whole, year)
        assert (low <= high).fill_null(True).all(), (part, whole)


def test_nobody_reports_before_being_registered_or_after_the_end_of_the_data(
    zone: Zone, plan: Synth, folder: Path, key: pl.DataFrame
) -> None:
    made = truths_of(zone, FIRMS, 7)
    for year in (2020, 2023):
        revenue = made.column("revenue", Period.parse(str(year)))
        reported = revenue.is_not_null().to_numpy()
        assert (made.population.registered_on[reported] < np.datetime64(f"{year}-12-31")).all()
    planted = set(key.filter(pl.col("file") == "registry.csv")["row"])
    register = cells(folder / "registry.csv")
    at = register[0].index("成立日期")
    true_dates = [date.fromisoformat(row[at]) for line, row in enumerate(register[1:], start=2) if line not in planted]
    assert max(true_dates) <= plan.as_of


def test_a_zone_without_a_plan_cannot_be_made_up(tmp_path: Path) -> None:
    with pytest.raises(ProblemError) as refused:
        write_zone(load_zone(ROOT / "zones/second"), 10, tmp_path)
    assert [problem.code for problem in refused.value.problems] == ["E296"]


def test_a_source_may_only_ask_for_what_is_made_up(zone: Zone, tmp_path: Path) -> None:
    source = next(zone.sources[id] for id, file in zone.declared(Synth)["synth"].files.items() if file.rows != "made")
    asking = source.model_copy(update={"columns": {**source.columns, "心情": Column(attribute="mood")}})
    other = replace(zone, declarations={**zone.declarations, "source": {**zone.sources, source.id: asking}})
    with pytest.raises(ProblemError) as refused:
        write_zone(other, 10, tmp_path)
    assert [problem.code for problem in refused.value.problems] == ["E297"]


def test_a_zone_is_no_larger_than_its_characters_give_names(zone: Zone, plan: Synth, tmp_path: Path) -> None:
    poor = plan.model_copy(update={"names": plan.names.model_copy(update={"brand": "翊珩"})})
    small = replace(zone, declarations={**zone.declarations, "synth": {poor.id: poor}})
    with pytest.raises(ProblemError) as refused:
        write_zone(small, 100, tmp_path)
    assert [problem.code for problem in refused.value.problems] == ["E298"]


def test_a_made_up_file_is_that_of_a_source(zone: Zone, plan: Synth) -> None:
    other = plan.model_copy(update={"files": {"no-source": plan.files["synthetic-registry"]}})
    found: list[Problem] = []
    check("synth", other, zone, found)
    assert [problem.code for problem in found] == ["E049"]


def test_all_that_policies_and_their_scorecards_read_is_delivered_by_a_source_of_the_made_up_zone(
    zone: Zone, plan: Synth
) -> None:
    policies = policies_of(zone, plan.as_of, "organisation")
    read = set(policies.columns)
    for card in zone.declared(Scorecard).values():
        # Cards no policy reads may rest on what firms type themselves or on what is gathered from others.
        if card.card in policies.cards:
            read |= set(compile_card(zone, card, plan.as_of).columns)
    delivered = {each.attribute for id in plan.files for each in zone.sources[id].columns.values()}
    assert {name.partition("[")[0] for name in read} - seldom_recorded(zone) <= delivered


def seldom_recorded(zone: Zone) -> set[str]:
    """What a policy asks with `absent(…)`: it says what holds for years without a record."""
    texts = (path.read_text("utf-8") for path in sorted((zone.folder / "policies").glob("*.yaml")))
    return {name for text in texts for name in re.findall(r"absent\((\w+)\[", text)}


def test_every_year_a_rule_looks_back_on_is_in_a_file(zone: Zone, plan: Synth) -> None:
    periods: dict[str, set[str]] = {}
    for id, file in plan.files.items():
        for each in zone.sources[id].columns.values():
            own = {str(each.period)} if each.period is not None else {str(period) for period in file.periods}
            periods.setdefault(each.attribute, set()).update(own)
    for name in policies_of(zone, plan.as_of, "organisation").columns:
        attribute, _, period = name.rstrip("]").partition("[")
        told = not period or period in periods.get(attribute, ())
        before = attribute in seldom_recorded(zone) and period < min(periods.get(attribute, (period + "+",)))
        assert told or before, name


def test_the_first_day_of_a_recognition_is_that_of_its_earliest_spell(zone: Zone, plan: Synth) -> None:
    made = truths_of(zone, 8_000, 3)
    found = changes(made.population, ("high_tech",))
    spells = pl.DataFrame({"who": found.organisation, "day": found.day, "on": found.on}).filter("on")
    earliest = spells.group_by("who").agg(pl.col("day").min()).sort("who")
    since = made.column("high_tech_since", None)
    assert since.drop_nulls().to_list() == earliest["day"].to_list()
    assert since.is_not_null().arg_true().to_list() == earliest["who"].to_list()
    recent = since.drop_nulls() > plan.as_of.replace(year=plan.as_of.year - 1)
    assert 0.1 < recent.mean() < 0.6  # type: ignore[operator]  # the mean of flags is a number


def test_a_list_of_recognitions_says_no_for_those_it_covers_and_a_list_of_offenders_names_offenders_only(
    folder: Path, plan: Synth
) -> None:
    recognised = cells(folder / "qualifications.csv")
    nothing = [row for row in recognised[1:] if set(row[3:]) == {"否"}]
    assert len(nothing) == round(float(plan.files["synthetic-qualifications"].share) * FIRMS)
    assert not any(set(row[3:]) == {"否"} for row in cells(folder / "credit.csv")[1:])


def test_nobody_has_a_row_that_says_nothing(folder: Path, key: pl.DataFrame) -> None:
    for name in ("payments-2023.csv", "recognised-on.csv", "capability.csv", "science-2023.csv"):
        spoiled = set(key.filter(pl.col("file") == name)["row"])
        rows = cells(folder / name)
        assert all(any(row[2:]) for line, row in enumerate(rows[1:], start=2) if line not in spoiled), name
        assert 0 < len(rows) - 1 < FIRMS, name


def test_registers_of_awards_say_none_for_years_before_a_firm_existed(zone: Zone) -> None:
    made, year = truths_of(zone, 8_000, 1), Period.parse("2019")
    young = ~made.population.present(year)
    awards, rank = made.column("awards_national", year), made.column("contest_rank", year)
    assert awards.filter(pl.Series(young)).to_list() == [0] * int(young.sum())
    assert rank.min() and awards.null_count() == rank.null_count() == 0


def test_events_fall_into_areas_of_four_levels(folder: Path, plan: Synth) -> None:
    grids = pl.read_csv(folder / "grids.csv", infer_schema=False)
    events = pl.read_csv(folder / "events.csv", infer_schema=False)
    assert plan.events is not None
    assert events.height == round(float(plan.events.count) * FIRMS / plan.base)
    assert grids["层级"].value_counts().sort("count").rows() == [("grid", 571), ("micro_grid", 3895)]
    assert validate_many("grid", grids["网格代码"])["ok"].all()
    assert grids["网格代码"].is_unique().all()
    assert set(events["所在网格"]) <= set(grids["网格代码"])
    assert set(grids["办事处"]) == set(plan.areas.offices)
    assert set(grids["上级"].drop_nulls()) <= set(grids["网格代码"])
    assert events["事件编号"].is_unique().all()
    assert events["上报日期"].is_sorted()
    closed = events.filter(pl.col("办结日期").is_not_null())
    assert (closed["办结日期"] >= closed["上报日期"]).all()
    assert abs(closed.height / events.height - float(plan.events.closed)) < 0.005


def test_other_ways_to_write_a_number_mean_the_same_number(key: pl.DataFrame) -> None:
    accepted = key.filter(pl.col("expected") == "accept")
    assert accepted.height
    for unit, part in accepted.group_by(pl.col("column").str.contains("万元")):
        default = "万元" if unit[0] else "元"
        numbers = part.filter(pl.col("kind") != "magnitude")
        assert parse_numbers(numbers["written"])["value"].equals(parse_numbers(numbers["truth"])["value"])
        assert money_minor(part["written"], default)["minor"].equals(money_minor(part["truth"], default)["minor"])


def test_the_loader_refuses_exactly_the_cells_the_key_says(
    zone: Zone, folder: Path, key: pl.DataFrame, tmp_path: Path
) -> None:
    ledger = Ledger.open(tmp_path / "ledger")
    loader = Loader(zone, ledger, tmp_path, "test", date(2024, 7, 1))
    names = [
        "registry.csv",
        "tax-2023.csv",
        "statistics-2023.csv",
        "qualifications.csv",
        "electricity.csv",
        "grids.csv",
    ]
    for minute, name in enumerate(names):
        outcome = loader.load(folder / name, datetime(2024, 7, 1, 8, minute, tzinfo=UTC))
        assert outcome.verdict in ("accepted", "warnings"), (name, outcome.problems)
    expected = key.filter(pl.col("file").is_in(names) & (pl.col("expected") == "reject"))
    found = ledger.rejects()
    rejected = {(Path(row["file"]).name, row["row"], row["column"]) for row in found.iter_rows(named=True)}
    assert rejected == set(expected.select("file", "row", "column").rows())


def test_a_source_that_asks_for_what_is_not_modelled_is_reported_before_anything_is_written(
    zone: Zone, plan: Synth, tmp_path: Path
) -> None:
    source = zone.sources["synthetic-tax"]
    asking = source.model_copy(
        update={"columns": {"地址": source.columns["营业收入"].model_copy(update={"attribute": "address"})}}
    )
    changed = Zone(zone.folder, {**zone.declarations, "source": {**zone.sources, "synthetic-tax": asking}})
    with pytest.raises(ProblemError) as error:
        write_zone(changed, 50, tmp_path / "out")
    assert error.value.problems[0].params["attribute"] == "address"
    assert not (tmp_path / "out").exists()


def test_a_zone_without_a_plan_says_so(zone: Zone, tmp_path: Path) -> None:
    bare = Zone(zone.folder, {**zone.declarations, "synth": {}})
    with pytest.raises(ProblemError) as error:
        write_zone(bare, 50, tmp_path)
    assert "synth.yaml" in told_in("en", error.value.problems[0].message)


def test_more_organisations_than_names_are_refused(zone: Zone, plan: Synth, tmp_path: Path) -> None:
    few = plan.model_copy(update={"names": plan.names.model_copy(update={"brand": "澄岫"})})
    small = Zone(zone.folder, {**zone.declarations, "synth": {"synth": few}})
    with pytest.raises(ProblemError) as error:
        write_zone(small, 50, tmp_path)
    assert error.value.problems[0].params == {"asked": 50, "possible": 12}


def test_a_folder_that_cannot_be_written_is_reported(zone: Zone, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ProblemError) as error:
        write_zone(zone, 50, tmp_path / "file" / "out")
    assert error.value.problems[0].code == "E299"


def test_the_command_writes_the_files_and_says_how_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUOFENG_LANG", "en")
    arguments = ["--organisations", "60", "--events", "100", "--out", str(tmp_path / "out")]
    result = CliRunner().invoke(build_app(), ["synth", *arguments, "--zone", str(ROOT / "zones" / "zhengzhou")])
    assert result.exit_code == 0, result.output
    assert "events.csv  100 rows" in result.output
    assert len(cells(tmp_path / "out" / "events.csv")) == 101


def test_every_register_is_made_up_as_declared(folder: Path) -> None:
    residents = pl.read_csv(folder / "residents.csv", infer_schema=False)
    flats = pl.read_csv(folder / "flats.csv", infer_schema=False)
    assert residents["居民编号"].n_unique() == residents.height == round(135_000 * FIRMS / 36_000)
    living = residents.select("居民编号", pl.col("家庭编号").alias("home"))
    bought = flats.join(living, left_on="买方", right_on="居民编号", how="left")
    assert (bought["购房家庭"] == bought["home"]).all()
    firms = set(pl.read_csv(folder / "registry.csv", infer_schema=False)["统一社会信用代码"])
    assert len(set(residents["参保单位"].drop_nulls()) - firms) < 0.05 * residents.height


def test_the_made_up_year_has_the_published_good_days(folder: Path) -> None:
    air = pl.read_csv(folder / "air.csv")
    assert air.height == air["日期"].n_unique() == 365
    assert (air["指数"] <= 100).sum() == 241


def test_what_is_made_up_from_nothing_before_it_is_told(tmp_path: Path) -> None:
    for name in ("zones", "peaks"):
        shutil.copytree(ROOT / name, tmp_path / name)
    plan = tmp_path / "zones" / "zhengzhou" / "synth.yaml"
    text = plan.read_text("utf-8")
    text = text.replace("beside: 买方", "beside: 卖方").replace("      缴税日期: {later", "      完税日期: {later")
    plan.write_text(text.replace("面积: {number: {median: 24000, spread: 0.8}}", "面积: {serial: x, text: y}"), "utf-8")
    with pytest.raises(ProblemError) as caught:
        load_zone(tmp_path / "zones" / "zhengzhou")
    codes = [problem.code for problem in caught.value.problems]
    assert sorted(codes) == ["E043", "E051", "E092", "E093", "E093"]


@pytest.mark.parametrize(
    ("formula", "code", "column"),
    [
        ("revnue * 0.1", "E093", 1),
        ("exports * 0.1", "E093", 1),  # stands below
        ("1 + industry.powr", "E093", 5),
        ("sqrt(talent)", "E504", 1),
        ("power(talent)", "E505", 1),
        ("normal(talent)", "E505", 1),
        ("normal()", "E505", 1),
        ("2 * employees[2023]", "E502", 5),
        ("case when active then 1 end", "E502", 11),
        ("talent like '%a%'", "E502", 1),
        ("talent +", "E500", None),
    ],
)
def test_a_formula_is_refused_where_it_is_wrong(tmp_path: Path, formula: str, code: str, column: int | None) -> None:
    for name in ("zones", "peaks"):
        shutil.copytree(ROOT / name, tmp_path / name)
    plan = tmp_path / "zones" / "zhengzhou" / "synth.yaml"
    text, begin = plan.read_text("utf-8"), "  net_profit: "
    plan.write_text(text.replace(f"{begin}profit * 0.85", f"{begin}{formula}"), "utf-8")
    with pytest.raises(ProblemError) as caught:
        load_zone(tmp_path / "zones" / "zhengzhou")
    (problem,) = caught.value.problems
    assert problem.code == code
    assert problem.span is not None and (column is None or problem.span.column == len(begin) + column)


def test_all_that_formulas_may_name_is_computed() -> None:
    assert set(truths.CAUSES) == CAUSES
    assert {*CALLS, *DRAWS} == {*PLAIN, *DRAWN, "named", "of_months"}
