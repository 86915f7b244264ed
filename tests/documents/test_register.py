"""The register of 发文字号: next numbers, the same letter again, holes, twins, several processes, nothing half-written."""

from __future__ import annotations

import json
import multiprocessing
import os
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.base.problem import Problem, Refused
from engine.documents import production
from engine.documents.draft import Draft, Served
from engine.documents.model import DocumentPlan
from engine.documents.production import plan_digest, produce
from engine.documents.register import Book, DocumentNumber, LetterIdentity, read
from engine.documents.register_file import Register, opened
from tests.sizes import examples

ORGAN = '{"机关": "福州市商务局", "代字": "榕商务"}\n'
DAY = date(2026, 11, 23)


def line(number: int, document: str = "通知", year: int = 2026, **changes: Any) -> str:
    entry = {"代字": "榕商务", "年份": year, "流水号": number, "文书": document, "案件": "A", "决定": "认定", "记录": 0}
    entry |= {"基准日": "2026-11-23", "日期": "2026-11-23", "摘要": ""}
    return json.dumps({**entry, **changes}, ensure_ascii=False) + "\n"


def codes(problems: list[Problem]) -> list[str]:
    return [p.code for p in problems]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (ORGAN, []),
        (ORGAN + line(1) + line(2, "函"), []),
        (ORGAN + "\n" + line(1) + line(1, 日期="2026-12-01", 摘要="重出"), []),
        (ORGAN + '{"代字": "榕商务", "年份": 2026, "已用至": 14}\n' + line(15), []),
        (line(1) + line(3, "函"), ["E647"]),
        (line(2), ["E647"]),
        ('{"代字": "榕商务", "年份": 2026, "已用至": 14}\n' + line(16), ["E647"]),
        (line(1) + line(1, "函"), ["E648"]),
        (line(1) + line(2), ["E648"]),
        (ORGAN + ORGAN.replace("榕商务", "榕商"), ["E648"]),
        ("{坏\n", ["E645"]),
        ('{"机关": "甲", "代字": "榕", "代字": "福"}\n', ["E645"]),
        ('{"机关": "甲"}\n', ["E645"]),
        (line(1, 流水号="1"), ["E645"]),
        (line(1, 流水号=True), ["E645"]),
        (line(0), ["E645"]),
        (line(1, 代字="榕商务第"), ["E645"]),
        (line(1, 基准日="2026-02-30"), ["E645"]),
        (line(1, 摘要=None), ["E645"]),
        ("[1]\n", ["E645"]),
    ],
)
def test_reading(text: str, expected: list[str]) -> None:
    book, problems = read(text, "发文登记.jsonl")
    assert codes(problems) == expected
    assert all(p.place is not None for p in problems)
    assert isinstance(book, Book)


def letter(document: str = "通知", case: str = "A", day: date = DAY) -> LetterIdentity:
    return LetterIdentity(document, case, "认定", day)


def test_next_numbers_years_and_the_same_letter_again() -> None:
    book, _ = read(ORGAN + line(1), "登记")
    assert str(book.place("福州市商务局", 2026, letter())) == "榕商务〔2026〕1号"
    assert str(book.place("福州市商务局", 2026, letter("函"))) == "榕商务〔2026〕2号"
    assert str(book.place("福州市商务局", 2027, letter("函"))) == "榕商务〔2027〕1号"
    assert str(book.place("福州市商务局", 2026, letter(day=date(2026, 12, 23)))) == "榕商务〔2026〕2号"
    assert str(book.place("福州市商务局", 2027, letter())) == "榕商务〔2026〕1号"
    assert book.place("福州市财政局", 2026, letter()) is None


@given(st.lists(st.tuples(st.sampled_from("甲乙丙丁"), st.sampled_from([2026, 2027])), max_size=30))
@settings(max_examples=examples(60), deadline=None)
def test_numbers_neither_repeat_nor_skip(asked: list[tuple[str, int]]) -> None:
    book, _ = read(ORGAN, "登记")
    for name, year in asked:
        place = book.place("福州市商务局", year, letter(name))
        assert place is not None
        book.take(place, letter(name))
    for year in (2026, 2027):
        numbers = sorted(p.number for p in book.letters if p.year == year)
        assert numbers == list(range(1, len(numbers) + 1))
    assert len(book.letters) == len({name for name, _ in asked})


def test_recording_appends_and_keeps_what_people_wrote(tmp_path: Path) -> None:
    path = tmp_path / "登记.jsonl"
    path.write_text(ORGAN.rstrip("\n"), encoding="utf-8")
    for digest in ("甲", "甲", "乙"):
        with opened(path) as found:
            found.enter([(DocumentNumber("榕商务", 2026, 1), letter(), DAY, digest)])
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0] == ORGAN.strip()
    assert [json.loads(one)["摘要"] for one in lines[1:]] == ["甲", "乙"]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["登记.jsonl"]


