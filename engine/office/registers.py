"""Edge: where issued letters are entered: a register that is a file of its own, or the office's ledger.

With a ledger, one transaction holds a letter's number, its files, and the decision it comes from with all that rests on;
a file of a register that the office still names is taken over into the ledger, once, and again when lines have been added.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import field
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from engine.base.canonical import Plain
from engine.base.classes import dataclass
from engine.base.problem import Problem, Refused
from engine.documents import register_file
from engine.documents.entered import Entered, Registering
from engine.documents.environment import environment_digest
from engine.documents.layouts import layout_files
from engine.documents.parties import BETWEEN
from engine.documents.receipt import HEAD, LABEL, Stamp, plan_digest, receipt_of
from engine.documents.register import Book, DocumentNumber, LetterIdentity, read
from engine.office.ledger import Ledger
from engine.office.recording import Entering, Key
from engine.record.act import Act, By
from engine.record.decided import CaseDecided, Deed
from engine.record.lines import digest_of
from engine.record.store import Store

_NUMBER = re.compile(r"(.+)〔([0-9]{4})〕([1-9][0-9]{0,4})号")
REGISTER = "登记簿"
"""The name under which the file of a register is kept with the act that takes it over."""


class Registers(Protocol):
    """Where letters are entered: opened once for a batch, with the cases they come from. `gives`: whether for numbers too."""

    @property
    def gives(self) -> bool: ...

    def opened(self, cases: Iterable[CaseDecided]) -> Registering: ...


@dataclass(frozen=True, slots=True)
class InFile:
    """A register that is a file of its own."""

    path: Path
    gives: bool = True

    def opened(self, cases: Iterable[CaseDecided]) -> AbstractContextManager[register_file.Register]:
        return register_file.opened(self.path)


def _alone(letters: Sequence[Entered]) -> AbstractContextManager[None]:
    """Nothing else is kept with the letters. A function with a name: what a batch is asked for travels to its processes."""
    return nullcontext()


@dataclass(frozen=True, slots=True)
class InLedger:
    """The office's ledger, entered by whom. `file`: a register to be taken over. `together`: the transaction in which
    letters are entered, with what else is to be kept with them, or not at all."""

    ledger: Ledger
    by: By
    file: Path | None
    gives: bool
    together: Callable[[Sequence[Entered]], AbstractContextManager[None]] = _alone

    @contextmanager
    def opened(self, cases: Iterable[CaseDecided]) -> Iterator[LedgerRegister]:
        """Refused (exit code 2): E920–E922, E931 the ledger; E645, E647, E648 the register that is taken over."""
        with self.ledger.opened() as store, store.sql.numbering():
            if self.file is not None and self.gives:
                self._take_over(store, self.file)
            book = book_of(store)
            known: dict[tuple[str, str, str], list[CaseDecided]] = {}
            for case in cases:
                known.setdefault((case.case, case.as_of.isoformat(), digest_of(case.facts)), []).append(case)
            yield LedgerRegister(self, store, book, self.gives and bool(book.signs), known)

    def _take_over(self, store: Store, path: Path) -> None:
        with register_file.held_text(path) as (held, text):
            digest = digest_of(held.data or b"")
            if store.select("seq", "uses", "name = ? AND digest = ?", [REGISTER, digest]):
                return
            _, problems = read(text, str(path))
            if problems:
                raise Refused(problems)
            lines = [json.loads(line) for line in text.splitlines() if line.strip()]
            act = _taken_over(lines, book_of(store), str(path))
            with self.ledger.recording(store) as writer:
                deed = Deed(act, {REGISTER: held.data or b""})
                Entering(store, writer, self.ledger.now(), self.by).deed(deed)


def has_signs(ledger: Ledger) -> bool:
    """Whether the ledger knows what some organ signs with, and so gives numbers."""
    with ledger.opened(reading=True) as store:
        return bool(store.select("organ", "signs"))


def book_of(store: Store) -> Book:
    """The register as the ledger has it."""
    book = Book()
    book.signs.update(store.select("organ, sign", "signs"))
    for sign, year, last in (*store.select("sign, year, last", "used"), *store.select("sign, year, serial", "numbers")):
        book.used[sign, year] = max(book.used.get((sign, year), 0), last)
    columns = "sign, year, serial, document, case_id, determination, as_of, record, party, digest, day"
    for sign, year, serial, *said, digest, day in store.select(columns, "documents", "sign <> ''"):
        document, case, determination, as_of, record, party = said
        if case:  # what was sealed may have been taken away: the number stays given
            letter = LetterIdentity(document, case, determination, date.fromisoformat(as_of), record, party)
            book.take(DocumentNumber(sign, year, serial), letter, digest, date.fromisoformat(day))
    return book


def _taken_over(lines: Sequence[Mapping[str, Any]], book: Book, file: str) -> Act:
    """What a register's file has and the ledger has not. Refused (E648): a number or 代字 that the ledger has otherwise."""
    signs, used = dict[str, str](), dict[tuple[str, int], int]()
    numbers: list[Plain] = []
    letters: list[Plain] = []
    for line in lines:
        if "机关" in line:
            if book.signs.get(line["机关"], line["代字"]) != line["代字"]:
                raise _otherwise(f"`{line['机关']}` 的代字在账本里是 `{book.signs[line['机关']]}`", file)
            signs |= {line["机关"]: line["代字"]} if line["机关"] not in book.signs else {}
        elif "已用至" in line:
            series = (line["代字"], line["年份"])
            if line["已用至"] > book.used.get(series, 0):
                used[series] = max(used.get(series, 0), line["已用至"])
        else:
            place = DocumentNumber(line["代字"], line["年份"], line["流水号"])
            letter = LetterIdentity(
                *(line["文书"], line["案件"], line["决定"], date.fromisoformat(line["基准日"]), line["记录"])
            )
            if book.letters.get(place, letter) != letter:
                raise _otherwise(f"`{place}` 在账本里是另一件文书", file)
            if book.digests.get(place) == line["摘要"]:
                continue
            if place not in book.letters and [place.sign, place.year, place.number] not in numbers:
                numbers.append([place.sign, place.year, place.number])
            letters.append(dict(line))
    given: list[Plain] = [[sign, year, last] for (sign, year), last in used.items()]
    return Act("接管", {"接管": file, "代字": signs, "已用": given, "号": numbers}, {"文书": letters})


