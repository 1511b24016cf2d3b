"""`duofeng synth`: write a made-up zone as files, with planted mistakes and their key."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter
from typing import Annotated

import typer

from duofeng.cli.console import DEFAULT_ZONE, ZoneOption, console
from duofeng.synth import ANSWER_KEY, Written, write_zone
from duofeng.tell.words import told
from duofeng.zone.kinds.synth import Synth
from duofeng.zone.load import load_zone

Organisations = Annotated[int, typer.Option("--organisations", min=1, help="多少家企业")]
Out = Annotated[Path, typer.Option("--out", file_okay=False, help="写到哪个文件夹")]
Seed = Annotated[int, typer.Option("--seed", min=0, help="同一个数给出同样的文件")]
EventsCount = Annotated[
    int | None,
    typer.Option("--events", min=0, help="多少条事件；不写按企业数折算"),
]


def register(app: typer.Typer) -> None:
    app.command("synth", help="写出一个合成园区，带埋好的错误和答案")(synth)


def synth(
    organisations: Organisations,
    out: Out,
    seed: Seed = 1,
    events: EventsCount = None,
    zone: ZoneOption = DEFAULT_ZONE,
) -> None:
    begin = perf_counter()

    def report(written: Written) -> None:
        planted = told("，埋错 {planted:,} 处", planted=written.planted) if written.planted else ""
        console.print(told("{file}  {rows:,} 行", file=written.file, rows=written.rows) + planted)

    loaded = load_zone(zone)
    done = write_zone(loaded, organisations, out, seed=seed, events=events, progress=report)
    planted, seconds = sum(each.planted for each in done), perf_counter() - begin
    console.print(
        told(
            "{out}：{count} 个文件，答案 {ANSWER_KEY} 共 {planted:,} 处，用时 {seconds:.1f} 秒。",
            out=out,
            count=len(done),
            ANSWER_KEY=ANSWER_KEY,
            planted=planted,
            seconds=seconds,
        ),
        markup=False,
        soft_wrap=True,
    )
    source = next(iter(loaded.declared(Synth).values())).base_source
    if source:
        document = loaded.documents.get(source.document)
        named = told(document.title) if document else source.document
        console.print(told("各总数出自 {document}。", document=named), markup=False, soft_wrap=True)
