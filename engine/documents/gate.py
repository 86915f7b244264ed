"""The gate: every letter passes it before anything of it is set, and one that does not is refused with the place.

One list of conditions, each with its problem code. Under a regulation that is only consulted on, or an example, letters are
样稿 on every page: for them, and for nothing else, it does not matter that the regulation is not in force. All other conditions
hold for 样稿 too, since a 样稿 shows what the letter would be. Working papers (表格, 报告) may mark an estimate; nothing else of
theirs is softer.

Pure, but for `unfit_layout`, which looks at the file a letter is set in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import chain
from pathlib import Path

from engine.base.classes import dataclass
from engine.base.problem import Problem, Refused, Span
from engine.base.text import long_date
from engine.decision.attaching import unlisted
from engine.decision.model import BURDEN, Decision
from engine.decision.notes import in_force
from engine.decision.wording import unknown_in
from engine.documents.closing import LINE_CHARACTERS, MOST_ROWS, signed_rows
from engine.documents.days import Happened, too_late
from engine.documents.estimates import LATER, WORKING_PAPERS
from engine.documents.fields import MARK_MOST
from engine.documents.layouts import LAYOUTS, TEMPLATES, layout_file, read_word
from engine.documents.model import DocumentPlan
from engine.documents.parties import SERVED
from engine.documents.pieces import Written, pieces_of
from engine.documents.points import ALL
from engine.documents.points import run as held_to
from engine.documents.text_points import POINTS
from engine.documents.typography import columns
from engine.documents.unset import open_term, silent_entry, told, way_out
from engine.language.tree import Name
from engine.language.walk import nodes
from engine.policy.package import NOTICE, Document, Outcome, Package
from engine.policy.uses import outcomes, template_nodes

SAMPLES = ("征求意见稿", "示例")
"""Standings of a regulation under which every letter is a 样稿."""
NO_DAY = "施行日期未定"
FORBIDDEN_TITLES = ("行政处罚", "行政许可")
_OPEN = re.compile(r"〔[^〔〕]{0,200}(?:尚未查明|未定)〕|未定")
_OF_THE_TEXT = tuple(point for point in POINTS if point.code != "T07")
"""Points of conformance that any reader can hold the text to; what a title may not say (T07) is a condition of its own."""
_QUOTED = re.compile("`(.+?)`", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A letter that wants to pass. `said`: its wordings as filled in, with their places; `plan` None before it is planned;
    `days`: what it rests on that has happened."""

    package: Package
    decision: Decision
    document: Document
    day: date
    plan: DocumentPlan | None = None
    said: Sequence[tuple[str, Span | None]] = ()
    days: Sequence[Happened] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """All that will be printed, in order."""
        if self.plan is None:
            return ()
        return (*(piece.text for piece in pieces_of(self.plan)), *self.plan.copies)

    def place(self, text: str) -> Span | None:
        """Where the wording stands that says `text`, best one that says nothing else: a short one is part of many; that of
        the document where none does by itself."""
        wordings = [(said, place) for said, place in self.said if said and place]
        alone = (place for said, place in wordings if said == text)
        around = (place for said, place in wordings if text in said)
        within = (place for said, place in sorted(wordings, key=lambda one: -len(one[0])) if said in text)
        return next(chain(alone, around, within), self.document.span)


@dataclass(frozen=True, slots=True)
class Condition:
    """`check` yields why a letter may not be issued, with the place. `planned`: it looks at the finished text."""

    code: str
    about: str
    check: Callable[[Candidate], Iterator[Problem]]
    planned: bool = True


def passed(candidate: Candidate) -> list[Problem]:
    """What keeps the letter back, in the order of the list; nothing where it may be issued, as far as can be told by then."""
    planned = candidate.plan is not None
    return [problem for one in CONDITIONS if one.planned is planned for problem in one.check(candidate)]


# ---- before it is written ----


def _standing(one: Candidate) -> Iterator[Problem]:
    own = one.package.header
    for header in () if own.status in SAMPLES else (own, *(h for h in one.package.headers.values() if h.id != own.id)):
        dated = header is own or header.since is not None
        for why in in_force(header, one.day, "成文日期"):
            if dated or not why.endswith(NO_DAY):  # general law gathers texts of many days
                message = f"不能据以出具 `{one.document.name}`（{long_date(one.day)}）：{why}"
                yield Problem("E663", message, header.span, "核对规范的 `状态`、`施行`、`有效期`、`废止`，或成文日期")


