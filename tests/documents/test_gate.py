"""Each refusal of the gate, on a toy regulation in force: the code, the place, what is issued all the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from engine.base.codes import CODES
from engine.base.problem import Problem
from engine.decision.case import Case, Fact
from engine.decision.decide import decide
from engine.decision.program import compile_package
from engine.documents.gate import CONDITIONS
from engine.documents.layouts import TEMPLATES
from engine.documents.production import produce
from engine.documents.unset import check_unset
from engine.documents.writing import drafts_of
from tests.worlds.permits import LAW, RULES, letters
from tests.worlds.texts import DAY, load, package, underlined

REFUSED, GRANTED, RECORD = "不予决定书", "准予通知", "送达回证"


def shop(**facts: Any) -> Case:
    """A shop without a place of its own; None is not known."""
    known = {"店名": "小满书店", "机构类型": "乙型", "有场地": False, "整洁": True, **facts}
    return Case("A", DAY, {name: Fact(value) for name, value in known.items() if value is not None})


def issued(
    rules: str = RULES, law: str = LAW, *, name: str | None = None, on: date = DAY, standing: Any = None, **facts: Any
) -> tuple[list[str], list[Problem], dict[str, str]]:
    """The letters of a shop, what is wrong, and the files."""
    given = letters(rules, law, **(standing or {}))
    program = compile_package(package(given))
    case = shop(**facts)
    drafts, problems = drafts_of(program, case, [decide(program, case, "审查")], name, on)
    return [draft.stem for draft in drafts], problems, given


def test_what_meets_every_condition_is_issued() -> None:
    assert issued()[:2] == ([REFUSED, RECORD], [])
    assert issued(有场地=True)[:2] == ([GRANTED, RECORD], [])


def changed(text: str, *pairs: tuple[str, str]) -> str:
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return text


OPEN = (
    changed(LAW, ("依法申请复议", "向{复议机关}申请复议"))
    + "参数: [{名称: 复议机关, 类型: 文本, 未定: 是, 由: 某市商务局}]\n"
)
SAID = "经审查，准予{店名}开办。"
NOTICE = "标题: 关于准予开办的通知"
GROUP = "条件: 任一未满足（条件）, 性质: 不利决定"
WRONG: dict[str, tuple[dict[str, Any], str, str]] = {
    "还没有施行": ({"standing": {"施行": "2027-01-01"}}, "E663", "店铺准许办法"),
    "施行日期未定": ({"standing": {"施行": "未定"}}, "E663", "店铺准许办法"),
    "已经废止": ({"standing": {"状态": "已废止"}}, "E663", "店铺准许办法"),
    "废止之后": ({"standing": {"废止": "2026-06-01"}}, "E663", "店铺准许办法"),
    "有效期已满": ({"standing": {"有效期": "5年"}}, "E663", "店铺准许办法"),
    "成文日期在施行以前": ({"on": date(2019, 12, 31)}, "E663", "店铺准许办法"),
    "救济尚未查明": ({"law": OPEN}, "E611", "复议机关"),
    "写着未定": (
        {"rules": changed(RULES, ("未满足: 没有场地", "未满足: 场地未定"))},
        "E611",
        "{逐项: 未满足准则, 段: '{说明}（{条款}）。'}",
    ),
    "填入的值未定": ({"有场地": True, "店名": "店名未定"}, "E611", GRANTED),
    "没有救济": ({"law": "条款: []\n"}, "E665", REFUSED),
    "救济没有写进去": ({"law": changed(LAW, ("阶段: [决定]", "阶段: [事先告知]"))}, "E665", REFUSED),
    "各种情形下都不予": (
        {"有场地": None, "整洁": None, "rules": changed(RULES, ("要求: 整洁", "要求: 非有场地"))},
        "E664",
        REFUSED,
    ),
    "括号不成对": (
        {"有场地": True, "rules": changed(RULES, (SAID, "准予{店名}（下称该店开办。"))},
        "E666",
        "准予{店名}（下称该店开办。",
    ),
    "花括号不成对": ({"有场地": True, "店名": "小满}书店"}, "E666", GRANTED),
    "全角花括号": ({"有场地": True, "店名": "小满｛书店"}, "E611", "{店名}"),
    "值里的花括号": ({"有场地": True, "店名": "小满{{书店"}, "E611", "{店名}"),
    "半角标点": ({"有场地": True, "rules": changed(RULES, (SAID, "准予开办;请知悉。"))}, "E666", "准予开办;请知悉。"),
    "没有结束标点": ({"有场地": True, "rules": changed(RULES, (SAID, "经审查，准予开办"))}, "E666", "经审查，准予开办"),
    "紧急程度": (
        {
            "有场地": True,
            "店名": "急先锋书店",
            "rules": changed(RULES, (NOTICE, f"{NOTICE}\n    版头: {{紧急程度: 急}}")),
        },
        "E666",
        "急",
    ),
    "所依据的事在成文日期以后": (
        {
            "有场地": True,
            "告知送达日期": date(2026, 12, 31),
            "rules": changed(RULES, (SAID, "你店于{告知送达日期}收到告知。经审查，准予{店名}开办。")),
        },
        "E672",
        GRANTED,
    ),
    "标题": ({"有场地": True, "rules": changed(RULES, ("关于准予开办的通知", "关于行政许可的通知"))}, "E610", GRANTED),
}


@pytest.mark.parametrize("fault", WRONG)
def test_a_letter_is_refused_with_the_place_and_takes_its_service_record_with_it(fault: str) -> None:
    how, code, place = WRONG[fault]
    letters, problems, given = issued(**how)
    assert letters == []
    found = {p.code: p for p in reversed(problems)}
    assert code in found, problems
    assert {*found} <= {code, "E668"}
    assert found[code].help
    assert place in underlined(found[code], given) or underlined(found[code], given) in place
    assert code in CODES


GIVEN = "    正文: [{段: '经审查，准予{店名}开办。'}]\n"
WHEREVER = {
    "标题": (NOTICE, "标题: 关于准予场地未定的店开办的通知"),
    "主送": ("    主送: '{店名}'\n" + GIVEN, "    主送: 某店（店名未定）\n" + GIVEN),
    "落款": (GIVEN, GIVEN + "    落款: 机关未定\n"),
    "抄送": (GIVEN, GIVEN + "    抄送: [单位未定]\n"),
    "附件": (GIVEN, GIVEN + "    附件: [名称未定的表]\n"),
    "附页的标题": (GIVEN, GIVEN + "    附页: [{标题: 名称未定的表, 正文: [{段: '准予开办的店如下。'}]}]\n"),
    "附页": (GIVEN, GIVEN + "    附页: [{标题: 明细表, 正文: [{段: 场地未定。}]}]\n"),
    "小标题": (GIVEN, "    正文: [{标题: 一、场地未定}, {段: '经审查，准予{店名}开办。'}]\n"),
    "栏": (GIVEN, "    正文: [{段: '经审查，准予{店名}开办。'}, {栏: [{项: 场地, 值: 未定}]}]\n"),
    "栏的名称": (GIVEN, "    正文: [{段: '经审查，准予{店名}开办。'}, {栏: [{项: 未定事项, 值: 无}]}]\n"),
    "签章": (GIVEN, "    正文: [{段: '经审查，准予{店名}开办。'}, {签章: 意见, 签: 签字人未定}]\n"),
}


@pytest.mark.parametrize("where", WHEREVER)
def test_what_is_open_is_printed_nowhere_on_a_letter(where: str) -> None:
    rules = changed(RULES, WHEREVER[where])
    letters, problems, _ = issued(rules, 有场地=True)
    assert (letters, {p.code for p in problems}) == ([], {"E611", "E668"})


def test_an_open_term_is_told_where_it_stands_and_who_sets_it_where() -> None:
    """When a letter needs it, and by `check` for a regulation in force before any case does."""
    _, problems, given = issued(law=OPEN)
    (refused,) = (p for p in problems if p.code == "E611")
    (early,) = check_unset(package(letters(RULES, OPEN)))
    assert early.code == "W611"
    for found in (refused, early):
        assert underlined(found, given) == "复议机关"
        assert "`复议机关` 未定，由某市商务局定" in found.message
        assert "实施方案" in (found.help or "")
        assert "{参数: 复议机关, 取值: [{值: …}]}" in (found.help or "")
    assert check_unset(package(letters(RULES, OPEN, 状态="征求意见稿"))) == []
    assert check_unset(package(letters())) == []


def test_a_record_asked_for_alone_falls_with_its_letter() -> None:
    letters, problems, _ = issued(law="条款: []\n", name=RECORD)
    assert (letters, [p.code for p in problems]) == ([], ["E665", "E668"])


def test_other_letters_are_issued() -> None:
    rules = changed(RULES, ("文书: [不予决定书, 送达回证]", "文书: [不予决定书, 送达回证, 准予通知]"))
    letters, problems, _ = issued(rules, law="条款: []\n")
    assert (letters, [p.code for p in problems]) == ([], ["E665", "E665", "E668"])
    rules = changed(rules, ("    主送: '{店名}'\n    正文: [{段", "    正文: [{段"))
    assert issued(rules, law="条款: []\n")[0] == [GRANTED]


def test_a_letter_whose_layout_has_tracked_changes_is_refused_with_its_record(tmp_path: Path) -> None:
    own = tmp_path / "t" / "决定书.docx"
    own.parent.mkdir()
    with ZipFile(TEMPLATES / "official.docx") as old, ZipFile(own, "w") as new:
        for part in old.namelist():
            text = old.read(part)
            if part == "word/document.xml":
                text = text.replace(b"<w:body>", b'<w:body><w:p><w:ins w:id="1"/></w:p>')
            new.writestr(part, text)
    rules = changed(RULES, ("    标题: 关于不予准许的决定\n", "    标题: 关于不予准许的决定\n    版面: 决定书.docx\n"))
    program = compile_package(package(letters(rules)))
    document = program.package.documents[REFUSED]
    placed = replace(document, span=replace(document.span, file=str(own.with_name("rules.yaml"))))
    program = replace(
        program, package=replace(program.package, documents={**program.package.documents, REFUSED: placed})
    )
    case = shop()
    drafts, problems = drafts_of(program, case, [decide(program, case, "审查")], None, DAY)
    assert (drafts, [p.code for p in problems]) == ([], ["E667", "E668"])
    assert str(problems[0].place) == "决定书.docx!第1段"


def test_a_record_is_not_made_when_its_letter_cannot_be_set(tmp_path: Path) -> None:
    """Some faults show when a letter is set: a character no font has."""
    program = compile_package(package(letters()))
    case = shop(店名="小满\U00031350书店")
    drafts, problems = drafts_of(program, case, [decide(program, case, "审查")], None, DAY)
    assert ([draft.stem for draft in drafts], problems) == ([REFUSED, RECORD], [])
    made = list(produce(list(reversed(drafts)), tmp_path, ("pdf",)))
    assert [(one.draft.stem, [p.code for p in one.problems], one.files) for one in made] == [
        (REFUSED, ["E630"], ()),
        (RECORD, ["E668"], ()),
    ]
    assert not list(tmp_path.rglob("*.pdf"))


@pytest.mark.parametrize("status", ["征求意见稿", "示例"])
def test_under_a_draft_letters_are_samples_and_need_not_be_in_force(status: str) -> None:
    standing = {"状态": status, "施行": "未定"}
    assert issued(standing=standing)[:2] == ([REFUSED, RECORD], [])
    assert [p.code for p in issued(law="条款: []\n", standing=standing)[1]] == ["E665", "E668"]


def test_every_condition_is_tried() -> None:
    tried = {code for _, code, _ in WRONG.values()} | {"E608", "E670"}  # in test_estimates.py and test_heads.py
    assert {one.code for one in CONDITIONS} == tried


def test_general_law_attaches_within_its_own_legal_order() -> None:
    """Nothing of one country's law is said under the regulation of another, or of one that does not say whose law it is."""
    for order, expected in (("甲国", [REFUSED, RECORD]), ("乙国", []), (None, [])):
        given = letters(**({"法域": order} if order else {}))
        given["g/policy.yaml"] += "  法域: 甲国\n"
        found = package(given)
        assert bool(found.attachments) is (order == "甲国")
        program = compile_package(found)
        case = shop()
        drafts, problems = drafts_of(program, case, [decide(program, case, "审查")], None, DAY)
        assert [draft.stem for draft in drafts] == expected
        assert [p.code for p in problems] == ([] if expected else ["E665", "E668"])


