"""Edge: what the office's ledger knows of a finished letter: whether it was recorded, and whether it still is what was."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from engine.base.classes import dataclass
from engine.base.problem import Problem, Refused
from engine.documents.embedded import read_letter
from engine.documents.receipt import HEAD, LABEL
from engine.documents.trace import Letter
from engine.record.chain import is_whole, read_head
from engine.record.codes import has_form, typed
from engine.record.lines import digest_of
from engine.record.store import Store
from engine.visible.differences import differences
from engine.visible.pdf import whole_prefixes

AUDIT = "审计报告"
"""The document that tells what a ledger holds, and is not entered in it."""
_COLUMNS = "seq, number, document, day, digest"


@dataclass(frozen=True, slots=True)
class Standing:
    """`altered`: in what the letter is not what was recorded; `notes`: what the ledger says of it; `recorded`: whether it has
    an entry of it."""

    altered: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    recorded: bool = False


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file of a letter as the ledger keeps it."""

    seq: int
    name: str
    data: bytes


def standing(store: Store, letter: Letter, data: bytes) -> Standing:
    """The letter in `data` against the entry with its code."""
    code = letter.receipt.get(LABEL, "")
    found = store.select(_COLUMNS, "documents", "code = ?", [code])
    head = list(_printed_head(store, letter.receipt.get(HEAD, "")))
    if not found and letter.receipt.get("文书") == AUDIT:
        told = () if head else (f"{AUDIT}不登记；印的账本头 {read_head(letter.receipt[HEAD]).short} 是这本账本的",)
        return Standing(tuple(head), told)
    if not found:
        return Standing((f"账本里没有凭据码 {code}" + _instead(store, letter), *head))
    seq, number, document, day, digest = found[-1]
    said = {"文号": number, "文书": document, "成文日期": day, "文书摘要": digest}
    receipt = letter.receipt
    altered = [
        f"账本第 {seq} 条记的{name}是“{value}”，文书里是“{receipt.get(name, '')}”"
        for name, value in said.items()
        if value and value != receipt.get(name, "")
    ]
    altered += [*head, *entry_faults(store, int(seq))]
    kept = list(files(store, int(seq)))
    prefixes = list(whole_prefixes(data)) if data.startswith(b"%PDF") else [data]
    digests = {digest for (digest,) in store.select("digest", "uses", "seq = ?", [seq])}
    if any(digest_of(prefix) in digests for prefix in prefixes):
        return Standing(tuple(altered), (f"与账本第 {seq} 条记的逐字节相同",), True)
    suffix = PurePath(letter.file).suffix.lower()
    same = [one for one in kept if PurePath(one.name).suffix.lower() == suffix]
    if not same:
        return Standing(tuple(altered), (f"账本第 {seq} 条没有存下这个格式的原件，字节无从比较",), True)
    altered += _against(letter, same[0])
    return Standing(tuple(altered), (f"与账本第 {seq} 条记的字节不同：重新保存过，或改过",), True)


def _instead(store: Store, letter: Letter) -> str:
    """What the ledger has under the letter's number."""
    number = letter.receipt.get("文号", "")
    found = store.select("seq, code", "documents", "number = ?", [number]) if number else []
    return "".join(f"；{number} 在第 {seq} 条，凭据码 {code}" for seq, code in found[-1:])


def _against(letter: Letter, kept: KeptFile) -> Iterator[str]:
    """In what the file differs from the one the ledger keeps."""
    try:
        issued = read_letter(kept.data, letter.file).now
    except Refused:
        yield f"账本第 {kept.seq} 条存的原件读不出来"
        return
    if issued is not None and letter.now is not None:
        found = (str(one) for one in differences(issued, letter.now))
        known = set(map(str, letter.altered))  # told already, by the names the letter itself carries
        yield from (f"与账本存的原件不同：{one}" for one in found if not known)


def files(store: Store, seq: int) -> Iterator[KeptFile]:
    """The files of an entry that the ledger still keeps."""
    for name, digest in store.select("name, digest", "uses", "seq = ?", [seq]):
        data = store.content(str(digest))
        if data is not None and PurePath(str(name)).suffix.lower() in (".docx", ".pdf", ".svg"):
            yield KeptFile(seq, str(name), data)


def recorded(store: Store, text: str) -> list[KeptFile]:
    """The files of every letter recorded under a code or a number, however the code was typed. Refused (E929, exit code 2):
    a code whose check character says that it was mistyped."""
    column, said = ("code", typed(text)) if has_form(text) else ("number", text.strip())
    if said is None:
        message = f"凭据码 `{text}` 的校验字符不对，抄错了"
        raise Refused(Problem("E929", message, help="对照文书上印的再抄一遍；没有 I、L、O、U 这几个字母"), 2)
    found = store.select("seq", "documents", f"{column} = ?", [said])
    return [one for (seq,) in found for one in files(store, int(seq))]


def _printed_head(store: Store, said: str) -> Iterator[str]:
    """Whether the head printed on a letter is of this ledger."""
    if not said:
        return
    try:
        head = read_head(said)
    except ValueError:
        yield f"印的账本头 {said} 不成样子"
        return
    kept = store.entry(head.seq)
    if kept is None:
        yield f"印的账本头是第 {head.seq} 条，账本没有那么多条，尾部少了"
    elif not head.agrees(kept.entry.hash):
        yield f"印的账本头与账本第 {head.seq} 条不同，账本从那里或更早重做过"


def entry_faults(store: Store, seq: int) -> Iterator[str]:
    """What is wrong with the entry itself: whole ledgers are verified by themselves."""
    kept = store.entry(seq)
    if kept is None or not is_whole(kept.entry):
        yield f"账本第 {seq} 条自己改动过"
    for name, digest in store.select("name, digest", "uses", "seq = ?", [seq]):
        data = store.content(str(digest))
        if data is None or digest_of(data) != digest:
            yield f"账本第 {seq} 条的附件 {name} 改动过，或不在了"
