import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from platform_under_test import Server


@pytest.fixture(scope="session")
def server():
    """One server for all tests that bring a learner of their own."""
    with Server() as running:
        yield running


@pytest.fixture
def data(tmp_path):
    return str(tmp_path / "data")
