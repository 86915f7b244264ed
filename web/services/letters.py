"""文书: what a case gives rise to, and the way of a letter from draft to service. What it says follows from the case; nobody
writes it. Whoever drafted it neither reviews nor signs it; a letter against the party takes three persons."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import PurePath

from django.db import IntegrityError, transaction

from engine.base.classes import dataclass
from engine.base.problem import Problem, Refused
from engine.decision.model import BURDEN, UNDECIDED, Decision
from engine.documents.draft import Draft
from engine.documents.entered import Entered
from engine.documents.plan import DocumentPlan
from engine.documents.receipt import LABEL, plan_digest, receipt_of
from engine.documents.writing import drafts_of
from engine.office import api
from engine.office.recording import Entering
from engine.office.registers import InLedger
from engine.office.signing import FORMATS, signed
from engine.record.act import Act, Part
from engine.record.lines import Kept
from web.models import CaseRecord, Letter, Person
from web.services import cases, deciding, record, roles
from web.services.cases import Standing
from web.services.reasons import reason_lacks
from web.services.rules import today
from web.services.steps import NotTaken
from web.settings import SPACE

DRAFTED, REVIEWED, SIGNED, SERVED, RETURNED, VOID = "待复核", "待签发", "已签发", "已送达", "已退回", "已作废"
STAGES = (DRAFTED, REVIEWED, SIGNED, SERVED, RETURNED, VOID)
OPEN, LIVE = (DRAFTED, REVIEWED), (DRAFTED, REVIEWED, SIGNED, SERVED)
"""Stages in which nothing has left the house; in which the letter is not given up."""


@dataclass(frozen=True, slots=True)
class Arising:
    """The letters that a determination of a case gives rise to, and why others cannot be written."""

    decision: Decision
    drafts: tuple[Draft, ...]
    problems: tuple[Problem, ...]


def arising(now: Standing, determination: str, day: date | None = None) -> Arising:
    """The letters of a determination as of a day (None: today, or the day of the case where that is later). Raises
    `api.Refused` for a case that was not read whole."""
    (decision,) = api.decide(now.file, determination)
    case = now.file.case
    on = day or max(today(), case.as_of)
    dates = {name: on for name in decision.documents if case.act(determination, name) is None}
    drafts, problems = drafts_of(now.file.rules, case, [decision], None, dates=dates)
    return Arising(decision, tuple(drafts), tuple(problems))


def all_arising(now: Standing) -> list[Arising]:
    """Those of every determination that has come to something."""
    settled = [found.determination for found in cases.opened(now.file) if found.outcome != UNDECIDED]
    return [found for name in settled if (found := arising(now, name)).drafts or found.problems]


def found_in(found: Arising, document: str, number: int) -> Draft | None:
    """The letter of that name about that record."""
    return next((d for d in found.drafts if (d.plan.name, d.plan.record) == (document, number)), None)


def pdf(plan: DocumentPlan) -> bytes:
    """The letter as it would be printed. Raises `api.Refused`: what keeps it from being set."""
    return api.render(plan, "pdf")


# ---- what stands ----


@dataclass(frozen=True, slots=True)
class OnItsWay:
    """A letter with what the case says now. `plan` None where the case no longer gives rise to it; `void`: why it is not
    the letter that was drafted, "" where it is."""

    letter: Letter
    now: Standing
    found: Arising | None
    plan: DocumentPlan | None
    void: str


def standing(letter: Letter) -> OnItsWay:
    """The letter beside its case: whether the outcome, or anything it says, has changed since it was drafted."""
    now = cases.standing(letter.case)
    try:
        found = arising(now, letter.determination, letter.day)
    except Refused as refused:
        return OnItsWay(letter, now, None, None, f"案件现在读不通：{refused.problems[0].message}")
    draft = found_in(found, letter.document, letter.record)
    if draft is None:
        outcome = found.decision.outcome
        changed = (
            f"结果现在是“{outcome}”，拟稿时是“{letter.outcome}”" if outcome != letter.outcome else "现在写不出这件文书"
        )
        return OnItsWay(letter, now, found, None, changed)
    void = (
        "" if plan_digest(draft.plan) == letter.digest else "案件的事实或规则在拟稿以后变了，这件文书说的与拟稿时不同"
    )
    return OnItsWay(letter, now, found, draft.plan, void)


def history(letter: Letter) -> list[Kept]:
    """Its acts, as the ledger has them."""
    return list(record.store().some(letter.entries))


def file_of(letter: Letter, form: str) -> bytes | None:
    """The letter as it was issued, from the ledger."""
    own = record.store()
    names = own.select("name, digest", "uses", "seq = ?", [letter.issued])
    digest = next((str(digest) for name, digest in names if PurePath(str(name)).suffix == f".{form}"), "")
    return own.content(digest)


# ---- the way ----


def draft(person: Person, case: CaseRecord, determination: str, document: str, number: int) -> Letter:
    """A draft of a letter that the case gives rise to. Raises `Denied`, `NotTaken`, `api.Refused`."""
    role = roles.work_on(person, case)
    found = arising(cases.standing(case), determination)
    own = found_in(found, document, number)
    if own is None or own.serves:
        raise NotTaken(f"现在写不出“{document}”", "从案件的文书页进入")
    plan = own.plan
    letter = Letter(
        case=case,
        determination=determination,
        document=document,
        record=number,
        title=plan.title.replace("\n", ""),
        outcome=found.decision.outcome,
        adverse=found.decision.nature == BURDEN,
        day=plan.date,
        digest=plan_digest(plan),
        stage=DRAFTED,
        drafter=person,
    )
    said = {"摘要": letter.digest, "成文日期": letter.day.isoformat()}
    try:
        with record.recording(person, role) as entering:
            _outdated(letter)
            letter.entries = [_recorded(entering, "拟稿", letter, person, said)]
            letter.save(force_insert=True)
    except IntegrityError:
        raise NotTaken(f"“{document}”已经拟了稿", "在文书里找到它，接着办") from None
    return letter


def _outdated(letter: Letter) -> None:
    """Drafts of the same letter that are not what the case says any more give way."""
    same = Letter.objects.filter(
        case=letter.case, determination=letter.determination, document=letter.document, record=letter.record
    )
    same.filter(stage__in=OPEN).exclude(digest=letter.digest).update(stage=VOID)


def review(person: Person, letter: Letter) -> None:
    """复核同意. Raises `Denied`, `NotTaken`."""
    role = roles.require(person, roles.REVIEW)
    _other(person, letter, "复核")
    _as_drafted(letter)
    with record.recording(person, role) as entering:
        said = {"摘要": letter.digest}
        _moved(letter, DRAFTED, REVIEWED, _recorded(entering, "复核", letter, person, said), reviewer=person)


def give_back(person: Person, letter: Letter, reason: str) -> None:
    """退回, with why. Raises `Denied`, `NotTaken`."""
    role = roles.require(person, roles.REVIEW if letter.stage == DRAFTED else roles.SIGN)
    if lacks := reason_lacks(reason):
        raise NotTaken(lacks, "写明哪一段、为什么")
    with record.recording(person, role) as entering:
        entry = _recorded(entering, "退回", letter, person, {"理由": reason})
        _moved(letter, letter.stage if letter.stage in OPEN else "", RETURNED, entry)


def sign(person: Person, letter: Letter) -> None:
    """签发: number, files, what it was decided from and the signature are kept in one transaction, or nothing. Raises
    `Denied`, `NotTaken`, `api.Refused`: why it could not be set."""
    role = roles.require(person, roles.SIGN)
    _other(person, letter, "签发")
    _third(person, letter, "签发")
    if letter.stage == SIGNED:
        return
    _still_apart(letter)
    now = _as_drafted(letter)
    found = arising(now, letter.determination)
    own = found_in(found, letter.document, letter.record)
    assert own is not None
    decided = deciding.of_record(now, [found.decision])

    @contextmanager
    def together(letters: Sequence[Entered]) -> Iterator[None]:
        with transaction.atomic():
            yield
            _signed(person, role, letter, letters)

    register = SPACE.register if SPACE.register.exists() else None
    into = InLedger(record.ledger(), record.by(person, role), register, True, together)
    made = signed(into, decided, [own, *(d for d in found.drafts if own in d.serves)])
    letter.refresh_from_db()
    if letter.stage != SIGNED:
        raise Refused([problem for one in made for problem in one.problems])


def _signed(person: Person, role: str, letter: Letter, letters: Sequence[Entered]) -> None:
    """What is kept with a letter as it is entered. One that was not set in every format is not entered at all."""
    own = next((one for one in letters if one.draft.plan.name == letter.document), None)
    if own is None or len(own.files) < len(FORMATS):
        raise NotTaken("文书没有排成，没有取号", "告诉管理员；排成以后再签发")
    code = receipt_of(own.draft.plan)[LABEL]
    ((issued,), *_) = reversed(record.store().select("seq", "documents", "code = ?", [code]))
    with record.recording(person, role) as entering:
        said: Part = {"摘要": letter.digest, "文书": int(issued)}
        entry = _recorded(entering, "签发", letter, person, said)
        number = own.draft.plan.number
        _moved(letter, REVIEWED, SIGNED, entry, signer=person, number=number, code=code, issued=int(issued))


def serve(person: Person, letter: Letter, day: date, how: str) -> None:
    """送达, on which day and by what evidence. Raises `Denied`, `NotTaken`."""
    role = roles.work_on(person, letter.case)
    if not to_be_served(letter):
        raise NotTaken(f"规则没有规定“{letter.document}”要送达", "不用记")
    if not letter.day <= day <= max(today(), letter.day):
        raise NotTaken("送达日期不对", f"在成文日期 {letter.day} 和今天之间")
    if not how:
        raise NotTaken("没有写怎样送达", "写明方式和凭据，如“当面送达，送达回证已签收”")
    with record.recording(person, role) as entering:
        open_: Part = {"规范": cases.sent(letter.case).package.id, "送达": letter.document, record.LOGIN: person.login}
        sealed: Part = {"案件": letter.case.number, "日期": day.isoformat(), "佐证": how}
        entry = entering.writer.record(Act("送达", open_, sealed), entering.at, entering.by).seq
        _moved(letter, SIGNED, SERVED, entry, served=day)


def _recorded(entering: Entering, kind: str, letter: Letter, person: Person, said: Part) -> int:
    open_: Part = {kind: letter.document, "决定": letter.determination, record.LOGIN: person.login}
    sealed: Part = {"案件": letter.case.number, "记录": letter.record, **said}
    return entering.writer.record(Act(kind, open_, sealed), entering.at, entering.by).seq


def _moved(letter: Letter, before: str, after: str, entry: int, **more: object) -> None:
    """To the next stage, if it is still where the person saw it. Raises `NotTaken`: nothing of it is then kept."""
    entries = [*letter.entries, entry]
    if not Letter.objects.filter(pk=letter.pk, stage=before).update(stage=after, entries=entries, **more):
        raise NotTaken("这件文书已经不在这一步了", "刷新以后再看")


def _other(person: Person, letter: Letter, what: str) -> None:
    """Raises `NotTaken` for who drafted the letter, or said something of its case himself."""
    if letter.drafter_id == person.pk:
        raise NotTaken(f"自己拟的稿不能自己{what}", f"由另一位{what}")
    if letter.case.steps.filter(person=person).exists():
        raise NotTaken(f"{person.name}在这个案件里填过事实或作过判断，不能{what}", f"由另一位{what}")


def _still_apart(letter: Letter) -> None:
    """Raises `NotTaken` where who reviewed the letter has since said something of its case."""
    reviewer = letter.reviewer
    if reviewer is not None and letter.case.steps.filter(person=reviewer).exists():
        said = f"{reviewer.name}复核以后在这个案件里填过事实或作过判断，复核不算数了"
        raise NotTaken(said, "退回，重新拟稿，由另一位复核")


def _third(person: Person, letter: Letter, what: str) -> None:
    """Raises `NotTaken` for who reviewed a letter against the party and would sign it too."""
    if what == "签发" and letter.adverse and letter.reviewer_id == person.pk:
        raise NotTaken("这是不利的决定，要三个人经手", f"{person.name}已经复核过，由另一位签发")


def _as_drafted(letter: Letter) -> Standing:
    """The case, where it still says what the draft says. Raises `NotTaken`."""
    found = standing(letter)
    if found.void:
        raise NotTaken(f"这份稿作废了：{found.void}", "重新拟稿，再复核、签发")
    return found.now


# ---- who may do what next ----

REVIEWING, SIGNING, SERVING = "复核", "签发", "送达"
_NEXT = {DRAFTED: REVIEWING, REVIEWED: SIGNING, SIGNED: SERVING}


def to_be_served(letter: Letter) -> bool:
    """Whether the rules know a day of service for such a letter."""
    declared = cases.sent(letter.case).package.documents.get(letter.document)
    return declared is not None and bool(declared.served)


@dataclass(frozen=True, slots=True)
class Next:
    """What comes next with a letter, "" for nothing, and why this person cannot do it, "" where he can."""

    act: str
    why_not: str


def next_for(person: Person, letter: Letter) -> Next:
    """The next act, for this person."""
    act = _NEXT.get(letter.stage, "")
    act = "" if act == SERVING and not to_be_served(letter) else act
    try:
        if act == SERVING:
            roles.work_on(person, letter.case)
        elif act:
            roles.require(person, roles.REVIEW if act == REVIEWING else roles.SIGN)
            _other(person, letter, act)
            _third(person, letter, act)
    except roles.Denied as denied:
        return Next(act, denied.said)
    except NotTaken as error:
        return Next(act, f"{error.said}，{error.help}")
    return Next(act, "")
