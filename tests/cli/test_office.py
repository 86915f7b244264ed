"""The office file at the command line: named by option or environment, never found; who acts is checked and recorded."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from engine.base.text import width
from tests.cli.run import ROOT, Result, guiju
from tests.cli.test_rules_nearby import CASE, DAY, OUTCOMES, changed, decided, outcome

PERSONS = (
    "人员:\n  - {姓名: 林岚, 职责: 审查}\n  - {姓名: 陈若川, 职责: [审查, 签发]}\n  - {姓名: 郑审计, 职责: 审计}\n"
)
ORGAN = '{"机关": "福州市人力资源和社会保障局", "代字": "榕人社"}\n'


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An office with rules of its own, under which the case comes out otherwise, and a register."""
    folder = tmp_path / "office"
    changed(folder)
    (folder / "登记簿.jsonl").write_text(ORGAN, encoding="utf-8")
    written(folder, "规则: policies\n")
    return folder


def written(home: Path, text: str) -> Path:
    (home / "office.yaml").write_text(text, encoding="utf-8")
    return home / "office.yaml"


@pytest.fixture
def case(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "fixtures" / CASE, tmp_path / "cases" / CASE))


def test_the_office_s_rules_are_used_and_named(home: Path, case: Path) -> None:
    result = decided(case, "--office", "office/office.yaml", cwd=home.parent)
    assert (outcome(result), result.err.count("W91")) == (OUTCOMES[1], 0)
    assert json.loads(result.out)["规则来源"] == {"文件夹": "office/policies", "来自": "按 office/office.yaml"}
    shown = guiju("decide", str(case), "--office", "office/office.yaml", cwd=home.parent).out
    line = next(line for line in shown.splitlines() if line.startswith("规则"))
    assert line == "规则 office/policies（按 office/office.yaml）"
    assert width(line) <= 80


