"""Marks of the adapters' tests."""

import pytest


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "slow: takes tens of seconds; leave it out by -m 'not slow'")
