"""`guiju ledger`: the office's ledger made, looked at, written out, restored. Reads arguments and prints."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from engine.commands.chinese import ChineseGroup
from engine.commands.shell import (
    PATH,
    PLACE,
    URL,
    RulesAsked,
    as_option,
    ledger_of,
    office_option,
    print_lines,
)

if TYPE_CHECKING:
    from engine.record.place import LedgerPlace


@click.group(cls=ChineseGroup)
def ledger() -> None:
    """账本：建立、查看、导出、恢复，清除其中的个人信息。核验用 verify。"""


@ledger.command()
@click.option("--sm3", "with_sm3", is_flag=True, help="另记一条国密（SM3）的链。")
@click.argument("owner", required=False, type=URL, metavar="[建账用户的地址]")
@as_option
@office_option
def new(owner: str | None, with_sm3: bool, person: str | None, office: Path | None) -> None:
    """按单位设置写的路径建立账本。账本在 PostgreSQL 里的，写能建表的用户的地址：postgresql://管理员@主机/库名。"""
    from engine.office.ledger import make
    from engine.office.office_file import by_whom

    setting = RulesAsked(office, None, None, None).said()
    place = ledger_of(setting)
    head = make(place, by_whom(setting.office, person, ("建立账本",)), owner=owner, with_sm3=with_sm3)
    print_lines([f"已建立 {place.place}", f"账本头 {head}"])


@ledger.command()
@office_option
def head(office: Path | None) -> None:
    """印账本头：条数和哈希。留在账本以外，以后查得出账本有没有被截短、重做。"""
    place = ledger_of(RulesAsked(office, None, None, None).said())
    with place.opened(reading=True) as store:
        print_lines([str(store.head())])


@ledger.command()
@click.argument("seq", type=click.IntRange(1), metavar="[条]", required=False)
@click.option("--last", default=20, type=click.IntRange(1), metavar="数", help="看最后多少条（默认 20）。")
@office_option
def show(seq: int | None, last: int, office: Path | None) -> None:
    """看账本：最后的各条，或其中一条的全部内容。"""
    from engine.base.problem import Problem, Refused
    from engine.views import ledger as view

    place = ledger_of(RulesAsked(office, None, None, None).said())
    with place.opened(reading=True) as store:
        if seq is None:
            print_lines(view.entries(store.kept(max(0, store.head().seq - last))))
            return
        found = store.entry(seq)
        if found is None:
            raise Refused(Problem("E926", f"账本没有第 {seq} 条", help=f"到第 {store.head().seq} 条为止"), 2)
        print_lines(view.one(found))


@ledger.command()
@click.argument("target", type=PATH, metavar="文件")
@as_option
@office_option
def export(target: Path, person: str | None, office: Path | None) -> None:
    """把整本账写成文本（JSON Lines），可以存档、搬迁，在别处核验。"""
    from engine.office.ledger import export
    from engine.office.office_file import by_whom

    setting = RulesAsked(office, None, None, None).said()
    done = export(ledger_of(setting), target, by_whom(setting.office, person, ("导出账本",)))
    print_lines([f"已写 {target}", f"账本头 {done}"])


@ledger.command("import")
@click.argument("source", type=PATH, metavar="文件")
@click.argument("owner", required=False, type=URL, metavar="[建账用户的地址]")
@click.option("--to", "place", type=PLACE, required=True, metavar="账本", help="恢复成哪个文件或数据库；已有的不盖。")
def import_(source: Path, owner: str | None, place: LedgerPlace) -> None:
    """从导出的文本恢复账本；先核验，对不上的不导入。"""
    from engine.office.ledger import restore

    print_lines([f"已恢复 {place}", f"账本头 {restore(source, place, owner)}"])


@ledger.command()
@click.argument("seq", type=click.IntRange(1), metavar="条")
@click.option("--reason", default="", metavar="文字", help="为什么清除。")
@as_option
@office_option
def erase(seq: int, reason: str, person: str | None, office: Path | None) -> None:
    """清除一条里封存的个人信息，链条照样接得上；清除本身记一条。找不回来。"""
    from engine.office.ledger import erase
    from engine.office.office_file import by_whom

    setting = RulesAsked(office, None, None, None).said()
    done = erase(ledger_of(setting), seq, reason, by_whom(setting.office, person, ("清除",)))
    print_lines([f"已清除第 {seq} 条封存的内容", f"账本头 {done}"])
