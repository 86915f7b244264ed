"""Who may do what: one table, asked by every service before it does anything."""

from __future__ import annotations

from collections.abc import Mapping

from web.models import CaseRecord, Person

REVIEWER, HEAD, SIGNER, POLICY, AUDITOR, ADMINISTRATOR = "审查", "科长", "签发", "政策", "审计", "管理"

ROLES = (REVIEWER, HEAD, SIGNER, POLICY, AUDITOR, ADMINISTRATOR)

SEE_CASES, WORK_ON_CASES, SEE_RULES, VERIFY = "看案件", "办案件", "看条款", "核验"
REVIEW, SIGN = "复核文书", "签发文书"
MAY: Mapping[str, tuple[str, ...]] = {
    # Case files name people: who writes rules has no part in them until what is personal can be masked.
    SEE_CASES: (REVIEWER, HEAD, SIGNER, AUDITOR),
    WORK_ON_CASES: (REVIEWER, HEAD),
    REVIEW: (HEAD,),
    SIGN: (SIGNER,),
    SEE_RULES: (REVIEWER, HEAD, SIGNER, POLICY, AUDITOR),
    VERIFY: (HEAD, AUDITOR),
}
"""What can be done -> the 职责 of which one is needed."""


class Denied(Exception):
    """Somebody may not do this; `said`: why, in Chinese."""

    def __init__(self, said: str) -> None:
        super().__init__(said)
        self.said = said


def may(person: Person, act: str) -> bool:
    """Whether one of the person's roles allows it."""
    return person.is_active and not set(MAY[act]).isdisjoint(person.roles)


def require(person: Person, act: str) -> str:
    """The role in which somebody does it. Raises `Denied`."""
    found = next((role for role in MAY[act] if role in person.roles and person.is_active), None)
    if found is None:
        raise Denied(f"{act}须有{'、'.join(MAY[act])}职责，{person.name}的职责是{'、'.join(person.roles) or '无'}")
    return found


def work_on(person: Person, case: CaseRecord) -> str:
    """The role in which somebody works on a case: a reviewer on those that are his. Raises `Denied`."""
    role = require(person, WORK_ON_CASES)
    if role == REVIEWER and HEAD not in person.roles and case.holder_id != person.pk:
        holder = f"在{case.holder.name}手上" if case.holder is not None else "还没有分给谁"
        raise Denied(f"{case.number}{holder}，要办先请科长转交")
    return role if case.holder_id == person.pk or HEAD not in person.roles else HEAD
