"""`guiju publish`: a version of the rules shown, approved and frozen; the versions there are. Reads arguments and prints."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from engine.base.problem import Problem, Refused, errors
from engine.commands.chinese import ChineseCommand
from engine.commands.console import working
from engine.commands.shell import (
    DATE,
    PATH,
    RulesAsked,
    as_option,
    json_option,
    now,
    office_option,
    paint,
    print_json,
    print_lines,
    print_problems,
    regulation_option,
    tell,
    today,
)

if TYPE_CHECKING:
    from engine.office.office_file import Office
    from engine.office.publishing import ProposedVersion
    from engine.office.setting import Setting
    from engine.office.workspace import Workspace


@click.command(cls=ChineseCommand)
@click.argument("cases", nargs=-1, type=PATH, metavar="[案件…]")
@click.option("--from", "since", type=DATE, metavar="日期", help="新的一版自哪一天起；不写的，列出已发布的各版。")
@click.option("--proposed", metavar="姓名", help="由谁提出。")
@click.option("--mutants", "planted", is_flag=True, help="给批准人看的，连同改错一处、用例发现不发现；几分钟。")
@click.option("--seen", metavar="码", help="批准人看过的那一次的码；写了才发布。")
@as_option
@json_option
@office_option
@regulation_option
def publish(
    cases: tuple[Path, ...],
    since: date | None,
    proposed: str | None,
    planted: bool,
    seen: str | None,
    person: str | None,
    as_json: bool,
    office: Path | None,
    regulation: str | None,
) -> None:
    """发布规则的一版：先列出与前一版的差别和影响，由另一个人看过批准，冻结成一个文件夹，记入账本。"""
    from engine.office.publishing import proposal, two_persons
    from engine.views import publishing as view

    setting = RulesAsked(office, None, regulation, None).said()
    home = _office(setting)
    if since is None:
        _list(setting, home, as_json)
        return
    two_persons(home, proposed, person if seen is not None else None)
    draft = setting.draft.workspace(regulation)
    draft = draft.under(draft.target)
    _sound(setting, draft)
    shown = _shown(setting, draft, since, cases, planted)
    found = proposal(
        draft, since, proposed or "", {name: text.encode() for name, text in shown.items()}, setting.published
    )
    if seen is None:
        for text in shown.values():
            print_lines(text.splitlines())
        print_lines(view.proposed(found))
        return
    if seen != found.code:
        help = "规则、案件或日期与看过的那一次不同：再看一次（不写 `--seen`）"
        raise Refused(Problem("E944", f"看过的是 {seen}，现在是 {found.code}", help=help))
    _freeze(setting, home, found, person)


def _office(setting: Setting) -> Office:
    if setting.office is None or setting.office.published is None or setting.office.rules is None:
        where = f"`{setting.office.file}`" if setting.office is not None else "单位设置"
        help = "用 `--office` 指明单位设置，在其中写 `规则: 副本的文件夹` 和 `发布: 版本的文件夹`"
        raise Refused(Problem("E942", f"{where} 里没有写 `规则` 和 `发布`", help=help), 2)
    return setting.office


def _list(setting: Setting, home: Office, as_json: bool) -> None:
    from engine.office.office_file import key_of
    from engine.office.published import altered, signed
    from engine.views import publishing as view

    key = key_of(home)
    found = [(one, [*altered(one)], signed(one, key)) for one in setting.published]
    if as_json:
        print_json(view.to_plain(found))
    else:
        print_lines(view.listed(found, paint) if found else ["还没有发布的版本"])
    raise SystemExit(1 if any(bad or held is False for _, bad, held in found) else 0)


def _sound(setting: Setting, draft: Workspace) -> None:
    """Nothing is published that its checks or examples find wrong."""
    from engine.office.check import check_library
    from engine.office.tried import tried

    with working("正在检查"):
        problems, _ = check_library(setting.rules, None, today(), setting.calendar, whole=True)
    if not errors(problems):
        with working("正在运行用例"):
            problems = [p for found in tried(draft, ()).values() for p in found.problems]
    if found := errors(problems):
        print_problems(found)
        raise Refused(Problem("E942", "检查或用例有上面的错误，不能发布", help="改好以后再发布"))


def _shown(setting: Setting, draft: Workspace, since: date, cases: Sequence[Path], planted: bool) -> dict[str, str]:
    """What those who approve are shown, as it is kept: name of a file -> its text."""
    from engine.office.batch import cases_in
    from engine.office.publishing import effects
    from engine.views import impact as touched
    from engine.views import rules_compared as compared

    found: dict[str, str] = {}
    if setting.published:
        last = setting.published[-1]
        with working("正在比较"):
            told = effects(last, draft, since, cases_in(cases) if cases else [])
        title = f"自 {last.since} 起的一版 → 自 {since} 起的一版"
        found["差别.txt"] = _text(compared.text(told.compared, title, unproved=compared.BY_DESIGN))
        found["影响.txt"] = _text(touched.text(told.impact, title))
    if planted:
        found["改错.txt"] = _text(_mutants(draft))
    return found


def _text(lines: Iterator[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _mutants(draft: Workspace) -> Iterator[str]:
    from engine.commands.rules import mutant_trials
    from engine.office.tried import tried
    from engine.views.mutants import mutants
    from engine.views.paint import uncoloured

    return mutants(mutant_trials(tried(draft, ()), draft, ())[0], uncoloured)


def _freeze(setting: Setting, home: Office, found: ProposedVersion, person: str | None) -> None:
    from engine.office.office_file import by_whom
    from engine.office.publishing import publish as frozen
    from engine.record.act import stamp

    by = by_whom(home, person, ("发布规则",))
    ledger = setting.ledger(now, tell)
    target = frozen(found, home, by, ledger, stamp(now()))
    recorded = "，已记入账本" if ledger is not None else ""
    print_lines([f"已发布 {target}{recorded}", f"自 {found.since} 起的案件用这一版；以前的仍用以前的各版"])