def test_the_environment_names_it_and_the_option_goes_before(
    home: Path, case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GUIJU_OFFICE", str(home / "office.yaml"))
    assert outcome(decided(case, cwd=tmp_path)) == OUTCOMES[1]
    (tmp_path / "other").mkdir()
    other = written(tmp_path / "other", f"规则: {ROOT / 'policies'}\n")
    assert outcome(decided(case, "--office", str(other), cwd=tmp_path)) == OUTCOMES[0]
    monkeypatch.setenv("GUIJU_OFFICE", "")
    assert outcome(decided(case, cwd=tmp_path)) == OUTCOMES[0]
    monkeypatch.setenv("GUIJU_OFFICE", str(tmp_path / "没有.yaml"))
    missing = decided(case, cwd=tmp_path)
    assert (missing.code, missing.out, "E101" in missing.err) == (2, "", True)
    assert "检查 `--office` 或环境变量 GUIJU_OFFICE" in missing.err


@pytest.mark.parametrize("where", ["current folder", "beside", "inside"])
def test_an_office_file_nearby_is_told_and_not_used(home: Path, case: Path, tmp_path: Path, where: str) -> None:
    place = {"current folder": tmp_path, "beside": case.parent, "inside": case}[where]
    written(place, f"规则: {home / 'policies'}\n")
    result = decided(case, cwd=tmp_path)
    assert (outcome(result), "W911" in result.err) == (OUTCOMES[0], True)
    # Nor where another one is in force.
    (tmp_path / "own").mkdir()
    own = written(tmp_path / "own", f"规则: {ROOT / 'policies'}\n")
    result = decided(case, "--office", str(own), cwd=tmp_path)
    assert (outcome(result), "W911" in result.err) == (OUTCOMES[0], True)
    # The one in force is no stranger, wherever it lies.
    result = decided(case, "--office", str(place / "office.yaml"), cwd=tmp_path)
    assert (outcome(result), "W911" in result.err) == (OUTCOMES[1], False)


def test_rules_beside_the_office_file_are_not_the_office_s_unless_it_says_so(home: Path, case: Path) -> None:
    written(home, "未发布: 提示\n")
    result = decided(case, "--office", "office.yaml", cwd=home)
    assert (outcome(result), "W910" in result.err) == (OUTCOMES[0], True)


def test_the_office_s_calendar_is_the_calendar(home: Path, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "calendars", home / "calendars")
    text = (home / "calendars/china-2026.yaml").read_text(encoding="utf-8")
    (home / "calendars/china-2026.yaml").write_text(
        text.replace("放假:\n", "放假:\n  临时放假: 2026-11-23\n"), encoding="utf-8"
    )
    office = written(home, "日历: calendars\n")
    args = ("timeline", str(ROOT / "fixtures/histories/s08-craft"), "--json", *DAY)
    own, other = guiju(*args), guiju(*args, "--office", str(office))
    assert (own.code, other.code) == (0, 0)
    days = [[duty["期限"] for duty in json.loads(result.out)["事项"]] for result in (own, other)]
    assert days[0] != days[1]


def test_other_rules_than_the_office_s_are_told(home: Path, case: Path) -> None:
    result = decided(case, "--office", "office.yaml", "--policies", str(ROOT / "policies"), cwd=home)
    assert (outcome(result), "W912" in result.err) == (OUTCOMES[0], True)
    same = decided(case, "--office", "office.yaml", "--policies", "policies", cwd=home)
    assert (outcome(same), same.err.count("W91")) == (OUTCOMES[1], 0)


def issued(home: Path, *args: str, case: Path = ROOT / "fixtures/01-optics-park") -> Result:
    command = ("issue", str(case), "--document", "认定通知", "--format", "docx")
    return guiju(*command, "--office", "office.yaml", *args, cwd=home)


def in_force(folder: Path) -> Path:
    """The packages with every 征求意见稿 and 示例 in force, so that their letters are final."""
    for path in folder.glob("*/policy.yaml"):
        text = path.read_text(encoding="utf-8")
        path.write_text(
            text.replace("状态: 征求意见稿", "状态: 有效")
            .replace("状态: 示例", "状态: 有效")
            .replace("施行: 未定", "施行: 2026-01-01"),
            encoding="utf-8",
        )
    return folder


def is_sample(path: Path) -> bool:
    from docx import Document

    return 'string="样稿"' in "".join(section.header._element.xml for section in Document(str(path)).sections)


@pytest.mark.parametrize(("mark", "sample"), [("提示", False), ("样稿", True)])
def test_letters_by_other_rules_are_marked_as_the_office_says(
    home: Path, tmp_path: Path, mark: str, sample: bool
) -> None:
    written(home, f"规则: policies\n未发布: {mark}\n")
    copy = in_force(Path(shutil.copytree(home / "policies", tmp_path / "改稿")))
    in_force(home / "policies")
    for policies, expected in ((copy, sample), (home / "policies", False)):
        result = issued(home, "--policies", str(policies), "--out", str(tmp_path / "out"))
        assert result.code == 0, result.err
        (letter,) = (tmp_path / "out").rglob("认定通知.docx")
        assert is_sample(letter) == expected
        assert ("W912" in result.err) == (policies == copy)


def test_a_sample_is_recounted_as_one(home: Path, tmp_path: Path) -> None:
    written(home, "规则: policies\n未发布: 样稿\n")
    copy = in_force(Path(shutil.copytree(home / "policies", tmp_path / "改稿")))
    assert issued(home, "--policies", str(copy), "--out", str(tmp_path / "out")).code == 0
    (letter,) = (tmp_path / "out").rglob("认定通知.docx")
    told = guiju("explain", f"{letter}#3", "--case", str(ROOT / "fixtures/01-optics-park"), "--policies", str(copy))
    assert told.code == 0
    assert "不同" not in told.out


def test_no_letters_by_other_rules_where_the_office_says_so(home: Path, tmp_path: Path) -> None:
    written(home, "规则: policies\n未发布: 不出具\n")
    refused = issued(home, "--policies", str(ROOT / "policies"), "--out", str(tmp_path / "out"))
    assert (refused.code, "E915" in refused.err, (tmp_path / "out").exists()) == (2, True, False)
    assert issued(home, "--out", str(tmp_path / "out")).code == 0


# ---- who acts ----


@pytest.fixture
def station(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "fixtures/histories/s08-craft", tmp_path / "s08"))


