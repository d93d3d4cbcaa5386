"""Serving: loopback servers for the tools, each ended when its block is left."""

from __future__ import annotations

import base64
import json
import re
import socket
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

HOST = "127.0.0.1"
TOKEN = "token"
"""What the server of examples lets in."""

_PATIENCE = 60.0


@contextmanager
def process(command: Sequence[str], port: int, log: Path) -> Iterator[str]:
    """Run a server as a process of its own; give its address once it listens, and end it by its process id."""
    with log.open("w", encoding="utf-8") as out, subprocess.Popen(command, stdout=out, stderr=out) as running:
        try:
            _wait(running, port, log)
            yield f"http://{HOST}:{port}"
        finally:
            running.terminate()
            try:
                running.wait(10)
            except subprocess.TimeoutExpired:
                running.kill()


def free_port() -> int:
    """Return a port of the loopback interface that nothing listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _wait(running: subprocess.Popen[bytes], port: int, log: Path) -> None:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end and running.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex((HOST, port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError(f"the server does not listen: {log.read_text(encoding='utf-8')[-500:]}")


@contextmanager
def examples(document: Mapping[str, Any]) -> Iterator[str]:
    """Serve the document's own examples by its rules: what is asked for wrongly gets the error that it names."""
    with _serving(_handler(document)) as address:
        yield address


@contextmanager
def tokens() -> Iterator[str]:
    """Serve what a client asks an identity service for: a token, here one that nobody signed."""

    class Tokens(_Quiet):
        def do_POST(self) -> None:
            now = int(time.time())
            parts = ({"alg": "RS256", "typ": "JWT"}, {"iat": now, "exp": now + 3600})
            encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts]
            self.answer(200, {"access_token": ".".join([*encoded, "c2lnbmF0dXJl"]), "token_type": "Bearer"})

    with _serving(Tokens) as address:
        yield address


@contextmanager
def _serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    server = ThreadingHTTPServer((HOST, 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://{HOST}:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


class _Quiet(BaseHTTPRequestHandler):
    def log_message(self, format: str, *arguments: Any) -> None:
        """Say nothing."""

    def answer(self, status: int, body: object, headers: Mapping[str, str] | None = None) -> None:
        """Send a JSON value."""
        length = int(self.headers.get("Content-Length") or 0)
        self.rfile.read(length)
        sent = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(sent)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(sent)


def _handler(document: Mapping[str, Any]) -> type[_Quiet]:
    paths = {re.compile(_path_pattern(path)): item for path, item in document["paths"].items()}

    class Examples(_Quiet):
        def respond(self) -> None:
            path = self.path.partition("?")[0]
            item = next((item for pattern, item in paths.items() if pattern.fullmatch(path)), None)
            if item is None:
                self.answer(404, {"errors": []})
            elif self.command.lower() not in item:
                allowed = ", ".join(method.upper() for method in item)
                self.answer(405, {"errors": []}, {"Allow": allowed})
            else:
                self.respond_to(item[self.command.lower()])

        def respond_to(self, operation: Mapping[str, Any]) -> None:
            if self.headers.get_all("Authorization") != [f"Bearer {TOKEN}"]:
                self.show(operation, "401")
            elif not all(self.is_there(_resolved(document, each)) for each in operation.get("parameters", ())):
                self.show(operation, "422")
            else:
                self.show(operation, "200")

        def is_there(self, parameter: Mapping[str, Any]) -> bool:
            if parameter["in"] != "header":
                return True
            values = self.headers.get_all(parameter["name"], [])
            pattern = parameter["schema"].get("pattern", "")
            # A header comes as Latin-1; one that is there twice is none of the API's.
            fits = len(values) == 1 and re.search(pattern, values[0]) is not None
            return fits or (not values and not parameter.get("required"))

        def show(self, operation: Mapping[str, Any], status: str) -> None:
            response = _resolved(document, operation["responses"][status])
            self.answer(int(status), response["content"]["application/json"]["example"])

    for method in ("GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE", "QUERY"):
        setattr(Examples, f"do_{method}", Examples.respond)
    return Examples


def _path_pattern(path: str) -> str:
    return re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(path))


def _resolved(document: Mapping[str, Any], part: Any) -> Any:
    while "$ref" in part:
        found: Any = document
        for token in part["$ref"].removeprefix("#/").split("/"):
            found = found[token]
        part = found
    return part


def fetched(address: str, headers: Mapping[str, str]) -> Any:
    """Return the JSON value at an address."""
    request = urllib.request.Request(address, headers=dict(headers))
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.load(answer)
