"""Letters written from a history: each as of the day of its event, from the files the event names."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from tests.cli.run import ROOT, guiju

LIFE = ROOT / "fixtures/histories/s09-qifeng"
END = ("--as-of", "2026-08-24")
WORD = ("--format", "docx")
"""Where nothing is asked of the PDF, which takes ten times as long."""


@pytest.fixture
def life(tmp_path: Path) -> Path:
    return Path(shutil.copytree(LIFE, tmp_path / "life"))


def change(life: Path, old: str, new: str, file: str = "events.yaml") -> None:
    text = (life / file).read_text(encoding="utf-8")
    assert old in text
    (life / file).write_text(text.replace(old, new), encoding="utf-8")


def letters(out: Path) -> list[tuple[str, str, str]]:
    """(document, day, outcome) in order."""
    told = json.loads((out / "manifest.json").read_text(encoding="utf-8"))["案件"][0]
    return [(one["文书"], one["成文日期"], one["结果"]) for one in told["文书"]]


def test_a_life_from_application_to_the_plaque_taken_back(tmp_path: Path) -> None:
    shown = guiju("issue", str(LIFE), "--out", str(tmp_path), *END)
    assert (shown.code, shown.err) == (0, "")
    assert shown.out.splitlines()[0] == f"1 个案件，文书 22 件，清单在 {tmp_path}/"
    assert letters(tmp_path) == [
        ("推荐报送函", "2025-03-13", "推荐报送"),
        ("补正告知书", "2025-03-17", "一次性告知补正"),
        ("受理通知书", "2025-03-28", "材料齐备"),
        ("实地考察表", "2025-04-08", "符合认定条件"),
        ("公示", "2025-04-17", "正在公示"),
        ("认定通知", "2025-04-28", "公布认定"),
        ("名单公布", "2025-04-28", "公布认定"),
        ("驿站牌匾", "2025-04-28", "公布认定"),
        *[("人员牌", "2025-04-28", "公布认定")] * 3,
        ("建设标准核查表", "2025-05-12", "符合建设标准"),
        ("月度预警函", "2025-07-03", "月度未达标"),
        ("年度考核结果通知", "2026-03-20", "考核不合格"),
        ("责令限期整改通知书", "2026-03-20", "考核不合格"),
        ("送达回证", "2026-03-20", "考核不合格"),
        ("整改复核表", "2026-05-14", "整改不合格"),
        ("拟取消资格告知书", "2026-05-14", "整改不合格"),
        ("送达回证", "2026-05-14", "整改不合格"),
        ("取消资格并收回牌匾决定", "2026-05-27", "取消资格并收回牌匾"),
        ("送达回证", "2026-05-27", "取消资格并收回牌匾"),
        ("牌匾收回确认书", "2026-06-10", "取消资格并收回牌匾"),
    ]
    stems = sorted(path.name for path in (tmp_path / "FZ-2025-109").glob("*.docx"))
    assert stems[0] == "01—推荐报送函.docx"
    assert stems[-1] == "20—牌匾收回确认书.docx"


def test_a_life_that_goes_on_after_rectifying(tmp_path: Path) -> None:
    """An objection not upheld, a year of running, 考核不合格, what was ordered and nothing else re-checked, and on."""
    shown = guiju("issue", *WORD, "fixtures/histories/s10-liulu", "--out", str(tmp_path), "--as-of", "2026-05-29")
    assert (shown.code, shown.err) == (0, "")
    assert letters(tmp_path)[10:] == [
        ("建设标准核查表", "2025-05-14", "符合建设标准"),
        ("变更备案回执", "2025-07-22", "按期报备"),
        ("月度预警函", "2025-08-05", "月度未达标"),
        ("重大活动同意函", "2025-09-22", "同意举办"),
        ("活动经费核定通知", "2025-11-14", "全额核定"),
        ("年度考核结果通知", "2026-03-12", "考核不合格"),
        ("责令限期整改通知书", "2026-03-12", "考核不合格"),
        ("送达回证", "2026-03-12", "考核不合格"),
        ("整改复核表", "2026-04-29", "整改合格"),
        ("复核结论告知书", "2026-04-29", "整改合格"),
    ]


def test_the_same_bytes_whichever_day_it_is_looked_from(tmp_path: Path) -> None:
    for day in ("2025-04-30", "2026-11-23"):
        guiju("issue", *WORD, str(LIFE), "--out", str(tmp_path / day), "--document", "认定通知", "--as-of", day)
    one, other = ((tmp_path / d / "FZ-2025-109/06—认定通知.docx").read_bytes() for d in ("2025-04-30", "2026-11-23"))
    assert one == other


def test_only_what_had_been_asked_for_by_then(tmp_path: Path) -> None:
    guiju("issue", *WORD, str(LIFE), "--out", str(tmp_path), "--as-of", "2025-03-28")
    assert [name for name, _, _ in letters(tmp_path)] == ["推荐报送函", "补正告知书", "受理通知书"]


def test_what_an_open_duty_allows_is_dated_the_day_looked_from(life: Path, tmp_path: Path) -> None:
    shown = guiju(
        "issue", *WORD, str(life), "--out", str(tmp_path / "o"), "--document", "整改复核表", "--as-of", "2026-05-13"
    )
    assert shown.code == 0, shown.err
    assert [(name, day) for name, day, _ in letters(tmp_path / "o")] == [("整改复核表", "2026-05-13")]


def test_an_event_that_says_otherwise_than_its_files_is_told_of(life: Path, tmp_path: Path) -> None:
    change(life, "服务成效评价: {判断: 45", "服务成效评价: {判断: 99", "assessment/case.yaml")
    change(life, "初审结果: 材料齐备", "初审结果: 不予受理")
    shown = guiju("issue", *WORD, str(life), "--out", str(tmp_path / "o"), "--as-of", "2025-03-28")
    assert shown.code == 1
    assert re.search(r"错误\[E868\].*写明 `申报受理` 为 `不予受理`，案卷在这一天得出 `材料齐备`", shown.err)
    assert re.search(r"--> .*events\.yaml:12:\d+", shown.err)
    assert [name for name, _, _ in letters(tmp_path / "o")] == ["推荐报送函", "补正告知书"]


GRANTED = ROOT / "fixtures/histories/s10-liulu"


def test_every_event_that_says_what_was_concluded_is_held_against_its_files(tmp_path: Path) -> None:
    """Also one that asks for no letter; and an amount as well as an outcome."""
    life = Path(shutil.copytree(GRANTED, tmp_path / "life"))
    change(life, "年度: 2025, 报送结果: 按期报齐", "年度: 2025, 报送结果: 内容须补充")
    change(life, "核定金额: 60000元", "核定金额: 50000元")
    change(life, "活动名称: 榴麓创业周项目对接会, 申领金额: 60000元, ", "活动名称: 榴麓创业周项目对接会, ")
    change(life, "  经费活动类别: 项目对接", "  经费活动类别: 项目对接\n  本次申领金额: 6万元", "operation/case.yaml")
    shown = guiju("issue", *WORD, str(life), "--out", str(tmp_path / "o"), "--as-of", "2026-05-29")
    assert shown.code == 1
    told = re.findall(r"错误\[E868\] (.*)", shown.err)
    assert told == [
        "`经费核定`（30，2025-11-14）写明 `活动经费的金额` 为 `5万元`，案卷在这一天得出 `6万元`",
        "`年度总结提交`（33，2026-01-13）写明 `年度总结报送` 为 `内容须补充`，案卷在这一天得出 `按期报齐`",
    ]
    assert "活动经费核定通知" not in [name for name, _, _ in letters(tmp_path / "o")]


def test_an_event_without_files_is_told_of(tmp_path: Path) -> None:
    shown = guiju("issue", *WORD, "fixtures/histories/s08-craft", "--out", str(tmp_path), "--as-of", "2025-07-31")
    assert shown.code == 1
    assert "错误[E867] `初审结论`（2，2025-07-11）没有案卷，它的文书出不了" in shown.err
    assert "写 `案卷: 文件夹`" in shown.err


def test_files_that_cannot_be_read_are_told_of_and_the_others_used(life: Path, tmp_path: Path) -> None:
    change(life, "案卷: first-check}", "案卷: nowhere}")
    shown = guiju("issue", *WORD, str(life), "--out", str(tmp_path / "o"), "--as-of", "2025-04-08")
    assert shown.code == 1
    assert "nowhere" in shown.err
    assert [name for name, _, _ in letters(tmp_path / "o")] == ["受理通知书", "实地考察表"]


def test_numbers_come_from_the_register_one_for_each_event(life: Path, tmp_path: Path) -> None:
    book = tmp_path / "发文登记.jsonl"
    book.write_text('{"机关": "福州市人力资源和社会保障局", "代字": "榕人社"}\n', encoding="utf-8")
    for _ in range(2):  # and the same ones again
        shown = guiju("issue", *WORD, str(life), "--out", str(tmp_path / "o"), "--register", str(book), *END)
        assert "E64" not in shown.err
        told = json.loads((tmp_path / "o/manifest.json").read_text(encoding="utf-8"))["案件"][0]["文书"]
        for year, at_least in ((2025, 1), (2026, 3)):
            numbers = [one["文号"] for one in told if f"〔{year}〕" in one["文号"]]
            assert numbers == [f"榕人社〔{year}〕{n}号" for n in range(1, len(numbers) + 1)]
            assert len(numbers) >= at_least


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (("--document", "认定通只"), "E640", "认定通知"),
        (("--document", "月度预警函"), "E641", "没有事件要求出具 `月度预警函`"),
        (("-d", "年度考和"), "E904", "年度考核"),
    ],
)
def test_what_nothing_asks_for_is_refused(tmp_path: Path, options: tuple[str, ...], code: str, said: str) -> None:
    shown = guiju("issue", *WORD, str(LIFE), "--out", str(tmp_path), "--as-of", "2025-04-30", *options)
    assert shown.code != 0
    assert f"错误[{code}]" in shown.err
    assert said in shown.err


def test_one_determination_only(tmp_path: Path) -> None:
    guiju("issue", *WORD, str(LIFE), "--out", str(tmp_path), "-d", "资格取消", *END)
    assert [name for name, _, _ in letters(tmp_path)] == ["取消资格并收回牌匾决定", "送达回证", "牌匾收回确认书"]


def test_what_people_found_only_later_was_unknown_then(life: Path, tmp_path: Path) -> None:
    text = (life / "assessment/case.yaml").read_text(encoding="utf-8")
    assert text.count("日期: 2026-03-20") == 3
    change(life, "日期: 2026-03-20", "日期: 2026-03-21", "assessment/case.yaml")
    shown = guiju("issue", *WORD, str(life), "--out", str(tmp_path / "o"), "-d", "年度考核", "--as-of", "2026-03-20")
    assert shown.code == 1
    # Whatever they were to find, it comes to 考核不合格; the marks themselves are not known on the day.
    assert "`年度考核得分` 在本案中没有确定的值，不能写入文书" in shown.err


HELD = (
    '{"机关": "福州市人力资源和社会保障局", "代字": "榕人社"}\n'
    '{"代字": "榕人社", "年份": 2026, "流水号": 1, "文书": "%s", "案件": "%s", "决定": "%s", "基准日": "2026-05-20",'
    ' "记录": 0, "日期": "2026-05-20", "摘要": "x"}\n'
)


@pytest.mark.parametrize(
    ("issued", "command", "said"),
    [
        (
            ("不予认定告知书", "FZ-2026-001", "认定审查"),
            ("fixtures/01-optics-park", "--document", "认定通知", "--date", "2026-11-18"),
            "W661] 登记簿里 2026-05-20 的 `不予认定告知书`（榕人社〔2026〕1号），与 `认定审查` 现在得出的 `符合认定条件` 不一致",
        ),
        (
            ("受理通知书", "FZ-2026-001", "申报受理"),
            ("fixtures/01-optics-park", "--document", "认定通知", "--date", "2026-11-18"),
            "",
        ),
        (
            ("取消资格并收回牌匾决定", "FZ-2025-110", "资格取消"),
            ("fixtures/histories/s10-liulu", "--document", "整改复核表", "--as-of", "2026-05-29"),
            "W662] 登记簿里 2026-05-20 的 `取消资格并收回牌匾决定`（榕人社〔2026〕1号），事件记录到 2026-05-29 为止没有要求出具",
        ),
        (
            ("整改复核表", "FZ-2025-110", "整改复核"),
            ("fixtures/histories/s10-liulu", "--document", "整改复核表", "--as-of", "2026-05-29"),
            "",
        ),
    ],
)
def test_letters_issued_before_are_held_against_what_is_reached_now(
    tmp_path: Path, issued: tuple[str, str, str], command: tuple[str, ...], said: str
) -> None:
    book = tmp_path / "发文登记.jsonl"
    book.write_text(HELD % issued, encoding="utf-8")
    shown = guiju("issue", *WORD, *command, "--register", str(book), "--out", str(tmp_path / "o"))
    assert shown.code == 0, shown.err
    assert said in shown.err
    assert ("W66" in shown.err) is bool(said)


def test_files_that_come_to_something_else_than_their_event_concluded_are_refused(tmp_path: Path) -> None:
    """No other letter either: what the event says and what the files say cannot both be sent. (A letter in the folder
    that says otherwise, without an event, is W661: tests/office/test_issued.py.)"""
    case = Path(shutil.copytree(ROOT / "fixtures/20-minhou-service", tmp_path / "case"))
    change(case, "陈述申辩情况: 未提出申辩", "陈述申辩情况: 申辩已采纳", "case.yaml")
    shown = guiju(
        "issue", *WORD, str(case), "--document", "整改复核表", "--date", "2026-05-25", "--out", str(tmp_path / "o")
    )
    said = "错误[E872] `取消审查结论`（7，2026-05-25）写明 `取消结果` 为 `取消资格并收回牌匾`"
    assert (shown.code, said in shown.err, "`采纳申辩不予取消`" in shown.err) == (1, True, True)
    assert not (tmp_path / "o").exists()
