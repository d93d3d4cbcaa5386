"""The site while one writes: generated and shown anew whenever a schema or a template changes."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from codegen.app.config import Config
from tests.website import room
from tests.website.bundle import Bundle

_CODEGEN = Path(__file__).parent.parent.parent / "codegen"
_PAUSE = 0.5


def serve(config: Config, work: Path, box: Bundle | None, address: str) -> int:
    """Show the site until the reader has seen enough; the output folder stays as it is."""
    own = replace(config, out=work.parent / "generated")
    if not generate(own):
        return 1
    room.assemble(own, work, box)
    server = subprocess.Popen([*room.ZENSICAL, "serve", "-f", str(work / "mkdocs.yml"), "-a", address])
    try:
        seen = state(config)
        while server.poll() is None:
            time.sleep(_PAUSE)
            now = state(config)
            if now != seen and generate(own):
                room.assemble(own, work, box)
            seen = now
    except KeyboardInterrupt:
        print()
    finally:
        server.terminate()
        server.wait()
    return 0


def state(config: Config) -> dict[Path, int]:
    """Return when each file that the pages depend on was changed."""
    return {path: path.stat().st_mtime_ns for path in _inputs(config)}


def _inputs(config: Config) -> Iterator[Path]:
    older = () if config.history is None else (config.history,)
    for folder in (config.schema, *older, _CODEGEN, *config.artifacts):
        yield from (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    if config.file:
        yield Path(config.file)


def generate(config: Config) -> bool:
    """Generate in a process of its own, which reads changed Python anew; return whether it did."""
    command = [sys.executable, "-m", "codegen", "generate", "--schema", str(config.schema), "--out", str(config.out)]
    return subprocess.run([*command, *(["--config", config.file] if config.file else [])]).returncode == 0
