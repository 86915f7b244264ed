"""A letter against the office's ledger: recorded and unaltered it is 一致; the ledger finds what the letter alone cannot tell."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from engine.documents.embedded import read_letter
from engine.documents.receipt import LABEL
from engine.record.act import Act, By
from engine.record.lines import digest_of
from tests.cli.run import guiju
from tests.documents.samples import drafts, written

NAME = "不予认定告知书"
NUMBER = "榕人社〔2026〕7号"
OFFICE = "账本: 账本.db\n人员:\n  - {姓名: 郑远, 职责: [审计, 管理]}\n"


@cache
def forged() -> bytes:
    """A letter with everything it carries made anew for another addressee: it holds in itself."""
    from dataclasses import replace

    from engine.documents.docx import render_docx

    return render_docx(replace(drafts()[NAME].plan, addressee="另一家有限公司"))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An office whose ledger has the letter as .docx and PDF."""
    from engine.record import sqlite

    (tmp_path / "office.yaml").write_text(OFFICE, encoding="utf-8")
    assert guiju("ledger", "new", "--as", "郑远", "--office", "office.yaml", cwd=tmp_path).code == 0
    store = sqlite.opened(tmp_path / "账本.db")
    files = {f"{NAME}.{form}": written(NAME, form) for form in ("docx", "pdf")}
    receipt = read_letter(files[f"{NAME}.docx"], "a.docx").receipt
    said = {"文书": NAME, "文号": receipt["文号"] or NUMBER, LABEL: receipt[LABEL], "成文日期": receipt["成文日期"]}
    with store.writing() as writer:
        for data in files.values():
            writer.keep(data)
        digests = {name: digest_of(data) for name, data in files.items()}
        act = Act("文书", {**said, "文件": digests}, {"文书摘要": receipt["文书摘要"], "案件": receipt["案件"]})
        writer.record(act, "2026-12-01T10:00:00+08:00", By("", ()))
    store.close()
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    return tmp_path


def test_a_recorded_letter_is_as_recorded(home: Path) -> None:
    for form in ("docx", "pdf"):
        done = guiju("verify", f"{NAME}.{form}", "--office", "office.yaml", cwd=home)
        assert "与账本第 2 条记的逐字节相同" in done.out
        # its receipt has no number, and the entry has one
        assert (done.code, "账本第 2 条记的文号" in done.out) == (1, True)


def test_a_letter_forged_throughout_is_found_by_the_ledger_alone(home: Path) -> None:
    (home / "另.docx").write_bytes(forged())
    assert guiju("verify", "另.docx", cwd=home).code == 0
    done = guiju("verify", "另.docx", "--office", "office.yaml", cwd=home)
    assert (done.code, "账本里没有凭据码" in done.out) == (1, True)


def test_by_code_and_by_number(home: Path) -> None:
    code = read_letter(written(NAME, "docx"), "a.docx").receipt[LABEL]
    for text in (code, NUMBER):
        done = guiju("verify", text, "--office", "office.yaml", cwd=home)
        assert done.out.count("账本第 2 条 不予认定告知书") == 2
    assert guiju("verify", "0000-0000-0000", "--office", "office.yaml", cwd=home).code == 2


def test_the_ledger_itself_and_the_verification_recorded(home: Path) -> None:
    done = guiju("verify", "账本.db", "--office", "office.yaml", "--as", "郑远", cwd=home)
    assert (done.code, "✓ 一致" in done.out) == (0, True)
    assert "核验" in guiju("ledger", "show", "--office", "office.yaml", cwd=home).out
    data = (home / "账本.db").read_bytes()
    at = data.rindex(NUMBER.encode())
    (home / "账本.db").write_bytes(data[:at] + "榕人社〔2026〕9号".encode() + data[at + len(NUMBER.encode()) :])
    done = guiju("verify", "账本.db", "--office", "office.yaml", cwd=home)
    assert done.code == 1, done.out
