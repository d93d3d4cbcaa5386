"""The commands: arguments in, findings out, an exit code."""

from __future__ import annotations

import argparse
import contextlib
import gc
import io
import json
import os
import shlex
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import Final

from ..findings import Finding, Place, Rejected, Rule
from ..incremental import cache, stamp
from ..incremental.cache import Cache
from ..output import swap
from ..source import paths
from . import config_schema, pipeline, report, sandbox
from .config import Config, own_artifacts, read_config
from .pipeline import VERSION, Outcome
from .workers import share_out

SYSTEM = Rule("system-fault", "The operating system gives a run what it needs.", exit_code=2)

_COMMANDS: Final = {
    "generate": "write the output folder",
    "check": "compare the output folder with what generate would write; nothing is written",
}
_TRY: Final = {"try": "show the code of one schema, where each line comes from, and what is wrong with an instance"}
_VENDOR: Final = {"vendor": "copy the generated models into another tree, or check such a copy"}
_CONFIG_SCHEMA: Final = {"config-schema": "print the JSON Schema of pyproject.toml or artifact.toml, for editors"}


def run(arguments: Sequence[str], started_ns: int) -> int:
    """Return the exit code of one run: 0 for no findings, 1 for findings, 2 if the tool could not do its work."""
    try:
        with _ended_by_signals(), _few_collections():
            return _run(arguments, _options(arguments), started_ns)
    except KeyboardInterrupt:
        print("triptych: interrupted", file=sys.stderr)
        return 130
    except OSError as error:  # even the findings can't be printed
        print(f"triptych: {error}", file=sys.stderr)
        return 2


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("triptych", description="JSON Schemas in, three panels out.", allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"triptych {VERSION}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, purpose in {**_COMMANDS, **_VENDOR, **_CONFIG_SCHEMA}.items():
        command = commands.add_parser(name, help=purpose, description=purpose, allow_abbrev=False)
        if name in _VENDOR:
            command.add_argument("dest", metavar="DEST", type=Path, help="the folder that becomes the package")
            command.add_argument("--check", action="store_true", help="compare DEST with the package, write nothing")
        if name in _CONFIG_SCHEMA:
            described = "the file that is described (default: pyproject)"
            command.add_argument("file", nargs="?", choices=config_schema.FILES, default="pyproject", help=described)
        else:
            command.add_argument("--schema", metavar="DIR", type=Path, help="folder of the schemas (default: schema)")
            command.add_argument("--out", metavar="DIR", type=Path, help="folder of the output (default: generated)")
            command.add_argument("--package", metavar="NAME", help="name of the models' package (default: models)")
        command.add_argument(
            "--config", metavar="FILE", type=Path, help="file with [tool.triptych] (default: pyproject.toml)"
        )
        command.add_argument(
            "--format", choices=report.FORMATS, default="text", help="form of the findings (default: text)"
        )
    for name, purpose in _TRY.items():
        _add_what_is_tried(commands.add_parser(name, help=purpose, description=purpose, allow_abbrev=False))
    return parser.parse_args(arguments)


def _add_what_is_tried(command: argparse.ArgumentParser) -> None:
    command.add_argument("file", metavar="SCHEMA", type=Path, help="a schema file, JSON or YAML")
    command.add_argument("--instance", metavar="FILE", type=Path, help="a file with a JSON value to validate")
    formats = ("assert", "annotate")
    command.add_argument("--formats", choices=formats, default="assert", help="whether formats are checked")
    command.add_argument("--format", choices=("text", "json"), default="text", help="form of the output")


def _run(arguments: Sequence[str], options: argparse.Namespace, started_ns: int) -> int:
    try:
        return _attempt(arguments, options, started_ns)
    except Rejected as rejected:
        return max(_ended(rejected.findings, options.format), 1)
    except OSError as error:
        return _ended([_fault_of_the_system(error)], options.format)


def _attempt(arguments: Sequence[str], options: argparse.Namespace, started_ns: int) -> int:
    if options.command in _TRY:
        from . import trying  # what only one command needs is imported by that one

        printed, code = trying.tried(options)
        _print(printed)
        return code
    if options.command in _CONFIG_SCHEMA:
        _print(_config_schema(options))
        return 0
    config = read_config(
        config_file=options.config,
        schema=options.schema,
        out=options.out,
        package=options.package,
        cwd=Path.cwd(),
        also=pipeline.early_findings,
    )
    if options.command in _VENDOR:
        return _ended(_vendor(options, config), options.format)
    beside = config.out.parent / f".{config.out.name}.triptych-*"
    about = "\n".join(os.path.abspath(path) for path in (config.base, config.schema, config.out))
    recalled = cache.recall(about)
    seen = swap.look(config.out)
    with sandbox.confined(pipeline.folders(config), [config.out, beside]):
        outcome, findings = _work(arguments, options.command, config, recalled, seen)
    cache.store(about, recalled)
    printed = report.render(findings, options.format, root=Path.cwd())
    _print(printed)
    code = report.exit_code(findings)
    if code == 0:
        known = {**recalled.own, **swap.digests(seen)}
        _remember(arguments, printed, config, outcome, known, started_ns, both=not findings)
    return code


def _fault_of_the_system(error: OSError) -> Finding:
    """Return the finding for what the operating system refused and nothing nearer to it has reported."""
    file = error.filename
    named = os.fsdecode(file) if isinstance(file, str | bytes) else ""
    message = f"the operating system refuses what the run needs: {error.strerror or error}"
    return Finding(SYSTEM, Place(named), message, "check the path, its permissions and the space on the disk")


def _work(
    arguments: Sequence[str], command: str, config: Config, recalled: Cache, seen: Mapping[str, swap.File]
) -> tuple[Outcome, tuple[Finding, ...]]:
    """Return what the input makes, and every finding: its warnings, and those of the writing or the comparison."""
    with _progress() as show:
        present = {file.sha256: file.content for file in seen.values()}
        outcome = pipeline.run(config, show, recalled, present)
        if command == "check":
            from ..output import drift

            show("comparing")
            findings = drift.compare(config.out, outcome.files, _help(arguments))
        else:
            show("writing")
            inputs = [config.schema, *config.references.values(), *config.artifacts]
            findings = swap.write(config.out, outcome.files, keep_away=inputs, share_out=share_out, seen=seen)
    return outcome, (*outcome.warnings, *findings)


def _ended(findings: Sequence[Finding], form: report.Format) -> int:
    """Return the exit code of the findings, after they are printed."""
    _print(report.render(findings, form, root=paths.working_folder()))
    return report.exit_code(findings)


def _vendor(options: argparse.Namespace, config: Config) -> tuple[Finding, ...]:
    """Return every finding of a copy of the generated package, which is made or compared."""
    from ..output import vendor

    dest = Path.cwd() / options.dest
    inputs = [config.schema, *config.references.values(), *config.artifacts]
    command = _spelled("vendor", options, str(options.dest))
    with sandbox.confined([config.out], [dest, dest.parent / f".{dest.name}.triptych-*"]):
        files = vendor.package(config.out, config.package, _spelled("generate", options))
        if options.check:
            return vendor.compare(dest, files, command)
        vendor.write(dest, files, command, keep_away=[config.out, *inputs])
    return ()


def _config_schema(options: argparse.Namespace) -> str:
    """Return the JSON Schema of a file, with the tables of the artifacts that the configuration here names."""
    artifacts = own_artifacts(options.config, Path.cwd()) if options.file == "pyproject" else ()
    return json.dumps(config_schema.config_schema(options.file, artifacts), indent=2, ensure_ascii=False) + "\n"


def _spelled(command: str, options: argparse.Namespace, *positional: str) -> str:
    """Return a command with the options of this run that say what it works on."""
    named = {name: getattr(options, name) for name in ("schema", "out", "package", "config")}
    spelled = [part for name, value in named.items() if value is not None for part in (f"--{name}", str(value))]
    return f"{_program()} {shlex.join([command, *positional, *spelled])}"


def _program() -> str:
    return "python -m codegen" if Path(sys.argv[0]).parts[-2:] == ("codegen", "__main__.py") else "triptych"


def _help(arguments: Sequence[str]) -> str:
    """Return the command that writes what this check compares."""
    words: list[str] = []
    rest = iter(arguments)
    for argument in rest:
        if argument == "--format":
            next(rest, None)
        elif not argument.startswith("--format="):
            words.append("generate" if argument == "check" and not words else argument)
    return f"{_program()} {shlex.join(words)}"


def _remember(
    arguments: Sequence[str],
    printed: str,
    config: Config,
    outcome: Outcome,
    known: Mapping[str, str],
    started_ns: int,
    *,
    both: bool,
) -> None:
    """Keep a stamp for this command, and for the other one too if there is nothing to say for either."""
    inputs, out = pipeline.inputs(config), os.path.abspath(config.out)
    runs = [[command, *arguments[1:]] for command in (_COMMANDS if both else arguments[:1])]
    stamp.record(runs, printed, inputs, out, outcome.digests, started_ns, known)


# The terminal and the system


def _print(printed: str) -> None:
    """Write a text to standard output; a reader that has gone away is not a fault of the run."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        sys.stdout.write(printed)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextlib.contextmanager
def _progress() -> Iterator[Callable[[str], None]]:
    """Give a function that shows the stage of the work on a terminal, and nothing anywhere else."""
    if not sys.stderr.isatty():
        yield lambda stage: None
        return
    try:
        yield lambda stage: print(f"\r\033[Ktriptych: {stage} ...", end="", file=sys.stderr, flush=True)
    finally:
        print("\r\033[K", end="", file=sys.stderr, flush=True)


@contextlib.contextmanager
def _few_collections() -> Iterator[None]:
    """Let Python look for garbage in cycles hardly ever: there is next to none, and to look took 6 % of a long run.

    `test_documents_leave_no_garbage_in_cycles` holds that. Four thousand models take 486 MiB with it as without.
    """
    before = gc.get_threshold()
    gc.set_threshold(5_000_000, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)


@contextlib.contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Let SIGTERM and SIGHUP unwind the stack, so that nothing half-made stays behind, and end non-zero."""

    def end(number: int, frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {number: signal.signal(number, end) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
