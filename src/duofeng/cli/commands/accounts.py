"""`duofeng accounts`: people and programs that may sign in; passwords and keys are printed once."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from duofeng.brain.runs.store import Runs
from duofeng.cli.clocks import moment, now
from duofeng.cli.commands.serve import prepare
from duofeng.cli.console import DEFAULT_DATA, DEFAULT_ZONE, FIRMS, DataOption, ZoneOption, console, table_of
from duofeng.kernel.message import say
from duofeng.kernel.problem import ProblemError, nearest
from duofeng.tell.words import told
from duofeng.zone.kinds.role import Role
from duofeng.zone.load import load_zone
from duofeng.zone.zone import Zone

if TYPE_CHECKING:
    from duofeng.desk.accounts.models import User

ADMINISTRATOR = "administrator"
SCOPES = ("figures:read", "profiles:read", "findings:read", "runs:read")
RoleOption = Annotated[str, typer.Option("--role", help="园区声明的岗位")]
SubjectOption = Annotated[str, typer.Option("--subject", help="企业账号所属企业")]


@dataclass(frozen=True)
class DemoAccount:
    """One account of the demonstration. The password is known only here: the database keeps its hash."""

    name: str
    password: str
    role: str
    title: str
    subject: str


def register(app: typer.Typer) -> None:
    accounts = typer.Typer(name="accounts", help="账号与接口令牌", no_args_is_help=True)
    accounts.command("create", help="建账号，打印一次性密码")(create)
    accounts.command("token", help="发接口令牌，只显示一次")(token)
    accounts.command("reset", help="忘了密码、丢了手机：新的一次性密码")(reset)
    accounts.command("list", help="列出账号")(listed)
    app.add_typer(accounts)


def create(
    user: Annotated[str, typer.Argument(help="用户名")],
    role: RoleOption,
    subject: SubjectOption = "",
    zone: ZoneOption = DEFAULT_ZONE,
    data: DataOption = DEFAULT_DATA,
) -> None:
    """Make an account whose password must be changed at the first sign-in."""
    declared = load_zone(zone)
    _refuse_unknown_role(declared, role, subject)
    prepare(zone, data)
    from duofeng.desk.accounts.models import User  # noqa: PLC0415  # needs Django started

    if User.objects.filter(username=user).exists():
        raise typer.BadParameter(told("已经有账号 {user}", user=user))
    password = _made(user, role, subject, must_change=True)
    console.print(told("{user} 的一次性密码：{password}", user=user, password=password), markup=False)


def token(
    user: Annotated[str, typer.Argument(help="所有者")],
    name: Annotated[str, typer.Option("--name", help="用途")],
    scope: Annotated[list[str] | None, typer.Option("--scope", help="范围，可重复；默认全部")] = None,
    days: Annotated[int, typer.Option("--days", min=1, help="有效天数")] = 365,
    zone: ZoneOption = DEFAULT_ZONE,
    data: DataOption = DEFAULT_DATA,
) -> None:
    """A key for the API. It allows no more than the pages allow its owner."""
    scopes = scope or list(SCOPES)
    unknown = [each for each in scopes if each not in SCOPES]
    if unknown:
        raise _not_among("--scope", unknown[0], SCOPES)
    prepare(zone, data)
    from duofeng.desk.accounts.models import Token  # noqa: PLC0415  # needs Django started

    owner = _known(user)
    _token, key = Token.issue(owner, name, scopes, now() + timedelta(days=days))
    console.print(told("令牌（只显示这一次）：{key}", key=key), markup=False, soft_wrap=True)


def reset(
    user: Annotated[str, typer.Argument(help="用户名")],
    zone: ZoneOption = DEFAULT_ZONE,
    data: DataOption = DEFAULT_DATA,
) -> None:
    """A new one-time password, no second factor; the log of the administration keeps that it happened."""
    prepare(zone, data)
    from duofeng.desk.accounts import second_factor  # noqa: PLC0415  # needs Django started

    person = _known(user)
    password = secrets.token_urlsafe(12)
    person.set_password(password)
    person.must_change_password = True
    person.save(update_fields=["password", "must_change_password"])
    second_factor.turn_off(person, person, "password and second factor reset at the terminal")
    console.print(told("{user} 的一次性密码：{password}", user=user, password=password), markup=False)


def listed(zone: ZoneOption = DEFAULT_ZONE, data: DataOption = DEFAULT_DATA) -> None:
    prepare(zone, data)
    from duofeng.desk.accounts.models import User  # noqa: PLC0415  # needs Django started

    table = table_of(say("账号"), say("岗位"), say("企业"), say("最近登录"))
    for each in User.objects.order_by("username"):
        last = moment(each.last_login) if each.last_login else "—"
        table.add_row(each.username, each.role, each.subject or "—", last)
    console.print(table)


def make_demo_accounts(data: Path, zone: Path, subject: str = "") -> tuple[DemoAccount, ...]:
    """One account for each declared role, named like it, with a random password; made anew each time.

    An enterprise account speaks for `subject`, or for the firm of the current run with the most money in reach. Django
    is started with this zone and this data folder. Only the demo calls it, on the data folder it has just made.
    """
    prepare(zone, data)
    declared = load_zone(zone)
    roles = declared.declared(Role)
    firm = subject or _firm_of(data)
    return tuple(
        DemoAccount(
            name=id,
            password=_made(id, id, firm if role.own_subject_only else "", must_change=False),
            role=id,
            title=told(role.title),
            subject=firm if role.own_subject_only else "",
        )
        for id, role in roles.items()
    )


def print_demo_accounts(accounts: Sequence[DemoAccount]) -> None:
    table = table_of(say("岗位"), say("用户名"), say("密码"), say("企业"))
    for each in accounts:
        table.add_row(each.title, each.name, each.password, each.subject or "—")
    console.print(table)


def _firm_of(data: Path) -> str:
    """The firm of the current run's dearest near miss; without a run, none."""
    try:
        run = Runs(data / "runs").current()
    except ProblemError:
        return ""
    found = run.table("near", FIRMS).select("subject").head(1).collect()["subject"]
    if found.len():
        return str(found[0])
    firms = run.table("profile", FIRMS).select("subject").head(1).collect()["subject"]
    return str(firms[0]) if firms.len() else ""