def added(station: Path, office: Path, *args: str) -> Result:
    command = ("event", "add", str(station), "整改报告", "考核年度=2025", "--date", "2026-11-20")
    return guiju(*command, "--office", str(office), *DAY, *args)


def test_whoever_enters_an_event_is_recorded_with_it(home: Path, station: Path) -> None:
    office = written(home, PERSONS)
    done = added(station, office, "--as", "林岚")
    assert done.code == 0, done.err
    assert "录入人: 林岚" in (station / "events.yaml").read_text(encoding="utf-8").splitlines()[-1]
    number = done.out.splitlines()[0].split("：")[1].split(" ")[0]
    shown = guiju("timeline", str(station), *DAY)
    assert f"〔{number}〕整改报告（2026-11-23 林岚补录）" in shown.out
    assert all(width(line) <= 80 for line in shown.out.splitlines())
    events = json.loads(guiju("timeline", str(station), "--json", *DAY).out)["经过"]
    assert {event["编号"]: event["录入人"] for event in events}[number] == "林岚"
    back = ("event", "withdraw", str(station), number, "--reason", "录错", "--office", str(office), *DAY)
    assert guiju(*back, "--as", "陈若川").code == 0
    assert "录入人: 陈若川" in (station / "events.yaml").read_text(encoding="utf-8").splitlines()[-1]


NOT_ENTERED = [((), "E913"), (("--as", "林兰"), "E913"), (("--as", "郑审计"), "E914")]


@pytest.mark.parametrize(("args", "code"), NOT_ENTERED)
def test_nobody_else_enters_one(home: Path, station: Path, args: tuple[str, ...], code: str) -> None:
    before = (station / "events.yaml").read_bytes()
    refused = added(station, written(home, PERSONS), *args)
    assert (refused.code, refused.out, code in refused.err) == (2, "", True)
    assert (station / "events.yaml").read_bytes() == before


def test_a_name_needs_an_office(station: Path) -> None:
    before = (station / "events.yaml").read_bytes()
    refused = guiju("event", "add", str(station), "整改报告", "考核年度=2025", "--as", "林岚", *DAY)
    assert (refused.code, "E913" in refused.err, "--office" in refused.err) == (2, True, True)
    assert (station / "events.yaml").read_bytes() == before


def test_letters_go_where_the_office_says_with_numbers_from_its_register(home: Path) -> None:
    written(home, f"登记簿: 登记簿.jsonl\n输出: 文书\n{PERSONS}")
    done = issued(home, "--as", "陈若川", "--all")
    assert done.code == 0, done.err
    assert len(list((home / "文书").rglob("认定通知.docx"))) == 1
    line = json.loads((home / "登记簿.jsonl").read_text(encoding="utf-8").splitlines()[-1])
    assert (line["代字"], line["流水号"], line["经办人"]) == ("榕人社", 1, "陈若川")
    manifest = json.loads((home / "文书/manifest.json").read_text(encoding="utf-8"))
    assert manifest["案件"][0]["文书"][0]["经办人"] == "陈若川"
    again = issued(home, "--as", "陈若川")
    assert again.code == 0, again.err  # the register with a name in it is read again


NOT_ISSUED = [
    ((), "E913"),
    (("--as", "郑审计"), "E914"),
    (("--as", "林岚"), "E914"),  # takes no numbers
    (("--as", "陈若川", "--number", "榕人社〔2026〕9号"), "E649"),
    (("--as", "陈若川", "--number", "榕人社〔2026〕9号", "--no-number"), "E649"),
]


