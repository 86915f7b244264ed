"""Terms that letters need and nobody has set: where they stand, and which scheme has to set them. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from engine.base.problem import Problem
from engine.language.tree import Name, Node
from engine.language.walk import nodes
from engine.policy.general_law import ORGAN_ITEMS, left_open
from engine.policy.package import Organ, Package, Parameter
from engine.policy.uses import outcomes, template_nodes

IN_FORCE = "有效"
OFFICE_ONLY = ("办理",)
"""The stages of what is said to whoever handles a decision, and in no letter."""


def open_term(package: Package, name: str) -> Parameter | None:
    """The parameter of that name where it has no value on the day."""
    found = package.parameters.get(name)
    return found if found is not None and found.value is None else None


def told(parameter: Parameter) -> str:
    """That it is open, and who has to set it."""
    return f"`{parameter.name}` 未定" + (f"，由{parameter.setter}定" if parameter.setter else "")


def way_out(package: Package, parameter: Parameter) -> str:
    """What to write, and in which scheme."""
    written = f"`{{参数: {parameter.name}, 取值: [{{值: …}}]}}`"
    origin = parameter.origin or package.id
    schemes = [one for one in package.headers.values() if origin in one.implements]
    if schemes:
        return f"在实施方案{'、'.join(f'《{one.title}》（{one.id}）' for one in schemes)}的`参数` 写 {written}"
    return f"另建 `性质: 实施方案` 的政策包，`实施` 写上 {origin}，`参数` 写 {written}"


def silent_entry(package: Package, authority: str, printed: str) -> Problem | None:
    """W612 where what is printed is an item that the entry of the deciding organ in 机关名录 does not have."""
    asked = next((name for name in ORGAN_ITEMS if left_open(name) in printed), None)
    return None if asked is None else _silent(package.organs.get(authority), authority, asked)


def _silent(organ: Organ | None, authority: str, asked: str) -> Problem:
    word = asked.removeprefix("机关的")
    message = f"机关名录没有写“{authority}”的{word}"
    help_ = f"在 `机关名录` 它的一条写 `{word}`：名称写作 “…”，由实施方案定的写一个未定的参数"
    return Problem("W612", message, organ.span if organ is not None else None, help_)


def check_organs(package: Package) -> list[Problem]:
    """W612: of an organ named as deciding under a regulation in force, general law asks for what no entry says."""
    if package.header.status != IN_FORCE:
        return []
    found = []
    for determination in package.determinations.values():
        for outcome in outcomes(determination):
            who = outcome.authority
            concerned = [a for a in package.attachments if a.concerns(outcome.nature, determination.dispute)]
            if not isinstance(who, str) or not who:
                continue
            organ = package.organs.get(who)
            if organ is None and any(a.organs for a in concerned):
                message = f"`{determination.name}` 的结果 `{outcome.name}` 由“{who}”作出，它没有列入机关名录"
                help_ = "在 `机关名录` 写明它的 `类别`；没有写明的，按机关类别附随的救济等不附，文书不出具"
                found.append(Problem("W612", message, outcome.span, help_))
            for attached in (a for a in concerned if a.binds(organ) and a.stages != OFFICE_ONLY):
                asked = (part.name for part in attached.text if isinstance(part, Name) and part.name in ORGAN_ITEMS)
                found += [_silent(organ, who, name) for name in asked if organ is None or organ.said(name) is None]
    return list(dict.fromkeys(found))


def check_unset(package: Package) -> list[Problem]:
    """W611: what a letter of a regulation in force prints, by itself or with what general law attaches, is not set."""
    if package.header.status != IN_FORCE:
        return []
    return [
        Problem("W611", f"{told(found)}，{where}要写它，到时出具不了", found.span, way_out(package, found))
        for name, where in dict(_printed(package)).items()
        if (found := open_term(package, name)) is not None
    ]


def _printed(package: Package) -> Iterator[tuple[str, str]]:
    """(a name that letters print, what prints it)."""
    natures = {outcome.nature for one in package.determinations.values() for outcome in outcomes(one)}
    for attached in package.attachments:
        if natures & {*attached.natures} and attached.stages != OFFICE_ONLY:
            texts = [attached.about(organ).text for organ in package.organs.values() if attached.binds(organ)]
            for node in template_nodes(*(texts or [attached.about(None).text])):
                yield from ((name, f"附随 `{attached.name}` ") for name in _names(node))
    for document in package.documents.values():
        for node in template_nodes(*document.templates):
            yield from ((name, f"文书 `{document.name}` ") for name in _names(node))


def _names(tree: Node) -> Iterator[str]:
    yield from (node.name for node in nodes(tree) if isinstance(node, Name))
