"""What letters say in words a reader outside the office understands: readings without their numbers, annexes by their parts,
reasons beside what they are reasons for, several items in one paragraph, where to turn to, which files go with them."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from docs.make_images import ROOT
from engine.base.problem import Problem, Span
from engine.base.text import said_clauses
from engine.decision.case import Case, Fact, Finding
from engine.decision.decide import decide, decide_all
from engine.decision.program import compile_package
from engine.documents.draft import Draft
from engine.documents.pieces import pieces_of
from engine.documents.production import produce
from engine.documents.writing import drafts_of
from engine.language.tree import Table
from engine.office.workspace import Workspace
from tests.documents.samples import drafts
from tests.worlds.texts import DAY, package

SHOP = """\
条款: [{引用: 第一条, 要旨: 条件, 类别: 规则}]
参数:
  - {名称: 最长间隔, 类型: 整数, 单位: 日, 条款: [第一条], 取值: [{值: 30日}]}
  - {名称: 电话, 类型: 文本, 取值: [{值: “承办科室，电话一二三”}]}
解释口径:
  - 编号: Q07
    名称: 场地的范围
    问题: 露台算不算场地？
    条款: [第一条]
    选项: [{名称: 不算, 效果: 露台不算场地。}, {名称: 算, 效果: 露台也算。}]
    采用: 不算
    影响: [场地]
事实:
  - {名称: 店名, 类型: 文本}
  - {名称: 图纸, 类型: 文本}
  - {名称: 更新日, 类型: 日期}
  - {名称: 整洁, 类型: 判断, 说明: 是否整洁}
记录表:
  - {名称: 投诉簿, 列: [{名称: 投诉内容, 类型: 文本}, {名称: 投诉属实, 类型: 是否}]}
派生量: [{名称: 更新届满日, 式: 日后（更新日，最长间隔）}]
准则:
  - {名称: 场地, 组: 条件, 条款: [第一条], 要求: 有场地, 未满足: 没有场地}
  - {名称: 卫生, 组: 条件, 条款: [第一条], 要求: 整洁, 未满足: 不整洁}
  - {名称: 更新, 组: 期限, 条款: [第一条], 要求: 基准日不晚于更新届满日, 要求说明: 两次更新不超过最长间隔, 未满足: 没有更新}
决定:
  - 名称: 审查
    条款: [第一条]
    结果:
      - {结果: 退回, 条件: 任一未满足（条件）, 性质: 程序性, 机关: 某局, 文书: [退回通知]}
      - {结果: 收下, 条件: 全部满足（条件）且全部满足（期限）, 机关: 某局, 文书: [核查表], 有利: 是}
文书:
  - 名称: 退回通知
    条款: [第一条]
    标题: 关于退回申请的通知
    主送: '{店名}'
    正文:
      - {逐项: 条件, 当: 结论为“未满足” 且 名称为“卫生”, 段: '{说明}，{日期}的意见是：{理由}。'}
      - {逐项: 条件, 当: 结论为“未满足”, 每项: '{名称}（{说明}）', 段: '下列各项没有达到：{各项}。'}
      - {逐项: 依据口径, 段: '关于{名称}，采用“{说明}”：{含义}。'}
      - {逐项: 投诉簿, 当: 非有场地 且 投诉属实, 段: '投诉：{投诉内容}。'}
      - 段: 联系方式：{机关的联系方式}。
    附件: [{名称: 平面图, 文件: 图纸, 当: 已填（图纸）}, 退回的材料]
  - 名称: 核查表
    条款: [第一条]
    版式: 表格
    标题: 核查表
    正文: [{逐项: 期限, 表: [序, 要求, 所见]}]
