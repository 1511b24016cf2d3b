"""`duofeng demo`: the story of a zone in one command, every step the command a user would type."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import Annotated

import polars as pl
import typer
from rich.table import Table

from duofeng.brain.figures.book import Book
from duofeng.brain.figures.statement import Statement
from duofeng.brain.profiles import subjects_called
from duofeng.brain.runs.compute import Inputs, compute
from duofeng.brain.runs.store import Runs
from duofeng.cli.clocks import now, today
from duofeng.cli.commands.accounts import make_demo_accounts, print_demo_accounts
from duofeng.cli.commands.check import check
from duofeng.cli.commands.contradictions import board
from duofeng.cli.commands.figure import stated_book
from duofeng.cli.commands.policies import for_subject, try_draft
from duofeng.cli.commands.run import print_manifest, question
from duofeng.cli.commands.score import score
from duofeng.cli.commands.show import show
from duofeng.cli.commands.targets import targets
from duofeng.cli.console import DEFAULT_ZONE, FIRMS, ZoneOption, console, table_of
from duofeng.facts.evidence import standing
from duofeng.facts.ledger import Ledger
from duofeng.facts.loading import Loader
from duofeng.facts.profile import profile
from duofeng.kernel.message import say
from duofeng.synth import write_zone
from duofeng.tell.words import told
from duofeng.zone.kinds.scorecard import scorecards_in_force
from duofeng.zone.load import load_zone
from duofeng.zone.zone import Zone

AS_OF = date(2024, 6, 30)
ANOTHER_DAY = date(2024, 3, 31)
HEADLINES = (
    "gdp", "industrial_value_added", "fixed_asset_investment", "retail_sales", "budget_revenue", "signed_amount",
    "started_investment", "technology_smes",
)  # fmt: skip
NEW_DATA = Path("data/demo")
PERIODS = ("2020", "2023H1", "2023", "2024H1")
ANSWERS = "answer_key.csv"
DRAFT = Path("docs/examples/rd-subsidy-2025.yaml")


def register(app: typer.Typer) -> None:
    app.command("demo", help="一条命令看完整个故事")(demo)


def demo(
    organisations: Annotated[int, typer.Option("--organisations", help="合成企业数")] = 8_000,
    zone: ZoneOption = DEFAULT_ZONE,
    data: Annotated[Path, typer.Option("--data", help="数据文件夹，会重建")] = NEW_DATA,
    draft: Annotated[Path, typer.Option("--draft", help="要试算的政策草案")] = DRAFT,
    serving: Annotated[bool, typer.Option("--serve/--no-serve", help="讲完后启动网站")] = True,
    port: Annotated[int, typer.Option("--port", help="网站端口")] = 8000,
) -> None:
    """Tell the story.

    1. Check the zone.  2. Load the published figures: headlines, targets, contradictions.
    3. Load made-up enterprises and hold the rejects against the key of planted mistakes.
    4. Show one enterprise with a disputed value.  5. Recompute everything; what one firm may have, how it scores.
    6. Try the draft of a policy before it is published.
    7. Make accounts for every role, serve the site, print five links that tell the story in order.
    """
    started = perf_counter()
    shutil.rmtree(data, ignore_errors=True)
    _step(told("检查园区声明"), lambda: check(zone))
    declared = load_zone(zone)
    ledger = Ledger.open(data / "ledger")
    loader = Loader(declared, ledger, data, "demo", today())
    _step(told("加载五份公开报告里的数字"), lambda: _published(loader))
    _step(told("主要指标"), lambda: _headlines(stated_book(ledger, declared, data), declared))
    _step(told("2023 年目标与结果"), lambda: targets(zone=zone, data=data))
    _step(told("不能同时成立的数字"), lambda: board(zone=zone, data=data))
    _step(
        told("合成 {organisations:,} 户企业并加载", organisations=organisations),
        lambda: _enterprises(loader, organisations, data / "synthetic"),
    )
    _step(told("埋下的错误与拒收对照"), lambda: _rejects(ledger, data / "synthetic"))
    firm = _disputed_firm(ledger, declared)
    _step(
        told("一户企业的档案：每个值都有出处，有一处两个来源说法不同"),
        lambda: show(firm, of=FIRMS, as_of=AS_OF.isoformat(), zone=zone, data=data),
    )
    _step(told("重新计算评分和政策"), lambda: _run(declared, ledger, data))
    near = _conclusions(declared, zone, data, draft)
    _other_registers(declared, zone, data)
    took = f"{perf_counter() - started:.0f}"
    console.print(told("演示完毕，用时 {took} 秒。数据在 {data}", took=took, data=data))
    if serving:
        _step(
            told("演示账号（密码只在这里显示）"),
            lambda: _accounts(data, zone),
        )
        _step(told("按顺序打开这五个链接"), lambda: _links(port, near))
        _serve(port, zone, data)


def _conclusions(declared: Zone, zone: Path, data: Path, draft: Path) -> str | None:
    """One firm's policies and score, odd values, a draft; returns the firm."""
    near = _near_firm(data)
    if near is not None:
        title = told("一户企业能享受什么、还差什么")
        _step(title, lambda: for_subject(near, FIRMS, "current", zone, data))
        card = _telling_card(declared, near, data)
        if card is not None:
            title = told("这户企业的得分，可照着重算")
            _step(title, lambda: score(card, near, html=data / "score.html", zone=zone, data=data))
    alarming = next((each.card for each in scorecards_in_force(declared, AS_OF) if each.watch is not None), None)
    if alarming is not None:
        title = told("申报前突然变大的数值：请核对材料")
        _step(title, lambda: score(alarming, odd=True, most=5, zone=zone, data=data))
    if draft.is_file():
        title = told("一份政策草案发布前的试算")
        _step(title, lambda: try_draft(draft, data / "dry-run.html", "current", zone, data))
    return near


