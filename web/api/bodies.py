"""What is sent and what comes back: requests are checked by these, and the OpenAPI document is made of them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

NUMBER = r"^[\w〔〕（）()\-.]{1,64}$"
"""What a case's number looks like where it is part of an address."""
CaseNumber = Annotated[str, StringConstraints(pattern=NUMBER)]


class Sent(BaseModel):
    """What is sent: every item is known, or refused."""

    model_config = ConfigDict(extra="forbid", populate_by_name=False)


class Submission(Sent):
    """A case, in the form of case files; the engine reads the values."""

    number: CaseNumber = Field(alias="案件", description="案号，全单位只有一个", examples=["2027-101"])
    regulation: str = Field("", alias="规范", description="按哪一部办；只有一部的可以不写", max_length=100)
    day: date | None = Field(None, alias="基准日", description="按哪一天办；不写是今天")
    note: str = Field("", alias="说明", description="给人看的一句话", max_length=2000)
    facts: dict[str, Any] = Field(
        default_factory=dict,
        alias="事实",
        description="名称 → 值；值写成案件表里的样子（`是`、`2026-01-05`、`12场`），小数写成文字；没有的不写，null 是不知道",
        examples=[{"名称": "某单位", "申报日期": "2026-09-01"}],
    )
    records: dict[str, Any] = Field(
        default_factory=dict, alias="记录", description="记录表 → 各条 [{列: 值}]；确实没有的写 []"
    )
    excuses: dict[str, Any] = Field(default_factory=dict, alias="例外理由", description="准则 → 判断、人、日期、理由")


class Deciding(Sent):
    """Which determinations to decide."""

    determinations: list[str] = Field(
        default_factory=list, alias="决定", description="决定的名称；不写，是案件引出的各项", max_length=50
    )


class Within(Sent):
    """How far ahead."""

    within: int = Field(40, alias="工作日", description="期限还剩几个工作日以内；已逾期的总是列出", ge=0, le=250)


class Format(Sent):
    """In which form."""

    format: Literal["pdf", "docx", "svg"] = Field("pdf", alias="格式", description="pdf、docx；标牌有 svg")


class ByCode(Sent):
    """A letter by its code, its number, or a decision by its case."""

    text: str = Field(
        alias="凭据", description="凭据码、发文字号，或案号", min_length=1, max_length=100, examples=["14R9-07SY-R4D3"]
    )


class Given(BaseModel):
    """What comes back."""

    model_config = ConfigDict(populate_by_name=True)


class Wrong(Given):
    """One thing that is wrong."""

    code: str = Field(alias="代码")
    message: str = Field(alias="消息")
    place: str = Field(alias="位置", description="在发来的 JSON 里的位置（RFC 6901），或台账的单元格；没有位置的是空")
    help: str = Field(alias="建议")


class Faults(Given):
    """Why a request was not answered."""

    wrong: list[Wrong] = Field(alias="错误")


class Came(Given):
    """What a determination comes to."""

    determination: str = Field(alias="决定")
    outcome: str = Field(alias="结果")
    possible: list[str] = Field(alias="还可能", description="结果没有定的，还可能是这些")


class CaseStanding(Given):
    """A case as it stands."""

    number: str = Field(alias="案件")
    title: str = Field(alias="名称")
    holder: str = Field(alias="在谁手上")
    rules: str = Field(alias="规则版本")
    came: list[Came] = Field(alias="决定")


class Standing(Given):
    """A criterion and how it stands."""

    name: str = Field(alias="准则")
    verdict: str = Field(alias="结论", description="满足、未满足、待查明、不适用")
    decides: bool = Field(alias="决定结果")
    clauses: list[str] = Field(alias="条款")
    seen: dict[str, str] = Field(alias="所见")


class Lacking(Given):
    """What is still missing."""

    name: str = Field(alias="名称")
    question: str = Field(alias="问")
    by: str = Field(alias="由谁")
    evidence: str = Field(alias="凭据")
    clauses: list[str] = Field(alias="条款")
    matters: bool = Field(alias="影响结果")


class Explained(Given):
    """Why a determination comes to what it does."""

    number: str = Field(alias="案件")
    determination: str = Field(alias="决定")
    outcome: str = Field(alias="结果")
    possible: list[str] = Field(alias="还可能")
    rules: str = Field(alias="规则版本")
    criteria: list[Standing] = Field(alias="准则")
    missing: list[Lacking] = Field(alias="缺")


class Decided(Given):
    """Decisions, recorded."""

    number: str = Field(alias="案件")
    decisions: list[dict[str, Any]] = Field(
        alias="决定", description="与 `guiju decide --json` 的相同，见 `guiju schema decision`"
    )
    entries: dict[str, int] = Field(alias="账本", description="决定 → 在账本的第几条；案件没有引出的不记")


class DueItem(Given):
    """Something that is due."""

    number: str = Field(alias="案件")
    title: str = Field(alias="名称")
    what: str = Field(alias="事项")
    clauses: str = Field(alias="条款")
    day: date | None = Field(alias="期限")
    left: int | None = Field(alias="剩余工作日", description="逾期的是负数")
    estimated: str = Field(alias="暂估", description="期限只是暂估的，为什么")
    holder: str = Field(alias="由谁")


class Duties(Given):
    """What is due."""

    day: date = Field(alias="日")
    due: list[DueItem] = Field(alias="事项")


class CheckGiven(Given):
    """What one thing was held against."""

    what: str = Field(alias="核对")
    holds: bool | None = Field(alias="一致", description="null：无从核对")
    said: str = Field(alias="说明")


class VerdictGiven(Given):
    """Whether a letter, or a decision, is what was recorded."""

    subject: str = Field(alias="对象")
    title: str = Field(alias="标题")
    holds: bool = Field(alias="一致")
    recorded: bool = Field(alias="有记载")
    altered: list[str] = Field(alias="不同")
    checks: list[CheckGiven] = Field(alias="核对")
    notes: list[str] = Field(alias="说明")


class Verified(Given):
    """Verdicts."""

    verdicts: list[VerdictGiven] = Field(alias="核验")
