"""What all tests share: a cache folder of their own, and the switch that updates the snapshots."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import count
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


@pytest.fixture(scope="session")
def _caches(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Yield the folders of the caches: few tests make theirs."""
    above = tmp_path_factory.mktemp("caches")
    return (above / str(number) for number in count())


@pytest.fixture(autouse=True)
def _own_cache(_caches: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the stamps of the tests out of the user's cache folder, and let them be kept in CI too."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(next(_caches)))
    monkeypatch.delenv("CI", raising=False)


# CI runs the same examples every time; everywhere else hypothesis looks for new ones.
settings.register_profile("ci", derandomize=True, database=None)
if os.environ.get("CI"):
    settings.load_profile("ci")