def _otherwise(said: str, file: str) -> Refused:
    return Refused(Problem("E648", f"登记簿 `{file}` 和账本对不上：{said}", help="核对原件；号一律由账本给"), 2)


@dataclass
class LedgerRegister:
    """The ledger, held for giving numbers."""

    into: InLedger
    store: Store
    book: Book
    gives: bool
    cases: Mapping[tuple[str, str, str], Sequence[CaseDecided]]
    _decided: dict[Key, int] = field(default_factory=dict)

    def stamp(self, key: bytes) -> Stamp:
        """The head of the ledger as it is now; letters that were entered keep what they were given."""
        head, own = self.store.head(), {case for case, *_ in self.cases}
        rows = self.store.select("case_id, digest, code, head", "documents", "code <> ''")
        known = {digest: (code, head) for cases, digest, code, head in rows if own & {*cases.split(BETWEEN)}}
        return Stamp(key, head.short if head.seq else "", known)

    def record(self, letters: Sequence[Entered]) -> None:
        """Enter letters that are new or say something else than before, with the decisions they come from. Refused (exit code
        2): E648 a number said by hand that another letter has; E920–E922, E931."""
        ledger = self.into.ledger
        decided = dict(self._decided)
        with self.into.together(letters), ledger.recording(self.store) as writer:
            entering = Entering(self.store, writer, ledger.now(), self.into.by)
            for entered in letters:
                self._enter(entering, entered, decided)
        self._decided = decided
        for entered in letters:
            if (place := self._place(entered)) is not None:
                plan = entered.draft.plan
                self.book.take(place, entered.draft.letter, plan_digest(plan), plan.date)

    def _place(self, entered: Entered) -> DocumentNumber | None:
        """Its number, given here or said by hand; a letter without one of its own, such as a service record, says another's."""
        if not entered.draft.takes_number:
            return None
        said = _NUMBER.fullmatch(entered.draft.plan.number)
        return entered.place or (DocumentNumber(said[1], int(said[2]), int(said[3])) if said else None)

    def _enter(self, entering: Entering, entered: Entered, decided: dict[Key, int]) -> None:
        draft, place = entered.draft, self._place(entered)
        plan, letter = draft.plan, draft.letter
        fresh = place is not None and place not in self.book.letters
        if place is not None and self.book.letters.get(place, letter) != letter:
            message = f"`{place}` 已经是另一件文书的文号，`{plan.name}` 没有出具"
            raise Refused(Problem("E648", message, help="换一个文号，或从账本取号"), 2)
        contents = {file.path.rsplit("/", 1)[-1]: entered.data(file) for file in entered.files}
        if self._entered_before(entered, contents):
            return
        sources = list[Plain]()
        for case in plan.receipt.case.split(BETWEEN):
            facts = dict(plan.receipt.basis.facts).get(case, "")
            key = (case, draft.determination, plan.receipt.as_of.isoformat(), facts)
            known = self.cases.get((case, key[2], facts), ())
            for found in known if key not in decided else ():
                decided |= entering.case(found)
            sources += [decided[key]] if key in decided else []
        said = receipt_of(plan)
        open_: dict[str, Plain] = {
            "规范": plan.receipt.basis.regulation,
            "文书": plan.name,
            "决定": draft.determination,
            "结果": plan.receipt.outcome,
            "机关": plan.organ,
            "文号": plan.number if draft.takes_number else "",
            **({"代字": place.sign, "年份": place.year, "流水号": place.number} if place is not None else {}),
            "新号": fresh,
            "成文日期": plan.date.isoformat(),
            "基准日": plan.receipt.as_of.isoformat(),
            "记录": plan.record,
            "样稿": plan.sample,
            LABEL: said[LABEL],
            HEAD: plan.receipt.head,
            "版面": entering.layouts(layout_files()),
            "排版环境": environment_digest(),
        }
        sealed: dict[str, Plain] = {
            "案件": plan.receipt.case,
            "当事人": draft.party,
            "标题": plan.title,
            "文书摘要": plan_digest(plan),
            "凭据": dict(said),
            "据": sources,
        }
        entering.deed(Deed(Act("文书", open_, sealed), contents))

    def _entered_before(self, entered: Entered, contents: Mapping[str, bytes]) -> bool:
        """Whether just this letter was entered, byte for byte."""
        letter = entered.draft.letter
        same = "document = ? AND case_id = ? AND determination = ? AND as_of = ? AND record = ? AND digest = ?"
        values = [letter.document, letter.case, letter.determination, letter.as_of.isoformat(), letter.record]
        found = self.store.select("seq", "documents", same, [*values, plan_digest(entered.draft.plan)])
        files = sorted((name, digest_of(data)) for name, data in contents.items())
        return any(sorted(self.store.select("name, digest", "uses", "seq = ?", [seq])) == files for (seq,) in found)
