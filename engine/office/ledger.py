"""Edge: the office's ledger opened, made, checked, written out as text and restored; what it refuses, in Chinese."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from engine.base.classes import dataclass
from engine.base.problem import Problem, Refused
from engine.files.faults import reason, unreadable
from engine.files.reading import find
from engine.files.writing import append, replacing
from engine.record.act import Act, By, read_body, stamp
from engine.record.beside import check_lines
from engine.record.chain import Head, has_sm3, read_head
from engine.record.lines import Content, Kept, Spoilt, content_line, entry_line, read
from engine.record.place import LedgerPlace, create_empty, has_password, is_url, opened
from engine.record.store import (
    Store,
    StoreFault,
    Trouble,
    Writer,
)
from engine.record.verify import Checked

LINES = (".jsonl",)
"""What a ledger as text is called."""
MAX_LINES, MAX_HEADS = 2**40, 500_000_000

_TROUBLES = {
    Trouble.ABSENT: ("E920", "用 `guiju ledger new` 建立；原来有的，从备份恢复，不要另建一本"),
    Trouble.UNFIT: ("E920", "指明账本的文件，它和所在的文件夹都要能读写；或账本所在数据库的地址"),
    Trouble.DRIVER: (
        "E920",
        "在程序的文件夹里 .venv/bin/python -m pip install --require-hashes -r requirements/postgresql.txt",
    ),
    Trouble.OFFLINE: (
        "E920",
        "核对地址和用户；密码放在 ~/.pgpass（只有自己能读），不写在地址里；服务器停了的，等它起来再办",
    ),
    Trouble.FULL: ("E921", "腾出空间以后再办一次；这一次什么也没有记"),
    Trouble.READONLY: ("E921", "请所有者授予写的权限；只核验不用写"),
    Trouble.BUSY: ("E921", "等别的办完再试一次"),
    Trouble.NEWER: ("E922", "用较新的程序"),
    Trouble.FORBIDDEN: ("E931", "核对这一件是不是已经记过；没有记过的，用 `guiju verify` 核验账本，把这段话交给维护者"),
    Trouble.DAMAGED: ("E920", "用 `guiju verify` 核验，再从导出的文件恢复"),
}
"""What is told of each, and what to do."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """Where an office keeps its ledger, where its heads are copied to (None: nowhere), the command's clock, and who is told
    of what went wrong beside the recording. `lent`: the store on a connection that the caller has and keeps; what is
    recorded is then part of the transaction that is open on it."""

    place: LedgerPlace
    heads: Path | None
    clock: Callable[[], datetime]
    tell: Callable[[Problem], None]
    lent: Callable[[], Store] | None = None

    def now(self) -> str:
        """The moment, as entries have it."""
        return stamp(self.clock())

    @contextmanager
    def opened(self, *, reading: bool = False) -> Iterator[Store]:
        """The ledger. Refused (exit code 2): E920 it cannot be opened, E921 written, E922 a newer format."""
        with refusing(self.place):
            if self.lent is not None:
                yield self.lent()
                return
            store = opened(self.place, reading=reading)
            try:
                yield store
            finally:
                store.close()

    @contextmanager
    def recording(self, store: Store) -> Iterator[Writer]:
        """Record, whole or not at all; afterwards the head is copied elsewhere. Told: W927 the clock is behind the last
        entry's, W923 the head could not be copied. Refused (exit code 2): E920–E922, E931."""
        with refusing(self.place), store.writing() as writer:
            before = writer.last
            yield writer
        if before is not None and writer.last is not before and (last := read_body(before.body).at) > self.now():
            message = f"这台机器的时钟（{self.now()}）比账本上一条（{last}）早"
            self.tell(Problem("W927", message, help="校准时钟；已经记下的照记，次序以条数为准"))
        if writer.last is not before:
            self.copy(writer.head)

    def copy(self, head: Head) -> None:
        """Add the head to those kept elsewhere, where the office keeps any; what was recorded is recorded all the same."""
        if self.heads is None:
            return
        try:
            append(self.heads, f"{head}\n".encode())
        except OSError as error:
            message = f"已经记账，但账本头没有抄到 `{self.heads}`：{reason(error)}"
            self.tell(Problem("W923", message, help=f"把 `{head}` 补抄到那里，再查为什么写不了"))

    def kept_heads(self) -> list[Head]:
        """The heads copied elsewhere. Refused (exit code 2): E923 they cannot be read."""
        return read_heads(self.heads) if self.heads is not None else []


@contextmanager
def refusing(place: LedgerPlace) -> Iterator[None]:
    """What a store refuses inside is refused as a problem (exit code 2)."""
    try:
        yield
    except StoreFault as fault:
        raise Refused(problem_of(fault, place), 2) from None


def problem_of(fault: StoreFault, place: LedgerPlace) -> Problem:
    """E920 the ledger cannot be opened or read, E921 written; E922 it is of a newer format; E931 it does not take this."""
    code, remedy = _TROUBLES[fault.kind]
    verb = {"E920": "打不开", "E921": "写不了", "E922": "读不懂", "E931": "记不进"}[code]
    return Problem(code, f"{verb}账本 `{place}`：{fault.said}", help=remedy)


