"""Every problem of package structure and resolution: a tiny package that has it, what is underlined, what is advised."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from engine.policy.checks import definitions
from tests.worlds.texts import WORDS, checked, header, load, package, underlined

SCHEME = header("s", 性质="实施方案", 位阶="4", 施行="2026-01-01", 实施="[t]")
OPEN = "参数: [{名称: 时限, 单位: 工作日, 未定: 是}]\n"


class Wrong(NamedTuple):
    code: str
    files: dict[str, str] | str
    marked: str
    help: str | None = ""
    """A part of the suggestion; "" for any."""


def score(items: str, rest: str = "") -> str:
    return f"评分:\n  - 名称: 总分\n    单位: 分\n    分项:\n{items}{rest}"


def item(scale: str, name: str = "成效") -> str:
    return f"      - {{名称: {name}, 满分: 10分, 计分: {scale}}}\n"


def question(number: str, patch: str, adopted: str = "宽") -> str:
    options = f"选项: [{{名称: 宽, 效果: 放宽, 改: {patch}}}, {{名称: 严, 效果: 不变}}]"
    return f"  - {{编号: {number}, 名称: 口径, 问题: 怎么算, {options}, 采用: {adopted}}}\n"


def joint(block: str, more: str = "版式: 公示") -> str:
    return f"文书: [{{名称: 函, 标题: 函, 并案: 是, {more}, 正文: [{{{block}}}]}}]\n"


EACH = "逐项: 各案件, 段: '{案件}'"
LIMIT = "参数: [{名称: 下限, 取值: [{值: 12场}]}]\n"
RULE = "  - {名称: 一般, 要求: 场次不少于12场}\n"

SHARE = "事实: [{名称: 满意度, 类型: 比例}]\n"
RANKED = "择优: [{名称: 排名, 入围: 有场地, 名额: "

LIMB = "{条件: 有场地, 未满足: 没有场地}"
FEW = "{条件: 场次不少于12场, 未满足: '{场次}，少于12场'}"

WRONG = [
    Wrong("E301", {"t/a.yaml": "- 名称: 甲\n"}, "- 名称: 甲", "准则"),
    Wrong("E302", {"t/a.yaml": header("t")}, "规范", "一份"),
    Wrong("E358", {"t/policy.yaml": header("t", 案件称呼="场次")}, "场次", "文本"),
    Wrong("E303", "参数:\n  名称: 下限\n", "参数", "- "),
    Wrong("E303", "准则: 无\n", "准则", "- "),
    Wrong("E304", "准则:\n  - 名称: 甲\n", "名称", "要求"),
    Wrong("E304", "准则:\n  - 名称: 甲\n    要求:\n", "要求", "要求"),
    Wrong("E304", "准则:\n  - 名称: 甲\n    要求:\n      - {条件: 有场地}\n", "条件", "`未满足"),
    Wrong("E305", "准则:\n  - 名称: 甲\n    要求:\n      - {条件: 有场地, 未满: 无, 未满足: 无}\n", "未满", "`未满足`"),
    Wrong("E309", "准则:\n  - {名称: 甲, 要求: [有场地]}\n", "有场地", None),
    Wrong("E201", "准则:\n  - 名称: 甲\n    要求:\n      - {条件: 有场所, 未满足: 无}\n", "有场所", "有场地"),
    Wrong("E373", f"准则:\n  - 名称: 甲\n    要求: [{LIMB}]\n    未满足: 总的一句\n", "总的一句", "各项"),
    Wrong("E304", "实施: [{取值: [{值: 3工作日}]}]\n", "取值", "参数"),
    Wrong("E305", "准则:\n  - {名称: 甲, 要球: 有场地, 要求: 有场地}\n", "要球", "`要求`"),
    Wrong("E305", "准则们: []\n", "准则们", "`准则`"),
    Wrong("E305", "决定:\n  - {名称: 甲, 结果: [{结果: 行, 条件: 有场地, 性制: 内部}]}\n", "性制", "`性质`"),
    Wrong("E305", "准则:\n  - {名称: 甲, 要求: 有场地, xyz: 1}\n", "xyz", "`补救`"),
    Wrong("E306", "准则:\n  - {名称: 甲, 要求: 有场地, 强度: 必须}\n", "必须", "`一般应当`"),
    Wrong("E309", "准则:\n  - {名称: 甲, 要求: 有场地, 强度: [应当]}\n", "强度", None),
    Wrong("E307", "准则:\n  - {名称: 甲, 要求: 有场地, 停用: 也许}\n", "也许", None),
    Wrong("E307", "参数: [{名称: 下限, 取值: [{值: 12场, 自: 2026-02-30}]}]\n", "2026-02-30", None),
    Wrong("E201", "准则:\n  - {名称: 独立场所条件, 要求: 独立场所条见}\n", "独立场所条见", "新名称须先声明"),
    Wrong("E201", "派生量:\n  - {名称: 年度活动场次, 式: 年度活动次数}\n", "年度活动次数"),
    Wrong("E203", SHARE + "准则: [{名称: 甲, 要求: 满意度不低于95}]\n", "95", "`95%`"),
    Wrong("E203", SHARE + "准则: [{名称: 甲, 要求: 95不超过满意度}]\n", "95", "`95%`"),
    Wrong("E203", SHARE + "准则: [{名称: 甲, 要求: 满意度+5不低于95%}]\n", "5", "`5%`"),
    Wrong("E203", SHARE + score(item("{线性: {依据: 满意度, 零分: 50, 满分: 95%}}")), "50", "`50%`"),
    Wrong("E203", SHARE + score(item("{线性: {依据: 满意度, 零分: 0, 满分: 100}}")), "100", "`100%`"),
    Wrong(
        "E203",
        SHARE + score(item("{分档: {依据: 满意度, 档: [{条件: 不低于95, 得分: 10分}, {条件: 其他, 得分: 0分}]}}")),
        "95",
        "`95%`",
    ),
    Wrong("E203", SHARE + "决定表: [{名称: 表, 输入: [满意度], 行: [[不低于95, 是], [低于95%, 否]]}]\n", "95", "`95%`"),
    Wrong("E203", "参数: [{名称: 下限, 取值: [{值: 5}]}]\n准则: [{名称: 甲, 要求: 人数不少于下限}]\n", "5", "`5人`"),
    Wrong(
        "E203",
        "参数: [{名称: 下限, 取值: [{值: 18}]}]\n事实: [{名称: 起, 类型: 日期}, {名称: 止, 类型: 日期}]\n"
        "准则: [{名称: 甲, 要求: 下限不超过月数（起，止）}, {名称: 乙, 要求: 月数（起，止）不少于下限}]\n",
        "18",
        "`18个月`",
    ),
    Wrong("E203", "参数: [{名称: 时长, 单位: 年, 取值: [{值: 24个月}]}]\n", "24个月", "`2年`"),
    Wrong("E203", "参数: [{名称: 时长, 类型: 期间, 取值: [{值: 30日}]}]\n", "30日", "“月”"),
    Wrong("E321", "参数: [{名称: 时长, 类型: 期间, 单位: 年, 取值: [{值: 2年}]}]\n", "年", "1年6个月"),
    Wrong("E324", "事实: [{名称: 工龄, 类型: 期间, 范围: 0 至 30}]\n", "0 至 30", "在前"),
    Wrong("E203", "参数: [{名称: 时长, 单位: 日, 取值: [{值: 1年}]}]\n", "1年", "换成以“日”计的量"),
    Wrong("E307", "参数: [{名称: 下限, 取值: [{值: 12场, 自: 20260101}]}]\n", "20260101", None),
    Wrong("E307", "准则:\n  - {名称: '', 要求: 有场地}\n", "''", None),
    Wrong("E307", "事实: [{名称: 甲, 类型: 是否, 代价: 三}]\n", "三", None),
    Wrong("E308", "决定: [{名称: 甲, 结果: []}]\n", "结果", None),
    Wrong("E309", "参数: [{名称: 下限, 取值: 12场}]\n", "12场", None),
    Wrong("E309", "参数: [下限]\n", "下限", None),
    Wrong("E309", "准则:\n  - {名称: {甲: 乙}, 要求: 有场地}\n", "甲", None),
    Wrong("E309", "解释口径:\n" + question("Q1", "{参数: 无}"), "无", None),
    Wrong("E310", {"b/rules.yaml": "准则: []\n"}, "", "policy.yaml"),
    Wrong("E310", {"b/policy.yaml": header("c")}, "c", "一样"),
    Wrong("E311", {"s/policy.yaml": SCHEME.replace("[t]", "[t, tt]")}, "tt", None),
    Wrong(
        "E312",
        {
            "rules.yaml": OPEN,
            "s/policy.yaml": SCHEME,
            "s/a.yaml": "实施: [{参数: 时限, 取值: [{值: 30工作日}]}]\n",
            "r/policy.yaml": SCHEME.replace("标识: s", "标识: r"),
            "r/a.yaml": "实施: [{参数: 时限, 取值: [{值: 20工作日}]}]\n",
        },
        "时限",
        "位阶",
    ),
    Wrong(
        "E313",
        LIMIT + "解释口径:\n" + question("Q1", "{参数: {下限: 10场}}") + question("Q2", "{参数: {下限: 9场}}"),
        "宽",
        "一个",
    ),
    Wrong(
        "E313", "准则:\n" + RULE + "解释口径:\n" + question("Q1", "{停用: 一般}") + question("Q2", "{启用: 一般}"), "宽"
    ),
    Wrong(
        "E313",
        "准则:\n"
        + RULE
        + "解释口径:\n"
        + question("Q1", "{强度: {一般: 鼓励}}")
        + question("Q2", "{强度: {一般: 应当}}"),
        "宽",
    ),
    Wrong(
        "E315",
        {"rules.yaml": LIMIT, "s/policy.yaml": SCHEME, "s/a.yaml": "实施: [{参数: 下限, 取值: [{值: 9场}]}]\n"},
        "下限",
        "未定",
    ),
    Wrong("E316", "解释口径:\n" + question("Q1", "{参数: {下线: 10场}}"), "宽", None),
    Wrong("E316", LIMIT + "解释口径:\n" + question("Q1", "{强度: {下限: 应当}}"), "宽", None),
    Wrong("E316", "准则:\n" + RULE + "解释口径:\n" + question("Q1", "{停用: [一般的]}"), "一般的", "`一般`"),
    Wrong("E316", LIMIT + "解释口径:\n" + question("Q1", "{}").replace("采用", "影响: [下现], 采用"), "下现"),
    Wrong("E317", "解释口径:\n" + question("Q1", "{}", adopted="宽松"), "宽松", "`宽`"),
    Wrong("E318", "派生量: [{名称: 甲, 式: 乙}, {名称: 乙, 式: 甲}]\n", "甲", "自己"),
    Wrong("E349", RANKED + "20%, 次序: [{依据: 场次}]}]\n", "20%", "向下取整（20%×入围数）"),
    Wrong("E349", SHARE + RANKED + "满意度, 次序: [{依据: 场次}]}]\n", "满意度", "向下取整（满意度×入围数）"),
    Wrong("E202", RANKED + "有场地, 次序: [{依据: 场次}]}]\n", "有场地", "取几名"),
    Wrong("E201", "派生量: [{名称: 一半, 式: 入围数÷2}]\n", "入围数", "新名称须先声明"),
    Wrong("E327", "事实: [{名称: 入围数, 类型: 整数}]\n", "入围数", "换"),
    Wrong("E318", "准则:\n  - {名称: 自, 要求: 满足（自）}\n", "自"),
    Wrong(
        "E319",
        {"s/policy.yaml": SCHEME, "rules.yaml": OPEN, "s/a.yaml": "实施: [{参数: 时线, 取值: [{值: 3工作日}]}]\n"},
        "时线",
        "`时限`",
    ),
    Wrong(
        "E319",
        {"s/policy.yaml": SCHEME, "rules.yaml": OPEN, "s/a.yaml": "实施: [{决定表: 时限, 行: [[3工作日]]}]\n"},
        "时限",
        None,
    ),
    Wrong("E320", {"a.yaml": LIMIT, "b.yaml": LIMIT}, "下限", "换"),
    Wrong("E320", {"a.yaml": LIMIT, "s/policy.yaml": SCHEME, "s/b.yaml": LIMIT}, "下限", "换"),
    Wrong("E320", "单位: [{名称: 场}]\n", "场", None),
    Wrong("E320", "枚举: [{名称: 类型项, 取值: [丙]}]\n", "类型项", None),
    Wrong("E320", "枚举: [{名称: 颜色项, 取值: [红, 红]}]\n", "红", None),
    Wrong("E320", "记录表: [{名称: 台账, 列: [{名称: 日, 类型: 日期}, {名称: 日, 类型: 日期}]}]\n", "日", None),
    Wrong("E320", "准则: [{名称: 甲, 要求: 有场地, 组: 场次}]\n", "场次", "组"),
    Wrong("E320", "文书:\n" + "  - {名称: 函, 标题: 函, 正文: [{段: 文}]}\n" * 2, "函", "换"),
    Wrong("E320", "解释口径:\n" + question("Q1", "{}") * 2, "Q1", "换"),
    Wrong("E321", "事实: [{名称: 甲, 类型: 整数, 单位: 厂}]\n", "厂", None),
    Wrong("E321", "单位: [{名称: 千场, 等于: 很多场}]\n", "很多场", "1000"),
    Wrong("E322", "事实: [{名称: 甲, 类型: 枚举}]\n", "甲", "枚举"),
    Wrong("E323", "事实: [{名称: 甲, 类型: 枚举, 枚举: 类形项}]\n", "类形项", "`类型项`"),
    Wrong("E324", "事实: [{名称: 甲, 类型: 整数, 范围: 0-100}]\n", "0-100", "至"),
    Wrong("E324", "事实: [{名称: 甲, 类型: 整数, 范围: 9 至 1}]\n", "9 至 1", "小的在前"),
    Wrong("E324", "事实: [{名称: 甲, 类型: 整数, 范围: 0 至 NaN}]\n", "0 至 NaN"),
    Wrong("E325", "参数: [{名称: 时限, 未定: 是}]\n", "时限", "类型"),
    Wrong("E326", "参数: [{名称: 时限, 单位: 工作日}]\n", "时限", "未定"),
    Wrong("E327", "事实: [{名称: 机关, 类型: 文本}]\n", "机关", "换"),
    Wrong("E327", "事实: [{名称: 基准日, 类型: 日期}]\n", "基准日", "换"),
    Wrong("E329", "参数: [{名称: 下限, 取值: [{值: 12场}, {值: 10场}]}]\n", "10场", "自"),
    Wrong("E329", "参数: [{名称: 下限, 取值: [{值: 12场, 自: 2026-01-02, 至: 2026-01-01}]}]\n", "12场", "自"),
    Wrong(
        "E329",
        "参数: [{名称: 下限, 取值: [{值: 12场, 至: 2027-01-30}, {值: 10场, 自: 2027-01-01}]}]\n",
        "10场",
        "改为 2026-12-31",
    ),
    Wrong("E347", "枚举: [{名称: 级别, 取值: [高，低]}]\n", "，", "半角"),
    Wrong(
        "E330",
        "决定表: [{名称: 系数, 输入: [场次], 各输入: [{名称: 所查, 类型: 整数}], 行: [[任意, 1]]}]\n",
        "系数",
        "输入",
    ),
    Wrong("E379", "参数: [{名称: 下限, 范围: 1 至 50, 单位: 场, 取值: [{值: -5场}]}]\n", "-5场", "范围"),
    Wrong("E379", "参数: [{名称: 比例, 类型: 比例, 范围: 0% 至 100%, 取值: [{值: 150%}]}]\n", "150%", "范围"),
    Wrong("E379", "参数: [{名称: 比例, 范围: 0% 至 100%, 取值: [{值: 101%}]}]\n", "101%", "范围"),
    Wrong(
        "E379",
        "参数: [{名称: 办理期, 类型: 期间, 范围: 1个月 至 3年, 取值: [{值: 1年, 至: 2026-12-31}, {值: 4年, 自: 2027-01-01}]}]\n",
        "4年",
        "范围",
    ),
    Wrong("E379", "参数: [{名称: 补助, 类型: 金额, 取值: [{值: -5元}]}]\n", "-5元", "范围"),
    Wrong("E324", "参数: [{名称: 下限, 范围: 50 至 1, 单位: 场, 取值: [{值: 5场}]}]\n", "50 至 1", "小的在前"),
    Wrong("E348", "参数: [{名称: 下限, 类型: 整数, 单位: 场, 取值: [{值: 12.5场}]}]\n", "12.5场", "整数"),
    Wrong("E330", "决定表: [{名称: 表, 输入: [机构类型, 场次], 行: [[甲型, 3]]}]\n", "甲型", "输入"),
    Wrong(
        "E331",
        "准则:\n" + RULE + "  - {名称: 特别, 例外: 一般, 要求: 有场地}\n",
        "特别",
        "适用".replace("适用", "情形"),
    ),
    Wrong("E332", "准则:\n" + RULE + "  - {名称: 特别, 例外: 一搬, 适用: 有场地, 要求: 有场地}\n", "一搬", None),
    Wrong("E332", "准则:\n" + RULE + "  - {名称: 特别, 优先于: 场次, 适用: 有场地, 要求: 有场地}\n", "场次", None),
    Wrong(
        "E333",
        {
            "rules.yaml": score("      - {名称: 成效}\n", "    未定: 是\n"),
            "s/policy.yaml": SCHEME,
            "s/a.yaml": "实施:\n  - 评分: 总分\n    分项:\n" + item("{式: 10分}") + item("{式: 5分}", "别的"),
        },
        "别的",
        "一致",
    ),
    Wrong(
        "E334",
        {
            "rules.yaml": score("      - {名称: 成效}\n      - {名称: 规模}\n", "    未定: 是\n"),
            "s/policy.yaml": SCHEME,
            "s/a.yaml": "实施:\n  - 评分: 总分\n    分项:\n" + item("{式: 10分}"),
        },
        "总分",
        "全部",
    ),
    Wrong("E335", "决定: [{名称: 甲, 结果: [{结果: 行, 条件: 有场地}], 有利: 不行}]\n", "甲", None),
    Wrong("E337", score(item("{分档: {依据: 场次, 档: [{条件: 不少于24场, 得分: 10分}]}}")), "不少于24场", "其他"),
    Wrong("E338", score("      - {名称: 成效, 满分: 10分}\n"), "成效", "式"),
    Wrong("E338", score(item("{式: 10分, 线性: {依据: 场次, 零分: 0场, 满分: 9场}}")), "成效", "取一"),
    Wrong("E339", score("      - {名称: 成效, 计分: {线性: {依据: 场次, 零分: 0场, 满分: 9场}}}\n"), "成效", "满分"),
    Wrong(
        "E340",
        score("      - {名称: 成效, 计分: {式: 9分}, 权重: {甲形: 2, 其他: 1}}\n", "    权重按: 机构类型\n"),
        "成效",
        None,
    ),
    Wrong("E340", score("      - {名称: 成效, 计分: {式: 9分}, 权重: {甲型: 2}}\n"), "成效", None),
    Wrong("E345", "决定: [{名称: 甲, 结果: [{结果: 行}]}]\n", "行", "默认"),
    Wrong(
        "E346",
        "准则:\n"
        + RULE
        + "".join(
            f"  - {{名称: {a}, 例外: 一般, 优先于: {b}, 适用: 有场地, 要求: 有场地}}\n"
            for a, b in (("特甲", "特乙"), ("特乙", "特甲"))
        ),
        "特甲",
        "删去",
    ),
    Wrong("E401", "条款:\n" + "  - {引用: 第一条, 要旨: 目的, 类别: 原则, 不编码: 无}\n" * 2, "第一条", "一次"),
    Wrong("E605", "文书: [{名称: 函, 标题: 函, 正文: [{逐项: 附随}]}]\n", "附随", None),
    Wrong("E605", "文书: [{名称: 函, 标题: 函, 正文: [{标题: 一, 段: 二}]}]\n", "一", None),
]


@pytest.mark.parametrize("wrong", WRONG, ids=lambda w: f"{w.code}-{w.marked}")
def test_error(wrong: Wrong) -> None:
    found, problems = load(wrong.files)
    assert found is None
    assert {p.code for p in problems} == {wrong.code}
    problem = problems[-1]
    assert underlined(problem, wrong.files) == wrong.marked
    if wrong.help is None:
        assert problem.help is None or problem.help.startswith(("是否想写", "可写", "写准则", "写 `"))
    else:
        assert wrong.help in (problem.help or "")


def test_two_problems_in_one_run() -> None:
    _, problems = load(
        "准则:\n  - {名称: 甲, 要求: 有场地, 强度: 必须}\n  - {名称: 乙}\n参数: [{名称: 丙, 取值: 一}]\n"
    )
    assert [p.code for p in problems] == ["E306", "E304", "E309"]


@pytest.mark.parametrize(
    "required",
    [
        f"要求: [{LIMB}, {FEW}]",
        "要求: 场次不少于12场且场次不超过99场, 未满足: '场次{场次}不在范围以内'",
        "要求: 场次不少于12场或有场地, 未满足: 场次不足，也没有场地",
        "要求: 场次不少于12场且有场地",
        "要求: [{条件: 有场地, 未满足: '{机构类型}没有场地'}, {条件: 场次不少于12场, 未满足: 少}]",
    ],
)
def test_texts_that_say_what_their_condition_tests_are_fine(required: str) -> None:
    assert not {p.code for p in checked(limbs(required))} & {"W371", "W372"}


def test_unknown_target() -> None:
    from datetime import date

    from engine.policy.resolve import read_library, resolve
    from tests.worlds.texts import CALENDAR, sources

    library, _ = read_library(sources({}))
    found, problems = resolve(library, "tt", date(2026, 1, 1), CALENDAR)
    assert found is None
    assert [(p.code, p.help) for p in problems] == [("E314", "是否想写 `t`？")]


LISTED = "条款: [{引用: 第一条, 要旨: 场地, 类别: 规则}]\n"
USED = "决定: [{名称: 审查, 条款: 第一条, 结果: [{结果: 不行, 条件: 任一未满足（全组）}]}]\n"
CLEAN = LISTED + "准则: [{名称: 场地, 组: 全组, 条款: 第一条, 要求: 有场地}]\n" + USED
STRUCTURE = header("t") + "  结构: {条: 2, 项: {二: 2}, 附件: [附件第一]}\n"


def limbs(required: str) -> str:
    return CLEAN.replace("要求: 有场地", required)


def exceptions(extra: str) -> str:
    return "".join(
        f"  - {{名称: {name}, 组: 全组, 条款: 第一条, 例外: 场地, 适用: 场次超过{n}场, 要求: 有场地{extra if n == 1 else ''}}}\n"
        for n, name in enumerate(("例外甲", "例外乙"), 1)
    )


TYPES = (
    CLEAN
    + "枚举: [{名称: 机构项, 取值: [甲型的, 乙型的, 丙型]}]\n事实: [{名称: 机构, 类型: 枚举, 枚举: 机构项}]\n"
    + "决定表: [{名称: 标准, 条款: 第一条, 输入: [机构], 输出: {单位: 元}, "
    + "行: [[甲型的, 1元], [乙型的, 2元], [丙型, 3元]]}]\n"
)

CHECKS = [
    Wrong(
        "E402", CLEAN.replace("类别: 规则}", "类别: 规则}, {引用: 第二条, 要旨: 其余, 类别: 规则}"), "第二条", "不编码"
    ),
    Wrong("W402", CLEAN.replace("类别: 规则", "类别: 规则, 不编码: 没有"), "第一条", "删去"),
    Wrong("E403", CLEAN.replace("组: 全组, 条款: 第一条", "组: 全组, 条款: 第一套"), "场地", "`第一条`"),
    Wrong("E405", CLEAN.replace("组: 全组, 条款: 第一条, ", "组: 全组, "), "场地", "条款"),
    Wrong(
        "E336",
        CLEAN.replace(
            "准则: [{名称: 场地, 组: 全组, 条款: 第一条, 要求: 有场地}]\n",
            "准则:\n  - {名称: 场地, 组: 全组, 条款: 第一条, 要求: 有场地}\n" + exceptions(""),
        ),
        "例外乙",
        "优先于",
    ),
    Wrong("W371", limbs("要求: 场次不少于12场且有场地, 未满足: 场次不足，或没有场地"), "场地", "逐项"),
    Wrong("W371", limbs("要求: 非（场次少于12场或非有场地）, 未满足: 场次不足，或没有场地"), "场地", "逐项"),
    Wrong("W371", limbs("要求: [{条件: 有场地且人数不少于1人, 未满足: 都没有}]"), "场地", "逐项"),
    Wrong(
        "W372", limbs(f"要求: [{LIMB}, {{条件: 场次不少于12场, 未满足: '{{场次}}，有场地也不够'}}]"), "场地", "这一项"
    ),
    Wrong("W372", limbs(f"要求: [{{条件: 有场地, 未满足: '只有{{场次}}'}}, {FEW}]"), "场地", "这一项"),
    Wrong("E607", CLEAN.replace("条件: 任一", "文书: 告知书, 条件: 任一"), "不行", "documents.yaml"),
    Wrong("W353", CLEAN.replace("条件: 任一", "性质: 不利决定, 条件: 任一"), "不行", "机关"),
    Wrong(
        "E609",
        CLEAN + "文书: [{名称: 函, 标题: 函, 正文: [{逐项: 未满足条件, 段: '{名称}'}]}]\n",
        "'{名称}'",
        "`未满足准则`",
    ),
    Wrong("E609", CLEAN + joint("逐项: 未满足准则, 段: '{名称}'"), "'{名称}'", "各案件"),
    Wrong("E612", CLEAN + joint("段: 拟认定下列单位。"), "函", "逐项: 各案件"),
    Wrong("E612", CLEAN + joint(EACH, "次序: 排名"), "函", "择优"),
    Wrong("E612", CLEAN + joint(EACH).replace("并案: 是", "次序: 排名"), "函", "择优"),
    Wrong(
        "E612",
        CLEAN.replace("条件: 任一", "文书: 函, 机关: 某局, 性质: 不利决定, 条件: 任一") + joint(EACH),
        "函",
        "一案一件",
    ),
    Wrong("E328", CLEAN + "派生量: [{名称: 不少于, 条款: 第一条, 式: 1}]\n", "不少于", "换"),
    Wrong("W351", CLEAN + "参数: [{名称: 下限, 条款: 第一条, 取值: [{值: 12场}]}]\n", "下限", "删去"),
    Wrong(
        "W352",
        CLEAN.replace("准则: [", "准则: [{名称: 鼓励项, 强度: 鼓励, 条款: 第一条, 要求: 有场地}, "),
        "鼓励项",
        "组",
    ),
    Wrong("W352", CLEAN.replace("准则: [", "准则: [{名称: 闲置, 条款: 第一条, 要求: 有场地}, "), "闲置", "组"),
    Wrong(
        "E357",
        CLEAN.replace("准则: [", "准则: [{名称: 误写, 组: 全族, 条款: 第一条, 要求: 有场地}, "),
        "误写",
        "`全组`",
    ),
    Wrong(
        "E357",
        CLEAN.replace("准则: [", "准则: [{名称: 误写, 组: 别的名称, 条款: 第一条, 要求: 有场地}, "),
        "误写",
        "全组",
    ),
    Wrong(
        "W354",
        CLEAN.replace("要求: 有场地", "要求: 场次不少于下限")
        + "参数: [{名称: 下限, 条款: 第一条, 单位: 场, 未定: 是}]\n",
        "下限",
        "由",
    ),
    Wrong("W355", CLEAN + "不可编码: [{名称: 影响力, 构造: 比较, 原因: 无, 出路: 增加比较}]\n", "影响力", "增加比较"),
    Wrong("W357", TYPES.replace("丙型]", "丙型, 丁型]"), "机构", "条款"),
    Wrong("E404", {"t/policy.yaml": STRUCTURE, "rules.yaml": CLEAN}, "", "clauses.yaml"),
]
UNUSED = "W351"


@pytest.mark.parametrize("wrong", CHECKS, ids=lambda w: f"{w.code}-{w.marked}")
def test_check(wrong: Wrong) -> None:
    problems = [p for p in checked(wrong.files) if p.code == wrong.code and (p.code != UNUSED or "下限" in p.message)]
    assert problems, "not found"
    assert underlined(problems[0], wrong.files) == wrong.marked
    assert (wrong.help or "") in (problems[0].help or "")


def test_a_clean_package_has_only_unused_words() -> None:
    assert {p.code for p in checked(CLEAN)} == {UNUSED}
    assert WORDS.count("名称: 场次") == 1


def test_structure_lists_each_missing_clause() -> None:
    missing = [p.message for p in checked({"t/policy.yaml": STRUCTURE, "rules.yaml": CLEAN}) if p.code == "E404"]
    counted = "条款清单缺少 `第二条第（一）项`、`第二条第（二）项`，共 2 处"
    assert missing == [counted, "条款清单缺少 `附件第一`"]


LONG = header("t") + "  结构: {条: 54, 项: {三: 5}}\n"


@pytest.mark.parametrize(
    ("clauses", "told"),
    [
        ("", ["条款清单缺少 `第二条`、`第三条第（一）项至第（五）项`、`第四条至第五十四条`，共 57 处"]),
        ("第二条至第五十四条", []),
        ("第三条第（一）项至第（四）项", ["条款清单缺少 `第二条`、`第三条第（五）项`、`第四条至第五十四条`，共 53 处"]),
        ("第二条至第五十三条", ["条款清单缺少 `第五十四条`"]),
        ("第五条至第四条", ["条款清单缺少 `第二条`、`第三条第（一）项至第（五）项`、`第四条至第五十四条`，共 57 处"]),
    ],
)
def test_what_a_partial_encoding_lacks_is_told_once(clauses: str, told: list[str]) -> None:
    listed = (
        f"条款: [{{引用: 第一条, 要旨: 目的, 类别: 原则}}, {{引用: {clauses}, 要旨: 其余, 类别: 规则, 不编码: 待编}}]\n"
    )
    rules = CLEAN.replace(LISTED, listed if clauses else LISTED)
    found = checked({"t/policy.yaml": LONG, "rules.yaml": rules})
    assert [p.message for p in found if p.code == "E404"] == told
    assert [p.code for p in found if p.code in ("E402", "E403", "W402")] == []


def test_a_rule_does_not_cite_what_is_listed_as_part_of_a_range() -> None:
    listed = "条款: [{引用: 第一条, 要旨: 目的, 类别: 原则}, {引用: 第二条至第五十四条, 要旨: 其余, 类别: 规则, 不编码: 待编}]\n"
    rules = CLEAN.replace(LISTED, listed).replace(
        "准则: [", "准则: [{名称: 别, 组: 全组, 条款: 第七条, 要求: 场次满3场}, "
    )
    (problem,) = [p for p in checked({"t/policy.yaml": LONG, "rules.yaml": rules}) if p.code == "E403"]
    assert "归在 `第二条至第五十四条` 里" in (problem.help or "")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("2026年12月31日", "应写作 `2026-12-31`"),
        ("2026.12.31", "应写作 `2026-12-31`"),
        ("2026/1/5", "应写作 `2026-01-05`"),
        ("2026-1-5", "应写作 `2026-01-05`"),
        ("20260105", "应写作 `2026-01-05`"),
        ("2026-W42-5", "应写作"),
        ("2026-02-30", "没有 `2026-02-30` 这一天"),
        ("2026年2月30日", "应写作 `2026-01-15`"),
        ("明年", "应写作 `2026-01-15`"),
    ],
)
def test_a_day_written_otherwise_is_told_how_it_is_written_here(written: str, said: str) -> None:
    found, problems = load(f"参数: [{{名称: 下限, 取值: [{{值: 12场, 自: {written}}}]}}]\n")
    assert (found, [p.code for p in problems]) == (None, ["E307"])
    assert said in problems[0].message


@pytest.mark.parametrize(
    ("rules", "own"),
    [
        ("准则:\n  - {名称: 场地要求, 要求: 场地须求}\n", "场地要求"),
        ("准则:\n  - {名称: 场地要求, 要求: 有场地}\n  - {名称: 场地总要求, 要求: 满足（场地总须求）}\n", "场地总要求"),
        ("派生量:\n  - {名称: 年度活动场次, 式: 年度活动场数＋1场}\n".replace("＋", "+"), "年度活动场次"),
        ("决定表:\n  - {名称: 补助标准, 输入: [补助标推], 输出: {单位: 元}, 行: [[是, 1元]]}\n", "补助标准"),
    ],
)
def test_what_is_being_defined_is_never_offered_for_a_word_in_it(rules: str, own: str) -> None:
    """It would rest on itself: the advice followed, the next message would be of a cycle."""
    problems = [p for p in load(rules)[1] if p.code == "E201"]
    assert problems
    assert all(f"`{own}`" not in (p.help or "") for p in problems)


@pytest.mark.parametrize(
    "file",
    [
        "案件: A-1\n规范: t\n基准日: 2026-06-01\n事实:\n  场次: 12场\n例外理由: {}\n记录: {}\n",
        "基准日: 2026-06-01\n事实: {场次: 12场}\n",
        "案件: L\n规范: t\n事件:\n  - {编号: 1, 事件: 申请, 日期: 2026-05-01}\n",
    ],
)
def test_a_case_among_the_packages_is_told_as_what_it_is(file: str) -> None:
    """And not as so many unknown keys of a package."""
    files = {"某案/case.yaml": file}
    (problem,) = load(files)[1]
    assert (problem.code, underlined(problem, files)) == ("E359", file.split(":")[0])
    assert "`某案/case.yaml` 是案件" in problem.message
    assert "移到政策包以外" in (problem.help or "")


UNLISTED = CLEAN.replace("组: 全组, 条款: 第一条", "组: 全组, 条款: {}")


@pytest.mark.parametrize(
    ("cited", "codes", "help"),
    [
        # of an article the text has, but nobody listed: the list is wrong, and who cites it is right
        ("第二条第（一）项", ["E404", "E404", "E403"], "条文里有这一条，清单里没有：在 clauses.yaml 补上"),
        # of one it has not: no other article is offered, however alike
        ("第三条", ["E404", "E404", "E403"], "在 clauses.yaml 列出这一条，或改为条文里有的一条"),
        ("第一条第（一）项", ["E404", "E404", "E403"], "在 clauses.yaml 列出这一条，或改为条文里有的一条"),
        # the same article in other words
        ("第1条", ["E404", "E404", "E403"], "在 clauses.yaml 列出这一条，或改为条文里有的一条"),
        ("第一套", ["E404", "E404", "E403"], "是否想写 `第一条`？"),
    ],
)
def test_a_citation_is_never_turned_into_another_article(cited: str, codes: list[str], help: str) -> None:
    """The advice would be followed, `check` would be content, and every letter would cite the wrong provision."""
    files = {"t/policy.yaml": STRUCTURE, "rules.yaml": UNLISTED.replace("{}", cited)}
    problems = [p for p in checked(files) if p.code in ("E403", "E404")]
    assert ([p.code for p in problems], problems[-1].help) == (codes, help)
    assert [p.code for p in checked(files)][:2] == ["E404"] * 2


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("丙型]", "丙型]", []),
        # one more type than the rules know: nothing would say that no rule is about it
        ("丙型]", "丙型, 丁型]", ["丁型"]),
        ("丙型]", "丙型, 其他类型]", []),
        # half of the values unmentioned is how a rule about the other half looks
        ("[丙型, 3元]", "[其他, 3元]", []),
    ],
)
def test_a_value_no_rule_is_about_is_told_where_all_others_have_one(old: str, new: str, told: list[str]) -> None:
    found = [p for p in checked(TYPES.replace(old, new)) if p.code == "W357"]
    assert [p.message.split("`")[1] for p in found] == told


def test_a_document_called_like_a_rule_hides_no_citation() -> None:
    text = (
        CLEAN
        + "文书: [{名称: 场地, 标题: 函, 正文: [{段: 文}]}]\n解释口径:\n"
        + question("Q1", "{}").replace("口径, 问", "审查, 问")
    )
    codes = {p.code for p in checked(text.replace("结果: [{结果: 不行", "结果: [{结果: 不行, 条款: 第一条"))}
    assert codes == {UNUSED}
    whole = package(text)
    assert definitions(whole)["场地"] is whole.criteria["场地"]
    assert definitions(whole)["审查"] is whole.determinations["审查"]


@pytest.mark.parametrize("extra", ["", ", 优先于: 例外乙"])
def test_ordered_exceptions_are_fine(extra: str) -> None:
    text = LISTED + "准则:\n  - {名称: 场地, 组: 全组, 条款: 第一条, 要求: 有场地}\n" + exceptions(extra) + USED
    assert ("E336" in {p.code for p in checked(text)}) is (not extra)


def test_an_input_that_cannot_be_read_is_no_missing_input_where_the_table_is_applied() -> None:
    rules = "决定表: [{名称: 表, 输入: [机构类形, 人数], 行: [[任意, 任意, 1元]]}]\n派生量: [{名称: 得, 式: '表（机构类型，人数）'}]\n"
    assert [problem.code for problem in load(rules)[1]] == ["E201"]


def test_an_empty_value_that_may_be_a_name_or_keys_is_told_once() -> None:
    text = "文书: [{名称: 函, 标题: 文, 正文: [{逐项: 计算, 表: [{列: 甲, 值: ''}]}]}]\n"
    assert [(p.code, p.message) for p in load(text)[1]] == [("E307", "`值`：不能为空")]
