"""The commands as the three users meet them: exit codes, streams, JSON, mistakes answered in Chinese, 80 columns."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from engine.base.later import Later
from engine.base.text import width
from engine.commands import main
from engine.office import workspace
from tests.cli.run import ROOT, guiju

GOOD = "fixtures/01-optics-park"
REFUSED = "fixtures/03-maker-incubator"
FAULTY = "fixtures/99-faulty-ledger"


def test_a_refusal_is_a_valid_decision() -> None:
    result = guiju("decide", REFUSED, "-d", "认定审查")
    assert result.code == 0
    assert "不予认定" in result.out
    assert "年度活动场次 = 11场  ← case.yaml" in result.out


def test_results_and_diagnostics_go_different_ways() -> None:
    result = guiju("decide", GOOD, "--json")
    decided = json.loads(result.out)
    assert decided["案件"] == "FZ-2026-001"
    assert {d["决定"]: d["结果"] for d in decided["决定"]}["认定审查"] == "符合认定条件"
    assert result.err == ""


def test_unreadable_cells_are_named_and_nothing_is_decided() -> None:
    result = guiju("decide", FAULTY)
    assert result.code == 1
    assert result.out == ""
    for place in ("活动台账.xlsx!B5", "活动台账.xlsx!E6", "活动台账.xlsx!E7", "活动台账.xlsx!D8"):
        assert place in result.err
    assert "共 4 个错误" in result.err


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (["decode", GOOD], 2, "没有命令 `decode`"),
        (["decide"], 2, "缺少参数"),
        (["explain", GOOD, "认定审查"], 2, "多出的参数 `认定审查`"),
        (["decide", GOOD, "-d"], 2, "选项 `-d` 后面要写一个值"),
        (["review", "--json=1"], 2, "后面不写值"),
        (["decide", "没有这个文件夹"], 1, "找不到文件"),
        (["decide", GOOD, "-d", "认定审察"], 2, "是否想写 `认定审查`"),
        (["decide", GOOD, "--jsn"], 2, "--json"),
        (["decide", GOOD, "--as-of", "2026-02-30"], 2, "不是日期"),
        (["explain", "活动场次下线"], 2, "是否想写 `活动场次下限`"),
        (["check", "--explain", "E000"], 2, "没有错误代码"),
        (["check", "--policies", "没有"], 2, "没有文件夹"),
        (["decide", GOOD, "--json", "--markdown"], 2, "只能写一个"),
        (["issue", GOOD, "--date", "2026-2-30"], 2, "`--date`：`2026-2-30` 不是日期"),
        (["check", "--as-of", "2026年1月5日"], 2, "`2026年1月5日` 不是日期，写作 2026-01-05"),
        (["schema", "案子"], 2, "`种类`：只能是"),
        (["issue", GOOD, "--out", "README.md"], 2, "`README.md` 是文件，不是文件夹"),
        (["init", "case", "README.md"], 2, "`README.md` 是文件，不是文件夹"),
        (["decide", f"{FAULTY}/活动台账.xlsx"], 1, "是台账，不是案件"),
        (["explain", "fixtures/没有"], 2, "没有文件夹 `fixtures/没有`"),
        (["explain", "Q99"], 2, "`Q99` 不是案件、名称、条款或错误代码\n\n"),
        (["decide", GOOD, "-d", "择优排叙"], 2, "是否想写 `择优排序`"),
        (["check", "没有这个包"], 2, "没有政策包 `没有这个包`"),
        (["test", "calendars"], 2, "没有政策包 `calendars`"),
        (["check", "--format", "xml"], 2, "只能是 text、json、github"),
        (["issue", GOOD, "--document", "认定通告"], 2, "没有文书 `认定通告`"),
    ],
)
def test_mistakes_are_answered_in_chinese(args: list[str], code: int, said: str) -> None:
    result = guiju(*args)
    assert (result.code, result.out) == (code, "")
    assert said in result.err
    assert "Traceback" not in result.err


@pytest.mark.parametrize(
    "args",
    [
        ["decide", GOOD],
        ["decide", "fixtures/14-alumni-post"],
        ["explain", REFUSED],
        ["review"],
        ["explain", "第七条第（六）项"],
        ["check", "--explain", "E203"],
        ["--help"],
        ["decide", "--help"],
    ],
)
def test_output_fits_eighty_columns(args: list[str]) -> None:
    result = guiju(*args)
    assert result.code == 0
    assert [line for line in result.out.splitlines() if width(line) > 80] == []


@pytest.mark.parametrize("page", [(), ("ledger",), ("text",), ("init",), ("event",)], ids=" ".join)
def test_no_summary_of_a_command_is_cut(page: tuple[str, ...]) -> None:
    assert "..." not in guiju(*page, "--help").out


def pages() -> Iterator[tuple[str, ...]]:
    """Every command, and every command of those that have some."""
    for name in main.COMMANDS:
        yield (name,)
        command = main.main.get_command(click.Context(main.main), name)
        yield from ((name, below) for below in getattr(command, "commands", ()))


@pytest.mark.parametrize("page", pages(), ids=" ".join)
def test_every_help_page_is_chinese(page: tuple[str, ...]) -> None:
    result = guiju(*page, "--help")
    assert result.code == 0
    assert result.out.startswith("用法：")
    assert not re.search(
        r"Options|required|default|[<>]=|\b(INTEGER|FLOAT|RANGE|DIRECTORY|FILE|PATH|TEXT|BOOLEAN)\b", result.out
    )
    assert [line for line in result.out.splitlines() if width(line) > 80] == []


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("issue", GOOD, "--jobs", "99"), "`--jobs`：应是 1 至 64 的整数"),
        (("synth", "--out", "新", "--blank", "2"), "`--blank`：应是 0 至 1 的数"),
        (("synth", "--out", "新", "--blank", "半"), "`--blank`：应是 0 至 1 的数"),
        (("serve", "--data", "README.md"), "`--data`：`README.md` 是文件，应是文件夹"),
        (("issue", GOOD, "--jobs", "几个"), "`--jobs`：应是 1 至 64 的整数"),
        (("explain", GOOD, "--paragraph", "三"), "`--paragraph`：应是整数"),
        (("issue", GOOD, "--format", "doc"), "`--format`：只能是 docx、pdf"),
    ],
)
def test_an_option_with_a_wrong_value_is_told_in_chinese(args: tuple[str, ...], said: str) -> None:
    result = guiju(*args)
    assert (result.code, result.err.splitlines()[0]) == (2, f"错误：{said}")


def commands(group: click.Group, *path: str) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command with the words that call it."""
    context = click.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        assert found is not None
        yield (*path, name), found
        if isinstance(found, click.Group):
            yield from commands(found, *path, name)


