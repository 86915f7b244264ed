"""Packages kept between runs: the same package comes back, and only for exactly what it was made from."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from engine.base.calendar import Calendar
from engine.office.workspace import Workspace
from engine.policy import cache
from engine.policy.calendar_data import load_calendar
from engine.policy.kept import decode, decode_file, encode, encode_file
from engine.policy.nodes import Scalar, source_of
from engine.policy.package import Package
from engine.policy.resolve import read_library
from engine.policy.shape import FileSpec, read_file
from engine.policy.sources import read_folder
from engine.policy.spec.base import Spec
from tests.worlds.texts import package

ROOT = Path(__file__).parents[2]
DAY = date(2026, 6, 1)
SOURCES = {"t": {"policies/t/a.yaml": "参数: []\n"}}


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder packages are kept in, during this test."""
    folder = tmp_path / "kept"
    monkeypatch.setenv("GUIJU_CACHE", str(folder))
    return folder


def small() -> Package:
    return package("事实: [{名称: 甲, 类型: 是否}]\n")


def test_what_is_stored_comes_back(kept: Path) -> None:
    cache.store("k", small())
    assert cache.load("k") == small()
    assert cache.load("other") is None
    assert kept.stat().st_mode & 0o077 == 0


def test_the_real_package_comes_back_equal_and_decides_alike(kept: Path) -> None:
    folder = ROOT / "policies"
    first, case, _ = Workspace(folder, DAY).case(ROOT / "fixtures/03-maker-incubator")
    assert len(list(kept.glob("*.rules"))) == 1
    second, again, _ = Workspace(folder, DAY).case(ROOT / "fixtures/03-maker-incubator")
    assert second.package == first.package
    assert again == case


def test_where_a_package_is_kept_what_reads_packages_is_not_even_loaded(kept: Path) -> None:
    args = ["guiju", "decide", "fixtures/03-maker-incubator", "-d", "认定审查"]
    code = (
        f"import sys; sys.argv = {args!r}\n"
        "from engine.commands.main import run\n"
        "try: run()\n"
        "except SystemExit: pass\n"
        "print('pydantic' in sys.modules, 'engine.policy.shape' in sys.modules)\n"
    )
    ran = [subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True) for _ in range(2)]
    assert [run.stdout.split(b"\n")[-2] for run in ran] == [b"True True", b"False False"]
    assert len(list(kept.glob("*.rules"))) == 1


