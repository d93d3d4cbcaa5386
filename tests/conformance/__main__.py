"""Runs the conformance tests; exits 1 if anything is not as it should be.

`--check` compares the committed tables instead of writing them; `--all` takes every real schema instead of a
sample, and writes their table too.
"""

from __future__ import annotations

import argparse
import os
import sys
import tomllib
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from conformance import official, report, store
from conformance.fetching import STORE, SUITE, fetched

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
SAMPLE = 12
SHARE = 25


def main() -> int:
    """Return the exit code."""
    options = _options()
    suite = next(fetched(SUITE, options.room).glob("*/json"))
    room = fetched(STORE, options.room)
    urls = store.urls(room) if options.all else store.urls(room)[SAMPLE // 2 :: SAMPLE]
    if options.official:
        urls = []
    with ProcessPoolExecutor(os.cpu_count()) as workers:
        found = workers.map(partial(official.decided, suite, SHARE if options.share else 1), official.files(suite))
        results = [one for decided in found for one in decided]
        trials = list(workers.map(partial(store.tried, room), urls))
    listed = official.left_out()
    reasons: dict[str, str] = tomllib.loads((HERE / "refused.toml").read_text(encoding="utf-8"))
    faults = [*official.unexpected(results, listed), *_of_trials(trials, reasons)]
    readme = report.with_summary((ROOT / "README.md").read_text(encoding="utf-8"), report.by_draft(results, listed))
    pages = {HERE / "results.md": report.page(results, listed), ROOT / "README.md": readme}
    if options.all:
        pages[HERE / "schemastore.md"] = report.real_page(trials, reasons)
    faults += _kept(pages, check=options.check)
    print(report.by_draft(results, listed), report.real(trials), *faults, sep="\n")
    decided = len(results) - len(listed) + sum(trial.valid + trial.invalid for trial in trials)
    print(f"{max(0, decided - len(faults))} passed, {len(faults)} failed")
    return 1 if faults else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="nox -s conformance --", description=__doc__)
    parser.add_argument("--room", type=Path, required=True, help="where fetched packages are kept")
    parser.add_argument("--check", action="store_true", help="compare the committed tables instead of writing them")
    parser.add_argument("--share", action="store_true", help=f"let one group in {SHARE} go through the pydantic models")
    parser.add_argument("--official", action="store_true", help="leave the real schemas out")
    parser.add_argument("--all", action="store_true", help="take every real schema, not a sample")
    return parser.parse_args()


def _of_trials(trials: Iterable[store.Trial], reasons: dict[str, str]) -> Iterable[str]:
    """Yield what is wrong with the real schemas: faults, and refusals that refused.toml gives no reason for."""
    for trial in trials:
        yield from (f"{trial.url}: {fault}" for fault in trial.faults)
        if trial.is_refused and trial.url not in reasons:
            yield f"{trial.url}: refused by {', '.join(trial.refused)}: {trial.message}"
        elif trial.url in reasons and not trial.is_refused:
            yield f"{trial.url}: listed in refused.toml, and is not refused"


def _kept(files: dict[Path, str], *, check: bool) -> Sequence[str]:
    """Return which files differ from what they should be, or write them."""
    changed = [path for path, text in files.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    if check:
        return [f"{path.relative_to(ROOT)}: out of date; `nox -s conformance` writes it" for path in changed]
    for path in changed:
        path.write_text(files[path], encoding="utf-8")
    return []


if __name__ == "__main__":
    sys.exit(main())