SINGLE = [
    (words, option)
    for words, command in commands(main.main)
    for option in command.params
    if isinstance(option, click.Option) and not option.is_flag and not option.multiple
]


def test_an_option_of_one_value_is_not_taken_twice() -> None:
    """Whichever command it is of: the one written first would be dropped without a word."""
    assert len(SINGLE) > 50
    for words, option in SINGLE:
        context = click.Context(main.main, info_name="guiju")
        command: click.Command = main.main
        for word in words:
            assert isinstance(command, click.Group)
            found = command.get_command(context, word)
            assert found is not None
            command, context = found, click.Context(found, parent=context, info_name=word)
        for short in option.opts:
            with pytest.raises(click.UsageError, match=f"`{max(option.opts, key=len)}` 写了 2 次"):
                command.parse_args(context, [short, "甲", option.opts[-1], "乙"])


def test_one_letter_is_not_given_two_days() -> None:
    twice = ("--date", "受理通知书=2026-10-10", "--date", "受理通知书=2026-10-11")
    refused = guiju("issue", GOOD, *twice)
    assert (refused.code, "`--date` 给 `受理通知书` 写了两个日期" in refused.err) == (2, True)
    twice = ("--document", "受理通知书", "--document", "送达回证")
    refused = guiju("issue", GOOD, *twice)
    assert (refused.code, "选项 `--document` 写了 2 次，只能写一次" in refused.err) == (2, True)


def test_every_name_and_clause_can_be_explained() -> None:
    review = json.loads(guiju("review", "--json").out)
    numbers = [item["编号"] for item in review["解释口径"]]
    assert {f"Q{i:02}" for i in range(1, 20)} <= set(numbers)
    assert all(item["由"] for item in review["未定事项"])
    for subject in ("活动场次下限", "年度活动规模", "认定审查", "年度活动场次", "活动台账", "年度考核得分", "第十二条"):
        assert guiju("explain", subject).code == 0, subject


def test_an_empty_form_leaves_everything_unknown(tmp_path: Path) -> None:
    folder = tmp_path / "新案"
    assert guiju("init", "case", str(folder)).code == 0
    again = guiju("init", "case", str(folder))
    assert again.code in (1, 2)
    assert "已" in again.err
    result = guiju("decide", str(folder))
    assert result.code == 0
    assert "待查" not in result.out or "待补" in result.out