@pytest.mark.parametrize(
    ("named", "attaches", "codes"),
    [
        (None, True, []),
        ("[g]", True, []),
        ("无", False, ["E665", "E668"]),
    ],
)
def test_a_regulation_names_its_general_law_or_none(named: str | None, attaches: bool, codes: list[str]) -> None:
    """A private employer's rules stand under no law of administrative review, whatever country it is in."""
    given = letters(**({"通则": named} if named else {}))
    found = package(given)
    assert bool(found.attachments) is attaches
    program, case = compile_package(found), shop()
    _, problems = drafts_of(program, case, [decide(program, case, "审查")], None, DAY)
    assert [p.code for p in problems] == codes


@pytest.mark.parametrize(("named", "order"), [("[gg]", ""), ("[g]", "甲国")])
def test_general_law_that_is_none_or_foreign_is_an_error(named: str, order: str) -> None:
    given = letters(通则=named)
    given["g/policy.yaml"] += f"  法域: {order}\n" if order else ""
    _, problems = load(given)
    assert [(p.code, underlined(p, given)) for p in problems] == [("E311", named.strip("[]"))]


@pytest.mark.parametrize("standing", ["状态: 已废止", "状态: 示例", "废止: 2026-06-01"])
def test_general_law_that_is_over_keeps_letters_back(standing: str) -> None:
    given = letters()
    key = standing.split(":")[0]
    lines = [line for line in given["g/policy.yaml"].split("\n") if not line.strip().startswith(f"{key}:")]
    given["g/policy.yaml"] = "\n".join(lines).rstrip("\n") + f"\n  {standing}\n"
    program, case = compile_package(package(given)), shop()
    _, problems = drafts_of(program, case, [decide(program, case, "审查")], None, DAY)
    assert {p.code for p in problems} == {"E663"}