@pytest.mark.parametrize(("text", "code"), [(None, "E645"), (b"\xff\xfe", "E645"), (line(2).encode(), "E647")])
def test_a_register_that_cannot_be_used_is_refused(text: bytes | None, code: str, tmp_path: Path) -> None:
    path = tmp_path / "登记.jsonl"
    if text is not None:
        path.write_bytes(text)
    with pytest.raises(Refused) as refused, opened(path):
        pass
    assert codes(refused.value.problems) == [code]


def test_a_failed_append_leaves_the_register_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "登记.jsonl"
    path.write_text(ORGAN, encoding="utf-8")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "rename", full)
    with pytest.raises(Refused) as refused, opened(path) as found:
        found.enter([(DocumentNumber("榕商务", 2026, 1), letter(), DAY, "甲")])
    assert codes(refused.value.problems) == ["E642"]
    assert path.read_text(encoding="utf-8") == ORGAN


def _several(path: str, name: str) -> None:
    for number in range(8):
        with opened(Path(path)) as found:
            own = letter(f"{name}{number}")
            place = found.book.place("福州市商务局", 2026, own)
            assert place is not None
            found.enter([(place, own, DAY, "甲")])


def test_several_processes_share_a_register(tmp_path: Path) -> None:
    path = tmp_path / "登记.jsonl"
    path.write_text(ORGAN, encoding="utf-8")
    context = multiprocessing.get_context("fork")
    workers = [context.Process(target=_several, args=(str(path), name)) for name in "甲乙丙"]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    book, problems = read(path.read_text(encoding="utf-8"), "登记")
    assert (problems, book.used) == ([], {("榕商务", 2026): 24})


# ---- letters that are really written ----


def drafts(plan: DocumentPlan, *names: str) -> list[Draft]:
    return [Draft("A", name, "认定", replace(plan, name=name, number="")) for name in names]


def test_numbers_are_entered_with_the_letters(letter: DocumentPlan, tmp_path: Path) -> None:
    path = tmp_path / "登记.jsonl"
    path.write_text(ORGAN, encoding="utf-8")
    made = list(produce(drafts(letter, "甲", "乙"), tmp_path / "out", ("docx",), opened(path)))
    assert [one.number for one in made] == ["榕商务〔2026〕1号", "榕商务〔2026〕2号"]
    assert sorted(p.name for p in (tmp_path / "out/A").iterdir()) == ["乙.docx", "甲.docx"]
    entries = [json.loads(one) for one in path.read_text(encoding="utf-8").splitlines()[1:]]
    assert [(e["流水号"], e["文书"], e["摘要"]) for e in entries] == [
        (n, draft.plan.name, plan_digest(draft.plan.numbered(one.number)))
        for n, (draft, one) in enumerate(zip(drafts(letter, "甲", "乙"), made, strict=True), 1)
    ]
    again = list(produce(drafts(letter, "乙", "丙"), tmp_path / "out", ("docx",), opened(path)))
    assert [one.number for one in again] == ["榕商务〔2026〕2号", "榕商务〔2026〕3号"]


