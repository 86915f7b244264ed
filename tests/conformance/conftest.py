"""The letter that the tests of documents plan is also what the points of conformance are held to."""

from __future__ import annotations

from tests.documents.conftest import letter, world

__all__ = ["letter", "world"]