def test_days_of_change_come_back_without_reading_the_packages(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case = ROOT / "fixtures/04-culture-guild"
    first = Workspace(ROOT / "policies", DAY)
    _, _, told = first.case(case)
    days = first._shelf_on(DAY).changes
    assert days
    assert cache.changes(first.sources_on(DAY)) == days
    monkeypatch.setattr("engine.policy.resolve.read_library", lambda *_: pytest.fail("the packages were read"))
    second = Workspace(ROOT / "policies", DAY)
    _, _, again = second.case(case)
    assert (again, second._shelf_on(DAY).changes) == (told, days)


def test_days_of_change_are_those_of_exactly_these_rules(kept: Path, tmp_path: Path) -> None:
    cache.store_changes(SOURCES, [DAY])
    assert cache.changes(SOURCES) == [DAY]
    assert cache.changes({"t": {"policies/t/a.yaml": "参数: [ ]\n"}}) is None
    for file in kept.glob("*.days"):
        file.write_text("nonsense", encoding="utf-8")
    assert cache.changes(SOURCES) is None


@pytest.mark.parametrize(
    ("sources", "target", "day"),
    [
        ({"t": {"policies/t/a.yaml": "参数: [ ]\n"}}, "t", DAY),
        ({"t": {"elsewhere/t/a.yaml": "参数: []\n"}}, "t", DAY),
        ({"t": {"policies/t/a.yaml": "参数: []\n"}, "u": {"policies/u/a.yaml": ""}}, "t", DAY),
        (SOURCES, "u", DAY),
        (SOURCES, "t", date(2026, 6, 2)),
    ],
)
def test_everything_a_package_comes_from_is_in_its_digest(
    sources: dict[str, dict[str, str]], target: str, day: date
) -> None:
    calendar = load_calendar()
    assert cache.digest(sources, target, day, calendar) != cache.digest(SOURCES, "t", DAY, calendar)


def test_a_changed_rule_is_not_taken_from_an_earlier_run(kept: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(ROOT / "policies", tmp_path / "policies")
    before = Workspace(folder, DAY).program("fuzhou-talent-station").package
    rules = folder / "fuzhou-talent-station" / "parameters.yaml"
    rules.write_text(rules.read_text(encoding="utf-8").replace("值: 12场", "值: 10场"), encoding="utf-8")
    after = Workspace(folder, DAY).program("fuzhou-talent-station").package
    assert before.parameters["活动场次下限"].value == 12
    assert after.parameters["活动场次下限"].value == 10


def test_another_calendar_is_another_package(kept: Path) -> None:
    """A day off that was added moves deadlines: rules resolved with the old calendar must not be found."""
    calendar = load_calendar()
    other = replace(calendar, notices=(replace(calendar.notices[0], worked=()), *calendar.notices[1:]))
    keys = {cache.digest(SOURCES, "t", DAY, one) for one in (calendar, other, Calendar("china", calendar.notices[1:]))}
    assert len(keys) == 3
    assert cache.digest(SOURCES, "t", DAY, replace(calendar)) in keys
    assert cache.digest(SOURCES, "t", DAY, replace(calendar, statute=None)) not in keys


@pytest.mark.parametrize("damage", [b"", b"\x80\x05garbage", b"cos\nsystem\n.", b"0" * 64 + b"\n[[],[]]"])
def test_a_damaged_file_is_as_good_as_none(kept: Path, damage: bytes) -> None:
    cache.store("k", small())
    (kept / "k.rules").write_bytes(damage)
    assert cache.load("k") is None


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_a_file_others_could_have_written_is_not_opened(kept: Path, mode: int) -> None:
    """It would decide cases by rules of theirs."""
    cache.store("k", small())
    os.chmod(kept / "k.rules", mode)
    assert cache.load("k") is None


@pytest.mark.parametrize("mode", [0o770, 0o707, 0o1777])
def test_a_folder_others_can_write_in_is_not_used(kept: Path, mode: int) -> None:
    cache.store("k", small())
    os.chmod(kept, mode)
    assert cache.load("k") is None
    cache.store("other", small())
    assert [path.name for path in kept.iterdir()] == ["k.rules"]


@pytest.mark.parametrize("whose", ["folder", "file"])
def test_what_belongs_to_somebody_else_is_not_opened(kept: Path, monkeypatch: pytest.MonkeyPatch, whose: str) -> None:
    """Whatever its mode: its owner could have written it. The owner is that of what was opened."""
    cache.store("k", small())
    real, theirs = os.fstat, os.stat(kept if whose == "folder" else kept / "k.rules").st_ino

    def fstat(handle: int) -> os.stat_result:
        found = real(handle)
        changed = list(found)
        changed[4] = found.st_uid + (found.st_ino == theirs)
        return os.stat_result(changed)

    assert cache.load("k") == small()
    monkeypatch.setattr(os, "fstat", fstat)
    assert cache.load("k") is None


def test_links_are_not_followed(kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.store("k", small())
    (kept / "linked.rules").symlink_to("k.rules")
    os.mkfifo(kept / "pipe.rules")
    (tmp_path / "link").symlink_to(kept)
    assert cache.load("linked") is None
    assert cache.load("pipe") is None
    monkeypatch.setenv("GUIJU_CACHE", str(tmp_path / "link"))
    assert cache.load("k") is None


def test_a_file_spoilt_on_the_disk_is_not_taken_for_rules(kept: Path) -> None:
    cache.store("k", small())
    path = kept / "k.rules"
    path.write_bytes(path.read_bytes().replace("甲".encode(), "乙".encode()))
    assert cache.load("k") is None


def test_nothing_that_is_read_runs() -> None:
    """Only classes that make up a package can be made, and nothing else is called."""
    for kinds in (
        ["os.system"],
        ["builtins.eval"],
        ["engine.office.workspace.Workspace"],
        ["engine.policy.package.date"],
    ):
        with pytest.raises(ValueError):
            decode(json.dumps([kinds, ["touch x", [0, 0]], [], [], []]))


@pytest.mark.parametrize(
    "text",
    [
        *("", "[]", "[[],[],[],[],[]]", "[[],[1],[],[],[]]", '[["tuple"],[[0,5]],[],[],[]]', "[" * 9999),
        *('[["dict"],[1,[0,0]],[],[],[]]', '[["tuple"],[[0,-2]],[],[],[]]', "[[],[],[],[[0,1,1,1,1]],[]]"),
    ],
)
def test_what_is_no_package_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        decode(text)


def test_one_and_true_stay_apart() -> None:
    found = package("事实: [{名称: 甲, 类型: 整数, 范围: 0 至 1}, {名称: 乙, 类型: 是否}]\n")
    again = decode(encode(found))
    assert again == found
    assert repr(again) == repr(found)


def test_old_packages_make_room(kept: Path) -> None:
    for number in range(cache.KEEP + 3):
        cache.store(f"{number:02}", small())
        os.utime(kept / f"{number:02}.rules", (number, number))
    cache.store("last", small())
    names = sorted(path.stem for path in kept.glob("*.rules"))
    assert len(names) == cache.KEEP
    assert "last" in names


def test_nothing_is_kept_where_that_is_impossible_or_unwanted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("GUIJU_CACHE", str(tmp_path / "file"))
    cache.store("k", small())
    assert cache.load("k") is None
    monkeypatch.setenv("GUIJU_CACHE", "no")
    assert cache.folder() is None
    cache.store("k", small())


def test_unreadable_packages_are_refused_as_ever(kept: Path, tmp_path: Path) -> None:
    from engine.base.problem import Refused

    (tmp_path / "p" / "t").mkdir(parents=True)
    (tmp_path / "p" / "t" / "policy.yaml").write_text("规范: [\n", encoding="utf-8")
    assert read_folder(tmp_path / "p")[0]
    with pytest.raises(Refused):
        Workspace(tmp_path / "p", DAY).program("t")
    assert not list(kept.glob("*.rules"))


RULES = sorted(path for path in ROOT.glob("policies/*/**/*.yaml") if "tests" not in path.parts)
FILE, TEXT = "policies/t/a.yaml", "单位: [{名称: 场}]\n枚举: [{名称: 季, 取值: [春, 秋]}]\n"


def spans(value: object) -> list[str]:
    """Where every scalar of a spec says it stands, and a part of it: what equality leaves out."""
    if isinstance(value, Scalar):
        return [f"{value.span} {value.place(1, 2)} {value.start} {value.stop}"]
    if isinstance(value, dict):
        value = tuple(value.values())
    held = value if isinstance(value, tuple) else tuple(vars(value).values()) if isinstance(value, Spec) else ()
    return [span for one in held for span in spans(one)]


@pytest.mark.parametrize("path", RULES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_what_a_file_says_comes_back_with_its_places(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    found = read_file(str(path), text)
    again = decode_file(encode_file(found), FileSpec, source_of(str(path), text))
    assert again == found
    assert repr(again) == repr(found)
    assert spans(again.spec) == spans(found.spec) != []


def read_again(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that are read and not known from earlier, from now on."""
    read: list[str] = []

    def noted(file: str, text: str) -> FileSpec:
        read.append(file)
        return read_file(file, text)

    monkeypatch.setattr("engine.policy.shape.read_file", noted)
    return read


def test_only_the_file_that_changed_is_read_again(kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither its size nor its time tells that it changed: its text does."""
    folder = shutil.copytree(ROOT / "policies", tmp_path / "policies")
    rules = folder / "fuzhou-talent-station" / "parameters.yaml"
    before = Workspace(folder, DAY).program("fuzhou-talent-station").package
    times = rules.stat()
    rules.write_text(rules.read_text(encoding="utf-8").replace("值: 12场", "值: 10场"), encoding="utf-8")
    os.utime(rules, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert rules.stat().st_size == times.st_size
    read = read_again(monkeypatch)
    after = Workspace(folder, DAY).program("fuzhou-talent-station").package
    assert read == [str(rules)]
    assert (before.parameters["活动场次下限"].value, after.parameters["活动场次下限"].value) == (12, 10)
    monkeypatch.setenv("GUIJU_CACHE", "no")
    assert Workspace(folder, DAY).program("fuzhou-talent-station").package == after


@pytest.mark.parametrize(
    ("file", "text", "release"),
    [
        (FILE, TEXT.replace("秋", "冬"), ""),
        (FILE, "\n" + TEXT, ""),
        ("elsewhere/t/a.yaml", TEXT, ""),
        (FILE, TEXT, "3.99.9 (another Python)"),
    ],
    ids=["text", "places", "path", "Python"],
)
def test_what_a_file_says_is_known_for_that_file_alone(
    kept: Path, monkeypatch: pytest.MonkeyPatch, file: str, text: str, release: str
) -> None:
    first = cache.reading()(FILE, TEXT)
    read = read_again(monkeypatch)
    assert cache.reading()(FILE, TEXT) == first
    assert read == []
    if release:
        monkeypatch.setattr(sys, "version", release)
    found = cache.reading()(file, text)
    assert read == [file]
    assert spans(found.spec) == spans(read_file(file, text).spec)


def test_another_release_of_the_program_reads_anew(kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code = tmp_path / "engine"
    (code / "policy").mkdir(parents=True)
    (code / "policy" / "a.py").write_text("1\n")
    monkeypatch.setattr(cache, "PROGRAM", code)
    cache.reading()(FILE, TEXT)
    read = read_again(monkeypatch)
    cache.reading()(FILE, TEXT)
    assert read == []
    (code / "policy" / "a.py").write_text("12\n")
    cache.reading()(FILE, TEXT)
    assert read == [FILE]
    (code / "b.py").write_text("")
    cache.reading()(FILE, TEXT)
    assert read == [FILE, FILE]


@pytest.mark.parametrize("damage", ["torn", "garbled", "foreign", "empty"])
def test_what_is_damaged_is_read_anew(kept: Path, monkeypatch: pytest.MonkeyPatch, damage: str) -> None:
    expected = cache.reading()(FILE, TEXT)
    path = next(kept.glob("*.file"))
    whole = path.read_bytes()
    foreign = encode(small()).encode()
    path.write_bytes({
        "torn": whole[: len(whole) // 2],
        "garbled": whole.replace("秋".encode(), "冬".encode()),
        "foreign": hashlib.sha256(foreign).hexdigest().encode() + b"\n" + foreign,
        "empty": b"",
    }[damage])  # fmt: skip
    read = read_again(monkeypatch)
    assert cache.reading()(FILE, TEXT) == expected
    assert read == [FILE]
    assert path.read_bytes() == whole


def test_a_file_with_errors_tells_them_each_time(kept: Path) -> None:
    wrong = "单位: [{名称: 场, 另外: 1}]\n"
    said = [cache.reading()(FILE, wrong).problems for _ in range(2)]
    assert [[p.code for p in problems] for problems in said] == [["E305"], ["E305"]]
    assert not list(kept.glob("*.file"))


def test_remarks_on_a_file_are_kept_with_it(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    remarked = "单位:\n  - 名称: 场 #次\n"
    first = cache.reading()(FILE, remarked)
    read = read_again(monkeypatch)
    assert cache.reading()(FILE, remarked) == first
    assert ([p.code for p in first.problems], read) == (["W101"], [])


def test_many_at_once_keep_one_whole_file(kept: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: cache.reading()(FILE, TEXT), range(40)))
    assert all(one == found[0] for one in found)
    assert len(list(kept.iterdir())) == 1
    assert spans(cache.reading()(FILE, TEXT).spec) == spans(read_file(FILE, TEXT).spec)


def test_where_nothing_can_be_kept_files_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.delenv("GUIJU_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))  # as a home that cannot be written, for root too
    assert cache.reading()(FILE, TEXT) == read_file(FILE, TEXT)
    library, problems = read_library({"t": {FILE: TEXT}}, cache.reading())
    assert (library.sources, [p.code for p in problems]) == ({"t": {FILE: TEXT}}, ["E310"])
