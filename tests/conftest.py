"""What all tests share: a cache folder of their own, and the switch that updates the snapshots."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--update-snapshots`, which writes what a snapshot test would compare."""
    parser.addoption("--update-snapshots", action="store_true", help="write tests/cases/*/expected and generated/")


@pytest.fixture
def update_snapshots(request: pytest.FixtureRequest) -> bool:
    """Return whether snapshots are to be written instead of compared."""
    return bool(request.config.getoption("--update-snapshots"))


@pytest.fixture(autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Keep the stamps of the tests out of the user's cache folder, and let them be kept in CI too."""
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    monkeypatch.delenv("CI", raising=False)
    yield folder


# CI runs the same examples every time; everywhere else hypothesis looks for new ones.
settings.register_profile("ci", derandomize=True, database=None)
if os.environ.get("CI"):
    settings.load_profile("ci")
