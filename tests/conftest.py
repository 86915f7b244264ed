"""Options and fixtures every test may use."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

from tests.sizes import examples

# A slow machine is no finding, so examples have no deadline; where CI runs, it runs the same examples every time, and
# whoever tests by hand looks at new ones.
settings.register_profile("by hand", deadline=None, max_examples=examples(100))
settings.register_profile("ci", deadline=None, max_examples=examples(100), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "by hand")

# Tests keep nothing in the user's own folder; what is kept between runs is tested in a folder of its own.
os.environ["GUIJU_CACHE"] = "no"
# Nor do they work in the office of whoever runs them.
os.environ.pop("GUIJU_OFFICE", None)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite golden files and generated docs")


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether expected files are to be rewritten instead of compared."""
    return bool(request.config.getoption("--update-golden"))