def _other_registers(declared: Zone, zone: Path, data: Path) -> None:
    """A resident's benefit, a project with the firm and the parcel it leads to, the same asked for another day."""
    person = _paid("person", data)
    if person is not None:
        _step(told("一位居民能领什么，为什么"), lambda: for_subject(person, "person", "current", zone, data))
    project = _whole("project", ("carrier", "parcel"), declared, data)
    if project is not None:
        title = told("一个项目，走到它的企业和宗地")
        _step(title, lambda: _leads(_trail("project", project, declared, data), declared, data))
    _step(
        told("换一天问一问：当前计算不变"),
        lambda: question(told("三月底怎么样"), ANOTHER_DAY.isoformat(), zone=zone, data=data),
    )


def _paid(register: str, data: Path) -> str | None:
    """The subject of a register that is due most money."""
    run = Runs(data / "runs").current()
    if register not in run.registers:
        return None
    due = run.table("bundles", register).filter(pl.col("taken") & (pl.col("paid") > 0))
    first = due.sort("paid", "subject", descending=[True, False]).head(1).collect()
    return str(first["subject"][0]) if first.height else None


def _whole(register: str, references: tuple[str, ...], zone: Zone, data: Path) -> str | None:
    """The first subject of a register of which all these references are known."""
    if not set(references) <= set(zone.attributes.get(register, {})):
        return None
    frame = profile(
        Ledger.open(data / "ledger"), zone, register, ("name", *references), as_of=AS_OF, known_at=now()
    ).collect()
    known = frame.drop_nulls(list(references))
    return str(known["subject"][0]) if known.height else None


def _trail(register: str, subject: str, zone: Zone, data: Path) -> list[tuple[str, str, str]]:
    """(what it is to the subject, register, key): the subject itself, then what its references lead to."""
    attributes = zone.attributes[register]
    leading = [each for each in attributes.values() if each.type == "reference" and not each.many]
    ledger = Ledger.open(data / "ledger")
    frame = profile(ledger, zone, register, [each.id for each in leading], as_of=AS_OF, known_at=now())
    row = frame.filter(pl.col("subject") == subject).collect().row(0, named=True)
    own = (told(zone.registers[register].title), register, subject)
    return [own, *((told(each.title), each.to or "", row[each.id]) for each in leading if row[each.id])]


def _leads(trail: list[tuple[str, str, str]], zone: Zone, data: Path) -> None:
    ledger = Ledger.open(data / "ledger")
    for what, register, subject in trail:
        named = subjects_called(zone, ledger, register, as_of=AS_OF, known_at=now())
        name = named.filter(pl.col("subject") == subject)["name"].to_list()
        console.print(f"  {what}: {name[0] if name else ''}  {subject}", markup=False)


def _serve(port: int, zone: Path, data: Path) -> None:
    """The site in place of this process: the server forks, and the ledger's threads do not survive a fork."""
    options = ["--port", str(port), "--zone", str(zone), "--data", str(data)]
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", "duofeng.cli.main", "serve", *options])


def _accounts(data: Path, zone: Path) -> None:
    print_demo_accounts(make_demo_accounts(data, zone))


def _links(port: int, firm: str | None) -> None:
    story = (
        ("contradictions/", told("公布的数字互相矛盾")),
        ("figures/leading_industry_signed_amount/", told("它的证明")),
        ("targets/", told("落后和落空的目标")),
        ("figures/technology_smes/profiles/technology_smes_counted/", told("目标背后的企业")),
        (
            f"firms/{firm}/policies/" if firm else "policies/",
            told("其中一户差一点：差什么、怎么办"),
        ),
    )
    for number, (path, what) in enumerate(story, 1):
        console.print(f"  {number}. http://127.0.0.1:{port}/{path}  {what}", markup=False, soft_wrap=True)


def _step(title: str, act: Callable[[], object]) -> None:
    console.rule(f"[bold]{title}")
    act()
    console.print()