def test_a_letter_that_fails_takes_no_number(
    letter: DocumentPlan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither a hole nor a letter with a number it does not have."""
    path = tmp_path / "登记.jsonl"
    path.write_text(ORGAN, encoding="utf-8")
    real = production.render

    def sometimes(plan: DocumentPlan, form: str) -> bytes:
        if plan.name in ("乙", "丁"):
            raise Refused(Problem("E630", "没有字形"))
        return real(plan, form)

    monkeypatch.setattr(production, "render", sometimes)
    made = list(produce(drafts(letter, "甲", "乙", "丙", "丁", "戊"), tmp_path / "out", ("docx",), opened(path)))
    numbers = {one.draft.plan.name: one.number for one in made if one.files}
    assert numbers == {"甲": "榕商务〔2026〕1号", "丙": "榕商务〔2026〕2号", "戊": "榕商务〔2026〕3号"}
    assert [one.draft.stem for one in made] == ["甲", "乙", "丙", "丁", "戊"]
    assert read(path.read_text(encoding="utf-8"), "登记")[1] == []
    assert not list((tmp_path / "out").rglob(".*partial"))


def test_a_stop_between_register_and_files_gives_the_letter_its_own_number_again(
    letter: DocumentPlan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "登记.jsonl"
    path.write_text(ORGAN, encoding="utf-8")
    with monkeypatch.context() as patched:

        def stopped(*_: object) -> None:
            raise KeyboardInterrupt

        patched.setattr(Register, "record", lambda self, letters: (_record(self, letters), stopped()))
        with pytest.raises(KeyboardInterrupt):
            list(produce(drafts(letter, "甲"), tmp_path / "out", ("docx",), opened(path)))
    assert not list((tmp_path / "out").rglob("*.docx"))
    made = list(produce(drafts(letter, "乙", "甲"), tmp_path / "out", ("docx",), opened(path)))
    assert [(one.draft.plan.name, one.number) for one in made] == [
        ("乙", "榕商务〔2026〕2号"),
        ("甲", "榕商务〔2026〕1号"),
    ]


_record = Register.record


# ---- issued again ----


def on(draft: Draft, day: date, **changes: Any) -> Draft:
    """The same letter planned on another day: 基准日 and 成文日期 move on."""
    receipt = replace(draft.plan.receipt, basis=replace(draft.plan.receipt.basis, as_of=day, rules_on=day))
    return replace(draft, plan=replace(draft.plan, receipt=receipt, date=day, **changes))


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "登记.jsonl"
    path.write_text(ORGAN, encoding="utf-8")
    return path


def issued(draft: Draft, book: Path) -> tuple[str, date, int]:
    """Number, day on the letter, lines of the register after it."""
    (made,) = produce([draft], book.parent / "out", ("docx",), opened(book))
    return made.number, made.draft.plan.date, len(book.read_text(encoding="utf-8").splitlines())


LATER, LATEST = date(2026, 12, 10), date(2027, 1, 5)


def test_an_unchanged_letter_keeps_number_and_day(letter: DocumentPlan, book: Path) -> None:
    (first,) = drafts(letter, "甲")
    number, day, lines = issued(first, book)
    assert (number, day, lines) == ("榕商务〔2026〕1号", letter.date, 2)
    for again in (first, on(first, LATER), on(first, LATEST)):
        assert issued(again, book) == (number, day, lines)


def test_the_same_day_gives_the_same_bytes(letter: DocumentPlan, book: Path) -> None:
    (first,) = drafts(letter, "甲")
    issued(first, book)
    path = book.parent / "out/A/甲.docx"
    before = path.read_bytes()
    issued(replace(first, plan=replace(first.plan, date=LATER)), book)
    assert path.read_bytes() == before


def test_a_changed_letter_is_entered_anew_with_its_own_day(letter: DocumentPlan, book: Path) -> None:
    (first,) = drafts(letter, "甲")
    issued(first, book)
    changed = replace(first, plan=replace(first.plan, title="另一个标题", date=LATER))
    assert issued(changed, book) == ("榕商务〔2026〕1号", LATER, 3)
    assert issued(on(changed, LATEST), book) == ("榕商务〔2026〕1号", LATER, 3)
    assert issued(on(first, LATEST), book) == ("榕商务〔2027〕1号", LATEST, 4)


def test_a_day_that_is_asked_for_is_kept(letter: DocumentPlan, book: Path) -> None:
    (first,) = drafts(letter, "甲")
    issued(first, book)
    assert issued(replace(on(first, LATER), dated=True), book)[1] == LATER


def test_letters_of_other_cases_and_documents_are_others(letter: DocumentPlan, book: Path) -> None:
    first, second = drafts(letter, "甲", "乙")
    issued(first, book)
    assert issued(on(second, LATER), book) == ("榕商务〔2026〕2号", LATER, 3)
    other = replace(first, plan=replace(first.plan, receipt=replace(first.plan.receipt, case="B")))
    assert issued(other, book)[0] == "榕商务〔2026〕3号"


@pytest.mark.parametrize(
    ("served", "register", "codes"),
    [
        (None, False, []),
        (LATER, False, []),
        (DAY, False, ["E673"]),
        (DAY, True, []),
    ],
)
def test_a_letter_dated_after_its_service_is_not_issued(
    letter: DocumentPlan, book: Path, served: date | None, register: bool, codes: list[str]
) -> None:
    """Unless the register has the original and its day."""
    (first,) = drafts(replace(letter, date=DAY), "甲")
    issued(first, book)
    again = replace(on(first, LATER), served=Served(served) if served else None)
    (made,) = produce([again], book.parent / "out", ("docx",), opened(book) if register else None)
    assert [p.code for p in made.problems] == codes
    assert bool(made.files) is not bool(codes)


def test_an_organ_without_a_sign_is_told(letter: DocumentPlan, tmp_path: Path) -> None:
    path = tmp_path / "登记.jsonl"
    path.write_text(ORGAN.replace("福州市商务局", "福州市财政局"), encoding="utf-8")
    (made,) = produce(drafts(letter, "甲"), tmp_path / "out", ("docx",), opened(path))
    assert (made.number, [p.code for p in made.problems], len(made.files)) == ("", ["W646"], 1)
