"""The tools: each takes a document of ours, and what it makes is put to work."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.openapi import serving

HERE = Path(__file__).parent
_LONGEST = 300.0  # seconds that one tool may take
_HEADERS = {
    "Authorization": f"Bearer {serving.TOKEN}",
    "Service-CRN": "crn:v1:bluemix:public:quantum-computing:us-east:a/1:2::",
    "IBM-API-Version": "2025-05-01",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a tool says of a document: `fault` is empty if it takes it and what it makes works."""

    tool: str
    version: str
    document: str
    fault: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Room:
    """Where the tools find what they need: the documents, the node tools, a folder for what they make."""

    documents: Path
    node: Path
    made: Path

    def document(self, name: str) -> Path:
        """Return the file of a document."""
        return self.documents / name

    def content(self, name: str) -> Any:
        """Return a document as a JSON value."""
        return json.loads(self.document(name).with_suffix(".json").read_text(encoding="utf-8"))

    def tool(self, name: str) -> str:
        """Return the command of a node tool."""
        return str(self.node / "node_modules" / ".bin" / name)

    def folder(self, name: str) -> Path:
        """Return a fresh folder."""
        folder = self.made / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return folder


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool: its name, where its version stands, the documents that it is given, and what is done with it.

    `use` returns what is wrong, an empty string if nothing is.
    """

    name: str
    distribution: str
    documents: tuple[str, ...]
    use: Callable[[Room, str], str]

    def version(self, room: Room) -> str:
        """Return the installed version."""
        package = room.node / "node_modules" / self.distribution / "package.json"
        if package.exists():
            return str(json.loads(package.read_text(encoding="utf-8"))["version"])
        from importlib.metadata import version

        return version(self.distribution)


def verdicts(room: Room) -> Iterator[Verdict]:
    """Yield the verdict of every tool on every document that it is given."""
    for tool in TOOLS:
        for document in tool.documents:
            start = time.monotonic()
            try:
                fault = tool.use(room, document)
            except (OSError, AssertionError, LookupError, ValueError, subprocess.SubprocessError) as error:
                fault = f"{type(error).__name__}: {error}"
            yield Verdict(tool.name, tool.version(room), document, fault, time.monotonic() - start)


def _run(command: Sequence[str], *, more: Mapping[str, str] | None = None, at: Path | None = None) -> str:
    """Return what a command prints; raise ValueError if it fails."""
    environment = {**os.environ, "REDOCLY_TELEMETRY": "off", "NO_COLOR": "1", **(more or {})}
    done = subprocess.run(
        command, capture_output=True, text=True, env=environment, cwd=at, timeout=_LONGEST, check=False
    )
    if done.returncode:
        raise ValueError(f"{Path(command[0]).name} exits {done.returncode}: {(done.stdout + done.stderr)[-2000:]}")
    return done.stdout


def _python(tool: str) -> str:
    """Return the command that a Python package installs beside this interpreter."""
    return str(Path(sys.executable).with_name(tool))


# Linters


def _validator(room: Room, name: str) -> str:
    from openapi_spec_validator import OpenAPIV30SpecValidator, OpenAPIV31SpecValidator

    content = room.content(name)
    validator = OpenAPIV30SpecValidator if content["openapi"].startswith("3.0") else OpenAPIV31SpecValidator
    return "; ".join(error.message for error in validator(content).iter_errors())


def _redocly_lint(room: Room, name: str) -> str:
    command = [room.tool("redocly"), "lint", "--extends=recommended", "--format=json", str(room.document(name))]
    told = json.loads(_run(command))
    return "; ".join(f"{problem['ruleId']}: {problem['message']}" for problem in told["problems"])


def _redocly_bundle(room: Room, name: str) -> str:
    bundled = room.folder("redocly") / f"{name}.json"
    _run([room.tool("redocly"), "bundle", str(room.document(name)), "-o", str(bundled)])
    same = json.loads(bundled.read_text(encoding="utf-8")) == room.content(name)
    return "" if same else "the bundle says something else"


def _spectral(room: Room, name: str) -> str:
    command = [room.tool("spectral"), "lint", "--ruleset", str(HERE / "spectral.yaml"), "--format=json"]
    told = json.loads(_run([*command, "--quiet", "--fail-severity=error", str(room.document(name))]) or "[]")
    return "; ".join(f"{problem['code']}: {problem['message']}" for problem in told)


# Generators


def _python_client(room: Room, name: str) -> str:
    folder = room.folder(f"client-{name}")
    config = folder / "config.yml"
    config.write_text("post_hooks: []\n", encoding="utf-8")
    command = [_python("openapi-python-client"), "generate", "--path", str(room.document(name)), "--meta", "none"]
    said = _run(
        [*command, "--output-path", str(folder / "session_client"), "--config", str(config), "--fail-on-warning"]
    )
    if "arning" in said:
        return said
    content = room.content(name)
    with serving.examples(content) as address:
        reader = [sys.executable, str(HERE / "read_with_client.py"), str(folder), "session_client", address]
        read = json.loads(_run(reader))
    # It writes UTC as an offset.
    return _compared(json.loads(json.dumps(read["session"]).replace("+00:00", "Z")), _example(content))


def _typescript(room: Room, name: str) -> str:
    folder = room.folder(f"typescript-{name}")
    _run([room.tool("openapi-typescript"), str(room.document(name)), "-o", str(folder / "openapi.ts")])
    shutil.copy(HERE / "session.ts", folder)
    _run([room.tool("tsc"), "--noEmit", "--strict", "session.ts"], at=folder)
    return ""


def _model_generator(room: Room, name: str) -> str:
    file = room.folder(f"models-{name}") / "session_models.py"
    command = [_python("datamodel-codegen"), "--input", str(room.document(name)), "--input-file-type", "openapi"]
    _run([*command, "--output", str(file), "--output-model-type", "pydantic_v2.BaseModel", "--formatters", "builtin"])
    program = "import sys, json, session_models as m; print(m.Session.model_validate_json(sys.argv[1]).id)"
    example = _example(room.content("openapi.yaml"))
    said = _run([sys.executable, "-c", program, json.dumps(example)], at=file.parent).strip()
    return _compared(said, example["id"])


# Servers and their clients


def _schemathesis(room: Room, name: str) -> str:
    folder = room.folder(f"schemathesis-{name}")
    with serving.examples(room.content(name)) as address:
        command = [_python("schemathesis"), "run", str(room.document(name)), "--url", address, "--checks", "all"]
        command += ["--header", f"Authorization: {_HEADERS['Authorization']}", "--seed", "1", "--warnings", "off"]
        said = _run([*command, "--phases", "examples,fuzzing", "--max-examples", "50"], at=folder)
        # Its boundary cases take `0` for a text that matches `^[0-9]{4}-[0-9]{2}-[0-9]{2}$`.
        said += _run([*command, "--phases", "coverage", "--exclude-checks", "positive_data_acceptance"], at=folder)
    return "" if said.count("No issues found") == 2 else said[-2000:]


def _prism(room: Room, name: str) -> str:
    with _mocked(room, name) as address:
        read = serving.fetched(f"{address}/v1/sessions/an-id", _HEADERS)
    return _compared(read, _example(room.content(name)))


def _qiskit(room: Room, name: str) -> str:
    with _mocked(room, name) as address, serving.tokens() as identity:
        home = room.folder(f"qiskit-{name}")
        more = {"IAM_URL": identity, "HOME": str(home), "QISKIT_SETTINGS": str(home / "settings.conf")}
        read = json.loads(_run([sys.executable, str(HERE / "read_with_qiskit.py"), address], more=more))
    return _compared(read, _example(room.content(name)))


def _mocked(room: Room, name: str) -> Any:
    port = serving.free_port()
    command = [room.tool("prism"), "mock", "--host", serving.HOST, "--port", str(port), "--errors"]
    return serving.process([*command, str(room.document(name))], port, room.folder(f"prism-{name}") / "log.txt")


def _example(content: Any) -> Any:
    response = content["paths"]["/v1/sessions/{id}"]["get"]["responses"]["200"]
    return response["content"]["application/json"]["example"]


def _compared(read: object, shown: object) -> str:
    return "" if read == shown else f"{read!r} was read, {shown!r} is the example"


_BOTH = ("openapi.yaml", "fragment.yaml")
_ALL = (*_BOTH, "openapi-3.0.yaml")
_OPERATIONS = ("openapi.yaml", "openapi-3.0.yaml")
TOOLS: Sequence[Tool] = (
    Tool("openapi-spec-validator", "openapi-spec-validator", _ALL, _validator),
    Tool("Redocly lint", "@redocly/cli", _ALL, _redocly_lint),
    Tool("Redocly bundle", "@redocly/cli", _ALL, _redocly_bundle),
    Tool("Spectral (spectral:oas)", "@stoplight/spectral-cli", _ALL, _spectral),
    Tool("openapi-python-client, a session decoded", "openapi-python-client", _OPERATIONS, _python_client),
    Tool("openapi-typescript, compiled by tsc", "openapi-typescript", _OPERATIONS, _typescript),
    Tool("datamodel-code-generator, a session decoded", "datamodel-code-generator", _ALL, _model_generator),
    Tool("Schemathesis against our examples", "schemathesis", _OPERATIONS, _schemathesis),
    Tool("Prism, a session read from the mock", "@stoplight/prism-cli", _OPERATIONS, _prism),
    Tool("qiskit-ibm-runtime reads a session from Prism", "qiskit-ibm-runtime", _OPERATIONS, _qiskit),
)