def _estimated(one: Candidate) -> Iterator[Problem]:
    d = one.decision
    if d.estimated and one.document.layout not in WORKING_PAPERS:
        message = f"`{d.determination}` 的结果 `{d.outcome}` 只是暂估，不能写入正式文书：{d.estimated[0]}"
        yield Problem("E608", message, one.document.span, LATER)


def _grounded(one: Candidate) -> Iterator[Problem]:
    d = one.decision
    if one.document.name in withheld(one.package, d):
        lacking = "、".join(missing.name for missing in d.missing if missing.matters)
        message = f"`{one.document.name}` 不出具：各种情形下都是 `{d.outcome}`，但究竟哪一项不符合尚未查明"
        help_ = f"先查明 {lacking}，再出具" if lacking else "先查明是哪一项不符合，再出具"
        yield Problem("E664", message, one.document.span, help_)


def withheld(package: Package, decision: Decision) -> tuple[str, ...]:
    """The documents a burdening decision would give rise to if one of its grounds were definite."""
    if decision.documents or decision.nature != BURDEN:
        return ()
    outcome = outcome_of(package, decision)
    return outcome.documents if outcome is not None else ()


def outcome_of(package: Package, decision: Decision) -> Outcome | None:
    """The outcome of the rules that the decision came to."""
    determination = package.determinations.get(decision.determination)
    found = outcomes(determination) if determination is not None else ()
    return next((outcome for outcome in found if outcome.name == decision.outcome), None)


# ---- what it says ----


def _filled(one: Candidate) -> Iterator[Problem]:
    for text in one.texts:
        for found in dict.fromkeys(_OPEN.findall(text)):
            message = f"文中留有未填的痕迹 `{found}`：`{_near(text, found)}`"
            terms = [term for name in unknown_in(found) if (term := open_term(one.package, name)) is not None]
            for term in terms:
                yield Problem("E611", f"{message}；{told(term)}", term.span, way_out(one.package, term))
            if silent := silent_entry(one.package, one.decision.authority, found):
                yield Problem("E611", f"{message}；{silent.message}", silent.place, silent.help)
            elif not terms:
                yield Problem("E611", message, one.place(text), "查明、确定以后再出具；确要写的，换一个说法")


def _near(text: str, found: str) -> str:
    at = text.find(found)
    return text[max(0, at - 12) : at + len(found) + 12]


def _remedied(one: Candidate) -> Iterator[Problem]:
    if one.plan is None or one.document.stage == NOTICE or not one.document.to_party or one.decision.nature != BURDEN:
        return
    remedies = {item.name for item in one.decision.attached if item.kind == "救济"}
    if not any(trace.criterion in remedies for part in one.plan.parts for trace in part.traces):
        message = f"`{one.document.name}` 对当事人不利，但没有救济途径可写"
        help_ = "在通则的 `附随` 中写明复议、诉讼的期限和受理机关，文书正文写 `{逐项: 附随, 段: '{说明}'}`"
        unlisted_ = unlisted(one.decision.authority)
        message += f"：{unlisted_}" if unlisted_ in one.decision.notes else ""
        yield Problem("E665", message, one.document.span, help_)


def _titled(one: Candidate) -> Iterator[Problem]:
    for word in FORBIDDEN_TITLES:
        if one.plan is not None and word in one.plan.title:
            help_ = "规范性文件不能设定行政处罚、行政许可，改用通知、告知书或决定"
            yield Problem("E610", f"标题 `{one.plan.title}` 不得称 `{word}`", one.document.span, help_)


def _conforming(one: Candidate) -> Iterator[Problem]:
    if one.plan is None or one.plan.layout not in ALL:
        return
    written = Written(tuple(pieces_of(one.plan)), one.plan.layout)
    for point in held_to(_OF_THE_TEXT, written, written.kind):
        for fault in point.faults:
            quoted = _QUOTED.search(fault)
            message = f"`{one.document.name}` 的文字不合 {point.code}“{point.title}”：{fault}"
            place = one.place(quoted.group(1)) if quoted else one.document.span
            yield Problem("E666", message, place, "改正措辞，或改正填入的值；各要点见 docs/documents.md")


