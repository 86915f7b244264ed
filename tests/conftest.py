"""Options and fixtures every test may use."""

from __future__ import annotations

import os

import pytest

# Tests keep nothing in the user's own folder; what is kept between runs is tested in a folder of its own.
os.environ["GUIJU_CACHE"] = "no"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite golden files and generated docs")


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether expected files are to be rewritten instead of compared."""
    return bool(request.config.getoption("--update-golden"))
