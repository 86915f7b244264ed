"""kill -9 over the commands that record in the office's ledger, several at once: nothing half recorded, nothing said to be done
lost, no number given twice, the chain whole. Run by `bench.kills --ledger`."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from engine.record import place as places
from engine.record.lines import digest_of
from engine.record.place import LedgerPlace
from engine.record.store import Store
from tests.attacks.kills import ASKED, CASES, DAY, LETTER, Commands, Office, Report, Storm, open_office
from tests.cli.run import Result, guiju

BY = ("--as", "陈若川")
PERSONS = "人员:\n  - {姓名: 陈若川, 职责: [审查, 签发, 管理]}\n"


def at(office: Office) -> tuple[str, str]:
    return "--office", str(office.folder / "office.yaml")


def issue(office: Office, _: str, rng: random.Random) -> Result:
    case = office.case(rng.randrange(CASES))
    done = guiju("issue", str(case), *ASKED, *DAY, "--out", str(office.out), *BY, *at(office))
    return Result(done.code, case.name, done.err)


def decide(office: Office, _: str, rng: random.Random) -> Result:
    case = office.case(rng.randrange(CASES))
    done = guiju("decide", str(case), "-d", "认定审查", *DAY, "--record", *BY, *at(office))
    return Result(done.code, case.name, done.err)


def event(office: Office, token: str, _: random.Random) -> Result:
    done = guiju("event", "add", str(office.life), "平台更新", *DAY, "--note", token, *BY, *at(office))
    return Result(done.code, token, done.err)


COMMANDS: Commands = {"issue": issue, "decide --record": decide, "event add": event}


def storm(folder: Path, kills: int, seed: int, place: LedgerPlace, owner: str = "") -> Report:
    """That many kills of writers to the ledger at `place`, which is made first, and everything looked at."""
    office = open_office(folder)
    text = f"账本: {place}\n登记簿: {office.register.name}\n{PERSONS}"
    (folder / "office.yaml").write_text(text, encoding="utf-8")
    made = guiju("ledger", "new", *([owner] if owner else []), *BY, *at(office))
    assert made.code == 0, made.err
    for command in COMMANDS.values():
        done = command(office, "first", random.Random(0))
        assert done.code == 0, done.err
    found = Storm(office, kills, seed, COMMANDS)
    found.run()
    store = places.opened(place, reading=True)
    try:
        found.report.wrong += looked_at(office, store, found.report.said)
    finally:
        store.close()
    return found.report


def looked_at(office: Office, store: Store, said: list[tuple[str, str]]) -> Iterator[str]:
    """What is wrong with the ledger, and with the letters beside it, also when all is issued once more."""
    yield from (fault.said for fault in store.check().faults)
    yield from _lost(store, said)
    yield from _half(store)
    before = store.select("number, case_id", "documents")
    yield from _files(office, store)
    for number in range(CASES):
        done = guiju("issue", str(office.case(number)), *ASKED, *DAY, "--out", str(office.out), *BY, *at(office))
        if done.code:
            yield f"{number}: {done.err.splitlines()[0]}"
    yield from _files(office, store)
    after = store.select("number, case_id", "documents")
    if after[: len(before)] != before:
        yield "what was entered has changed"
    for what, column in (("number", 0), ("case", 1)):
        twice = [name for name, times in Counter(row[column] for row in after).items() if times > 1]
        if twice:
            yield f"{what} entered twice: {twice}"
    numbers = sorted(serial for (serial,) in store.select("serial", "numbers"))
    if numbers != list(range(1, len(numbers) + 1)):
        yield f"numbers left out: {numbers}"


def _lost(store: Store, said: list[tuple[str, str]]) -> Iterator[str]:
    cases = {
        "issue": {case for (case,) in store.select("case_id", "documents")},
        "decide --record": {case for (case,) in store.select("case_id", "decisions")},
    }
    for command, what in dict.fromkeys(said):
        if command in cases and what not in cases[command]:
            yield f"`{command}` {what} was said to be done and is not recorded"
    events = len(store.select("seq", "acts", "kind = '事件'"))
    if events < sum(command == "event add" for command, _ in said):
        yield "an event said to be done is not recorded"


def _half(store: Store) -> Iterator[str]:
    """A letter without its decision or its file, a decision without its facts."""
    for seq, number in store.select("seq, number", "documents"):
        if not store.select("decided", "sources", "seq = ?", [seq]):
            yield f"{number} has no decision"
        if not [name for (name,) in store.select("name", "uses", "seq = ?", [seq]) if name.endswith(".docx")]:
            yield f"{number} has no file"
    for seq, facts in store.select("seq, facts", "decisions"):
        if store.content(facts) is None:
            yield f"the decision in {seq} has no facts"


def _files(office: Office, store: Store) -> Iterator[str]:
    """Letters that have their name are those the ledger keeps."""
    kept = {digest for (digest,) in store.select("digest", "uses", "name = ?", [f"{LETTER}.docx"])}
    for path in office.out.glob(f"*/{LETTER}.docx"):
        if digest_of(path.read_bytes()) not in kept:
            yield f"{path.parent.name} holds a letter that is not recorded"