def _signed(one: Candidate) -> Iterator[Problem]:
    if one.plan is None or LAYOUTS[one.plan.layout].drawn:
        return
    organs, mark = (one.plan.organ, *one.plan.cosigners), LAYOUTS[one.plan.layout].mark
    rows = len(signed_rows(organs, long_date(one.day))) if one.plan.cosigners else 0
    if rows > MOST_ROWS:
        message = (
            f"`{one.document.name}` 的 {len(organs)} 个署名排成 {rows} 行，和正文不能在一面上（至多 {MOST_ROWS} 行）"
        )
        yield Problem("E670", message, one.document.span, "用规范化简称，使一行排得下几个；或者减少联署的机关")
    for organ in dict.fromkeys(organ for organ in organs if organs.count(organ) > 1):
        message = f"`{one.document.name}` 的署名里 `{organ}` 写了两次"
        yield Problem("E670", message, one.document.span, "每个机关署名一次：`联署` 不写 `落款` 的机关，也不重复")
    for organ in dict.fromkeys(organs):
        first, what, most = organ is one.plan.organ and mark is not None, "署名", LINE_CHARACTERS
        if first and columns(organ + (mark or "")) > MARK_MOST:
            what, most = "发文机关标志", MARK_MOST - len(mark or "")
        if columns(organ) > most:
            message = f"`{one.document.name}` 的{what}一行排不下 `{organ}`（至多 {most} 字）"
            yield Problem("E670", message, one.document.span, "用规范化简称（GB/T 9704 的 7.2.4、7.3.5）")


def _happened(one: Candidate) -> Iterator[Problem]:
    yield from too_late(one.document, one.day, one.days, one.document.span)


CONDITIONS = (
    Condition("E663", "成文日期那一天规范有效（样稿不论）", _standing, planned=False),
    Condition("E664", "不利决定有确定的理由", _grounded, planned=False),
    Condition("E608", "不依据暂估的期日（表格、报告标明暂估）", _estimated, planned=False),
    Condition("E610", "标题不称行政处罚、行政许可", _titled),
    Condition("E611", "没有未查明、未定的内容", _filled),
    Condition("E665", "不利决定写明救济途径", _remedied),
    Condition("E666", "文字合乎公文写法，括号成对", _conforming),
    Condition("E672", "所依据的事不晚于成文日期", _happened),
    Condition("E670", "各机关署名一次，署名和标志一行排得下", _signed),
)
"""What a letter must meet. Single values that are unknown, unset or estimates are refused where they are filled in, by their
own codes (E603, E604, E608); the layout (E620, E659, E667) by `unfit_layout`; a service record whose letter failed by `unserved`."""


# ---- the file it is set in, and what goes with it ----


def unfit_layout(plan: DocumentPlan, templates: Path = TEMPLATES) -> list[Problem]:
    """What is wrong with the Word layout of a letter (edge: reads it)."""
    if LAYOUTS[plan.layout].drawn:
        return []
    try:
        read_word(*layout_file(plan, ".docx", templates))
    except Refused as refused:
        return list(refused.problems)
    return []


def serves(package: Package, decision: Decision, name: str) -> tuple[str, ...]:
    """The letters that the document `name` is the service record of; () where it is none."""
    document = package.documents.get(name)
    if document is None or not any(_prints_served(document)):
        return ()
    known = (package.documents.get(other) for other in decision.documents)
    return tuple(other.name for other in known if other is not None and other.to_party and other.name != name)


def _prints_served(document: Document) -> Iterator[bool]:
    for tree in template_nodes(*document.templates):
        yield from (isinstance(node, Name) and node.name == SERVED for node in nodes(tree))


def unserved(name: str, letters: Sequence[str], place: Span | None = None) -> Problem:
    """E668: the service record `name`, whose letters are not issued."""
    message = f"`{name}` 不出具：它所送达的 {'、'.join(f'`{letter}`' for letter in letters)} 没有出具"
    return Problem("E668", message, place, "先改正该文书的问题，两件一起出具")
