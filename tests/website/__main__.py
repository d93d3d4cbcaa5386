"""The commands of the site: `python -m tests.website build`, `serve` and `browser`."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from codegen.app.config import Config, read_config
from codegen.findings import Rejected
from tests.website import browser, bundle, room, serve


def main() -> int:
    """Return the exit code: 0 if the site stands, 1 if a link leads nowhere or the builder had something to say."""
    options = _options()
    try:
        config = read_config(config_file=options.config, schema=options.schema, out=options.out, cwd=Path.cwd())
        with tempfile.TemporaryDirectory() as folder:
            return _run(options, config, Path(folder))
    except Rejected as rejected:
        print("\n".join(map(str, rejected.findings)), file=sys.stderr)
    except bundle.BundleError as error:
        print(error, file=sys.stderr)
    return 2


def _run(options: argparse.Namespace, config: Config, work: Path) -> int:
    box = bundle.made(work / "bundle") if options.box and _has_npm(options.command) else None
    if options.command == "serve":
        return serve.serve(config, work / "room", box, options.address)
    if options.command == "browser" and box is not None:
        return browser.look(config, work, box, options.screenshots)
    return room.build(config, work / "room", box, options.site)


def _has_npm(command: str) -> bool:
    """Return whether the box can be made; a site is one without it, but nobody looks at that in a browser."""
    if shutil.which("npm") or command == "browser":
        return True
    print("npm is missing, so the site has no box to try instances in: install Node.js for it", file=sys.stderr)
    return False


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.website", description=__doc__)
    parser.add_argument("command", choices=("build", "serve", "browser"))
    parser.add_argument("--schema", type=Path, help="the folder of schemas, if not the configured one")
    parser.add_argument("--out", type=Path, help="the folder that holds the generated docs, if not the configured one")
    parser.add_argument("--config", type=Path, help="the configuration file")
    parser.add_argument("--site", type=Path, default=Path("site"), help="where the site goes")
    parser.add_argument("--address", default="localhost:8000", help="where it is served")
    parser.add_argument("--screenshots", type=Path, default=Path("screenshots"), help="where the browser's pictures go")
    parser.add_argument("--no-box", dest="box", action="store_false", help="without the validator, which needs npm")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