def make(ledger: Ledger, by: By, *, owner: str | None = None, with_sm3: bool = False) -> Head:
    """A new ledger, in a database made by its `owner`, a URL; its head. Refused (exit code 2): E924 there is one, or it cannot
    be made as wanted."""
    if with_sm3 and not has_sm3():
        raise Refused(Problem("E924", "这台机器的 OpenSSL 没有 SM3", help="不写 `--sm3`，或换用带国密的系统"), 2)
    with refusing(ledger.place):
        store = _made(ledger.place, owner)
        store.begin(ledger.now(), by, with_sm3=with_sm3)
        head = store.head()
        store.close()
    ledger.copy(head)
    return head


def _made(place: LedgerPlace, owner: str | None) -> Store:
    try:
        return create_empty(place, owner)
    except FileExistsError:
        help_ = "接着用它；要另起一本，换一个文件名或数据库"
        raise Refused(Problem("E924", f"已经有 `{place}`", help=help_), 2) from None
    except ValueError as error:
        help_ = "guiju ledger new postgresql://管理员@主机/库名" if is_url(str(place)) else "去掉那个地址"
        raise Refused(Problem("E924", str(error), help=help_), 2) from None


def place_said(text: str) -> LedgerPlace:
    """The place of a ledger as said on the command line. Refused (exit code 2): E912 a password stands in it."""
    if not is_url(text):
        return Path(text)
    if has_password(text):
        message = "数据库地址里写了密码，别人从命令记录里看得到"
        raise Refused(Problem("E912", message, help="去掉它，另放在 ~/.pgpass（只有自己能读），并更换密码"), 2)
    return text


# ---- heads kept elsewhere ----


def read_heads(path: Path) -> list[Head]:
    """The heads in the file at `path`, one a line; none where it is not there yet."""
    try:
        text = find(path, MAX_HEADS).read().decode("utf-8", "replace")
    except FileNotFoundError:
        return []
    except OSError as error:
        raise Refused(Problem("E923", f"读不了账本头 `{path}`：{reason(error)}", help="检查路径和权限"), 2) from None
    return [head_said(line) for line in text.splitlines() if line.strip()]


def head_said(text: str) -> Head:
    """The head as printed. Refused (exit code 2): E923."""
    try:
        return read_head(text)
    except ValueError:
        message = f"`{text[:60]}` 不是账本头"
        raise Refused(Problem("E923", message, help="写作 `120-3F2A…`：条数、横线、哈希的前 20 位以上"), 2) from None


# ---- checked ----


def is_ledger(path: LedgerPlace) -> bool:
    """Whether it is a ledger: a database's URL, or a file by what it begins with."""
    if isinstance(path, str):
        return True
    try:
        with find(path, MAX_LINES).opened() as stream:
            first = stream.read(100)
    except OSError:
        return False
    from engine.record import sqlite

    return sqlite.marked(first) or (path.suffix.lower() in LINES and first.startswith('{"体":'.encode()))


def check_at(path: LedgerPlace, heads: Sequence[Head] = ()) -> Checked:
    """The ledger at `path`, whichever way it is kept, against heads kept elsewhere. Refused (exit code 2): E920, E922."""
    if isinstance(path, Path) and path.suffix.lower() in LINES:
        return check_lines(_lines(path), heads)
    with refusing(path):
        store = opened(path, reading=True)
        try:
            return store.check(heads)
        finally:
            store.close()


def _lines(path: Path) -> Iterator[Kept | Content | Spoilt]:
    try:
        with find(path, MAX_LINES).opened() as stream:
            yield from read(line.decode("utf-8", "replace") for line in stream)
    except OSError as error:
        raise Refused(unreadable(error, str(path)), 2) from None


# ---- as text, and back ----


def export(ledger: Ledger, target: Path, by: By) -> Head:
    """The whole ledger as JSON Lines at `target`, which is recorded; its head as exported. Refused (exit code 2)."""
    with ledger.opened() as store:
        with store.sql.reading():
            head = store.head()
            with replacing(target, LINES) as stream:
                for kept in store.kept():
                    stream.write(f"{entry_line(kept)}\n".encode())
                for content in store.contents():
                    stream.write(f"{content_line(content)}\n".encode())
        with ledger.recording(store) as writer:
            writer.record(Act("导出", {"导出": "账本", "账本头": str(head)}), ledger.now(), by)
    return head


def restore(source: Path, place: LedgerPlace, owner: str | None = None) -> Head:
    """A new ledger at `place`, in a database made by its `owner`, with what was exported to `source`, which must hold as a
    whole; its head. Refused (exit code 2): E924 there is one, E925 what was exported does not hold."""
    faults = check_at(source).faults
    if faults:
        raise Refused([Problem("E925", f"`{source}` {fault.said}，没有导入") for fault in faults[:20]])
    with refusing(place):
        store = _made(place, owner)
        try:
            store.restore(one for one in _lines(source) if not isinstance(one, Spoilt))
            return store.head()
        finally:
            store.close()


def erase(ledger: Ledger, seq: int, why: str, by: By) -> Head:
    """The sealed part of entry `seq` taken away, and that recorded. Refused: E926 there is none; no reason is said."""
    if not why.strip():
        raise Refused(Problem("E926", "没有写为什么清除", help="写 `--reason 文字`"), 2)
    with ledger.opened() as store, ledger.recording(store) as writer:
        try:
            writer.erase(seq, why.strip(), ledger.now(), by)
        except ValueError:
            message = f"账本第 {seq} 条没有封存的内容，或已经清除"
            raise Refused(Problem("E926", message, help="用 `guiju ledger show` 看各条"), 2) from None
        return writer.head
