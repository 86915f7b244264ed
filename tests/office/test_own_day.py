"""What was concluded and signed on a day is held against the rules of that day, also where the case is looked at later."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from tests.cli.run import ROOT, guiju
from tests.procedure.test_dossier import EVENTS, TO_ORDER, WORLD
from tests.worlds.texts import header

NOTICE = "责令限期整改通知书"


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """The rules, in which a term is thirty working days until the end of September and twenty from then on, and a case
    whose order was made in September and that is looked at in November."""
    shutil.copytree(ROOT / "policies", tmp_path / "policies")
    shutil.copytree(ROOT / "fixtures/17-digital-garden", tmp_path / "case")
    path = tmp_path / "policies/fuzhou-talent-station-scheme/parameters.yaml"
    text = path.read_text(encoding="utf-8")
    changed = re.sub(
        r"(参数: 整改期限\n\s+取值: )\[.*?\]",
        r"\1[{值: 30个工作日, 至: 2026-09-30}, {值: 20个工作日, 自: 2026-10-01}]",
        text,
    )
    assert changed != text
    path.write_text(changed, encoding="utf-8")
    return tmp_path


def issued(office: Path, *more: str) -> tuple[int, str, str]:
    """The exit code, what was told, and the text of the order."""
    out = office / "out"
    shown = guiju(
        "issue",
        str(office / "case"),
        "--policies",
        str(office / "policies"),
        "--out",
        str(out),
        *more,
        "--format",
        "docx",
    )
    found = list(out.rglob(f"*{NOTICE}*.docx"))
    seen = guiju("verify", str(found[0]), "--json").out if found else ""
    return shown.code, shown.err, seen


def manifest(office: Path) -> dict[str, str]:
    told = json.loads((office / "out/manifest.json").read_text(encoding="utf-8"))["案件"][0]
    return {one["文书"]: one["成文日期"] for one in told["文书"]}


def test_an_order_of_september_says_the_term_of_september(office: Path) -> None:
    from docx import Document

    code, err, _ = issued(office)
    assert code == 0, err
    assert manifest(office)[NOTICE] == "2026-09-04"
    (path,) = (office / "out").rglob(f"*{NOTICE}*.docx")
    text = "\n".join(p.text for p in Document(str(path)).paragraphs)
    assert "30个工作日" in text
    assert "20个工作日" not in text


def test_asked_for_by_name_it_is_the_same(office: Path) -> None:
    code, err, _ = issued(office, "--document", NOTICE)
    assert code == 0, err
    assert list(manifest(office)) == [NOTICE]


# ---- a small world ----

DATED = WORLD.replace(
    "达标, 条款: [第一条], 要求: 评分数不少于60分", "达标, 条款: [第一条], 要求: 评分数不少于年检线"
).replace(
    "派生量:\n",
    "参数:\n  - {名称: 年检线, 条款: [第一条], 取值: [{值: 60分, 至: 2026-04-30}, {值: 40分, 自: 2026-05-01}]}\n派生量:\n",
)


def world(folder: Path, score: str) -> tuple[str, ...]:
    """The arguments that decide a case whose history says 不合格 in April, when the line was 60分."""
    files = {
        "policies/t/policy.yaml": header("t", 案件称呼="持证人", 状态="示例"),
        "policies/t/world.yaml": DATED,
        "case/case.yaml": "案件: 甲-1\n规范: t\n基准日: 2026-06-01\n事件记录: history\n事实:\n"
        f"  持证人: 张记\n  年检年份: 2026年\n  评分数: {score}\n  告知日: 2026-05-10\n",
        "case/history/events.yaml": f"案件: 甲-1\n名称: 张记\n规范: t\n事件:\n{EVENTS}",
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return str(folder / "case"), "--policies", str(folder / "policies")


def test_a_conclusion_is_held_against_the_rules_of_its_day(tmp_path: Path) -> None:
    shown = guiju("decide", *world(tmp_path, "50分"))
    assert shown.code == 0, shown.err  # 合格 by the line of June, 不合格 by that of April
    shown = guiju("decide", *world(tmp_path, "70分"))
    assert shown.code == 1
    assert re.search(
        r"E872.*写明 `年检结论` 为 `不合格`，案卷的材料得出 `年检` 为 `合格`.*按 2026-04-01 的规则", shown.err
    ), shown.err


def test_a_letter_that_the_rules_of_its_day_did_not_give_rise_to_is_refused(tmp_path: Path) -> None:
    asked = world(tmp_path, "50分")
    renamed = TO_ORDER + "- {编号: 8, 事件: 更名, 日期: 2026-04-20, 新名: 张记}\n"
    history = tmp_path / "case/history/events.yaml"
    text = history.read_text(encoding="utf-8").replace(EVENTS, renamed).replace("年检结果: 不合格", "年检结果: 合格")
    history.write_text(text, encoding="utf-8")
    policy = tmp_path / "policies/t/world.yaml"
    rising = (
        policy.read_text(encoding="utf-8")
        .replace("值: 60分, 至", "值: 45分, 至")
        .replace("值: 40分, 自", "值: 90分, 自")
    )
    policy.write_text(rising, encoding="utf-8")
    shown = guiju("issue", *asked, "--out", str(tmp_path / "out"), "--format", "docx", "--document", "通知")
    assert shown.code == 1
    assert "E873" in shown.err, shown.err
    assert "`通知` 是 2026-04-20 的，按那一天的规则 `年检` 的结果是 `合格`，不出具它" in shown.err


GRANTED = """\
  - {事件: 经费核定, 日期: 2026-11-16, 活动编号: 对接会, 经费结果: 在剩余额度内部分核定, 核定金额: 40000元}
  - {事件: 奖励核定, 日期: 2026-11-16, 引荐姓名: 骆星河, 引荐项目: 福建省重点人才项目（示例）, 奖励结果: 依第十五条奖励, 奖励金额: 3万元}
"""


@pytest.mark.parametrize(
    ("said", "other", "told"),
    [
        ("", "", ""),
        ("核定金额: 40000元", "核定金额: 50000元", "`核定金额` 为 `5万元`，案卷的材料得出 `活动经费` 的金额 为 `4万元`"),
        ("依第十五条奖励, 奖励金额: 3万元", "不予奖励", "`奖励结果` 为 `不予奖励`，案卷的材料得出 `引荐奖励` 为 `依第十五条奖励`"),
        ("在剩余额度内部分核定, 核定金额: 40000元", "额度用尽不予核定", "`经费结果` 为 `额度用尽不予核定`"),
    ],
)  # fmt: skip
def test_no_letter_says_otherwise_than_an_event_of_its_case(said: str, other: str, told: str, tmp_path: Path) -> None:
    """Also where no fact takes over what the event says: the result and the amount, each."""
    case = shutil.copytree(ROOT / "fixtures/24-harbour-union", tmp_path / "case")
    history = case / "history/events.yaml"
    events = history.read_text(encoding="utf-8").rstrip("\n") + "\n" + GRANTED.replace(said, other)
    history.write_text(events, encoding="utf-8")
    shown = guiju("issue", str(case), "--out", str(tmp_path / "out"), "--format", "docx")
    decided = guiju("decide", str(case))
    assert (shown.code, decided.code) == ((1, 1) if told else (0, 0)), shown.err
    for err in (shown.err, decided.err) if told else ():
        (line,) = [line for line in err.splitlines() if "错误[E872]" in line]
        assert told in line
    assert bool(list((tmp_path / "out").rglob("*核定通知.docx"))) == (not told)
