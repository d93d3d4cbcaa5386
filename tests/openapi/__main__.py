"""Give our documents to every tool, print what they say, and write results.md; exit 1 if anything is refused."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from tests.conformance.fetching import SUITE, fetched
from tests.openapi.exactness import groups
from tests.openapi.report import regressions, report
from tests.openapi.tools import Room, verdicts

HERE = Path(__file__).parent
ROOT = HERE.parent.parent


def main() -> int:
    """Return the exit code: 1 for a regression."""
    parser = argparse.ArgumentParser(prog="python -m tests.openapi")
    parser.add_argument("--node", type=Path, required=True, help="folder in which `npm ci` was run")
    parser.add_argument("--room", type=Path, required=True, help="folder for what is made and fetched")
    parser.add_argument("--documents", type=Path, default=ROOT / "generated" / "openapi")
    arguments = parser.parse_args()
    room = Room(arguments.documents.resolve(), arguments.node.resolve(), (arguments.room / "made").resolve())
    said = []
    for verdict in verdicts(room):
        said.append(verdict)
        print(f"{verdict.seconds:6.1f} s  {verdict.document:16}  {verdict.tool}", flush=True)
    losses = json.loads((room.documents / "openapi-3.0-losses.json").read_text(encoding="utf-8"))
    suite = next(fetched(SUITE, (arguments.room / "fetched").resolve()).rglob("test-schema.json")).parent
    found = list(groups(suite))
    text = report(said, losses, found)
    print(f"\n{text}")
    (HERE / "results.md").write_text(text, encoding="utf-8")
    wrong = regressions(said, losses, found)
    for line in wrong:
        print(f"error: {line}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
