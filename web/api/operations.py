"""What can be asked: one table, from which addresses, checks and the OpenAPI document are made; and what each does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import PurePath
from typing import Any

from pydantic import BaseModel

from engine.base.basis import fingerprint
from engine.base.classes import dataclass
from engine.office import api, verifying
from engine.office.standing import KeptFile, recorded
from engine.record.codes import has_form, typed
from web.api import bodies
from web.api.faults import fault
from web.models import CaseRecord, Person
from web.services import cases, deciding, intake, queue, roles
from web.services import record as ledger
from web.services.cases import Standing
from web.services.rules import today

SUBMIT, DECIDE, EXPLAIN, DUE, DOCUMENT, VERIFY = "submit", "decide", "explain", "due", "document", "verify"
SCOPES: Mapping[str, str] = {
    SUBMIT: "送来案件",
    DECIDE: "作出决定，记入账本",
    EXPLAIN: "看案件的结果、理由和缺项",
    DUE: "看期限事项",
    DOCUMENT: "按凭据码取文书",
    VERIFY: "核验文书，记入账本",
}
"""What a token may be good for."""

JSON, PDF, DOCX, SVG = (
    "application/json",
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "image/svg+xml",
)
FILES = {PDF: "pdf", DOCX: "docx", SVG: "svg"}


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that was checked: who asks, the parts of its address, its body and its query; `file`: content and its type
    where it is no JSON."""

    person: Person
    path: Mapping[str, str]
    body: Any = None
    query: Any = None
    file: tuple[str, bytes] | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file that is given back."""

    data: bytes
    kind: str
    name: str


Gives = tuple[int, BaseModel | Sheet]


@dataclass(frozen=True, slots=True)
class Operation:
    """`path` below /api/v1/; `scope` what a token must be good for; `files`: it takes files of these types, too."""

    name: str
    method: str
    path: str
    scope: str
    said: str
    do: Callable[[Asked], Gives]
    gives: type[BaseModel] | None = None
    body: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    files: tuple[str, ...] = ()
    refuses: tuple[int, ...] = ()


def _submit(asked: Asked) -> Gives:
    sent: bodies.Submission = asked.body
    data = sent.model_dump(by_alias=True, exclude_unset=True)
    try:
        record, new = intake.submitted(asked.person, data)
    except intake.Taken as taken:
        help = "换一个案号；原来那一件在工作台里改"
        raise fault(409, "A409", f"已经有 `{taken}`，内容不同或在别人手上", help, "/案件") from None
    return (201 if new else 200), _standing(record)


def _standing(record: CaseRecord) -> bodies.CaseStanding:
    now = cases.standing(record)
    came = [
        bodies.Came(决定=found.determination, 结果=found.outcome, 还可能=list(found.possible))
        for found in cases.opened(now.file)
    ]
    holder = str(record.holder.name) if record.holder is not None else ""
    return bodies.CaseStanding(案件=record.number, 名称=record.title, 在谁手上=holder, 规则版本=_rules(now), 决定=came)


def _rules(now: Standing) -> str:
    return fingerprint(now.file.package.digest)


def _show(asked: Asked) -> Gives:
    return 200, _standing(cases.seen(asked.person, asked.path["number"]))


def _decide(asked: Asked) -> Gives:
    record = cases.seen(asked.person, asked.path["number"])
    roles.work_on(asked.person, record)  # before anything is said of what was sent
    now = cases.standing(record)
    names: list[str] = asked.body.determinations
    _named(now, names, "/决定/{}")
    made, entries = deciding.decide(asked.person, now, names)
    return 200, bodies.Decided(案件=record.number, 决定=[api.plain(one) for one in made], 账本=dict(entries))


def _named(now: Standing, names: list[str], place: str) -> None:
    for at, name in enumerate(names):
        if name not in now.file.package.determinations:
            has = "、".join(now.file.package.determinations)
            raise fault(422, "E701", f"没有决定 `{name}`", f"有 {has}", place.format(at))


def _explain(asked: Asked) -> Gives:
    record = cases.seen(asked.person, asked.path["number"])
    now, name = cases.standing(record), asked.path["determination"]
    if name not in now.file.package.determinations:
        raise fault(404, "E701", f"没有决定 `{name}`", f"有 {'、'.join(now.file.package.determinations)}")
    found = api.explain(now.file, name)
    criteria = [
        bodies.Standing(
            准则=one.name,
            结论=one.verdict,
            决定结果=one.name in found.reasons,
            条款=list(one.clauses),
            所见={seen.name: seen.text for seen in one.seen},
        )
        for one in found.criteria
    ]
    missing = [
        bodies.Lacking(
            名称=one.name, 问=one.question, 由谁=one.by, 凭据=one.evidence, 条款=list(one.clauses), 影响结果=one.matters
        )
        for one in api.missing(now.file, name)
    ]
    return 200, bodies.Explained(
        案件=record.number,
        决定=name,
        结果=found.outcome,
        还可能=list(found.possible),
        规则版本=_rules(now),
        准则=criteria,
        缺=missing,
    )


def _due(asked: Asked) -> Gives:
    roles.require(asked.person, roles.SEE_CASES)
    found = [
        bodies.DueItem(
            案件=row.number,
            名称=row.title,
            事项=row.what,
            条款=row.clauses,
            期限=row.due,
            剩余工作日=row.left,
            暂估=row.estimated,
            由谁=row.holder,
        )
        for row in queue.rows(asked.person, queue.DUTIES)
        if row.left is not None and row.left <= asked.query.within
    ]
    return 200, bodies.Duties(日=today(), 事项=found)


def _document(asked: Asked) -> Gives:
    roles.require(asked.person, roles.SEE_CASES)
    code, wanted = asked.path["code"], asked.query.format
    if not has_form(code) or typed(code) is None:
        raise fault(404, "E929", f"`{code}` 不是凭据码，或抄错了", "对照文书上印的再抄一遍；没有 I、L、O、U 这几个字母")
    with ledger.ledger().opened() as store:
        kept = [one for one in recorded(store, code) if PurePath(one.name).suffix == f".{wanted}"]
        behind = [str(case) for (case,) in store.select("case_id", "documents", "code = ?", [typed(code)])]
    if not kept:
        raise fault(404, "E930", f"账本里没有凭据码 {code} 的 {wanted}", "核对凭据码，或换一种格式")
    for number in behind:
        if CaseRecord.objects.filter(number=number).exists():
            cases.seen(asked.person, number)  # an auditor's look is recorded
    return 200, _sheet(kept[-1], wanted)


def _sheet(kept: KeptFile, wanted: str) -> Sheet:
    (kind,) = (kind for kind, suffix in FILES.items() if suffix == wanted)
    return Sheet(kept.data, kind, PurePath(kept.name).name)


def _verify(asked: Asked) -> Gives:
    role = roles.require(asked.person, roles.VERIFY)
    with ledger.ledger().opened() as store:
        if asked.file is not None:
            kind, data = asked.file
            verdicts: tuple[verifying.Verdict, ...] = (verifying.verify_data(f"来件.{FILES[kind]}", data, store),)
        else:
            verdicts = verifying.verify_recorded(asked.body.text, store)
    deciding.verified(asked.person, role, {one.subject: one.holds for one in verdicts})
    return 200, bodies.Verified(核验=[_held(one) for one in verdicts])


def _held(one: verifying.Verdict) -> bodies.VerdictGiven:
    return bodies.VerdictGiven(
        对象=one.subject,
        标题=one.title,
        一致=one.holds,
        有记载=bool(one.recorded),
        不同=list(one.altered),
        核对=[bodies.CheckGiven(核对=check.what, 一致=check.holds, 说明=check.said) for check in one.checks],
        说明=list(one.notes),
    )


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "submitCase",
        "POST",
        "cases",
        SUBMIT,
        "送来一个案件。逐字再送一次，仍是那一件",
        _submit,
        bodies.CaseStanding,
        bodies.Submission,
        refuses=(409,),
    ),
    Operation("showCase", "GET", "cases/{number}", EXPLAIN, "案件现在的结果", _show, bodies.CaseStanding),
    Operation(
        "decideCase",
        "POST",
        "cases/{number}/decisions",
        DECIDE,
        "作出决定，记入账本。凭据没有变的，不重复记",
        _decide,
        bodies.Decided,
        bodies.Deciding,
    ),
    Operation(
        "explainCase",
        "GET",
        "cases/{number}/explanations/{determination}",
        EXPLAIN,
        "一项决定为什么是这个结果，还缺什么；不记账",
        _explain,
        bodies.Explained,
    ),
    Operation("listDuties", "GET", "duties", DUE, "各家的期限事项", _due, bodies.Duties, query=bodies.Within),
    Operation(
        "fetchDocument",
        "GET",
        "documents/{code}",
        DOCUMENT,
        "按凭据码取登记的原件，逐字节相同",
        _document,
        query=bodies.Format,
    ),
    Operation(
        "verify",
        "POST",
        "verifications",
        VERIFY,
        "核验：发来文书的文件，或一个凭据码、文号、案号；从账本重算，核验本身记入账本",
        _verify,
        bodies.Verified,
        bodies.ByCode,
        files=tuple(FILES),
    ),
)