def _published(loader: Loader) -> None:
    for path in sorted((loader.zone.folder / "published").glob("*.csv")):
        outcome = loader.load(path, now())
        facts = told("{facts} 个数字", facts=outcome.facts)
        console.print(f"  {path.name:24}{facts}", markup=False)


def _headlines(book: Book, zone: Zone) -> None:
    table = Table(box=None, pad_edge=False)
    table.add_column(told("指标"))
    for period in PERIODS:
        table.add_column(period, justify="right")
    for id in HEADLINES:
        if id not in book.indicators:
            continue
        cells = []
        for period in PERIODS:
            level, growth = book.one(id, ("zone", period)), book.one((id, "growth", ""), ("zone", period))
            cells.append(_level(level, growth))
        table.add_row(told(book.indicators[id].title), *cells)
    console.print(table)
    for document in zone.documents.values():
        title = told("《{title}》", title=document.title)
        console.print(f"  {document.date}  {title}", style="dim", markup=False)


def _level(level: Statement | None, growth: Statement | None) -> str:
    if level is None:
        return "—" if growth is None else told(growth.said)
    change = "" if growth is None else told("（{growth}）", growth=told(growth.said))
    return told(level.said) + change


def _enterprises(loader: Loader, organisations: int, folder: Path) -> None:
    write_zone(loader.zone, organisations, folder)
    rows = facts = rejects = 0
    for path in sorted(folder.glob("*.csv")):
        if path.name == ANSWERS:
            continue
        outcome = loader.load(path, now())
        rows, facts, rejects = rows + outcome.rows, facts + outcome.facts, rejects + outcome.rejects
    console.print(
        told(
            "  {rows:,} 行，{facts:,} 条事实，{rejects:,} 处拒收（duofeng rejects 可查看、更正、重送）",
            rows=rows,
            facts=facts,
            rejects=rejects,
        )
    )


def _rejects(ledger: Ledger, folder: Path) -> None:
    """Every planted mistake that should be refused, by kind: how many were; and refusals nobody planted."""
    planted = pl.read_csv(folder / ANSWERS, schema_overrides={"row": pl.Int64}).filter(pl.col("expected") == "reject")
    place = ["file", "row", "column"]
    refused = ledger.rejects().select("file", pl.col("row").cast(pl.Int64), "column").unique()
    found = planted.join(refused.with_columns(found=pl.lit(True)), on=place, how="left")
    table = table_of(say("埋下的错误"), numbers=(say("应拒收"), say("已拒收")))
    for row in found.group_by("kind").agg(pl.len(), pl.col("found").count()).sort("kind").iter_rows(named=True):
        table.add_row(row["kind"], f"{row['len']:,}", f"{row['found']:,}")
    table.add_row(told("合计"), f"{found.height:,}", f"{found['found'].count():,}", style="bold")
    console.print(table)
    extra = refused.join(planted.select(place), on=place, how="anti").height
    console.print(told("  没有埋错而被拒收：{extra} 处", extra=extra))


def _disputed_firm(ledger: Ledger, zone: Zone) -> str:
    """A firm of which two sources state one value differently."""
    subjects = ledger.subjects(known_at=now(), kind=FIRMS)["subject"].head(400).to_list()
    facts = standing(ledger, zone, FIRMS, as_of=AS_OF, known_at=now(), subjects=subjects)
    disputed = facts.filter("disputes").group_by("subject").len().sort("len", "subject")
    return str(disputed["subject"][0] if disputed.height else subjects[0])


def _run(zone: Zone, ledger: Ledger, data: Path) -> None:
    done = compute(Inputs(zone, ledger, AS_OF, now()), Runs(data / "runs"))
    print_manifest(done.manifest)


def _near_firm(data: Path) -> str | None:
    """The firm that lacks least for most money, by a distance that can be measured, and may take some already."""
    run = Runs(data / "runs").current()
    taken = run.table("bundles", FIRMS).filter("taken").select("subject").unique()
    nearly = run.table("near", FIRMS).filter(pl.col("amount") > 0).join(taken, on="subject", how="semi")
    measured = pl.col("gap").is_not_null()
    order = nearly.sort(measured, "worth", "policy", "subject", descending=[True, True, False, False])
    near = order.head(1).collect()
    return str(near["subject"][0]) if near.height else None


def _telling_card(zone: Zone, firm: str, data: Path) -> str | None:
    """Of the cards that give the firm a score, one that compares it with peers, with as many entries as can be."""
    run = Runs(data / "runs").current()
    told = [
        (bool(card.peers), sum(1 for _ in card.root.leaves()), card.card)
        for card in scorecards_in_force(zone, run.as_of)
        if card.register == FIRMS
        and run.table(f"score-{card.card}", FIRMS).filter(subject=firm).drop_nulls("score").collect().height
    ]
    return max(told)[-1] if told else None