机关名录: [{名称: 某局, 类别: 政府部门, 联系方式: 电话}]
"""
NO = Finding("林某某", date(2026, 5, 20), "墙面渗水。")
COMPLAINTS = Table(("投诉内容", "投诉属实"), (("声音大", True), ("停车难", False)))


def issued(text: str = SHOP, folder: Path | None = None, **facts: Any) -> tuple[list[Draft], list[Problem]]:
    program = compile_package(package(text))
    place = Span(str((folder or Path()) / "case.yaml"), 1, 1, 1, 2)
    known = {"店名": "小满书店", "有场地": False, "整洁": False, "投诉簿": COMPLAINTS, **facts}
    findings = {"整洁": NO}
    told = {n: Fact(v, place=place, finding=findings.get(n)) for n, v in known.items() if v is not None}
    case = Case("A", DAY, told)
    return drafts_of(program, case, [decide(program, case, "审查")], None, DAY)


def body(text: str = SHOP, **facts: Any) -> list[str]:
    found, problems = issued(text, **facts)
    assert problems == []
    return [part.text for part in found[0].plan.body]


def test_a_reading_is_named_in_words_and_says_what_it_means() -> None:
    assert "关于场地的范围，采用“不算”：露台不算场地。" in body()


def test_a_reason_stands_beside_what_it_is_the_reason_for() -> None:
    assert "不整洁，2026年5月20日的意见是：墙面渗水。" in body()


def test_several_items_are_told_in_one_paragraph_which_rests_on_all_of_them() -> None:
    found, _ = issued()
    paragraph = next(part for part in found[0].plan.body if "各项没有达到" in part.text)
    assert paragraph.text == "下列各项没有达到：场地（没有场地）、卫生（不整洁）。"
    assert [trace.criterion for trace in paragraph.traces[:2]] == ["场地", "卫生"]
    none = SHOP.replace("当: 结论为“未满足”, 每项", "当: 结论为“不适用”, 每项")
    assert not any("各项没有达到" in text for text in body(none))


def test_a_register_that_is_not_there_keeps_no_letter_back_of_which_it_could_not_change_a_word() -> None:
    """`非有场地 且 …`: with a place to work in, no complaint is listed, whatever the register says."""
    assert not any("投诉" in text for text in body(有场地=True, 投诉簿=None))
    assert "投诉：声音大。" in body()
    _, problems = issued(投诉簿=None)
    assert [(p.code, "投诉簿" in p.message) for p in problems] == [("E603", True)]


def test_where_to_turn_to_is_said_by_the_entry_of_the_organ_that_decides() -> None:
    assert body()[-1] == "联系方式：承办科室，电话一二三。"
    for text in (SHOP.replace(", 联系方式: 电话", ""), SHOP.replace("名称: 某局, 类别", "名称: 别的局, 类别")):
        _, problems = issued(text)
        assert [(p.code, p.message) for p in problems] == [("E603", "机关名录没有写“某局”的联系方式")]


def test_a_form_says_the_figure_of_what_is_asked_by_way_of_a_derived_quantity() -> None:
    found, problems = issued(整洁=True, 有场地=True, 更新日=date(2026, 5, 20))
    assert problems == []
    texts = [cell.text for part in found[0].plan.body for row in part.rows for cell in row.cells]
    assert "两次更新不超过30日" in texts


def test_what_a_group_asks_of_everybody_is_listed_by_a_letter_whose_determination_does_not_look_at_it() -> None:
    asked = (
        "  - {名称: 平面图, 组: 材料, 条款: [第一条], 要求: 基准日不晚于更新届满日, "
        "要求说明: 不超过最长间隔以前画的平面图, 未满足: 没有图}\n决定:"
    )
    text = SHOP.replace("决定:", asked, 1).replace("[{逐项: 期限,", "[{逐项: 材料,")
    found, problems = issued(text, 整洁=True, 有场地=True, 更新日=date(2026, 5, 20))
    assert problems == []
    (row,) = found[0].plan.body[0].rows
    assert [cell.text for cell in row.cells] == ["1", "不超过30日以前画的平面图", ""]
    assert [trace.criterion for trace in row.traces] == ["平面图"]


# ---- files that go with a letter ----


def test_an_annex_is_named_and_goes_with_the_letter_where_the_office_supplies_its_file(tmp_path: Path) -> None:
    home, out = tmp_path / "case", tmp_path / "out"
    home.mkdir()
    (home / "平面图 终稿.pdf").write_bytes(b"%PDF-1.7 plan")
    without, _ = issued(folder=home)
    assert (without[0].plan.annexes, without[0].plan.attached) == (("退回的材料",), ())
    found, problems = issued(folder=home, 图纸="平面图 终稿.pdf")
    assert (problems, found[0].plan.annexes) == ([], ("平面图", "退回的材料"))
    (made,) = produce(found, out, ("docx",))
    assert [(file.path, file.size) for file in made.files][1:] == [("A/退回通知-附件1.pdf", 13)]
    assert (out / "A/退回通知-附件1.pdf").read_bytes() == b"%PDF-1.7 plan"
    assert sorted(path.name for path in (out / "A").iterdir()) == ["退回通知-附件1.pdf", "退回通知.docx"]


@pytest.mark.parametrize("name", ["没有.pdf", "../别处.pdf", "/etc/hostname", "夹"])
def test_an_annex_whose_file_is_not_in_the_folder_of_the_case_keeps_the_letter_back(name: str, tmp_path: Path) -> None:
    home = tmp_path / "case"
    (home / "夹").mkdir(parents=True)
    (tmp_path / "别处.pdf").write_bytes(b"%PDF")
    found, problems = issued(folder=home, 图纸=name)
    assert ([*found], [p.code for p in problems]) == ([], ["E671"])


# ---- citations, and the samples ----


@pytest.mark.parametrize(
    ("cited", "said"),
    [
        ("附件第二（三）2", "附件第二部分第（三）项第2目"),
        ("附件第三（五）", "附件第三部分第（五）项"),
        ("附件第一", "附件第一部分"),
        ("附件一第十二（一）", "附件一第十二部分第（一）项"),
        ("附件第十一条", "附件第十一条"),
        ("附件第二部分第（三）项第2目", "附件第二部分第（三）项第2目"),
        ("第七条第（六）项", "第七条第（六）项"),
    ],
)
def test_a_letter_says_every_level_of_an_annex_by_its_name(cited: str, said: str) -> None:
    assert said_clauses([cited, "别的包#第一条"]) == f"{said}、第一条"


INTERNAL = re.compile(r"Q[0-9]{2}|附件[一二三四五六七八九十]*第[一二三四五六七八九十]+（|按规定办理")


def test_no_letter_of_the_samples_shows_a_number_or_a_citation_that_only_the_office_knows() -> None:
    shown = {name: INTERNAL.findall(piece.text) for name, one in drafts().items() for piece in pieces_of(one.plan)}
    assert {name: found for name, found in shown.items() if found} == {}
    told = [piece.text for piece in pieces_of(drafts()["不予引荐奖励告知书"].plan)]
    assert any("关于两条引荐奖励的关系" in text and "同一人才同一项目只奖一次" in text for text in told)


SAYS = {
    "不予引荐奖励告知书": ["发放日期是2026年", "由“福州市星火创业人才驿站”领取"],
    "不予取消资格决定": ["你单位于2026年5月14日提出了陈述申辩，主要内容是：", "我局于2026年6月5日复核"],
    "不予受理告知书": [
        "仓山区人力资源和社会保障局于2026年9月18日审核，不予推荐，理由是：",
        "申报已于2026年9月25日截止",
    ],
    "申报范围商请函": ["于2026年9月1日申报设立", "第四条第（五）项", "10个工作日内函复"],
    "未入选告知书": [
        "认定名额5个",
        "依次折合30分、22.8分、22.2分，合计75分",
        "未列入第1批（申报通知于2026年8月3日发布）",
        "你单位的综合评估得分为75分，列入名单的最低得分为80分",
    ],
    "月度预警函": ["举办活动2场，服务人才49人次", "10个工作日内", "联系方式："],
    "异议核查答复": ["经核查，调阅签到表"],
    "拟取消资格告知书": ["的复核意见是：", "整改期限（30个工作日）、整改分项线（60%）"],
    "突发情况督办函": ["于2026年11月10日13:20在台江区星火创业园室外广场发生安全事故：", "16:25报告"],
    "申报通知": ["报送至福州市引进人才服务中心（", "2027年3月19日以前", "活动台账和签到表、照片等佐证"],
    "不予推荐告知书": ["第六条第（三）项", "以上事实有申报材料、", "参加以后批次的申报"],
    "重大活动不予同意函": ["现场踏勘记录证明", "通过台江区人力资源和社会保障局重新报备"],
    "年度考核结果通知": ["等次的标准是：优秀（不少于90分）、良好（不少于80分，且少于90分）", "怎样使用，条文没有写明"],
    "责令限期整改通知书": ["考核得分少于60分的，等次为不合格。"],
    "取消资格并收回牌匾决定": ["对照《福州市人才驿站管理办法》", "2026年4月27日的复核意见是：", "2025年度考核材料"],
    "变更备案回执": ["现已备案", "变更以前：", "变更以后："],
    "活动经费核定通知": ["你单位于2026年11月10日", "（活动日期2026年10月23日）"],
    "补正告知书": ["《办法》没有规定逾期没有补正的怎样处理", "第2批", "2026年11月2日发布"],
    "公示": ["共5个工作日"],
}


@pytest.mark.parametrize("name", SAYS)
def test_the_samples_say_what_was_found_when_and_why(name: str) -> None:
    text = "\n".join(piece.text for piece in pieces_of(drafts()[name].plan))
    assert [said for said in SAYS[name] if said not in text] == []
    paragraphs = [piece.text for piece in pieces_of(drafts()[name].plan) if len(piece.text) > 20]
    assert len(paragraphs) == len(set(paragraphs)), "the same thing is told twice"


def test_what_only_the_files_say_is_no_line_of_a_letter() -> None:
    """That nothing of it can be compared with events is for the office to know; `decide` tells it."""
    workspace = Workspace(ROOT / "policies", DAY)
    program, case, _ = workspace.case(ROOT / "fixtures" / "27-overseas-2027")
    decisions = decide_all(program, case)
    found, _ = drafts_of(program, case, decisions, "不予核定经费告知书")
    text = "\n".join(piece.text for piece in pieces_of(found[0].plan))
    assert "是否已被取消资格" not in text
    assert "没有事件记录可以核对" not in text
    assert any("已被取消资格" in seen.name for decision in decisions for seen in decision.stated)
