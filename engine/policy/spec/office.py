"""The office file: where an office keeps its rules, calendar, register and letters, who its people are, where a key lies."""

from __future__ import annotations

from typing import Annotated, Literal

from engine.policy.nodes import Scalar
from engine.policy.spec.base import ByText, Listed, Reads, Spec, Word, defaulting, key, optional, several
from engine.policy.spec.scalars import Name

_word = ByText()
Role = Annotated[Literal["审查", "科长", "签发", "政策", "审计", "管理"], _word]
Mark = Annotated[Literal["提示", "样稿", "不出具"], _word]


def _path(scalar: Scalar) -> Scalar:
    text = scalar.text
    if text != text.strip() or not text or "\n" in text:
        raise ValueError("应是一个路径，前后没有空白，写在一行里")
    if text.startswith("~"):
        raise ValueError(f"`{text}` 不会展开 `~`，写出整个路径")
    return scalar


Where = Annotated[Scalar, Reads(_path, {"type": "string", "minLength": 1}), Word("路径")]


class PersonSpec(Spec, word="人员", about="单位的一个人，和他能做什么"):
    name: Name = key("姓名", "命令行 `--as` 后面写的就是它；同名的两个人要写得不同，例如 `林岚（二科）`")
    roles: Listed[Role] = several("职责", "可以有几项", at_least=1)


class OfficeSpec(Spec, word="单位设置", about="一个单位的约定，各项都可以不写；路径从这个文件所在的文件夹算起"):
    rules: Where | None = optional("规则", "政策包所在的文件夹；不写，用随程序提供的")
    published: Where | None = optional(
        "发布",
        "发布的版本放在哪个文件夹；写了，办案用发布的版本，各案按其日期用当时的，`规则` 是改规则用的副本",
    )
    calendars: Where | None = optional("日历", "放假安排所在的文件夹，里面是 `china-年份.yaml`；不写，用随程序提供的")
    book: Where | None = optional("登记簿", "发文登记簿；写了，`issue` 就从它取号")
    ledger: Where | None = optional(
        "账本",
        "每件事都记入的账本，一个文件，或 PostgreSQL 的地址（不含密码）；用 `guiju ledger new` 建立；登记簿并入其中",
    )
    heads: Where | None = optional("账本头", "每次记账以后，账本头抄在这个文件里；放在账本之外的一处")
    out: Where | None = optional("输出", "文书写到哪个文件夹；不写，是当前文件夹下的 `out`")
    persons: tuple[PersonSpec, ...] = several("人员", "本单位的人；写了，录入事件、出具文书就要用 `--as` 写明是谁")
    key: Where | None = optional("密钥", "密钥放在哪个文件，凭据码用它算出；只写路径，绝不写密钥本身")
    unpublished: Mark = defaulting("未发布", "用了不是本单位的规则时怎样标明", "提示")
