"""`guiju verify` and `conform`: finished letters looked at, what they say and how. Read arguments and print."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from engine.base.problem import Problem, Refused
from engine.commands.chinese import ChineseCommand
from engine.commands.shell import (
    PATH,
    PLACE,
    RulesAsked,
    as_option,
    cases_behind,
    json_option,
    ledger_of,
    now,
    paint,
    print_json,
    print_lines,
    print_problems,
    rules_options,
    tell,
)

if TYPE_CHECKING:
    from engine.office.setting import Setting
    from engine.office.verifying import Cases, Verdict
    from engine.office.workspace import Workspace
    from engine.record.chain import Head
    from engine.record.place import LedgerPlace
    from engine.record.verify import Checked


@click.command(cls=ChineseCommand)
@click.argument("subjects", nargs=-1, required=True, type=PLACE, metavar="文书|文件夹|凭据码|文号|账本…")
@click.option("--case", "origins", type=PATH, multiple=True, metavar="案件", help="从案件重算，逐项比较。")
@click.option("--round", "round_", is_flag=True, help="与 --case 的案件同一文件夹里的全部案件是同一批。")
@click.option("--head", "heads", multiple=True, metavar="账本头", help="账本另与留存的账本头比较。")
@click.option("--against", type=PATH, metavar="文件夹", help="账本或案件里的决定，换成这些规则结果会变的。")
@as_option
@json_option
@rules_options
def verify(
    subjects: tuple[LedgerPlace, ...],
    origins: tuple[Path, ...],
    round_: bool,
    heads: tuple[str, ...],
    against: Path | None,
    person: str | None,
    as_json: bool,
    asked: RulesAsked,
) -> None:
    """文书出具以后改没改过：全文、表格、图、页眉页脚、属性，逐处指明；写 --case 的，从案件和规则重算。
    单位设置写了账本的，再与账本核对，也可以指明凭据码、文号、案件编号或决定在第几条，从账本存下的来件和规则重算；账本本身
    也用它核验。写 --as 的，核验记入账本。"""
    from engine.office.ledger import head_said, is_ledger
    from engine.office.office_file import by_whom
    from engine.office.verifying import record
    from engine.views import ledger as view
    from engine.views import setting as source
    from engine.views import verification

    if against is not None:
        _turned(subjects, against, asked, as_json)
        return
    setting = asked.setting(origins) if origins else asked.said()
    by = by_whom(setting.office, person, ("核验",)) if person is not None else None

    ledgers = [subject for subject in subjects if is_ledger(subject)]
    kept = [head_said(head) for head in heads]
    checked = [_ledger_checked(subject, setting, kept) for subject in ledgers]
    whole = [found.whole for found in checked]
    letters = [subject for subject in subjects if isinstance(subject, Path) and subject not in ledgers]
    rules = setting.workspace(asked.regulation, asked.as_of) if origins else None
    behind = cases_behind(origins, setting, asked, round_) if origins else None
    verdicts, unread = _verdicts(letters, behind, setting, rules)
    if by is not None:  # before anything is printed: whoever reads may stop reading, which ends the command
        told = dict(zip(map(str, ledgers), whole, strict=True)) | {one.subject: one.holds for one in verdicts}
        record(ledger_of(setting), told, by)
    for subject, found in zip(ledgers, checked, strict=True):
        if as_json:
            print_json(view.checked_plain(found, str(subject)))
        else:
            print_lines(view.checked(found, str(subject), paint))
    print_problems(unread)
    if as_json and letters:
        print_json([verification.to_plain(verdict) for verdict in verdicts])
    elif letters:
        print_lines([*verification.text(verdicts, paint), *(source.line(setting) if origins else ())])
    raise SystemExit(2 if unread else 0 if all(whole) and all(verdict.holds for verdict in verdicts) else 1)


def _verdicts(
    subjects: Sequence[Path], cases: Cases | None, setting: Setting, rules: Workspace | None
) -> tuple[list[Verdict], list[Problem]]:
    """What each subject came to, and which could not be read."""
    from engine.office.verifying import verify, verify_recorded
    from engine.record.codes import has_form

    verdicts: list[Verdict] = []
    unread: list[Problem] = []
    ledger = setting.ledger(now, tell) if subjects else None
    with ledger.opened(reading=True) if ledger is not None else nullcontext() as store:
        for subject in subjects:
            try:
                if store is not None and not subject.exists() and not subject.suffix:
                    verdicts += verify_recorded(str(subject), store, cases)
                elif store is None and not subject.exists() and (has_form(str(subject)) or "〔" in str(subject)):
                    ledger_of(setting)
                else:
                    verdicts += verify(subject, cases, store, rules)
            except Refused as refused:
                unread += refused.problems
    return verdicts, unread


def _turned(subjects: Sequence[LedgerPlace], against: Path, asked: RulesAsked, as_json: bool) -> None:
    """Which recorded decisions other rules would turn. Ends with 1 where some would."""
    from engine.office.ledger import is_ledger
    from engine.office.replaying import decisions_of, standing_decisions, turned
    from engine.views import verification

    if not against.is_dir():
        raise Refused(Problem("E901", f"没有文件夹 `{against}`", help="写政策包所在的文件夹"), 2)
    setting = asked.said()
    rules = setting.naming(against).workspace(asked.regulation, asked.as_of)
    with ledger_of(setting).opened(reading=True) as store:
        seqs = []
        for subject in subjects:
            seqs += list(standing_decisions(store)) if is_ledger(subject) else decisions_of(store, str(subject))
        found = list(turned(store, rules, list(dict.fromkeys(seqs))))
    if as_json:
        print_json([verification.turned_plain(one) for one in found])
    else:
        print_lines(verification.turned_text(found, len(seqs), str(against)))
    raise SystemExit(1 if found else 0)


def _ledger_checked(path: LedgerPlace, setting: Setting, said: Sequence[Head]) -> Checked:
    """Whether a ledger is as it was recorded; against the heads `said`, and those kept elsewhere where it is the office's
    own."""
    from engine.office.ledger import check_at
    from engine.record.place import same

    own = setting.ledger(now, tell)
    heads = own.kept_heads() if own is not None and same(own.place, path) else []
    return check_at(path, [*said, *heads])


@click.command(cls=ChineseCommand)
@click.argument("files", nargs=-1, required=True, type=PATH, metavar="文书…")
@json_option
def conform(files: tuple[Path, ...], as_json: bool) -> None:
    """逐点核对 .docx、.pdf 的格式是否合 GB/T 9704-2012，不论文书从哪里来。内容改没改过，用 verify。"""
    from engine.conformance.conform import conform
    from engine.views import conformance

    reports = [conform(path) for path in files]
    if as_json:
        print_json([conformance.to_plain(report) for report in reports])
    else:
        print_lines(conformance.text(reports, paint))
    raise SystemExit(0 if all(report.conforms for report in reports) else 1)
