"""What an entry of the ledger says: which act, by whom, when; in the open what nobody need be spared, sealed the rest.

The body of an entry, which the chain binds, has these keys:

    格式  1
    时间  `2026-11-30T14:20:01+08:00`, the office's clock
    类别  one of `KINDS`
    经办人, 职责  who did it, where the office names its people
    内容  what may stay for good: outcome, clauses, digests of rules
    封存  SHA-256 over a salt and the sealed part: whom it is about, facts, findings

The sealed part and its salt are stored beside the chain. Taken away, by an act that says so, they leave a digest that says
nothing and a chain that still holds. Numbers with a fraction and amounts are text. Pure.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from typing import Any

from engine.base.canonical import Plain, canonical
from engine.base.classes import dataclass
from engine.record.chain import FORMAT, sha256

KINDS: Mapping[str, str] = {
    "开账": "账本的第一条：格式和摘要算法",
    "接管": "原来的登记簿移入账本",
    "事实": "作出决定所凭的事实和记录",
    "认定": "判断：谁、哪天、认定了什么、理由",
    "更正": "改正原来记下的事实、认定",
    "决定": "结果、理由、条款、所凭的规则",
    "排序": "几个案件按规则排出的名次",
    "文书": "写出的文书：文号、摘要、凭据码",
    "事件": "录入的事件",
    "撤回": "撤回的事件",
    "拟稿": "由一项决定写成的文书，等人复核",
    "复核": "复核同意的文书，等人签发",
    "退回": "退回的文书和理由",
    "签发": "签发的文书，与它的文号同时记下",
    "送达": "文书送达",
    "步骤": "办案件的一步：填写、判断、例外、更正，或撤销其中一步",
    "查看": "查看有个人信息的案件",
    "参数": "确定的参数",
    "口径": "采用的解释口径",
    "规则": "第一次用到的规则版本",
    "版面": "第一次用到的版面",
    "发布": "发布的规则版本：自哪天起、谁提出、谁批准、给他们看了什么",
    "导出": "账本或案件导出",
    "核验": "账本或文书的核验",
    "清除": "清除一条里封存的个人信息",
}
"""The kinds of act, and what each is."""

SALT = 16
"""Bytes of a salt: enough that what was sealed cannot be guessed from its digest."""
FILES = "文件"
"""The key, in either part, under which an act names the contents kept with it: name -> `sha256:…`."""
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00", re.ASCII)
_REQUIRED, _ALLOWED = {"格式", "时间", "类别", "内容"}, {"格式", "时间", "类别", "内容", "经办人", "职责", "封存"}

Part = Mapping[str, Plain]


@dataclass(frozen=True, slots=True)
class By:
    """Who acts: a person of the office file with their 职责; nobody in particular where the office names nobody."""

    name: str = ""
    roles: tuple[str, ...] = ()


NOBODY = By()


@dataclass(frozen=True, slots=True)
class Act:
    """What is to be recorded: its kind, what is said of it in the open, and what is sealed ({}: nothing)."""

    kind: str
    open: Part = field(default_factory=dict)
    sealed: Part = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Seal:
    """A sealed part as it is stored: the salt, and the JSON (RFC 8785) of what it holds."""

    salt: bytes
    text: bytes

    @property
    def digest(self) -> str:
        """What the entry binds it by, in hex."""
        return sealed_digest(self.salt, self.text)

    @property
    def content(self) -> Part:
        """What it says, as plain data."""
        found: Part = json.loads(self.text)
        return found


@dataclass(frozen=True, slots=True)
class Body:
    """The body of an entry as read back; `seal` is the digest of its sealed part, "" for none."""

    at: str
    kind: str
    by: By
    open: Part
    seal: str
    format: int = FORMAT

    @property
    def day(self) -> str:
        """The day it was recorded: `2026-11-30`."""
        return self.at[:10]


def sealed_digest(salt: bytes, text: bytes) -> str:
    """The salted SHA-256 by which an entry binds its sealed part, in hex."""
    return sha256(salt + text).hex()


def seal(act: Act, salt: bytes) -> Seal | None:
    """The sealed part of `act` with its salt; None where there is none. ValueError for a salt that is too short."""
    if len(salt) < SALT:
        raise ValueError("a salt is too short")
    return Seal(salt, canonical(act.sealed)) if act.sealed else None


def stamp(moment: datetime) -> str:
    """A moment as entries have it. ValueError where it is not told in the office's time zone (UTC+8)."""
    text = moment.isoformat(timespec="seconds")
    if not _TIME.fullmatch(text):
        raise ValueError(f"not in the office's time zone: {text}")
    return text


def body(act: Act, at: str, by: By, seal: Seal | None) -> bytes:
    """The body of the entry that records `act` at a time as `stamp` writes it. ValueError for a kind or time that is none."""
    if act.kind not in KINDS or not _TIME.fullmatch(at):
        raise ValueError(f"no act: {act.kind} {at}")
    said: dict[str, Any] = {"格式": FORMAT, "时间": at, "类别": act.kind, "内容": act.open}
    if by.name:
        said |= {"经办人": by.name, "职责": list(by.roles)}
    if seal is not None:
        said["封存"] = seal.digest
    return canonical(said)


def read_body(data: bytes) -> Body:
    """The body as data. ValueError for what `body` does not write; a body of a newer format is read as far as its format."""
    try:
        said = json.loads(data)
        if said["格式"] != FORMAT and type(said["格式"]) is int:
            return Body("", "", By(), {}, "", said["格式"])
        known = said["类别"] in KINDS and _TIME.fullmatch(said["时间"]) and isinstance(said["内容"], dict)
        if not known or not _REQUIRED <= said.keys() <= _ALLOWED or canonical(said) != data:
            raise ValueError(data[:80])
        by = By(str(said.get("经办人", "")), tuple(map(str, said.get("职责", ()))))
        return Body(said["时间"], said["类别"], by, said["内容"], str(said.get("封存", "")))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ValueError(f"no body of an entry: {error}") from None
