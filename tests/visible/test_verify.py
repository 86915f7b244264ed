"""`guiju verify`: a letter, a folder of letters, and both against their case; the exit code says what was found."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest

from tests.cli.run import ROOT, guiju
from tests.visible.tampering import parts, zipped

CASE = str(ROOT / "fixtures" / "03-maker-incubator")
LETTER = "FZ-2026-003/不予认定告知书"


@cache
def issued() -> Path:
    out = Path(mkdtemp())
    guiju("issue", CASE, "--document", "不予认定告知书", "--date", "2026-12-01", "--out", str(out))
    return out


def edited(folder: Path, before: str, after: str, part: str = "word/document.xml") -> str:
    found = parts((issued() / f"{LETTER}.docx").read_bytes())
    text = found[part].decode()
    assert before in text
    path = folder / "不予认定告知书.docx"
    path.write_bytes(zipped({**found, part: text.replace(before, after).encode()}))
    return str(path)


def test_a_letter_as_issued(tmp_path: Path) -> None:
    for form in ("docx", "pdf"):
        done = guiju("verify", str(issued() / f"{LETTER}.{form}"))
        assert (done.code, "结论  未见改动，但没有登记可核" in done.out) == (0, True), done.out


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (
            "孵化器有限公司：",
            "孵化器无限公司：",
            "主送机关改了：“福州起帆孵化器有限公司：” → “福州起帆孵化器无限公司：”",
        ),
        ("299人次", "298人次", "第3段改了"),
        ("2026年12月1日<", "2026年12月8日<", "成文日期改了"),
    ],
)
def test_what_was_altered_is_named(before: str, after: str, said: str, tmp_path: Path) -> None:
    done = guiju("verify", edited(tmp_path, before, after))
    assert done.code == 1
    assert said in done.out.replace("\n    ", "")


def test_against_its_case(tmp_path: Path) -> None:
    done = guiju("verify", str(issued() / f"{LETTER}.pdf"), "--case", CASE)
    assert done.code == 0, done.out + done.err
    for said in ("规则、口径、日历、事实、程序、理由、正文相同", "结果相同：不予认定", "逐字节相同"):
        assert said in done.out
    copy = tmp_path / "case"
    copy.mkdir()
    for file in Path(CASE).iterdir():
        (copy / file.name).write_bytes(file.read_bytes())
    text = (copy / "case.yaml").read_text(encoding="utf-8")
    (copy / "case.yaml").write_text(text.replace("不作例外", "不能例外"), encoding="utf-8")
    done = guiju("verify", str(issued() / f"{LETTER}.docx"), "--case", str(copy), "--json")
    assert done.code == 1
    (told,) = json.loads(done.out)
    holds = {row["项"]: row["相同"] for row in told["重算"]}
    assert (told["改动"], holds["规则"], holds["事实"], holds["结果"], holds["正文"]) == ([], True, False, True, False)


def test_a_folder(tmp_path: Path) -> None:
    folder = issued() / "FZ-2026-003"
    assert guiju("verify", str(folder)).code == 0
    out = tmp_path / "FZ-2026-003"
    out.mkdir()
    for file in folder.iterdir():
        (out / file.name).write_bytes(file.read_bytes())
    edited(out, "299人次", "298人次")
    (out / "不予认定告知书.pdf").unlink()
    (out / "另一件.pdf").write_bytes(b"")
    done = guiju("verify", str(out))
    assert done.code == 1
    for said in ("第3段改了", "清单里有，文件没有了", "清单里没有这个文件", "共 3 件，3 件有改动或不一致"):
        assert said in done.out.replace("\n    ", "")


@pytest.mark.parametrize("name", ["没有.docx", "空文件夹", "案.txt"])
def test_what_cannot_be_verified_is_refused(name: str, tmp_path: Path) -> None:
    (tmp_path / "空文件夹").mkdir()
    (tmp_path / "案.txt").write_text("", encoding="utf-8")
    done = guiju("verify", str(tmp_path / name))
    assert done.code == 2
    assert "E650" in done.err