@pytest.mark.parametrize(("args", "code"), NOT_ISSUED)
def test_nobody_else_issues(home: Path, args: tuple[str, ...], code: str) -> None:
    written(home, f"登记簿: 登记簿.jsonl\n输出: 文书\n{PERSONS}")
    refused = issued(home, *args)
    assert (refused.code, refused.out, code in refused.err) == (2, "", True)
    assert not (home / "文书").exists()
    assert (home / "登记簿.jsonl").read_text(encoding="utf-8") == ORGAN


def test_a_draft_without_a_number_may_be_written_by_whoever_reviews(home: Path) -> None:
    written(home, f"登记簿: 登记簿.jsonl\n输出: 文书\n{PERSONS}")
    done = issued(home, "--as", "林岚", "--no-number")
    assert done.code == 0, done.err
    assert (home / "登记簿.jsonl").read_text(encoding="utf-8") == ORGAN


def test_a_draft_does_not_take_the_place_of_what_has_a_number(home: Path) -> None:
    """And is entered nowhere, whether the office keeps a register or a ledger."""
    written(
        home, f"账本: 账本.db\n登记簿: 登记簿.jsonl\n输出: 文书\n{PERSONS.replace('职责: 审计', '职责: [审计, 管理]')}"
    )
    assert guiju("ledger", "new", "--office", str(home / "office.yaml"), "--as", "郑审计").code == 0
    assert issued(home, "--as", "陈若川").code == 0
    (letter,) = (home / "文书").rglob("认定通知.docx")
    before = [path.read_bytes() for path in (letter, letter.parent / "manifest.json")]
    head = guiju("ledger", "head", "--office", str(home / "office.yaml")).out
    refused = issued(home, "--as", "林岚", "--no-number")
    assert (refused.code, "E669" in refused.err, "1号" in refused.err) == (1, True, True), refused.err
    assert [path.read_bytes() for path in (letter, letter.parent / "manifest.json")] == before
    elsewhere = issued(home, "--as", "林岚", "--no-number", "--out", str(home / "草稿"))
    assert (elsewhere.code, len(list((home / "草稿").rglob("认定通知.docx")))) == (0, 1), elsewhere.err
    assert guiju("ledger", "head", "--office", str(home / "office.yaml")).out == head


# ---- what else knows it ----


def test_its_schema_has_every_key() -> None:
    found = json.loads(guiju("schema", "office").out)
    assert list(found["properties"]) == [
        "规则",
        "发布",
        "日历",
        "登记簿",
        "账本",
        "账本头",
        "输出",
        "人员",
        "密钥",
        "未发布",
    ]
    assert found["additionalProperties"] is False


def test_doctor_looks_at_what_it_names(home: Path) -> None:
    office = written(home, f"登记簿: 没有.jsonl\n{PERSONS}")
    findings = json.loads(guiju("doctor", "--office", str(office), "--json").out)
    assert {f["name"]: f["status"] for f in findings}["登记簿"] == "fail"


def test_the_demonstration_is_the_program_s_own(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Path] = []
    monkeypatch.setenv("GUIJU_OFFICE", str(home / "office.yaml"))
    monkeypatch.setattr("engine.commands.demonstration.demonstrate", lambda *args: seen.append(args[0]) or [])
    assert guiju("demo").code == 0
    assert [ROOT / path for path in seen] == [ROOT / "policies"]


def test_the_office_file_is_an_input_and_nothing_is_written_over_it(home: Path, station: Path) -> None:
    office = written(home, "规则: policies\n")
    refused = guiju("timeline", str(station), "--office", str(office), "--html", str(office), *DAY)
    assert (refused.code, "E902" in refused.err) == (2, True)
    assert office.read_text(encoding="utf-8") == "规则: policies\n"


def test_the_program_s_own_rules_are_no_strangers(home: Path) -> None:
    shown = guiju("review", "--office", str(home / "office.yaml"))  # from the program's folder
    assert (shown.code, shown.err) == (0, "")
