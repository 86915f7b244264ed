"""Terms that letters need and nobody has set: where they stand, and which scheme has to set them. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from engine.base.problem import Problem
from engine.language.tree import Name, Node
from engine.language.walk import nodes
from engine.policy.package import Package, Parameter
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
            for node in template_nodes(attached.text):
                yield from ((name, f"附随 `{attached.name}` ") for name in _names(node))
    for document in package.documents.values():
        for node in template_nodes(*document.templates):
            yield from ((name, f"文书 `{document.name}` ") for name in _names(node))


def _names(tree: Node) -> Iterator[str]:
    yield from (node.name for node in nodes(tree) if isinstance(node, Name))