def _made(user: str, role: str, subject: str, *, must_change: bool) -> str:
    """The new password of the account, made or made anew. An administrator may also use Django's own pages."""
    from duofeng.desk.accounts.models import User  # noqa: PLC0415  # needs Django started

    password = secrets.token_urlsafe(12)
    account, _new = User.objects.get_or_create(username=user)
    account.role, account.subject, account.must_change_password = role, subject, must_change
    account.is_staff = account.is_superuser = role == ADMINISTRATOR
    account.is_active = True
    account.set_password(password)
    account.save()
    return password


def _known(user: str) -> User:
    from duofeng.desk.accounts.models import User  # noqa: PLC0415  # needs Django started

    found: User | None = User.objects.filter(username=user).first()
    if found is None:
        raise _not_among("USER", user, list(User.objects.order_by("username").values_list("username", flat=True)))
    return found


def _refuse_unknown_role(zone: Zone, role: str, subject: str) -> None:
    roles = zone.declared(Role)
    if role not in roles:
        raise _not_among("--role", role, sorted(roles))
    if roles[role].own_subject_only and not subject:
        wanted = told("岗位 {role} 的账号要用 --subject 写明企业", role=role)
        raise typer.BadParameter(wanted)


def _not_among(what: str, typed: str, known: Sequence[str]) -> typer.BadParameter:
    """A report of a word nobody knows, with the nearest one, else the first few there are."""
    near = nearest(typed, known)
    may = near or ", ".join(known[:12])
    return typer.BadParameter(
        told("{what}：没有“{typed}”。可用：{may}", what=what, typed=typed, may=may),
    )
