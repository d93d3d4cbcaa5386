"""The entry point of the command line: it ends at once if there is nothing to do, else it imports the commands."""

from __future__ import annotations

import sys
import time

from .incremental import stamp

TYPE_CHECKING = False  # `typing` itself would cost as much as a run with nothing to do
if TYPE_CHECKING:
    from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Return the exit code of one run with these arguments, those of the process if none are given."""
    started_ns = time.time_ns()
    arguments = sys.argv[1:] if argv is None else list(argv)
    printed = stamp.recall(arguments)
    if printed is not None:
        if printed and hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(errors="backslashreplace")
        sys.stdout.write(printed)
        return 0
    from .app import command  # argparse, dataclasses and what is behind them cost ten times the check above

    return command.run(arguments, started_ns)