def test_issue_writes_both_formats(tmp_path: Path) -> None:
    result = guiju("issue", GOOD, "-d", "公示与公布", "--document", "认定通知", "--out", str(tmp_path))
    assert result.code == 0, result.err
    written = sorted(p.name for p in tmp_path.rglob("*.*"))
    assert written == ["manifest.json", "manifest.json", "清单.md", "认定通知.docx", "认定通知.pdf"]


def test_schema_is_json() -> None:
    for kind in ("package", "examples", "case"):
        assert json.loads(guiju("schema", kind).out)["$schema"].startswith("https://json-schema.org/")


def test_the_packages_are_clean() -> None:
    for command in ("check", "test"):
        result = guiju(command, "policies/fuzhou-talent-station")
        assert result.code == 0, result.err


def test_ranking_places_cases_and_names_ties() -> None:
    cases = [str(p.relative_to(ROOT)) for p in sorted((ROOT / "fixtures").glob("0[1-7]-*"))]
    result = guiju("decide", *cases, "-d", "择优排序")
    assert result.code == 0, result.err
    assert "名额" in result.out


def test_a_case_without_a_day_says_that_it_is_decided_as_of_today(tmp_path: Path) -> None:
    lines = (ROOT / GOOD / "case.yaml").read_text(encoding="utf-8").splitlines(keepends=True)
    undated = "".join(line for line in lines if not line.startswith("基准日"))
    (tmp_path / "case.yaml").write_text(undated, encoding="utf-8")
    for file in (ROOT / GOOD).glob("*.xlsx"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    shutil.copytree(ROOT / GOOD / "history", tmp_path / "history")
    assert "（未写基准日，按今天）" in guiju("decide", str(tmp_path), "-d", "认定审查").out
    assert "未写基准日" not in guiju("decide", str(tmp_path), "-d", "认定审查", "--as-of", "2026-08-01").out


def test_an_empty_case_asks_by_stage_and_is_quiet(tmp_path: Path) -> None:
    """The whole form in the order of the determinations, or one determination's questions; nothing is remarked on it."""
    whole, part = tmp_path / "全", tmp_path / "部分"
    assert guiju("init", "case", str(whole)).code == 0
    assert guiju("init", "case", str(part), "-d", "认定审查").code == 0
    texts = [(folder / "case.yaml").read_text(encoding="utf-8") for folder in (whole, part)]
    assert texts[0].index("════ 申报受理") < texts[0].index("════ 认定审查") < texts[0].index("════ 年度考核")
    assert texts[0].count("填写：") > 2 * texts[1].count("填写：") > 40
    assert ("驿站名称:" in texts[1], "整改复核日期:" in texts[1]) == (True, False)
    for folder in (whole, part):
        decided = guiju("decide", str(folder), "-d", "申报受理")
        assert (decided.code, decided.err) == (0, "")
    wrong = guiju("init", "case", str(tmp_path / "错"), "-d", "认定审")
    assert (wrong.code, "是否想写 `认定审查`" in wrong.err) == (2, True)


# What is not needed is not done


def loaded_by(*args: str) -> set[str]:
    """The modules a command has loaded, in a process of its own."""
    program = (
        "import sys, runpy\n"
        "try:\n    runpy.run_path('cli.py', run_name='__main__')\n"
        "finally:\n    print('\\n'.join(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program, *args], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stderr.splitlines())


def test_help_loads_nothing_that_decides() -> None:
    loaded = loaded_by("--help")
    assert not {name for name in loaded if name.startswith(("engine.policy", "engine.decision", "engine.language"))}
    assert loaded.isdisjoint({"pydantic", "yaml", "jinja2", "weasyprint", "openpyxl", "engine.documents", "zipfile"})


def test_a_decision_loads_no_json_no_documents_no_forms() -> None:
    loaded = loaded_by("decide", REFUSED)
    assert "engine.decision.decide" in loaded
    unwanted = ("engine.decision.serial", "engine.base.codec", "engine.views.markdown", "engine.intake.forms")
    assert loaded.isdisjoint({*unwanted, "openpyxl", "jinja2", "weasyprint", "engine.documents", "engine.procedure"})
    assert {name for name in loaded if name.startswith("engine.commands.")} == {
        f"engine.commands.{name}" for name in ("main", "deciding", "recorded", "shell", "chinese", "console")
    }


def test_the_code_of_the_program_is_read_only_where_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def digest() -> str:
        read.append("once")
        return "sha256:" + "0" * 64

    monkeypatch.setattr(workspace, "CODE", Later(digest))
    assert guiju("decide", REFUSED).code == guiju("explain", "活动场次下限").code == 0
    assert read == []
    assert json.loads(guiju("decide", REFUSED, "--json").out)["决定"][0]["所据"]["程序代码"] == "sha256:" + "0" * 64
    assert read == ["once"]
