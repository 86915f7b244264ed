"""Edge: a version of the rules made ready, shown, and frozen by somebody else than who proposed it.

Nothing is frozen that its own checks or examples find wrong. Whoever approves says the code of what was shown: another
rule, another case or another day of entry into force is another code.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from engine.base.canonical import Plain, short_code
from engine.base.classes import dataclass
from engine.base.problem import Problem, Refused
from engine.files.faults import refusal
from engine.files.writing import create_all
from engine.office.compared_rules import RulesCompared, compare_rules, example_cases
from engine.office.impact import Impact, impact
from engine.office.ledger import Ledger
from engine.office.office_file import Office, acting, key_of
from engine.office.published import (
    RECORD,
    RULES,
    SHOWN,
    SIGNATURE,
    Publication,
    contents,
    record_of,
    rules_digest,
    signature,
)
from engine.office.recording import Entering
from engine.office.workspace import Workspace
from engine.record.act import Act, By
from engine.record.decided import Deed
from engine.record.lines import digest_of


@dataclass(frozen=True, slots=True)
class VersionEffects:
    """What a version would change against the one before: in meaning, and for cases and examples."""

    compared: RulesCompared
    impact: Impact


@dataclass(frozen=True, slots=True)
class ProposedVersion:
    """A version as it would be published: its files by name below its folder, what of them was shown, from which day it is
    in force, who proposed it, and the version it follows."""

    regulation: str
    since: date
    proposed: str
    files: Mapping[str, bytes]
    before: Publication | None

    @property
    def digests(self) -> dict[str, str]:
        return {name: digest_of(data) for name, data in sorted(self.files.items())}

    @property
    def digest(self) -> str:
        """The digest of the packages."""
        return rules_digest(self.digests)

    @property
    def code(self) -> str:
        """The code of what was shown, to be repeated by who approves."""
        before = self.before.digest if self.before is not None else ""
        return short_code({"自": self.since.isoformat(), "提出": self.proposed, "前": before, "文件": self.digests})

    @property
    def name(self) -> str:
        """The name of its folder."""
        return f"{self.since}-{self.digest.removeprefix('sha256:')[:8]}"


def effects(before: Publication, draft: Workspace, since: date, cases: Sequence[Path]) -> VersionEffects:
    """What the draft changes against the version before, on the day it would come into force; for cases on their own days,
    those of before on that day. Raises `Refused`."""
    old = Workspace(before.sound().rules, draft.today, draft.regulation, draft.as_of, calendar=draft.calendar)
    named = (old.under(draft.target), draft.under(draft.target))
    at = [one.on(since) for one in named]
    compared = compare_rules(at[0], at[1], cases or example_cases(old), draft.today)
    return VersionEffects(compared, impact(*named, cases, draft.today, since))


def proposal(
    draft: Workspace, since: date, proposed: str, shown: Mapping[str, bytes], versions: Sequence[Publication]
) -> ProposedVersion:
    """The version as it would be frozen. Refused (E942, exit code 2): one of that day or later is there already, or these are
    the very rules of the last."""
    last = versions[-1] if versions else None
    rules = {f"{RULES}/{name}": data for name, data in contents(draft.folder).items()}
    found = ProposedVersion(
        draft.target, since, proposed, rules | {f"{SHOWN}/{name}": data for name, data in shown.items()}, last
    )
    if last is not None and last.since >= since:
        message = f"已经发布了自 {last.since} 起的一版，新的一版要晚于那一天"
        raise Refused(Problem("E942", message, help="`--from` 写更晚的日期"), 2)
    if last is not None and last.digest == found.digest:
        raise Refused(Problem("E942", "与最新的一版相同，没有要发布的", help="改好副本再发布"), 2)
    return found


def two_persons(office: Office, proposed: str | None, approved: str | None) -> None:
    """Who proposes and who approves are two persons with their 职责. Refused (exit code 2): E913, E914, E944."""
    acting(office, proposed, ("提出规则",))
    if approved is not None:
        acting(office, approved, ("发布规则",))
        if approved == proposed:
            raise Refused(Problem("E944", f"`{approved}` 提出的，不能由本人批准", help="由另一个人 `--as` 批准"), 2)


def publish(found: ProposedVersion, office: Office, by: By, ledger: Ledger | None, at: str) -> Path:
    """Freeze the version in its folder, recorded in the ledger where there is one. Refused: E928 the office's key, E920–E922,
    what the file system refuses."""
    assert office.published is not None
    before = found.before.digest if found.before is not None else ""
    shown = {name: one for name, one in found.digests.items() if name.startswith(f"{SHOWN}/")}
    said: dict[str, Plain] = {
        "规范": found.regulation,
        "版本": found.digest,
        "自": found.since.isoformat(),
        "提出": found.proposed,
        "批准": by.name,
        "时间": at,
        "前一版": before,
        "示以": found.code,
        "文件": found.digests,
    }
    record, key = record_of(said), key_of(office)
    target = office.published / found.name
    files = {target / name: data for name, data in {**found.files, RECORD: record}.items()}
    files |= {target / SIGNATURE: signature(record, key)} if key else {}
    try:
        if ledger is None:
            create_all(files)
        else:
            opened = {key: value for key, value in said.items() if key not in ("版本", "文件", "批准", "时间")}
            act = Act("发布", {**opened, "发布": found.digest, "给看的": shown})
            public = {RECORD: record, **{name: found.files[name] for name in shown}}
            with ledger.opened() as store, ledger.recording(store) as writer:
                Entering(store, writer, at, by).deed(Deed(act, public=public))
                create_all(files)
    except OSError as error:
        raise Refused(refusal(error), 2) from None
    return target
