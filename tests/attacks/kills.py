"""A storm of kill -9 over every command that writes, with several writers at once, and what must be true after it.

Writers are forked with everything loaded, so that a kill meets a command in its work and not in its imports. A writer
says through a pipe what a command has told its user to be done; whatever was said must be there afterwards.
"""

from __future__ import annotations

import json
import os
import random
import selectors
import shutil
import signal
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from engine.base.problem import Refused
from engine.documents.register import read as read_register
from engine.intake.case import load_case
from engine.intake.history import load_history
from engine.office.workspace import Workspace
from engine.policy import cache
from engine.policy.calendar_data import load_calendar
from engine.policy.package import Package
from engine.visible.archive import unpack
from tests.cli.run import ROOT, Result, guiju

DAY = ("--as-of", "2026-11-23")
LETTER = "不予认定告知书"
ASKED = ("-d", "认定审查", "--document", LETTER, "--format", "docx")
CASES = 12
WRITERS = 6
PATIENCE = 10
"""Seconds to wait for somebody at the disk."""


@dataclass
class Report:
    """`met`: what was being done when killed; `said`: (command, what) that was said to be done; `wrong`: what was lost or
    cannot be read, nothing if all is well."""

    kills: int = 0
    met: Counter[str] = field(default_factory=Counter)
    said: list[tuple[str, str]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Office:
    """The files all writers share."""

    folder: Path

    @property
    def life(self) -> Path:
        return self.folder / "甲"

    @property
    def register(self) -> Path:
        return self.folder / "登记.jsonl"

    @property
    def out(self) -> Path:
        return self.folder / "out"

    def case(self, number: int) -> Path:
        return self.folder / "cases" / f"K-{number:02}"


def open_office(folder: Path) -> Office:
    """An office with a history, a register and cases of different parties."""
    office = Office(folder)
    shutil.copytree(ROOT / "fixtures" / "histories" / "s08-craft", office.life)
    office.register.write_text('{"机关": "福州市人力资源和社会保障局", "代字": "榕人社"}\n', encoding="utf-8")
    for number in range(CASES):
        path = shutil.copytree(ROOT / "fixtures" / "03-maker-incubator", office.case(number))
        text = (path / "case.yaml").read_text(encoding="utf-8")
        text = text.replace("FZ-2026-003", path.name).replace("福州市起帆创客人才驿站", f"福州市第{number}人才驿站")
        (path / "case.yaml").write_text(text, encoding="utf-8")
    return office


# ---- what writers do ----


def add(office: Office, token: str, _: random.Random) -> Result:
    return guiju("event", "add", str(office.life), "平台更新", *DAY, "--note", token)


def withdraw(office: Office, token: str, _: random.Random) -> Result:
    added = guiju("event", "add", str(office.life), "平台更新", *DAY)
    number = added.out.split("：", 1)[-1].split(" ", 1)[0]
    return added if added.code else guiju("event", "withdraw", str(office.life), number, "--reason", token, *DAY)


def issue(office: Office, _: str, rng: random.Random) -> Result:
    case = office.case(rng.randrange(CASES))
    done = guiju("issue", str(case), *ASKED, "--out", str(office.out), "--register", str(office.register))
    return Result(done.code, case.name, done.err)


def pack(office: Office, _: str, rng: random.Random) -> Result:
    cases = [str(office.case(rng.randrange(CASES))) for _ in range(2)]
    places = ("--out", str(office.out), "--zip", str(office.folder / "a.zip"), "--register", str(office.register))
    return guiju("issue", *cases, *ASKED, *places, "--jobs", "1")


def form(office: Office, token: str, _: random.Random) -> Result:
    return guiju("init", "case", str(office.folder / "new" / token))


def page(option: str, name: str) -> Callable[[Office, str, random.Random], Result]:
    def write(office: Office, _: str, __: random.Random) -> Result:
        command = "due" if option == "--ics" else "timeline"
        return guiju(command, str(office.life), option, str(office.folder / name), *DAY)

    return write


Commands = Mapping[str, Callable[[Office, str, random.Random], Result]]
COMMANDS: Commands = {
    "event add": add,
    "event withdraw": withdraw,
    "issue": issue,
    "issue --zip": pack,
    "init case": form,
    "timeline --html": page("--html", "a.html"),
    "timeline --svg": page("--svg", "a.svg"),
    "due --ics": page("--ics", "a.ics"),
}


def work(office: Office, commands: Commands, name: str, seed: int, pipe: int) -> None:
    """One command after the other, until killed; each is named before it begins and told when it has said it is done, and
    so is every step that puts something on the disk."""
    rng = random.Random(seed)
    for step in ("fsync", "rename", "link", "unlink"):
        setattr(os, step, _telling(getattr(os, step), pipe, step))
    for number in range(1_000_000):
        command, token = rng.choice(list(commands)), f"{name}-{number}"
        os.write(pipe, (json.dumps(["begin", command]) + "\n").encode())
        done = commands[command](office, token, rng)
        what = "said" if done.code == 0 else "failed"
        said = done.out if command.startswith(("issue", "decide")) and " --zip" not in command else token
        os.write(pipe, (json.dumps([what, command, said, done.err]) + "\n").encode())


def _telling(call: Callable[..., None], pipe: int, step: str) -> Callable[..., None]:
    def told(*args: object, **more: object) -> None:
        os.write(pipe, (json.dumps(["at", step]) + "\n").encode())
        call(*args, **more)

    return told


# ---- the storm ----


@dataclass
class Writer:
    """`begun`: the command it was last heard to begin; `step`: what it is doing to the disk."""

    pid: int
    pipe: int
    rest: bytes = b""
    begun: str = ""
    step: str = ""


class Storm:
    """Kills one writer after the other, two of three in the middle of a step on the disk; each is replaced at once."""

    def __init__(self, office: Office, kills: int, seed: int, commands: Commands = COMMANDS) -> None:
        self.office, self.kills, self.rng, self.commands = office, kills, random.Random(seed), commands
        self.report, self.selector, self.started = Report(), selectors.DefaultSelector(), 0

    def run(self) -> None:
        writers = [self.start() for _ in range(WRITERS)]
        while self.report.kills < self.kills:
            self.listen(self.rng.uniform(0.0, 0.4), [])
            aimed = self.listen(PATIENCE, writers) if self.rng.random() < 2 / 3 else None
            victim = aimed or self.rng.choice(writers)
            time.sleep(self.rng.uniform(0.0, 0.002))
            writers.remove(victim)
            self.end(victim)
            self.report.kills += 1
            self.report.met[f"{victim.begun}, {victim.step}" if victim.step else victim.begun] += 1
            writers.append(self.start())
        for writer in writers:
            self.end(writer)

    def start(self) -> Writer:
        self.started += 1
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(reading)
            try:
                work(self.office, self.commands, f"w{self.started}", self.rng.getrandbits(32) + self.started, writing)
            finally:
                os._exit(1)
        os.close(writing)
        writer = Writer(pid, reading)
        self.selector.register(reading, selectors.EVENT_READ, writer)
        return writer

    def listen(self, seconds: float, aims: Sequence[Writer]) -> Writer | None:
        """What writers say for some seconds; one of `aims` as soon as it is at the disk."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            for key, _ in self.selector.select(left):
                key.data.step = ""
                if not self.hear(key.data):
                    self.report.wrong.append(f"a writer ended by itself in `{key.data.begun}`")
                    self.selector.unregister(key.fileobj)
                if key.data.step and key.data in aims and self.rng.random() < 1 / 4:
                    found: Writer = key.data
                    return found
        return None

    def hear(self, writer: Writer) -> bool:
        data = os.read(writer.pipe, 1 << 16)
        *lines, writer.rest = (writer.rest + data).split(b"\n")
        for line in lines:
            what, command, *more = json.loads(line)
            if what == "begin":
                writer.begun, writer.step = command, ""
            elif what == "at":
                writer.step = command
            elif what == "said":
                self.report.said.append((command, more[0]))
            else:
                self.report.wrong.append(f"`{command}` failed: {more[1].splitlines()[0]}")
        return bool(data)

    def end(self, writer: Writer) -> None:
        os.kill(writer.pid, signal.SIGKILL)
        os.waitpid(writer.pid, 0)
        while self.hear(writer):
            pass
        if writer.pipe in self.selector.get_map():
            self.selector.unregister(writer.pipe)
        os.close(writer.pipe)


# ---- what must be true afterwards ----


def storm(folder: Path, kills: int, seed: int) -> Report:
    """That many kills in `folder`, and everything looked at."""
    office = open_office(folder)
    with keeping(folder):
        for command in COMMANDS.values():  # everything loaded, every file there once
            done = command(office, "first", random.Random(0))
            assert done.code == 0, done.err
        found = Storm(office, kills, seed)
        found.run()
        found.report.wrong += looked_at(office, found.report.said)
        found.report.wrong += [*kept_torn(office), *left_over(office)]
    return found.report


def looked_at(office: Office, said: list[tuple[str, str]]) -> list[str]:
    """What was lost of that which was said to be done, and what cannot be read."""
    return [*events_lost(office, said), *letters_lost(office, said), *torn(office, said)]


def events_lost(office: Office, said: list[tuple[str, str]]) -> Iterator[str]:
    history, problems = load_history(office.life, _package())
    if history is None:
        yield f"the history cannot be read: {problems[0].message}"
        return
    ids = [item.id for item in history.items]
    if len(set(ids)) < len(ids):
        yield "two events have one number"
    text = (office.life / "events.yaml").read_text(encoding="utf-8")
    for command, token in said:
        if command.startswith("event"):
            times = text.count(f": {token}}}") + text.count(f": {token},")
            if times != 1:
                yield f"`{command}` {token} is there {times} times"


def letters_lost(office: Office, said: list[tuple[str, str]]) -> Iterator[str]:
    text = office.register.read_text(encoding="utf-8")
    _book, problems = read_register(text, "登记")
    if problems:
        yield f"the register cannot be read: {problems[0].message}"
        return
    numbers = {line["案件"]: line for line in map(json.loads, text.splitlines()) if "案件" in line}
    manifest = json.loads((office.out / "manifest.json").read_text(encoding="utf-8"))
    listed = {f["文件"] for entry in manifest["案件"] for letter in entry["文书"] for f in letter["文件"]}
    for case in dict.fromkeys(case for command, case in said if command == "issue"):
        path = f"{case}/{LETTER}.docx"
        if case not in numbers or path not in listed:
            yield f"the letter of {case} is in no register or manifest"
    for folder in office.out.iterdir():
        if folder.is_dir():
            yield from _letter_wrong(folder, numbers.get(folder.name))


def _letter_wrong(folder: Path, entry: dict[str, str] | None) -> Iterator[str]:
    if not (folder / f"{LETTER}.docx").exists():
        return
    try:
        body = unpack((folder / f"{LETTER}.docx").read_bytes(), "letter")["word/document.xml"].decode()
    except Refused as refused:
        yield f"{folder.name}: {refused}"
        return
    party = f"福州市第{int(folder.name.removeprefix('K-'))}人才驿站"
    if party not in body:
        yield f"{folder.name} holds the letter of somebody else"
    # Packed without the register it has no number; with one it has that of the register.
    if "榕人社〔" in body and (entry is None or f"〔{entry['年份']}〕{entry['流水号']}号" not in body):
        yield f"{folder.name} has another number than the register says"


def torn(office: Office, said: list[tuple[str, str]]) -> Iterator[str]:
    ends = {"a.html": "</html>", "a.svg": "</svg>", "a.ics": "END:VCALENDAR"}
    for name, end in ends.items():
        if not (office.folder / name).read_text(encoding="utf-8").rstrip().endswith(end):
            yield f"{name} is torn"
    with zipfile.ZipFile(office.folder / "a.zip") as archive:
        if archive.testzip() is not None:
            yield "a.zip is torn"
    for command, token in said:
        if command == "init case" and load_case(office.folder / "new" / token, _package())[0] is None:
            yield f"the forms of {token} cannot be read"
    for path in office.out.rglob("manifest.json"):
        json.loads(path.read_text(encoding="utf-8"))


def left_over(office: Office) -> Iterator[str]:
    """Every command still works, and after it nothing of the dead is left, but in folders they were making (they may be made
    again elsewhere) and among kept rules (it goes with the next that are kept)."""
    cases = [str(office.case(number)) for number in range(CASES)]
    every = (
        "issue",
        "--all",
        *cases,
        *ASKED,
        "--jobs",
        "1",
        "--out",
        str(office.out),
        "--register",
        str(office.register),
    )
    done = {"issue --all": guiju(*every)}
    done |= {
        name: call(office, f"last-{place}", random.Random(1)) for place, (name, call) in enumerate(COMMANDS.items())
    }
    for name, found in done.items():
        if found.code != 0:
            yield f"`{name}` does not work any more: {found.err.splitlines()[0]}"
    for path in office.folder.rglob(".*"):
        if path.suffix in (".partial", ".lock") and not {"new", "kept"} & {*path.parts}:
            yield f"{path.relative_to(office.folder)} is left over"


def kept_torn(office: Office) -> Iterator[str]:
    for path in (office.folder / "kept").glob("*.rules"):
        if cache.load(path.stem) is None:
            yield "rules kept between runs are torn"


def _package() -> Package:
    return Workspace(ROOT / "policies", date(2026, 11, 23), calendar=load_calendar()).program().package


@contextmanager
def keeping(folder: Path) -> Iterator[None]:
    """Resolved packages are kept in the office's own folder meanwhile."""
    before = os.environ.get("GUIJU_CACHE")
    os.environ["GUIJU_CACHE"] = str(folder / "kept")
    try:
        yield
    finally:
        os.environ.pop("GUIJU_CACHE")
        os.environ |= {"GUIJU_CACHE": before} if before is not None else {}
