"""Forward chaining over Horn rules: `chain(Program(rules), facts)` gives what follows, and why.

`model` the data · `reference` the plain chainer · `network`, `growth`, `durable` the adapter to durable-rules ·
`explain` the canonical order · `chainer` chooses.
"""

from engine.procedure.chaining.chainer import Chainer, backend_available, chain
from engine.procedure.chaining.model import Atom, Derivation, HornProgram, HornRule, Pattern, Result, Var

__all__ = [
    "Atom",
    "Chainer",
    "Derivation",
    "HornProgram",
    "HornRule",
    "Pattern",
    "Result",
    "Var",
    "backend_available",
    "chain",
]
